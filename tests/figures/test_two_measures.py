"""Two numbers of each patient, who lacks one of them, and what of them is drawn."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.figures import (
    plot_prednisone_and_response,
    plot_two_measures,
    prednisone_and_response_frame,
    two_measures_frame,
)
from tests.spec.test_time_to_response import visits_of

VISITS = pd.DataFrame(
    {
        "patient_id": ["A", "A", "B", "B", "C", "C", "D", "D", "E", "E", "F"],
        "week": [0, 12, 0, 12, 0, 12, 0, 12, 0, 26, 0],
        "mmt8_150": [100, 120, 110, 130, 90, None, 80, None, 70, 75, 60],
        "physician_global_cm": [6.0, 2.0, 4.0, None, 5.0, 5.0, 3.0, None, 3.0, 3.0, 1.0],
        "arm": ["a", "a", "a", "a", "b", "b", "b", "b", "b", "b", "b"],
    }
)
ASKED = {"x": "mmt8_150", "y": "physician_global_cm", "week": 12}


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def of(frame, part):
    return frame[frame["part"] == part]


def test_everybody_is_somewhere():
    frame = two_measures_frame(VISITS, **ASKED)
    where = frame[frame["patient_id"].notna()].set_index("patient_id")["part"].to_dict()
    assert where == {"A": "patient", "B": "x only", "C": "y only", "D": "neither", "E": "not seen"}
    assert of(frame, "left out")["patients"].tolist() == [1]
    said = plot_two_measures(VISITS, **ASKED).layout.annotations[-1].text
    for words in ("1 without MMT-8 (of 150)", "1 without physician global activity", "1 with neither", "1 not seen"):
        assert words in said


def test_on_another_scale():
    # A: MMT 100 to 120 of 150, 13.3 % better; physician global 6 to 2 of 10 cm, 40 % better, -4 cm as change
    percent = of(two_measures_frame(VISITS, scale="percent_of_range", **ASKED), "patient").iloc[0]
    assert percent[["x", "y"]].tolist() == pytest.approx([20 / 1.5, 40])
    change = of(two_measures_frame(VISITS, scale="change", **ASKED), "patient").iloc[0]
    assert change[["x", "y"]].tolist() == [20, -4]
    drawn = plot_two_measures(VISITS, scale="change", **ASKED)
    assert "below 0 is better" in drawn.layout.yaxis.title.text
    assert "higher is better" in plot_two_measures(VISITS, **ASKED).layout.xaxis.title.text


def test_how_they_are_spread_and_who_is_pointed_at():
    frame = two_measures_frame(VISITS, group="arm", **ASKED)
    spread = of(frame, "spread").set_index(["group", "axis"])
    assert spread.loc[("a", "x"), ["q1", "median", "q3", "patients"]].tolist() == [122.5, 125, 127.5, 2]
    drawn = plot_two_measures(VISITS, group="arm", highlight=["C"], **ASKED)
    assert list(trace(drawn, "highlight").y) == [5]
    assert trace(drawn, "highlight").x[0] < drawn.layout.shapes[1].x0  # in the strip of those without
    assert list(trace(drawn, "lacking_0").customdata) == ["B"]
    assert list(trace(drawn, "patients_0").customdata) == ["A"]


def test_a_score_that_is_not_certain_is_a_line():
    visits = visits_of(["+", "-", "?"])
    frame = two_measures_frame(visits, x="physician_global_cm", y="tis", week=4)
    assert of(frame, "x only").empty
    open_one = two_measures_frame(visits.assign(prednisone_mg_day=5.0), x="prednisone_mg_day", y="tis", week=4)
    rows = of(open_one, "patient").set_index("patient_id")
    assert rows.loc["P0002", ["y_min", "y_max"]].tolist() == [0, 100]
    drawn = plot_two_measures(visits.assign(prednisone_mg_day=5.0), x="prednisone_mg_day", y="tis", week=4)
    assert list(trace(drawn, "bounds_0").y) == [0, 100, None]
    assert [trace(drawn, f"limit_{name}").y[0] for name in ("minimal", "moderate", "major")] == [20, 40, 60]


def test_many_patients_are_counted_in_cells():
    many = visits_of(["+"] * 150 + ["-"] * 60)
    frame = two_measures_frame(many, x="physician_global_cm", y="tis", week=4, highlight=["P0000"])
    cells = of(frame, "cell").set_index(["x", "y"])["patients"]
    assert cells.to_dict() == {(3.0, 20.0): 150, (8.0, 0.0): 60}
    assert of(frame, "patient").empty
    drawn = plot_two_measures(many, x="physician_global_cm", y="tis", week=4, highlight=["P0000"])
    counted = [count for row in trace(drawn, "cells").z for count in row if count]
    assert sorted(counted) == [60, 150]
    assert list(trace(drawn, "highlight").y) == [20]


def test_doses_at_visits_bound_what_was_taken_between():
    # 60 mg at week 0, 40 at 4, 20 at 12: 4 weeks at 40 to 60 and 8 at 20 to 40, on average 26.7 to 46.7 mg a day.
    visits = visits_of(["+.+", "+?+", "+.-", "--"])
    doses = {("P0000", 0): 60, ("P0000", 4): 40, ("P0000", 12): 20, ("P0001", 0): 10, ("P0001", 12): 10}
    keys = list(zip(visits["patient_id"], visits["week"], strict=True))
    visits["prednisone_mg_day"] = [doses.get(key, 5.0 if key[0] == "P0002" else None) for key in keys]
    frame = prednisone_and_response_frame(visits, week=12)
    rows = of(frame, "patient").set_index("patient_id")
    assert rows.loc["P0000", ["x_min", "x", "x_max", "y"]].tolist() == pytest.approx([80 / 3, 110 / 3, 140 / 3, 20])
    assert rows.loc["P0002", ["x_min", "x", "x_max", "y"]].tolist() == pytest.approx([5, 5, 5, 0])
    assert of(frame, "y only")["patient_id"].tolist() == ["P0001"]  # the dose at week 4 is not recorded
    assert of(frame, "not seen")["patient_id"].tolist() == ["P0003"]
    total = of(prednisone_and_response_frame(visits, week=12, exposure="cumulative"), "patient").set_index("patient_id")
    assert total.loc["P0000", ["x_min", "x_max"]].tolist() == pytest.approx([12 * 7 * 0.08 / 3, 12 * 7 * 0.14 / 3])
    drawn = plot_prednisone_and_response(visits, week=12)
    assert "mg/day" in drawn.layout.xaxis.title.text
    assert "1 without mean dose" in drawn.layout.annotations[-1].text


def test_engines_order_and_names():
    frame = two_measures_frame(VISITS, group="arm", **ASKED)
    same = two_measures_frame(pl.from_pandas(VISITS), group="arm", **ASKED)
    pd.testing.assert_frame_equal(frame, same, check_dtype=False)
    first = ["part", "group", "patient_id", "axis"]
    mixed = two_measures_frame(VISITS.sample(frac=1, random_state=2), group="arm", **ASKED)
    pd.testing.assert_frame_equal(
        mixed.sort_values(first, ignore_index=True), frame.sort_values(first, ignore_index=True)
    )
    hostile = VISITS.replace({"arm": {"a": "<i>y"}, "patient_id": {"A": "<b>x"}})
    drawn = plot_two_measures(hostile, group="arm", highlight=["<b>x"], **ASKED)
    shown = [str((one.name, one.text)) for one in drawn.data]
    assert all("<b>x" not in text.replace("<b>&lt;", "") and "<i>y" not in text for text in shown)


def test_nothing_to_draw_says_why_and_what_cannot_be_is_refused():
    nobody = plot_two_measures(VISITS[VISITS["week"] == 0], **(ASKED | {"week": 0}))
    assert nobody.layout.annotations[0].text == "No patient was seen after baseline."
    without = plot_two_measures(VISITS.assign(mmt8_150=float("nan")), **ASKED)
    assert without.layout.annotations[0].text == "None of 5 patients has both."
    for wrong, error in (
        ({"week": 5}, NotFoundError),
        ({"x": "mmt8"}, OptionError),
        ({"scale": "percent"}, OptionError),
        ({"highlight": ["Z"]}, NotFoundError),
        ({"group": "site"}, MissingColumnError),
    ):
        with pytest.raises(error):
            two_measures_frame(VISITS, **(ASKED | wrong))
    visits = visits_of(["+"])
    with pytest.raises(MissingColumnError, match="prednisone_mg_day"):
        prednisone_and_response_frame(visits, week=4)
    dosed = visits.assign(prednisone_mg_day=5.0)
    with pytest.raises(OptionError, match="not after the baseline"):
        prednisone_and_response_frame(dosed, week=0)
    with pytest.raises(OptionError, match="exposure"):
        prednisone_and_response_frame(dosed, week=4, exposure="highest")
