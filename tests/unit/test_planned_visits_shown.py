"""An unscheduled visit of one patient is nobody else's missed visit where it is shown."""

import pandas as pd

import myositis_tools as mt
from myositis_tools.report.cohort_responses import _classes_by_visit, _planned
from myositis_tools.report.made_of import made_of
from myositis_tools.scores.options import ScoreOptions

VISITS = mt.load_visits()
IN_ARMS = VISITS[VISITS["arm"].notna()]
EXTRA = pd.concat([IN_ARMS, IN_ARMS.iloc[[0]].assign(week=5)], ignore_index=True)
HERS, OTHER = IN_ARMS["patient_id"].iloc[0], "P184"


def test_a_figure_of_one_patient_shows_her_own_visits_and_the_planned_ones():
    for frame in (mt.figures.total_improvement_frame, mt.figures.patient_profile_frame):
        assert 5 not in set(frame(EXTRA, OTHER)["week"])
        assert 5 in set(frame(EXTRA, HERS)["week"])
        assert {4, 8, 12, 26, 52} <= set(frame(EXTRA, OTHER)["week"])


def test_a_report_counts_nobody_as_not_seen_at_an_unscheduled_visit_and_says_so():
    scored = mt.score_total_improvement(EXTRA)
    weeks, caption, left_out = _planned(scored, 12, 0)
    assert (weeks, caption.partition(", at ")[2]) == ([4, 8, 12, 26, 52], "every planned visit after the baseline.")
    assert left_out.endswith("are not counted: 5.")
    plain = _classes_by_visit(mt.score_total_improvement(IN_ARMS), weeks, "arm", ScoreOptions(), None)
    pd.testing.assert_frame_equal(_classes_by_visit(scored, weeks, "arm", ScoreOptions(), None), plain)
    own = scored.assign(week=[0 if week == 0 else 100 + place for place, week in enumerate(scored["week"])])
    weeks, caption, left_out = _planned(own, 12, 0)
    assert len(weeks) > 100
    assert "no week is common to most" in caption
    assert left_out == ""


def test_how_it_was_made_says_what_was_changed_in_the_protocol():
    changed = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=24).without("adult")
    day = pd.Timestamp(2026, 11, 30).date()
    said = made_of({}, {}, changed, day)["Protocol"]
    assert said.endswith("; Disease duration below 24 months instead of 12 months; Adult left out")
    assert "instead" not in made_of({}, {}, mt.TIME_IS_MUSCLE, day)["Protocol"]
