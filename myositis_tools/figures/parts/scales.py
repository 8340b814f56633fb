"""Axes with a sensible least span and round steps, so that a small difference is not drawn as a large one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

_STEPS = (1, 2, 5, 10)


def axis_around(values: Iterable[float], mark: float, *, whole: bool = False, marks: int = 7) -> dict[str, Any]:
    """The range and the steps of an axis that holds some values and a limit.

    It spans at least a fifth of the limit on each side, and one unit where only whole numbers can be.
    """
    known = [value for value in values if value == value]
    least = max(abs(mark) / 5, 1.0 if whole else 0.0) or 1.0
    low, high = min([mark - least, *known]), max([mark + least, *known])
    if mark >= 0 and all(value >= 0 for value in known):
        low = max(low, 0.0)
    step = round_step((high - low) / marks, whole=whole)
    room = 0.04 * (high - low)
    return {"range": [low - room, high + room], "tick0": 0, "dtick": step}


def round_step(least: float, *, whole: bool = False) -> float:
    """The first of 1, 2, 5, 10 and so on, of any power of ten, that is not below."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    step = next(one * power for one in _STEPS if one * power >= least * 0.999)
    return max(step, 1.0) if whole else step


def whole_steps(most: float, *, marks: int = 6) -> float:
    """The steps of an axis that counts from nought to `most`."""
    return round_step(max(most, 1) / marks, whole=True)
