"""Who is one criterion away, on patients worked by hand."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns
from myositis_tools.rules import all_of, any_of, at_least, is_true, negate
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
NUMBERS = ["value", "limit", "gap", "unit"]


def miss(text: str) -> dict:
    found = mt.near_misses(TIM, screening_of([changed(text)]))
    assert len(found) == 1
    return found.iloc[0].to_dict()


def numbers(row: dict) -> list:
    return [None if pd.isna(row[name]) else row[name] for name in NUMBERS]


def test_a_cohort_worked_by_hand():
    found = mt.near_misses(TIM, cohort())
    assert list(found.columns) == list(columns("near_misses"))
    assert found[["patient_id", "criterion", "part", *NUMBERS, "also_unknown"]].to_numpy().tolist() == [
        ["P001", "adult", "age", 17.0, 18.0, 1.0, "years", ""],
        ["P003", "early_disease", "disease duration", 12.0, 12.0, 0.0, "months", ""],
        ["P005", "severe_weakness", "FVC", 45.5, 50.0, 4.5, "% of predicted", "adult"],
        ["P007", "minimal_disability", "MMT loss", 8.5, 10.0, 1.5, "%", ""],
    ]
    assert found["kind"].tolist() == ["inclusion", "inclusion", "exclusion", "inclusion"]


def test_unknown_as_failed_and_as_passed():
    people = cohort()
    itself, worst, best = (mt.near_misses(TIM, people, unknown=word) for word in ("itself", "worst", "best"))
    # P005 fails one criterion with another unknown: two away in the worst case; P004 fails none, and lacks the FVC
    assert worst["patient_id"].tolist() == ["P001", "P003", "P004", "P007"]
    row = worst.iloc[2]
    assert [row[name] for name in ("criterion", "parts_short", "part", "parts_unknown", "also_unknown")] == [
        *("severe_weakness", 0, "", "FVC", ""),
    ]
    assert numbers(row) == [None, None, None, ""]
    assert row["reason"] == "FVC not recorded"
    assert best.drop(columns="also_unknown").equals(itself.drop(columns="also_unknown"))
    assert (best["also_unknown"] == "").all()
    with pytest.raises(mt.errors.OptionError, match="unknown"):
        mt.near_misses(TIM, people, unknown="perhaps")


def test_the_worst_case_is_the_decision_with_unknown_failed():
    """One away in the worst case is whoever has exactly one verdict that is against her or unknown."""
    screening = mt.load_screening()
    checks = TIM.check(screening)
    against = {"inclusion": "not met", "exclusion": "met"}
    stops = (checks["verdict"] == checks["kind"].map(against)) | (checks["verdict"] == "unknown")
    alone = stops.groupby(checks["patient_id"]).sum() == 1
    assert set(mt.near_misses(TIM, screening, unknown="worst")["patient_id"]) == set(alone.index[alone])


def test_a_gap_is_written_as_a_person_would():
    assert miss("fvc_percent_predicted 49.9")["gap"] == 0.1  # and not 0.10000000000000142


def test_the_reason_is_that_of_the_protocol():
    screening = cohort()
    checks = TIM.check(screening).set_index(["patient_id", "criterion"])["reason"]
    for row in mt.near_misses(TIM, screening).to_dict("records"):
        assert row["reason"] == checks[row["patient_id"], row["criterion"]]


def test_a_criterion_without_a_number_has_no_gap():
    row = miss("consent_signed no")
    assert numbers(row) == [None, None, None, ""]
    assert (row["part"], row["parts_short"], row["reason"]) == ("informed consent", 1, "informed consent no")
    assert miss("subtype other")["part"] == "subtype"


FEW_MEASURES = "physician_global_cm 1, patient_global_cm 1, extramuscular_cm 1, haq_di 0"


def test_parts_that_are_counted():
    row = miss(FEW_MEASURES)  # the enzyme alone is abnormal; two are needed
    assert (row["part"], row["parts_unknown"]) == ("other abnormal measures", "")
    assert numbers(row) == [1, 2, 1, "of 5"]
    row = miss(f"{FEW_MEASURES}, enzyme_xuln ?")
    assert numbers(row) == [0, 2, 2, "of 5"]
    assert row["parts_unknown"] == "highest enzyme"


def test_two_parts_short_have_no_one_gap():
    row = miss(f"{FEW_MEASURES}, mmt_loss_percent 4")
    assert (row["part"], row["parts_short"]) == ("MMT loss; other abnormal measures", 2)
    assert numbers(row) == [None, None, None, ""]
    row = miss("bedridden yes, fvc_percent_predicted 40")
    assert (row["part"], row["parts_short"], row["gap"]) == (
        "bedridden; FVC",
        2,
        pytest.approx(float("nan"), nan_ok=True),
    )


def test_a_part_that_is_not_recorded_is_named():
    row = miss("fvc_percent_predicted 45, feeding_tube ?")
    assert (row["part"], row["parts_short"], row["parts_unknown"], row["gap"]) == ("FVC", 1, "feeding tube", 5)
    row = miss("mmt_loss_percent 4, physician_global_cm ?")  # four other measures are abnormal: it does not matter
    assert row["parts_unknown"] == ""


def test_where_any_part_would_do():
    row = miss("treatment_naive no, clear_response yes, prior_treatment_within_limits yes")
    assert row["part"].startswith("treatment-naive or clear response to treatment and ")
    assert row["parts_short"] == 1
    row = miss("iga_deficiency yes, anti_iga_antibodies yes")
    assert row["part"] == "IgA deficiency or antibodies"


def protocol_of(rule: object) -> mt.Protocol:
    """The trial with one criterion, the first, that asks something else."""
    first = TIM.criteria[0]
    return mt.Protocol(TIM.key, TIM.title, TIM.registration, TIM.version, TIM.text, (first.with_rule(rule),))


def test_any_of_with_one_number_and_rules_turned_round():
    loss, fvc = TIM.limits["minimum_mmt_loss_percent"], TIM.limits["minimum_fvc_percent"]
    either = protocol_of(any_of(is_true("bedridden"), at_least("mmt_loss_percent", loss)))
    row = mt.near_misses(either, screening_of([changed("mmt_loss_percent 7")])).iloc[0]
    assert (row["part"], row["value"], row["gap"]) == ("bedridden or MMT loss", 7, 3)
    both = any_of(at_least("fvc_percent_predicted", fvc), at_least("mmt_loss_percent", loss))
    row = mt.near_misses(protocol_of(both), screening_of([changed("mmt_loss_percent 7, fvc_percent_predicted 40")]))
    assert row["gap"].isna().all()  # percent of what? two numbers are none
    turned = protocol_of(negate(all_of(is_true("consent_signed"), at_least("mmt_loss_percent", loss))))
    row = mt.near_misses(turned, screening_of([changed("mmt_loss_percent 12")])).iloc[0]
    assert (row["part"], row["gap"]) == ("informed consent or MMT loss", 2)


def test_too_many_of_what_is_counted():
    measures = TIM.criterion("minimal_disability").rule.parts[1]
    row = mt.near_misses(protocol_of(negate(measures)), screening_of([changed("")])).iloc[0]
    assert numbers(row) == [5, 2, 4, "of 5"]  # all five are abnormal and one may be


def test_nobody_is_near():
    for people in (cohort().iloc[:0], screening_of([changed("")]), cohort().iloc[[2, 8]]):
        found = mt.near_misses(TIM, people)
        assert len(found) == 0
        assert list(found.columns) == list(columns("near_misses"))


def test_why_a_value_is_unknown_is_told():
    table = screening_of([changed("fvc_percent_predicted ?, bedridden yes")])
    table["fvc_percent_predicted_because"] = "no spirometry"
    assert (
        mt.near_misses(TIM, table)["reason"].tolist()
        == TIM.check(table).query("criterion == 'severe_weakness'")["reason"].tolist()
    )


def test_the_gap_of_a_window_is_the_days_to_wait():
    """With an event so many days earlier the window no longer holds it; with a day less it does."""
    patients, events = mt.load_patients(), mt.load_events()
    given = {"visits": mt.load_visits(), "medications": mt.load_medications()}
    near = mt.near_misses(mt.TIME_IS_MUSCLE, mt.screening.Records(patients, events=events, **given))
    near = near[near["criterion"] == "thrombosis"].set_index("patient_id")
    assert len(near) >= 4
    assert set(near["unit"]) == {"days"}
    for earlier, expected in ((0, "not met"), (-1, "met")):
        moved = events.copy()
        days = moved["patient_id"].map(near["gap"]) + earlier
        moved["date"] = moved["date"] - pd.to_timedelta(days.fillna(0), unit="D")
        verdicts = mt.TIME_IS_MUSCLE.verdicts(mt.screening.Records(patients, events=moved, **given))
        found = verdicts.set_index("patient_id").loc[near.index, "thrombosis"]
        assert set(found) == {expected}
