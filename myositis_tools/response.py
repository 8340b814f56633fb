"""Response: who improved or worsened by which definition, when, and what the choices behind a score change."""

from myositis_tools.scores import (
    highest_possible_improvement,
    response_at_least,
    score_important_change,
    score_improvement_definition,
    score_inactive_disease,
    score_total_improvement,
    score_worsening,
)
from myositis_tools.studies import (
    admissible_choices,
    choice_changes_frame,
    compare_choices,
    response_curve,
    response_over_time,
    summarise_choices,
    time_to_response,
)

__all__ = [
    "admissible_choices",
    "choice_changes_frame",
    "compare_choices",
    "highest_possible_improvement",
    "response_at_least",
    "response_curve",
    "response_over_time",
    "score_important_change",
    "score_improvement_definition",
    "score_inactive_disease",
    "score_total_improvement",
    "score_worsening",
    "summarise_choices",
    "time_to_response",
]


def __dir__() -> list[str]:
    return __all__
