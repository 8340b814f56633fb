"""The arithmetic of the scores: columns in, a column out, null in, null out.

Nothing here checks: the door (`frames.enter`) has done that. Numbers come from the tables, comparisons from `rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add

import narwhals as nw

from myositis_tools.rules import is_above, is_at_least
from myositis_tools.scores.core_set import Instrument, bands, classes
from myositis_tools.tables import records


def compute_xuln(value: nw.Expr, unit: nw.Expr, upper_limit: nw.Expr, upper_limit_unit: nw.Expr) -> nw.Expr:
    """Divide a result by its upper limit of normal, both in the same unit."""
    # The two factors are divided first: in one unit that is exactly 1 and leaves the quotient as it is.
    return value / upper_limit * (_units_per_litre(unit) / _units_per_litre(upper_limit_unit))


def _units_per_litre(unit: nw.Expr) -> nw.Expr:
    rows = records("unit_conversions")
    return first_true([(unit == str(row["unit"]), nw.lit(row["units_per_litre"])) for row in rows])


def compute_abnormality(enzyme: Instrument, *, enzyme_by: str) -> nw.Expr:
    """Say how abnormal an enzyme is.

    ``enzyme_by="xuln"`` counts multiples of the upper limit, ``"range_share"`` the share of the enzyme's own range.
    """
    value = nw.col(enzyme.column.name)
    return value * enzyme.percent_per_unit if enzyme_by == "range_share" else value


def compute_most_abnormal(sizes: Sequence[nw.Expr], greatest: nw.Expr) -> nw.Expr:
    """Find which of the sizes is the largest, counted from 0; of equals the first, null where there is none."""
    return first_true([(is_at_least(size - greatest, 0), nw.lit(float(place))) for place, size in enumerate(sizes)])


def compute_percent_change(
    before: nw.Expr, now: nw.Expr, percent_per_unit: nw.Expr | float, *, is_better_lower: bool
) -> nw.Expr:
    """Give the change in percent of the range of the scale, improvement positive; neither rounded nor clipped."""
    # A product and not a quotient: Polars divides by a constant in another way than NumPy and DuckDB do.
    return (before - now if is_better_lower else now - before) * percent_per_unit


def compute_points(change: nw.Expr, measure: str) -> nw.Expr:
    """Give the points for a change: at every edge that it exceeds it earns what the next band is worth more."""
    table = bands()[measure]
    gains = [
        is_above(change, edge).cast(nw.Float64) * (band.points - below.points)
        for below, band in pairwise(table)
        if (edge := band.above) is not None and band.points != below.points
    ]
    return reduce(add, gains)  # null where the change is; exact, for points are multiples of a half


def compute_bounds(points: Sequence[nw.Expr], open_points: Sequence[nw.Expr]) -> tuple[nw.Expr, nw.Expr]:
    """Give the lowest and the highest total: what is missing counts with no points, or with all that are open."""
    both = zip(points, open_points, strict=True)
    return reduce(add, [one.fill_null(0.0) for one in points]), reduce(add, [nw.coalesce(*one) for one in both])


def compute_level(total: nw.Expr, population: str) -> nw.Expr:
    """Count the thresholds of the population's classes that a total reaches: 0 is the first class."""
    _, *thresholds = classes(population)
    return reduce(add, [is_at_least(total, one.minimum).cast(nw.Int64) for one in thresholds])


def largest(parts: Sequence[nw.Expr]) -> nw.Expr:
    """Take the largest of what is known; Spark compares no fewer than two, so one alone stands beside itself."""
    return nw.max_horizontal(*parts, *(parts if len(parts) == 1 else ()))


def first_true(cases: Sequence[tuple[nw.Expr, nw.Expr]], *, otherwise: nw.Expr | None = None) -> nw.Expr:
    """Take the value of the first case whose condition is true, else null or what is given for that."""
    *before, (condition, value) = cases
    last = nw.when(condition).then(value)
    rest = last if otherwise is None else last.otherwise(otherwise)
    return reduce(lambda later, case: nw.when(case[0]).then(case[1]).otherwise(later), reversed(before), rest)
