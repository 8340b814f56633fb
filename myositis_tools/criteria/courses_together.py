"""What several courses of one patient make together: any of a kind, a sum over a kind, courses at the same time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from myositis_tools.criteria.course_rules import OfCourse, is_kind
from myositis_tools.criteria.courses import SCREENING, START, STOP
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.frames import look_up
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

    def pairs(self, lines: Any) -> Any:
        """Give how many pairs of courses share days, beyond each with itself."""
        first, last = nw.col("first"), nw.col("last")
        courses = lines.filter((is_kind(self.kind) & (nw.col(START[0]) <= nw.col(SCREENING[1]))).fill_null(False))
        courses = courses.select("patient_id", first=nw.col(START[0]), last=nw.min_horizontal(STOP[1], SCREENING[1]))
        others = courses.rename({"first": "other_first", "last": "other_last"})
        pairs = courses.join(others, on="patient_id", how="inner")
        shares = ((first < nw.col("other_last")) & (nw.col("other_first") < last)).cast(nw.Float64)
        shared = pairs.with_columns(_shared=shares).group_by("patient_id").agg(nw.col("_shared").sum())
        alone = courses.with_columns(_alone=(first < last).cast(nw.Float64))
        alone = alone.group_by("patient_id").agg(nw.col("_alone").sum()).join(shared, on="patient_id", how="inner")
        return alone.select("patient_id", (nw.col("_shared") - nw.col("_alone")).alias(f"_overlap_{self.kind}"))

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """Some pair does."""
        return (nw.col(f"_overlap_{self.kind}") > 0).fill_null(False)


def add_together(frame: Any, lines: Any, rules: Sequence[Rule]) -> Any:
    """Add to a frame of patients what rules about all their courses ask."""
    leaves = [leaf for rule in rules for leaf in rule.leaves if isinstance(leaf, OfAllCourses)]
    sums = {name: value for leaf in leaves for name, value in leaf.sums().items()}
    if sums:
        summed = lines.with_columns(**sums).group_by("patient_id").agg(*(nw.col(name).sum() for name in sums))
        frame = look_up(frame, summed, on="patient_id")
    for leaf in dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, CoursesOverlap)):
        frame = look_up(frame, leaf.pairs(lines), on="patient_id")
    return frame


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
