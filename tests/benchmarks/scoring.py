"""Scoring a million visits with the Total Improvement Score."""

from collections.abc import Callable
from functools import cache

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl

from myositis_tools.scores import score_total_improvement
from tests.benchmarks.run import FLOOR, Case
from tests.benchmarks.score_floor import score

WEEKS = (0, 4, 8, 12, 26)
SCALES = {"physician_global_cm": (10, 10), "patient_global_cm": (10, 10), "extramuscular_cm": (10, 10)}
SCALES |= {"mmt8_150": (150, 1), "haq_di": (3, 8)}  # maximum, steps to one unit
ENZYMES = {"ck_xuln": 3.0, "aldolase_xuln": 1.5, "ldh_xuln": 1.2, "alt_xuln": 1.0, "ast_xuln": 1.0}  # median
SHARE_MISSING = 0.03


@cache
def make_visits(count: int, *, ids: str = "text") -> dict[str, np.ndarray]:
    """Make visits as NumPy arrays, five to a patient, three in a hundred values missing."""
    chance = np.random.default_rng(2017)
    patients = np.arange(count // len(WEEKS))
    named = np.char.add("P", np.char.zfill(patients.astype("U7"), 7)) if ids == "text" else patients
    visits = {"patient_id": np.repeat(named, len(WEEKS)), "week": np.tile(WEEKS, len(patients))}
    rows = len(visits["week"])
    values = {name: chance.integers(0, most * grid + 1, rows) / grid for name, (most, grid) in SCALES.items()}
    values |= {name: np.round(chance.lognormal(np.log(median), 0.6, rows), 2) for name, median in ENZYMES.items()}
    for value in values.values():
        value[chance.random(rows) < SHARE_MISSING] = np.nan
    return visits | values


def in_numpy(count: int, ids: str) -> Callable[[], object]:
    visits = make_visits(count, ids=ids)
    return lambda: score(visits)


def in_pandas(count: int, ids: str) -> Callable[[], object]:
    visits = pd.DataFrame(make_visits(count, ids=ids))
    return lambda: score_total_improvement(visits)


def in_polars(count: int, ids: str) -> Callable[[], object]:
    visits = pl.DataFrame(make_visits(count, ids=ids))
    return lambda: score_total_improvement(visits)


def in_lazy_polars(count: int, ids: str) -> Callable[[], object]:
    visits = pl.DataFrame(make_visits(count, ids=ids)).lazy()
    return lambda: score_total_improvement(visits).collect()


def in_duckdb(count: int, ids: str) -> Callable[[], object]:
    connection = duckdb.connect()
    connection.from_arrow(pl.DataFrame(make_visits(count, ids=ids)).to_arrow()).create("visits")
    return lambda: nw.from_native(score_total_improvement(connection.table("visits"))).collect()


ENGINES = {
    FLOOR: in_numpy,
    "pandas": in_pandas,
    "Polars": in_polars,
    "Polars, lazy": in_lazy_polars,
    "DuckDB": in_duckdb,
}
CASES = [
    Case(f"score 1,000,000 visits, {ids} as ids", engine, lambda prepare=prepare, ids=ids: prepare(1_000_000, ids))
    for ids in ("text", "numbers")
    for engine, prepare in ENGINES.items()
]
