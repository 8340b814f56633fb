"""Prednisone equivalents, and the dose between two dates: which days count, what is open, what is refused."""

from datetime import date

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from myositis_tools import errors
from myositis_tools.criteria.course_rules import IsRoute
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.scores import glucocorticoid_exposure, prednisone_equivalent

# criteria.md 3.2: drug, ATC code, milligrams equal to 5 mg of prednisone.
EQUIVALENTS = """
    prednisone          H02AB07   5
    prednisolone        H02AB06   5
    methylprednisolone  H02AB04   4
    triamcinolone       H02AB08   4
    dexamethasone       H02AB02   0.75
    betamethasone       H02AB01   0.75
    hydrocortisone      H02AB09  20
    cortisone           H02AB10  25
    deflazacort         H02AB13   6
"""
LINES = [line.split() for line in EQUIVALENTS.strip().splitlines()]


def equivalents(**columns: list) -> list:
    out = prednisone_equivalent(pd.DataFrame(columns))
    return [None if pd.isna(value) else value for value in out["prednisone_equivalent_mg_day"]]


@pytest.mark.parametrize(("drug", "atc", "equal"), LINES)
def test_what_equals_five_milligrams(drug, atc, equal):
    dose = [float(equal)]
    assert equivalents(drug=[drug], dose_mg_day=dose) == pytest.approx([5])
    assert equivalents(atc=[atc], dose_mg_day=dose) == pytest.approx([5])
    assert equivalents(drug=[f" {drug.upper()}"], atc=[None], dose_mg_day=dose) == pytest.approx([5])


def test_published_doses():
    # criteria.md 3.2: dexamethasone 40 mg, methylprednisolone 1000 mg, hydrocortisone 80 mg
    found = equivalents(
        drug=["dexamethasone", "methylprednisolone", "hydrocortisone"], dose_mg_day=[40.0, 1000.0, 80.0]
    )
    assert found == pytest.approx([266.667, 1250, 20], abs=1e-3)


def test_a_code_decides_where_it_is_given():
    assert equivalents(drug=["prednisone"] * 2, atc=["H02AB02", "N02BA01"], dose_mg_day=[6.0, 100.0]) == [40, None]


def test_why_there_is_no_equivalent():
    doses = pd.DataFrame(
        {
            "drug": ["prednisone", None, "azathioprine", "triamcinolone", "prednisone", "prednisone"],
            "dose_mg_day": [None, 10.0, 100.0, 40.0, 20.0, 0.0],
            "route": ["oral", "oral", "oral", "intra-articular", None, " Intravenous"],
        }
    )
    out = prednisone_equivalent(doses)
    assert out["missing"].tolist() == [
        "dose not recorded",
        "drug not recorded",
        "no equivalent is known for this drug",
        "equivalents hold for oral and intravenous doses only",
        "",
        "",
    ]
    assert out["prednisone_equivalent_mg_day"].tolist()[4:] == [20, 0]
    assert out["prednisone_equivalent_mg_day"].isna().tolist() == [True] * 4 + [False] * 2


def test_each_dose_says_how_well_its_equivalent_is_known():
    doses = pd.DataFrame(
        {
            "drug": ["prednisone", "Deflazacort", None, "deflazacort", "aspirin", "deflazacort"],
            "atc": [None, None, "H02AB13", "H02AB07", None, None],
            "dose_mg_day": [5.0, 6.0, 6.0, 5.0, 100.0, None],
        }
    )
    out = prednisone_equivalent(doses)
    found = [None if pd.isna(word) else word for word in out["evidence"]]
    assert found == ["verified", "secondary", "secondary", "verified", None, None]  # a code decides


def test_doses_that_cannot_be():
    with pytest.raises(errors.MissingColumnError, match="drug or atc"):
        prednisone_equivalent(pd.DataFrame({"dose_mg_day": [1.0]}))
    with pytest.raises(errors.MissingColumnError, match="dose_mg_day"):
        prednisone_equivalent(pd.DataFrame({"drug": ["prednisone"]}))
    with pytest.raises(errors.ImpossibleValueError, match="negative"):
        prednisone_equivalent(pd.DataFrame({"drug": ["prednisone"], "dose_mg_day": [-5.0]}))


# ---------------------------------------- between two dates


def course(
    start: int | None, stop: int | None, dose: float | None = 10, drug: str | None = "prednisone", **more
) -> dict:
    """A course from one day of January 2026 to another; day 0 is 31 December."""
    return {"drug": drug, "dose_mg_day": dose, "start_date": day(start), "stop_date": day(stop)} | more


def day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(date(2025, 12, 31).toordinal() + number)


def exposure(*courses: dict, first: int | None = 5, last: int | None = 14, recorded: object = None, **options) -> dict:
    """What one patient took from 5 to 14 January, ten days."""
    columns = ["patient_id", "drug", "dose_mg_day", "start_date", "stop_date"]
    lines = pd.DataFrame([{"patient_id": "A"} | one for one in courses], columns=None if courses else columns)
    lines = lines.astype({"start_date": "datetime64[ns]", "stop_date": "datetime64[ns]", "dose_mg_day": float})
    window = pd.DataFrame({"patient_id": ["A"], "from_date": [day(first)], "to_date": [day(last)]})
    window = window.astype({"from_date": "datetime64[ns]", "to_date": "datetime64[ns]"})
    if recorded is not None:
        window["medications_recorded"] = recorded
    (row,) = glucocorticoid_exposure(lines, window, **options).to_dict("records")
    return {name.removeprefix("prednisone_"): None if pd.isna(value) else value for name, value in row.items()}


@pytest.mark.parametrize(
    ("start", "stop", "days"),
    [(5, 14, 10), (1, 31, 10), (5, 5, 1), (14, 14, 1), (4, 4, 0), (15, 20, 0), (1, 5, 1), (14, 20, 1), (7, 9, 3)],
)
def test_both_ends_of_a_course_and_of_a_window_belong_to_it(start, stop, days):
    found = exposure(course(start, stop))
    assert found["mg_total"] == found["mg_total_min"] == found["mg_total_max"] == 10 * days
    assert found["mg_day_mean"] == days
    assert (found["window_days"], found["missing"]) == (10, "")


def test_courses_that_overlap_add_up():
    found = exposure(course(1, 10, 20), course(8, 20, 5), course(9, 11, 1000, "methylprednisolone"))
    assert found["mg_total"] == 6 * 20 + 7 * 5 + 3 * 1250
    assert exposure(course(5, 14), course(5, 14))["mg_total"] == 200  # a line twice is a dose twice


def test_other_drugs_count_for_nothing_but_show_a_list():
    assert exposure(course(5, 14, 100, "azathioprine"))["mg_total"] == 0
    assert exposure(course(None, None, None, "azathioprine"))["mg_total"] == 0


def test_without_a_list_nothing_is_known():
    found = exposure()
    assert (found["mg_total"], found["mg_total_min"], found["mg_total_max"]) == (None, 0, None)
    assert found["missing"] == "no medication list"
    assert exposure(recorded=False)["mg_total"] is None
    assert exposure(recorded=True)["mg_total"] == exposure(recorded=True)["mg_day_mean"] == 0


@pytest.mark.parametrize(
    ("start", "stop", "low", "high", "said"),
    [
        (7, None, 1, 8, "end of a course not recorded"),
        (1, None, 0, 10, "end of a course not recorded"),  # it may have ended before the window
        (14, None, 1, 1, ""),  # one day either way
        (15, None, 0, 0, ""),  # after the window
        (None, 9, 1, 5, "start of a course not recorded"),
        (None, 20, 0, 10, "start of a course not recorded"),
        (None, 4, 0, 0, ""),
        (None, None, 0, 10, "start of a course not recorded; end of a course not recorded"),
    ],
)
def test_a_date_that_is_not_recorded(start, stop, low, high, said):
    found = exposure(course(start, stop))
    assert (found["mg_total_min"], found["mg_total_max"]) == (10 * low, 10 * high)
    assert (found["mg_total"] is None) is (low != high)
    assert (found["mg_day_mean_min"], found["mg_day_mean_max"]) == (low, high)
    assert found["missing"] == said


def test_a_course_may_be_read_as_still_taken():
    assert exposure(course(7, None), missing_stop="still taken")["mg_total"] == 80
    assert exposure(course(20, None), missing_stop="still taken")["mg_total"] == 0
    # without a start it is open all the same
    assert exposure(course(None, None), missing_stop="still taken")["mg_total"] is None
    with pytest.raises(errors.OptionError, match=r"missing_stop='yes' is not known"):
        exposure(course(7, None), missing_stop="yes")


def test_a_dose_or_drug_that_is_not_known():
    found = exposure(course(5, 6, None), course(5, 14, 2))
    assert (found["mg_total"], found["mg_total_min"], found["mg_total_max"]) == (None, 20, None)
    assert found["missing"] == "dose of a course not recorded"
    assert exposure(course(20, 25, None), course(5, 14, 2))["mg_total"] == 20  # outside the window it does not matter
    for line in (course(5, 6, 4, None), course(5, 6, 4, "paramethasone", atc="H02AB05")):
        found = exposure(line)
        assert (found["mg_total"], found["mg_total_min"], found["mg_total_max"]) == (None, 0, None)
        assert found["missing"] == "a drug without a known equivalent"
    assert exposure(course(5, 6, 4, "budesonide", atc="R03BA02"))["mg_total"] == 0


def test_an_equivalent_that_is_stated_wins():
    stated = course(5, 14, 100, "dexamethasone", prednisone_equivalent_mg_day=7.5)
    assert exposure(stated)["mg_total"] == 75
    injected = course(5, 14, 40, "triamcinolone", route="intramuscular")
    assert exposure(injected)["missing"] == "a drug without a known equivalent"
    assert exposure(injected | {"prednisone_equivalent_mg_day": 0.0})["mg_total"] == 0
    assert exposure(course(7, None, 40, "prednisone", prednisone_equivalent_mg_day=0.0))["mg_total"] == 0


def test_a_window_that_is_not_recorded():
    found = exposure(course(5, 14), last=None)
    assert found["mg_total"] is found["mg_total_min"] is found["mg_total_max"] is found["window_days"] is None
    assert found["missing"] == "window not recorded"


def test_several_windows_of_several_patients_in_the_order_given():
    lines = pd.DataFrame([{"patient_id": name} | course(1, 20, dose) for name, dose in (("B", 1), ("A", 10))]).astype(
        {"start_date": "datetime64[ns]", "stop_date": "datetime64[ns]"}
    )
    windows = pd.DataFrame(
        {
            "patient_id": ["A", "B", "A", "A", "C"],
            "from_date": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-01-15", "2026-01-01", "2026-01-01"]),
            "to_date": pd.to_datetime(["2026-01-10", "2026-01-10", "2026-01-30", "2026-01-10", "2026-01-10"]),
        },
        index=[5, 4, 3, 2, 1],
    )
    before = windows.copy()
    out = glucocorticoid_exposure(lines, windows)
    pd.testing.assert_frame_equal(windows, before)
    assert out["prednisone_mg_total"].fillna(-1).tolist() == [100, 10, 60, 100, -1]
    assert out.index.tolist() == [5, 4, 3, 2, 1]


def test_what_cannot_be_is_refused():
    with pytest.raises(errors.ImpossibleValueError, match=r"Column stop_date.*: 2026-01-08\. Where: patient_id A, val"):
        exposure(course(9, 8))
    with pytest.raises(errors.ImpossibleValueError, match=r"Column to_date.*: 2026-01-13\. Where: patient_id A, val"):
        exposure(course(5, 6), first=14, last=13)
    window = pd.DataFrame(
        {"patient_id": ["A"], "from_date": pd.Timestamp(2026, 1, 1), "to_date": pd.Timestamp(2026, 1, 2)}
    )
    lines = pd.DataFrame([{"patient_id": "A"} | course(1, 2)]).astype({"start_date": "datetime64[ns]"})
    with pytest.raises(errors.MissingColumnError, match="stop_date"):
        glucocorticoid_exposure(lines.drop(columns="stop_date"), window)
    with pytest.raises(errors.MissingColumnError, match="from_date"):
        glucocorticoid_exposure(lines, window.drop(columns="from_date"))
    with pytest.raises(errors.MissingColumnError, match="drug or atc"):
        glucocorticoid_exposure(lines.drop(columns="drug"), window)
    with pytest.raises(errors.MissingColumnError, match="dose_mg_day or prednisone_equivalent_mg_day"):
        glucocorticoid_exposure(lines.drop(columns="dose_mg_day"), window)


ORAL = ("PO", "p.o.", "Per os", "ORAL", " oral use", "by mouth", "oraal", "voie orale")
INTO_A_VEIN = ("IV", "i.v.", "INTRAVENOUS", "Intravenous bolus", "intravenous DRIP", "intraveneus", "intravenös")


@pytest.mark.parametrize("route", [*ORAL, *INTO_A_VEIN])
def test_a_route_however_it_is_spelt(route):
    """A dose by 'PO' was missing, for equivalents hold for oral and intravenous doses only."""
    assert equivalents(drug=["prednisone"], dose_mg_day=[20.0], route=[route]) == [20]


@pytest.mark.parametrize("route", ["IM", "topical", "intra-articular", "im/iv", "po?", "inhaled", "SC"])
def test_another_route_is_none_of_them(route):
    assert equivalents(drug=["prednisone"], dose_mg_day=[20.0], route=[route]) == [None]


@pytest.mark.parametrize("table", [pd.DataFrame, pl.DataFrame])
def test_a_kind_of_course_knows_the_spellings_of_a_route(table):
    """A pulse 'IV' was no intravenous one, and so was not allowed."""
    routes = [*INTO_A_VEIN, *ORAL, "SC"]
    courses = nw.from_native(table({"route": routes})).with_columns(nw.lit(False).alias(OPEN))
    found = courses.select(IsRoute("intravenous").truth().fill_null(False).alias("is"))["is"].to_list()
    assert found == [True] * len(INTO_A_VEIN) + [False] * (len(ORAL) + 1)
