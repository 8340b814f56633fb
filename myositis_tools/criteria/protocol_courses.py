"""What a protocol file says of courses of treatment, read and checked: ``[courses]`` and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from myositis_tools.criteria.course_rules import (
    CompareOfCourse,
    CourseRules,
    EveryCourse,
    Group,
    IsDrug,
    IsForAPerson,
    IsInGroup,
    IsOfKind,
    IsRoute,
    KindOfCourse,
    LastUse,
    Together,
    placeholders,
)
from myositis_tools.criteria.courses_together import AnyCourse, CoursesOverlap, OfAllCourses, SumOfCourses
from myositis_tools.criteria.drugs import is_code, known_drugs
from myositis_tools.criteria.protocol_table import TomlTable
from myositis_tools.criteria.rule_reader import RuleReader
from myositis_tools.errors import listed, nearest
from myositis_tools.frames import Column, columns
from myositis_tools.rules import Compare, Limit, Rule

_COURSES = ("limits", "kinds", "groups", "every_course", "last_use")
_PATTERNS = ("immunosuppressant_months_ago", "immunosuppressant_days_ago")  # what a look-back of courses is
_GROUP = ("of", "allowed", "silent", "judged", "refused", "otherwise")


def read_courses(reader: RuleReader) -> CourseRules:
    """Read the ``[courses]`` of a protocol file; none where the file has none.

    Raises
    ------
    ProtocolError
        For a word, kind, column or limit that is not known, or that is declared and never used.
    """
    table = reader.table
    table.only(_COURSES)
    limits = table.get("limits", dict, default={})
    course = _CourseReader(**{**vars(reader), "known": columns("courses")})
    kinds: dict[str, KindOfCourse] = {}
    for name, values in table.get("kinds", dict, default={}).items():
        of_kind = replace(
            course, table=replace(table, values=values, place=f"courses.kinds.{name}"), kinds=tuple(kinds)
        )
        of_kind.table.checked_name(name)
        of_kind.table.only(("says", "rule"))
        says = of_kind.table.text("says")
        _known(of_kind.table, placeholders(says), limits, "limit")
        kinds[name] = KindOfCourse(name, says, of_kind.rule(of_kind.table.get("rule", dict), limits))
    groups = [
        _group(replace(course, table=replace(table, values=values, place=f"courses.groups.{name}")), name, kinds)
        for name, values in table.get("groups", dict, default={}).items()
    ]
    every = _every_course(replace(course, kinds=tuple(kinds)), limits)
    last_uses = table.get("last_use", dict, default={})
    for kind in last_uses.values():
        _known(table, [kind], kinds, "kind")
    made = CourseRules(
        limits=_each_once([*kinds.values(), *(every.silent if every else ())]),
        kinds=tuple(kinds.values()),
        groups=tuple(groups),
        every_course=every,
        last_uses=tuple(LastUse(what, kind) for what, kind in last_uses.items()),
    )
    _known_columns(table, made, {**columns("screening"), **reader.known})
    used = [limit.name for limit in made.limits]
    for name in limits:
        if name not in used:
            raise table.refuse(f"No rule of courses uses the limit {name!r}.", expected=f"the limits {listed(used)}")
    _each_kind_is_used(table, made)
    return made


def _each_kind_is_used(table: TomlTable, made: CourseRules) -> None:
    used = {each.kind for each in made.last_uses}
    for group in made.groups:
        used |= {*group.allowed, *group.silent, *group.judged, *group.refused}
    together = made.every_course.silent if made.every_course else ()
    rules: list[Rule] = [*(one.rule for one in made.kinds), *(one.rule for one in together)]
    for rule in rules:
        used |= {leaf.kind for leaf in rule.leaves if isinstance(leaf, IsOfKind | OfAllCourses)}
    for kind in made.kinds:
        if kind.name not in used:
            raise table.refuse(
                f"Nothing uses the kind of course {kind.name!r}.",
                expected="a kind that a group, a last use, every course or a later kind names",
            )


def _group(course: _CourseReader, name: str, kinds: Mapping[str, KindOfCourse]) -> Group:
    table = course.table
    table.only(_GROUP)
    lists = {key: tuple(table.get(key, list, default=[])) for key in ("allowed", "silent", "judged", "refused")}
    for named in lists.values():
        _known(table, named, kinds, "kind")
    otherwise = table.text("otherwise", "")
    return Group(name, course.rule(table.get("of", dict), {}), otherwise=otherwise, **lists)


def _every_course(course: _CourseReader, limits: Mapping[str, Any]) -> EveryCourse | None:
    values = course.table.get("every_course", dict, default={})
    if not values:
        return None
    table = replace(course.table, values=values, place="courses.every_course")
    table.only(("column", "silent"))
    silent = []
    for one in table.get("silent", list, default=[]):
        said = replace(table, values=one, place="courses.every_course.silent")
        said.only(("says", "rule"))
        _known(said, placeholders(said.text("says")), limits, "limit")
        together = _TogetherReader(**{**vars(course), "table": said})
        silent.append(Together(said.text("says"), together.rule(said.get("rule", dict), limits)))
    return EveryCourse(table.name("column"), tuple(silent))


def _each_once(found: Iterable[KindOfCourse | Together]) -> tuple[Limit, ...]:
    return tuple(dict.fromkeys(limit for one in found for limit in one.rule.limits))


def _known(table: TomlTable, names: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise table.refuse(
                f"There is no {what} {name!r}.", expected=listed(known, most=20), hint=nearest(str(name), list(known))
            )


def own_look_backs(rules: CourseRules) -> dict[str, Column]:
    """The look-backs that a file's courses are asked for, where the screening table has no such column."""
    known = columns("screening")
    made = {}
    for each in rules.last_uses:
        for name, pattern in zip(each.columns, _PATTERNS, strict=True):
            if name not in known:
                label = rules.kind(each.kind)
                made[name] = replace(known[pattern], name=name, label=label, description=label, optional=True)
    return made


def _known_columns(table: TomlTable, made: CourseRules, known: Mapping[str, Column]) -> None:
    kinds = dict.fromkeys([made.every_course.column] if made.every_course else [], "yes_no")
    for name, kind in kinds.items():
        if name not in known or known[name].type != kind:
            raise table.refuse(
                f"{name!r} is no column of the screening table that courses can answer.",
                hint=nearest(name, [one for one, column in known.items() if column.type == kind]),
            )


@dataclass(frozen=True)
class _CourseReader(RuleReader):
    """Makes the rules about one course."""

    kinds: tuple[str, ...] = field(default=())

    kinds_of_rule: ClassVar[tuple[str, ...]] = (
        *RuleReader.kinds_of_rule,
        "drug",
        "atc",
        "route",
        "judged_by_a_person",
        "is_of_kind",
    )

    def special(self, kind: str, rule: TomlTable, limits: Mapping[str, Any]) -> Rule | None:  # noqa: ARG002
        """A drug, a route, or a kind of course that stands before this one."""
        if kind == "drug":
            return IsDrug(rule.word(kind, known_drugs()))
        if kind == "atc":
            code = rule.text(kind)
            if not is_code(code):
                raise rule.refuse(f"{code!r} is no ATC code.", expected="a code such as L04AX03, or of a group, L04AX")
            return IsInGroup(code)
        if kind == "route":
            return IsRoute(rule.text(kind).lower())
        if kind == "judged_by_a_person":
            return IsForAPerson(self.column(rule.text(kind), "yes_no").name)
        if kind == "is_of_kind":
            _known(rule, [rule.text(kind)], self.kinds, "kind")
            return IsOfKind(rule.text(kind))
        return None

    def compared(self, column: Column, comparison: str, limit: Limit) -> Compare:
        """A number of a course has two bounds."""
        return CompareOfCourse(column, comparison, limit)

    def same_operator(self, table: TomlTable, written: str, meant: str, kind: str) -> None:
        """A silence lies on the other side of a limit than what is allowed."""


@dataclass(frozen=True)
class _TogetherReader(_CourseReader):
    """Makes the rules about all courses of a patient."""

    kinds_of_rule: ClassVar[tuple[str, ...]] = (
        "all_of",
        "any_of",
        "negate",
        "any_course",
        "courses_overlap",
        "sum_of",
    )

    def special(self, kind: str, rule: TomlTable, limits: Mapping[str, Any]) -> Rule | None:
        """A question about the courses of a kind."""
        if kind == "sum_of":
            _known(rule, [rule.text("over")], self.kinds, "kind")
            column = self.column(rule.text(kind), "number")
            limit = self.limit(rule.text("more_than"), "more_than", column, limits)
            return SumOfCourses(rule.text("over"), column.name, limit)
        if kind in ("any_course", "courses_overlap"):
            _known(rule, [rule.text(kind)], self.kinds, "kind")
            return {"any_course": AnyCourse, "courses_overlap": CoursesOverlap}[kind](rule.text(kind))
        return None
