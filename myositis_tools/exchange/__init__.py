"""Tables in and out of files: `__all__` is what a person finds in the namespace `io`, the one list of it."""

from myositis_tools.exchange.checks.summary import summarise_problems
from myositis_tools.exchange.checks.validation import validate
from myositis_tools.exchange.describe.data_dictionary import data_dictionary, json_schema, redcap_dictionary
from myositis_tools.exchange.describe.templates import write_template
from myositis_tools.exchange.files.reading import read_table
from myositis_tools.exchange.files.writing import as_csv as as_csv  # for the package's own use
from myositis_tools.exchange.files.writing import as_workbook as as_workbook
from myositis_tools.exchange.files.writing import write_tables as write_tables
from myositis_tools.exchange.layout.file_mapping import FileMapping, LaidOutTable, read_file_mapping
from myositis_tools.exchange.layout.suggest_file import FileSuggestion, suggest_file
from myositis_tools.exchange.layout.table_layout import TableLayout
from myositis_tools.exchange.mapping.applying import apply_mapping
from myositis_tools.exchange.mapping.column_mapping import ColumnMapping, TableMapping, read_mapping
from myositis_tools.exchange.mapping.reshape import long_to_wide, wide_to_long
from myositis_tools.exchange.mapping.suggestions import accept_suggestions, suggest_mapping
from myositis_tools.exchange.omop.read_omop import OmopRecords, read_omop
from myositis_tools.exchange.parts.in_parts import in_parts
from myositis_tools.exchange.standards.adam import adam_parameters, to_adam
from myositis_tools.exchange.standards.adam_files import write_adam
from myositis_tools.exchange.standards.cdisc import read_cdisc
from myositis_tools.exchange.standards.fhir import read_fhir_observations
from myositis_tools.exchange.standards.fhir_events import read_fhir_events
from myositis_tools.exchange.standards.fhir_medications import read_fhir_medications
from myositis_tools.exchange.standards.r_export import write_r_handover
from myositis_tools.exchange.standards.redcap import read_redcap

__all__ = [
    "ColumnMapping",
    "FileMapping",
    "FileSuggestion",
    "LaidOutTable",
    "OmopRecords",
    "TableLayout",
    "TableMapping",
    "accept_suggestions",
    "adam_parameters",
    "apply_mapping",
    "data_dictionary",
    "in_parts",
    "json_schema",
    "long_to_wide",
    "read_cdisc",
    "read_fhir_events",
    "read_fhir_medications",
    "read_fhir_observations",
    "read_file_mapping",
    "read_mapping",
    "read_omop",
    "read_redcap",
    "read_table",
    "redcap_dictionary",
    "suggest_file",
    "suggest_mapping",
    "summarise_problems",
    "to_adam",
    "validate",
    "wide_to_long",
    "write_adam",
    "write_r_handover",
    "write_template",
]
