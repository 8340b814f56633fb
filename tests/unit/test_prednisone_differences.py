"""Prednisone between two weeks, worked by hand from doses at visits and from dated courses."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

import myositis_tools as mt
from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError

DAY = pd.Timestamp
# of each patient the arm and the doses at weeks 0, 4 and 8; a visit that was missed is no row
DOSES = {
    "A": ("IVIg", (60.0, 30.0, 10.0)),
    "B": ("IVIg", (40.0, 20.0, 5.0)),
    "C": ("IVIg", (40.0, None, 5.0)),
    "D": ("placebo", (60.0, 50.0, 40.0)),
    "E": ("placebo", (40.0, 40.0, 40.0)),
    "F": ("placebo", (None, 40.0, 40.0)),
    "G": (None, (80.0, 80.0, 80.0)),
}
VISITS = pd.DataFrame(
    [
        {"patient_id": name, "week": week, "arm": arm, "prednisone_mg_day": dose, "visit_date": DAY(2026, 1, 1)}
        for name, (arm, doses) in DOSES.items()
        for week, dose in zip((0, 4, 8), doses, strict=True)
        if not (name == "C" and week == 4)
    ]
)


def pick(table, method, estimate="cumulative prednisone", missing="complete", arm="IVIg"):
    rows = table[(table["method"] == method) & (table["estimate"] == estimate) & (table["missing"] == missing)]
    rows = rows[rows["arm"] == arm]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_dose_holds_until_the_next_visit_and_the_last_day_is_not_counted():
    found = mt.prednisone_between(VISITS, 8).set_index("patient_id")
    assert found.loc["A", "prednisone_mg_total"] == 28 * (60 + 30)
    assert found.loc["A", "prednisone_mg_day_mean"] == 45
    assert "G" not in found.index
    # up to week 6 only half of the second stretch, and from week 4 only that
    assert mt.prednisone_between(VISITS, 6).set_index("patient_id").loc["A", "prednisone_mg_total"] == 28 * 60 + 14 * 30
    assert mt.prednisone_between(VISITS, 8, from_week=4).loc[0, "prednisone_mg_total"] == 28 * 30


def test_what_was_not_recorded_is_never_nought():
    found = mt.prednisone_between(VISITS, 8).set_index("patient_id")
    assert found.loc[["C", "F"], "prednisone_mg_total"].isna().all()
    assert found.loc[["C", "F"], "prednisone_mg_total_max"].isna().all()
    assert found.loc["C", "prednisone_mg_total_min"] == 28 * 40
    assert found.loc[["C", "F"], "missing"].tolist() == ["no dose recorded at week 4", "no dose recorded at week 0"]
    held = mt.prednisone_between(VISITS, 8, missing_dose="last dose").set_index("patient_id")
    assert held.loc["C", "prednisone_mg_total"] == 56 * 40
    assert np.isnan(held.loc["F", "prednisone_mg_total"])  # nothing came before


def test_the_comparison_is_scipys():
    found = mt.compare_prednisone(VISITS, 8, confidence=0.9)
    own, other = np.array([45.0, 30.0]) * 56, np.array([55.0, 40.0]) * 56
    row, expected = pick(found, "welch"), stats.ttest_ind(own, other, equal_var=False)
    assert row["value"] == pytest.approx(-560)
    assert [row["low"], row["high"]] == pytest.approx(list(expected.confidence_interval(0.9)))
    assert row["p_value"] == pytest.approx(expected.pvalue)
    assert (row["not_known"], row["reference_not_known"], row["unit"]) == (1, 1, "mg")
    daily = pick(found, "welch", "mean daily prednisone")
    assert (daily["value"], daily["unit"]) == (pytest.approx(-10), "mg/day")
    mean = pick(found, "mean", "mean daily prednisone")
    interval = stats.t.interval(0.9, 1, loc=37.5, scale=stats.sem([45, 30]))
    assert [mean["value"], mean["low"], mean["high"]] == pytest.approx([37.5, *interval])


def test_without_an_upper_bound_there_is_no_worst_case():
    found = mt.compare_prednisone(VISITS, 8, missing=("worst", "best"))
    row = pick(found, "welch", missing="worst")
    assert np.isnan(row["value"])
    assert row["because"] == "a patient whose dose has no upper bound"


COURSES = pd.DataFrame(
    {
        "patient_id": ["A", "B", "C", "D", "E"],
        "drug": ["prednisone", "prednisone", "prednisone", "methylprednisolone", "aspirin"],
        "dose_mg_day": [20.0, 10.0, 30.0, 16.0, 100.0],
        "start_date": [DAY(2025, 12, 1), DAY(2026, 1, 1), DAY(2026, 1, 8), DAY(2026, 1, 1), DAY(2026, 1, 1)],
        "stop_date": [DAY(2026, 12, 1), DAY(2026, 1, 14), pd.NaT, DAY(2026, 12, 1), DAY(2026, 1, 2)],
    }
)


def test_courses_are_added_up_in_the_days_between_the_weeks():
    found = mt.prednisone_between(VISITS, 8, medications=COURSES).set_index("patient_id")
    # 1 January and the 55 days after it
    assert found.loc[["A", "B", "D"], "prednisone_mg_total"].tolist() == [56 * 20, 14 * 10, 56 * 20]
    assert found.loc["E", "prednisone_mg_total"] == 0  # a list without a glucocorticoid
    assert found.loc["C", ["prednisone_mg_total_min", "prednisone_mg_total_max"]].tolist() == [30, 49 * 30]
    assert found.loc["F", "missing"] == "no medication list"
    assert np.isnan(found.loc["F", "prednisone_mg_total_max"])
    nothing = mt.prednisone_between(VISITS.assign(medications_recorded=True), 8, medications=COURSES)
    assert nothing.set_index("patient_id").loc["F", "prednisone_mg_total"] == 0


def test_bounds_of_courses_are_the_worst_and_the_best_case():
    visits = VISITS[VISITS["patient_id"] != "F"]
    found = mt.compare_prednisone(visits, 8, medications=COURSES, missing=("complete", "worst", "best"))
    values = {name: pick(found, "welch", missing=name)["value"] for name in ("complete", "worst", "best")}
    assert values["worst"] == pytest.approx((1120 + 140 + 1470) / 3 - 560)
    assert values["best"] == pytest.approx((1120 + 140 + 30) / 3 - 560)
    assert values["complete"] == pytest.approx(630 - 560)


def test_without_the_date_of_the_baseline_nothing_is_known():
    visits = VISITS.assign(visit_date=VISITS["visit_date"].where(VISITS["patient_id"] != "A"))
    found = mt.prednisone_between(visits, 8, medications=COURSES).set_index("patient_id")
    assert found.loc["A", "missing"] == "window not recorded"
    assert np.isnan(found.loc["A", "prednisone_mg_total"])


def test_polars_gives_polars_and_the_frames_stay():
    before, courses = VISITS.copy(), COURSES.copy()
    for options in ({}, {"medications": COURSES}):
        expected = mt.compare_prednisone(VISITS, 8, **options)
        options = {name: pl.from_pandas(table) for name, table in options.items()}
        found = mt.compare_prednisone(pl.from_pandas(VISITS), 8, **options)
        assert isinstance(found, pl.DataFrame)
        assert found["value"].to_list() == [None if pd.isna(value) else value for value in expected["value"]]
    pd.testing.assert_frame_equal(VISITS, before)
    pd.testing.assert_frame_equal(COURSES, courses)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"to_week": 0}, OptionError, "to_week=0 is not after from_week=0"),
        ({"missing": "non-responder"}, OptionError, "missing='non-responder'"),
        ({"missing_dose": "last"}, OptionError, "did you mean 'last dose'"),
        ({"missing_stop": "taken", "medications": COURSES}, OptionError, "missing_stop='taken'"),
        ({"group": "arms"}, MissingColumnError, "did you mean 'arm'"),
        ({"medications": COURSES.drop(columns="stop_date")}, MissingColumnError, "stop_date"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.compare_prednisone(VISITS, **{"to_week": 8, **options})


def test_a_negative_dose_is_refused():
    with pytest.raises(ImpossibleValueError, match="prednisone_mg_day"):
        mt.compare_prednisone(VISITS.assign(prednisone_mg_day=-1.0), 8)
