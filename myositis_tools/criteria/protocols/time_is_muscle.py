"""TIME IS MUSCLE (NCT05832034), in the order of the registry record.

The words, limits and decisions stand in ``protocol_criteria.csv``, ``protocol_limits.csv`` and ``protocol_words.csv``;
here is only how the questions are put together.
"""

from __future__ import annotations

from functools import partial

from myositis_tools.criteria.criterion import criterion, limit, words
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.rules import (
    all_of,
    any_of,
    at_least,
    at_least_n_of,
    is_one_of,
    is_true,
    less_than,
    more_than,
    negate,
)

_KEY = "time_is_muscle"
_criterion, _limit = partial(criterion, _KEY), partial(limit, _KEY)

_ABNORMAL_MEASURES = at_least_n_of(
    _limit("abnormal_measures"),
    at_least("physician_global_cm", _limit("abnormal_physician_global_cm")),
    at_least("patient_global_cm", _limit("abnormal_patient_global_cm")),
    at_least("haq_di", _limit("abnormal_haq_di")),
    more_than("enzyme_xuln", _limit("abnormal_enzyme_xuln")),
    at_least("extramuscular_cm", _limit("abnormal_extramuscular_cm")),
    what="other abnormal measures",
)

TIME_IS_MUSCLE = Protocol.of(
    _KEY,
    _criterion("adult", at_least("age_years", _limit("minimum_age_years"))),
    _criterion("iim_subtype", is_one_of("subtype", words(_KEY, "iim_subtype"))),
    _criterion("early_disease", less_than("disease_duration_months", _limit("maximum_duration_months"))),
    _criterion(
        "minimal_disability",
        all_of(at_least("mmt_loss_percent", _limit("minimum_mmt_loss_percent")), _ABNORMAL_MEASURES),
    ),
    _criterion(
        "prior_treatment",
        any_of(
            is_true("treatment_naive"),
            all_of(negate(is_true("clear_response")), is_true("prior_treatment_within_limits")),
        ),
    ),
    _criterion("informed_consent", is_true("consent_signed")),
    _criterion(
        "severe_weakness",
        any_of(
            is_true("bedridden"),
            is_true("feeding_tube"),
            less_than("fvc_percent_predicted", _limit("minimum_fvc_percent")),
        ),
    ),
    _criterion("thrombosis", is_true("thrombosis_within_10_years")),
    _criterion("blood_product_reaction", is_true("blood_product_reaction")),
    _criterion(
        "iga_deficiency_with_antibodies",
        all_of(is_true("iga_deficiency"), is_true("anti_iga_antibodies")),
    ),
    _criterion(
        "pregnancy",
        all_of(
            is_one_of("sex", ["female"], otherwise="does not apply"),
            any_of(is_true("pregnant"), is_true("trying_to_conceive")),
        ),
    ),
    _criterion("loop_diuretic", is_true("loop_diuretic")),
    _criterion("nephrotoxic_medication", is_true("nephrotoxic_medication")),
    _criterion("compliance_condition", is_true("compliance_condition")),
    _criterion("evaluation_condition", is_true("evaluation_condition")),
    _criterion("recent_immunosuppression", is_true("recent_immunosuppression")),
)
