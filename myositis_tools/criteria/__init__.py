"""Criteria: protocols and the questions they put to a screening table."""

from myositis_tools.criteria.classification.eular_acr import classify_eular_acr, explain_eular_acr
from myositis_tools.criteria.criterion import Criterion
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocols.time_is_muscle import TIME_IS_MUSCLE
from myositis_tools.criteria.screening import derive_screening

__all__ = [
    "TIME_IS_MUSCLE",
    "Criterion",
    "Protocol",
    "classify_eular_acr",
    "derive_screening",
    "explain_eular_acr",
]
