"""Criteria: protocols and the questions they put to a screening table."""

from typing import Any

from myositis_tools.criteria.classification.bohan_peter import classify_bohan_peter
from myositis_tools.criteria.classification.eular_acr import classify_eular_acr, explain_eular_acr
from myositis_tools.criteria.classification.sets import CRITERIA_SETS, classify
from myositis_tools.criteria.criterion import Criterion
from myositis_tools.criteria.exposures import judge_exposures
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocol_file import read_protocol
from myositis_tools.criteria.protocols import PROTOCOLS
from myositis_tools.criteria.records import Records
from myositis_tools.criteria.screening import derive_screening

__all__ = [
    "CRITERIA_SETS",
    "PROTOCOLS",
    "TIME_IS_MUSCLE",
    "Criterion",
    "Protocol",
    "Records",
    "classify",
    "classify_bohan_peter",
    "classify_eular_acr",
    "derive_screening",
    "explain_eular_acr",
    "judge_exposures",
    "read_protocol",
]


def __getattr__(name: str) -> Any:
    if name == "TIME_IS_MUSCLE":  # a file, read when it is first asked for
        return PROTOCOLS["time_is_muscle"]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
