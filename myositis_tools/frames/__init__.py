"""The one door for data: any supported engine in, the same engine out."""

from myositis_tools.frames.checks import Refusal, impossible, refuse_any, refuse_values
from myositis_tools.frames.columns import NUMERIC, Column, bounds_of, columns, with_bounds
from myositis_tools.frames.conversion import has, names_of, to_frame, to_pandas
from myositis_tools.frames.days_seen import DATES_OF_VISITS, dates_of_no_visit
from myositis_tools.frames.engine import in_memory, in_pandas, small_table
from myositis_tools.frames.engines_taken import held
from myositis_tools.frames.entrance import Entrance, checked_pandas, enter, given_back, plain_rows
from myositis_tools.frames.joins import compare_tables, look_up, with_lines
from myositis_tools.frames.messages import TYPE_HINTS, day, plain, type_hint, unit_hint, word_hint
from myositis_tools.frames.missing_columns import require_columns
from myositis_tools.frames.numbers import TOLERANCE, is_number, number_of
from myositis_tools.frames.ordered_words import in_order
from myositis_tools.frames.pandas_columns import TEXT_DTYPE, plain_column
from myositis_tools.frames.pandas_values import as_dates, clean_values, plain_pandas, refuse_nested, wrong_type
from myositis_tools.frames.table_kinds import Kind, find_kind, kinds
from myositis_tools.frames.table_order import tables_in_order

__all__ = [
    "DATES_OF_VISITS",
    "NUMERIC",
    "TEXT_DTYPE",
    "TOLERANCE",
    "TYPE_HINTS",
    "Column",
    "Entrance",
    "Kind",
    "Refusal",
    "as_dates",
    "bounds_of",
    "checked_pandas",
    "clean_values",
    "columns",
    "compare_tables",
    "dates_of_no_visit",
    "day",
    "enter",
    "find_kind",
    "given_back",
    "has",
    "held",
    "impossible",
    "in_memory",
    "in_order",
    "in_pandas",
    "is_number",
    "kinds",
    "look_up",
    "names_of",
    "number_of",
    "plain",
    "plain_column",
    "plain_pandas",
    "plain_rows",
    "refuse_any",
    "refuse_nested",
    "refuse_values",
    "require_columns",
    "small_table",
    "tables_in_order",
    "to_frame",
    "to_pandas",
    "type_hint",
    "unit_hint",
    "with_bounds",
    "with_lines",
    "word_hint",
    "wrong_type",
]
