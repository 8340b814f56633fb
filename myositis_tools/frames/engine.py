"""Which engine computes: what comes in pandas is computed on Polars where that is installed, and leaves in pandas.

Polars answers several times faster, and in the same cells: `tests/engines` holds both against each other. The variable
of the environment ``MYOSITIS_TOOLS_ENGINE=pandas`` keeps everything on pandas. It is read at the door, each time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from myositis_tools.errors import require_option
from myositis_tools.frames.pandas_columns import TEXT_DTYPE
from myositis_tools.frames.pandas_values import plain_pandas

VARIABLE = "MYOSITIS_TOOLS_ENGINE"
_ENGINES = ("polars", "pandas")
_NULLABLE = {"bool": "boolean", "float64": "Float64"}  # of a type of pandas that cannot be null the one that can


def engine_of_pandas() -> Literal["polars", "pandas"]:
    """Name the engine that computes what comes in pandas.

    Raises
    ------
    OptionError
        If the variable of the environment names no engine that could.
    """
    wanted = os.environ.get(VARIABLE) or _ENGINES[0]
    require_option(VARIABLE, wanted, _ENGINES)
    return "polars" if wanted == "polars" and _has_polars() else "pandas"


@cache
def _has_polars() -> bool:
    return find_spec("polars") is not None


def on_the_engine(clean: pd.DataFrame) -> Any:
    """Give plain columns of pandas on the engine that computes; on pandas those that only pandas can hold."""
    if engine_of_pandas() == "pandas" or not all(_is_simple(clean[name]) for name in clean.columns):
        return nw.from_native(clean, eager_only=True)
    import polars as pl

    made = pl.DataFrame({name: _to_polars(clean[name]) for name in clean.columns})
    return nw.from_native(made, eager_only=True)


def in_memory(frame: Any) -> Any:
    """Give a frame that waits on its engine in memory, on the engine that computes; any other as it is."""
    return frame.collect(backend=engine_of_pandas()) if isinstance(frame, nw.LazyFrame) else frame


def small_table(values: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> Any:
    """Give plain values as a table on the engine that computes; on pandas too a column can be null."""
    table = nw.from_dict(values, schema, backend=engine_of_pandas())
    if not table.implementation.is_pandas():
        return table
    native = table.to_native()
    kinds = {name: _NULLABLE[str(dtype)] for name, dtype in native.dtypes.items() if str(dtype) in _NULLABLE}
    return nw.from_native(native.astype(kinds), eager_only=True)


def all_differ(keys: Any) -> bool:
    """Whether no two rows are alike, where that can be seen at a glance; no says nothing."""
    return keys.implementation.is_polars() and keys.to_native().hash_rows().n_unique() == len(keys)


def _to_polars(values: pd.Series) -> Any:
    import polars as pl

    dtype, kinds = values.dtype, pd.api.types
    if kinds.is_float_dtype(dtype):
        return pl.Series(values.to_numpy(dtype="float64", na_value=float("nan")), nan_to_null=True)
    if kinds.is_bool_dtype(dtype):
        return _with_gaps(pl.Series(values.to_numpy(dtype="bool", na_value=False)), values)
    if kinds.is_integer_dtype(dtype):
        plain = "uint64" if kinds.is_unsigned_integer_dtype(dtype) else "int64"
        return _with_gaps(pl.Series(values.to_numpy(dtype=plain, na_value=0)), values)
    if hasattr(values.array, "__arrow_array__") and getattr(dtype, "storage", "pyarrow") == "pyarrow":
        return pl.Series(values.array.__arrow_array__()).cast(pl.String)
    return pl.Series(values.to_numpy(dtype=object, na_value=None).tolist(), dtype=pl.String)


def _with_gaps(made: Any, values: pd.Series) -> Any:
    import polars as pl

    gaps = values.isna().to_numpy()
    return made.set(pl.Series(gaps), None) if gaps.any() else made


def _is_simple(values: pd.Series) -> bool:
    kinds, dtype = pd.api.types, values.dtype
    if values.dtype == object:
        return kinds.infer_dtype(values, skipna=True) in ("string", "empty")
    return (kinds.is_numeric_dtype(dtype) and not kinds.is_complex_dtype(dtype)) or kinds.is_string_dtype(dtype)


def in_pandas(frame: Any) -> pd.DataFrame:
    """Give what was computed in pandas: numbers as float64 with NaN, yes/no as nullable boolean, text as text."""
    native = frame.to_native()
    if not frame.implementation.is_polars():
        return plain_pandas(native)
    made = {name: from_polars(native[name]) for name in native.columns}
    return pd.DataFrame(made, index=pd.RangeIndex(native.height), copy=False)


def from_polars(values: Any) -> Any:
    """Give a column of Polars as one of pandas: numbers with NaN, yes and no with NA, all else as text."""
    import polars as pl

    if values.dtype == pl.Boolean:
        gaps = values.is_null().to_numpy(writable=True)
        return pd.arrays.BooleanArray(values.fill_null(value=False).to_numpy(writable=True), gaps)
    if values.dtype == pl.UInt64 and not values.null_count() and (values > 2**63 - 1).any():
        return values.to_numpy(writable=True)
    if values.dtype.is_integer() and not values.null_count():
        return values.cast(pl.Int64).to_numpy(writable=True)
    if values.dtype.is_numeric():
        return values.cast(pl.Float64).to_numpy(writable=True)
    return _text(values.cast(pl.String))


def _text(values: Any) -> Any:
    if TEXT_DTYPE != "object":
        return pd.array(values.to_arrow() if find_spec("pyarrow") else values.to_list(), dtype=TEXT_DTYPE)
    words = np.array([*values.to_list(), None], dtype=object)[:-1]
    words[values.is_null().to_numpy()] = np.nan
    return words
