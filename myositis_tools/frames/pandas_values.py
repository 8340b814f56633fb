"""Columns of pandas: what cannot be in them, what the package computes with, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.frames.columns import NUMERIC, Column
from myositis_tools.frames.messages import type_error

# pandas 3 reads text as `str`; on pandas 2 that name gives objects holding the text "nan".
TEXT_DTYPE: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
PANDAS_TEXT = pd.StringDtype("python")


def clean_pandas(native: pd.DataFrame, definitions: Sequence[Column]) -> pd.DataFrame:
    """Give clean columns, counted from 0.

    Raises
    ------
    WrongTypeError
        If a column holds another type of value than it should.
    """
    clean = {column.name: _pandas_values(native[column.name], column) for column in definitions}
    return pd.DataFrame(clean, index=pd.RangeIndex(len(native)))


def _pandas_values(values: pd.Series, column: Column) -> pd.Series:
    values = without_index(values)
    wrong, whole_column = wrong_type(values, column)
    _refuse_type(values[wrong] if len(wrong) else wrong, column, whole_column=whole_column)
    return clean_values(values, column)


def without_index(values: pd.Series) -> pd.Series:
    """The values counted from 0; categories as what they stand for."""
    values = values.reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object if values.hasnans else values.cat.categories.dtype)
    return values


_NO_CELL = pd.Series([], dtype=bool)


def wrong_type(values: pd.Series, column: Column) -> tuple[pd.Series, bool]:
    """Where a column holds another type of value than it should, and whether its dtype alone says so.

    The first is empty where nothing can be wrong.
    """
    kinds = pd.api.types
    is_object, is_boolean = values.dtype == object, kinds.is_bool_dtype(values.dtype)
    if column.type in NUMERIC:
        if is_object or kinds.is_string_dtype(values.dtype):
            is_number = values.map(lambda value: isinstance(value, int | float) and not isinstance(value, bool))
            return ~(is_number.astype(bool) | values.isna()), False
        return (values.notna(), True) if is_boolean or not kinds.is_numeric_dtype(values.dtype) else (_NO_CELL, False)
    if column.type == "yes_no":
        if is_boolean:
            return _NO_CELL, False
        is_yes_no = values.map(lambda value: isinstance(value, bool) or type(value).__name__ == "bool_")
        return ~(is_yes_no.astype(bool) | values.isna()), False
    if column.type == "date":
        if is_object:
            return ~(values.map(lambda value: isinstance(value, date)).astype(bool) | values.isna()), False
        return (_NO_CELL, False) if kinds.is_datetime64_any_dtype(values.dtype) else (values.notna(), True)
    if is_object:
        if kinds.infer_dtype(values, skipna=True) == "string":
            return _NO_CELL, False
        is_text = values.map(lambda value: isinstance(value, str | int) and not isinstance(value, bool))
        return ~(is_text.astype(bool) | values.isna()), False
    is_code = column.type == "text" and kinds.is_integer_dtype(values.dtype)
    return (_NO_CELL, False) if is_code or kinds.is_string_dtype(values.dtype) else (values.notna(), True)


def clean_values(values: pd.Series, column: Column) -> pd.Series:
    """A column without wrong types as the package computes with it: NaN is null, a date its number of days."""
    kinds = pd.api.types
    if column.type in NUMERIC:
        if not kinds.is_numeric_dtype(values.dtype):
            values = values.where(~values.isna(), None).astype("Float64")
        return _float64(values)
    if column.type == "yes_no":
        if kinds.is_bool_dtype(values.dtype):
            return values.astype("boolean")
        return values.where(~values.isna(), None).astype("object").astype("boolean")
    if column.type == "date":
        return _day_numbers(values)
    is_kept = kinds.is_integer_dtype(values.dtype) or (values.dtype != object and kinds.is_string_dtype(values.dtype))
    if column.type == "text" and is_kept:
        return values  # carried and matched as it is; only words are compared, and need a null that says so
    return _as_words(values)


def _as_words(values: pd.Series) -> pd.Series:
    """Text that knows a null; each word is made once, of which a column has few."""
    places, words = pd.factorize(values)
    return pd.Series(pd.array(words, dtype=PANDAS_TEXT).take(places, allow_fill=True), index=values.index)


def _day_numbers(values: pd.Series) -> pd.Series:
    """Days since 1970 of the calendar date as written, whatever its clock or time zone; a null where there is none."""
    if values.dtype == object:
        values = pd.to_datetime(
            values.map(lambda value: value.strftime("%Y-%m-%d"), na_action="ignore"), errors="raise"
        )
    elif not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _float64(values.astype("float64"))
    elif getattr(values.dt, "tz", None) is not None:
        values = values.dt.tz_localize(None)
    days = values.to_numpy().astype("datetime64[D]")
    gaps = values.isna().to_numpy()
    return pd.Series(pd.arrays.FloatingArray(days.astype("int64").astype("float64"), gaps), index=values.index)


def _float64(values: pd.Series) -> pd.Series:
    """Nullable floats in which NaN is null, whatever the values were stored as."""
    is_plain = values.dtype == "float64"  # then nothing is copied
    plain = values.to_numpy() if is_plain else values.to_numpy(dtype="float64", na_value=float("nan"))
    return pd.Series(pd.arrays.FloatingArray(plain, plain != plain), index=values.index)


def _refuse_type(wrong: pd.Series, column: Column, *, whole_column: bool = False) -> None:
    if wrong.empty:
        return
    raise type_error(
        column,
        listed((repr(value) for value in wrong.unique()[:3].tolist()), most=3),
        f"the whole column, of type {wrong.dtype}"
        if whole_column
        else f"rows {listed(wrong.index[:5])} (counted from 0)",
    )


def plain_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as float64 with NaN, text as pandas' default text, yes/no as nullable boolean."""
    out = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_bool_dtype(values.dtype):
            out[name] = values.astype("boolean")
        elif pd.api.types.is_float_dtype(values.dtype):
            out[name] = values.astype("float64")
        elif pd.api.types.is_integer_dtype(values.dtype):
            out[name] = values.astype("float64") if values.isna().any() else values.astype("int64")
        elif pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
            out[name] = values.astype(TEXT_DTYPE).where(values.notna(), float("nan"))
        else:
            out[name] = values
    return pd.DataFrame(out, index=frame.index)
