"""Definitions of change between visits: improvement, worsening, inactive disease, important change, the ceiling."""

from myositis_tools.scores.response.improvement_definition import score_improvement_definition
from myositis_tools.scores.response.worsening import score_worsening

__all__ = ["score_improvement_definition", "score_worsening"]
