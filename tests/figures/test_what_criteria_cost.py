"""What the figures of a cohort and its criteria draw, on the cohort worked by hand."""

from itertools import pairwise

import pytest

import myositis_tools as mt
from myositis_tools import figures
from myositis_tools.figures.screening.case_mix import draw_case_mix
from myositis_tools.figures.screening.overlap import MOST_COMBINATIONS
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
PLOTS = {
    "attrition": lambda people: figures.plot_attrition(TIM, people),
    "matrix": lambda people: figures.plot_eligibility_matrix(TIM, people),
    "consort": lambda people: figures.plot_consort(TIM, people),
    "overlap": lambda people: figures.plot_overlap(TIM, people),
    "influence": lambda people: figures.plot_influence(TIM, people),
    "sensitivity": lambda people: figures.plot_sensitivity(TIM, people, "minimum_age_years", [16, 20]),
    "near_misses": lambda people: figures.plot_near_misses(TIM, people),
    "case_mix": lambda people: figures.plot_case_mix(TIM, people),
}


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def said(drawn):
    return " ".join(one.text for one in drawn.layout.annotations)


@pytest.mark.parametrize("plot", PLOTS)
def test_nobody_gives_a_titled_figure_that_says_why(plot):
    drawn = PLOTS[plot](cohort().iloc[:0])
    assert drawn.layout.title.text
    assert len(drawn.data) == 0
    assert said(drawn).endswith(".")


@pytest.mark.parametrize("plot", PLOTS)
def test_a_patient_s_name_is_no_markup_and_traces_have_a_name(plot):
    people = cohort().assign(patient_id=[f"<b>{one}</b>" for one in cohort()["patient_id"]])
    drawn = PLOTS[plot](people)
    assert "<b>P0" not in drawn.to_json()
    uids = [one.uid for one in drawn.data]
    assert all(uids)
    assert len(set(uids)) == len(uids)


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        ("itself", {"screened": 10, "excluded": 6, "fail no criterion": 4, "undecided": 2, "eligible": 2}),
        ("worst", {"screened": 10, "excluded": 8, "eligible": 2}),
        ("best", {"screened": 10, "excluded": 6, "eligible": 4}),
    ],
)
def test_consort_counts_each_patient_once(unknown, expected):
    frame = figures.consort_frame(TIM, cohort(), unknown=unknown)
    totals = frame[frame["criterion"] == ""].set_index("box")["patients"].to_dict()
    assert totals == expected
    reasons = frame[frame["criterion"] != ""].groupby("box")["patients"].sum().to_dict()
    assert reasons == {box: count for box, count in expected.items() if box in ("excluded", "undecided")}
    assert (frame["box"] == "excluded").sum() == 1 + len(TIM.criteria)


def test_consort_says_the_numbers_with_their_reasons():
    drawn = figures.plot_consort(TIM, cohort())
    words = said(drawn)
    assert "Screened: 10" in words
    assert "✕ Excluded: 6" in words
    # P001, P002 and P008 fail adult, the first criterion; P006's age and P004's FVC are not recorded
    assert "3  Adult" in words
    assert "? Undecided: 2" in words
    many = said(figures.plot_consort(TIM, mt.load_screening()))
    assert "\u20074  Adult" in many  # as wide as 20 below it
    boxes = [shape for shape in drawn.layout.shapes if shape.type == "rect"]
    tops = sorted((shape.y0, shape.y1) for shape in boxes)
    assert all(first[1] < second[0] for first, second in pairwise(tops))


def test_overlap_is_sorted_and_joins_the_criteria_of_a_combination():
    frame = figures.overlap_frame(TIM, cohort())
    assert frame["combination"].tolist()[-3:] == ["adult; early_disease; loop_diuretic"] * 3
    assert frame.drop_duplicates("criterion").set_index("criterion")["fails"]["adult"] == 3
    drawn = figures.plot_overlap(TIM, cohort())
    assert sum(trace(drawn, "combinations").y) == 6
    assert sum(row is not None for row in trace(drawn, "dots").y) == len(frame)
    assert "most frequent" not in said(drawn)
    sample = figures.overlap_frame(TIM, mt.load_screening())
    assert sample["place"].nunique() == MOST_COMBINATIONS < sample["combinations"].iloc[0]


def test_influence_puts_the_largest_share_first_and_hides_small_counts():
    frame = figures.influence_frame(TIM, cohort())
    assert frame["share"].is_monotonic_decreasing
    assert frame["label"].iloc[:2].tolist() == ["Adult", "Early disease"]
    drawn = figures.plot_influence(TIM, cohort())
    assert {one.marker.pattern.shape for one in drawn.data} == {"/", ".", ""}
    hidden = figures.plot_influence(TIM, cohort(), mask_below=3)
    assert set(trace(hidden, "share").text) == {""}
    assert trace(hidden, "fails_only_this").text[0] == ""
    assert trace(hidden, "fails").text[0] == "3"


def test_sensitivity_marks_the_published_and_the_current_value():
    frame = figures.sensitivity_frame(TIM, cohort(), "maximum_duration_months", [13, 5])
    assert frame[["value", "worst", "best"]].to_numpy().tolist() == [[5, 0, 1], [12, 2, 4], [13, 3, 5]]
    assert "published: 12 months" in said(figures.plot_sensitivity(TIM, cohort(), "maximum_duration_months"))
    wider = TIM.with_limits(maximum_duration_months=24)
    words = said(figures.plot_sensitivity(wider, cohort(), "maximum_duration_months"))
    assert "published: 12 months" in words
    assert "now: 24 months" in words
    axis = figures.plot_sensitivity(TIM, cohort(), "maximum_duration_months").layout.xaxis
    assert axis.title.text.endswith("(months)")


def test_near_misses_draws_each_patient_with_a_gap_at_her_value():
    frame = figures.near_misses_frame(TIM, cohort())
    assert frame["patient_id"].tolist() == ["P001", "P003", "P007", "P005"]  # in the order of the criteria
    drawn = figures.plot_near_misses(TIM, cohort())
    assert [x for x in trace(drawn, "open_4").x if x is not None] == [45.5]  # P005, whose age is unknown
    assert list(trace(drawn, "ready_4").x) == [None]
    assert "FVC, % of predicted · 1 patient" in said(drawn)
    assert "limit 50" in said(drawn)
    low, high = drawn.layout.xaxis4.range
    assert high - low > 10  # 45.5 against 50 is no chasm
    assert drawn.layout.xaxis4.dtick == 5
    lines = [shape.x0 for shape in drawn.layout.shapes]
    assert lines == [18, 12, 10, 50]


def test_nobody_near_by_a_number():
    drawn = figures.plot_near_misses(TIM, screening_of([changed("consent_signed no")]))
    assert "Nobody" in said(drawn)


def test_case_mix_draws_differences_with_both_groups_beside():
    frame = figures.case_mix_frame(TIM, mt.load_screening(), ["sex", "age_years"])
    assert frame["label"].tolist()[:2] == ["sex: female", "sex: male"]
    assert "age, years" in frame["label"].tolist()
    assert frame["kept"].iloc[0].endswith(" %")
    drawn = draw_case_mix(frame)
    assert sum(x is not None for uid in ("more_kept", "more_left_out") for x in trace(drawn, uid).x) == len(frame)
    assert list(trace(drawn, "left_out_text").text) == frame["left_out"].tolist()


def test_beside_the_flow_stands_what_each_criterion_answers_over_all():
    """Nobody was left to ask in the flow, and the criterion is failed and unknown all the same."""
    young = "age_years 17, thrombosis_within_10_years"
    people = screening_of([changed(f"{young} {word}") for word in ("yes", "yes", "no", "?")])
    frame = figures.attrition_frame(TIM, people).set_index("criterion")
    parts = ["remaining_before", "excluded_here", "unknown_here"]
    told = ["fail_of_all", "unknown_of_all", "pass_of_all"]
    assert frame.loc["thrombosis", parts].tolist() == [0, 0, 0]
    assert frame.loc["thrombosis", told].tolist() == [2, 1, 1]
    assert (frame[told].sum(axis=1) == len(people)).all()
    drawn = figures.plot_attrition(TIM, people)
    assert trace(drawn, "fail_of_all_text").text[frame.index.get_loc("thrombosis")] == "2"
    assert "failed is adult, by 4 of all 4" in drawn.layout.title.text
    consort = figures.consort_frame(TIM, people).set_index("criterion")
    assert consort.loc["thrombosis", ["patients", *told[:2]]].tolist() == [0, 2, 1]
    assert "of all patients 2 fail it, unknown in 1" in said(figures.plot_consort(TIM, people))


def test_shares_of_patients_are_said_to_be_averages():
    drawn = figures.plot_influence(TIM, mt.load_screening())
    assert "on average" in trace(drawn, "share").name


def test_of_very_many_patients_those_with_the_same_answers_share_a_wide_column():
    people = screening_of([changed(f"age_years {age}") for age in (50, 17)] * 400)
    frame = figures.eligibility_matrix_frame(TIM, people)
    assert frame["place"].nunique() == 800
    cells = trace(figures.plot_eligibility_matrix(TIM, people), "cells")
    assert list(cells.x) == [-0.5, 399.5, 799.5]
    assert [name.endswith("and 399 with the same answers · fits") for name in cells.text[0]] == [True, False]
    few = trace(figures.plot_eligibility_matrix(TIM, people.iloc[:10]), "cells")
    assert len(few.x) == 11
