"""The frame is the study's; the picture shows it where it should."""

import pandas as pd
import pytest

from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.figures import plot_time_to_response, time_to_response_frame
from myositis_tools.figures.followup.time_to_response_frame import arrange_time_to_response
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies import response_curve
from myositis_tools.studies.follow_up.followed_cohort import read_cohort
from tests.spec.test_time_to_response import visits_of

ARMS = ["IVIg", "IVIg", "IVIg", "placebo", "placebo", "placebo"]
VISITS = visits_of(["+", "?+", "---", "-+", "--", ""], arm=ARMS, rescue_week=[None, None, None, None, 10, None])


def traces(drawn) -> dict:
    return {trace.uid: trace for trace in drawn.data}


@pytest.fixture(scope="module", name="drawn")
def _drawn():
    return traces(plot_time_to_response(VISITS, level="minimal", group="arm"))


def test_the_steps_are_those_of_the_study_and_change_at_the_visit(drawn):
    expected = response_curve(VISITS, level="minimal", group="arm").drop(columns="scored_as")
    assert time_to_response_frame(VISITS, level="minimal", group="arm").equals(expected)
    steps = drawn["steps_20_IVIg"]
    assert list(steps.y) == pytest.approx([0, 100 / 3, 200 / 3, 200 / 3])
    assert (steps.line.shape, list(steps.x)) == ("hv", [0, 4, 8, 12])


def test_the_interval_is_drawn_as_steps(drawn):
    band = drawn["interval_20_IVIg"]
    half = len(band.x) // 2
    upper, lower = band.y[:half], band.y[half:][::-1]
    assert list(band.x[:half]) == list(band.x[half:])[::-1] == [4, 8, 8, 12, 12]
    assert all(low < high for low, high in zip(lower, upper, strict=True))


def test_the_shading_lies_between_as_soon_and_as_late_as_can_be(drawn):
    # (4, 8] and, never, (8, inf): one response, anywhere between week 4 and week 8.
    shape = drawn["between_20_placebo"]
    corners = set(zip(shape.x, shape.y, strict=True))
    assert corners == {(0, 0), (4, 0), (4, 50), (8, 50), (8, 0)}
    assert shape.xaxis == "x2"


def test_numbers_at_risk_stand_under_their_weeks(drawn):
    numbers = drawn["at_risk"]
    here = dict(zip(zip(numbers.x, numbers.y, strict=True), numbers.text, strict=True))
    assert [here[week, 0] for week in (0, 4, 8, 12)] == ["3", "3", "2", "1"]
    assert [here[week, 1] for week in (0, 4, 8, 12)] == ["2", "2", "2", "0"]
    assert (numbers.xaxis, numbers.yaxis) == (None, "y3")  # the first axis, which the steps stand on


def test_groups_differ_in_more_than_colour_and_who_is_left_out_is_said(drawn):
    looks = [(one.line.color, one.line.dash, one.marker.symbol) for uid, one in drawn.items() if "steps" in uid]
    assert all(len(set(of_all)) == 2 for of_all in zip(*looks, strict=True))
    said = [one.text for one in plot_time_to_response(VISITS, level="minimal", group="arm").layout.annotations]
    assert "1 patient is left out:<br>no visit says anything of the class." in said


def test_rescue_is_drawn_where_it_is_told():
    drawn = traces(plot_time_to_response(VISITS, level="minimal", group="arm", rescue="rescue_week"))
    assert list(drawn["rescue_20_placebo"].y) == pytest.approx([0, 0, 0, 50])
    assert not traces(plot_time_to_response(VISITS, level="minimal", group=None))[
        "rescue_20_all_20_patients"
    ].showlegend


def test_a_patient_pointed_at_stands_at_the_foot_of_both_panels():
    options = {"level": "minimal", "group": "arm"}
    frame = time_to_response_frame(VISITS, highlight=["P0001", "P0002"], **options)
    own = frame[frame["estimate"] == "highlight"].set_index("patient_id")
    assert own.loc["P0001", ["event", "after_week", "by_week"]].tolist() == ["response", 0, 8]
    drawn = traces(plot_time_to_response(VISITS, highlight=["P0001"], **options))
    assert (list(drawn["highlight"].x), list(drawn["highlight_between"].x)) == ([8], [0, 8, None])
    assert drawn["highlight_between"].name == "P0001: response between weeks 0 and 8"
    never = traces(plot_time_to_response(VISITS, highlight=["P0002"], **options))
    assert never["highlight_between"].name == "P0002: no response seen by week 12"
    with pytest.raises(NotFoundError):
        time_to_response_frame(VISITS, highlight=["Z"])


def test_from_scored_visits_it_is_the_same():
    cohort = read_cohort(VISITS, ScoreOptions(), group="arm")
    for options in ({"level": "minimal"}, {"level": "major"}, {"level": "minimal", "sustained": True}):
        expected = time_to_response_frame(VISITS, group="arm", highlight=["P0003"], **options)
        found = arrange_time_to_response(cohort, highlight=["P0003"], **options)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_names_are_text_and_nothing_says_why():
    hostile = plot_time_to_response(VISITS.replace({"arm": {"IVIg": "<b>x</b>"}}), level="minimal", group="arm")
    assert "<b>x" not in hostile.to_json().replace("\\u003c", "<")
    assert plot_time_to_response(VISITS.iloc[:0]).layout.annotations[0].text == "There is no visit to draw."
    only = plot_time_to_response(VISITS[VISITS["patient_id"] == "P0005"], level="major", sustained=True)
    assert only.layout.title.text == "Nobody can be followed to lasting major improvement"
    assert "1 patient is left out" in only.layout.annotations[0].text


def test_too_many_groups_are_refused():
    with pytest.raises(OptionError, match="told apart"):
        plot_time_to_response(visits_of(["+"] * 8, site=list("abcdefgh")), group="site")
