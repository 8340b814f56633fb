"""Every patient and planned visit has its cell, in the right place and with the right sign."""

import re

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.figures import plot_response_calendar, response_calendar_frame
from myositis_tools.figures.parts.rows_of_patients import MOST_PATIENTS
from tests.spec.test_time_to_response import visits_of

PATTERNS = ["--", "-+", "+.", "?-", "", "+-"]
ARMS = ["b", "b", "b", "a", "a", "b"]
VISITS = visits_of(PATTERNS, arm=ARMS)
VISITS = VISITS.assign(infusion=VISITS["week"] <= 4, prednisone_mg_day=60.0 - 5 * VISITS["week"])


def traces(drawn) -> dict:
    return {trace.uid: trace for trace in drawn.data}


def written(cells) -> list[list[str]]:
    """What stands in each cell, without its ink and what keeps it in its place."""
    return [[" ".join(re.sub("<[^>]*>", "", text).split()) for text in row] for row in cells.text]


def test_every_patient_and_visit_by_group_and_then_the_best_and_soonest():
    frame = response_calendar_frame(VISITS, group="arm")
    cells = frame[frame["state"] != "left out"]
    rows = cells.groupby("place")["shown"].agg(list).tolist()
    assert rows == [
        ["baseline", "not certain", "none"],
        ["baseline", "minimal", "no visit"],
        ["baseline", "minimal", "none"],
        ["baseline", "none", "minimal"],
        ["baseline", "none", "none"],
    ]
    order = cells.drop_duplicates("place")
    assert order["patient_id"].tolist() == ["P0003", "P0002", "P0005", "P0001", "P0000"]
    assert order["group"].tolist() == ["a", "b", "b", "b", "b"]
    assert order["patients"].tolist() == [1, 4, 4, 4, 4]
    assert frame.loc[frame["state"] == "left out", "patients"].tolist() == [1]


def test_the_picture_says_it_by_colour_and_sign():
    drawn = plot_response_calendar(VISITS, group="arm")
    of = traces(drawn)
    cells = of["cells"]
    assert list(cells.z[0]) == [None] * 3  # the heading of group a
    assert list(cells.z[1]) == [6, 4, 0]
    assert [drawn.layout.yaxis.ticktext[place] for place in (0, 1)] == ["P0003", "P0002"]
    assert written(cells)[1] == ["▼", "▼ ?", "–"]
    assert written(cells)[3] == ["▼", "▼ +", "×"]
    assert "0 to 100 points<br>physician global activity not recorded" in cells.hovertext[1][1]
    assert [row[0] for row in cells.customdata] == ["", "P0003", "", "P0002", "P0005", "P0001", "P0000"]
    shown = [one.name for uid, one in of.items() if uid.startswith("legend") and one.showlegend]
    assert shown == ["– none", "+ minimal", "? not certain", "× no visit", "baseline"]
    said = [note.text for note in drawn.layout.annotations]
    assert said[:2] == ["<b>a</b>, 1 patient", "<b>b</b>, 4 patients"]
    bar = "bar: prednisone, a full one is 60 mg a day"
    assert said[2].startswith(f"▼ infusion · {bar}")
    assert said[2].endswith("1 patient not seen after baseline is left out")


def test_infusions_and_doses_stand_in_their_cells_if_they_are_known():
    of = traces(plot_response_calendar(VISITS))
    said = [text for row in written(of["cells"]) for text in row]
    assert sum("▼" in text for text in said) == 10
    assert len(of["doses"].x) == 14
    assert {round(float(long), 3) for long in of["doses"].x} == {0.94, 0.627, 0.313}  # of 60 mg a day
    without = plot_response_calendar(VISITS.drop(columns=["infusion", "prednisone_mg_day"]))
    assert {sign for row in written(traces(without)["cells"]) for sign in row} == {"", "?", "–", "+", "×"}
    assert without.layout.annotations[-1].text == "1 patient not seen after baseline is left out"


def test_a_dose_that_is_not_recorded_is_no_dose_of_nought():
    doses = [None, 0] + [10] * (len(VISITS) - 2)
    of = traces(plot_response_calendar(VISITS.assign(prednisone_mg_day=doses)))
    assert len(of["doses_not_recorded"].x) == 1
    assert 0 < min(of["doses"].x) < 0.05


def test_planned_visits_and_those_before_the_baseline():
    frame = response_calendar_frame(VISITS, weeks=[4, 8, 12])
    assert sorted(frame["week"].dropna().unique()) == [0, 4, 8, 12]
    assert set(frame.loc[frame["week"] == 12, "shown"]) == {"no visit"}
    screened = pd.concat([VISITS, VISITS[VISITS["week"] == 0].assign(week=-4)])
    assert response_calendar_frame(screened, weeks=[4, 8, 12]).equals(frame)


def test_of_many_some_are_shown_and_it_says_of_how_many():
    many = visits_of(["+"] * 50 + ["-"] * 50, arm=["a"] * 50 + ["b"] * 50)
    frame = response_calendar_frame(many, group="arm")
    assert frame["place"].max() + 1 == MOST_PATIENTS
    said = [note.text for note in plot_response_calendar(many, group="arm").layout.annotations]
    half = MOST_PATIENTS // 2
    assert said[:2] == [f"<b>a</b>, {half} of 50 patients", f"<b>b</b>, {half} of 50 patients"]


def test_who_is_pointed_at_is_shown_and_framed():
    many = visits_of(["+"] * 50 + ["-"] * 50)
    hidden = sorted(set(many["patient_id"]) - set(response_calendar_frame(many)["patient_id"]))[0]
    frame = response_calendar_frame(many, highlight=[hidden])
    assert frame.loc[frame["highlighted"], "patient_id"].unique().tolist() == [hidden]
    assert frame["place"].max() + 1 == MOST_PATIENTS + 1
    drawn = plot_response_calendar(many, highlight=[hidden])
    row = int(frame.loc[frame["highlighted"], "place"].iloc[0]) + 1  # the heading of the group is the first
    assert (drawn.layout.shapes[0].y0, drawn.layout.shapes[0].y1) == (row - 0.5, row + 0.5)
    assert f"<b>▶ {hidden}</b>" in drawn.layout.yaxis.ticktext
    with pytest.raises(NotFoundError, match="Z"):
        response_calendar_frame(many, highlight=["Z"])


def test_another_engine_gives_the_same_and_names_are_text():
    frame = response_calendar_frame(VISITS, group="arm")
    same = response_calendar_frame(pl.from_pandas(VISITS), group="arm")
    pd.testing.assert_frame_equal(frame, same, check_dtype=False)
    hostile = plot_response_calendar(
        VISITS.replace({"arm": {"a": "<i>y"}, "patient_id": {"P0001": "<b>x"}}), group="arm"
    )
    text = hostile.to_json().replace("\\u003c", "<")
    assert "<i>y" not in text
    assert "<b>x" not in text


def test_nothing_to_draw_says_why_and_a_wrong_group_is_refused():
    only = VISITS[VISITS["week"] == 0]
    assert plot_response_calendar(only).layout.annotations[0].text == "No patient was seen after baseline."
    assert plot_response_calendar(VISITS.iloc[:0]).layout.annotations[0].text == "No patient was seen after baseline."
    with pytest.raises(MissingColumnError, match="site"):
        plot_response_calendar(VISITS, group="site")
    with pytest.raises(OptionError):
        plot_response_calendar(VISITS, group="week")
