"""The named test patients of a protocol, as its file holds them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from myositis_tools import verdict
from myositis_tools.criteria.protocol import Case, Protocol
from myositis_tools.criteria.protocol_table import TomlTable, is_of, shown
from myositis_tools.errors import nearest
from myositis_tools.frames import Column, bounds_of, with_bounds


def read_cases(cases: Mapping[str, Any], protocol: Protocol, *, where: str) -> tuple[Case, ...]:
    """Read named cases: ``{name: {like, values, missing, verdicts, decision}}``, as a protocol file holds them.

    Raises
    ------
    ProtocolError
        If a case says something that cannot be.
    """
    found: dict[str, Case] = {}
    for name, values in cases.items():
        table = TomlTable(values if isinstance(values, Mapping) else {}, where, f"case {name!r}")
        table.only(("like", "values", "missing", "verdicts", "decision"))
        verdicts = dict(table.get("verdicts", dict, default={}))
        keys = [each.key for each in protocol.criteria]
        for key, expected in verdicts.items():
            if key not in keys:
                raise table.refuse(f"There is no criterion {key!r}.", hint=nearest(key, keys))
            TomlTable({key: expected}, where, table.place).word(key, verdict.VERDICTS)
        decision = table.word("decision", verdict.DECISIONS) if "decision" in table.values else ""
        if not verdicts and not decision:
            raise table.refuse("The case expects nothing.", expected="verdicts, a decision, or both")
        found[name] = Case(name, tuple(_values(table, protocol, found).items()), tuple(verdicts.items()), decision)
    return tuple(found.values())


def _values(table: TomlTable, protocol: Protocol, before: Mapping[str, Case]) -> dict[str, Any]:
    given = table.get("values", dict, default={})
    missing = table.get("missing", list, default=[])
    known = with_bounds(protocol.readable, [name for name in (*given, *missing) if isinstance(name, str)])
    for name, value in given.items():
        if name not in known:
            raise table.refuse(f"No criterion reads a column {name!r}.", hint=nearest(name, list(known)))
        if problem := _problem(known[name], value):
            raise table.refuse(f"{name} = {shown(value)} {problem}.", expected=known[name].expected)
    for name in missing:
        if name not in known or name in given:
            raise table.refuse(
                f"missing = {shown(missing)} names {name!r}.",
                expected="columns a criterion reads, without a value",
            )
    if "like" not in table.values:
        return _in_order(table, dict(given))
    like = table.text("like")
    if like not in before:
        raise table.refuse(
            f"There is no case {like!r} before this one.",
            expected="the name of an earlier case, whose values are taken and changed",
            hint=nearest(like, list(before)) if before else "this is the first case",
        )
    values = dict(before[like].recorded) | given
    return _in_order(table, {name: value for name, value in values.items() if name not in missing})


def _in_order(table: TomlTable, values: dict[str, Any]) -> dict[str, Any]:
    """Refuse a number that is not between its bounds, and bounds that are exchanged."""
    for name in values:
        low, high = bounds_of(name.removesuffix("_min").removesuffix("_max"))
        own = [values[one] for one in (low, low.removesuffix("_min"), high) if one in values]
        if len(own) > 1 and own != sorted(own):
            raise table.refuse(
                f"{name} = {shown(values[name])} does not agree with what stands beside it.",
                expected=f"{low}, the number and {high} in ascending order",
            )
    return values


def _problem(column: Column, value: Any) -> str:
    """What is wrong with a recorded value; empty if nothing."""
    if column.type == "yes_no":
        return "" if isinstance(value, bool) else "is not true or false"
    if column.type == "word":
        return "" if value in column.words else "is not one of its words"
    if not is_of(value, float):
        return "is not a number"
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    return "" if low <= value <= high else "is out of range"
