"""Overlap myositis by Troyanov (2005). Provisional: the rule was not read in the paper."""

from __future__ import annotations

from myositis_tools.criteria.classification.criteria_set import CriteriaSet, below, finding, findings, limit, part
from myositis_tools.rules import all_of, any_of

_KEY = "troyanov_2005"

_FEATURES = (
    *findings("polyarthritis", "raynaud", "sclerodactyly", "proximal_scleroderma", "finger_calcinosis"),
    *findings("gut_hypomotility", "interstitial_lung_disease", "discoid_lupus", "anti_dsdna_low_complement"),
    *findings("four_lupus_criteria", "antiphospholipid_syndrome"),
    below("dlco_percent_predicted", limit(_KEY, "dlco_percent")),
)
_ANTIBODIES = (
    *findings("anti_synthetase", "anti_u_rnp", "anti_pm_scl", "anti_ku", "systemic_sclerosis_antibody"),
    *findings("anti_srp", "anti_nucleoporin"),
)

_FEATURE = part("clinical overlap feature", any_of(*_FEATURES))
_ANTIBODY = part("overlap antibody", any_of(*_ANTIBODIES))

TROYANOV_2005 = CriteriaSet.of(_KEY, overlap_myositis=all_of(finding("myositis"), any_of(_FEATURE, _ANTIBODY)))
