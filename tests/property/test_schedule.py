"""The schedule of a trial is not whoever was seen: an extra visit of one patient is nobody else's business."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myositis_tools as mt
from myositis_tools.errors import OptionError
from myositis_tools.studies.follow_up.schedule import read_schedule

SAMPLE = mt.load_visits()
IN_ARMS = SAMPLE[SAMPLE["arm"].notna()]
PATIENTS = sorted(IN_ARMS[IN_ARMS["week"] == 4]["patient_id"])
UNPLANNED = sorted(set(range(1, 60)) - set(SAMPLE["week"].unique()))
DOSE = st.one_of(st.none(), st.sampled_from([0.0, 5.0, 10.0, 40.0]))
# of each patient the doses by week
TRIAL = st.lists(st.dictionaries(st.integers(0, 16), DOSE, min_size=1, max_size=7), min_size=2, max_size=6)


def visits_of(trial):
    return pd.DataFrame(
        [
            {"patient_id": f"P{number}", "arm": "IVIg" if number % 2 else "placebo", "week": week, "dose": dose}
            for number, own in enumerate(trial)
            for week, dose in own.items()
        ]
    ).rename(columns={"dose": "prednisone_mg_day"})


def answers(visits, but, **options):
    """What is found of everybody but one; or the one thing that is refused."""
    try:
        found = mt.prednisone_between(visits, 16, **options)
    except OptionError as error:
        return str(error)
    return found[found["patient_id"] != but].to_dict("records").__repr__()


@settings(max_examples=60)
@given(TRIAL, st.data())
def test_an_unscheduled_visit_of_one_patient_leaves_the_prednisone_of_all_others(trial, data):
    free = sorted(set(range(1, 16)) - {week for own in trial for week in own})
    if not free:
        return
    week, dose = data.draw(st.sampled_from(free)), data.draw(DOSE)
    extra = [{**trial[0], week: dose}, *trial[1:]]
    assert answers(visits_of(trial), "P0") == answers(visits_of(extra), "P0")


@settings(max_examples=8)
@given(st.sampled_from(PATIENTS), st.sampled_from(UNPLANNED), st.sampled_from(["unscheduled", "late", "doubled"]))
def test_the_sample_keeps_its_answers_with_an_extra_a_late_and_a_doubled_visit(patient, week, how):
    own = IN_ARMS[IN_ARMS["patient_id"] == patient]
    seen = own[own["week"] > 0].iloc[0]
    new = own.iloc[[0]].assign(week=week if how == "unscheduled" else seen["week"] + 1)
    kept = IN_ARMS if how != "late" else IN_ARMS.drop(index=seen.name)
    changed = pd.concat([kept, new], ignore_index=True)
    assert answers(IN_ARMS, patient) == answers(changed, patient)


def stands_for(week, every):
    """The planned visit that a visit is nearest to; none half way between two, or as far outside."""
    nearest, other = sorted(every, key=lambda one: abs(one - week))[:2]
    if week in every:
        return week
    if every[0] < week < every[-1]:
        return nearest if abs(nearest - week) < abs(other - week) else None
    return nearest if 2 * abs(nearest - week) < abs(nearest - other) else None


def slowly(own, planned, to_week, from_week):
    """A day at a time: the dose of the last visit, unless a planned one was missed since."""
    every = [0, *planned]
    had = {stands_for(week, every) for week in own}
    total = 0.0
    for day in range(from_week * 7, to_week * 7):
        before = [week for week in own if week * 7 <= day]
        missed = [week for week in every if week * 7 <= day and week not in had]
        if not before or (missed and missed[-1] > before[-1]) or own[before[-1]] is None:
            return None
        total += own[before[-1]]
    return total


@settings(max_examples=80)
@given(
    st.dictionaries(st.integers(0, 12), DOSE, min_size=1, max_size=6),
    st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True),
    st.integers(0, 5),
)
def test_a_dose_holds_until_her_own_next_visit_or_a_planned_one_she_missed(own, planned, from_week):
    found = mt.prednisone_between(visits_of([dict(sorted(own.items()))]), 12, from_week=from_week, weeks=planned)
    total = found["prednisone_mg_total"].iloc[0]
    expected = slowly(dict(sorted(own.items())), sorted(planned), 12, from_week)
    assert (None if pd.isna(total) else total) == expected


def test_fillings_do_not_move_with_an_unscheduled_visit_and_say_the_schedule():
    options = {"imputations": 1, "rounds": 1}
    extra = pd.concat([IN_ARMS, IN_ARMS.iloc[[0]].assign(week=5)], ignore_index=True)
    expected, found = mt.impute_measures(IN_ARMS, **options), mt.impute_measures(extra, **options)
    pd.testing.assert_frame_equal(expected, found)
    said = "weeks 4, 8, 12, 26 and 52, each with more than half of the patients seen"
    assert set(found["schedule"]) == {said}
    assert set(mt.impute_measures(extra, weeks=[12], **options)["schedule"]) == {"week 12, as named"}


def test_rescue_that_only_an_unscheduled_visit_tells_of_counts():
    patient = PATIENTS[0]
    row = IN_ARMS[IN_ARMS["patient_id"] == patient].iloc[[0]].assign(week=5, rescued=5.0)
    extra = pd.concat([IN_ARMS.assign(rescued=float("nan")), row], ignore_index=True)
    found = mt.impute_measures(extra, rescue="rescued", weeks=[4, 8, 12], imputations=1, rounds=1)
    own = found[(found["patient_id"] == patient) & (found["imputation"] == 0)].set_index("week")
    assert own["mmt8_150"].notna().to_dict() == {0: True, 4: True, 8: False, 12: False}
    assert set(found["estimand"]) == {"hypothetical"}


OWN_CALENDARS = visits_of([{0: 40.0, 3: 20.0, 9: 5.0}, {0: 40.0, 5: 10.0}, {0: 60.0, 6: 30.0, 11: 5.0}])


def test_each_on_a_calendar_of_her_own_is_asked_about_and_both_answers_work():
    with pytest.raises(OptionError, match=r"cannot be told which visits were planned(.|\n)*weeks=\[\]"):
        mt.compare_prednisone(OWN_CALENDARS, 12)
    free = mt.prednisone_between(OWN_CALENDARS, 12, weeks=[])
    assert free["prednisone_mg_total"].tolist() == [
        7 * (5 * 40 + 7 * 10),
        7 * (3 * 40 + 6 * 20 + 3 * 5),
        7 * (6 * 60 + 5 * 30 + 5),
    ]
    assert set(free["schedule"]) == {"no visit, as named"}
    named = mt.prednisone_between(OWN_CALENDARS, 12, weeks=[4, 8])
    assert named["missing"].tolist() == ["no dose recorded at week 8", "", "no dose recorded at weeks 4, 8"]
    with pytest.raises(OptionError, match="weeks="):
        mt.impute_measures(IN_ARMS.assign(week=[week * 100 + place for place, week in enumerate(IN_ARMS["week"])]))


def test_what_is_no_schedule_is_refused():
    for weeks in ([4.5], [-4], "4", 4, ["four"]):
        with pytest.raises(OptionError):
            read_schedule({}, weeks)
    assert read_schedule({"A": [0, 4], "B": [0, 4], "C": [0]}).weeks == (4.0,)
    assert read_schedule({"A": [0, 4], "B": [0, 4], "C": [0], "D": [0]}).weeks == ()
    assert read_schedule({}, [8, 0, 4, 8]).weeks == (4.0, 8.0)
