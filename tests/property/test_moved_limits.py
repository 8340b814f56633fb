"""Records held against moved windows, doses and durations: a second implementation, and the screening table, agree."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import screening as screen
from tests.property import second_screening as second
from tests.property.test_screening import Cohort, plain

TIM = mt.TIME_IS_MUSCLE
COUNT = 600
BACK = (0, 1, 2, 3, 5, 6, 9, 12, 108, 120, 144)  # months: the windows, moved
SETTINGS = [
    {"pulse_days": 4, "full_dose_days": 8, "low_dose_months": 2, "stable_drug_months": 9, "thrombosis_years": 9},
    {"pulse_days": 14, "full_dose_days": 30, "low_dose_months": 6, "stable_drug_months": 3, "thrombosis_years": 12},
    {"immunosuppression_months": 1, "dexamethasone_mg_day": 20, "dexamethasone_days": 2, "low_dose_mg_day": 10},
    {"immunosuppression_months": 6, "dexamethasone_mg_day": 60, "dexamethasone_days": 8, "low_dose_mg_day": 30},
    {"methylprednisolone_mg_day": 50, "methylprednisolone_days": 2, "full_dose_mg_per_kg": 0.5},
    {"methylprednisolone_mg_day": 1100, "methylprednisolone_days": 7, "full_dose_mg_per_kg": 1.5},
    {"immunosuppression_months": 0, "stable_drug_months": 0, "pulse_days": 0, "low_dose_months": 0},
]
ASKED = {"thrombosis": "thrombosis_within_10_years", "recent_immunosuppression": "recent_immunosuppression"}


def records_of(tables: dict[str, pd.DataFrame]) -> mt.Records:
    return mt.Records(tables["patients"], medications=tables["lines"], events=tables["events"])


@pytest.fixture(scope="module", name="cohort")
def _cohort() -> Cohort:
    return Cohort(seed=14, count=COUNT, back=BACK)


def test_each_limit_of_courses_and_each_window_is_moved_both_ways():
    moved = {(name, value > TIM.limits[name].value) for setting in SETTINGS for name, value in setting.items()}
    limits = {*second.LIMITS}
    assert limits == {limit.name for limit in TIM.courses.limits} | {"thrombosis_years", "immunosuppression_months"}
    assert moved == {(name, up) for name in limits for up in (True, False)}


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_a_second_implementation_agrees_with_moved_limits(cohort, monkeypatch, number):
    for name, value in SETTINGS[number].items():
        monkeypatch.setitem(second.LIMITS, name, value)
    protocol = TIM.with_limits(**SETTINGS[number])
    given = records_of(cohort.tables())
    table = given.screened_for(protocol).set_index("patient_id")
    verdicts = protocol.verdicts(given).set_index("patient_id")
    lines, events = cohort.of(cohort.lines), cohort.of(cohort.events)
    words = {True: "met", False: "not met", None: "unknown"}
    differ = []
    for patient in cohort.patients:
        name = patient["patient_id"]
        expected = second.screened_by_hand(patient, lines[name], events[name])
        found = {key: verdicts.loc[name, key] for key in ASKED}
        wanted = {key: words[expected[column]] for key, column in ASKED.items()}
        found["prior"] = plain(table.loc[name, "prior_treatment_within_limits"])
        wanted["prior"] = expected["prior_treatment_within_limits"]
        if found != wanted:
            differ.append((found, wanted, patient, lines[name], events[name]))
    assert differ[:1] == [], len(differ)


# ------------------------------------------------------------------------------- a screening table, and the records


@pytest.fixture(scope="module", name="sample")
def _sample() -> tuple[pd.DataFrame, mt.Records]:
    tables = {"visits": mt.load_visits(), "medications": mt.load_medications(), "events": mt.load_events()}
    return mt.derive_screening(mt.load_patients(), **tables), mt.Records(mt.load_patients(), **tables)


QUESTIONS = {
    "check": TIM.check,
    "decide": TIM.decide,
    "verdicts": TIM.verdicts,
    "attrition": lambda table: screen.attrition(TIM, table),
    "influence": lambda table: screen.influence(TIM, table),
    "overlap": lambda table: screen.overlap(TIM, table),
    "near_misses": lambda table: screen.near_misses(TIM, table),
    "next_measurements": lambda table: screen.next_measurements(TIM, table),
    "sensitivity": lambda table: screen.sensitivity(TIM, table, "maximum_duration_months", [6, 12, 24]),
    "sensitivity of a window": lambda table: screen.sensitivity(TIM, table, "thrombosis_years", [0, 5, 10, 20]),
    "case_mix": lambda table: screen.case_mix(TIM, table),
    "compare_protocols": lambda table: mt.compare_protocols(table, [TIM, "immediate_pilot", "time_is_muscle_ctis"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_unmoved_limits_say_the_same_of_a_screening_table_and_of_records(sample, question):
    table, given = sample
    pd.testing.assert_frame_equal(QUESTIONS[question](table), QUESTIONS[question](given))


@pytest.mark.parametrize("limit", [limit.name for limit in TIM.courses.limits] + ["immunosuppression_months"])
def test_sensitivity_counts_what_deciding_one_by_one_counts(cohort, limit):
    tables = cohort.tables()
    given = records_of({name: table[table["patient_id"] < "P00150"] for name, table in tables.items()})
    key = "recent_immunosuppression" if limit == "immunosuppression_months" else "prior_treatment"
    protocol = TIM.without(*[each.key for each in TIM.criteria if each.key != key])
    of = TIM.limits[limit]
    values = [of.value - 2 * of.step if of.value - 2 * of.step >= of.minimum else of.value + 2 * of.step]
    found = screen.sensitivity(protocol, given, limit, values)
    for value in values:
        counts = protocol.with_limits(**{limit: value}).decide(given)["decision"].value_counts().to_dict()
        row = found[found[next(name for name in ("value", limit) if name in found)] == value].iloc[0]
        assert {word: int(row[word]) for word in counts} == counts


# ---------------------------------------------------------------------------- moved limits on a table that has answers

HINT = "ask the records themselves, mt.screening.Records(patients, medications=...)"


@pytest.mark.parametrize("limit", [limit.name for limit in TIM.courses.limits])
def test_a_moved_limit_of_courses_is_unknown_on_a_screening_table(sample, limit):
    table, _ = sample
    of = TIM.limits[limit]
    protocol = TIM.with_limits(**{limit: of.value + of.step})
    checked = protocol.check(table).set_index(["criterion", "patient_id"])
    published = TIM.check(table).set_index(["criterion", "patient_id"])
    asked = checked.loc["prior_treatment"]
    # what the allowances do not decide stays: naive, or a clear response
    same = asked["verdict"] == published.loc["prior_treatment", "verdict"]
    assert (asked.loc[~same, "verdict"] == "unknown").all()
    assert (~same).any()
    said = f"a screening table holds the answer for {of.value:g} {of.unit}, not for {protocol.limits[limit]}; {HINT}"
    assert asked.loc[~same, "reason"].str.contains(said, regex=False).all()
    depends = limit == "stable_drug_months"
    recent = checked.loc["recent_immunosuppression"]
    assert (
        (recent["verdict"] == "unknown").all()
        if depends
        else "unknown" not in set(recent["verdict"][published.loc["recent_immunosuppression", "verdict"] != "unknown"])
    )


def test_a_moved_window_is_answered_by_the_look_back_of_a_screening_table(sample):
    table, given = sample
    for setting in ({"immunosuppression_months": 1}, {"immunosuppression_months": 12}, {"thrombosis_years": 3}):
        protocol = TIM.with_limits(**setting)
        pd.testing.assert_frame_equal(protocol.verdicts(table), protocol.verdicts(given))


def test_flags_alone_answer_as_before_and_another_window_only_where_they_can(sample):
    table, _ = sample
    flags = ["thrombosis_within_10_years", "recent_immunosuppression"]
    alone = table[[name for name in table if "_ago" not in name]]
    assert set(flags) <= set(alone)
    pd.testing.assert_frame_equal(TIM.verdicts(alone), TIM.verdicts(table))
    pilot = mt.PROTOCOLS["immediate_pilot"].verdicts(alone)["thrombosis"]
    words = {True: "unknown", False: "not met"}
    assert pilot.tolist() == [words.get(plain(flag), "unknown") for flag in alone["thrombosis_within_10_years"]]
    longer = TIM.with_limits(thrombosis_years=20).verdicts(alone)["thrombosis"]
    words = {True: "met", False: "unknown"}
    assert longer.tolist() == [words.get(plain(flag), "unknown") for flag in alone["thrombosis_within_10_years"]]
    shorter = TIM.with_limits(immunosuppression_months=1).verdicts(alone)["recent_immunosuppression"]
    words = {True: "unknown", False: "not met"}
    assert shorter.tolist() == [words.get(plain(flag), "unknown") for flag in alone["recent_immunosuppression"]]
