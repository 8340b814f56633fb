"""pandas, Polars and DuckDB follow the same course of every patient."""

from functools import cache

import pandas as pd
import pytest

from myositis_tools.scores.response import highest_possible_improvement
from myositis_tools.studies import response_over_time, time_to_response
from tests.engines.other_engines import ENGINES
from tests.engines.test_definitions_of_change import visits_of_many
from tests.engines.test_scores import cells

pytestmark = pytest.mark.engines
SCORES = {
    "course": (response_over_time, {"mmt": "mmt8_150"}),
    "course of planned visits": (response_over_time, {"mmt": "mmt8_150", "weeks": [4, 12, 26, 52]}),
    "time": (time_to_response, {"mmt": "mmt8_150"}),
    "time to what lasts": (time_to_response, {"mmt": "mmt8_150", "level": "minimal", "sustained": True}),
    "ceiling": (highest_possible_improvement, {"mmt": "mmt8_150", "leave_out": {"ldh": {"P003": "haemolysis"}}}),
}


def part(what: str) -> pd.DataFrame:
    visits = visits_of_many()
    of = {"all": visits, "no row": visits.iloc[:0]}
    of |= {f"one visit in week {week}": visits[visits["week"] == week].iloc[:1] for week in (26, 0)}
    return of[what].reset_index(drop=True)


@cache
def in_pandas(name: str, what: str) -> list[dict]:
    """The answer of pandas, worked out once for all engines."""
    score, options = SCORES[name]
    return cells(score(part(what), **(options if what == "all" else of_little(options))))


def of_little(options: dict) -> dict:
    return {name: value for name, value in options.items() if name != "leave_out"}


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_cell_is_the_same(engine, name):
    score, options = SCORES[name]
    native = ENGINES[engine](part("all"))
    found = score(native, **options)
    assert type(found) is type(native)
    expected = in_pandas(name, "all")
    assert cells(found) == expected
    patients = [row["patient_id"] for row in expected]
    assert patients == sorted(patients)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("engine", ENGINES)
def test_tables_with_little_in_them(engine, name):
    score, options = SCORES[name]
    for what in ("no row", "one visit in week 26", "one visit in week 0"):
        assert cells(score(ENGINES[engine](part(what)), **of_little(options))) == in_pandas(name, what)
