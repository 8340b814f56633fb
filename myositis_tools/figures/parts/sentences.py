"""Titles that say what is seen: whole sentences, made of the numbers that the figure draws."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from myositis_tools.criteria import Protocol

TITLE_SIZE = 16  # pixels
_ROOM = 700  # pixels of a line: a figure beside a patient's card, or on a page of 900
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMWGOQ%@—")
_TAG, _ENTITY = re.compile(r"<[^>]*>"), re.compile(r"&[a-z]+;")


def wrapped(text: str, size: float = TITLE_SIZE, room: float = _ROOM) -> str:
    """Break a line that is wider than there is room for into lines about as long; a title does not do so by itself."""
    wide = _width(text, size)
    room = wide / math.ceil(wide / room) + 2 * size if wide > room else wide
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and _width(longer, size) > room:
            lines.append(line)
            longer = word
        line = longer
    return "<br>".join([*lines, line])


def _width(text: str, size: float) -> float:
    """How many pixels wide a text stands, about: each sign as one of three widths."""
    seen = _ENTITY.sub("x", _TAG.sub("", text.rpartition("<br>")[2]))
    return size * sum(0.34 if sign in _NARROW else 0.86 if sign in _WIDE or sign.isupper() else 0.56 for sign in seen)


def some_of(count: int, of: int) -> str:
    """How many of how many, at the beginning of a sentence: ``All 12``, ``None of 12``, ``3 of 12``."""
    if of and count == of:
        return f"All {of}" if of > 1 else "The only one"
    return f"None of {of}" if not count else f"{count} of {of}"


def verb(count: int, one: str, many: str) -> str:
    """The verb for as many as there are: ``1 fits``, ``2 fit``, ``none fits``."""
    return one if count == 1 else many


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Words in a row, as a sentence lists them: ``a, b and c``."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def starting(text: str) -> str:
    """A text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def average(value: float) -> str:
    """A number of patients that need not be whole, which is then an average of orders."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def trial_name(protocol: Protocol) -> str:
    """What a trial is called in a sentence: its title up to what explains it."""
    return re.split(r"[:,]", protocol.title)[0]


def most_often(rows: Iterable[tuple[str, float]]) -> list[str]:
    """The labels that have the largest number; none if all are nought."""
    found = [(label, number) for label, number in rows if number == number]
    most = max((number for _, number in found), default=0)
    return [label for label, number in found if most and number == most]


def within(label: str) -> str:
    """A label within a sentence: in small letters, unless it begins with an abbreviation or a name."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label
