"""Eligibility is the same on every engine, cell by cell; NaN is missing on all of them."""

from functools import cache, partial

import duckdb
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from tests.spec.eligible import ELIGIBLE, screening_of

pytestmark = pytest.mark.engines


def _polars(table: pd.DataFrame) -> pl.DataFrame:
    columns = {}
    for name in table:
        values = [None if pd.isna(value) else value for value in table[name].astype("object")]
        columns[name] = [value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in values]
    kinds = {
        name: pl.Boolean if isinstance(ELIGIBLE.get(name), bool) or table[name].dtype == "boolean" else None
        for name in table
    }
    return pl.DataFrame(columns, schema_overrides={name: kind for name, kind in kinds.items() if kind}, strict=False)


CONNECTION = duckdb.connect()  # one of its own, kept open: a relation does not outlive its connection


def _connected(table: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    return CONNECTION.from_df(table)


ENGINES = {
    "polars": _polars,
    "polars lazy": lambda table: _polars(table).lazy(),
    "duckdb": duckdb.from_df,
    "duckdb on a connection of its own": _connected,
}


def as_rows(answer: object) -> list[tuple]:
    if isinstance(answer, pl.LazyFrame):
        answer = answer.collect()
    if isinstance(answer, pl.DataFrame):
        rows = answer.rows()
    elif isinstance(answer, duckdb.DuckDBPyRelation):
        rows = answer.fetchall()
    else:
        rows = list(answer.itertuples(index=False, name=None))
    return sorted(
        (
            tuple(
                None if pd.isna(value) else value.isoformat()[:10] if hasattr(value, "isoformat") else value
                for value in row
            )
            for row in rows
        ),
        key=str,
    )


TABLES = {
    "patients": mt.load_patients(),
    "visits": mt.load_visits(),
    "medications": mt.load_medications(),
    "events": mt.load_events(),
}


def derive(tables: dict[str, object]) -> object:
    return mt.derive_screening(
        tables["patients"], visits=tables["visits"], medications=tables["medications"], events=tables["events"]
    )


@cache
def derived() -> pd.DataFrame:
    return derive(TABLES)


def screening() -> pd.DataFrame:
    return derived()[list(mt.TIME_IS_MUSCLE.needs)]


QUESTIONS = {name: getattr(mt.TIME_IS_MUSCLE, name) for name in ("check", "decide", "verdicts")} | {
    f"the flow, {unknown}": partial(mt.attrition, mt.TIME_IS_MUSCLE, unknown=unknown)
    for unknown in ("itself", "worst", "best")
}


@cache
def in_pandas(question: str) -> list[tuple]:
    """The rows of pandas' answer, worked out once for all engines."""
    return as_rows(QUESTIONS[question](screening()))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_screening_table(engine):
    if engine == "duckdb on a connection of its own":
        connection = duckdb.connect()
        given = {name: connection.from_df(table) for name, table in TABLES.items()}
    else:
        given = {name: ENGINES[engine](table) for name, table in TABLES.items()}
    assert as_rows(derive(given)) == as_rows(derived())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answers(engine, question):
    assert as_rows(QUESTIONS[question](ENGINES[engine](screening()))) == in_pandas(question)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
def test_nan_is_missing(engine):
    asked = screening_of([ELIGIBLE | {"age_years": float("nan"), "fvc_percent_predicted": float("nan")}])
    if engine.startswith("polars"):
        native = pl.DataFrame({name: asked[name].tolist() for name in asked}, strict=False).with_columns(
            pl.col("age_years", "fvc_percent_predicted").fill_null(float("nan"))
        )
        native = native.lazy() if engine.endswith("lazy") else native
    else:
        native = ENGINES.get(engine, lambda table: table)(asked)
    verdicts = {(row[1], row[3]) for row in as_rows(mt.TIME_IS_MUSCLE.check(native))}
    assert {("adult", "unknown"), ("severe_weakness", "unknown")} <= verdicts


def test_the_engine_that_came_in_goes_out():
    for engine, kind in (("polars", pl.DataFrame), ("polars lazy", pl.LazyFrame), ("duckdb", duckdb.DuckDBPyRelation)):
        native = ENGINES[engine](screening())
        assert isinstance(mt.TIME_IS_MUSCLE.check(native), kind)
        assert isinstance(mt.TIME_IS_MUSCLE.decide(native), kind)
        assert isinstance(mt.attrition(mt.TIME_IS_MUSCLE, native), kind)
