"""The columns of the cohort's four tables: their order, their types, and how each is written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.frames import TEXT_DTYPE
from myositis_tools.sample.calibration import rows

TABLES = ("patients", "visits", "medications", "events")

_YES_NO = {"true": True, "false": False, "": None}


def definitions(table: str) -> dict[str, Mapping[str, Any]]:
    """The columns of a table by name, in order."""
    return {row["column"]: row for row in rows("columns") if row["table"] == table}


def typed(table: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table of the cohort; every number gets the precision of its instrument."""
    return pd.DataFrame({name: _typed(columns[name], row) for name, row in definitions(table).items()})


def spelled(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Spell every cell out as the text that stands in the file."""
    columns = {name: _spelled(frame[name], row) for name, row in definitions(table).items()}
    return pd.DataFrame(columns, dtype=object)


def read(text: pd.DataFrame, table: str) -> pd.DataFrame:
    """Give the text of a file its types back: what `spelled` wrote."""
    return typed(table, {name: _read(text[name], row) for name, row in definitions(table).items()})


def _typed(values: Any, row: Mapping[str, Any]) -> pd.Series:
    kind = row["type"]
    if kind == "number":
        return pd.Series(np.round(np.asarray(values, dtype="float64"), int(row["decimals"])))
    if kind in ("text", "label"):
        text = pd.Series(values, dtype=object)
        return text.where(text.notna(), np.nan).astype(TEXT_DTYPE)
    if kind == "date":
        return pd.Series(np.asarray(values, dtype="datetime64[us]"))
    return pd.Series(values, dtype={"yes_no": "boolean", "flag": "bool", "integer": "int64"}[kind])


def _spelled(values: pd.Series, row: Mapping[str, Any]) -> pd.Series:
    spell: Callable[[Any], str] = str
    if row["type"] == "number":
        spell = f"{{:.{int(row['decimals'])}f}}".format
    elif row["type"] == "date":
        spell = "{:%Y-%m-%d}".format
    elif row["type"] in ("yes_no", "flag"):
        spell = {True: "true", False: "false"}.__getitem__
    return pd.Series([spell(value) if known else "" for value, known in zip(values, values.notna(), strict=True)])


def _read(text: pd.Series, row: Mapping[str, Any]) -> Any:
    if row["type"] in ("yes_no", "flag"):
        return [_YES_NO[cell] for cell in text]
    if row["type"] == "label":
        return text
    return text.where(text != "", "NaT" if row["type"] == "date" else None)
