"""Columns and tables as no site should hand them over, and some will: what a cell, a column or a table may be."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.engines.every_function import tables

Column = Callable[[pd.Series], pd.Series]


def each(make: Callable[[int], Any]) -> Column:
    """A column of objects, made of the place of each row."""

    def made(values: pd.Series) -> pd.Series:
        held = np.empty(len(values), dtype=object)
        for place in range(len(values)):
            held[place] = make(place)
        return pd.Series(held, index=values.index, dtype=object)

    return made


def last(cell: Any) -> Column:
    """The column as objects, with one cell of another kind at its end."""

    def made(values: pd.Series) -> pd.Series:
        held = np.empty(len(values), dtype=object)
        held[:] = values.astype(object).tolist()
        held[-1] = cell
        return pd.Series(held, index=values.index, dtype=object)

    return made


def whole(make: Callable[[int], Any]) -> Column:
    """A whole column, made of the number of rows."""
    return lambda values: pd.Series(make(len(values)), index=values.index)


def arrow(cell: Any, kind: Any) -> Column:
    return whole(lambda rows: pd.array([cell] * rows, dtype=pd.ArrowDtype(kind)))


def days(day: str, unit: str = "s") -> Column:
    return whole(lambda rows: np.array([day] * rows, dtype=f"datetime64[{unit}]"))


_CELLS: dict[str, Any] = {
    "list": [1, 2],
    "dictionary": {"a": 1},
    "set": {1},
    "array": np.array([1, 2]),
    "tuple": (1, 2),
    "frame": pd.DataFrame({"a": [1]}),
    "series": pd.Series([1, 2]),
    "function": len,
    "object": object(),
    "bytes": b"ab",
    "void": np.void(b"ab"),
    "complex": 1 + 2j,
    "infinity": np.inf,
    "minus infinity": -np.inf,
    "infinite decimal": Decimal("-Infinity"),
    "decimal that signals": Decimal("sNaN"),
    "1e30": 1e30,
    "2 ** 63": 2**63,
    "400 digits": 10**400,
    "span of time": pd.Timedelta("1D"),
    "span of NumPy": np.timedelta64(1, "D"),
    "no day of NumPy": np.datetime64("NaT"),
    "time of day": dt.time(1, 2),
    "month": pd.Period("2020-01", "M"),
    "interval": pd.Interval(0, 1),
    "first day": dt.date(1, 1, 1),
    "last day": dt.date(9999, 12, 31),
    "day in Tokyo": pd.Timestamp("2020-01-01", tz="Asia/Tokyo"),
    "NaT": pd.NaT,
    "half a sign": "\ud800",
    "long text": "x" * 5000,
    "the word nan": "nan",
}
_UTC = pa.timestamp("us", "UTC")
COLUMNS: dict[str, Column] = {f"a cell: {name}": last(cell) for name, cell in _CELLS.items()} | {
    "NaT throughout": whole(lambda rows: pd.to_datetime([None] * rows)),
    "NaT throughout, with a zone": whole(lambda rows: pd.DatetimeIndex([None] * rows, tz="UTC")),
    "NaT throughout, spans": whole(lambda rows: pd.to_timedelta([None] * rows)),
    "NaT throughout, objects": each(lambda _: pd.NaT),
    "NaT throughout, months": whole(lambda rows: pd.PeriodIndex([None] * rows, freq="M")),
    "nothing, objects": each(lambda _: None),
    "nothing, categories": whole(lambda rows: pd.Categorical([None] * rows)),
    "nothing, Arrow": arrow(None, pa.null()),
    "complex": whole(lambda rows: np.ones(rows) + 1j),
    "complex, but real": whole(lambda rows: np.ones(rows, dtype=complex)),
    "months": whole(lambda rows: pd.period_range("2020-01", periods=rows, freq="M")),
    "days as periods": whole(lambda rows: pd.period_range("2020-01-01", periods=rows, freq="D")),
    "spans of time": whole(lambda rows: pd.to_timedelta(range(rows), unit="D")),
    "intervals": whole(lambda rows: pd.interval_range(0, rows)),
    "infinity throughout": whole(lambda rows: np.full(rows, np.inf)),
    "1e30 throughout": whole(lambda rows: np.full(rows, 1e30)),
    "2 ** 63 throughout": whole(lambda rows: np.full(rows, 2**63, dtype="uint64")),
    "year 9999": days("9999-12-31"),
    "year 200000": days("200000-12-31"),
    "year -44": days("-0044-03-15"),
    "lists": each(lambda place: [place]),
    "dictionaries": each(lambda place: {"a": place}),
    "sets": each(lambda place: {place}),
    "arrays": each(lambda _: np.arange(2)),
    "tuples": each(lambda place: (place, 1)),
    "numbers and texts": each(lambda place: place if place % 2 else f"{place}a"),
    "categories of both": whole(lambda rows: pd.Categorical([1, "a"] * (rows // 2) + [1] * (rows % 2))),
    "categories of dates": whole(lambda rows: pd.Categorical(pd.to_datetime(["2020-01-01"] * rows))),
    "categories of tuples": whole(lambda rows: pd.Categorical([(1, 2)] * rows)),
    "Arrow, days": arrow(dt.date(2020, 1, 1), pa.date32()),
    "Arrow, days in milliseconds": arrow(dt.date(2020, 1, 1), pa.date64()),
    "Arrow, the first day": arrow(dt.date(1, 1, 1), pa.date32()),
    "Arrow, moments": arrow(dt.datetime(2020, 1, 1), pa.timestamp("ns")),
    "Arrow, moments with a zone": arrow(pd.Timestamp("2020-01-01", tz="UTC"), _UTC),
    "Arrow, lists": arrow([1, 2], pa.list_(pa.int64())),
    "Arrow, structures": arrow({"a": 1}, pa.struct([("a", pa.int64())])),
    "Arrow, bytes": arrow(b"a", pa.binary()),
    "Arrow, spans": arrow(dt.timedelta(1), pa.duration("s")),
    "Arrow, times": arrow(dt.time(1), pa.time64("us")),
}
OF_POLARS: dict[str, Callable[[str], Any]] = {
    "lists": pl.concat_list,
    "structures": lambda name: pl.struct(pl.col(name)),
    "spans": lambda name: pl.lit(dt.timedelta(1)).alias(name),
    "times": lambda name: pl.lit(dt.time(1)).alias(name),
    "bytes": lambda name: pl.lit(b"ab").alias(name),
    "nothing": lambda name: pl.lit(None).alias(name),
    "infinity": lambda name: pl.lit(float("-inf")).alias(name),
    "2 ** 63": lambda name: pl.lit(2**63, dtype=pl.UInt64).alias(name),
    "the first day": lambda name: pl.lit(dt.date(1, 1, 1)).alias(name),
    "objects": lambda name: pl.Series(name, [object()] * len(tables()["visits"]), dtype=pl.Object),
}


def _strict(table: pd.DataFrame) -> pd.DataFrame:
    """A table that allows no label twice: what is made of it may not have any."""
    return table.set_flags(allows_duplicate_labels=False)


TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "labels once": _strict,
    "labels of floats, once": lambda table: _strict(table.set_axis(np.arange(len(table)) / 2)),
    "labels twice": lambda table: table.set_axis([0] * len(table)),
    "labels of two levels": lambda table: table.set_axis(pd.MultiIndex.from_product([["a"], range(len(table))])),
    "headings that are no texts": lambda table: table.assign(**{"1": 1.0}).rename(columns={"1": 1}),
    "a list that nobody reads": lambda table: table.assign(own_note=[[1]] * len(table)),
    "no rows": lambda table: table.head(0),
    "no columns": lambda table: table[[]],
}
