"""Input and output: files read and written, headings mapped, problems listed, reports."""

from importlib import import_module
from typing import Any

from myositis_tools import exchange
from myositis_tools.exchange import *  # noqa: F403 (its `__all__` is the one list)

_REPORTS = ("patient_card", "report_cohort", "report_patient")  # loaded when they are first asked for

__all__ = [*_REPORTS]
__all__ += exchange.__all__


def __getattr__(name: str) -> Any:
    if name in _REPORTS:
        return getattr(import_module("myositis_tools.report"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
