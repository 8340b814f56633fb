"""Myositis by the 119th ENMC workshop (Hoogendijk 2004). Provisional: the rules were not read in the paper."""

from __future__ import annotations

from myositis_tools.criteria.classification.criteria_set import CriteriaSet, finding, findings, none_of, part
from myositis_tools.rules import all_of, any_of

# The biopsy patterns by the letters of the workshop.
_A, _B, _C = "biopsy_t_cells_invade", "biopsy_t_cells_surround", "biopsy_perifascicular_atrophy"
_D, _E, _F = "biopsy_microvascular", "biopsy_perimysial_perivascular", "biopsy_scattered_cd8"
_G, _H, _I = "biopsy_many_necrotic_fibres", "biopsy_inclusion_body", "biopsy_dystrophy"

_CLINICAL, _RASH, _CK = findings("enmc_clinical_picture", "dermatomyositis_rash", "ck_elevated")
_LABORATORY = part(
    "laboratory criterion", any_of(*findings("emg_compatible", "mri_oedema", "myositis_specific_antibody"))
)
_WITHOUT_RASH = (_CLINICAL, none_of(_RASH), _CK)

HOOGENDIJK_2004 = CriteriaSet.of(
    "hoogendijk_2004",
    definite_polymyositis=all_of(*_WITHOUT_RASH, finding(_A), none_of(*findings(_C, _D, _H, _I))),
    probable_polymyositis=all_of(*_WITHOUT_RASH, _LABORATORY, finding(_B), none_of(*findings(_C, _D, _G, _H, _I))),
    definite_dermatomyositis=all_of(_CLINICAL, _RASH, finding(_C)),
    probable_dermatomyositis=all_of(_CLINICAL, _RASH, any_of(*findings(_D, _E), _CK, _LABORATORY)),
    amyopathic_dermatomyositis=all_of(
        _RASH, finding("skin_biopsy_dermatomyositis"), none_of(finding("muscle_weakness"), _CK), finding("emg_normal")
    ),
    possible_dermatomyositis_sine_dermatitis=all_of(*_WITHOUT_RASH, _LABORATORY, any_of(*findings(_C, _D))),
    nonspecific_myositis=all_of(
        *_WITHOUT_RASH, _LABORATORY, any_of(*findings(_E, _F)), none_of(*findings(_A, _B, _C, _D, _G, _H, _I))
    ),
    necrotizing_myopathy=all_of(
        *_WITHOUT_RASH, _LABORATORY, finding(_G), none_of(*findings(_A, _B, _C, _D, _E, _F, _H, _I))
    ),
)
