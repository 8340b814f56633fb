"""A criteria set: the categories of one publication, each a rule, asked in order.

Adding a set is a small file beside this one, with its rules, and its rows in ``classification_sets.csv``,
``classification_categories.csv`` and, where a rule counts or compares, ``classification_limits.csv``; the findings it
reads are columns of ``cases`` in ``columns.csv``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from html import escape
from operator import add
from textwrap import wrap
from typing import Any

import narwhals as nw

from myositis_tools.criteria.classification.cases import TABLE, about
from myositis_tools.criteria.criterion import read_limit
from myositis_tools.errors import NotFoundError
from myositis_tools.frames import columns, enter, look_up
from myositis_tools.html_tables import html_table
from myositis_tools.rules import AllOf, AnyOf, AtLeastNOf, Compare, IsTrue, Limit, Rule, any_of, negate, why
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.tables import Source, records, source
from myositis_tools.verdict import kleene_and, kleene_or, to_verdict

NONE = "none"
PROVISIONAL = "provisional"
ADDED = tuple(columns("classification"))
_HEADINGS = ("category", "as asked here", "in words", "decided here")
_ANY, _SITUATION = "_any_category", "_situation"


@dataclass(frozen=True)
class Part(Rule):
    """A rule under a name: it answers as the rule does, and reads as the name."""

    name: str
    rule: Rule

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the rule."""
        return self.rule.needs

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of the rule."""
        return self.rule.limits

    @property
    def sentence(self) -> str:
        """The name."""
        return self.name

    def truth(self, given: Collection[str] = ()) -> nw.Expr:
        """The truth of the rule."""
        return self.rule.truth(given)

    def answer(self, frame: Any, name: str) -> Any:
        """Let the rule answer."""
        return self.rule.answer(frame, name)


@dataclass(frozen=True)
class Category:
    """One category of a set, with its rule and what its source says."""

    key: str
    label: str
    rule: Rule
    words: str
    place: str
    evidence: str
    decision: str


@dataclass(frozen=True)
class CriteriaSet:
    """Classification criteria of one publication. Print it to read it.

    Attributes
    ----------
    key, title : str
        Its name in results and for people.
    categories : tuple of Category
        The categories; the first that is met is the answer.
    source : Source
        Where the criteria come from.
    place, evidence, status, caution, decision : str
        How well the source is known, and what must be said wherever a result is shown.
    """

    key: str
    title: str
    categories: tuple[Category, ...]
    source: Source
    place: str
    evidence: str
    status: str
    caution: str
    decision: str

    @classmethod
    def of(cls, key: str, **rules: Rule) -> CriteriaSet:
        """Make a set of its rows in the tables and its rules by category."""
        row = about(key)
        return cls(
            key=key,
            title=str(row["title"]),
            categories=tuple(_category(key, name, rule) for name, rule in rules.items()),
            source=source(str(row["source"])),
            place=str(row["place"] or ""),
            evidence=str(row["evidence"]),
            status=str(row["status"]),
            caution=str(row["caution"] or ""),
            decision=str(row["decision"] or ""),
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the cases it reads."""
        return tuple(dict.fromkeys(name for each in self.categories for name in each.rule.needs))

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The numbers it counts to or compares with."""
        found = {limit.name: limit for each in self.categories for limit in each.rule.limits}
        return tuple(found.values())

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that have a name of their own, in the order they are met."""
        return tuple(dict.fromkeys(found for each in self.categories for found in _parts_of(each.rule)))

    @property
    def is_provisional(self) -> bool:
        """Whether its text has not been checked against the paper."""
        return self.status == PROVISIONAL

    def classify(self, cases: Any) -> Any:
        """Classify cases; see `classify`."""
        entrance = enter(cases, TABLE, needs=self.needs)
        frame = entrance.frame
        for each in self.categories:
            frame = _answered(each, frame)
        frame = frame.with_columns(kleene_or([nw.col(_named(each)) for each in self.categories]).alias(_ANY))
        is_asked = ~to_verdict(nw.col(_ANY)).is_null()  # true in every row, as a column and not a literal
        frame = frame.with_columns(
            criteria_set=nw.when(is_asked).then(nw.lit(self.key)),
            verdict=to_verdict(nw.col(_ANY)),
            category=self._first_met(),
            provisional=is_asked if self.is_provisional else ~is_asked,
            caution=nw.when(is_asked).then(nw.lit(self.caution)),
        )
        return entrance.leave(frame.with_columns(because=self._because()), ADDED)

    def _first_met(self) -> nw.Expr:
        """The first category that is met where all before it are not; none where no category is."""
        truths = [nw.col(_named(each)) for each in self.categories]
        reached = [
            (kleene_and([truth, *(~earlier for earlier in truths[:place])]), nw.lit(each.key))
            for place, (each, truth) in enumerate(zip(self.categories, truths, strict=True))
        ]
        return first_true([(~nw.col(_ANY), nw.lit(NONE)), *reached])

    def _because(self) -> nw.Expr:
        """The reasons of the category; where it is open, of all that are; where none is met, of every one."""
        chosen, is_open = nw.col("category"), nw.col("category").is_null()
        told = [(each, nw.concat_str(nw.lit(f"{each.label}: "), nw.col(why(_named(each))))) for each in self.categories]
        parts = [
            nw.when(
                (chosen == each.key).fill_null(False)
                | (chosen == NONE).fill_null(False)
                | (is_open & nw.col(_named(each)).fill_null(True))
            ).then(words)
            for each, words in told
        ]
        return nw.concat_str(*parts, separator=" | ", ignore_nulls=True)

    def __str__(self) -> str:
        """Write the set as a clinician would."""
        lines = [self.title, f"Source: {self.source.citation} ({self.place}; {self.evidence})"]
        lines += [f"Note: {self.caution}"] if self.caution else []
        for each in self.categories:
            lines += ["", f"  {each.label}", *_wrapped(_outline(each.rule), "      ")]
            lines += [f"      (as read here: {each.decision})"] if each.decision else []
        lines += ["", "  where"] if self.parts else []
        for part in self.parts:
            lines += _wrapped([f"{part.name}: {part.rule.sentence}"], "      ")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        where = "".join(f"<br>{escape(each.name)}: {escape(each.rule.sentence)}" for each in self.parts)
        rows = [(each.label, each.rule.sentence, each.words, each.decision) for each in self.categories]
        return (
            f"<p><b>{escape(self.title)}</b><br>{escape(self.source.citation)}<br>{escape(self.caution)}</p>"
            + html_table(_HEADINGS, rows, style="text-align:left;vertical-align:top")
            + (f"<p>where{where}</p>" if where else "")
        )


# ------------------------------------------------------------------------------------------ words for a file of rules


def finding(column: str) -> Rule:
    """A finding of the cases that is present."""
    return IsTrue(columns(TABLE)[column])


def findings(*names: str) -> tuple[Rule, ...]:
    """Several findings, each that is present."""
    return tuple(finding(name) for name in names)


def below(column: str, limit: Limit) -> Rule:
    """A number of the cases below a limit."""
    return Compare(columns(TABLE)[column], "less than", limit)


def none_of(*rules: Rule) -> Rule:
    """None of the rules holds."""
    return negate(any_of(*rules) if rules[1:] else rules[0])


def part(name: str, rule: Rule) -> Rule:
    """A part of a set that has a name of its own, such as *skin signs*, and is written out once below."""
    return Part(name, rule)


def limit(key: str, name: str) -> Limit:
    """Read a number of a set from ``classification_limits.csv``."""
    return read_limit("classification_limits", "set", key, name)


def _category(key: str, name: str, rule: Rule) -> Category:
    for row in records("classification_categories"):
        if row["set"] == key and row["category"] == name:
            texts = {word: str(row[word] or "") for word in ("label", "words", "place", "evidence", "decision")}
            return Category(key=name, rule=rule, **texts)
    raise NotFoundError(f"The table classification_categories has no category {name!r} of {key!r}.")


def _named(each: Category) -> str:
    return f"_category {each.key}"


def _answered(each: Category, frame: Any) -> Any:
    """Ask the rule of a category.

    In data frames text is slow to make, and many cases have the same findings: where those are yes or no, each
    combination that occurs is asked once and looked up by its number, which has a ternary digit for each finding. A
    database makes text faster than it joins.
    """
    name, findings_read = _named(each), each.rule.needs
    is_yes_no = all(columns(TABLE)[column].type == "yes_no" for column in findings_read)
    if frame.implementation.is_duckdb() or not is_yes_no:
        return each.rule.answer(frame, name)
    digits = [
        nw.when(nw.col(column)).then(nw.lit(2)).when(~nw.col(column)).then(nw.lit(1)).otherwise(nw.lit(0)) * 3**place
        for place, column in enumerate(findings_read)
    ]
    frame = frame.with_columns(reduce(add, digits).cast(nw.Int64).alias(_SITUATION))
    occurring = frame.select(_SITUATION, *findings_read).unique(subset=[_SITUATION], keep="any")
    answers = each.rule.answer(occurring, name).select(_SITUATION, name, why(name))
    return look_up(frame, answers, on=_SITUATION).drop(_SITUATION)


def _parts_of(rule: Rule) -> list[Part]:
    if isinstance(rule, Part):
        return [rule, *_parts_of(rule.rule)]
    return [found for inner in getattr(rule, "parts", ()) for found in _parts_of(inner)]


def _outline(rule: Rule) -> list[str]:
    """One line for each condition, and one for each of several ways to meet it."""
    conditions = rule.parts if isinstance(rule, AllOf) else (rule,)
    lines = []
    for place, condition in enumerate(conditions):
        joint = "and " if place else ""
        if isinstance(condition, AnyOf) and any(isinstance(way, AllOf) for way in condition.parts):
            lines += [f"{joint}any of:", *(f"  - {way.sentence}" for way in condition.parts)]
        else:
            bracketed = isinstance(condition, AnyOf | AtLeastNOf) and len(conditions) > 1
            lines.append(joint + (f"({condition.sentence})" if bracketed else condition.sentence))
    return lines


def _wrapped(lines: Sequence[str], indent: str) -> list[str]:
    return [
        written
        for line in lines
        for written in wrap(line, 110, initial_indent=indent, subsequent_indent=f"{indent}    ")
    ]
