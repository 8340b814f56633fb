"""A number of which only the least and the most are known: two columns beside its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from myositis_tools.frames import TOLERANCE, Column, bounds_of, refuse_values


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
    for name in bounded:
        low, high = bounds_of(name)
        nothing = nw.when(nw.col(name) != nw.col(name)).then(nw.col(name))  # a null of its type on every engine
        frame = frame.with_columns(nothing.alias(bound) for bound in (low, high) if bound not in given)
        _refuse_contradictions(frame, name)
        value = nw.coalesce(nw.col(name), nw.when(nw.col(low) == nw.col(high)).then(nw.col(low)))
        frame = frame.with_columns(
            value.alias(name), *(nw.coalesce(nw.col(name), nw.col(bound)).alias(bound) for bound in (low, high))
        )
    return frame, [bound for name in bounded for bound in bounds_of(name)]


def _refuse_contradictions(frame: Any, name: str) -> None:
    low, high = bounds_of(name)
    refuse_values(
        frame,
        low,
        nw.col(low) > nw.col(high) + TOLERANCE,
        expected=f"{high} or less",
        hint="the two bounds may have been exchanged",
    )
    refuse_values(
        frame,
        name,
        (nw.col(name) < nw.col(low) - TOLERANCE) | (nw.col(name) > nw.col(high) + TOLERANCE),
        expected=f"from {low} to {high}, or missing where only these are known",
        hint="leave the number out, or correct its bounds",
    )
