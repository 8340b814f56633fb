"""Studies: what a protocol does to a cohort."""

from myositis_tools.studies.attrition import attrition

__all__ = ["attrition"]
