"""How far a measure improved, or can have where a value is not recorded: what all points and bounds are made of.

The ceiling of a patient and the bounds of her score at a visit come from here, so that they cannot contradict each
other.
"""

from __future__ import annotations

import narwhals as nw

from myositis_tools.scores.arithmetic import compute_percent_change, compute_points
from myositis_tools.scores.baseline import before, now, of_the_followed
from myositis_tools.scores.chosen_core_set import CoreSet
from myositis_tools.scores.core_set import ENZYME, Instrument, points_possible


def furthest_change(core: CoreSet, measure: str) -> nw.Expr:
    """The change of the visit in percent of the range, improvement positive; the largest there can have been.

    What was not recorded stands at the end of its scale: the worst value at baseline, the best at the visit. Null where
    that end is not known.
    """
    scale = _scale(core, measure)
    return _change(core, measure, _or_end(before(measure), scale.worst), _or_end(now(core, measure), scale.best))


def is_recorded(core: CoreSet, measure: str) -> nw.Expr:
    """Whether both values are recorded, so that the furthest change is the change."""
    return ~before(measure).is_null() & ~now(core, measure).is_null()


def most_points(change: nw.Expr, measure: str) -> nw.Expr:
    """The points for the furthest change; all of them where that is not known."""
    return compute_points(change, measure).fill_null(points_possible(measure))


def points_within_reach(core: CoreSet, measure: str) -> nw.Expr:
    """The points for the change from the baseline to the best value; null where either is not known."""
    was, best = before(measure), _scale(core, measure).best
    value = nw.when(was.is_null()).then(was) if best is None else was * 0 + best
    return compute_points(_change(core, measure, was, value), measure)


def _change(core: CoreSet, measure: str, was: nw.Expr, value: nw.Expr) -> nw.Expr:
    scale = _scale(core, measure)
    per_unit: nw.Expr | float = scale.percent_per_unit
    if measure == ENZYME:
        per_unit = of_the_followed([nw.lit(enzyme.percent_per_unit) for enzyme in core.enzymes])
    return compute_percent_change(was, value, per_unit, is_better_lower=scale.is_better_lower)


def _scale(core: CoreSet, measure: str) -> Instrument:
    """The scale of a measure; all enzymes run from the same best value with no worst one, each with its own range."""
    return core.enzymes[0] if measure == ENZYME else core.scales[measure]


def _or_end(value: nw.Expr, end: float | None) -> nw.Expr:
    return value if end is None else value.fill_null(end)
