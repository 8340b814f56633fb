"""The axes of a forest plot: of differences, and of ratios."""

from __future__ import annotations

from math import isfinite, log10
from typing import Any

import pandas as pd


class _Axis:
    """The axis of differences; an end that lies beyond any number is drawn to the edge."""

    none = 0.0

    def __init__(self, frame: pd.DataFrame) -> None:
        known = [one for name in ("value", "low", "high") for one in frame[name] if self._can_be_drawn(one)]
        self.start, self.end = self._room(min([*known, self.none]), max([*known, self.none]))

    def _can_be_drawn(self, one: float) -> bool:
        return isfinite(one)

    def _room(self, low: float, high: float) -> tuple[float, float]:
        aside = 0.06 * (high - low) or 1.0
        return low - aside, high + aside

    def within(self, one: float) -> float:
        """A number, or the edge it lies beyond."""
        return min(max(one, self.start), self.end)

    def layout(self) -> dict[str, Any]:
        """What plotly is told of the axis."""
        return {"range": [self.start, self.end]}


class _RatioAxis(_Axis):
    """The axis of ratios, in which half as much lies as far from equal as twice as much."""

    none = 1.0

    def _can_be_drawn(self, one: float) -> bool:
        return isfinite(one) and one > 0

    def _room(self, low: float, high: float) -> tuple[float, float]:
        aside = 0.06 * log10(high / low) or 0.3
        return low / 10**aside, high * 10**aside

    def layout(self) -> dict[str, Any]:
        steps = [factor * 10.0**power for power in range(-4, 5) for factor in (1, 2, 5)]
        ticks = [step for step in steps if self.start <= step <= self.end]
        said = {"tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
        return {"type": "log", "range": [log10(self.start), log10(self.end)], **said}
