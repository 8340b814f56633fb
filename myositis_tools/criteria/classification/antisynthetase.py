"""Antisynthetase syndrome by Connors (2010), Solomon (2011) and the proposal attributed to Lega. All provisional.

Most studies ask for the antibody and one feature, but of different lists: a result means little without its set.
"""

from __future__ import annotations

from myositis_tools.criteria.classification.criteria_set import CriteriaSet, finding, findings, limit
from myositis_tools.rules import all_of, any_of, at_least_n_of

_ANTIBODY = finding("anti_synthetase")

CONNORS_2010 = CriteriaSet.of(
    "connors_2010",
    antisynthetase_syndrome=all_of(
        _ANTIBODY,
        any_of(*findings("raynaud", "arthritis", "interstitial_lung_disease", "unexplained_fever", "mechanics_hands")),
    ),
)

_SOLOMON = "solomon_2011"
_MAJORS = findings("interstitial_lung_disease", "polymyositis_or_dermatomyositis")
_MINORS = findings("arthritis", "raynaud", "mechanics_hands")

SOLOMON_2011 = CriteriaSet.of(
    _SOLOMON,
    antisynthetase_syndrome=all_of(
        _ANTIBODY,
        any_of(
            at_least_n_of(limit(_SOLOMON, "major_features"), *_MAJORS, what="major features"),
            all_of(any_of(*_MAJORS), at_least_n_of(limit(_SOLOMON, "minor_features"), *_MINORS, what="minor features")),
        ),
    ),
)

_LEGA = "lega"

LEGA = CriteriaSet.of(
    _LEGA,
    antisynthetase_syndrome=all_of(
        _ANTIBODY,
        any_of(
            *findings("myositis", "interstitial_lung_disease", "articular_involvement"),
            at_least_n_of(
                limit(_LEGA, "minor_features"),
                *findings("unexplained_fever", "raynaud", "mechanics_hands"),
                what="minor features",
            ),
        ),
    ),
)
