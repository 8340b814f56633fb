"""What several courses of one patient make together: any of a kind, a sum over a kind, courses at the same time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from myositis_tools.criteria.course_rules import OfCourse, is_kind
from myositis_tools.criteria.courses import SCREENING, START, STOP
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.rules import Limit, Rule, is_above


@dataclass(frozen=True)
class OfAllCourses(OfCourse):
    """A question about all courses of a kind that were begun by screening."""

    kind: str

    @property
    def sentence(self) -> str:
        """The kind in words."""
        return self.kind.replace("_", " ")

    def sums(self) -> dict[str, nw.Expr]:
        """What is added up over the lines of a patient."""
        return {}


@dataclass(frozen=True)
class AnyCourse(OfAllCourses):
    """There is a course of the kind."""

    def sums(self) -> dict[str, nw.Expr]:
        """How many there are, surely and at most."""
        one = nw.col("patient_id").is_null().cast(nw.Float64) + 1
        return _between(f"_any_{self.kind}", nw.col("begun") & is_kind(self.kind), one, one)

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """One surely, or perhaps one."""
        return _above(f"_any_{self.kind}", 0.5)


@dataclass(frozen=True)
class SumOfCourses(OfAllCourses):
    """What a measure of the courses adds up to is more than a limit."""

    measure: str
    limit: Limit

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The one limit."""
        return (self.limit,)

    def with_limits(self, limits: Any) -> SumOfCourses:
        """Swap the limit if its name is given."""
        return SumOfCourses(self.kind, self.measure, limits.get(self.limit.name, self.limit))

    def sums(self) -> dict[str, nw.Expr]:
        """The least and the greatest sum."""
        least, most = (nw.col(f"{self.measure}_{end}").fill_null(0.0) for end in ("min", "max"))
        return _between(f"_sum_{self.measure}_{self.kind}", nw.col("begun") & is_kind(self.kind), least, most)

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """The least sum is more, or the greatest is."""
        return _above(f"_sum_{self.measure}_{self.kind}", self.limit.value)


@dataclass(frozen=True)
class CoursesOverlap(OfAllCourses):
    """Two courses of the kind may share more than the day on which one is changed for the other."""

    def beside(self, lines: Any) -> Any:
        """Add whether a course of the kind shares days with the one before it.

        In the order of their days, courses of which no two neighbours share days share none at all.
        """
        is_one, first, last = (f"_{name}_{self.kind}" for name in ("is_one", "first", "last"))
        of_patient = ["patient_id", is_one]
        lines = lines.with_columns(
            (is_kind(self.kind) & (nw.col(START[0]) <= nw.col(SCREENING[1]))).fill_null(False).alias(is_one),
            nw.col(START[0]).alias(first),
            nw.min_horizontal(STOP[1], SCREENING[1]).alias(last),
        )
        before = {
            f"{name}_before": nw.col(name).shift(1).over(of_patient, order_by=[first, last]) for name in (first, last)
        }
        return lines.with_columns(**before)

    def sums(self) -> dict[str, nw.Expr]:
        """How many of them do."""
        is_one, first, last = (f"_{name}_{self.kind}" for name in ("is_one", "first", "last"))
        shares = (nw.col(f"{first}_before") < nw.col(last)) & (nw.col(first) < nw.col(f"{last}_before"))
        return {f"_overlap_{self.kind}": (nw.col(is_one) & shares).fill_null(False).cast(nw.Float64)}

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """Some pair does."""
        return (nw.col(f"_overlap_{self.kind}") > 0).fill_null(False)


def add_shared_days(lines: Any, rules: Sequence[Rule]) -> Any:
    """Add to the lines what rules about all courses of a patient ask of neighbours."""
    for leaf in dict.fromkeys(leaf for leaf in _leaves(rules) if isinstance(leaf, CoursesOverlap)):
        lines = leaf.beside(lines)
    return lines


def sums_of(rules: Sequence[Rule]) -> dict[str, nw.Expr]:
    """What rules about all courses of a patient add up over her lines."""
    return {name: value for leaf in _leaves(rules) for name, value in leaf.sums().items()}


def _leaves(rules: Sequence[Rule]) -> list[OfAllCourses]:
    return [leaf for rule in rules for leaf in rule.leaves if isinstance(leaf, OfAllCourses)]


def _between(name: str, of: nw.Expr, least: nw.Expr, most: nw.Expr) -> dict[str, nw.Expr]:
    """What a line adds to a sum over the courses that are surely of a kind, and to one over those that may be."""
    return {
        f"{name}_min": of.fill_null(False).cast(nw.Float64) * least,
        f"{name}_max": of.fill_null(True).cast(nw.Float64) * most,
    }


def _above(name: str, limit: float) -> nw.Expr:
    """True where the least is above it, null where the greatest is, else false; false too of a patient without one."""
    surely, perhaps = (is_above(nw.col(f"{name}_{end}"), limit).fill_null(False) for end in ("min", "max"))
    return surely | (perhaps & nw.col(OPEN))
