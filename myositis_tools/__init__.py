"""Eligibility for TIME IS MUSCLE and IMACS scoring for idiopathic inflammatory myopathies.

For research and teaching, not for care.
"""

from myositis_tools import errors, tables
from myositis_tools.criteria import TIME_IS_MUSCLE, Criterion, Protocol, derive_screening
from myositis_tools.studies import attrition

__version__ = "0.1.0"

__all__ = ["TIME_IS_MUSCLE", "Criterion", "Protocol", "attrition", "derive_screening", "errors", "tables"]
