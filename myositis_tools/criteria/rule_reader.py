"""Rules and limits of a protocol file, read and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from myositis_tools import rules
from myositis_tools.criteria.course_rules import CourseRules
from myositis_tools.criteria.protocol_table import TomlTable, shown
from myositis_tools.criteria.record_rules import NO_COURSES, FitsCourses, Flag, Within, window_of
from myositis_tools.errors import listed, nearest
from myositis_tools.frames import Column
from myositis_tools.rules import Compare, Limit, Rule
from myositis_tools.tables import EVIDENCE, Source, records, source

TYPES = ("yes_no", "number", "word")
THE_TRIAL = "time_is_muscle"  # whose windows the yes/no columns of the screening table have
_LIMIT = [
    "label",
    "operator",
    "value",
    "unit",
    "minimum",
    "maximum",
    "step",
    "source",
    "place",
    "evidence",
    "decision",
    "borrowed",
]
_COMPARISONS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "within": "≤"}
_ABOUT_A_COLUMN = (*_COMPARISONS, "between", "is_one_of")
_BESIDE = {
    "is_one_of": ("otherwise",),
    "at_least_n_of": ("of", "what"),
    "within": ("flag",),
    "sum_of": ("over", "more_than"),
}
_KINDS_OF_RULE = (*_ABOUT_A_COLUMN, "is_true", "all_of", "any_of", "at_least_n_of", "negate")
_TYPED = {">=": "≥", "<=": "≤"}


def named_source(table: TomlTable, own: Mapping[str, Source], key: str) -> Source:
    """The source of a key: the file's own, or one of the package."""
    if key in own:
        return own[key]
    known = [*own, *(str(row["key"]) for row in records("sources"))]
    if key not in known:
        raise table.refuse(
            f"There is no source {key!r}.",
            expected=f"a key of sources.csv, or [sources.{key}] in the file",
            hint=nearest(key, known),
        )
    return source(key)


@dataclass(frozen=True)
class RuleReader:
    """Makes rules and limits of one table of a protocol file.

    `known` are the columns that a rule may read; `lenders` names the protocols that ship with the package, and `lend`
    gives the comparisons of one of them.
    """

    top: TomlTable
    table: TomlTable
    known: Mapping[str, Column]
    own_sources: Mapping[str, Source]
    lenders: Callable[[], Sequence[str]]
    lend: Callable[[str], Sequence[Compare]]

    courses: CourseRules = NO_COURSES

    kinds_of_rule: ClassVar[tuple[str, ...]] = _KINDS_OF_RULE

    def source(self, table: TomlTable) -> Source:
        """The source that a table names, else that of the criterion, else that of the file."""
        key = table.text("source", self.table.text("source", self.top.text("source")))
        return named_source(table, self.own_sources, key)

    def evidence(self, table: TomlTable) -> str:
        """The evidence that a table names, else that of the criterion, else that of the file."""
        default = self.table.values.get("evidence", self.top.values.get("evidence"))
        return table.word("evidence", EVIDENCE, default)

    # ------------------------------------------------------------------------------------------------------- its rule

    def rule(self, values: Any, limits: Mapping[str, Any]) -> Rule:
        """Make a rule of its table; `limits` are the limits it may compare with.

        Raises
        ------
        ProtocolError
            If it says something that is not understood.
        """
        if not isinstance(values, dict):
            raise self.table.refuse(f"{shown(values)} is not a rule.", expected="a table such as { is_true = ... }")
        kinds = [key for key in values if key in self.kinds_of_rule]
        beside = _BESIDE.get(kinds[0] if kinds else "", ())
        about = ("column",) if kinds and kinds[0] in _ABOUT_A_COLUMN else ()
        for key in values:
            if key not in (*self.kinds_of_rule, *beside, *about) and (kinds or key != "column"):
                allowed = (*self.kinds_of_rule, *beside, *about)
                raise self.table.refuse(
                    f"{key!r} is not known in a rule.", expected=listed(allowed, most=20), hint=nearest(key, allowed)
                )
        if len(kinds) != 1:
            raise self.table.refuse(
                f"The rule {shown(values)} says {'nothing' if not kinds else ' and '.join(kinds)}.",
                expected=f"one of {listed(self.kinds_of_rule, most=20)}",
                hint="join two rules with all_of or any_of",
            )
        return self._of_kind(kinds[0], replace(self.table, values=values), limits)

    def _of_kind(self, kind: str, rule: TomlTable, limits: Mapping[str, Any]) -> Rule:
        if kind in ("all_of", "any_of"):
            return getattr(rules, kind)(*self._parts(rule.get(kind, list), limits, least=2))
        if kind == "negate":
            return rules.negate(self.rule(rule.get(kind, dict), limits))
        if kind == "at_least_n_of":
            parts = self._parts(rule.get("of", list), limits, least=2)
            return rules.at_least_n_of(self._count(rule.text(kind), limits, len(parts)), *parts, what=rule.text("what"))
        if special := self.special(kind, rule, limits):
            return special
        if kind == "is_true":
            column = self.column(rule.text(kind), "yes_no")
            is_worked_out = column.name in self.courses.columns
            return FitsCourses(column, self.courses) if is_worked_out else rules.is_true(column)
        if kind == "is_one_of":
            column = self.column(rule.text("column"), "word")
            return rules.is_one_of(column, self._words(rule, column), otherwise=rule.text("otherwise", ""))
        column = self.column(rule.text("column"), "number")
        if kind == "within":
            return self._within(rule, column, limits)
        if kind == "between":
            ends = rule.get(kind, list)
            if len(ends) != 2 or not all(isinstance(end, str) for end in ends):
                raise rule.refuse(f"between = {shown(ends)} is not two limits.", expected='["low", "high"]')
            low, high = (self.limit(*end, column, limits) for end in zip(ends, ("at_least", "at_most"), strict=True))
            return rules.between(column, low, high)
        return self.compared(column, kind.replace("_", " "), self.limit(rule.text(kind), kind, column, limits))

    def special(self, kind: str, rule: TomlTable, limits: Mapping[str, Any]) -> Rule | None:  # noqa: ARG002
        """Make a rule that only some tables have; none here."""
        return None

    def compared(self, column: Column, comparison: str, limit: Limit) -> Compare:
        """Make a comparison."""
        return Compare(column, comparison, limit)

    def _within(self, rule: TomlTable, column: Column, limits: Mapping[str, Any]) -> Within:
        """A look-back within a window, with the yes/no column that answers it: the file's, or that of who has it."""
        if column.unit not in ("months", "days") or not column.name.endswith("_ago"):
            raise rule.refuse(
                f"{column.name!r} is no time before screening.",
                expected=listed([name for name in self.known if name.endswith("_ago")], most=20),
            )
        limit = self.limit(rule.text("within"), "within", column, limits)
        flag: Flag | None
        if "flag" in rule.values:
            flag = Flag(self.column(rule.text("flag"), "yes_no"), window_of(limit))
        else:
            flag = self._flag_of(column)
        return Within(column, "at most", limit, flag=flag, courses=self.courses)

    def _flag_of(self, column: Column) -> Flag | None:
        """The yes/no column that answers a look-back, with the window it stands for."""
        lent = self.lend(THE_TRIAL) if self.top.values.get("key") != THE_TRIAL else ()
        found = [leaf.flag for leaf in lent if isinstance(leaf, Within) and leaf.column.name == column.name]
        return found[0] if found else None

    def _parts(self, values: list[Any], limits: Mapping[str, Any], *, least: int) -> list[Rule]:
        if len(values) < least:
            raise self.table.refuse(f"{shown(values)} has fewer than {least} rules.", expected="a list of rules")
        return [self.rule(one, limits) for one in values]

    def column(self, name: str, kind: str) -> Column:
        """Find a column of a type by its name."""
        readable = [one for one, column in self.known.items() if column.type in TYPES]
        if name not in readable:
            raise self.table.refuse(
                f"There is no column {name!r}.",
                expected="a column of the screening table, or one that the file declares",
                hint=f"{nearest(name, readable)} A column of your own needs [columns.{name}]",
            )
        column = self.known[name]
        if column.type != kind:
            raise self.table.refuse(
                f"The column {name!r} is of type {column.type}, not {kind}.",
                expected={"yes_no": "is_true", "word": "is_one_of", "number": listed(_COMPARISONS)}[column.type],
            )
        return column

    def _words(self, rule: TomlTable, column: Column) -> list[str]:
        words = rule.get("is_one_of", list)
        if not words:
            raise rule.refuse("is_one_of has no words.", expected=listed(column.words))
        for word in words:
            if word not in column.words:
                raise rule.refuse(
                    f"{shown(word)} is no word of {column.name}.",
                    expected=listed(column.words),
                    hint=nearest(word, column.words),
                )
        return words

    # ----------------------------------------------------------------------------------------------------- its limits

    def limit(self, name: str, kind: str, column: Column, limits: Mapping[str, Any]) -> Limit:
        """Make the limit that a comparison with a column names."""
        table = self._limit_table(name, limits)
        if "borrowed" in table.values:
            return self._borrowed(table, name, kind, column)
        self.same_operator(table, table.text("operator"), _COMPARISONS[kind], kind)
        unit = table.text("unit", "") if not column.unit else table.text("unit")
        units = [column.unit, "years"] if kind == "within" and column.unit == "months" else [column.unit]
        if unit not in units:
            expected = " or ".join(f"unit = {one!r}" for one in units)
            raise table.refuse(f"unit = {unit!r} is not the unit of {column.name}.", expected=expected)
        low, high, step = (table.number(key) for key in ("minimum", "maximum", "step"))
        lowest = -math.inf if column.minimum is None else column.minimum
        highest = math.inf if column.maximum is None else column.maximum
        if not lowest <= low < high <= highest or step <= 0 or step > high - low:
            raise table.refuse(
                f"minimum = {low:g}, maximum = {high:g}, step = {step:g} is no range to try values in.",
                expected=f"minimum below maximum, both among the values of {column.name} ({column.expected}), and a "
                "step above 0 that fits between them",
            )
        return self._made(table, name, unit, (low, high, step))

    def _count(self, name: str, limits: Mapping[str, Any], parts: int) -> Limit:
        """A number of parts knows its own unit and range."""
        table = self._limit_table(name, limits)
        table.only([key for key in _LIMIT if key not in ("unit", "minimum", "maximum", "step", "borrowed")])
        self.same_operator(table, table.text("operator"), "≥", "at_least_n_of")
        if table.number("value") != round(table.number("value")):
            raise table.refuse("A number of parts is a whole number.", expected=f"1 to {parts}")
        return self._made(table, name, f"of {parts}", (1.0, float(parts), 1.0))

    def _limit_table(self, name: str, limits: Mapping[str, Any]) -> TomlTable:
        place = f"{self.table.place}, limit {name!r}"
        if not isinstance(limits.get(name), dict):
            known = list(limits)
            raise self.table.refuse(
                f"The limit {name!r} is missing.",
                expected=f"limits.{name} = {{ label = ..., operator = ..., value = ..., ... }} in the criterion",
                hint=nearest(name, known) if known else "a number stands in a limit, never in a rule",
            )
        table = replace(self.table, values=limits[name], place=place)
        table.checked_name(name)
        table.only(_LIMIT)
        return table

    def same_operator(self, table: TomlTable, written: str, meant: str, kind: str) -> None:
        """Refuse an operator as printed that is not the one of the rule."""
        if _TYPED.get(written, written) != meant:
            raise table.refuse(
                f"operator = {written!r}, but the rule says {kind}, which is {meant!r}.",
                expected=", ".join(f"{word} for {sign!r}" for word, sign in _COMPARISONS.items()),
                hint="keep the operator as the source prints it, and change the rule",
            )

    def _made(self, table: TomlTable, name: str, unit: str, span: tuple[float, float, float]) -> Limit:
        value = table.number("value")
        if not span[0] <= value <= span[1]:
            raise table.refuse(
                f"value = {value:g} is outside its range.", expected=f"{span[0]:g} to {span[1]:g} {unit}".rstrip()
            )
        return Limit(
            name=name,
            label=table.text("label"),
            value=value,
            unit=unit,
            minimum=span[0],
            maximum=span[1],
            step=span[2],
            source=self.source(table).key,
            place=table.text("place", self.table.text("place", "")),
            evidence=self.evidence(table),
            decision=table.text("decision", ""),
            published=value,
        )

    def _borrowed(self, table: TomlTable, name: str, kind: str, column: Column) -> Limit:
        """The limit of the same name of a protocol that ships with the package."""
        table.only(("borrowed", "evidence", "decision"))
        lender = table.word("borrowed", self.lenders())
        leaves = self.lend(lender)
        lent = [leaf for leaf in leaves if leaf.limit.name == name]
        if not lent or lent[0].column != column:
            known = dict.fromkeys(leaf.limit.name for leaf in leaves)
            raise table.refuse(f"{lender} has no limit {name!r} of {column.name}.", expected=listed(known))
        self.same_operator(table, lent[0].operator, _COMPARISONS[kind], kind)
        limit = lent[0].limit
        evidence = table.word("evidence", EVIDENCE, limit.evidence)
        return replace(limit, evidence=evidence, decision=table.text("decision", limit.decision))
