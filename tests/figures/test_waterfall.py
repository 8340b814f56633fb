"""Who stands where in the waterfall, and who has no place in it."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import NotFoundError
from myositis_tools.figures import plot_waterfall, waterfall_frame
from tests.spec.test_time_to_response import visits_of

# At week 8: P0000 20 points, P0001 none, P0002 0 to 100, P0003 came later, P0004 not again, P0005 never after baseline.
PATTERNS = ["-+", "+-", "-?", "+.+", "+", ""]
ARMS = ["a", "b", "b", "a", "b", "a"]
VISITS = visits_of(PATTERNS, arm=ARMS)


def part(frame, name):
    return frame[frame["part"] == name]


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_the_highest_first_and_an_open_one_by_what_is_certain():
    seen = part(waterfall_frame(VISITS, week=8, group="arm"), "patient")
    assert seen["patient_id"].tolist() == ["P0000", "P0002", "P0001"]
    assert seen["shown"].tolist() == ["minimal", "not certain", "none"]
    assert seen[["tis_min", "tis_max"]].to_numpy().tolist() == [[20, 20], [0, 100], [0, 0]]
    assert seen["place"].tolist() == [0, 1, 2]


def test_who_was_not_seen_is_counted_by_why():
    frame = waterfall_frame(VISITS, week=8, group="arm")
    assert part(frame, "not seen").set_index("patient_id")["shown"].to_dict() == {
        "P0003": "no visit",
        "P0004": "not seen again",
    }
    assert part(frame, "left out")["patients"].tolist() == [1]
    drawn = plot_waterfall(VISITS, week=8, group="arm")
    said = drawn.layout.annotations[-1].text
    assert "1 missed this visit and came again · 1 not seen from here on" in said
    assert "1 patient not seen after baseline is left out" in said
    assert [trace(drawn, f"tops_{place}").name for place in (0, 1)] == [
        "a: 1 seen, 1 without a score",
        "b: 2 seen, 1 without a score",
    ]


def test_the_bracket_and_the_limits_and_who_is_pointed_at():
    drawn = plot_waterfall(VISITS, week=8, group="arm", highlight=["P0001"])
    bounds = trace(drawn, "bounds")
    assert (list(bounds.x), list(bounds.y), list(bounds.error_y.array)) == ([1], [0], [100])
    assert [trace(drawn, f"limit_{name}").y[0] for name in ("minimal", "moderate", "major")] == [20, 40, 60]
    assert (list(trace(drawn, "highlight").x), list(trace(drawn, "highlight").text)) == ([2], ["<b>P0001</b>"])
    assert list(trace(drawn, "bars_1").customdata) == ["P0002", "P0001"]
    looks = [(one.marker.color, one.marker.symbol) for one in drawn.data if one.uid.startswith("tops")]
    assert len({colour for colour, _ in looks}) == len({marker for _, marker in looks}) == 2


def test_of_many_the_share_that_reaches_each_score():
    many = visits_of(["+"] * 150 + ["-"] * 45 + ["?"] * 15)
    shares = part(waterfall_frame(many, week=4, highlight=["P0000"]), "share").set_index("tis")
    assert part(waterfall_frame(many, week=4), "patient").empty
    assert shares.loc[20, ["percent", "percent_possible"]].tolist() == pytest.approx([100 * 150 / 210, 100 * 165 / 210])
    assert shares.loc[100, ["percent", "percent_possible"]].tolist() == pytest.approx([0, 100 * 15 / 210])
    assert shares.loc[0, "percent"] == 100
    drawn = plot_waterfall(many, week=4, highlight=["P0000"])
    assert trace(drawn, "highlight").x[0] == pytest.approx(100 * 150 / 210)
    curve = trace(drawn, "reached_0")
    assert list(curve.y) == [0, 20, 100]
    assert curve.line.shape == "hv"


def test_order_of_rows_and_engine_do_not_matter_and_names_are_text():
    frame = waterfall_frame(VISITS, week=8, group="arm")
    mixed = waterfall_frame(VISITS.sample(frac=1, random_state=3), week=8, group="arm")
    first = ["part", "patient_id"]
    pd.testing.assert_frame_equal(
        frame.sort_values(first, ignore_index=True), mixed.sort_values(first, ignore_index=True)
    )
    same = waterfall_frame(pl.from_pandas(VISITS), week=8, group="arm")
    pd.testing.assert_frame_equal(frame, same, check_dtype=False)
    hostile = VISITS.replace({"arm": {"a": "<i>y"}, "patient_id": {"P0001": "<b>x"}})
    drawn = plot_waterfall(hostile, week=8, group="arm", highlight=["<b>x"])
    assert all("<b>x" not in str(one.text) and "<i>y" not in str(one.name) for one in drawn.data)


def test_nothing_to_draw_says_why_and_a_wrong_week_is_refused():
    only = VISITS[VISITS["week"] == 0]
    assert plot_waterfall(only, week=0).layout.annotations[0].text == "No patient was seen after baseline."
    assert "No patient has a score at week 0" in plot_waterfall(VISITS, week=0).layout.annotations[0].text
    with pytest.raises(NotFoundError, match="no visit at week 5"):
        waterfall_frame(VISITS, week=5)
    with pytest.raises(NotFoundError, match="'Z'"):
        waterfall_frame(VISITS, week=8, highlight=["Z"])
