"""Scoring a million sheets: the HAQ-DI from its items, MMT-8 from single muscles."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl

from myositis_tools.scores import score_haq_di, score_mmt
from tests.benchmarks.run import FLOOR, Case

# Items per category, in the order of the form.
HAQ = {"dressing": 2, "arising": 2, "eating": 3, "walking": 2, "hygiene": 3, "reach": 2, "grip": 3, "activities": 3}
PAIRS = (
    "deltoid",
    "biceps",
    "gluteus_maximus",
    "gluteus_medius",
    "quadriceps",
    "wrist_extensors",
    "ankle_dorsiflexors",
)
SHARE_MISSING = 0.03

Sheets = Mapping[str, np.ndarray]


@cache
def make_haq(count: int) -> Sheets:
    """Make HAQ sheets as NumPy arrays, three in a hundred answers missing."""
    chance = np.random.default_rng(1980)
    items = [f"haq_{category}_{number}" for category, many in HAQ.items() for number in range(1, many + 1)]
    sheets = {item: chance.integers(0, 4, count).astype("float64") for item in items}
    for values in sheets.values():
        values[chance.random(count) < SHARE_MISSING] = np.nan
    return sheets | {f"aid_{category}": chance.random(count) < 0.2 for category in HAQ}


@cache
def make_mmt(count: int) -> Sheets:
    """Make sheets of muscle grades, both sides of MMT-8, three in a hundred missing."""
    chance = np.random.default_rng(1991)
    names = ["neck_flexors", *(f"{muscle}_{side}" for muscle in PAIRS for side in ("right", "left"))]
    sheets = {name: chance.integers(0, 11, count).astype("float64") for name in names}
    for values in sheets.values():
        values[chance.random(count) < SHARE_MISSING] = np.nan
    return sheets


def haq_floor(sheets: Sheets) -> np.ndarray:
    """The index alone, as bare as it can be: no checks, no bounds, no words."""
    total = np.zeros(len(sheets["aid_grip"]))
    answered = np.zeros(len(total))
    for category, many in HAQ.items():
        highest = np.fmax.reduce([sheets[f"haq_{category}_{number}"] for number in range(1, many + 1)])
        raised = np.where(sheets[f"aid_{category}"] & (highest < 2), 2.0, highest)
        is_answered = ~np.isnan(raised)
        total += np.where(is_answered, raised, 0.0)
        answered += is_answered
    return np.where(answered >= 6, total / np.maximum(answered, 1), np.nan)


def mmt_floor(sheets: Sheets) -> np.ndarray:
    """The total alone."""
    return np.add.reduce(list(sheets.values()))


def score_mmt8(sheets: Any) -> Any:
    return score_mmt(sheets, scale="mmt8_150")


def _prepare(engine: str, sheets: Callable[[], Sheets], score: Any, floor: Any) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        made = sheets()
        if engine == FLOOR:
            return lambda: floor(made)
        if engine == "pandas":
            frame = pd.DataFrame(made)
            return lambda: score(frame)
        polars = pl.DataFrame(dict(made))
        if engine == "Polars":
            return lambda: score(polars)
        connection = duckdb.connect()
        connection.from_arrow(polars.to_arrow()).create("sheets")
        return lambda: nw.from_native(score(connection.table("sheets"))).collect()

    return prepare


WORKS = {
    "score 1,000,000 HAQ-DI sheets": (lambda: make_haq(1_000_000), score_haq_di, haq_floor),
    "score 1,000,000 MMT sheets": (lambda: make_mmt(1_000_000), score_mmt8, mmt_floor),
}
CASES = [
    Case(work, engine, _prepare(engine, *parts))
    for work, parts in WORKS.items()
    for engine in (FLOOR, "pandas", "Polars", "DuckDB")
]
