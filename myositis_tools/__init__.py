"""Eligibility for TIME IS MUSCLE and IMACS scoring for idiopathic inflammatory myopathies.

For research and teaching, not for care.
"""

from myositis_tools import errors, tables
from myositis_tools.criteria import TIME_IS_MUSCLE, Criterion, Protocol

__all__ = ["TIME_IS_MUSCLE", "Criterion", "Protocol", "errors", "tables"]
