"""What a protocol's file says of courses of treatment: kinds of course, what is allowed, where its text is silent.

The rules are those of `myositis_tools.rules`, asked of one line of a medication list (`courses.enter_courses`). A
number is asked at both of its bounds. `judge` adds the answers to the lines; nothing here knows a drug, a dose or a
day: they stand in the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.criteria.drugs import OPEN, is_drug, is_in_group
from myositis_tools.rules import Compare, Limit, Rule
from myositis_tools.scores.routes import is_by

SILENT = "protocol text silent"
ALLOWED = "_allowed"
# measures of a course that count from screening back to one of its dates, and not along it
_COUNTED_BACK = ("days_since_start", "months_since_start", "days_since_use", "months_since_use", "months_stable")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


# -------------------------------------------------------------------------------------------- rules about one course


@dataclass(frozen=True)
class CompareOfCourse(Compare):
    """A number of a course against a limit, at both of its bounds."""

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """True or false where both bounds say so, else null."""
        test = self.test
        ends = [test(nw.col(f"{self.column.name}_{end}"), self.limit.value) for end in ("min", "max")]
        # both say yes, or both say no; a bound that is missing says nothing
        return (ends[0] & ends[1]) | ((ends[0] | ends[1]) & nw.col(OPEN))


@dataclass(frozen=True)
class OfCourse(Rule):
    """A question about a course that is no comparison."""

    @property
    def needs(self) -> tuple[str, ...]:
        """No column of the screening table."""
        return ()

    def answer(self, frame: Any, name: str) -> Any:
        """Add the truth; what is said of a course stands with its kind."""
        return frame.with_columns(self.truth().alias(name))


@dataclass(frozen=True)
class IsDrug(OfCourse):
    """The drug of the course, by its code, else by its name."""

    drug: str

    @property
    def sentence(self) -> str:
        """The drug's name."""
        return self.drug

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """By code where there is one."""
        return is_drug(self.drug)


@dataclass(frozen=True)
class IsInGroup(OfCourse):
    """The drug of the course is of an ATC group."""

    code: str

    @property
    def sentence(self) -> str:
        """The code."""
        return f"ATC {self.code}"

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """Unknown of a drug without a code that we do not know by its name."""
        return is_in_group(self.code)


@dataclass(frozen=True)
class IsRoute(OfCourse):
    """The route of the drug."""

    route: str

    @property
    def sentence(self) -> str:
        """The route."""
        return self.route

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """Unknown where no route is recorded."""
        return is_by([self.route]).fill_null(False) | (nw.col("route").is_null() & nw.col(OPEN))


@dataclass(frozen=True)
class IsForAPerson(OfCourse):
    """What a person must judge where a yes/no says so: unknown, and no where it says no."""

    column: str

    @property
    def sentence(self) -> str:
        """That a person must judge."""
        return "judged by a person"

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """Never true."""
        return nw.col(self.column) & nw.col(OPEN)


@dataclass(frozen=True)
class IsOfKind(OfCourse):
    """A course of a kind that the file describes."""

    kind: str

    @property
    def sentence(self) -> str:
        """The name of the kind in words."""
        return self.kind.replace("_", " ")

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - it has columns of its own
        """What `judge` found."""
        return is_kind(self.kind)


def is_kind(name: str) -> nw.Expr:
    """Whether a judged course is of a kind."""
    return nw.col(f"_is_{name}")


# ---------------------------------------------------------------------------------------------- what the file declares


@dataclass(frozen=True)
class KindOfCourse:
    """A kind of course: what makes a course one, and how it is said, with ``{limit}`` where a number stands."""

    name: str
    says: str
    rule: Rule


@dataclass(frozen=True)
class Group:
    """Courses of a group of drugs: what is allowed of them, and what the text does not speak of.

    `refused` are kinds that say why a course is not allowed; `otherwise` says it where none of them does.
    """

    name: str
    of: Rule
    allowed: tuple[str, ...]
    silent: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True)
class Together:
    """What several courses make together, of which the text does not speak."""

    says: str
    rule: Rule


@dataclass(frozen=True)
class EveryCourse:
    """A yes/no column of the screening table: every course fits what its group allows."""

    column: str
    silent: tuple[Together, ...] = ()


@dataclass(frozen=True)
class LastUse:
    """Columns of the screening table: by how much the last day of a kind of course lies before screening."""

    what: str
    kind: str

    @property
    def columns(self) -> tuple[str, ...]:
        """In months and in days."""
        return (f"{self.what}_months_ago", f"{self.what}_days_ago")


@dataclass(frozen=True)
class CourseRules:
    """All that a protocol's file says of courses of treatment."""

    limits: tuple[Limit, ...] = ()
    kinds: tuple[KindOfCourse, ...] = ()
    groups: tuple[Group, ...] = ()
    every_course: EveryCourse | None = None
    last_uses: tuple[LastUse, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the screening table that are worked out by these rules."""
        every = (self.every_course.column,) if self.every_course else ()
        return (*every, *(name for each in self.last_uses for name in each.columns))

    @property
    def in_steps(self) -> list[list[KindOfCourse]]:
        """The kinds in as few steps as can be: each after those that it is made of."""
        steps: list[list[KindOfCourse]] = [[]]
        known: dict[str, int] = {}
        for kind in self.kinds:
            made_of = [known[leaf.kind] + 1 for leaf in kind.rule.leaves if isinstance(leaf, IsOfKind)]
            known[kind.name] = max(made_of, default=0)
            steps += [[] for _ in range(known[kind.name] + 1 - len(steps))]
            steps[known[kind.name]].append(kind)
        return steps

    @property
    def windows(self) -> tuple[Limit, ...]:
        """The limits that count from screening back to a date of a course."""
        leaves = [leaf for kind in self.kinds for leaf in kind.rule.leaves if isinstance(leaf, CompareOfCourse)]
        return tuple(dict.fromkeys(leaf.limit for leaf in leaves if leaf.column.name in _COUNTED_BACK))

    def limits_of(self, column: str) -> tuple[Limit, ...]:
        """The limits that a column depends on."""
        if self.every_course and column == self.every_course.column:
            return self.limits
        kinds = [each.kind for each in self.last_uses if column in each.columns]
        used = {name for kind in kinds for name in self._limits_below(kind)}
        return tuple(limit for limit in self.limits if limit.name in used)

    def _limits_below(self, kind: str) -> set[str]:
        rule = next(each.rule for each in self.kinds if each.name == kind)
        found = {limit.name for limit in rule.limits}
        for leaf in rule.leaves:
            found |= self._limits_below(leaf.kind) if isinstance(leaf, IsOfKind) else set()
        return found

    def with_limits(self, limits: Mapping[str, Limit]) -> CourseRules:
        """Give the same rules with other limits."""
        if not any(limit.name in limits for limit in self.limits):
            return self
        every = self.every_course
        return replace(
            self,
            limits=tuple(limits.get(limit.name, limit) for limit in self.limits),
            kinds=tuple(replace(kind, rule=kind.rule.with_limits(limits)) for kind in self.kinds),
            every_course=every
            and replace(every, silent=tuple(replace(one, rule=one.rule.with_limits(limits)) for one in every.silent)),
        )

    def says(self, words: str) -> str:
        """Put the limits into words of the file."""
        known = {limit.name: str(limit) for limit in self.limits}
        return _PLACEHOLDER.sub(lambda found: known[found[1]], words)

    def sentences(self) -> list[str]:
        """What is allowed of each group of drugs, a line each, and of what the text is silent."""
        told = []
        for group in self.groups:
            allowed = "; or ".join(map(self.kind, group.allowed))
            silent = "; or ".join(map(self.kind, group.silent))
            told.append(
                f"{group.name.replace('_', ' ')}: {allowed}" + (f" (the text is silent of {silent})" * bool(silent))
            )
        return told

    def kind(self, name: str) -> str:
        """How a kind of course is said."""
        return self.says(next(each.says for each in self.kinds if each.name == name))


def placeholders(words: str) -> list[str]:
    """The limits that words of the file name."""
    return _PLACEHOLDER.findall(words)


# ------------------------------------------------------------------------------------------------------ asked of lines


def judge(lines: Any, rules: CourseRules) -> Any:
    """Add what the rules say of each line: of which kinds it is, and whether what its group allows holds, `ALLOWED`.

    A course that begins after screening is no prior treatment, and allowed.
    """
    groups = {f"_of_{group.name}": group.of.truth() for group in rules.groups}
    for kinds in rules.in_steps:
        truths = {f"_is_{kind.name}": kind.rule.truth() for kind in kinds}
        lines, groups = lines.with_columns(**truths, **groups), {}
    silences = {
        f"_silent_{group.name}": verdict.kleene_or([is_kind(name) for name in (*group.silent, *group.judged)])
        & ~_fits(group)
        for group in rules.groups
        if group.silent or group.judged
    }
    lines = lines.with_columns(**silences) if silences else lines
    allowed = [~nw.col(f"_of_{group.name}") | _fits(group) | _or_silent(group) for group in rules.groups]
    everything = ~nw.col("patient_id").is_null()  # where the file allows and forbids nothing
    return lines.with_columns((~nw.col("begun") | reduce(and_, allowed, everything)).alias(ALLOWED))


def _fits(group: Group) -> nw.Expr:
    return verdict.kleene_or([is_kind(name) for name in group.allowed])


def _or_silent(group: Group) -> nw.Expr:
    """False, or null where the text is silent or may be."""
    if not (group.silent or group.judged):
        return ~nw.col("patient_id").is_null() & nw.lit(False)
    return nw.col(f"_silent_{group.name}") & nw.col(OPEN)


def is_silent(group: Group, name: str) -> nw.Expr:
    """Whether the text is silent of a judged course in a certain way."""
    return (nw.col("begun") & nw.col(f"_of_{group.name}") & nw.col(f"_silent_{group.name}") & is_kind(name)).fill_null(
        False
    )


def is_judged(group: Group, name: str) -> nw.Expr:
    """Whether a judged course is one that only a person can judge."""
    of = (nw.col("begun") & nw.col(f"_of_{group.name}")).fill_null(False)
    return of & nw.col(ALLOWED).is_null() & is_kind(name).fill_null(False)


def is_counted(rules: CourseRules) -> nw.Expr:
    """Whether a judged course is of a group that the rules speak of; true where it may be."""
    return reduce(or_, [nw.col(f"_of_{group.name}") for group in rules.groups]).fill_null(True)


def words_of_courses(rules: CourseRules) -> list[tuple[nw.Expr, str]]:
    """What is said of a judged course of which the answer is known, or left open by the text: the first that holds."""
    begun = nw.col("begun").fill_null(False)
    told: list[tuple[nw.Expr, str]] = []
    for group in rules.groups:
        of = begun & nw.col(f"_of_{group.name}").fill_null(False)
        told += [(of & is_kind(name).fill_null(False), rules.kind(name)) for name in group.allowed]
        told += [(is_silent(group, name), f"{SILENT}: {rules.kind(name)}") for name in group.silent]
    for group in rules.groups:
        is_refused = (nw.col("begun") & nw.col(f"_of_{group.name}") & ~nw.col(ALLOWED)).fill_null(False)
        told += [(is_refused & is_kind(name).fill_null(False), rules.kind(name)) for name in group.refused]
        told += [(is_refused, rules.says(group.otherwise))] if group.otherwise else []
        told += [(is_judged(group, name), rules.kind(name)) for name in group.judged]
    return told
