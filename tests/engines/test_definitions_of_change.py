"""pandas, Polars and DuckDB give the same verdicts, reasons and changes in every cell and in the same order."""

import random
from functools import cache

import pandas as pd
import pytest

from myositis_tools.scores.response import (
    score_important_change,
    score_improvement_definition,
    score_inactive_disease,
    score_worsening,
)
from tests.engines.other_engines import ENGINES
from tests.engines.test_scores import added, cells

pytestmark = pytest.mark.engines

SCORES = {
    "improvement, IMACS": (score_improvement_definition, {"mmt": "mmt8_150"}),
    "improvement by share of range": (
        score_improvement_definition,
        {"mmt": "mmt8_80", "enzyme_by": "range_share", "baseline_week": 4},
    ),
    "worsening, ProDERM": (score_worsening, {"mmt": "mmt8_150"}),
    "worsening, RIM": (score_worsening, {"mmt": "mmt8_150", "definition": "imacs_rim", "baseline_week": 4}),
    "worsening, single measures": (score_worsening, {"mmt": "mmt8_150", "definition": "dastmalchi"}),
    "inactive disease": (score_inactive_disease, {}),
    "inactive disease, variant": (score_inactive_disease, {"definition": "physician_global_obligatory"}),
    "important change": (score_important_change, {"mmt": "mmt8_80"}),
}


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@cache
def visits_of_many() -> pd.DataFrame:
    """Visits in no order, some patients without a baseline, values missing, zero, and at the end of their scale."""
    chance = random.Random(2010)  # noqa: S311 - a test, not a secret
    scales = {"physician_global_cm": (100, 10), "patient_global_cm": (100, 10), "mmt8_150": (150, 1), "haq_di": (24, 8)}
    scales |= {"extramuscular_cm": (100, 10), "ck_xuln": (2000, 100), "ldh_xuln": (2000, 100)}
    scales |= {"ck_u_l": (300, 1), "cmas_52": (52, 1), "mmt8_80": (80, 1)}

    def value(most: int, grid: int) -> float:
        drawn = chance.choice([None, 0, most, *(chance.randint(0, most) for _ in range(9))])
        return float("nan") if drawn is None else drawn / grid

    rows = [
        {"patient_id": f"P{patient:03d}", "week": week} | {name: value(*scale) for name, scale in scales.items()}
        for patient in range(100)
        for week in (-2, 0, 4, 12, 26)
        if chance.random() > 0.1
    ]
    chance.shuffle(rows)
    return pd.DataFrame(rows)


def little(what: str) -> pd.DataFrame:
    visits = visits_of_many()
    if what == "all missing":
        return visits.assign(**dict.fromkeys(visits.columns[2:], float("nan")))
    return (visits.iloc[:0] if what == "no row" else visits[visits["week"] == 26].iloc[:1]).reset_index(drop=True)


LITTLE = ("no row", "one follow-up", "all missing")


@cache
def in_pandas(name: str, what: str = "") -> list[dict]:
    """The cells of a table scored in pandas, worked out once for all engines."""
    score, options = SCORES[name]
    return cells(score(little(what) if what else visits_of_many(), **options))


@pytest.mark.parametrize("name", SCORES)
def test_every_cell_is_the_same(engine, name):
    score, options = SCORES[name]
    visits = visits_of_many()
    expected, native = in_pandas(name), engine(visits)
    scored = score(native, **options)
    assert type(scored) is type(native)
    found = cells(scored)
    assert list(found[0]) == list(expected[0])
    assert added(found, visits) == added(expected, visits)
    assert [row["patient_id"] for row in found] == visits["patient_id"].tolist()
    assert [row["week"] for row in found] == visits["week"].tolist()


@pytest.mark.parametrize("name", SCORES)
def test_scoring_again(engine, name):
    score, options = SCORES[name]
    visits = visits_of_many()
    once = score(engine(visits), **options)
    assert added(cells(score(once, **options)), visits) == added(in_pandas(name), visits)


@pytest.mark.parametrize("name", SCORES)
def test_tables_with_little_in_them(engine, name):
    score, options = SCORES[name]
    for what in LITTLE:
        given = little(what)
        assert added(cells(score(engine(given), **options)), given) == added(in_pandas(name, what), given)
