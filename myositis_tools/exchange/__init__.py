"""Tables in and out of files."""

from myositis_tools.exchange.r_handover import write_r_handover
from myositis_tools.exchange.reading import read_table
from myositis_tools.exchange.writing import as_csv, as_workbook, write_tables

__all__ = ["as_csv", "as_workbook", "read_table", "write_r_handover", "write_tables"]
