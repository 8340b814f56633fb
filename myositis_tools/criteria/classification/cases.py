"""The table of cases that every set of classification criteria reads, and what is known about each set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw

from myositis_tools.errors import NotFoundError, listed, nearest
from myositis_tools.frames import columns
from myositis_tools.rules import NOT_RECORDED
from myositis_tools.tables import Record, records

TABLE = "cases"


def label(column: str) -> str:
    """Name a column of the cases in words."""
    return columns(TABLE)[column].label


def about(key: str) -> Record:
    """Read what ``classification_sets.csv`` says about a set: title, source, status, caution.

    Raises
    ------
    NotFoundError
        If there is no such set.
    """
    for row in records("classification_sets"):
        if row["set"] == key:
            return row
    known = [str(row["set"]) for row in records("classification_sets")]
    raise NotFoundError(f"There is no criteria set {key!r}.", expected=listed(known), hint=nearest(key, known))


def not_recorded(names: Iterable[str]) -> list[nw.Expr]:
    """For each column the words that it is not recorded, null where it is."""
    return [nw.when(nw.col(name).is_null()).then(nw.lit(f"{label(name)} {NOT_RECORDED}")) for name in names]


def joined(parts: Sequence[nw.Expr]) -> nw.Expr:
    """Join what there is to say; empty text where that is nothing."""
    return nw.concat_str(*parts, separator="; ", ignore_nulls=True)


def output_schema(table: str) -> Mapping[str, Any]:
    """The types of a table of plain values."""
    return {name: nw.Float64 if column.type == "number" else nw.String for name, column in columns(table).items()}
