"""The one table of colours: told apart by everybody, read easily, and named nowhere else."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import myositis_tools as mt
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.response_states import LOOKS

FIGURES = Path(mt.__file__).parent / "figures"
# What eyes without one kind of cone see (Machado, Oliveira and Fernandes 2009, at full severity).
EYES = {
    "any": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
FAMILIES = {
    "decisions": (colours.FITS, colours.UNKNOWN, colours.NEARLY, colours.DOES_NOT_FIT),
    "classes": (*colours.CLASSES.values(), colours.UNKNOWN),
    "arms": colours.GROUPS[:2],
    "measures": (*colours.MEASURES, colours.UNKNOWN),
}
TABLE = {name: value for name, value in vars(colours).items() if name.isupper() and isinstance(value, str)}
MEANINGS = [value for name, value in TABLE.items() if name not in ("NO_GROUP", "UNKNOWN", "IMPROVED", "UNCHANGED")]


def lightness(colour, eye):
    """A colour as such eyes see it, in CIE L*a*b*."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(EYES[eye]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.asarray(to_xyz) @ seen / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_stands_side_by_side_is_told_apart(family, eye):
    for one, other in combinations(FAMILIES[family], 2):
        assert np.linalg.norm(lightness(one, eye) - lightness(other, eye)) > 9, (one, other)


def test_the_unknown_has_one_colour_and_nothing_else_has_it():
    others = [*MEANINGS, *colours.CLASSES.values(), *colours.GROUPS, *colours.MEASURES, *colours.SHARE]
    assert colours.UNKNOWN not in others


@pytest.mark.parametrize("ink", ["INK", "QUIET", "ACCENT", "IMPROVED", "WORSENED", "FITS", "DOES_NOT_FIT"])
def test_words_are_read_easily_on_a_light_and_a_dark_page(ink):
    on_dark = colours.on_dark_pages()
    colour = TABLE[ink]
    assert colours.contrast(colour, colours.PAPER) >= 4.5
    if ink in ("INK", "QUIET", "ACCENT"):
        assert colours.contrast(on_dark[colour], on_dark[colours.PAPER]) >= 4.5


def test_signs_on_fills_are_read_easily():
    for fill in [*(look[0] for look in LOOKS.values()), *colours.MEASURES, colours.DOES_NOT_FIT, colours.UNKNOWN]:
        assert colours.contrast(colours.ink_on(fill), fill) >= 4.5, fill


@pytest.mark.parametrize("path", sorted(FIGURES.rglob("*.py")), ids=lambda path: path.name)
def test_no_figure_names_a_colour_or_a_place_in_the_palette(path):
    if path.name == "colours.py":
        return
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|rgba?\(|[\"'](?:white|black|grey|gray)[\"']", text)
    assert not re.findall(r"colours\.(?:GROUPS|MEASURES)\[", text)
