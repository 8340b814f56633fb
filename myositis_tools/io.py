"""Input and output: files read and written, headings mapped, problems listed, reports."""

from importlib import import_module
from typing import Any

from myositis_tools.exchange import (
    ColumnMapping,
    TableMapping,
    accept_suggestions,
    adam_parameters,
    apply_mapping,
    data_dictionary,
    json_schema,
    long_to_wide,
    read_cdisc,
    read_fhir_observations,
    read_mapping,
    read_redcap,
    read_table,
    redcap_dictionary,
    suggest_mapping,
    summarise_problems,
    to_adam,
    validate,
    wide_to_long,
    write_adam,
    write_r_handover,
    write_template,
)

_REPORTS = ("report_cohort", "report_patient")  # loaded when they are first asked for

__all__ = [
    "ColumnMapping",
    "TableMapping",
    "accept_suggestions",
    "adam_parameters",
    "apply_mapping",
    "data_dictionary",
    "json_schema",
    "long_to_wide",
    "read_cdisc",
    "read_fhir_observations",
    "read_mapping",
    "read_redcap",
    "read_table",
    "redcap_dictionary",
    "suggest_mapping",
    "summarise_problems",
    "to_adam",
    "validate",
    "wide_to_long",
    "write_adam",
    "write_r_handover",
    "write_template",
    *_REPORTS,
]


def __getattr__(name: str) -> Any:
    if name in _REPORTS:
        return getattr(import_module("myositis_tools.report"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
