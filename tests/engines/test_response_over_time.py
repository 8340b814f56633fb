"""pandas, Polars and DuckDB follow the same course of every patient."""

import pytest

from myositis_tools.scores.response import highest_possible_improvement
from myositis_tools.studies import response_over_time, time_to_response
from tests.engines.test_definitions_of_change import _visits as visits_of_many
from tests.engines.test_scores import ENGINES, cells

pytestmark = pytest.mark.engines
SCORES = {
    "course": (response_over_time, {"mmt": "mmt8_150"}),
    "course of planned visits": (response_over_time, {"mmt": "mmt8_150", "weeks": [4, 12, 26, 52]}),
    "time": (time_to_response, {"mmt": "mmt8_150"}),
    "time to what lasts": (time_to_response, {"mmt": "mmt8_150", "level": "minimal", "sustained": True}),
    "ceiling": (highest_possible_improvement, {"mmt": "mmt8_150", "leave_out": {"ldh": {"P003": "haemolysis"}}}),
}
visits = visits_of_many


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_cell_is_the_same(engine, visits, name):
    score, options = SCORES[name]
    native = ENGINES[engine](visits)
    found = score(native, **options)
    assert type(found) is type(native)
    expected = score(visits, **options)
    assert cells(found) == cells(expected)
    assert expected["patient_id"].is_monotonic_increasing


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("engine", ENGINES)
def test_tables_with_little_in_them(engine, visits, name):
    score, options = SCORES[name]
    options = {name: value for name, value in options.items() if name != "leave_out"}
    for little in (visits.iloc[:0], visits[visits["week"] == 26].iloc[:1], visits[visits["week"] == 0].iloc[:1]):
        of = little.reset_index(drop=True)
        assert cells(score(ENGINES[engine](of), **options)) == cells(score(of, **options))
