"""A small table on the engine that answers a stroke of a key fastest."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import narwhals as nw
import pandas as pd


def on_the_fastest(table: pd.DataFrame) -> Any:
    """Give the same table in Polars where it is installed, else as it is.

    Numbers become floats, what is yes or no stays so, all else is text; NaN becomes null.
    """
    if not find_spec("polars"):
        return table
    lists = {str(name): [None if pd.isna(value) else value for value in table[name].tolist()] for name in table.columns}
    types = {str(name): _type_of(table[name]) for name in table.columns}
    return nw.from_dict(lists, types, backend="polars").to_native()


def _type_of(values: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(values.dtype):
        return nw.Boolean
    return nw.Float64 if pd.api.types.is_numeric_dtype(values.dtype) else nw.String
