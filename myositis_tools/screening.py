"""Screening: from the records to who could enter a trial, which criteria fit, and what each of them costs."""

from myositis_tools.criteria import (
    CRITERIA_SETS,
    Records,
    classify,
    classify_bohan_peter,
    classify_eular_acr,
    derive_screening,
    explain_eular_acr,
    judge_exposures,
)
from myositis_tools.studies import (
    attrition,
    case_mix,
    count_answers,
    influence,
    near_misses,
    next_measurements,
    overlap,
    rank_candidates,
    sensitivity,
)

__all__ = [
    "CRITERIA_SETS",
    "Records",
    "attrition",
    "case_mix",
    "classify",
    "classify_bohan_peter",
    "classify_eular_acr",
    "count_answers",
    "derive_screening",
    "explain_eular_acr",
    "influence",
    "judge_exposures",
    "near_misses",
    "next_measurements",
    "overlap",
    "rank_candidates",
    "sensitivity",
]


def __dir__() -> list[str]:
    return __all__
