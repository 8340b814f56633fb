"""The one conversion of a caller's table: to pandas, or to a frame to compute with, with every number as a number.

What a column may hold is checked by `enter`; these are for columns of which nothing is known, such as the arms of a
trial, and for tables that the package itself has made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import WrongTypeError, listed
from myositis_tools.frames.engine import from_polars, on_the_engine
from myositis_tools.frames.engines_taken import computed, taken
from myositis_tools.frames.other_engines import collect, widen
from myositis_tools.frames.pandas_columns import plain_column
from myositis_tools.frames.pandas_values import refuse_nested


def names_of(table: Any) -> list[str]:
    """Name the columns of a caller's table.

    Raises
    ------
    WrongTypeError
        If this is no table.
    """
    if isinstance(table, pd.DataFrame):
        return [str(name) for name in table.columns]
    return list(taken(table).collect_schema().names())


def has(table: Any, name: str) -> bool:
    """Whether a caller's table has a column."""
    return name in names_of(table)


def refuse_doubled_names(names: Sequence[str]) -> None:
    """Refuse a table in which two columns have the same name.

    Raises
    ------
    WrongTypeError
        If two have.
    """
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise WrongTypeError(
            f"Two columns have the same name: {listed(repeated)}.",
            expected="every column name once",
            hint="rename one of them",
        )


def to_pandas(table: Any, wanted: Iterable[str] | None = None) -> pd.DataFrame:
    """Give a caller's table in pandas; of the columns `wanted` those that it has, of one that stands twice the first.

    A cell that holds several values stays as it is; where every column is read, `refuse_nested` is asked first.

    Raises
    ------
    WrongTypeError
        If this is no table.
    """
    names = names_of(table)
    chosen = None if wanted is None else [name for name in dict.fromkeys(wanted) if name in names]
    if isinstance(table, pd.DataFrame):
        return _plain(table if chosen is None else table.iloc[:, [names.index(name) for name in chosen]])
    frame = nw.from_native(table)
    if chosen == []:
        rows = collect(frame.select(nw.len().alias("rows")))
        return pd.DataFrame(index=pd.RangeIndex(int(rows["rows"][0])))
    if chosen is not None:
        frame = frame.select(*chosen)
    if not frame.implementation.is_pyarrow():
        frame = widen(frame, chosen or names)
    native = collect(frame).to_native()
    if frame.implementation.is_polars():
        made = {name: _column_of_polars(native[name]) for name in native.columns}
        return pd.DataFrame(made, index=pd.RangeIndex(native.height), copy=False)
    return _plain(native.to_pandas(types_mapper=pd.ArrowDtype))


def _one_type_each(table: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers among texts as texts, as a spreadsheet has the identifiers 1, 2 and 12a."""
    mixed = [name for name in table.columns if pd.api.types.infer_dtype(table[name], skipna=True) == "mixed-integer"]
    made = {name: [value if pd.isna(value) else str(value) for value in table[name]] for name in mixed}
    return table.assign(**{name: pd.Series(cells, index=table.index, dtype=object) for name, cells in made.items()})


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The same where every column is plain already."""
    made = table.set_flags(allows_duplicate_labels=True)
    for place in range(made.shape[1]):
        values = made.iloc[:, place]
        plain = plain_column(values)
        if plain is not values:
            made.isetitem(place, plain)
    return made


def _column_of_polars(values: Any) -> Any:
    import polars as pl

    dtype, gaps = values.dtype, values.null_count()
    if dtype.is_integer() and gaps:
        missing = values.is_null().to_numpy(writable=True)
        return pd.arrays.IntegerArray(values.fill_null(0).to_numpy(writable=True), missing)
    if dtype in (pl.Date, pl.Datetime):
        local = values.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else values
        return local.cast(pl.Datetime("us")).to_numpy(writable=True)
    if dtype.is_numeric() or dtype in (pl.Boolean, pl.String, pl.Categorical, pl.Enum, pl.Null):
        return from_polars(values)
    return pd.Series(values.to_list(), dtype=object)


def to_frame(table: Any, wanted: Sequence[str] | None = None) -> Any:
    """Give columns of a caller's table, or all, to compute with: of pandas on the engine that computes, if it can.

    Raises
    ------
    WrongTypeError
        If this is no table.
    """
    names = names_of(table)
    chosen = names if wanted is None else list(dict.fromkeys(wanted))
    if isinstance(table, pd.DataFrame):
        return on_the_engine(_one_type_each(refuse_nested(to_pandas(table, chosen))).reset_index(drop=True))
    frame = computed(table)
    return widen(frame if wanted is None else frame.select(*chosen), chosen)
