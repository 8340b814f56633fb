"""The stacked points of one patient, by a case worked by hand with the points table."""

import pandas as pd
import pytest

from myositis_tools.errors import NotFoundError
from myositis_tools.figures import plot_total_improvement, total_improvement_frame
from myositis_tools.tables import records

# Week 12, from the points table: physician 26 % -> 17.5, patient 10 % -> 2.5, MMT 10 % -> 10, HAQ 16.7 % -> 7.5,
# CK 5 of 15 -> 33.3 % -> 7.5, extramuscular 10 % -> 7.5: together 52.5. Week 26: CK missing, the others give 62.5.
VISITS = pd.DataFrame(
    {
        "patient_id": ["<b>x</b>"] * 3 + ["B"],
        "week": [0, 12, 26, 52],
        "physician_global_cm": [6.0, 3.4, 2.0, 1.0],
        "patient_global_cm": [5.0, 4.0, 3.0, 1.0],
        "mmt8_150": [120, 135, 147, 150],
        "haq_di": [1.5, 1.0, 0.5, 0.0],
        "ck_xuln": [8.0, 3.0, None, 1.0],
        "extramuscular_cm": [3.0, 2.0, 0.5, 0.0],
    }
)


def test_points_add_up_and_what_is_missing_has_bounds():
    frame = total_improvement_frame(VISITS, "<b>x</b>")
    at_12, at_26 = frame[frame["week"] == 12], frame[frame["week"] == 26]
    assert at_12["points"].tolist() == [17.5, 2.5, 10, 7.5, 7.5, 7.5]
    assert at_12["tis"].iloc[0] == 52.5
    assert pd.isna(at_26["points"]).tolist() == [False] * 4 + [True, False]
    assert at_26[["tis_min", "tis_max"]].iloc[0].tolist() == [62.5, 70]


def test_a_planned_visit_that_did_not_take_place_says_so():
    frame = total_improvement_frame(VISITS, "<b>x</b>")
    assert set(frame.loc[frame["week"] == 52, "state"]) == {"no visit"}
    drawn = plot_total_improvement(VISITS, "<b>x</b>")
    assert list(next(trace for trace in drawn.data if trace.uid == "no_visit").x) == [52]


def test_the_limits_are_those_of_the_table_with_their_source():
    for population in ("adult", "juvenile"):
        drawn = plot_total_improvement(VISITS, "<b>x</b>", population=population)
        limits = {trace.uid: trace.y[0] for trace in drawn.data if trace.uid.startswith("limit_")}
        assert limits == {
            f"limit_{row['response']}": row["minimum_score"]
            for row in records("improvement_classes")
            if row["population"] == population and row["minimum_score"]
        }
        assert all("Rider" in trace.hovertemplate for trace in drawn.data if trace.uid.startswith("limit_"))


def test_the_bracket_spans_what_the_total_could_be():
    bracket = next(trace for trace in plot_total_improvement(VISITS, "<b>x</b>").data if trace.uid == "bounds")
    assert (list(bracket.x), list(bracket.y), list(bracket.error_y.array)) == ([26], [62.5], [7.5])


def test_hostile_names_and_empty_cases():
    assert "&lt;b&gt;" in plot_total_improvement(VISITS, "<b>x</b>").layout.title.text
    assert "no visit after baseline" in plot_total_improvement(VISITS[:1], "<b>x</b>").layout.annotations[0].text
    assert "no visit at week 0" in plot_total_improvement(VISITS, "B").layout.annotations[0].text
    with pytest.raises(NotFoundError, match="There is no patient 'C'"):
        plot_total_improvement(VISITS, "C")
