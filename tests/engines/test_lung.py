"""pandas, Polars and DuckDB predict the same volume."""

import random

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.scores import score_fvc_percent
from myositis_tools.scores.lung import ADDED, equations
from tests.engines.other_engines import ENGINES, cells

pytestmark = pytest.mark.engines


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@pytest.fixture(scope="module", name="tests")
def _tests() -> pd.DataFrame:
    chance = random.Random(93)  # noqa: S311 - a test, not a secret

    def or_nothing(value: object, nothing: object) -> object:
        return nothing if chance.random() < 0.1 else value

    return pd.DataFrame(
        {
            "patient_id": [f"P{number}" for number in range(300)],
            "sex": [or_nothing(chance.choice(["female", "male"]), None) for _ in range(300)],
            "age_years": [or_nothing(chance.randint(4, 400) / 4.1, float("nan")) for _ in range(300)],
            "height_cm": [or_nothing(chance.uniform(100, 205), float("nan")) for _ in range(300)],
            "fvc_litres": [or_nothing(chance.uniform(0.4, 7), float("nan")) for _ in range(300)],
        }
    )


@pytest.mark.parametrize("equation", list(equations()))
def test_the_score(engine, tests, equation):
    expected, native = cells(score_fvc_percent(tests, equation=equation), ADDED), engine(tests)
    out = score_fvc_percent(native, equation=equation)
    assert type(out) is type(native)
    assert list(nw.from_native(out).collect_schema().names()) == [*tests.columns, *ADDED]
    found = cells(out, ADDED)
    for name in ("fvc_predicted_litres", "fvc_percent_predicted"):  # engines have logarithms of their own
        columns = [[row.pop(name) for row in rows] for rows in (found, expected)]
        assert columns[0] == pytest.approx(columns[1], abs=1e-10, nan_ok=False)
    assert found == expected


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_little_in_them(engine, tests, rows):
    for equation in ("gli_global_2022", "ecsc_1993"):
        for table in (tests.iloc[:rows], tests.iloc[:rows].assign(age_years=None, sex=None)):
            out = score_fvc_percent(engine(table.reset_index(drop=True)), equation=equation)
            schema = nw.from_native(out).collect_schema()
            assert [schema[name] for name in ADDED] == [nw.Float64, nw.Float64, nw.String, nw.String]
            assert len(cells(out, ADDED)) == rows


def test_what_cannot_be_is_refused_alike(engine, tests):
    for wrong, error in (
        (tests.drop(columns="sex"), errors.MissingColumnError),
        (tests.assign(height_cm=1.7), errors.ImpossibleValueError),
        (tests.assign(sex="M"), errors.UnknownWordError),
    ):
        with pytest.raises(error):
            score_fvc_percent(engine(wrong), equation="ecsc_1993")
