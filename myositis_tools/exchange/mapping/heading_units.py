"""The unit and the scale that a heading states: ``MMT8 (0-80)``, ``Dose (g)``, ``CK xULN``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from myositis_tools.exchange.files.headings import limit_words, plain_heading
from myositis_tools.exchange.mapping.column_mapping import MULTIPLE, other_units
from myositis_tools.exchange.mapping.heading_meanings import meaning_of, strange_words
from myositis_tools.exchange.mapping.unit_spellings import spellings
from myositis_tools.frames import Column

SCALE_OF_100 = "0-100"
_RANGE = re.compile(r"(?<![\d.])0\s*(?:-|\u2013|\u2014|\.\.|to|tot|bis|t/m|à|a)\s*(\d+)(?![\d.])")
_MOST = re.compile(
    r"(?:\bmax(?:imum|imal)?\b\.?|\bout of\b|\bof\b|\bvan\b|\bvon\b|\bsur\b|\bsobre\b|/)\s*(\d{2,3})(?!\d)"
)
_ALONE = re.compile(r"\s*(\d{2,3})\s*")
# how the answers are written, or a date: (m/v), (ja/nee), (0 = no, 1 = yes), (dd-mm-yyyy)
_ANSWERS = re.compile(
    r"[jynmvfwhso01]\s*[/|]\s*[jynmvfwhso01]|(ja|yes|oui|s[ií])\s*/\s*(nee|nein|no|non)|.*=.*"
    r"|[dmyjat]{1,4}([-/. ][dmyjat]{1,4}){1,2}"
)
_TIMES = r"x|times|maal|keer|mal|fach|fois|veces"
_PERCENT = "%"
_ENZYME = re.compile(r"[mk]?U/L|[un]kat/L")
# that a short heading of a daily dose leaves out
_A_DAY = ("mg", "g", "ug")


@dataclass(frozen=True)
class Stated:
    """A heading taken apart.

    Parameters
    ----------
    name : str
        What is left of it, plain.
    unit : str
        The unit as ``tables/unit_spellings.csv`` writes it, or as the heading does where that does not know it.
    is_known : bool
        Whether the unit is one of those.
    most : float, optional
        The highest number of the scale.
    """

    name: str
    unit: str = ""
    is_known: bool = True
    most: float | None = None


@cache
def stated_in(heading: str) -> Stated:
    """Take the unit and the scale out of a heading.

    Examples
    --------
    >>> stated_in("MMT8 (0-80)"), stated_in("Dose mg/week").unit, stated_in("CK x ULN").unit
    (Stated(name='mmt8', unit='', is_known=True, most=80.0), 'mg/week', '× ULN')
    """
    text = heading.replace("×", " x ").replace("_", " ")
    multiple = rf"\b(?:{_TIMES})\s*(?:{'|'.join(limit_words())})\b|\bxuln\b"
    plain = plain_heading(text.lower())
    if re.search(multiple, plain):
        return Stated(re.sub(r"\s+", " ", re.sub(multiple, " ", plain)).strip(), MULTIPLE)
    text, most = _scale(text.lower())
    kept, unit, known = _in_brackets(text)
    if not unit:
        kept, unit = _at_the_end(kept)
    return Stated(plain_heading(kept), unit, known, most)


def _scale(text: str) -> tuple[str, float | None]:
    for pattern in (_RANGE, _MOST):
        if found := pattern.search(text):
            return text[: found.start()] + " " + text[found.end() :], float(found[1])
    alone = re.search(rf"[(\[]{_ALONE.pattern}[)\]]", text)
    return (text[: alone.start()] + text[alone.end() :], float(alone[1])) if alone else (text, None)


def _in_brackets(text: str) -> tuple[str, str, bool]:
    """What stands before, the unit in the brackets, and whether it is known; other words in them stay in the name."""
    kept, unit, known = text, "", True
    for found in re.finditer(r"[(\[]([^)\]]*)[)\]]", text):
        said = found[1].strip(" ,;:.")
        if (not plain_heading(said) or _ANSWERS.fullmatch(said)) and not unit_of(said):
            kept = kept.replace(found[0], " ")
        elif read := unit_of(said):
            kept, unit = kept.replace(found[0], " "), read
        elif not unit and found.start() > 0 and _looks_like_a_unit(said):
            kept, unit, known = kept.replace(found[0], " "), said, False
    return kept, unit, known


def _looks_like_a_unit(said: str) -> bool:
    """Whether what stands in brackets is one strange word or a ratio: a unit that nobody here knows."""
    return bool(re.search(r"[µμ°·^²³]", said)) or (" " not in said and len(strange_words(plain_heading(said))) > 0)


def _at_the_end(text: str) -> tuple[str, str]:
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    for many in (3, 2, 1):
        last = words[-many:]
        if len(words) > many and last[0] != "in":
            for said in ("/".join(word for word in last if word != "per"), " ".join(last)):
                if (unit := unit_of(said)) and (many == 1 or "/" in unit):
                    return " ".join(words[:-many]).removesuffix(" in"), unit
    if "%" in text:
        return text.replace("%", " "), _PERCENT
    return text, ""


@cache
def unit_of(said: str) -> str:
    """The unit that a sign means, or parts of one with strokes between them; nothing where it is not known."""
    said = re.sub(r"\s*(/|\bper\b)\s*", "/", said.strip().strip(".").casefold())
    if said in spellings("headings"):
        return spellings("headings")[said]
    if said.startswith(_PERCENT):
        return _PERCENT if meaning_of(plain_heading(said)) <= {"predicted", "filler", ""} else ""
    parts = said.split("/")
    units = [spellings("headings").get(part.strip()) for part in parts]
    if len(parts) < 2 or None in units:
        return ""
    first, *others = [str(unit) for unit in units]
    one = {"years": "year", "months": "month", "weeks": "week", "days": "day"}
    return "/".join([first, *(one.get(unit, unit) for unit in others)])


# -------------------------------------------------------------------------------------------- held against a column


@dataclass(frozen=True)
class UnitFit:
    """What the stated unit and scale make of a column: the unit it is read in, whether it can be, and what to say."""

    unit: str = ""
    fits: bool = True
    is_doubtful: bool = False
    words: str = ""
    is_stated: bool = False
    needs_limit: bool = False


def unit_fit(stated: Stated, column: Column) -> UnitFit:
    """Hold what a heading states against a column."""
    if column.type not in ("number", "integer"):
        return UnitFit()
    of_scale = _scale_fit(stated, column)
    if not stated.unit or not of_scale.fits:
        return of_scale
    said = f"the heading says {stated.unit}"
    if not stated.is_known:
        return UnitFit(is_doubtful=True, words=f"'{stated.unit}' in the heading is not known here: which unit is it?")
    units = other_units(column)
    unit = f"{stated.unit}/day" if column.unit == "mg/day" and stated.unit in _A_DAY else stated.unit
    if unit == column.unit or (unit == _PERCENT and column.unit.startswith(_PERCENT)):
        return UnitFit(is_stated=True, is_doubtful=of_scale.is_doubtful, words=of_scale.words)
    if unit in units:
        return UnitFit(unit=unit, is_stated=True, words=said)
    if column.unit == MULTIPLE and _ENZYME.fullmatch(unit):
        return UnitFit(is_stated=True, needs_limit=True, words=said)
    return UnitFit(fits=False, words=f"{said}, which {column.label} cannot be made from")


def _scale_fit(stated: Stated, column: Column) -> UnitFit:
    if stated.most is None or stated.most == column.maximum:
        return UnitFit(is_stated=stated.most is not None)
    said = f"the heading says a scale to {stated.most:g}"
    if stated.most == 100 and SCALE_OF_100 in other_units(column):
        return UnitFit(unit=SCALE_OF_100, is_stated=True, words=said)
    if stated.most == 100 and column.unit.startswith(_PERCENT):
        return UnitFit(is_stated=True)
    return UnitFit(fits=False, words=f"{said}, which {column.label} is not")
