"""Changes in percent of the range, by hand; what is not recorded and who was not seen."""

import re

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.figures import measure_heatmap_frame, plot_measure_heatmap
from myositis_tools.figures.followup.measure_heatmap import DEEPEST
from myositis_tools.figures.parts.rows_of_patients import MOST_PATIENTS
from tests.spec.test_time_to_response import visits_of

VISITS = visits_of(["++", "-", "?-", ".+", ""], arm=["a", "b", "b", "a", "a"])
# P0000 at week 8: a little worse in HAQ (0.3 of 3), better in MMT (15 of 150) and far better in CK (10 to 1, of 15)
VISITS.loc[(VISITS["patient_id"] == "P0000") & (VISITS["week"] == 8), ["haq_di", "mmt8_150", "ck_xuln"]] = [2.3, 115, 1]


def cells(frame, **where):
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame.set_index("measure")


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_changes_of_everybody_at_a_visit():
    frame = measure_heatmap_frame(VISITS, week=8, group="arm")
    own = cells(frame, patient_id="P0000")
    assert own["change"].round(6).to_dict() == {
        "physician_global": 50,
        "patient_global": 0,
        "mmt": 10,
        "haq": -10,
        "enzyme": 60,
        "extramuscular": 0,
    }
    rows = frame.drop_duplicates("patient_id")
    assert rows["patient_id"].dropna().tolist() == ["P0000", "P0003", "P0002", "P0001"]
    assert set(cells(frame, patient_id="P0001")["state"]) == {"not seen again"}
    assert set(cells(measure_heatmap_frame(VISITS, week=4), patient_id="P0002")["state"]) == {"not recorded"}
    assert set(cells(measure_heatmap_frame(VISITS, week=4), patient_id="P0003")["state"]) == {"no visit"}
    assert frame.loc[frame["state"] == "left out", "patients"].tolist() == [1]


def test_one_patient_at_every_visit():
    frame = measure_heatmap_frame(VISITS, patient_id="P0003")
    assert frame.groupby("week")["state"].first().to_dict() == {4: "no visit", 8: "recorded"}
    drawn = plot_measure_heatmap(VISITS, patient_id="P0003")
    assert list(drawn.layout.yaxis.ticktext) == ["week 4", "week 8"]
    assert set(cells(measure_heatmap_frame(VISITS, patient_id="P0001"), week=8)["state"]) == {"not seen again"}


def test_better_and_worse_have_colour_and_sign_and_what_is_missing_is_hatched():
    drawn = plot_measure_heatmap(VISITS, week=8, group="arm", highlight=["P0003"])
    changes, signs = trace(drawn, "changes"), trace(drawn, "gaps")
    assert list(changes.z[0]) == [None] * 6  # the heading of group a
    assert [round(value, 6) for value in changes.z[1]] == [50, 0, 10, -10, 60, 0]
    assert (changes.zmin, changes.zmax) == (-DEEPEST, DEEPEST) == (-40, 40)  # the last edge of the points table
    assert [re.sub("<[^>]*>", "", text) for text in signs.text[1]] == ["▲ +50", "0", "▲ +10", "▼ −10", "▲ +60", "0"]
    assert list(changes.customdata[1]) == ["P0000"] * 6
    assert [name for name in drawn.layout.yaxis.ticktext if "▶" in name] == ["<b>▶ P0003</b>"]
    hatched = trace(plot_measure_heatmap(VISITS, week=4), "not_recorded")
    assert len(hatched.x) == 6
    assert set(hatched.text) == {"?"}
    assert hatched.marker.pattern.shape == "/"


def test_of_many_some_are_shown_and_whoever_is_pointed_at():
    many = visits_of(["+"] * 100)
    shown = measure_heatmap_frame(many, week=4)["patient_id"].unique()
    assert len(shown) == MOST_PATIENTS
    hidden = next(name for name in many["patient_id"] if name not in shown)
    assert hidden in set(measure_heatmap_frame(many, week=4, highlight=[hidden])["patient_id"])


def test_engine_and_names_and_refusals():
    frame = measure_heatmap_frame(VISITS, week=8, group="arm")
    pd.testing.assert_frame_equal(
        frame, measure_heatmap_frame(pl.from_pandas(VISITS), week=8, group="arm"), check_dtype=False
    )
    hostile = VISITS.replace({"arm": {"a": "<i>y"}, "patient_id": {"P0003": "<b>x"}})
    drawn = plot_measure_heatmap(hostile, week=8, group="arm", highlight=["<b>x"])
    shown = [
        *(text for row in trace(drawn, "changes").hovertext for text in row),
        *drawn.layout.yaxis.ticktext,
        drawn.layout.annotations[0].text,
    ]
    assert all("<b>x" not in text and "<i>y" not in text for text in shown)
    only = VISITS[VISITS["week"] == 0]
    assert plot_measure_heatmap(only, week=0).layout.annotations[0].text == "No patient was seen after baseline."
    for wrong in ({}, {"week": 8, "patient_id": "P0000"}):
        with pytest.raises(OptionError, match="what the rows are"):
            measure_heatmap_frame(VISITS, **wrong)
    for wrong in ({"week": 5}, {"patient_id": "Z"}):
        with pytest.raises(NotFoundError):
            measure_heatmap_frame(VISITS, **wrong)
