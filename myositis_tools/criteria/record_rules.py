"""Rules whose column is worked out from records: a look-back over events or courses, and every course of treatment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from myositis_tools.criteria.course_rules import CourseRules
from myositis_tools.frames import Column, bounds_of
from myositis_tools.rules import Compare, IsTrue, Leaf, Limit, Rule, explanation, is_above, is_at_most

MONTHS_A_YEAR = 12
NO_COURSES = CourseRules()


def window_of(limit: Limit) -> float:
    """A window in the unit of the column that is held against it: months for years."""
    return limit.value * (MONTHS_A_YEAR if limit.unit == "years" else 1)


@dataclass(frozen=True)
class Flag:
    """A yes/no column that answers a look-back for one window: yes lies within it, no does not."""

    column: Column
    window: float

    def of(self, look_back: str, prefix: str = "") -> nw.Expr:
        """The flag as the bounds of a look-back have it."""
        return _is_within(f"{prefix}{look_back}", self.window)


@dataclass(frozen=True)
class Within(Compare):
    """The last event or course lies within a window before screening; both ends of the window belong to it.

    The column is the smallest look-back, in months or days, that holds it, as two bounds: ``<column>_min`` is the
    longest time for which it is sure that there was none, ``<column>_max`` the shortest that surely holds one.
    """

    flag: Flag | None = None
    courses: CourseRules = NO_COURSES

    @property
    def needs(self) -> tuple[str, ...]:
        """The yes/no column that answers it too, where there is one: a table may have either."""
        return (self.flag.column.name,) if self.flag else (self.column.name,)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Its window, and what decides which courses count."""
        return (self.limit, *self.courses.limits_of(self.column.name))

    @property
    def sentence(self) -> str:
        """For example: thrombotic episode within 10 years."""
        return f"{self.column.label} within {self.limit}"

    @property
    def subject(self) -> str:
        """The question itself, with its window."""
        return self.sentence

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """True where the window surely holds it, false where it surely does not, else null."""
        return _is_within(self.column.name, window_of(self.limit))

    def wording(self, truth: nw.Expr) -> nw.Expr:
        """For example: methotrexate, 80 days before screening, within 3 months."""
        found = nw.col(explanation(self.column.name))
        inside = nw.coalesce(nw.concat_str(found, nw.lit(f", within {self.limit}")), nw.lit(self.sentence))
        # without an upper bound nothing was found, and what the column says is why it may be open elsewhere
        is_found = ~nw.col(bounds_of(self.column.name)[1]).is_null()
        further = nw.when(is_found).then(nw.concat_str(found, nw.lit(f", not within {self.limit}")))
        outside = nw.coalesce(further, nw.lit(f"no {self.sentence}"))
        return nw.when(truth).then(inside).when(~truth).then(outside)

    def reason(self, truth: nw.Expr, given: Collection[str]) -> nw.Expr:
        """What was found and when; the bounds are those of a look-back, and not worded as a number's."""
        return Leaf.reason(self, truth, given)

    def with_limits(self, limits: Mapping[str, Limit]) -> Within:
        """Swap the window, and the limits of which courses count."""
        return replace(self, limit=limits.get(self.limit.name, self.limit), courses=self.courses.with_limits(limits))


@dataclass(frozen=True)
class FitsCourses(IsTrue):
    """A yes/no column that is worked out of courses by rules of the protocol's file."""

    courses: CourseRules

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What the courses are held against."""
        return self.courses.limits_of(self.column.name)

    def with_limits(self, limits: Mapping[str, Limit]) -> FitsCourses:
        """Swap the limits of the courses."""
        return replace(self, courses=self.courses.with_limits(limits))


def _is_within(name: str, window: float) -> nw.Expr:
    holds = is_at_most(nw.col(f"{name}_max"), window).fill_null(False)
    fails = is_above(nw.col(f"{name}_min"), window).fill_null(False)
    return nw.when(holds | fails).then(holds)


def worked_out_of_courses(rule: Rule) -> list[Within | FitsCourses]:
    """The leaves of a rule whose column courses can answer."""
    return [
        leaf
        for leaf in rule.leaves
        if isinstance(leaf, Within | FitsCourses) and leaf.column.name in leaf.courses.columns
    ]


def is_moved(leaf: Within | FitsCourses) -> bool:
    """Whether the column, as a screening table holds it, was worked out with other limits."""
    return any(limit.is_changed for limit in leaf.courses.limits_of(leaf.column.name))


# ------------------------------------------------------------------------------------------------ on a screening table


def asked_column(leaf: Leaf) -> Column:
    """The column that a table must have for a rule about one column."""
    return leaf.flag.column if isinstance(leaf, Within) and leaf.flag else leaf.column


def add_look_back(frame: Any, leaf: Within) -> Any:
    """Add both bounds of a look-back and what it is about: from its own columns, and from the yes/no column.

    The yes/no column wins, for it is what was given where the two differ.
    """
    names = frame.collect_schema().names()
    name = leaf.column.name
    least, most = bounds_of(name)
    # where the table has no look-back it has the yes/no column, of which a null that is a number can be made
    exact = nw.col(name) if name in names else _nothing_of(nw.col(leaf.needs[0])).cast(nw.Float64)
    bounds = {bound: nw.coalesce(nw.col(bound), exact) if bound in names else exact for bound in (least, most)}
    told = nw.col(explanation(name)) if explanation(name) in names else nw.lit(None, nw.String)
    frame = frame.with_columns(**bounds, **{explanation(name): told})
    if not leaf.flag:
        return frame
    if leaf.flag.column.name not in names:
        return frame.with_columns(leaf.flag.of(name).alias(leaf.flag.column.name))
    flag, window = nw.col(leaf.flag.column.name), leaf.flag.window
    inside, outside = is_at_most(nw.col(least), window), is_above(nw.col(least), window)
    zero = nw.col(least).fill_null(0.0) * 0
    further = is_above(nw.col(most), window)
    agrees = (flag == leaf.flag.of(name)).fill_null(False) | flag.is_null()
    return frame.with_columns(
        nw.when(flag)
        .then(nw.when(inside).then(nw.col(least)).otherwise(zero))
        .when(~flag)
        .then(nw.when(outside).then(nw.col(least)).otherwise(zero + window + 1))
        .otherwise(nw.col(least))
        .alias(least),
        nw.when(flag)
        .then(nw.when(~further).then(nw.col(most)).otherwise(zero + window))
        .when(~flag)
        .then(nw.when(further).then(nw.col(most)))
        .otherwise(nw.col(most))
        .alias(most),
        nw.when(agrees).then(nw.col(explanation(name))).alias(explanation(name)),
    )


def without_answer(leaf: Within | FitsCourses) -> dict[str, nw.Expr]:
    """Take the answer of a table away, which was worked out with other limits, and say so."""
    moved = next(limit for limit in leaf.courses.limits_of(leaf.column.name) if limit.is_changed)
    said = f"a screening table holds the answer for {moved.published:g} {moved.unit}, not for {moved}"
    hint = "ask the records themselves, mt.screening.Records(patients, medications=...)"
    emptied: dict[str, nw.Expr] = {explanation(leaf.column.name): nw.lit(f"{said}; {hint}")}
    if isinstance(leaf, FitsCourses):
        return emptied | {leaf.column.name: _nothing_of(nw.col(leaf.column.name))}
    return emptied | {bound: _nothing_of(nw.col(bound)) for bound in bounds_of(leaf.column.name)}


def _nothing_of(column: nw.Expr) -> nw.Expr:
    """A column of nothing that can be null on every engine, which pandas gives only of a column that can."""
    return nw.when(column.is_null()).then(column)
