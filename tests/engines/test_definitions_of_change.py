"""pandas, Polars and DuckDB give the same verdicts, reasons and changes in every cell and in the same order."""

import random

import pandas as pd
import pytest

from myositis_tools.scores.response import (
    score_important_change,
    score_improvement_definition,
    score_inactive_disease,
    score_worsening,
)
from tests.engines.test_scores import ENGINES, added, cells

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


@pytest.fixture(scope="module", name="visits")
def _visits() -> pd.DataFrame:
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


@pytest.mark.parametrize("name", SCORES)
def test_every_cell_is_the_same(engine, visits, name):
    score, options = SCORES[name]
    expected, native = score(visits, **options), engine(visits)
    scored = score(native, **options)
    assert type(scored) is type(native)
    assert list(cells(scored)[0]) == list(expected.columns)
    assert added(cells(scored), visits) == added(cells(expected), visits)
    assert [row["patient_id"] for row in cells(scored)] == visits["patient_id"].tolist()
    assert [row["week"] for row in cells(scored)] == visits["week"].tolist()


@pytest.mark.parametrize("name", SCORES)
def test_scoring_again(engine, visits, name):
    score, options = SCORES[name]
    once = score(engine(visits), **options)
    assert added(cells(score(once, **options)), visits) == added(cells(once), visits)


@pytest.mark.parametrize("name", SCORES)
def test_tables_with_little_in_them(engine, visits, name):
    score, options = SCORES[name]
    for little in (
        visits.iloc[:0],
        visits[visits["week"] == 26].iloc[:1],
        visits.assign(**dict.fromkeys(visits.columns[2:], float("nan"))),
    ):
        of = little.reset_index(drop=True)
        assert added(cells(score(engine(of), **options)), of) == added(cells(score(of, **options)), of)
