"""How well a heading names a column: by the meaning of its words, never by how alike two texts look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from myositis_tools.exchange.files.headings import plain_heading
from myositis_tools.exchange.mapping.heading_meanings import is_strange, meaning_of, spelt_right, strange_words
from myositis_tools.exchange.mapping.heading_units import stated_in
from myositis_tools.frames import Column, columns, find_kind
from myositis_tools.tables import records

# How sure a name alone makes; decided here. From CERTAIN on nothing is left to doubt but what the values say.
OWN_NAME, LABEL, SYNONYM, SAME_MEANING, SLIP, CERTAIN = 1.0, 0.99, 0.97, 0.95, 0.92, 0.9
_DOUBTFUL_SLIP, _PART = 0.5, 0.45
_LONG = 8  # letters of a word of which one wrong one leaves no doubt
_ELSEWHERE = ("patients", "visits", "medications", "events", "labs", "lung_tests")
# What says nothing without another word.
_GENERIC = frozenset({"patient", "physician", "number", "date", "code", "visit", "week", "dose", "assessment"})


@dataclass(frozen=True)
class NameFit:
    """How well a heading names a column, from 0 to 1, and what to say of it.

    Parameters
    ----------
    score : float
        How well.
    words : str
        What to say of it.
    is_whole : bool
        Whether the unit that the heading states is part of the name, and so the column's own.
    """

    score: float = 0.0
    words: str = ""
    is_whole: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether the heading means the column, whatever the values say."""
        return self.score >= CERTAIN


@cache
def name_fit(heading: str, column: Column) -> NameFit:
    """Hold a heading against the name, the label and the synonyms of a column."""
    whole = {plain_heading(heading), plain_heading(heading.lower())} - {""}
    bare = stated_in(heading).name
    found = [_held(whole, bare, name, score, words) for name, score, words in _names(column)]
    return max(found, key=lambda fit: fit.score)


def _held(whole: set[str], bare: str, name: str, score: float, words: str) -> NameFit:
    if name in whole:
        return NameFit(score, words, is_whole=name != bare)
    if name == bare:
        return NameFit(score - 0.01, words)
    meant = meaning_of(name)
    if meant in map(meaning_of, whole):
        return NameFit(SAME_MEANING, words, is_whole=meant != meaning_of(bare))
    if not bare or not meant:
        return NameFit()
    if meant == meaning_of(bare):
        return NameFit(SAME_MEANING, words)
    if strange := strange_words(bare):
        if meant == meaning_of(spelt_right(bare)):
            score = SLIP if min(map(len, strange)) >= _LONG else _DOUBTFUL_SLIP
            return NameFit(score, f"{words}, but for the spelling of {', '.join(map(repr, strange))}")
        more = meaning_of(bare) - meant
        if meant <= meaning_of(bare) and not meant <= _GENERIC and all(map(is_strange, more)):
            left = ", ".join(map(repr, sorted(more)))
            return NameFit(_PART, f"{words}, but what does {left} say?")
    return NameFit()


@cache
def _names(column: Column) -> tuple[tuple[str, float, str], ...]:
    """What a column is called, how sure that makes, and what to say of it."""
    return (
        (plain_heading(column.name), OWN_NAME, "it is the column's own name"),
        (plain_heading(column.label), LABEL, "it is the column's label"),
        *(
            (plain_heading(str(row["synonym"])), SYNONYM, f"'{row['synonym']}' is {row['language']} for it")
            for row in records("heading_synonyms")
            if row["column"] == column.name
        ),
    )


@cache
def known_elsewhere(heading: str, kind: str) -> str:
    """What to say of a heading that names a column of another kind of table, which it must not become in this one."""
    here = set(find_kind(kind).columns)
    for other in _ELSEWHERE:
        for column in columns(other).values():
            if column.name in here or other == kind:
                continue
            if (fit := name_fit(heading, column)).is_certain:
                return f"{fit.words}: {column.label}, which belongs to {other} and not to {kind}"
    return ""
