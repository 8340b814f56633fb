"""What a number is, however it is stored: the only place that decides it."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

# Two computed numbers closer than this are the same number: binary floats cannot hold tenths, clinical scales can.
# It is used toward equality, so a change of exactly 5 % never counts as more than 5 %.
TOLERANCE = 1e-9
MOST_EXACT = 2**53  # whole numbers up to it are floats without loss


def is_number(value: object) -> TypeGuard[float]:
    """Whether a cell is a number: of Python, of NumPy or a decimal. Yes, no, complex numbers and spans are none."""
    return isinstance(value, Real | Decimal) and not isinstance(value, bool | np.timedelta64)


def number_of(value: Any) -> float:
    """A number as the package computes with it; what is too large for that is infinite, and refused as such."""
    if isinstance(value, np.floating) and value.itemsize < 8:
        return float(str(value))
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a decimal that signals that it is none
        return math.nan


def as_meant(values: np.ndarray) -> np.ndarray:
    """Floats of 16 or 32 bits as the decimals that they print as: what was stored as 3.3 is not 3.299999952316284."""
    codes, different = pd.factorize(values)
    made = np.append(different.astype("str").astype("float64"), np.nan)  # at place -1: what is missing
    return made[codes]
