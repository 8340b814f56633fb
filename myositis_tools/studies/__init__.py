"""Studies: what a protocol does to a cohort, and how a cohort responds."""

from myositis_tools.studies.attrition import attrition
from myositis_tools.studies.response_over_time import response_over_time

__all__ = ["attrition", "response_over_time"]
