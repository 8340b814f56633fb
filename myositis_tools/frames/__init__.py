"""The one door for data: any supported engine in, the same engine out."""

from myositis_tools.frames.checks import impossible, refuse_values
from myositis_tools.frames.columns import NUMERIC, Column, columns
from myositis_tools.frames.engine import in_memory, in_pandas, small_table
from myositis_tools.frames.entrance import Entrance, enter, has, look_up, open_table, plain_rows
from myositis_tools.frames.messages import TYPE_HINTS, day, plain, type_hint, unit_hint
from myositis_tools.frames.numbers import TOLERANCE
from myositis_tools.frames.pandas_values import TEXT_DTYPE, clean_values, plain_pandas, without_index, wrong_type
from myositis_tools.frames.table_kinds import Kind, find_kind, kinds

__all__ = [
    "NUMERIC",
    "TEXT_DTYPE",
    "TOLERANCE",
    "TYPE_HINTS",
    "Column",
    "Entrance",
    "Kind",
    "clean_values",
    "columns",
    "day",
    "enter",
    "find_kind",
    "has",
    "impossible",
    "in_memory",
    "in_pandas",
    "kinds",
    "look_up",
    "open_table",
    "plain",
    "plain_pandas",
    "plain_rows",
    "refuse_values",
    "small_table",
    "type_hint",
    "unit_hint",
    "without_index",
    "wrong_type",
]
