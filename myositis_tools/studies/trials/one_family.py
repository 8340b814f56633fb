"""Whether an interval and a p value that stand beside each other say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RATIO_UNIT = "ratio"


def none_of(unit: str) -> float:
    """What says that the arms do not differ: one of a ratio, zero of anything else."""
    return 1.0 if unit == RATIO_UNIT else 0.0


def excludes(row: Mapping[str, Any]) -> bool | None:
    """Whether the interval of a row leaves out that the arms do not differ; None where it has no interval."""
    low, high = row.get("low"), row.get("high")
    if low is None or high is None:
        return None
    none = none_of(row["unit"])
    return low > none or high < none


def disagrees(row: Mapping[str, Any], p_value: float | None, confidence: float) -> bool:
    """Whether the interval of a row leaves out that the arms do not differ and a p value does not, or the reverse."""
    left_out = excludes(row)
    return left_out is not None and p_value is not None and left_out != (p_value < 1 - confidence)
