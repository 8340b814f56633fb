"""Everybody who was followed stands in every column of the flow, by counts worked by hand."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.figures import class_flow_frame, plot_class_flow
from tests.spec.test_time_to_response import visits_of

# Weeks 4, 8, 12: P0000 none minimal minimal; P0001 minimal, no visit, none; P0002 minimal and then not seen again;
# P0003 not certain, none, none. P0004 was never seen after the baseline.
VISITS = visits_of(["-++", "+.-", "+", "?--", ""], arm=["a", "a", "a", "b", "b"])


def part(frame, name):
    return frame[frame["part"] == name]


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_states_at_each_visit_and_ways_between_them():
    frame = class_flow_frame(VISITS, group=None)
    states = part(frame, "class")
    states = states[states["patients"] > 0]
    found = {week: dict(zip(own["shown"], own["patients"], strict=True)) for week, own in states.groupby("week")}
    assert found == {
        4: {"minimal": 2, "none": 1, "not certain": 1},
        8: {"minimal": 1, "none": 1, "no visit": 1, "not seen again": 1},
        12: {"minimal": 1, "none": 2, "not seen again": 1},
    }
    flows = part(frame, "flow")
    ways = {(row.week, row.shown, row.next_week, row.next_shown): row.patients for row in flows.itertuples()}
    assert ways == {
        (4, "none", 8, "minimal"): 1,
        (4, "minimal", 8, "no visit"): 1,
        (4, "minimal", 8, "not seen again"): 1,
        (4, "not certain", 8, "none"): 1,
        (8, "minimal", 12, "minimal"): 1,
        (8, "no visit", 12, "none"): 1,
        (8, "not seen again", 12, "not seen again"): 1,
        (8, "none", 12, "none"): 1,
    }
    assert part(frame, "left out")["patients"].tolist() == [1]


def test_every_column_and_every_way_adds_up_to_the_group():
    frame = class_flow_frame(VISITS, group="arm")
    for kind in ("class", "flow"):
        sums = part(frame, kind).groupby(["group", "week"])[["patients"]].sum().reset_index()
        assert dict(zip(sums["group"], sums["patients"], strict=True)) == {"a": 3, "b": 1}
    assert part(frame, "class").groupby("group")["of"].unique().map(list).to_dict() == {"a": [3], "b": [1]}


def test_small_counts_are_hidden_and_it_is_said():
    frame = class_flow_frame(VISITS, group=None, mask_below=3)
    shown = part(frame, "class")
    assert set(shown["patients"].dropna()) == {0}
    flows = part(frame, "flow")
    assert len(flows) == 2  # one for all ways between two visits
    assert flows[["patients", "shown", "next_shown"]].isna().all(axis=None)
    assert set(flows["masked"]) == {"patients"}
    assert part(frame, "left out").empty  # one patient, who has no visit instead
    assert set(shown["of"]) == {5}
    drawn = plot_class_flow(VISITS, group=None, mask_below=3)
    assert "small counts are hidden" in drawn.layout.annotations[-1].text
    assert all(len(one.x) == 0 for one in drawn.data if one.uid.startswith("flow_"))
    with pytest.raises(OptionError):
        class_flow_frame(VISITS, mask_below=0)


def test_bars_fill_the_whole_and_bands_end_where_they_should():
    drawn = plot_class_flow(VISITS, group=None, highlight=["P0001"])
    bars = [one for one in drawn.data if one.uid.startswith("class_")]
    heights = pd.concat([pd.DataFrame({"x": one.x, "y": one.y, "base": one.base}) for one in bars])
    assert heights.groupby("x")["y"].sum().tolist() == pytest.approx([100, 100, 100])
    assert (heights["base"] + heights["y"]).groupby(heights["x"]).max().tolist() == pytest.approx([100, 100, 100])
    band = trace(drawn, "flow_not_certain")  # from 0 to 25 percent, the lowest, to none at week 8: 50 to 75 from below
    assert (band.y[0], band.y[10]) == pytest.approx((25, 75))
    assert "1 patient<br>not certain at week 4, none at week 8" in " ".join(trace(drawn, "ways").text)
    assert len([at for at in trace(drawn, "highlight").x if at is not None]) == 3


def test_another_engine_gives_the_same_and_names_are_text():
    frame = class_flow_frame(VISITS, group="arm", highlight=["P0001"])
    same = class_flow_frame(pl.from_pandas(VISITS), group="arm", highlight=["P0001"])
    pd.testing.assert_frame_equal(frame, same, check_dtype=False)
    hostile = VISITS.replace({"arm": {"a": "<i>y"}, "patient_id": {"P0001": "<b>x"}})
    text = plot_class_flow(hostile, group="arm", highlight=["<b>x"]).to_json().replace("\\u003c", "<")
    assert "<i>y" not in text
    assert "<b>x" not in text


def test_nothing_to_draw_says_why():
    only = VISITS[VISITS["week"] == 0]
    assert plot_class_flow(only).layout.annotations[0].text == "No patient was seen after baseline."
    assert plot_class_flow(VISITS.iloc[:0]).layout.annotations[0].text == "No patient was seen after baseline."
    with pytest.raises(NotFoundError):
        class_flow_frame(VISITS, highlight=["Z"])


def test_ways_are_counted_where_none_is_small_and_a_hidden_size_has_no_number():
    visits = visits_of(["-+"] * 6 + ["++"] * 6 + ["+-"] * 6, arm=["a"] * 18)
    frame = class_flow_frame(visits, mask_below=5)
    assert part(frame, "flow")["patients"].tolist() == [6, 6, 6]
    assert frame["masked"].fillna("").eq("").all()
    few = visits_of(["-+"] * 12 + ["++"] * 2, arm=["a"] * 12 + ["b"] * 2)
    drawn = plot_class_flow(few, group="arm", mask_below=5)
    assert "<b>b</b>, size hidden" in [one.text for one in drawn.layout.annotations]
