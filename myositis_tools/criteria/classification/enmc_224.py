"""Necrotizing myopathy by the 224th ENMC workshop (2016). Provisional: the rule was not read in the paper."""

from __future__ import annotations

from myositis_tools.criteria.classification.criteria_set import CriteriaSet, findings, none_of
from myositis_tools.rules import all_of

_CLINICAL = findings("ck_high", "proximal_weakness")

ENMC_224 = CriteriaSet.of(
    "enmc_224",
    anti_srp_myopathy=all_of(*_CLINICAL, *findings("anti_srp")),
    anti_hmgcr_myopathy=all_of(*_CLINICAL, *findings("anti_hmgcr")),
    antibody_negative_imnm=all_of(
        *_CLINICAL,
        none_of(*findings("anti_srp", "anti_hmgcr", "myositis_specific_antibody")),
        *findings("biopsy_necrotizing"),
    ),
)
