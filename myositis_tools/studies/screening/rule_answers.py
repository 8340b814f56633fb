"""The answers of rules and of their parts, each asked once, and what a rule would say if a part answered otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import narwhals as nw

from myositis_tools.rules import Compound, Rule

Truths = Mapping[Rule, nw.Expr]


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules it is made of; none if it asks about one column."""
    return rule.parts if isinstance(rule, Compound) else ()


def with_truths(frame: Any, rules: Iterable[Rule]) -> tuple[Any, dict[Rule, nw.Expr]]:
    """Put the truth of every rule, and of every part of it, beside the columns of a frame; eager engines ask it once.

    Returns the frame and, for each rule, the column that holds its truth. A space in a name keeps it apart from the
    columns of a caller.
    """
    columns = frame.collect_schema().names()
    waiting = dict.fromkeys(each for rule in rules for each in with_parts(rule))
    truths: dict[Rule, nw.Expr] = {}
    while waiting:
        ready = [rule for rule in waiting if all(part in truths for part in parts_of(rule))]
        names = {rule: f"truth {place}" for place, rule in enumerate(ready, start=len(truths))}
        frame = frame.with_columns(truth_if(rule, truths, columns=columns).alias(name) for rule, name in names.items())
        truths |= {rule: nw.col(name) for rule, name in names.items()}
        waiting = {rule: None for rule in waiting if rule not in truths}
    return frame, truths


def truth_if(rule: Rule, truths: Truths, given: Truths | None = None, *, columns: Collection[str] = ()) -> nw.Expr:
    """The truth of a rule from those `truths` beside the frame, as it would be if parts of it were as `given`.

    A rule whose truth does not stand there is asked of the `columns` of the frame, bounds among them.
    """
    given = given or {}
    if rule in given:
        return given[rule]
    if rule in truths and not any(part in given for part in with_parts(rule)):
        return truths[rule]
    if not isinstance(rule, Compound):
        return rule.truth(columns)
    return rule.join([truth_if(part, truths, given, columns=columns) for part in rule.parts])


def with_parts(rule: Rule) -> list[Rule]:
    """Every rule it is made of, the smallest first, and itself."""
    return [*(each for part in parts_of(rule) for each in with_parts(part)), rule]
