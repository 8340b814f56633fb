"""A plugin for nbval: the numbers of a figure are compared to six digits.

The last digits of a double differ between processors, and an optimum that is searched for is found to eight or so. Text
and tables are compared as they stand.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from nbval.plugin import IPyNbCell

_COMPARED = IPyNbCell.sanitize


def rounded(value: Any) -> Any:
    """A value of JSON with its floats to six digits, packed ones too."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [rounded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) >= {"bdata", "dtype"} and value["dtype"].startswith("f"):
        numbers = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
        return value | {"bdata": [f"{one:.6g}" for one in numbers.tolist()]}  # as text, for no gap equals another
    return {key: rounded(one) for key, one in value.items()}


def _sanitize(cell: Any, output: Any) -> Any:
    return _COMPARED(cell, output) if isinstance(output, str) else rounded(output)


IPyNbCell.sanitize = _sanitize
