"""pandas, Polars and DuckDB give the same score in every cell and in the same order, NaN or null."""

import random

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.scores import explain_total_improvement, score_total_improvement, to_xuln
from tests.engines.other_engines import WAYS_IN

pytestmark = pytest.mark.engines


@pytest.fixture(params=WAYS_IN, name="engine")
def _engine(request):
    return WAYS_IN[request.param]


def cells(native: object) -> list[dict]:
    """All values in order, None where there is none; a NaN that comes out stays one and is not equal to anything."""
    if isinstance(native, pd.DataFrame):
        rows = native.astype(object).to_dict("records")
        return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    return [dict(row) for row in nw.from_native(native).lazy().collect().rows(named=True)]


def added(rows: list[dict], given: pd.DataFrame) -> list[dict]:
    """The columns that were not there before: in those no NaN may come out."""
    return [{name: value for name, value in row.items() if name not in given.columns} for row in rows]


@pytest.fixture(scope="module", name="visits")
def _visits() -> pd.DataFrame:
    """Six hundred visits in no order, some patients without a baseline, some values missing."""
    chance = random.Random(2017)  # noqa: S311 - a test, not a secret
    scales = {"physician_global_cm": (100, 10), "patient_global_cm": (100, 10), "mmt8_150": (150, 1), "haq_di": (24, 8)}
    scales |= {"extramuscular_cm": (100, 10)}
    scales |= {f"{name}_xuln": (2000, 100) for name in ("ck", "aldolase", "ldh", "alt", "ast")}
    rows = [
        {"patient_id": f"P{patient:03d}", "week": week, "arm": chance.choice(["IVIg", "placebo"])}
        | {
            name: float("nan") if chance.random() < 0.05 else chance.randint(0, most) / grid
            for name, (most, grid) in scales.items()
        }
        for patient in range(120)
        for week in (-2, 0, 4, 12, 26)
        if chance.random() > 0.1
    ]
    chance.shuffle(rows)
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"population": "juvenile", "enzyme_by": "range_share"},
        {"baseline_week": 4, "leave_out": {"ck": "training", "ldh": {"P003": "haemolysis", "P004": "haemolysis"}}},
    ],
)
def test_the_score(engine, visits, options):
    expected = score_total_improvement(visits, **options)
    native = engine(visits)
    scored = score_total_improvement(native, **options)
    assert type(scored) is type(native)
    assert added(cells(scored), visits) == added(cells(expected), visits)
    given = ["patient_id", "week", "arm"]
    assert [[row[name] for name in given] for row in cells(scored)] == visits[given].to_numpy().tolist()
    assert list(cells(scored)[0]) == list(expected.columns)


def test_the_order_of_a_table_of_many_parts(engine, visits):
    # DuckDB works on 122,880 rows at a time, on several of these at once.
    complete = visits.drop(columns="arm").drop_duplicates("week").fillna(1.0).reset_index(drop=True)
    many = pd.concat([complete] * 30_000, ignore_index=True)
    number = pd.Series(range(len(many)))
    many["patient_id"] = (number // len(complete) * 7919 % 30_000).astype(str)  # patients in no order
    scored = nw.from_native(score_total_improvement(engine(many))).select("patient_id", "week").lazy().collect()
    assert scored["patient_id"].to_list() == many["patient_id"].to_list()
    assert scored["week"].to_list() == many["week"].to_list()


def test_scoring_again(engine, visits):
    once = score_total_improvement(engine(visits))
    assert added(cells(score_total_improvement(once)), visits) == added(cells(once), visits)


@pytest.mark.parametrize("week", [0, 26])
def test_the_receipt(engine, visits, week):
    patient = visits.loc[visits["week"] == week, "patient_id"].iloc[0]
    native = engine(visits)
    receipt = explain_total_improvement(native, patient, week)
    assert type(receipt) is type(native)
    assert cells(receipt) == cells(explain_total_improvement(visits, patient, week))


def test_multiples_of_the_upper_limit(engine):
    labs = pd.DataFrame(
        {
            "test": ["ck", "ck", "ast", "ldh", "alt"],
            "value": [1850.0, 15.5, float("nan"), 500.0, 80.0],
            "unit": ["U/L", "µkat/L", "U/L", None, "U/L"],
            "upper_limit": [200.0, 186.0, 40.0, 250.0, float("nan")],
            "upper_limit_unit": [None, "U/L", "U/L", None, None],
        }
    )
    assert [row["xuln"] for row in cells(to_xuln(engine(labs)))] == [9.25, 5.0, None, None, None]
    with pytest.raises(errors.ImpossibleValueError, match="Column upper_limit"):
        to_xuln(engine(labs.assign(upper_limit=0.0)))


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(lambda visits: visits.iloc[:0], id="no row"),
        pytest.param(lambda visits: visits[visits["week"] == 0].iloc[:1], id="one baseline"),
        pytest.param(lambda visits: visits[visits["week"] == 26].iloc[:1], id="one follow-up"),
        pytest.param(lambda visits: visits.assign(**{name: float("nan") for name in visits.columns[3:]}), id="all NaN"),
        pytest.param(lambda visits: visits.assign(ck_xuln=float("nan"), haq_di=float("nan")), id="two empty columns"),
    ],
)
def test_tables_with_little_in_them(engine, visits, of):
    little = of(visits).reset_index(drop=True)
    scored = score_total_improvement(engine(little))
    assert added(cells(scored), little) == added(cells(score_total_improvement(little)), little)
    schema = nw.from_native(scored).collect_schema()
    assert {schema[f"points_{name}"] for name in ("mmt", "haq", "enzyme")} == {nw.Float64}
    assert {schema[name] for name in ("response", "enzyme", "missing")} == {nw.String}
    assert schema["response_certain"] == nw.Boolean


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda visits: visits.drop(columns="haq_di"), errors.MissingColumnError),
        (lambda visits: visits.assign(physician_global_cm=47.0), errors.ImpossibleValueError),
        (lambda visits: visits.assign(ck_xuln=-1.0), errors.ImpossibleValueError),
        (lambda visits: visits.assign(ck_xuln=float("inf")), errors.ImpossibleValueError),
        (lambda visits: visits.assign(week=0.5), errors.ImpossibleValueError),
        (lambda visits: visits.assign(haq_di="1,5"), errors.WrongTypeError),
        (lambda visits: visits.assign(week=0), errors.DuplicateRowError),
        (lambda visits: visits.assign(mmt8_80=60.0), errors.AmbiguousColumnError),
    ],
)
def test_what_cannot_be_is_refused_alike(engine, visits, change, error):
    with pytest.raises(error) as on_pandas:
        score_total_improvement(change(visits))
    with pytest.raises(error) as elsewhere:
        score_total_improvement(engine(change(visits)))
    assert elsewhere.value.what.split(":")[0][:12] == on_pandas.value.what.split(":")[0][:12]
