"""A column of pandas as a plain one: every number float64 or an integer, however it is stored, and the rest as it is.

A number may come as an integer or a float of any width, a decimal, an object, a category, sparse, or in Arrow. Whoever
reads a column through `plain_column` need not ask.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import WrongTypeError
from myositis_tools.frames.numbers import MOST_EXACT, as_meant, is_number, number_of

# pandas 3 reads text as `str`; on pandas 2 that name gives objects holding the text "nan".
TEXT_DTYPE: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"

_MAYBE_NUMBERS = ("decimal", "integer", "floating", "mixed-integer-float", "mixed-integer", "mixed")


def plain_column(values: pd.Series) -> pd.Series:
    """Give a column with its numbers as float64 or integers; the same where they are.

    Raises
    ------
    WrongTypeError
        If a text holds half a sign, which no engine but pandas could hold and no file could be written with.
    """
    values = _dense(values)
    if pd.api.types.is_float_dtype(values.dtype):
        return _floats(values)
    if values.dtype != object:
        return values
    _refuse_half_signs(values)
    return _numbers_of_objects(values)


def _refuse_half_signs(values: pd.Series) -> None:
    texts = dict.fromkeys(value for value in values if isinstance(value, str))
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        wrong = [isinstance(value, str) and not _is_whole(value) for value in values]
        raise WrongTypeError(
            f"Column {values.name} holds a text with half a sign: {values[wrong].iloc[0]!a}.",
            where=f"column {values.name}, row {wrong.index(True)} (counted from 0)",
            expected="text that can be written in UTF-8",
            hint="write the sign again; a file that was read with another encoding is read anew with its own",
        ) from None


def _is_whole(text: str) -> bool:
    try:
        return bool(text.encode()) or not text
    except UnicodeEncodeError:
        return False


def _dense(values: pd.Series) -> pd.Series:
    """Categories as what they stand for, sparse columns whole, and Arrow as pandas has it."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _dense(values.astype(object if values.hasnans else dtype.categories.dtype))
    if isinstance(dtype, pd.SparseDtype):
        return values.sparse.to_dense()
    if isinstance(dtype, pd.PeriodDtype):
        return _days_of_periods(values)
    if not isinstance(dtype, pd.ArrowDtype):
        return values
    if dtype.kind in "iub":
        return values.astype({"i": "Int64", "u": "UInt64", "b": "boolean"}[dtype.kind])
    if dtype.kind == "f":
        plain = values.to_numpy(dtype=dtype.numpy_dtype, na_value=np.nan)
        return pd.Series(plain, index=values.index, name=values.name)
    made = values.array.__arrow_array__().to_pandas(date_as_object=False)
    return _dense(made.set_axis(values.index).rename(values.name))


def _days_of_periods(values: pd.Series) -> pd.Series:
    """Periods within a day as its date; a month has none."""
    start, end = values.dt.start_time, values.dt.end_time
    is_day = (start.dt.normalize() == end.dt.normalize())[values.notna()].all()
    return start if is_day else values


def _floats(values: pd.Series) -> pd.Series:
    if values.dtype in ("float64", "Float64"):
        return values
    width = values.dtype.itemsize
    plain = values.to_numpy(dtype=f"float{8 * min(width, 8)}", na_value=np.nan)
    return pd.Series(as_meant(plain) if width < 8 else plain, index=values.index, name=values.name)


def _numbers_of_objects(values: pd.Series) -> pd.Series:
    """Numbers, if the objects are nothing else: whole ones as integers, for they may be identifiers."""
    if pd.api.types.infer_dtype(values, skipna=True) not in _MAYBE_NUMBERS:
        return values
    try:
        held = values[values.notna()]
    except InvalidOperation:  # pandas compares a decimal that signals that it is none, and falls over it
        plain = [None if isinstance(value, Decimal) and value.is_snan() else value for value in values]
        return _numbers_of_objects(pd.Series(plain, index=values.index, name=values.name, dtype=object))
    if held.empty or not all(map(is_number, held)):
        return values
    if not all(isinstance(value, int | np.integer) and abs(int(value)) <= MOST_EXACT for value in held):
        return pd.Series([number_of(value) for value in held], index=held.index, dtype="float64").reindex(values.index)
    return held.astype("int64") if len(held) == len(values) else values.where(values.notna(), pd.NA).astype("Int64")
