"""What the words of a heading mean, whatever the language: *arts*, *Arzt* and *doctor* are one word here.

Roles are words like any other: a heading of the patient never has the meaning of one of the physician. Spelling is
corrected word by word, and only where the corrected word can mean one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from myositis_tools.exchange.files.headings import plain_heading
from myositis_tools.frames import columns
from myositis_tools.tables import records

_FILLER, _OTHER = "filler", "another thing"
_ASSESSMENT, _DISEASE = "assessment", "disease"
_TOTAL, _OF_DOSES = "total", {"dose", "prednisone"}  # a total of a test is its score, and one of doses is not a dose
_TABLES = ("visits", "patients", "medications", "events", "labs", "cases", "lung_tests")
# how long a word must be before one wrong letter, or two, may be a slip, and before it is no matter of doubt
SHORTEST_SLIP, _SHORTEST_OF_TWO = 6, 10


@cache
def meaning_of(plain: str) -> frozenset[str]:
    """The words of a plain heading as their meanings, without those that say nothing.

    Examples
    --------
    >>> meaning_of("vas pat") == meaning_of("patient global assessment") == meaning_of("eva del paciente")
    True
    >>> meaning_of("vas arts") == meaning_of("vas pat")
    False
    """
    words = [_meaning(word) for word in _words(plain)]
    said = {word for word in words if word != _FILLER} or set(_words(plain))
    idle = {_DISEASE} if _ASSESSMENT in said else set()
    idle |= {_TOTAL} if len(said) > 1 and not said & _OF_DOSES else set()
    return frozenset(said - idle)


def _meaning(word: str) -> str:
    meant = _meanings().get(word, word)
    return word if meant == _OTHER else meant


def strange_words(plain: str) -> list[str]:
    """The words of a plain heading that stand in no table of words, names or synonyms."""
    return [word for word in _words(plain) if word not in _meanings() and word not in _written()]


def is_strange(meaning: str) -> bool:
    """Whether a part of what a heading means is a word that stands in no table."""
    return meaning not in _written() and meaning not in _meanings() and meaning not in _meanings().values()


@cache
def spelt_right(plain: str) -> str:
    """The heading with the slips of the pen in strange words mended, where only one meaning is near.

    Examples
    --------
    >>> spelt_right("patientnumer"), spelt_right("pat")
    ('patientnummer', 'pat')
    """
    mended = {word: _mended(word) for word in strange_words(plain)}
    return " ".join(mended.get(word, word) for word in _words(plain))


def _mended(word: str) -> str:
    if len(word) < SHORTEST_SLIP or any(map(str.isdigit, word)):
        return word
    others = [other for other in {*_written(), *_meanings()} if len(other) >= SHORTEST_SLIP]
    others = [other for other in others if not any(map(str.isdigit, other))]
    for most in (1, 2) if len(word) >= _SHORTEST_OF_TWO else (1,):
        if near := [other for other in others if _apart(word, other, most)]:
            return min(near) if len(set(map(_meaning, near))) == 1 else word
    return word


def _apart(one: str, other: str, most: int) -> bool:
    """Whether two words are at most so many letters apart; two that changed places are one."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        now = [at]
        for place, sign in enumerate(other, start=1):
            least = min(row[place] + 1, now[-1] + 1, row[place - 1] + (letter != sign))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == sign:
                least = min(least, before[place - 2] + 1)
            now.append(least)
        before, row = row, now
    return row[-1] <= most


def _words(plain: str) -> list[str]:
    """The words, a number being part of the word before it: ``mmt 8`` is ``mmt8``."""
    return re.sub(r"(?<=[a-z]) (?=\d+\b)", "", plain).split()


@cache
def _meanings() -> dict[str, str]:
    return {plain_heading(str(row["word"])): str(row["meaning"]) for row in records("heading_words")}


@cache
def _written() -> frozenset[str]:
    """Every word that a name, a label or a synonym of a column is written with."""
    names: Iterable[str] = [str(row["synonym"]) for row in records("heading_synonyms")]
    defined = [column for table in _TABLES for column in columns(table).values()]
    names = [*names, *(column.name for column in defined), *(column.label for column in defined)]
    return frozenset(word for name in names for word in _words(plain_heading(name)))
