"""The codes and words of a site that are known to stand for ours, from ``tables/word_synonyms.csv``.

A single letter means one thing in one language and another in the next: *v* is a woman in Dutch and a man in Spanish.
The letters of a column are read together, in the language of its heading where that says one, and only where there is
one way to read them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import product

import pandas as pd

from myositis_tools.exchange.files.headings import plain_heading
from myositis_tools.formatting import as_code
from myositis_tools.frames import Column
from myositis_tools.tables import Record, records

_MOST_WORDS = 200
_YES_NO = ("yes", "no", "true", "false", "0", "1")


def suggest_words(values: pd.Series, column: Column, heading: str = "") -> dict[str, str]:
    """The codes and words of a column, and the words that they are known to stand for.

    Examples
    --------
    >>> from myositis_tools.frames import columns
    >>> sex = columns("patients")["sex"]
    >>> suggest_words(pd.Series(["v", "m"]), sex, "Geslacht"), suggest_words(pd.Series(["v", "m"]), sex, "Sexo")
    ({'v': 'female', 'm': 'male'}, {'v': 'male', 'm': 'female'})
    >>> suggest_words(pd.Series(["v", "m"]), sex)
    {}
    """
    if column.type not in ("yes_no", "word"):
        return {}
    of = "yes_no" if column.type == "yes_no" else column.name.replace("upper_limit_unit", "unit")
    ours = column.words or _YES_NO
    rows = [row for row in records("word_synonyms") if row["of"] == of]
    given = [str(value).strip() for value in pd.Series(values.dropna().unique(), dtype=object)[:_MOST_WORDS]]
    words = {_plain(str(row["synonym"])): str(row["word"]) for row in rows if len(str(row["synonym"])) > 1}
    known = words | {_plain(word): word for word in ours}
    letters = sorted({_plain(word) for word in given if len(word) == 1 and word.isalpha()})
    known |= _letters(letters, rows, _languages(heading, column))
    return {word: known[_plain(word)] for word in given if word not in ours and _plain(word) in known}


def are_known(values: pd.Series, column: Column, heading: str) -> float:
    """The share of values that are words of the column, or stand for one, of those that say something at all."""
    said = values.map(lambda value: _plain(as_code(value).strip()))
    said = said[~said.isin(_not_recorded())]
    words = [*(column.words or _YES_NO), *suggest_words(values, column, heading)]
    return float(said.isin(list(map(_plain, words))).mean()) if len(said) else 1.0


def says_not_recorded(cell: object) -> bool:
    """Whether a cell holds nothing but a word or a sign for *not recorded*.

    Examples
    --------
    >>> says_not_recorded("N.B."), says_not_recorded(" - "), says_not_recorded("12")
    (True, True, False)
    """
    return isinstance(cell, str) and _plain(cell.strip()) in _not_recorded()


@cache
def _not_recorded() -> frozenset[str]:
    return frozenset(_plain(str(row["synonym"])) for row in records("word_synonyms") if row["of"] == "missing")


def _plain(word: str) -> str:
    return word.casefold().replace("_", " ")


def _languages(heading: str, column: Column) -> Collection[str]:
    """The languages in which a heading is a name of the column; none where it may be any."""
    said = plain_heading(heading)
    own = [row for row in records("heading_synonyms") if row["column"] == column.name]
    return {str(row["language"]) for row in own if said and plain_heading(str(row["synonym"])) == said}


def _letters(letters: Sequence[str], rows: Sequence[Record], languages: Collection[str]) -> dict[str, str]:
    """What the letters of a column mean, where all ways to read them together agree."""
    spoken = languages or {str(row["language"]) for row in rows}
    readings = [one for language in sorted(spoken) for one in _readings(letters, rows, language)]
    return readings[0] if readings and all(one == readings[0] for one in readings) else {}


def _readings(letters: Sequence[str], rows: Sequence[Record], language: str) -> Iterator[dict[str, str]]:
    """Every way to read the letters in one language in which no two of them mean the same."""
    spoken = [row for row in rows if row["language"] == language]
    meant = [[str(row["word"]) for row in spoken if row["synonym"] == letter] for letter in letters]
    for words in product(*meant):
        if len(set(words)) == len(words):
            yield dict(zip(letters, words, strict=True))
