"""What a problem of a table is made of: the cells that have it, and what is said of them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from myositis_tools.formatting import written_values
from myositis_tools.frames import Column, day

ERROR, WARNING = "error", "warning"

Cells: TypeAlias = pd.DataFrame  # the columns row and value, and sometimes hint
Problem = dict[str, Any]


def make_problem(column: str, problem: str, cells: Cells, expected: str, hint: str, severity: str = ERROR) -> Problem:
    """What cells of one column have in common."""
    return {
        "column": column,
        "problem": problem,
        "cells": cells,
        "expected": expected,
        "hint": hint,
        "severity": severity,
    }


def whole_column(value: object) -> Cells:
    """The cells of a problem that a whole column has."""
    return pd.DataFrame({"row": [pd.NA], "value": [value]})


def cells_where(frame: pd.DataFrame, name: str, marked: np.ndarray) -> Cells:
    """The cells of a column in the rows that are marked."""
    at = np.flatnonzero(marked)
    return pd.DataFrame({"row": at, "value": frame[name].iloc[at].to_numpy(dtype=object)})


def as_shown(cells: Cells, column: Column | None = None) -> Cells:
    """The cells with their values as text, those of a date as the day."""
    if column is not None and column.type == "date":
        return cells.assign(value=[None if pd.isna(value) else str(day(value)) for value in cells["value"]])
    return cells.assign(value=written_values(cells["value"]))
