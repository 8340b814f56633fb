"""One patient on one page: what is recorded, what is not, and what was given."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.figures import patient_profile_frame, plot_patient_profile
from tests.figures.test_total_improvement import VISITS

TREATED = VISITS.assign(prednisone_mg_day=[60, 30, 10, 5], infusion=[True, None, False, None], ldh_xuln=2.0)


def panel(frame, name):
    return frame[frame["panel"] == name].set_index("week")


def test_no_visit_and_no_value_are_told_apart():
    enzyme = panel(patient_profile_frame(TREATED, "<b>x</b>"), "enzyme")
    assert enzyme["state"].tolist() == ["recorded", "recorded", "not recorded", "no visit"]
    assert enzyme["column"].unique().tolist() == ["ck_xuln"]  # the enzyme that the score follows
    assert enzyme["value"].tolist()[:2] == [8, 3]
    line = next(trace for trace in plot_patient_profile(TREATED, "<b>x</b>").data if trace.uid == "enzyme")
    assert list(line.y) == [8, 3, None, None]
    assert line.connectgaps is False


def test_infusions_are_read_or_given():
    read = patient_profile_frame(TREATED, "<b>x</b>")
    assert panel(read, "infusion").index.tolist() == [0]
    given = patient_profile_frame(TREATED, "<b>x</b>", infusion_weeks=[8, 0, 4])
    assert panel(given, "infusion").index.tolist() == [0, 4, 8]
    assert panel(patient_profile_frame(VISITS, "<b>x</b>"), "infusion").empty


def test_prednisone_holds_until_the_next_visit():
    drawn = plot_patient_profile(TREATED, "<b>x</b>")
    assert next(trace for trace in drawn.data if trace.uid == "prednisone_mg_day").line.shape == "hv"


def test_every_panel_shares_the_time_axis_and_the_name_is_text():
    drawn = plot_patient_profile(TREATED, "<b>x</b>")
    axes = [drawn.layout[f"xaxis{number}"].matches for number in range(2, 9)]
    assert axes == ["x"] * 7
    assert drawn.layout.title.text.startswith("Patient &lt;b&gt;x&lt;/b&gt; has")


def test_a_patient_without_a_baseline_and_one_without_values():
    assert any("no score" in note.text for note in plot_patient_profile(TREATED, "B").layout.annotations)
    blank = TREATED[:1].assign(**dict.fromkeys(TREATED.columns[2:], float("nan"))).assign(infusion=pd.NA)
    assert "Nothing was recorded" in plot_patient_profile(blank, "<b>x</b>").layout.annotations[0].text


def test_an_infusion_is_a_yes_or_no_and_never_a_text_that_looks_like_yes():
    visits = mt.load_visits()
    spelled = visits.assign(infusion=visits["infusion"].map({True: "true", False: "false"}))
    for draw in (lambda table: mt.figures.plot_patient_profile(table, "P184"), mt.figures.plot_response_calendar):
        with pytest.raises(mt.errors.WrongTypeError, match="infusion"):
            draw(spelled)
    own = mt.figures.patient_profile_frame(visits, "P184")
    assert own.loc[own["panel"] == "infusion", "week"].tolist() == [0, 4, 8]


def test_a_heading_stands_on_two_lines_so_that_it_fits_its_narrow_panel():
    drawn = plot_patient_profile(TREATED, "<b>x</b>")
    headings = [note.text for note in drawn.layout.annotations if note.text.startswith("<b>")]
    assert len(headings) == 8
    assert all(text.count("<br>") == 1 for text in headings)
    assert max(len(text.partition("</b>")[0]) for text in headings) <= len("<b>Total Improvement Score, points")
