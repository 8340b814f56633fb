"""A screening table on its way to a protocol: what is read of it, and what stands in another column's place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from myositis_tools.criteria.number_bounds import add_sums, settle_bounds
from myositis_tools.criteria.record_rules import Within, add_look_back
from myositis_tools.frames import Column, Entrance, bounds_of, columns, enter, names_of, with_bounds
from myositis_tools.rules import explanation

_REASON = columns("screening")["thrombosis_months_ago_because"]  # what the reason of a column is


def enter_table(
    table: Any, needs: Mapping[str, Column], windows: Sequence[Within], *, also: Collection[str] = ()
) -> Entrance:
    """Let a screening table in, with the columns that are asked for, their bounds, and why one is unknown.

    A look-back may stand in the place of the yes/no column that says the same of one window, and parts in the place of
    their sum. Columns `also` named are read too where the table has them.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.
    """
    present = names_of(table)
    known = columns("screening")
    asked = dict(needs)
    for leaf in windows:
        if {leaf.column.name, *bounds_of(leaf.column.name)} & {*present}:
            asked[leaf.column.name] = leaf.column
            if leaf.flag and leaf.needs[0] not in present:
                asked.pop(leaf.needs[0], None)
    sums = {name: column for name, column in asked.items() if column.sum_of and name not in present}
    parts = {part: known[part] for column in sums.values() for part in column.sum_of}
    asked = {name: column for name, column in asked.items() if name not in sums}
    extra = {**parts, **{name: known[name] for name in also if name in known}}
    asked |= {name: column for name, column in extra.items() if name in present and name not in asked}
    reasons = {explanation(name): replace(_REASON, name=explanation(name)) for name in asked if name not in known}
    told = [explanation(name) for name in asked if explanation(name) in {**known, **reasons}]
    bounded = {name: one for name, one in with_bounds(asked, present).items() if name in present or name in needs}
    read = ["patient_id", *bounded, *(name for name in told if name in present)]
    entrance = enter(table, "screening", needs=read, unique=["patient_id"], own=[*bounded.values(), *reasons.values()])
    frame, settled = settle_bounds(entrance.frame, asked)
    frame = add_sums(frame.select(*dict.fromkeys([*read, *settled])), sums, parts)
    for leaf in windows:
        frame = add_look_back(frame, leaf)
    return Entrance(entrance.native, frame)
