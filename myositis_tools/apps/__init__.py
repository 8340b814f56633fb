"""Apps: each is a model that knows no widget and a view that computes nothing."""

from myositis_tools.apps.eligibility import explore_eligibility

__all__ = ["explore_eligibility"]
