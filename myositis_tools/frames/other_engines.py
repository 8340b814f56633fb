"""Columns of Polars, DuckDB and PySpark as the package computes with them: expressions, never a function per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import narwhals as nw

from myositis_tools.frames.columns import NUMERIC, Column
from myositis_tools.frames.messages import type_error

GIVEN = "_given_"  # before the name of a column as the caller gave it


def clean_other(native: Any, definitions: Sequence[Column]) -> Any:
    """Give the frame with its columns clean, and beside them those the caller gave.

    Raises
    ------
    WrongTypeError
        If a column holds another type of value than it should.
    """
    frame = nw.from_native(native)
    schema = frame.collect_schema()
    wrong = [column for column in definitions if not _fits(column, schema[column.name])]
    if wrong:  # a column of nothing but nulls has whatever type its reader gave it
        empty = collect(frame.select(*(nw.col(column.name).is_null().all() for column in wrong))).rows(named=True)[0]
        for column in wrong:
            if not empty[column.name]:
                raise type_error(column, f"values of type {schema[column.name]}", "the whole column")
    given = (nw.col(column.name).alias(GIVEN + column.name) for column in definitions)
    clean = (
        nw.lit(None, dtype=TYPES[column.type]).alias(column.name)
        if column in wrong
        else _typed(column, schema[column.name])
        for column in definitions
    )
    return frame.with_columns(*given, *clean)


TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "number": nw.Float64,
        "integer": nw.Float64,
        "date": nw.Float64,
        "yes_no": nw.Boolean,
        "text": nw.String,
        "word": nw.String,
    }
)


def _fits(column: Column, dtype: Any) -> bool:
    if column.type in NUMERIC:
        return dtype.is_numeric()
    if column.type == "yes_no":
        return dtype == nw.Boolean
    if column.type == "date":
        return dtype in (nw.Date, nw.Datetime)
    is_text = dtype in (nw.String, nw.Categorical) or isinstance(dtype, nw.Enum)
    return is_text or (column.type == "text" and dtype.is_integer())


def _typed(column: Column, dtype: Any) -> nw.Expr:
    values = nw.col(column.name)
    if column.type in NUMERIC:
        numbers = values.cast(nw.Float64)
        return nw.when(~numbers.is_nan()).then(numbers).alias(column.name) if dtype.is_float() else numbers
    if column.type == "date":
        local = values.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else values
        since = local.cast(nw.Datetime("us")) - nw.lit(datetime(1970, 1, 1))
        return (since.dt.total_minutes() / (24 * 60)).floor().alias(column.name)
    return values.cast(nw.String) if dtype == nw.Categorical or isinstance(dtype, nw.Enum) else values


# ------------------------------------------------------------------------------------------------------------- ranges


def collect(frame: Any) -> Any:
    """Give the frame in memory."""
    return frame.collect() if isinstance(frame, nw.LazyFrame) else frame
