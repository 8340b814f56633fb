"""The same table on the engines beside pandas, and what comes back as plain cells."""

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa

CONNECTION = duckdb.connect()  # one of its own, kept open: a relation does not outlive its connection


def as_polars(table: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(table, nan_to_null=False)  # NaN stays NaN: greater than every number, if it is let in


def as_duckdb(table: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    """In Arrow NaN is a value, unlike in a pandas frame that DuckDB reads."""
    return CONNECTION.from_arrow(as_polars(table).to_arrow())


def as_pyarrow(table: pd.DataFrame) -> pa.Table:
    return as_polars(table).to_arrow()


ENGINES = {
    "Polars": as_polars,
    "Polars, lazy": lambda table: as_polars(table).lazy(),
    "DuckDB": as_duckdb,
    "PyArrow": as_pyarrow,
}

# What they change ends at the door. The Total Improvement Score, screening and a site's own table are tried with each;
# what lies behind the same door, once an engine.
WAYS_IN = ENGINES | {
    "Polars, null": pl.from_pandas,
    "DuckDB on the default connection": lambda table: duckdb.from_arrow(as_polars(table).to_arrow()),
    "DuckDB over pandas": duckdb.from_df,
}


def cells(native: object, names: tuple[str, ...] = ()) -> list[dict]:
    """The rows as plain values: of the columns named, or of all."""
    rows = nw.from_native(native).lazy().collect().rows(named=True)
    plain = isinstance(native, pd.DataFrame)
    return [{name: None if plain and pd.isna(row[name]) else row[name] for name in names or row} for row in rows]
