"""Columns of Polars, DuckDB and PySpark as the package computes with them: expressions, never a function per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np

from myositis_tools.frames.columns import IDENTIFIERS, NUMERIC, Column
from myositis_tools.frames.messages import type_error
from myositis_tools.frames.numbers import as_meant

GIVEN = "_given_"  # before the name of a column as the caller gave it


def clean_other(frame: Any, definitions: Sequence[Column]) -> Any:
    """Give a frame with its columns clean, and beside them those the caller gave.

    Raises
    ------
    WrongTypeError
        If a column holds another type of value than it should.
    """
    schema = frame.collect_schema()
    wrong = [column for column in definitions if not _fits(column, schema[column.name])]
    if wrong:  # a column of nothing but nulls has whatever type its reader gave it
        empty = collect(frame.select(*(nw.col(column.name).is_null().all() for column in wrong))).rows(named=True)[0]
        for column in wrong:
            if not empty[column.name]:
                raise type_error(column, f"values of type {schema[column.name]}", "the whole column")
    frame = frame.with_columns(nw.col(column.name).alias(GIVEN + column.name) for column in definitions)
    right = [column for column in definitions if column not in wrong]
    frame = widen(frame, [column.name for column in right if column.type in NUMERIC])
    if frame.implementation.is_pyspark():
        frame = _days_of_spark(frame, [column.name for column in right if column.type == "date"])
    clean = (
        nw.lit(None, dtype=TYPES[column.type]).alias(column.name)
        if column in wrong
        else _typed(column, frame.collect_schema()[column.name])
        for column in definitions
    )
    return frame.with_columns(*clean)


def widen(frame: Any, names: Sequence[str]) -> Any:
    """Give the numbers in these columns as float64, or as the integers they are: decimals, and floats of any width.

    A float of 16 or 32 bits is the shortest decimal that it prints as, which an engine is asked for by its text.
    """
    schema = frame.collect_schema()
    floats = {name: schema[name] for name in names if schema[name].is_numeric() and not schema[name].is_integer()}
    if not floats:
        return frame
    narrow = [name for name, dtype in floats.items() if str(dtype) in _DIGITS]
    if narrow and frame.implementation.is_duckdb():  # its own text of a float is not always the shortest
        meant = ", ".join(f"{_shortest_in_sql(name)} AS {_quoted(name)}" for name in narrow)
        frame, narrow = nw.from_native(frame.to_native().project(f"* REPLACE ({meant})")), []
    as_floats = {name: nw.col(name) for name in floats if name not in narrow}
    as_floats |= {name: _as_meant(name, str(floats[name])) for name in narrow}
    return frame.with_columns(**{name: value.cast(nw.Float64) for name, value in as_floats.items()})


_DIGITS = {"Float16": range(3, 6), "Float32": range(6, 10)}  # that may be needed to tell a float from its neighbours


def _as_meant(name: str, dtype: str) -> nw.Expr:
    if dtype == "Float32":
        return nw.col(name).cast(nw.String)
    each = np.arange(2**16, dtype="uint16").view("float16")  # Polars writes these with the digits of 32 bits
    each = each[np.isfinite(each)]
    known = dict(zip(each.astype("float64").tolist(), as_meant(each).tolist(), strict=True))
    return nw.col(name).cast(nw.Float64).replace_strict(known, default=nw.col(name), return_dtype=nw.Float64)


def _shortest_in_sql(name: str) -> str:
    column = _quoted(name)
    *short, most = (f"printf('%.{digits}g', {column}::DOUBLE)::DOUBLE" for digits in _DIGITS["Float32"])
    cases = (f"WHEN {text}::FLOAT = {column} THEN {text}" for text in short)
    return f"CASE {' '.join(cases)} ELSE {most} END"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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


def _days_of_spark(frame: Any, names: Sequence[str]) -> Any:
    """Give dates as days since 1970: of a time with a zone the date that the session shows."""
    meant = {name: f"CAST(unix_date(to_date({_ticked(name)})) AS DOUBLE) AS {_ticked(name)}" for name in names}
    native = frame.to_native()
    return nw.from_native(native.selectExpr(*(meant.get(name, _ticked(name)) for name in native.columns)))


def _ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _typed(column: Column, dtype: Any) -> nw.Expr:
    values = nw.col(column.name)
    if column.type in NUMERIC:
        numbers = values.cast(nw.Float64)  # `widen` has made a float of what is neither that nor an integer
        return nw.when(~numbers.is_nan()).then(numbers).alias(column.name) if dtype.is_float() else numbers
    if column.type == "date":
        if dtype.is_numeric():
            return values
        local = values.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else values
        since = local.cast(nw.Datetime("us")) - nw.lit(datetime(1970, 1, 1))
        return (since.dt.total_minutes() / (24 * 60)).floor().alias(column.name)
    is_kept = dtype in (nw.Boolean, nw.String) or (dtype.is_integer() and column.name in IDENTIFIERS)
    return values if is_kept else values.cast(nw.String)


# ------------------------------------------------------------------------------------------------------------- ranges


def collect(frame: Any) -> Any:
    """Give the frame in memory."""
    return frame.collect() if isinstance(frame, nw.LazyFrame) else frame
