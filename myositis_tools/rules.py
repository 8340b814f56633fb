"""Rules: questions put to a table of patients, answered by a truth and a reason.

A rule is a small frozen object. It knows the columns it ``needs``, its ``truth`` (true, false or null), a ``reason``
for whatever the truth is, and its own ``sentence``. Rules are built with the functions at the end of this file and
combine with `all_of`, `any_of`, `at_least_n_of` and `negate`.

A reason names the parts that decided: the parts not met where the answer is no, what is not recorded where it is
unknown, the values where it is yes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.errors import OptionError, listed
from myositis_tools.frames import TOLERANCE, Column, columns

NOT_RECORDED = "not recorded"

# ------------------------------------------------------------------------------------------------ comparing two numbers


def is_above(values: nw.Expr, limit: float) -> nw.Expr:
    """Strictly more; a difference within the tolerance is none."""
    return values > limit + TOLERANCE


def is_at_least(values: nw.Expr, limit: float) -> nw.Expr:
    """The limit or more."""
    return values >= limit - TOLERANCE


def is_below(values: nw.Expr, limit: float) -> nw.Expr:
    """Strictly less."""
    return values < limit - TOLERANCE


def is_at_most(values: nw.Expr, limit: float) -> nw.Expr:
    """The limit or less."""
    return values <= limit + TOLERANCE


# name of the comparison: (test, words where it holds, words where it does not, sign)
_COMPARISONS = {
    "at least": (is_at_least, "at least", "below", "≥"),
    "more than": (is_above, "above", "not above", ">"),
    "at most": (is_at_most, "at most", "above", "≤"),
    "less than": (is_below, "below", "not below", "<"),
}

# --------------------------------------------------------------------------------------------------------------- limits


@dataclass(frozen=True)
class Limit:
    """A number that a rule compares with: named, with its unit, plausible range, source and decision.

    A limit is a row of a table; nothing in the package writes one down anywhere else.
    """

    name: str
    label: str
    value: float
    unit: str
    minimum: float
    maximum: float
    step: float
    source: str
    place: str
    evidence: str
    decision: str
    published: float

    def __post_init__(self) -> None:
        """Refuse a value that is no number or lies outside the plausible range."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise OptionError(
                f"{self.name}={self.value!r} is not a number.",
                expected=f"{self.minimum:g} to {self.maximum:g} {self.unit}",
            )
        if not self.minimum <= self.value <= self.maximum:
            raise OptionError(
                f"{self.name}={self.value:g} is outside its plausible range.",
                expected=f"{self.minimum:g} to {self.maximum:g} {self.unit}".rstrip(),
                hint=f"the published value is {self.published:g}",
            )
        object.__setattr__(self, "value", float(self.value))

    def __float__(self) -> float:
        """Give the number itself."""
        return self.value

    def __str__(self) -> str:
        """Write the number with its unit."""
        return f"{self.value:g} {self.unit}".strip()

    @property
    def is_changed(self) -> bool:
        """Whether the value differs from the published one."""
        return abs(self.value - self.published) > TOLERANCE


# ---------------------------------------------------------------------------------------------------------------- rules


class Rule(ABC):
    """A question about the columns of one table."""

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """The columns it reads."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """Its own wording."""

    @abstractmethod
    def truth(self) -> nw.Expr:
        """True, false or null."""

    @abstractmethod
    def reason(self) -> nw.Expr:
        """Why, in words, whatever the truth is."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits it compares with."""
        return ()

    def with_limits(self, limits: Mapping[str, Limit]) -> Rule:  # noqa: ARG002 - a rule without a limit keeps itself
        """Give the same rule with other limits."""
        return self


@dataclass(frozen=True)
class Compare(Rule):
    """A number against a limit."""

    column: Column
    comparison: str
    limit: Limit

    @property
    def needs(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column.name,)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The one limit."""
        return (self.limit,)

    @property
    def sentence(self) -> str:
        """For example: age ≥ 18 years."""
        return f"{self.column.label} {_COMPARISONS[self.comparison][3]} {self.limit}"

    def truth(self) -> nw.Expr:
        """Compare, within the tolerance."""
        return _COMPARISONS[self.comparison][0](
            nw.col(self.column.name), self.limit.value
        )

    def reason(self) -> nw.Expr:
        """For example: FVC 49.9 % of predicted, below 50 %."""
        _, holds, fails, _ = _COMPARISONS[self.comparison]
        limit = f"{self.limit.value:g} {self.column.limit_unit}".strip()
        stated = _written(nw.col(self.column.name), self.limit.value)
        unit = f" {self.column.unit}" if self.column.unit else ""
        return _phrase(
            self.truth(),
            nw.concat_str(
                nw.lit(f"{self.column.label} "),
                stated,
                nw.lit(f"{unit}, {holds} {limit}"),
            ),
            nw.concat_str(
                nw.lit(f"{self.column.label} "),
                stated,
                nw.lit(f"{unit}, {fails} {limit}"),
            ),
            self.column.label,
        )

    def with_limits(self, limits: Mapping[str, Limit]) -> Compare:
        """Swap the limit if its name is given."""
        return replace(self, limit=limits.get(self.limit.name, self.limit))


@dataclass(frozen=True)
class IsTrue(Rule):
    """A yes/no column."""

    column: Column

    @property
    def needs(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column.name,)

    @property
    def sentence(self) -> str:
        """The column's label."""
        return self.column.label

    def truth(self) -> nw.Expr:
        """The column itself."""
        return nw.col(self.column.name)

    def reason(self) -> nw.Expr:
        """For example: IgA deficiency yes."""
        label = self.column.label
        return _phrase(
            self.truth(), nw.lit(f"{label} yes"), nw.lit(f"{label} no"), label
        )


@dataclass(frozen=True)
class IsOneOf(Rule):
    """A word from a list."""

    column: Column
    allowed: tuple[str, ...]
    otherwise: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column.name,)

    @property
    def sentence(self) -> str:
        """For example: sex is female."""
        return f"{self.column.label} is {listed((word.replace('_', ' ') for word in self.allowed), most=20)}"

    def truth(self) -> nw.Expr:
        """One of the words; a missing word is unknown, which `is_in` would not say on every engine."""
        return verdict.kleene_or(
            [nw.col(self.column.name) == word for word in self.allowed]
        )

    def reason(self) -> nw.Expr:
        """For example: subtype inclusion body myositis, not one of those admitted."""
        label = self.column.label
        word = nw.concat_str(
            nw.lit(f"{label} "),
            nw.col(self.column.name).str.replace_all("_", " ", literal=True),
        )
        refused = nw.concat_str(
            word, nw.lit(f", {self.otherwise or 'not one of those admitted'}")
        )
        return _phrase(self.truth(), word, refused, label)


@dataclass(frozen=True)
class AllOf(Rule):
    """Every part holds."""

    parts: tuple[Rule, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of all parts."""
        return _needs(self.parts)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of all parts."""
        return _limits(self.parts)

    @property
    def sentence(self) -> str:
        """The parts joined by *and*."""
        return " and ".join(_bracketed(part) for part in self.parts)

    def truth(self) -> nw.Expr:
        """Kleene's *and*."""
        return verdict.kleene_and([part.truth() for part in self.parts])

    def reason(self) -> nw.Expr:
        """The parts not met where it fails; otherwise all parts, so that *unknown* shows what is known too."""
        everything = _joined([part.reason() for part in self.parts])
        failing = _joined([_only(~part.truth(), part) for part in self.parts])
        return verdict.choose(
            self.truth(), met=everything, not_met=failing, unknown=everything
        )

    def with_limits(self, limits: Mapping[str, Limit]) -> AllOf:
        """Hand the limits to the parts."""
        return AllOf(tuple(part.with_limits(limits) for part in self.parts))


@dataclass(frozen=True)
class AnyOf(Rule):
    """One part at least holds."""

    parts: tuple[Rule, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of all parts."""
        return _needs(self.parts)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of all parts."""
        return _limits(self.parts)

    @property
    def sentence(self) -> str:
        """The parts joined by *or*."""
        return " or ".join(_bracketed(part) for part in self.parts)

    def truth(self) -> nw.Expr:
        """Kleene's *or*."""
        return verdict.kleene_or([part.truth() for part in self.parts])

    def reason(self) -> nw.Expr:
        """The parts met where it holds, the parts not decided where it is unknown, all of them where it fails."""
        return verdict.choose(
            self.truth(),
            met=_joined([_only(part.truth(), part) for part in self.parts]),
            not_met=_joined([part.reason() for part in self.parts]),
            unknown=_joined(
                [_only(part.truth().is_null(), part) for part in self.parts]
            ),
        )

    def with_limits(self, limits: Mapping[str, Limit]) -> AnyOf:
        """Hand the limits to the parts."""
        return AnyOf(tuple(part.with_limits(limits) for part in self.parts))


@dataclass(frozen=True)
class AtLeastNOf(Rule):
    """A number of the parts hold."""

    count: Limit
    parts: tuple[Rule, ...]
    what: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of all parts."""
        return _needs(self.parts)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The count, and the limits of all parts."""
        return (self.count, *_limits(self.parts))

    @property
    def sentence(self) -> str:
        """For example: at least 2 of: ..."""
        return f"at least {self.count.value:g} of: " + "; ".join(
            part.sentence for part in self.parts
        )

    def truth(self) -> nw.Expr:
        """Known as soon as what is missing can no longer change it."""
        return verdict.at_least(
            int(self.count.value), [part.truth() for part in self.parts]
        )

    def reason(self) -> nw.Expr:
        """How many hold of how many needed, then the parts that hold and those not recorded."""
        truths = [part.truth() for part in self.parts]
        found = verdict.count_true(truths).cast(nw.String)
        counted = nw.concat_str(
            found, nw.lit(f" of {self.count.value:g} {self.what} needed")
        )
        holding = [
            _only(truth, part) for truth, part in zip(truths, self.parts, strict=True)
        ]
        open_parts = [
            _only(truth.is_null(), part)
            for truth, part in zip(truths, self.parts, strict=True)
        ]
        refuted = [
            _only(~truth, part) for truth, part in zip(truths, self.parts, strict=True)
        ]
        return verdict.choose(
            self.truth(),
            met=_joined([counted, *holding]),
            not_met=_joined([counted, *holding, *refuted, *open_parts]),
            unknown=_joined([counted, *holding, *open_parts]),
        )

    def with_limits(self, limits: Mapping[str, Limit]) -> AtLeastNOf:
        """Hand the limits to the count and the parts."""
        count = limits.get(self.count.name, self.count)
        return AtLeastNOf(
            count, tuple(part.with_limits(limits) for part in self.parts), self.what
        )


@dataclass(frozen=True)
class Negate(Rule):
    """The part does not hold."""

    part: Rule

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the part."""
        return self.part.needs

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of the part."""
        return self.part.limits

    @property
    def sentence(self) -> str:
        """The part's sentence, denied."""
        return f"not {_bracketed(self.part)}"

    def truth(self) -> nw.Expr:
        """Kleene's *not*."""
        return verdict.kleene_not(self.part.truth())

    def reason(self) -> nw.Expr:
        """The part's own reason: it states the facts, which are the same."""
        return self.part.reason()

    def with_limits(self, limits: Mapping[str, Limit]) -> Negate:
        """Hand the limits to the part."""
        return Negate(self.part.with_limits(limits))


# ------------------------------------------------------------------------------------------------------------- wording


def _phrase(truth: nw.Expr, met: nw.Expr, not_met: nw.Expr, label: str) -> nw.Expr:
    return verdict.choose(
        truth, met=met, not_met=not_met, unknown=nw.lit(f"{label} {NOT_RECORDED}")
    )


def _only(condition: nw.Expr, part: Rule) -> nw.Expr:
    """The part's reason where the condition holds, else null, which `_joined` leaves out."""
    return nw.when(condition).then(part.reason())


def _joined(reasons: Sequence[nw.Expr]) -> nw.Expr:
    return nw.concat_str(*reasons, separator="; ", ignore_nulls=True)


def _written(values: nw.Expr, limit: float) -> nw.Expr:
    """A number as a person writes it: one decimal, none if whole, and all of them where one would hide the answer.

    49.98 with a limit of 50 must not read "50, below 50".
    """
    tenths = values.round(1)
    is_whole = tenths == values.round(0)
    short = (
        nw.when(is_whole)
        .then(values.round(0).cast(nw.Int64).cast(nw.String))
        .otherwise(tenths.cast(nw.String))
    )
    hides = ((tenths - limit).abs() <= TOLERANCE) & ((values - limit).abs() > TOLERANCE)
    return nw.when(hides).then(values.cast(nw.String)).otherwise(short)


def _bracketed(part: Rule) -> str:
    return (
        f"({part.sentence})"
        if isinstance(part, AllOf | AnyOf | AtLeastNOf)
        else part.sentence
    )


def _needs(parts: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.needs))


def _limits(parts: Sequence[Rule]) -> tuple[Limit, ...]:
    return tuple(reduce(lambda sofar, part: sofar + part.limits, parts, ()))


# ------------------------------------------------------------------------------------------------------------- builders

TABLE = "screening"


def _column(name: str) -> Column:
    return columns(TABLE)[name]


def at_least(column: str, limit: Limit) -> Rule:
    """The limit or more."""
    return Compare(_column(column), "at least", limit)


def more_than(column: str, limit: Limit) -> Rule:
    """Strictly more than the limit."""
    return Compare(_column(column), "more than", limit)


def at_most(column: str, limit: Limit) -> Rule:
    """The limit or less."""
    return Compare(_column(column), "at most", limit)


def less_than(column: str, limit: Limit) -> Rule:
    """Strictly less than the limit."""
    return Compare(_column(column), "less than", limit)


def between(column: str, low: Limit, high: Limit) -> Rule:
    """From the low to the high limit, both included."""
    return all_of(at_least(column, low), at_most(column, high))


def is_true(column: str) -> Rule:
    """A yes/no column that says yes."""
    return IsTrue(_column(column))


def is_one_of(column: str, allowed: Sequence[str], *, otherwise: str = "") -> Rule:
    """A word from the list; `otherwise` replaces the words of the reason for any other."""
    return IsOneOf(_column(column), tuple(allowed), otherwise)


def all_of(*parts: Rule) -> Rule:
    """Every part holds."""
    return AllOf(parts)


def any_of(*parts: Rule) -> Rule:
    """One part at least holds."""
    return AnyOf(parts)


def at_least_n_of(count: Limit, *parts: Rule, what: str) -> Rule:
    """As many of the parts hold as the count says; `what` names them in reasons."""
    return AtLeastNOf(count, parts, what)


def negate(part: Rule) -> Rule:
    """The part does not hold."""
    return Negate(part)
