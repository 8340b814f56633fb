"""Rules: questions put to a table of patients, answered with a reason (long: the whole grammar).

A rule is a small frozen object. It knows the columns it ``needs`` and its own ``sentence``, and ``answer`` adds its
truth (true, false or null) and its reason to a frame. Rules are built with the functions at the end of this file and
combine with `all_of`, `any_of`, `at_least_n_of` and `negate`.

A reason names the parts that decided: the parts not met where the answer is no, what is not recorded where it is
unknown, the values where it is yes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.errors import OptionError
from myositis_tools.frames import TOLERANCE, Column, bounds_of, columns, is_number, number_of

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

_UPPER_LIMITS = ("at most", "less than")  # the comparisons that the highest possible value decides
_ONE_SIDED = ("at least ", "at most ")  # of a number of which one bound is known

# --------------------------------------------------------------------------------------------------------------- limits

_COUNTED = ("years", "months", "days")  # units that are words in the plural


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
        if not is_number(self.value):
            raise OptionError(
                f"{self.name}={self.value!r} is not a number.",
                expected=f"{self.minimum:g} to {self.maximum:g} {self.unit}",
            )
        value = number_of(self.value)
        if not self.minimum <= value <= self.maximum:
            raise OptionError(
                f"{self.name}={value:g} is outside its plausible range.",
                expected=f"{self.minimum:g} to {self.maximum:g} {self.unit}".rstrip(),
                hint=f"the published value is {self.published:g}",
            )
        object.__setattr__(self, "value", value)

    def __float__(self) -> float:
        """Give the number itself."""
        return self.value

    def __str__(self) -> str:
        """Write the number with its unit; one year, month or day is one."""
        unit = self.unit[:-1] if self.value == 1 and self.unit in _COUNTED else self.unit
        return f"{self.value:g} {unit}".strip()

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
    def truth(self, given: Collection[str] = ()) -> nw.Expr:
        """True, false or null; `given` names the columns of the frame, among which bounds may be."""

    @abstractmethod
    def answer(self, frame: Any, name: str) -> Any:
        """Add to a narwhals frame the truth, as column `name`, and the reason, as column `why(name)`."""

    @property
    def leaves(self) -> tuple[Rule, ...]:
        """The rules about one column that it is made of."""
        return (self,)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits it compares with."""
        return ()

    def with_limits(self, limits: Mapping[str, Limit]) -> Rule:  # noqa: ARG002 - a rule without a limit keeps itself
        """Give the same rule with other limits."""
        return self


def explanation(column: str) -> str:
    """Name of the screening column that says why a derived value is unknown."""
    return f"{column}_because"


def beside(column: str) -> tuple[str, ...]:
    """Name the columns that may stand beside one of a screening table: its bounds, and why it is unknown."""
    return (*bounds_of(column), explanation(column))


def why(name: str) -> str:
    """Name of the column of reasons beside the truth `name`."""
    return f"{name} why"


# --------------------------------------------------------------------------------------------- rules about one column


@dataclass(frozen=True)
class Leaf(Rule):
    """A rule about one column."""

    column: Column

    @property
    def needs(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column.name,)

    @property
    def subject(self) -> str:
        """What is said to be unknown."""
        return self.column.label

    @abstractmethod
    def wording(self, truth: nw.Expr) -> nw.Expr:
        """The reason where the answer is known, else null."""

    def reason(self, truth: nw.Expr, given: Collection[str]) -> nw.Expr:
        """The reason, whatever the answer; what is not recorded is unknown."""
        unknown = nw.lit(f"{self.subject} {NOT_RECORDED}")
        if explanation(self.column.name) in given:
            told = nw.concat_str(nw.lit(f"{self.subject} unknown: "), nw.col(explanation(self.column.name)))
            unknown = nw.coalesce(told, unknown)
        return nw.coalesce(self.wording(truth), unknown)

    def answer(self, frame: Any, name: str) -> Any:
        """Ask, then word the answer."""
        given = frame.collect_schema().names()
        frame = frame.with_columns(self.truth(given).alias(name))
        return frame.with_columns(self.reason(nw.col(name), given).alias(why(name)))


@dataclass(frozen=True)
class Compare(Leaf):
    """A number against a limit; where the frame has its bounds, the limit is asked of both."""

    comparison: str
    limit: Limit

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The one limit."""
        return (self.limit,)

    @property
    def operator(self) -> str:
        """The sign of the comparison, such as ≥."""
        return _COMPARISONS[self.comparison][3]

    @property
    def test(self) -> Callable[[nw.Expr, float], nw.Expr]:
        """The comparison itself."""
        return _COMPARISONS[self.comparison][0]

    @property
    def sentence(self) -> str:
        """For example: age ≥ 18 years."""
        return f"{self.column.label} {self.operator} {self.limit}"

    def truth(self, given: Collection[str] = ()) -> nw.Expr:
        """Compare, within the tolerance; known where both bounds agree."""
        holds = _COMPARISONS[self.comparison][0]
        if not self._is_bounded(given):
            return holds(nw.col(self.column.name), self.limit.value)
        least, most = (holds(nw.col(name), self.limit.value) for name in bounds_of(self.column.name))
        surely, maybe = (most, least) if self.comparison in _UPPER_LIMITS else (least, most)
        return nw.when(surely).then(surely).when(~maybe).then(maybe)

    def wording(self, truth: nw.Expr) -> nw.Expr:
        """For example: FVC 49.9 % of predicted, below 50 %."""
        return self._compared(truth, _written(nw.col(self.column.name), self.limit.value))

    def reason(self, truth: nw.Expr, given: Collection[str]) -> nw.Expr:
        """For example: age 53 to 54 years, at least 18; or: age between 17 and 18 years."""
        single = super().reason(truth, given)
        if not self._is_bounded(given):
            return single
        value, (low, high) = nw.col(self.column.name), map(nw.col, bounds_of(self.column.name))
        ends = [_written(one, self.limit.value) for one in (low, high)]
        one_sided = [nw.concat_str(nw.lit(word), end) for word, end in zip(_ONE_SIDED, ends, strict=True)]
        decided = nw.coalesce(nw.concat_str(ends[0], nw.lit(" to "), ends[1]), *one_sided)
        undecided = nw.coalesce(nw.concat_str(nw.lit("between "), ends[0], nw.lit(" and "), ends[1]), *one_sided)
        because = nw.lit("")
        if explanation(self.column.name) in given:
            because = nw.coalesce(nw.concat_str(nw.lit(": "), nw.col(explanation(self.column.name))), because)
        unknown = nw.concat_str(nw.lit(f"{self.column.label} "), undecided, nw.lit(self._unit), because)
        is_single = ~value.is_null() | (low.is_null() & high.is_null())
        return (
            nw.when(is_single)
            .then(single)
            .when(truth.is_null())
            .then(unknown)
            .otherwise(self._compared(truth, decided))
        )

    def _is_bounded(self, given: Collection[str]) -> bool:
        return bounds_of(self.column.name)[0] in given

    @property
    def _unit(self) -> str:
        return f" {self.column.unit}" if self.column.unit else ""

    def _compared(self, truth: nw.Expr, stated: nw.Expr) -> nw.Expr:
        """What is stated of the column, and how that compares with the limit."""
        _, holds, fails, _ = _COMPARISONS[self.comparison]
        limit = f"{self.limit.value:g} {self.column.limit_unit}".strip()
        met, not_met = (nw.lit(f"{self._unit}, {words} {limit}") for words in (holds, fails))
        return nw.concat_str(nw.lit(f"{self.column.label} "), stated, nw.when(truth).then(met).otherwise(not_met))

    def with_limits(self, limits: Mapping[str, Limit]) -> Compare:
        """Swap the limit if its name is given."""
        return replace(self, limit=limits.get(self.limit.name, self.limit))


@dataclass(frozen=True)
class IsTrue(Leaf):
    """A yes/no column."""

    @property
    def sentence(self) -> str:
        """The column's label."""
        return self.column.label

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - a yes or no has no bounds
        """The column itself."""
        return nw.col(self.column.name)

    def wording(self, truth: nw.Expr) -> nw.Expr:
        """For example: IgA deficiency yes."""
        yes, no = (nw.lit(f"{self.column.label} {word}") for word in ("yes", "no"))
        return nw.when(truth).then(yes).when(~truth).then(no)


@dataclass(frozen=True)
class IsOneOf(Leaf):
    """A word from a list."""

    allowed: tuple[str, ...]
    otherwise: str = ""

    @property
    def sentence(self) -> str:
        """For example: sex is female."""
        words = [word.replace("_", " ") for word in self.allowed]
        return f"{self.column.label} is {' or '.join([', '.join(words[:-1]), words[-1]] if words[1:] else words)}"

    def truth(self, given: Collection[str] = ()) -> nw.Expr:  # noqa: ARG002 - a word has no bounds
        """One of the words; a missing word is unknown, which `is_in` would not say on every engine."""
        return verdict.kleene_or([nw.col(self.column.name) == word for word in self.allowed])

    def wording(self, truth: nw.Expr) -> nw.Expr:
        """For example: subtype inclusion body myositis, not one of those admitted."""
        word = nw.col(self.column.name).str.replace_all("_", " ", literal=True)
        otherwise = nw.lit(f", {self.otherwise or 'not one of those admitted'}")
        ending = nw.when(truth).then(nw.lit("")).otherwise(otherwise)
        return nw.concat_str(nw.lit(f"{self.column.label} "), word, ending)


# ------------------------------------------------------------------------------------------------ rules made of rules


@dataclass(frozen=True)
class Compound(Rule):
    """A rule made of rules."""

    parts: tuple[Rule, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of all parts."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.needs))

    @property
    def leaves(self) -> tuple[Rule, ...]:
        """The leaves of all parts."""
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of all parts."""
        return tuple(limit for part in self.parts for limit in part.limits)

    def with_limits(self, limits: Mapping[str, Limit]) -> Rule:
        """Hand the limits to the parts."""
        return replace(self, parts=tuple(part.with_limits(limits) for part in self.parts))

    @abstractmethod
    def join(self, truths: Sequence[nw.Expr]) -> nw.Expr:
        """Join the truths of the parts."""

    @abstractmethod
    def reason(self, truth: nw.Expr, parts: _Parts) -> nw.Expr:
        """Join the reasons of the parts that decided."""

    def truth(self, given: Collection[str] = ()) -> nw.Expr:
        """Join the truths of the parts."""
        return self.join([part.truth(given) for part in self.parts])

    def answer(self, frame: Any, name: str) -> Any:
        """Let each part answer, then join the answers; each part is asked once, which eager engines are slow at."""
        # no dot in a name: DuckDB before 2.0 takes what stands before it for a table
        names = [f"{name} {position}" for position in range(len(self.parts))]
        for part, part_name in zip(self.parts, names, strict=True):
            frame = part.answer(frame, part_name)
        truths = [nw.col(part_name) for part_name in names]
        frame = frame.with_columns(self.join(truths).alias(name))
        reason = self.reason(nw.col(name), _Parts(truths, [nw.col(why(part_name)) for part_name in names]))
        return frame.with_columns(reason.alias(why(name))).drop(*names, *map(why, names))


@dataclass(frozen=True)
class _Parts:
    """The answers of a compound rule's parts; each method gives the reasons of those it names, else null."""

    truths: Sequence[nw.Expr]
    reasons: Sequence[nw.Expr]

    def met(self) -> list[nw.Expr]:
        return [nw.when(truth).then(reason) for truth, reason in zip(self.truths, self.reasons, strict=True)]

    def not_met(self) -> list[nw.Expr]:
        return [nw.when(~truth).then(reason) for truth, reason in zip(self.truths, self.reasons, strict=True)]

    def unknown(self) -> list[nw.Expr]:
        return [nw.when(truth.is_null()).then(reason) for truth, reason in zip(self.truths, self.reasons, strict=True)]


def _joined(reasons: Sequence[nw.Expr], separator: str = "; ") -> nw.Expr:
    return nw.concat_str(*reasons, separator=separator, ignore_nulls=True)


@dataclass(frozen=True)
class AllOf(Compound):
    """Every part holds."""

    @property
    def sentence(self) -> str:
        """The parts joined by *and*."""
        return " and ".join(_bracketed(part) for part in self.parts)

    def join(self, truths: Sequence[nw.Expr]) -> nw.Expr:
        """Kleene's *and*."""
        return verdict.kleene_and(truths)

    def reason(self, truth: nw.Expr, parts: _Parts) -> nw.Expr:
        """The parts not met where it fails; otherwise all parts, so that *unknown* shows what is known too."""
        everything = _joined(parts.reasons, ", " if all(isinstance(part, IsTrue) for part in self.parts) else "; ")
        return verdict.choose(truth, met=everything, not_met=_joined(parts.not_met()), unknown=everything)


@dataclass(frozen=True)
class AnyOf(Compound):
    """One part at least holds."""

    @property
    def sentence(self) -> str:
        """The parts joined by *or*."""
        return " or ".join(_bracketed(part) for part in self.parts)

    def join(self, truths: Sequence[nw.Expr]) -> nw.Expr:
        """Kleene's *or*."""
        return verdict.kleene_or(truths)

    def reason(self, truth: nw.Expr, parts: _Parts) -> nw.Expr:
        """The parts met where it holds, the parts not decided where it is unknown, all of them where it fails."""
        return verdict.choose(
            truth, met=_joined(parts.met()), not_met=_joined(parts.reasons), unknown=_joined(parts.unknown())
        )


@dataclass(frozen=True)
class AtLeastNOf(Compound):
    """A number of the parts hold."""

    count: Limit
    what: str

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The count, and the limits of all parts."""
        return (self.count, *super().limits)

    @property
    def sentence(self) -> str:
        """For example: at least 2 of: ..."""
        return f"at least {self.count.value:g} of: " + "; ".join(part.sentence for part in self.parts)

    def with_limits(self, limits: Mapping[str, Limit]) -> Rule:
        """Hand the limits to the count and the parts."""
        return replace(super().with_limits(limits), count=limits.get(self.count.name, self.count))  # type: ignore[type-var]

    def join(self, truths: Sequence[nw.Expr]) -> nw.Expr:
        """Known as soon as what is missing can no longer change it."""
        return verdict.at_least_of(int(self.count.value), truths)

    def reason(self, truth: nw.Expr, parts: _Parts) -> nw.Expr:
        """How many hold of how many needed, the parts that hold, then those that do not or are not recorded."""
        found = verdict.count_true(parts.truths).cast(nw.String)
        counted = nw.concat_str(nw.lit(f"{self.what} "), found, nw.lit(f" ({self.count.value:g} needed)"))
        return verdict.choose(
            truth,
            met=_joined([counted, *parts.met()]),
            not_met=_joined([counted, *parts.reasons]),
            unknown=_joined([counted, *parts.met(), *parts.unknown()]),
        )


@dataclass(frozen=True)
class Negate(Compound):
    """The part does not hold."""

    @property
    def sentence(self) -> str:
        """The part's sentence, denied."""
        return f"not {_bracketed(self.parts[0])}"

    def join(self, truths: Sequence[nw.Expr]) -> nw.Expr:
        """Kleene's *not*."""
        return verdict.kleene_not(truths[0])

    def reason(self, truth: nw.Expr, parts: _Parts) -> nw.Expr:  # noqa: ARG002 - the facts are the same either way
        """The part's own reason: it states the facts."""
        return parts.reasons[0]


# ------------------------------------------------------------------------------------------------------------- wording


def _written(values: nw.Expr, limit: float) -> nw.Expr:
    """A number as a person writes it: two decimals at most, and all of them where fewer would hide the answer.

    49.998 with a limit of 50 must not read "50, below 50". Rounding goes through `floor` because engines disagree on
    how to round a half.
    """
    hundredths = (values * 100 + 0.5).floor()
    # Polars multiplies by the reciprocal of a plain number and would write 47.800000000000004
    rounded = hundredths / (hundredths * 0 + 100)
    whole = rounded.cast(nw.Int64).cast(nw.String)
    short = nw.when(hundredths % 100 == 0).then(whole).otherwise(rounded.cast(nw.String))
    hides = ((rounded - limit).abs() <= TOLERANCE) & ((values - limit).abs() > TOLERANCE)
    return nw.when(hides).then(values.cast(nw.String)).otherwise(short)


def _bracketed(part: Rule) -> str:
    return f"({part.sentence})" if isinstance(part, AllOf | AnyOf | AtLeastNOf) else part.sentence


# ------------------------------------------------------------------------------------------------------------ builders

TABLE = "screening"


def _column(column: str | Column) -> Column:
    return columns(TABLE)[column] if isinstance(column, str) else column


def at_least(column: str | Column, limit: Limit) -> Rule:
    """The limit or more."""
    return Compare(_column(column), "at least", limit)


def more_than(column: str | Column, limit: Limit) -> Rule:
    """Strictly more than the limit."""
    return Compare(_column(column), "more than", limit)


def at_most(column: str | Column, limit: Limit) -> Rule:
    """The limit or less."""
    return Compare(_column(column), "at most", limit)


def less_than(column: str | Column, limit: Limit) -> Rule:
    """Strictly less than the limit."""
    return Compare(_column(column), "less than", limit)


def between(column: str | Column, low: Limit, high: Limit) -> Rule:
    """From the low to the high limit, both included."""
    return all_of(at_least(column, low), at_most(column, high))


def is_true(column: str | Column) -> Rule:
    """A yes/no column that says yes."""
    return IsTrue(_column(column))


def is_one_of(column: str | Column, allowed: Sequence[str], *, otherwise: str = "") -> Rule:
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
    return AtLeastNOf(parts, count, what)


def negate(part: Rule) -> Rule:
    """The part does not hold."""
    return Negate((part,))
