"""Scores: a table of visits in, the same rows out with the score's columns beside them."""

from myositis_tools.scores.damage import score_mdi
from myositis_tools.scores.enzymes import to_xuln
from myositis_tools.scores.extramuscular import score_mitax, score_myoact
from myositis_tools.scores.function import score_chaq, score_cmas, score_haq_di, score_ibm_frs
from myositis_tools.scores.glucocorticoids import glucocorticoid_exposure, prednisone_equivalent
from myositis_tools.scores.improvement import score_total_improvement
from myositis_tools.scores.lung import score_fvc_percent
from myositis_tools.scores.muscle_endurance import score_functional_index
from myositis_tools.scores.muscle_grades import to_five_point_grades
from myositis_tools.scores.muscle_strength import score_mmt
from myositis_tools.scores.receipt import explain_total_improvement
from myositis_tools.scores.response import (
    highest_possible_improvement,
    response_at_least,
    score_important_change,
    score_improvement_definition,
    score_inactive_disease,
    score_worsening,
)
from myositis_tools.scores.skin import score_cdasi

__all__ = [
    "explain_total_improvement",
    "glucocorticoid_exposure",
    "highest_possible_improvement",
    "prednisone_equivalent",
    "response_at_least",
    "score_cdasi",
    "score_chaq",
    "score_cmas",
    "score_functional_index",
    "score_fvc_percent",
    "score_haq_di",
    "score_ibm_frs",
    "score_important_change",
    "score_improvement_definition",
    "score_inactive_disease",
    "score_mdi",
    "score_mitax",
    "score_mmt",
    "score_myoact",
    "score_total_improvement",
    "score_worsening",
    "to_five_point_grades",
    "to_xuln",
]


def __dir__() -> list[str]:
    return __all__
