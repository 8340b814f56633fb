"""Headings compared as a person reads them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from myositis_tools.tables import records


def plain_heading(text: str) -> str:
    """A heading without capitals, accents and signs.

    Examples
    --------
    >>> plain_heading("VAS Patiënt (mm)")
    'vas patient mm'
    """
    split = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", bare.lower()).strip()


def names_patients(heading: str) -> bool:
    """Whether the cells under a heading are identifiers of patients, which are texts whatever they look like.

    Examples
    --------
    >>> names_patients("Patiëntnummer"), names_patients("Leeftijd")
    (True, False)
    """
    return plain_heading(heading) in _of_patients()


def columns_called(heading: str) -> tuple[str, ...]:
    """The columns that ``tables/heading_synonyms.csv`` knows a heading for.

    Examples
    --------
    >>> columns_called("VAS arts")
    ('physician_global_cm',)
    """
    return _called().get(plain_heading(heading), ())


@cache
def limit_words() -> tuple[str, ...]:
    """What an upper limit of normal is called, the longest first."""
    said = {plain_heading(str(row["synonym"])) for row in records("heading_synonyms") if row["column"] == "upper_limit"}
    return tuple(sorted(said, key=lambda words: (-len(words), words)))


@cache
def _called() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in records("heading_synonyms"):
        name = plain_heading(str(row["synonym"]))
        found[name] = (*found.get(name, ()), str(row["column"]))
    return found


@cache
def _of_patients() -> frozenset[str]:
    own = {"patient_id", "case_id"}
    said = {str(row["synonym"]) for row in records("heading_synonyms") if row["column"] in own}
    return frozenset(map(plain_heading, own | said))
