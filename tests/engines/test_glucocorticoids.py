"""pandas, Polars and DuckDB add up the same doses."""

import random
from datetime import date, timedelta

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.scores import glucocorticoid_exposure, prednisone_equivalent
from myositis_tools.scores.glucocorticoids import DOSE_ADDED, EXPOSURE_ADDED
from tests.engines.other_engines import ENGINES, cells

pytestmark = pytest.mark.engines


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@pytest.fixture(scope="module", name="tables")
def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    chance = random.Random(12)  # noqa: S311 - a test, not a secret
    lines, windows = [], []
    for number in range(80):
        for _ in range(chance.randint(0, 4)):
            start = date(2026, 1, 1) + timedelta(days=chance.randint(-60, 60))
            stop = start + timedelta(days=chance.randint(0, 60))
            lines.append(
                {
                    "patient_id": f"P{number}",
                    "drug": chance.choice(["prednisone", "Dexamethasone", "azathioprine", None]),
                    "atc": chance.choice([None, None, None, "H02AB04", "L04AX01", "H02AB99"]),
                    "dose_mg_day": chance.choice([5.0, 7.5, 40.0, float("nan")]),
                    "route": chance.choice(["oral", "intravenous", "topical", None]),
                    "start_date": None if chance.random() < 0.1 else start,
                    "stop_date": None if chance.random() < 0.2 else stop,
                }
            )
        for week in (0, 12):
            first = date(2026, 1, 1) + timedelta(weeks=week)
            windows.append({"patient_id": f"P{number}", "from_date": first, "to_date": first + timedelta(days=83)})
    chance.shuffle(windows)
    courses, asked = pd.DataFrame(lines), pd.DataFrame(windows)
    asked["medications_recorded"] = pd.array([chance.choice([True, False, None]) for _ in range(len(asked))], "boolean")
    dates = {"start_date": "datetime64[ns]", "stop_date": "datetime64[ns]"}
    return courses.astype(dates), asked.astype({"from_date": "datetime64[ns]", "to_date": "datetime64[ns]"})


@pytest.mark.parametrize("missing_stop", ["unknown", "still taken"])
def test_the_exposure(engine, tables, missing_stop):
    courses, windows = tables
    expected = glucocorticoid_exposure(courses, windows, missing_stop=missing_stop)
    native = engine(windows)
    out = glucocorticoid_exposure(engine(courses), native, missing_stop=missing_stop)
    assert type(out) is type(native)
    assert list(nw.from_native(out).collect_schema().names()) == list(expected.columns)
    found, wanted = cells(out, EXPOSURE_ADDED), cells(expected, EXPOSURE_ADDED)
    assert [row.pop("missing") for row in found] == [row.pop("missing") for row in wanted]
    for row, other in zip(found, wanted, strict=True):  # engines add up in an order of their own
        assert row == pytest.approx(other, abs=1e-9)
    assert cells(out, ("patient_id",)) == cells(windows, ("patient_id",))
    assert expected["prednisone_mg_total"].notna().sum() > 20
    assert expected["missing"].nunique() > 5


def test_the_equivalents(engine, tables):
    courses, _ = tables
    native = engine(courses)
    out = prednisone_equivalent(native)
    assert type(out) is type(native)
    assert cells(out, DOSE_ADDED) == cells(prednisone_equivalent(courses), DOSE_ADDED)


def test_tables_with_little_in_them(engine, tables):
    courses, windows = tables
    for lines, asked in (
        (courses.iloc[:0], windows.iloc[:3]),
        (courses, windows.iloc[:0]),
        (courses.iloc[:1], windows),
    ):
        out = glucocorticoid_exposure(engine(lines.reset_index(drop=True)), engine(asked.reset_index(drop=True)))
        schema = nw.from_native(out).collect_schema()
        assert {schema[name] for name in EXPOSURE_ADDED if name != "missing"} == {nw.Float64}
        assert schema["missing"] == nw.String
        assert len(cells(out, EXPOSURE_ADDED)) == len(asked)


def test_what_cannot_be_is_refused_alike(engine, tables):
    courses, windows = tables
    with pytest.raises(errors.ImpossibleValueError, match=r"stop_date.*2020-02-29.*value 2020-02-29") as refused:
        glucocorticoid_exposure(engine(courses.assign(stop_date=pd.Timestamp(2020, 2, 29))), engine(windows))
    assert "1970" not in str(refused.value)
    with pytest.raises(errors.MissingColumnError):
        glucocorticoid_exposure(engine(courses.drop(columns="start_date")), engine(windows))
    with pytest.raises(errors.ImpossibleValueError):
        prednisone_equivalent(engine(courses.assign(dose_mg_day=-1.0)))
