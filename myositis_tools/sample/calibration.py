"""What the simulation was tuned to, read from ``tables/simulation_*.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from myositis_tools.formatting import as_code
from myositis_tools.tables import records


def rows(table: str) -> tuple[Mapping[str, Any], ...]:
    """All rows of one of the simulation's tables."""
    return records(f"simulation_{table}")


@cache
def shares(parameter: str) -> dict[str, Any]:
    """All values of a parameter by group, in the order of the table."""
    found = {_group(row["group"]): row["value"] for row in rows("parameters") if row["parameter"] == parameter}
    if not found:
        raise KeyError(parameter)
    return found


def value(parameter: str, group: object = "") -> Any:
    """One value."""
    return shares(parameter)[str(group)]


def row_of(parameter: str, group: object = "") -> Mapping[str, Any]:
    """The row of one value, with its unit and source."""
    for row in rows("parameters"):
        if row["parameter"] == parameter and _group(row["group"]) == str(group):
            return row
    raise KeyError((parameter, group))


def by_group(parameter: str, groups: np.ndarray) -> np.ndarray:
    """The value of each patient's group, such as the subtype."""
    known = shares(parameter)
    names, place = np.unique(groups, return_inverse=True)
    return np.array([known[name] for name in names], dtype="float64")[place]


def _group(cell: object) -> str:
    # The one loader reads "12" as a number; a group is a name.
    return "" if cell is None else as_code(cell)
