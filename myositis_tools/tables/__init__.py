"""Published numbers as data: one fact a row, with its unit, closure, source and evidence.

The CSV files in this folder are the only place of the package where a clinical number is written. `load` gives a
table to a person, `records` gives it to the rest of the package, `source` looks up a citation.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import pandas as pd

from myositis_tools.errors import NotFoundError, listed, nearest

EVIDENCE = ("verified", "secondary", "unverified", "decision")
# what must be said of each
DOUBTS = MappingProxyType(
    {
        "verified": "",
        "secondary": "read in a secondary source only",
        "unverified": "not verified",
        "decision": "decided here",
    }
)

Record = Mapping[str, "str | float | None"]


@dataclass(frozen=True)
class Source:
    """A place in the literature that numbers come from."""

    key: str
    citation: str
    url: str
    note: str

    def __str__(self) -> str:
        return self.citation + (f" {self.url}" if self.url else "")


def names() -> tuple[str, ...]:
    """List the tables that ship with the package."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name[:-4] for file in files if file.name.endswith(".csv")))


def _number(text: str) -> str | float | None:
    if text == "":
        return None
    try:
        return float(text)
    except ValueError:
        return text


@cache
def records(name: str) -> tuple[Record, ...]:
    """Read a table as one read-only mapping a row.

    A cell that reads as a number is a float, an empty cell is None, the rest is text.

    Raises
    ------
    NotFoundError
        If there is no such table.
    """
    if name not in names():
        raise NotFoundError(
            f"There is no table {name!r}.",
            expected=listed(names()),
            hint=nearest(name, names()),
        )
    text = resources.files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(keepends=True))
    return tuple(MappingProxyType({key: _number(value) for key, value in row.items()}) for row in rows)


def load(name: str) -> pd.DataFrame:
    """Give a table to a person: a pandas frame of its own, safe to change.

    Examples
    --------
    >>> from myositis_tools import tables
    >>> tables.load("improvement_classes").columns.tolist()[:3]
    ['population', 'response', 'minimum_score']
    """
    return pd.DataFrame([dict(row) for row in records(name)])


@cache
def _sources() -> Mapping[str, Source]:
    return MappingProxyType(
        {
            str(row["key"]): Source(
                str(row["key"]),
                str(row["citation"]),
                str(row["url"] or ""),
                str(row["note"] or ""),
            )
            for row in records("sources")
        }
    )


def source(key: str) -> Source:
    """Look up a citation by its key.

    Raises
    ------
    NotFoundError
        If `sources.csv` has no such key.
    """
    try:
        return _sources()[key]
    except KeyError:
        known = list(_sources())
        raise NotFoundError(
            f"There is no source {key!r}.",
            expected=listed(known),
            hint=nearest(key, known),
        ) from None
