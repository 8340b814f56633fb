"""How many points a measure can still earn where one of its two values is not recorded: what all bounds are made of.

The ceiling of a patient and the bounds of her score at a visit come from here, so that they cannot contradict each
other.
"""

from __future__ import annotations

import narwhals as nw

from myositis_tools.scores.arithmetic import compute_points, compute_way_from_worst, compute_way_to_best
from myositis_tools.scores.baseline import before, now, of_the_followed
from myositis_tools.scores.chosen_core_set import CoreSet
from myositis_tools.scores.core_set import ENZYME, points_possible


def points_from_baseline(core: CoreSet, measure: str) -> nw.Expr:
    """The points for the change from the baseline to the best value; null where either is not known."""
    value = before(measure)
    if measure == ENZYME:
        return compute_points(of_the_followed([compute_way_to_best(one, value) for one in core.enzymes]), measure)
    return compute_points(compute_way_to_best(core.scales[measure], value), measure)


def points_up_to_visit(core: CoreSet, measure: str) -> nw.Expr:
    """The points for the change from the worst value to that of the visit; null where either is not known."""
    value = now(core, measure)
    if measure == ENZYME:
        return compute_points(of_the_followed([compute_way_from_worst(one, value) for one in core.enzymes]), measure)
    return compute_points(compute_way_from_worst(core.scales[measure], value), measure)


def open_points(core: CoreSet, measure: str) -> nw.Expr:
    """The most points that a measure without a change can have earned: what the value that is known leaves open."""
    known = nw.coalesce(points_from_baseline(core, measure), points_up_to_visit(core, measure))
    return known.fill_null(points_possible(measure))
