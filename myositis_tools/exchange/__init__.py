"""Tables in and out of files."""

from myositis_tools.exchange.cdisc import read_cdisc
from myositis_tools.exchange.fhir import read_fhir_observations
from myositis_tools.exchange.reading import read_table
from myositis_tools.exchange.redcap import read_redcap
from myositis_tools.exchange.shapes import long_to_wide, wide_to_long
from myositis_tools.exchange.validation import summarise_problems, validate
from myositis_tools.exchange.writing import as_csv, as_workbook, write_tables

__all__ = [
    "as_csv",
    "as_workbook",
    "long_to_wide",
    "read_cdisc",
    "read_fhir_observations",
    "read_redcap",
    "read_table",
    "summarise_problems",
    "validate",
    "wide_to_long",
    "write_tables",
]
