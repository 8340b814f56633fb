"""Columns of pandas: what cannot be in them, what the package computes with, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import WrongTypeError, listed
from myositis_tools.frames.columns import IDENTIFIERS, NUMERIC, Column
from myositis_tools.frames.messages import type_error
from myositis_tools.frames.numbers import is_number, number_of
from myositis_tools.frames.pandas_columns import TEXT_DTYPE, plain_column

PANDAS_TEXT = pd.StringDtype("python")
_LONGEST = 100  # characters of a cell in a message


def clean_pandas(native: pd.DataFrame, definitions: Sequence[Column]) -> pd.DataFrame:
    """Give clean columns, counted from 0.

    Raises
    ------
    WrongTypeError
        If a column holds another type of value than it should.
    """
    clean = {column.name: _clean(native[column.name], column) for column in definitions}
    return pd.DataFrame(clean, index=pd.RangeIndex(len(native)))


def _clean(given: pd.Series, column: Column) -> pd.Series:
    values = plain_column(given.reset_index(drop=True))
    wrong, whole_column = wrong_type(values, column)
    _refuse_type(values[wrong] if len(wrong) else wrong, column, whole_column=whole_column)
    return clean_values(values, column)


_NO_CELL = pd.Series([], dtype=bool)


def wrong_type(values: pd.Series, column: Column) -> tuple[pd.Series, bool]:
    """Where a plain column holds another type of value than it should, and whether its dtype alone says so.

    The first is empty where nothing can be wrong.
    """
    if _fits(values, column):
        return _NO_CELL, False
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values.notna(), True
    is_right = values.map(_IS_RIGHT[column.type]).astype(bool)
    return ~(is_right | values.isna()), False


def _fits(values: pd.Series, column: Column) -> bool:
    """Whether the dtype of a column alone says that it holds the right type of value."""
    kinds, dtype = pd.api.types, values.dtype
    if column.type in NUMERIC:
        return kinds.is_numeric_dtype(dtype) and not kinds.is_bool_dtype(dtype) and not kinds.is_complex_dtype(dtype)
    if column.type == "yes_no":
        return kinds.is_bool_dtype(dtype)
    if column.type == "date":
        return kinds.is_datetime64_any_dtype(dtype)
    is_code = column.type == "text" and kinds.is_integer_dtype(dtype)
    if values.dtype == object:
        return kinds.infer_dtype(values, skipna=True) == "string"
    return is_code or kinds.is_string_dtype(dtype)


def _is_text(value: object) -> bool:
    return isinstance(value, str | int | np.integer) and not isinstance(value, bool)


_IS_RIGHT: dict[str, Callable[[object], bool]] = {
    "number": is_number,
    "integer": is_number,
    "yes_no": lambda value: isinstance(value, bool | np.bool_),
    "date": lambda value: isinstance(value, date | np.datetime64),
    "text": _is_text,
    "word": _is_text,
}


def clean_values(values: pd.Series, column: Column) -> pd.Series:
    """A plain column without wrong types as the package computes with it: NaN is null, a date its number of days."""
    if column.type in NUMERIC:
        return _float64(values if _fits(values, column) else _each(values, number_of, "float64"))
    if column.type == "yes_no":
        return values.astype("boolean") if _fits(values, column) else _each(values, bool, "boolean")
    if column.type == "date":
        return _day_numbers(values if _fits(values, column) else _each(values, _day_of, "datetime64[D]"))
    is_whole = pd.api.types.is_integer_dtype(values.dtype) and column.name not in IDENTIFIERS
    if column.type == "text" and values.dtype != object and _fits(values, column) and not is_whole:
        return values  # carried and matched as it is; only words are compared, and need a null that says so
    return _as_words(values)


def _each(values: pd.Series, make: Callable[[Any], Any], dtype: str) -> pd.Series:
    """Each cell made anew, a null where there is none; a column of nothing has whatever dtype its reader gave it."""
    made = [None if gap else make(value) for value, gap in zip(values, values.isna(), strict=True)]
    is_day = dtype == "datetime64[D]"
    return pd.Series(np.array(made, dtype=dtype).astype("datetime64[s]") if is_day else pd.array(made, dtype=dtype))


def _day_of(value: Any) -> np.datetime64:
    """The calendar date as written; pandas has no dates as old as the ones that mean *not recorded*."""
    return value.astype("datetime64[D]") if isinstance(value, np.datetime64) else np.datetime64(value.isoformat()[:10])


def _as_words(values: pd.Series) -> pd.Series:
    """Text that knows a null; each word is made once, of which a column has few."""
    places, words = pd.factorize(values)
    return pd.Series(pd.array(words, dtype=PANDAS_TEXT).take(places, allow_fill=True), index=values.index)


def _day_numbers(values: pd.Series) -> pd.Series:
    """Days since 1970 of the calendar date as written, whatever its clock or time zone; a null where there is none."""
    if getattr(values.dtype, "tz", None) is not None:
        values = values.dt.tz_localize(None)
    days = values.to_numpy().astype("datetime64[D]")
    gaps = values.isna().to_numpy()
    return pd.Series(pd.arrays.FloatingArray(days.astype("int64").astype("float64"), gaps), index=values.index)


def _float64(values: pd.Series) -> pd.Series:
    """Nullable floats in which NaN is null, whatever the values were stored as."""
    is_plain = values.dtype == "float64"  # then nothing is copied
    plain = values.to_numpy() if is_plain else values.to_numpy(dtype="float64", na_value=float("nan"))
    return pd.Series(pd.arrays.FloatingArray(plain, plain != plain), index=values.index)


def _written(value: object) -> str:
    """A cell as a message quotes it, a long one cut."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def refuse_nested(frame: pd.DataFrame) -> pd.DataFrame:
    """Refuse a table of pandas in which a cell holds several values, such as a list; else give it back.

    Raises
    ------
    WrongTypeError
        For the first column that does.
    """
    for place, name in enumerate(frame.columns):
        values = frame.iloc[:, place]
        if values.dtype == object and pd.api.types.infer_dtype(values, skipna=True) in _MAYBE_NESTED:
            _refuse_nested_cells(str(name), values)
    return frame


_MAYBE_NESTED = ("mixed", "mixed-integer", "mixed-integer-float", "unknown-array")


def _refuse_nested_cells(name: str, values: pd.Series) -> None:
    for row, value in enumerate(values):
        if pd.api.types.is_list_like(value) or not isinstance(value, Hashable) or isinstance(value, np.void):
            raise WrongTypeError(
                f"Column {name} holds {_written(value)}.",
                where=f"column {name}, row {row} (counted from 0)",
                expected="one value in each cell",
                hint="give each value a row or a column of its own",
            )


def _refuse_type(wrong: pd.Series, column: Column, *, whole_column: bool = False) -> None:
    if wrong.empty:
        return
    raise type_error(
        column,
        listed([*dict.fromkeys(map(_written, wrong.head(1000).tolist()))][:3]),
        f"the whole column, of type {wrong.dtype}"
        if whole_column
        else f"rows {listed(wrong.index[:5])} (counted from 0)",
    )


def as_dates(days: pd.Series) -> pd.Series:
    """Give days since 1970, as dates are computed with, as dates of pandas."""
    numbers = days.to_numpy(dtype="float64", na_value=np.nan)
    known = np.where(np.isnan(numbers), 0, numbers).astype("int64").astype("datetime64[D]").astype("datetime64[us]")
    return pd.Series(known, index=days.index).mask(np.isnan(numbers))


def _as_text(values: pd.Series) -> pd.Series:
    return values.astype(TEXT_DTYPE).where(values.notna(), float("nan"))


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
            out[name] = _as_text(values)
        else:
            out[name] = values
    return pd.DataFrame(out, index=frame.index)
