"""Data: the synthetic cohort, what publications print, and a workbook as a centre keeps it."""

from myositis_tools.sample import (
    load_events,
    load_medications,
    load_patients,
    load_power,
    load_published,
    load_screening,
    load_visits,
    own_data_file,
    sample_omop,
    simulate,
)

__all__ = [
    "load_events",
    "load_medications",
    "load_patients",
    "load_power",
    "load_published",
    "load_screening",
    "load_visits",
    "own_data_file",
    "sample_omop",
    "simulate",
]


def __dir__() -> list[str]:
    return __all__
