"""Met, not met, unknown: the whole truth table, on every engine."""

import itertools

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from myositis_tools import verdict

TABLE = """
a        | b        | a and b  | a or b   | not a
met      | met      | met      | met      | not met
met      | not met  | not met  | met      | not met
met      | unknown  | unknown  | met      | not met
not met  | met      | not met  | met      | met
not met  | not met  | not met  | not met  | met
not met  | unknown  | not met  | unknown  | met
unknown  | met      | unknown  | met      | unknown
unknown  | not met  | not met  | unknown  | unknown
unknown  | unknown  | unknown  | unknown  | unknown
"""
TRUTHS = {"met": True, "not met": False, "unknown": None}
ENGINES = {
    "pandas": lambda table: table,
    "polars": lambda table: pl.DataFrame({name: [_plain(v) for v in table[name]] for name in table}),
    "polars lazy": lambda table: pl.LazyFrame({name: [_plain(v) for v in table[name]] for name in table}),
    "duckdb": duckdb.from_df,
}


def _plain(value: object) -> object:
    return None if value is pd.NA else value


def answers(table: pd.DataFrame, engine: str, **questions: nw.Expr) -> dict[str, list[str]]:
    native = ENGINES[engine](table.astype("boolean"))
    asked = nw.from_native(native).select(**{name: verdict.to_verdict(truth) for name, truth in questions.items()})
    collected = asked.collect() if isinstance(asked, nw.LazyFrame) else asked
    return {name: collected[name].to_list() for name in questions}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_truth_table(read, engine):
    table = read(TABLE)
    truths = pd.DataFrame({name: table[name].map(TRUTHS) for name in ("a", "b")})
    a, b = nw.col("a"), nw.col("b")
    found = answers(
        truths,
        engine,
        both=verdict.kleene_and([a, b]),
        either=verdict.kleene_or([a, b]),
        negated=verdict.kleene_not(a),
    )
    assert found["both"] == table["a and b"].tolist()
    assert found["either"] == table["a or b"].tolist()
    assert found["negated"] == table["not a"].tolist()


@pytest.mark.parametrize("engine", ENGINES)
def test_and_is_the_minimum_and_or_the_maximum(engine):
    rank = {word: place for place, word in enumerate(("not met", "unknown", "met"))}
    combinations = list(itertools.product(rank, repeat=3))
    truths = pd.DataFrame([[TRUTHS[word] for word in row] for row in combinations], columns=["a", "b", "c"])
    columns = [nw.col(name) for name in truths]
    found = answers(truths, engine, both=verdict.kleene_and(columns), either=verdict.kleene_or(columns))
    assert [rank[word] for word in found["both"]] == [min(rank[word] for word in row) for row in combinations]
    assert [rank[word] for word in found["either"]] == [max(rank[word] for word in row) for row in combinations]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_at_least_n_agrees_with_trying_every_way_to_fill_in_what_is_missing(engine, count):
    combinations = list(itertools.product(TRUTHS.values(), repeat=4))
    truths = pd.DataFrame(combinations, columns=list("abcd"))
    expected = []
    for row in combinations:
        ways = itertools.product(*[[value] if value is not None else [True, False] for value in row])
        reached = {sum(way) >= count for way in ways}
        expected.append("unknown" if len(reached) == 2 else "met" if reached == {True} else "not met")
    found = answers(truths, engine, asked=verdict.at_least_of(count, [nw.col(name) for name in truths]))
    assert found["asked"] == expected
