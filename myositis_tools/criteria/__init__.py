"""Criteria: protocols and the questions they put to a screening table."""

from myositis_tools.criteria.classification.bohan_peter import classify_bohan_peter
from myositis_tools.criteria.classification.eular_acr import classify_eular_acr, explain_eular_acr
from myositis_tools.criteria.classification.sets import CRITERIA_SETS, classify
from myositis_tools.criteria.criterion import Criterion
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocols.time_is_muscle import TIME_IS_MUSCLE
from myositis_tools.criteria.screening import derive_screening

__all__ = [
    "CRITERIA_SETS",
    "TIME_IS_MUSCLE",
    "Criterion",
    "Protocol",
    "classify",
    "classify_bohan_peter",
    "classify_eular_acr",
    "derive_screening",
    "explain_eular_acr",
]
