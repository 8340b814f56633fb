"""The same table on the engines beside pandas, and what comes back as plain cells."""

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

CONNECTION = duckdb.connect()  # one of its own, kept open: a relation does not outlive its connection


def as_polars(table: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(table, nan_to_null=False)


ENGINES = {
    "Polars": as_polars,
    "Polars, lazy": lambda table: as_polars(table).lazy(),
    "DuckDB": lambda table: CONNECTION.from_arrow(as_polars(table).to_arrow()),
    "DuckDB over pandas": duckdb.from_df,
}


def cells(native: object, names: tuple[str, ...] = ()) -> list[dict]:
    """The rows as plain values: of the columns named, or of all."""
    rows = nw.from_native(native).lazy().collect().rows(named=True)
    plain = isinstance(native, pd.DataFrame)
    return [{name: None if plain and pd.isna(row[name]) else row[name] for name in names or row} for row in rows]
