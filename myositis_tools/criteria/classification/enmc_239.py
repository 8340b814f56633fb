"""Dermatomyositis by the 239th ENMC workshop (2018). Provisional: the text of the rule was not read in the paper."""

from __future__ import annotations

from myositis_tools.criteria.classification.criteria_set import CriteriaSet, finding, findings, limit, none_of, part
from myositis_tools.rules import all_of, any_of, at_least_n_of

_KEY = "enmc_239"

_SIGNS = findings("gottron_sign", "gottron_papules", "heliotrope")
_SKIN_SIGNS = part("skin signs", at_least_n_of(limit(_KEY, "skin_signs"), *_SIGNS, what="skin signs"))
_MUSCLE = part(
    "muscle",
    any_of(
        all_of(any_of(*findings("proximal_weakness", "enzymes_elevated")), finding("biopsy_suggests_dermatomyositis")),
        *findings("biopsy_perifascicular_atrophy", "biopsy_perifascicular_mxa"),
    ),
)
_ANTIBODIES = findings("anti_tif1_gamma", "anti_nxp2", "anti_mi2", "anti_mda5", "anti_sae")
_ANTIBODY = part("antibody of dermatomyositis", any_of(*_ANTIBODIES))

ENMC_239 = CriteriaSet.of(
    _KEY,
    dermatomyositis=all_of(
        any_of(
            all_of(_SKIN_SIGNS, finding("skin_biopsy_interface_dermatitis")),
            all_of(_SKIN_SIGNS, any_of(_MUSCLE, _ANTIBODY)),
            all_of(_MUSCLE, _ANTIBODY),
        ),
        none_of(*findings("anti_synthetase", "anti_srp", "anti_hmgcr")),
    ),
)
