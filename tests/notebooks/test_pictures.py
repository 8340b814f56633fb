"""A saved notebook shows its figures outside Jupyter too: each has a picture, which nbconvert puts in its pages."""

import base64
import json
import re
import struct
import zlib
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter, MarkdownExporter, SlidesExporter

from tests.notebooks.draw_figures import FIGURE, PICTURE, png_of, title_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MOST_BYTES = 60_000


def figures_of(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output for output in outputs if FIGURE in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_figure_has_its_picture_and_every_page_shows_it(path):
    notebook = nbformat.read(path, as_version=4)
    figures = figures_of(notebook)
    for output in figures:
        assert PICTURE in output.data, "`make notebooks` draws it"
        assert output.metadata[PICTURE].alt == title_of(json.loads(json.dumps(output.data[FIGURE])))
        assert len(base64.b64decode(output.data[PICTURE])) < MOST_BYTES
    for exporter in (HTMLExporter, SlidesExporter):
        page, _ = exporter(require_js_url="", mathjax_url="").from_notebook_node(notebook)
        pictures = re.findall(r"<img[^>]*>", page)
        assert sum("data:image/png;base64" in picture for picture in pictures) == len(figures)
        assert all(re.search(r'alt="[^"]{3,}"', picture) for picture in pictures)
    text, resources = MarkdownExporter().from_notebook_node(notebook)
    assert len(re.findall(r"!\[[^\]]*\]\([^)]*\.png\)", text)) == len(figures) == len(resources["outputs"])


def test_a_picture_keeps_its_most_frequent_colours_and_takes_the_nearest_for_the_others():
    pixels = np.full((3, 200, 3), 255, dtype=np.uint8)
    pixels[1] = np.arange(200)[:, None]  # more greys than the palette holds
    png = png_of(pixels)
    assert struct.unpack(">II", png[16:24]) == (200, 3)
    parts, at = {}, 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        parts[name] = png[at + 8 : at + 8 + length]
        assert zlib.crc32(name + parts[name]) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        at += 12 + length
    palette = np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(3, 201)
    assert (rows[:, 0] == 0).all()
    drawn = palette[rows[:, 1:]].astype(int)
    assert (drawn[[0, 2]] == 255).all()
    assert np.abs(drawn[1] - pixels[1]).max() < 80
    assert png == png_of(pixels)


@pytest.mark.parametrize(
    ("layout", "title"),
    [
        ({"title": {"text": "<b>75 fit</b><br>24 undecided &amp; shown"}}, "75 fit 24 undecided & shown"),
        ({"title": {}}, "Figure"),
        ({}, "Figure"),
    ],
)
def test_the_title_is_read_without_its_marks(layout, title):
    assert title_of({"layout": layout}) == title
