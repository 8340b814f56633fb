"""A number of which only the least and the most are known: two columns beside its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from myositis_tools.frames import TOLERANCE, Column, Refusal, bounds_of, refuse_any


def settle_bounds(frame: Any, columns: Mapping[str, Column]) -> tuple[Any, list[str]]:
    """Give both bounds to each of these columns of which the frame has one or both, and name the bounds.

    They are equal to the number where it is given, and where they meet they give the number. A bound that is missing
    leaves its side open.

    Raises
    ------
    ImpossibleValueError
        If a least is above its most, or a number outside its own bounds.
    """
    given = frame.collect_schema().names()
    bounded = [name for name in columns if any(one in given and one not in columns for one in bounds_of(name))]
    absent: dict[str, nw.Expr] = {}
    settled: dict[str, nw.Expr] = {}
    refusals: list[Refusal] = []
    for name in bounded:
        low, high = bounds_of(name)
        held = nw.col(low if low in given else high)
        absent |= {one: nw.when(held != held).then(held) for one in (name, low, high) if one not in given}
        value = nw.coalesce(nw.col(name), nw.when(nw.col(low) == nw.col(high)).then(nw.col(low)))
        settled |= {name: value, **{bound: nw.coalesce(nw.col(name), nw.col(bound)) for bound in (low, high)}}
        refusals += _contradictions(name)
    if bounded:
        frame = frame.with_columns(**absent) if absent else frame  # a null of its type on every engine
        refuse_any(frame, refusals)
        frame = frame.with_columns(**settled)
    return frame, [bound for name in bounded for bound in bounds_of(name)]


def add_sums(frame: Any, sums: Mapping[str, Column], parts: Mapping[str, Column]) -> Any:
    """Add each sum of columns that the frame does not have, between bounds where a part is not recorded.

    A part of which nothing is known is anything that its column can hold.
    """
    given = frame.collect_schema().names()
    for name, column in sums.items():
        if name in given:
            continue
        ends = []
        for place, end in enumerate(bounds_of(name)):
            each = [_end_of(parts[part], place, given) for part in column.sum_of]
            ends.append(reduce(add, each).alias(end))
        frame = frame.with_columns(*ends)
        low, high = map(nw.col, bounds_of(name))
        frame = frame.with_columns(nw.when(low == high).then(low).alias(name))
    return frame


def _end_of(part: Column, place: int, given: Sequence[str]) -> nw.Expr:
    """The least or the most that a part can be: its bound, else itself, else the end of its range."""
    bound = bounds_of(part.name)[place]
    names = [name for name in (bound, part.name) if name in given]
    end = part.minimum if place == 0 else part.maximum
    if not names:
        return nw.when(nw.col("patient_id").is_null()).then(nw.lit(0.0)).fill_null(end)
    return nw.coalesce(*map(nw.col, names)).fill_null(end)


@dataclass(frozen=True)
class Span:
    """A number, null where it is not known, and its bounds."""

    value: nw.Expr
    low: nw.Expr
    high: nw.Expr

    @property
    def words(self) -> nw.Expr:
        """For example: 53 to 54."""
        low, high = (end.cast(nw.String) for end in (self.low, self.high))
        between = nw.concat_str(low, nw.lit(" to "), high)
        ends = [nw.concat_str(nw.lit(word), end) for word, end in (("at least ", low), ("at most ", high))]
        return nw.coalesce(self.value.cast(nw.String), between, *ends)


def together(numbers: Sequence[Span]) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    """Give value and bounds of a number that is given, worked out, or both: what is given wins."""
    given, *derived = numbers
    if not derived:
        return given.value, given.low, given.high
    found = derived[0]
    is_against = _differ(given, found).fill_null(False)
    low = nw.when(is_against).then(given.low).otherwise(nw.max_horizontal(given.low, found.low))
    high = nw.when(is_against).then(given.high).otherwise(nw.min_horizontal(given.high, found.high))
    low, high = nw.coalesce(given.value, low), nw.coalesce(given.value, high)
    return nw.coalesce(given.value, nw.when(low == high).then(low)), low, high


def contradiction(label: str, given: Span, found: Span) -> nw.Expr:
    """Say where no number can be both."""
    said = nw.concat_str(nw.lit(f"{label}: given "), given.words, nw.lit(", from the records "), found.words)
    return nw.when(_differ(given, found)).then(said)


def _differ(one: Span, other: Span) -> nw.Expr:
    return nw.max_horizontal(one.low, other.low) > nw.min_horizontal(one.high, other.high) + TOLERANCE


def _contradictions(name: str) -> list[Refusal]:
    low, high = bounds_of(name)
    return [
        Refusal(
            low,
            nw.col(low) > nw.col(high) + TOLERANCE,
            expected=f"{high} or less",
            hint="the two bounds may have been exchanged",
        ),
        Refusal(
            name,
            (nw.col(name) < nw.col(low) - TOLERANCE) | (nw.col(name) > nw.col(high) + TOLERANCE),
            expected=f"from {low} to {high}, or missing where only these are known",
            hint="leave the number out, or correct its bounds",
        ),
    ]
