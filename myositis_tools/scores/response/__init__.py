"""Definitions of change between visits: improvement, worsening, inactive disease, important change, the ceiling."""

from myositis_tools.scores.response.improvement_definition import score_improvement_definition

__all__ = ["score_improvement_definition"]
