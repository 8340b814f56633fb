"""Scores: a table of visits in, the same rows out with the score's columns beside them."""

from myositis_tools.scores.enzymes import to_xuln
from myositis_tools.scores.improvement import score_total_improvement

__all__ = ["score_total_improvement", "to_xuln"]
