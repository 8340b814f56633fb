"""Who fits TIME IS MUSCLE, criterion by criterion.

Source: registry record NCT05832034, printed word for word in the criteria themselves. Cut-offs for an abnormal core
set measure: registry records of the IMMEDIATE pilot (decision C3). Where the record is silent: decisions C1 to C9.

Each line changes one patient who fits everything: 54 years, dermatomyositis for 5 months, MMT loss 22 %, five abnormal
measures, never treated. A question mark is a value that was not recorded.
"""

import pytest
from tests.spec.eligible import ELIGIBLE, changed, screening_of

import myositis_tools as mt

CASES = """
criterion                      | changed                                               | verdict | reason

# 18 years or older; the birthday itself counts
adult                          |                                                       | met     | age 54 years, at least 18
adult                          | age_years 17                                          | not met | age 17 years, below 18
adult                          | age_years 17.99                                       | not met | age 17.99 years, below 18
adult                          | age_years 18                                          | met     | age 18 years, at least 18
adult                          | age_years 18.01                                       | met     | age 18.01 years, at least 18
adult                          | age_years ?                                           | unknown | age not recorded

# five subtypes; inclusion body myositis is not on the list
iim_subtype                    | subtype dermatomyositis                               | met     | subtype dermatomyositis
iim_subtype                    | subtype polymyositis                                  | met     | subtype polymyositis
iim_subtype                    | subtype antisynthetase_syndrome                       | met     | subtype antisynthetase syndrome
iim_subtype                    | subtype immune_mediated_necrotizing_myopathy          | met     | subtype immune mediated necrotizing myopathy
iim_subtype                    | subtype overlap_myositis                              | met     | subtype overlap myositis
iim_subtype                    | subtype inclusion_body_myositis                       | not met | subtype inclusion body myositis, not one of those admitted
iim_subtype                    | subtype other                                         | not met | subtype other, not one of those admitted
iim_subtype                    | subtype ?                                             | unknown | subtype not recorded

# shorter than 12 months: exactly 12 is not met
early_disease                  | disease_duration_months 11                            | met     | disease duration 11 months, below 12
early_disease                  | disease_duration_months 12                            | not met | disease duration 12 months, not below 12
early_disease                  | disease_duration_months 13                            | not met | disease duration 13 months, not below 12
early_disease                  | disease_duration_months 0                             | met     | disease duration 0 months, below 12
early_disease                  | disease_duration_months ?                             | unknown | disease duration not recorded

# 10 % loss: exactly 10 is met
minimal_disability             | mmt_loss_percent 9.99                                 | not met | MMT loss 9.99 %, below 10 %
minimal_disability             | mmt_loss_percent 10                                   | met     | MMT loss 10 %, at least 10 %; other abnormal measures 5 (2 needed); ...
minimal_disability             | mmt_loss_percent 9.999                                | not met | MMT loss 9.999 %, below 10 %
minimal_disability             | mmt_loss_percent ?                                    | unknown | MMT loss not recorded; other abnormal measures 5 (2 needed); ...

# informed consent
informed_consent               | consent_signed yes                                    | met     | informed consent yes
informed_consent               | consent_signed no                                     | not met | informed consent no
informed_consent               | consent_signed ?                                      | unknown | informed consent not recorded

# treatment-naive, or no clear response to treatment that fits the four allowances
prior_treatment                | treatment_naive yes                                   | met     | treatment-naive yes
prior_treatment                | treatment_naive no, clear_response no, prior_treatment_within_limits yes  | met     | clear response to treatment no; treatment so far within the allowances yes
prior_treatment                | treatment_naive no, clear_response yes, prior_treatment_within_limits yes | not met | treatment-naive no; clear response to treatment yes
prior_treatment                | treatment_naive no, clear_response no, prior_treatment_within_limits no   | not met | treatment-naive no; treatment so far within the allowances no
prior_treatment                | treatment_naive no, clear_response ?, prior_treatment_within_limits yes   | unknown | clear response to treatment not recorded; treatment so far within the allowances yes
prior_treatment                | treatment_naive no, clear_response no, prior_treatment_within_limits ?    | unknown | clear response to treatment no; treatment so far within the allowances not recorded
prior_treatment                | treatment_naive ?, clear_response yes, prior_treatment_within_limits yes  | unknown | treatment-naive not recorded
prior_treatment                | treatment_naive no, clear_response yes, prior_treatment_within_limits ?   | not met | treatment-naive no; clear response to treatment yes

# bedridden, feeding tube, or FVC below 50 %: exactly 50 does not exclude
severe_weakness                |                                                       | not met | bedridden no; feeding tube no; FVC 90 % of predicted, not below 50 %
severe_weakness                | bedridden yes                                         | met     | bedridden yes
severe_weakness                | feeding_tube yes                                      | met     | feeding tube yes
severe_weakness                | fvc_percent_predicted 49.9                            | met     | FVC 49.9 % of predicted, below 50 %
severe_weakness                | fvc_percent_predicted 49.998                          | met     | FVC 49.998 % of predicted, below 50 %
severe_weakness                | fvc_percent_predicted 50                              | not met | bedridden no; feeding tube no; FVC 50 % of predicted, not below 50 %
severe_weakness                | fvc_percent_predicted 50.1                            | not met | bedridden no; feeding tube no; FVC 50.1 % of predicted, not below 50 %
severe_weakness                | fvc_percent_predicted ?                               | unknown | FVC not recorded
severe_weakness                | bedridden ?                                           | unknown | bedridden not recorded
severe_weakness                | bedridden yes, fvc_percent_predicted ?                | met     | bedridden yes

# thrombosis in the window before enrolment
thrombosis                     | thrombosis_within_10_years yes                        | met     | thrombotic episode in the window yes
thrombosis                     | thrombosis_within_10_years no                         | not met | thrombotic episode in the window no
thrombosis                     | thrombosis_within_10_years ?                          | unknown | thrombotic episode in the window not recorded

blood_product_reaction         | blood_product_reaction yes                            | met     | severe reaction to a blood product yes
blood_product_reaction         | blood_product_reaction no                             | not met | severe reaction to a blood product no
blood_product_reaction         | blood_product_reaction ?                              | unknown | severe reaction to a blood product not recorded

# deficiency AND antibodies: both must hold
iga_deficiency_with_antibodies | iga_deficiency yes, anti_iga_antibodies yes           | met     | IgA deficiency yes, antibodies yes
iga_deficiency_with_antibodies | iga_deficiency yes, anti_iga_antibodies no            | not met | antibodies no
iga_deficiency_with_antibodies | iga_deficiency no, anti_iga_antibodies yes            | not met | IgA deficiency no
iga_deficiency_with_antibodies | iga_deficiency no, anti_iga_antibodies ?              | not met | IgA deficiency no
iga_deficiency_with_antibodies | iga_deficiency yes, anti_iga_antibodies ?             | unknown | IgA deficiency yes, antibodies not recorded
iga_deficiency_with_antibodies | iga_deficiency ?, anti_iga_antibodies no              | not met | antibodies no

# pregnancy cannot apply to a man
pregnancy                      | pregnant yes                                          | met     | sex female; pregnant yes
pregnancy                      | trying_to_conceive yes                                | met     | sex female; trying to conceive yes
pregnancy                      |                                                       | not met | pregnant no; trying to conceive no
pregnancy                      | pregnant ?                                            | unknown | sex female; pregnant not recorded
pregnancy                      | sex male, pregnant ?, trying_to_conceive ?            | not met | sex male, does not apply
pregnancy                      | sex male, pregnant yes                                | not met | sex male, does not apply
pregnancy                      | sex ?, pregnant yes                                   | unknown | sex not recorded; pregnant yes
pregnancy                      | sex ?                                                 | not met | pregnant no; trying to conceive no

loop_diuretic                  | loop_diuretic yes                                     | met     | loop diuretic in use yes
loop_diuretic                  | loop_diuretic no                                      | not met | loop diuretic in use no
loop_diuretic                  | loop_diuretic ?                                       | unknown | loop diuretic in use not recorded

nephrotoxic_medication         | nephrotoxic_medication yes                            | met     | nephrotoxic medication in use yes
nephrotoxic_medication         | nephrotoxic_medication no                             | not met | nephrotoxic medication in use no
nephrotoxic_medication         | nephrotoxic_medication ?                              | unknown | nephrotoxic medication in use not recorded

compliance_condition           | compliance_condition yes                              | met     | condition that interferes with compliance yes
compliance_condition           | compliance_condition no                               | not met | condition that interferes with compliance no
compliance_condition           | compliance_condition ?                                | unknown | condition that interferes with compliance not recorded

evaluation_condition           | evaluation_condition yes                              | met     | condition that interferes with evaluation yes
evaluation_condition           | evaluation_condition no                               | not met | condition that interferes with evaluation no
evaluation_condition           | evaluation_condition ?                                | unknown | condition that interferes with evaluation not recorded

recent_immunosuppression       | recent_immunosuppression yes                          | met     | immunosuppression in the window yes
recent_immunosuppression       | recent_immunosuppression no                           | not met | immunosuppression in the window no
recent_immunosuppression       | recent_immunosuppression ?                            | unknown | immunosuppression in the window not recorded
"""

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
