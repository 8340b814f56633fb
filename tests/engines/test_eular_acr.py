"""pandas, Polars and DuckDB classify alike, in every cell and in the same order."""

import random

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.criteria import classify_eular_acr, explain_eular_acr
from myositis_tools.criteria.classification import eular_acr
from tests.engines.other_engines import ENGINES, cells

pytestmark = pytest.mark.engines
PROBABILITIES = ("probability", "probability_min", "probability_max")


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@pytest.fixture(scope="module", name="cases")
def _cases() -> pd.DataFrame:
    chance = random.Random(17)  # noqa: S311 - a test, not a secret
    answers = [name for name in eular_acr.needs() if name != "onset_age_years"]
    rows = []
    for number in range(400):
        row = {name: chance.choices([True, False, None], [0.2, 0.7, 0.1])[0] for name in answers}
        if row["biopsy_available"] is False:
            row |= {name: False for name in answers if name.startswith("biopsy_")}
        age = float("nan") if chance.random() < 0.1 else chance.choice([10, 17.9, 18, 39.9, 40, 71])
        rows.append({"case_id": f"C{number:03d}", "onset_age_years": age} | row)
    return pd.DataFrame(rows).astype(dict.fromkeys(answers, "boolean"))


def test_the_classification(engine, cases):
    expected, native = cells(classify_eular_acr(cases)), engine(cases)
    out = classify_eular_acr(native)
    assert type(out) is type(native)
    found = cells(out)
    assert list(found[0]) == list(expected[0])
    for name in PROBABILITIES:  # engines have an exponential of their own: the last digit may differ
        columns = [[row.pop(name) for row in rows] for rows in (found, expected)]
        assert columns[0] == pytest.approx(columns[1], abs=1e-14, nan_ok=False)
    assert [{k: v for k, v in row.items() if k != "onset_age_years"} for row in found] == [
        {k: v for k, v in row.items() if k != "onset_age_years"} for row in expected
    ]


@pytest.mark.parametrize("case_id", ["C000", "C007", "C123"])
def test_the_receipt(engine, cases, case_id):
    native = engine(cases)
    receipt = explain_eular_acr(native, case_id)
    assert type(receipt) is type(native)
    assert cells(receipt) == cells(explain_eular_acr(cases, case_id))


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_little_in_them(engine, cases, rows):
    little = cases.iloc[:rows].reset_index(drop=True)
    nothing = little.assign(**dict.fromkeys(eular_acr.needs()))
    for table in (little, nothing):
        out = classify_eular_acr(engine(table))
        schema = nw.from_native(out).collect_schema()
        assert {schema[name] for name in ("score", "score_min", *PROBABILITIES)} == {nw.Float64}
        assert {schema[name] for name in ("category", "subgroup", "because", "caution")} == {nw.String}
        assert schema["cutoff_discordant"] == nw.Boolean
        assert len(cells(out)) == rows


def test_what_cannot_be_is_refused_alike(engine, cases):
    for wrong, error in (
        (cases.drop(columns="heliotrope"), errors.MissingColumnError),
        (cases.assign(onset_age_years=300.0), errors.ImpossibleValueError),
        (cases.assign(biopsy_available=False, biopsy_endomysial=True), errors.ImpossibleValueError),
        (cases.assign(anti_jo1="yes"), errors.WrongTypeError),
    ):
        with pytest.raises(error):
            classify_eular_acr(wrong)
        with pytest.raises(error):
            classify_eular_acr(engine(wrong))
