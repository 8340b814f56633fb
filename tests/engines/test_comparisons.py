"""pandas, Polars and DuckDB compare the arms of a trial alike."""

from functools import cache

import pytest

import myositis_tools as mt
from tests.engines.other_engines import ENGINES, cells

pytestmark = pytest.mark.engines
PATIENTS = mt.load_patients()[["patient_id", "sex"]]
TRIAL = mt.load_visits().dropna(subset="arm").merge(PATIENTS, on="patient_id").reset_index(drop=True)
TRIAL["rescue_week"] = TRIAL["patient_id"].map({TRIAL["patient_id"].iloc[0]: 6.0})
RESCUE = {"rescue": "rescue_week", "estimand": "composite"}
CALLS = {
    "over visits": lambda visits: mt.compare_over_visits(visits, adjust=["haq_di"]),
    "prednisone": lambda visits: mt.compare_prednisone(visits, 26, missing=("complete", "worst")),
    "subgroups": lambda visits: mt.compare_subgroups(visits, 12, by="sex"),
    "rescue": lambda visits: mt.compare_scores(visits, 12, resamples=9, **RESCUE),
    "rescued": lambda visits: mt.rescued_patients(visits, 12, **RESCUE),
    "imputed": lambda visits: mt.compare_imputed(mt.impute_measures(visits, weeks=[12], imputations=2), 12),
}


@cache
def in_pandas(name: str) -> list[dict]:
    """The cells of pandas' answer, worked out once for all engines."""
    return cells(CALLS[name](TRIAL))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_cell_is_the_same(engine, name):
    native = ENGINES[engine](TRIAL)
    found = CALLS[name](native)
    assert type(found) is type(native)
    for own, other in zip(cells(found), in_pandas(name), strict=True):
        for column, value in other.items():
            assert own[column] == (pytest.approx(value) if isinstance(value, float) else value), column
