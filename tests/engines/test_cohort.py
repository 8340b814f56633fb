"""What a cohort shows is the same on every engine, cell by cell, and comes back on the engine that came in."""

from functools import cache

import duckdb
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from tests.engines.test_criteria import ENGINES, as_rows
from tests.spec.cohort import cohort

pytestmark = pytest.mark.engines

QUESTIONS = {
    "overlap": lambda screening: mt.overlap(mt.TIME_IS_MUSCLE, screening),
    "overlap masked": lambda screening: mt.overlap(mt.TIME_IS_MUSCLE, screening, mask_below=4),
    "influence": lambda screening: mt.influence(mt.TIME_IS_MUSCLE, screening),
    "influence worst": lambda screening: mt.influence(mt.TIME_IS_MUSCLE, screening, unknown="worst", mask_below=4),
    "overlap worst": lambda screening: mt.overlap(mt.TIME_IS_MUSCLE, screening, unknown="worst"),
    "attrition masked": lambda screening: mt.attrition(mt.TIME_IS_MUSCLE, screening, mask_below=4),
    "case_mix": lambda screening: mt.case_mix(mt.TIME_IS_MUSCLE, screening, mask_below=4),
    "count_answers": lambda screening: mt.screening.count_answers(mt.TIME_IS_MUSCLE, screening),
    "rank_candidates": lambda screening: mt.screening.rank_candidates(mt.TIME_IS_MUSCLE, screening),
    "near_misses": lambda screening: mt.near_misses(mt.TIME_IS_MUSCLE, screening),
    "next_measurements": lambda screening: mt.next_measurements(mt.TIME_IS_MUSCLE, screening),
    "sensitivity": lambda screening: mt.sensitivity(
        mt.TIME_IS_MUSCLE, screening, "minimum_mmt_loss_percent", [5, 20], mask_below=4
    ),
}
KINDS = {
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "duckdb": duckdb.DuckDBPyRelation,
    "duckdb on a connection of its own": duckdb.DuckDBPyRelation,
}


@cache
def screening_of(people: str) -> pd.DataFrame:
    screening = (mt.load_screening() if people == "sample" else cohort())[list(mt.TIME_IS_MUSCLE.needs)]
    return screening.iloc[:0] if people == "nobody" else screening


@cache
def in_pandas(question: str, people: str) -> tuple[list[str], list[tuple]]:
    """The columns and rows of pandas' answer, worked out once for all engines."""
    answer = QUESTIONS[question](screening_of(people))
    return list(answer.columns), as_rows(answer)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("people", ["sample", "by hand", "nobody"])
def test_the_answers(engine, question, people):
    found = QUESTIONS[question](ENGINES[engine](screening_of(people)))
    assert isinstance(found, KINDS[engine])
    names = found.collect_schema().names() if isinstance(found, pl.LazyFrame) else list(found.columns)
    assert (names, as_rows(found)) == in_pandas(question, people)
