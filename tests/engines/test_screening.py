"""Random records with gaps and dates of a month: the same screening and the same judgement on every engine."""

import random

import narwhals as nw
import pandas as pd
import pytest

import myositis_tools as mt
from tests.engines.other_engines import ENGINES, cells
from tests.property.test_screening import Cohort

pytestmark = pytest.mark.engines

BY = ("by_pulse", "by_full_dose", "by_low_dose", "by_stable_drug")
JUDGED = ("exposure", "prednisone_mg_day", *BY, "allowed", "because")


@pytest.fixture(scope="module", name="tables")
def _tables():
    tables = Cohort(seed=7).tables()
    tables["lines"] = tables["lines"].head(600)
    tables["patients"] = tables["patients"].head(400)
    chance = random.Random(7)  # noqa: S311 - a test, not a secret
    for name, column in (("patients", "symptom_onset_date"), ("lines", "stop_date"), ("events", "date")):
        said = [chance.choice(["month", "year", None]) for _ in range(len(tables[name]))]
        tables[name][f"{column}_precision"] = pd.Series(said, dtype="object")
    tables["patients"] = tables["patients"].drop(columns="symptom_onset_date_precision")
    tables["patients"]["birth_date_precision"] = "year"
    tables["patients"]["screening_date_precision"] = [("month", None, "day", "year")[place % 4] for place in range(400)]
    still = [chance.choice([True, False, None]) for _ in range(len(tables["lines"]))]
    tables["lines"]["still_taken"] = pd.array(still, "boolean")
    return tables


def derived(tables):
    return mt.derive_screening(
        tables["patients"], medications=tables["lines"], events=tables["events"], nephrotoxic="broad"
    )


@pytest.fixture(scope="module", name="in_pandas")
def _in_pandas(tables):
    """The screening table and the judged lines of pandas, worked out once for all engines."""
    return derived(tables), mt.judge_exposures(tables["lines"], tables["patients"])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_on_every_engine(tables, in_pandas, engine):
    given = {name: ENGINES[engine](table) for name, table in tables.items()}
    screening, lines = in_pandas
    names = [name for name in screening.columns if name != "screening_date"]
    assert cells(derived(given), names) == cells(screening, names)
    judged = mt.judge_exposures(given["lines"], given["patients"])
    assert isinstance(judged, type(given["lines"]))
    assert cells(judged, ("patient_id", *JUDGED)) == cells(lines, ("patient_id", *JUDGED))
    assert nw.from_native(judged).collect_schema().names() == list(lines.columns)
    with pytest.raises(mt.errors.ImpossibleValueError, match="value 1999-12-31"):
        mt.judge_exposures(
            ENGINES[engine](tables["lines"].assign(stop_date=pd.Timestamp(1999, 12, 31))), given["patients"]
        )
