"""Tables in and out of files."""

from myositis_tools.exchange.reading import read_table
from myositis_tools.exchange.validation import summarise_problems, validate
from myositis_tools.exchange.writing import as_csv, as_workbook, write_tables

__all__ = ["as_csv", "as_workbook", "read_table", "summarise_problems", "validate", "write_tables"]
