"""Checking 100,000 patients against TIME IS MUSCLE, with reasons."""

from collections.abc import Callable
from functools import cache

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.benchmarks.check_floor import check
from tests.benchmarks.run import FLOOR, Case

COUNT = 100_000
SHARE_MISSING = 0.03


@cache
def make_screening(count: int) -> dict[str, np.ndarray]:
    """Make a screening table as NumPy arrays: yes/no as 1, 0 and NaN, a missing word as an empty one."""
    chance = np.random.default_rng(5832034)
    table = {"patient_id": np.char.add("P", np.char.zfill(np.arange(count).astype("U7"), 7))}
    for name, column in columns("screening").items():
        if name == "patient_id" or name not in mt.TIME_IS_MUSCLE.needs:
            continue
        missing = chance.random(count) < SHARE_MISSING
        if column.words:
            table[name] = np.where(missing, "", chance.choice(column.words, count))
        elif column.type == "yes_no":
            table[name] = np.where(missing, np.nan, chance.random(count) < 0.2)
        else:
            most = column.maximum or 40
            table[name] = np.where(missing, np.nan, np.round(chance.random(count) * most, 1))
    return table


def make_frame(count: int) -> pd.DataFrame:
    """Make the same table as a person would have it in pandas."""
    frame = pd.DataFrame(make_screening(count))
    for name, column in columns("screening").items():
        if name in frame and column.type == "yes_no":
            frame[name] = frame[name].astype("boolean")
        elif name in frame and column.words:
            frame[name] = frame[name].where(frame[name] != "", None)
    return frame


def in_numpy() -> Callable[[], object]:
    table = make_screening(COUNT)
    return lambda: check(table)


def in_pandas() -> Callable[[], object]:
    frame = make_frame(COUNT)
    return lambda: mt.TIME_IS_MUSCLE.check(frame)


def in_polars() -> Callable[[], object]:
    frame = pl.from_pandas(make_frame(COUNT))
    return lambda: mt.TIME_IS_MUSCLE.check(frame)


def in_duckdb() -> Callable[[], object]:
    connection = duckdb.connect()
    connection.from_df(make_frame(COUNT)).create("screening")
    return lambda: nw.from_native(mt.TIME_IS_MUSCLE.check(connection.table("screening"))).collect()


ENGINES = {FLOOR: in_numpy, "pandas": in_pandas, "Polars": in_polars, "DuckDB": in_duckdb}
CASES = [Case("check 100,000 patients, with reasons", engine, prepare) for engine, prepare in ENGINES.items()]
