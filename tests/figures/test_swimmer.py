"""Each lane's pieces, and how it ends."""

import pandas as pd
import pytest

from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError
from myositis_tools.figures import plot_swimmer, response_calendar_frame, swimmer_frame
from myositis_tools.figures.parts.response_states import LOOKS
from tests.spec.test_time_to_response import visits_of

VISITS = visits_of(["-.+", "+", "", "--"], arm=["a", "a", "b", "b"], rescue_week=[6, None, None, None])
VISITS = VISITS.assign(infusion=VISITS["week"] == 0)


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_its_rows_are_those_of_the_calendar():
    frame, calendar = swimmer_frame(VISITS, group="arm"), response_calendar_frame(VISITS, group="arm")
    pd.testing.assert_frame_equal(frame[calendar.columns], calendar)


def test_a_missed_visit_is_a_piece_of_its_own_and_a_lane_ends_with_the_last_visit():
    frame = swimmer_frame(VISITS, group="arm", rescue="rescue_week").set_index(["patient_id", "week"])
    kept, left = frame.loc["P0000"], frame.loc["P0001"]
    assert kept["shown"].tolist() == ["baseline", "none", "no visit", "minimal"]
    assert kept["until_week"].tolist()[:3] == [4, 8, 12]
    assert kept["ending"].tolist() == ["", "", "", "seen at the last planned visit"]
    assert left["until_week"].isna().tolist() == [False, True, True, True]
    assert left["ending"].tolist() == ["", "not seen again", "", ""]
    assert kept["rescue_week"].tolist()[0] == 6
    assert frame["rescue_week"].notna().sum() == 1


def test_the_picture_has_pieces_and_marks():
    drawn = plot_swimmer(VISITS, group="arm", rescue="rescue_week", highlight=["P0001"])
    pieces = trace(drawn, "cells")
    assert list(pieces.x[:4]) == [0, 4, 8, 12]  # where each piece begins; the last visit has a narrow one
    assert 12 < pieces.x[4] < 16
    look = {name: place for place, name in enumerate(LOOKS)}
    assert list(pieces.z[2]) == [look[name] for name in ("baseline", "none", "no visit", "minimal")]
    assert list(pieces.z[1]) == [look["baseline"], None, None, None]
    assert ["×" in text for text in pieces.text[2]] == [False, False, True, False]
    gone = trace(drawn, "gone")
    assert (list(gone.x), list(gone.text)) == ([4, 8], [" + ⊣", " – ⊣"])
    assert pieces.hovertext[2][2] == "P0000: no visit at week 8, shown to week 12"
    assert (pieces.customdata[1][0], pieces.customdata[2][0]) == ("P0001", "P0000")
    assert list(trace(drawn, "followed").x) == [pieces.x[4]]
    assert list(trace(drawn, "rescue").x) == [6]
    assert len(trace(drawn, "infusions").x) == 3
    assert [name for name in drawn.layout.yaxis.ticktext if "▶" in name] == ["<b>▶ P0001</b>"]
    assert "1 patient not seen after baseline is left out" in drawn.layout.title.text


def test_nothing_to_draw_and_a_wrong_rescue():
    only = VISITS[VISITS["week"] == 0]
    assert plot_swimmer(only).layout.annotations[0].text == "No patient was seen after baseline."
    with pytest.raises(MissingColumnError, match="saved"):
        swimmer_frame(VISITS, rescue="saved")
    with pytest.raises(ImpossibleValueError, match="not after the baseline"):
        swimmer_frame(VISITS.assign(rescue_week=0), rescue="rescue_week")
    with pytest.raises(OptionError, match="two things"):
        swimmer_frame(VISITS.assign(rescue_week=range(1, 1 + len(VISITS))), rescue="rescue_week")
