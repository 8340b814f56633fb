"""Definitions of change between visits: improvement, worsening, inactive disease, important change, the ceiling."""

from myositis_tools.scores.response.ceiling import highest_possible_improvement
from myositis_tools.scores.response.important_change import score_important_change
from myositis_tools.scores.response.improvement_definition import score_improvement_definition
from myositis_tools.scores.response.inactive_disease import score_inactive_disease
from myositis_tools.scores.response.reached import response_at_least
from myositis_tools.scores.response.worsening import score_worsening

__all__ = [
    "highest_possible_improvement",
    "response_at_least",
    "score_important_change",
    "score_improvement_definition",
    "score_inactive_disease",
    "score_worsening",
]
