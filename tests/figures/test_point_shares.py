"""Mean points by hand, of those with a complete score, who stand beside those without."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import NotFoundError
from myositis_tools.figures import plot_point_shares, point_shares_frame
from tests.spec.test_time_to_response import visits_of

# Week 4: 20 points twice and none once in group a, of whom one is open; week 8: P0000 alone is seen.
VISITS = visits_of(["++", "+", "-", "?", "-", ""], arm=["a", "a", "a", "a", "b", "b"])


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def rows(frame, **where):
    for column, value in ({"part": "mean"} | where).items():
        frame = frame[frame[column] == value]
    return frame.set_index("measure")


def test_the_mean_points_of_those_with_a_complete_score():
    found = rows(point_shares_frame(VISITS, group="arm"), group="a", week=4)
    assert found["points"].tolist() == pytest.approx([40 / 3, 0, 0, 0, 0, 0])
    assert found["tis"].unique().tolist() == pytest.approx([40 / 3])
    assert found.iloc[0][["patients", "incomplete", "not_seen"]].tolist() == [3, 1, 0]
    later = rows(point_shares_frame(VISITS, group="arm"), group="a", week=8)
    assert later.iloc[0][["points", "patients", "incomplete", "not_seen"]].tolist() == [20, 1, 0, 3]
    nobody = rows(point_shares_frame(VISITS, group="arm"), group="b", week=8)
    assert nobody["points"].isna().all()
    assert nobody["not_seen"].tolist() == [1] * 6


def test_the_measures_add_up_to_the_mean_score():
    frame = point_shares_frame(VISITS)
    means = frame[frame["part"] == "mean"]
    sums = means.groupby("week")[["points"]].sum()["points"]
    assert sums.tolist() == pytest.approx(means.drop_duplicates("week")["tis"].tolist())
    assert frame.loc[frame["part"] == "left out", "patients"].tolist() == [1]


def test_the_numbers_stand_under_the_bars_and_a_patient_is_pointed_at():
    drawn = plot_point_shares(VISITS, group="arm", highlight=["P0000"])
    assert drawn.layout.xaxis.ticktext[0] == "week 4<br>n 3<br>? 1"
    assert drawn.layout.xaxis.ticktext[1] == "week 8<br>n 1<br><br>× 3"
    assert list(trace(drawn, "totals").text) == ["<b>13.3</b>", "<b>20.0</b>", "<b>0.0</b>", "no complete<br>score"]
    assert (list(trace(drawn, "highlight").x), list(trace(drawn, "highlight").y)) == ([0, 1], [20, 20])
    open_one = trace(plot_point_shares(VISITS, group="arm", highlight=["P0003"]), "highlight")
    assert (list(open_one.y), list(open_one.error_y.array), list(open_one.text)) == ([50], [50], ["0 to 100"])


def test_another_engine_gives_the_same_and_names_are_text():
    frame = point_shares_frame(VISITS, group="arm")
    pd.testing.assert_frame_equal(frame, point_shares_frame(pl.from_pandas(VISITS), group="arm"), check_dtype=False)
    hostile = VISITS.replace({"arm": {"a": "<i>y"}})
    assert "<i>y" not in plot_point_shares(hostile, group="arm").to_json().replace("\\u003c", "<")


def test_nothing_to_draw_says_why():
    only = VISITS[VISITS["week"] == 0]
    assert plot_point_shares(only).layout.annotations[0].text == "No patient was seen after baseline."
    open_ones = visits_of(["?", "??"])
    assert "No patient has a complete score" in plot_point_shares(open_ones).layout.annotations[0].text
    with pytest.raises(NotFoundError):
        point_shares_frame(VISITS, highlight=["Z"])
