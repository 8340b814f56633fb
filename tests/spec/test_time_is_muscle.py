"""Who fits TIME IS MUSCLE, criterion by criterion.

Source: registry record NCT05832034, printed word for word in the criteria themselves. Cut-offs for an abnormal core
set measure: registry records of the IMMEDIATE pilot (decision C3). Where the record is silent: decisions C1 to C9.

Each line changes one patient who fits everything: 54 years, dermatomyositis for 5 months, MMT loss 22 %, five abnormal
measures, never treated. A question mark is a value that was not recorded.
"""

from pathlib import Path

import pytest

import myositis_tools as mt
from tests.spec.eligible import ELIGIBLE, changed, screening_of

CASES = Path(__file__).with_name("time_is_muscle.txt").read_text(encoding="utf-8")

# One measure abnormal for sure; the second is the one that the line changes. The rest are normal.
SECOND_MEASURE = """
changed                                   | verdict
physician_global_cm 1.9                   | not met
physician_global_cm 2.0                   | met
physician_global_cm 2.1                   | met
patient_global_cm 1.9                     | not met
patient_global_cm 2.0                     | met
patient_global_cm 2.1                     | met
extramuscular_cm 1.9                      | not met
extramuscular_cm 2.0                      | met
extramuscular_cm 2.1                      | met
haq_di 0.125                              | not met
haq_di 0.25                               | met
haq_di 0.375                              | met
enzyme_xuln 1.4                           | not met
enzyme_xuln 1.5                           | not met
enzyme_xuln 1.6                           | met
physician_global_cm ?                     | unknown
enzyme_xuln ?                             | unknown
physician_global_cm ?, haq_di 0.25        | met
physician_global_cm ?, enzyme_xuln ?      | unknown
"""


def test_every_line_of_the_cases(read):
    cases = read(CASES).fillna("")
    screening = screening_of([changed(text) for text in cases["changed"]])
    checks = mt.TIME_IS_MUSCLE.check(screening).set_index(["patient_id", "criterion"])
    found = checks.loc[list(zip(screening["patient_id"], cases["criterion"], strict=True))]
    wrong = []
    for (_, case), (_, check) in zip(cases.iterrows(), found.iterrows(), strict=True):
        begins = case["reason"].endswith("...")
        reason = case["reason"].removesuffix("...").strip()
        fits = check["reason"].startswith(reason) if begins else check["reason"] == reason
        if check["verdict"] != case["verdict"] or not fits:
            wrong.append(f"{case['criterion']} | {case['changed']} -> {check['verdict']} | {check['reason']}")
    assert wrong == []


def test_every_criterion_has_met_not_met_and_unknown(read):
    cases = read(CASES)
    seen = cases.groupby("criterion")["verdict"].agg(set)
    assert {each.key: seen[each.key] for each in mt.TIME_IS_MUSCLE.criteria} == {
        each.key: {"met", "not met", "unknown"} for each in mt.TIME_IS_MUSCLE.criteria
    }


@pytest.mark.parametrize("abnormal", ["physician_global_cm 4", "enzyme_xuln 4"])
def test_two_other_measures_must_be_abnormal(read, abnormal):
    table = read(SECOND_MEASURE)
    normal = "physician_global_cm 0, patient_global_cm 0, extramuscular_cm 0, haq_di 0, enzyme_xuln 1"
    name = abnormal.split()[0]
    table = table[~table["changed"].str.contains(name)]
    patients = [changed(f"{normal}, {abnormal}, {text}") for text in table["changed"]]
    checks = mt.TIME_IS_MUSCLE.check(screening_of(patients))
    found = checks.loc[checks["criterion"] == "minimal_disability", "verdict"]
    assert found.tolist() == table["verdict"].tolist()


def test_the_reason_counts_and_names_the_measures():
    patient = changed("patient_global_cm ?, extramuscular_cm 0, haq_di 0, enzyme_xuln 1")
    reason = mt.TIME_IS_MUSCLE.check(screening_of([patient])).set_index("criterion").loc["minimal_disability", "reason"]
    assert reason == (
        "MMT loss 22 %, at least 10 %; other abnormal measures 1 (2 needed); physician global 4.1 cm, at least 2 cm; "
        "patient global not recorded"
    )


DECISIONS = """
changed                                                  | decision
                                                         | eligible
age_years 17                                             | ineligible
age_years ?                                              | indeterminate
pregnant yes                                             | ineligible
pregnant ?                                               | indeterminate
# a definite failure decides even where other criteria are unknown
age_years ?, pregnant yes                                | ineligible
age_years 17, fvc_percent_predicted ?, consent_signed ?  | ineligible
"""


def test_the_decision(read):
    table = read(DECISIONS).fillna("")
    decided = mt.TIME_IS_MUSCLE.decide(screening_of([changed(text) for text in table["changed"]]))
    assert decided["decision"].tolist() == table["decision"].tolist()
    assert decided["because"].tolist()[:4] == [
        "",
        "Adult: age 17 years, below 18",
        "Adult: age not recorded",
        "Pregnancy: sex female; pregnant yes",
    ]
    # an ineligible patient's reasons are the failures alone, not what is unknown beside them
    assert decided["because"].tolist()[5] == "Pregnancy: sex female; pregnant yes"


def test_the_criteria_stand_in_the_order_of_the_record():
    assert [each.key for each in mt.TIME_IS_MUSCLE.criteria] == [
        "adult",
        "iim_subtype",
        "early_disease",
        "minimal_disability",
        "prior_treatment",
        "informed_consent",
        "severe_weakness",
        "thrombosis",
        "blood_product_reaction",
        "iga_deficiency_with_antibodies",
        "pregnancy",
        "loop_diuretic",
        "nephrotoxic_medication",
        "compliance_condition",
        "evaluation_condition",
        "recent_immunosuppression",
    ]
    assert [each.kind for each in mt.TIME_IS_MUSCLE.criteria] == ["inclusion"] * 6 + ["exclusion"] * 10


def test_a_limit_can_be_changed_and_the_protocol_stays_as_it_is():
    patient = screening_of([changed("disease_duration_months 18, mmt_loss_percent 5")])
    wider = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=24, minimum_mmt_loss_percent=5)
    assert wider.decide(patient)["decision"].tolist() == ["eligible"]
    assert mt.TIME_IS_MUSCLE.decide(patient)["decision"].tolist() == ["ineligible"]
    assert float(mt.TIME_IS_MUSCLE.limits["maximum_duration_months"]) == 12
    assert "changed: Disease duration below 24 months, published 12" in str(wider)


def test_every_result_says_that_the_cutoffs_are_borrowed():
    checks = mt.TIME_IS_MUSCLE.check(screening_of([ELIGIBLE])).set_index("criterion")
    assert "borrowed from the pilot, not stated for TIME IS MUSCLE" in checks.loc["minimal_disability", "source"]
    assert "borrowed from the pilot" in str(mt.TIME_IS_MUSCLE)


def test_a_derived_value_that_is_unknown_says_why():
    patient = screening_of([changed("treatment_naive no, clear_response no")])
    patient["prior_treatment_within_limits_because"] = "protocol text silent"
    reason = mt.TIME_IS_MUSCLE.check(patient).set_index("criterion").loc["prior_treatment", "reason"]
    assert reason.endswith("treatment so far within the allowances unknown: protocol text silent")
