"""Who is in which state at each visit, and who went from it to which: counted, and hidden where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.privacy.small_counts import Sum, hidden_counts, is_small
from myositis_tools.studies.follow_up.response_states import STATES

CLASS, FLOW = "class", "flow"


def count_states(own: np.ndarray, group: str, weeks: Sequence[int]) -> list[tuple[Any, ...]]:
    """The states at each visit that anybody is in, and the ways between two visits that anybody went."""
    many_states, of = len(STATES), len(own)
    rows: list[tuple[Any, ...]] = []
    for place, week in enumerate(weeks):
        counts = np.bincount(own[:, place], minlength=many_states)
        # the classes are named where nobody is in them, too
        rows += [
            (CLASS, group, week, STATES[state], None, None, int(count), of)
            for state, count in enumerate(counts)
            if count or (STATES[state] in LOOKS and state < many_states - 3)
        ]
        if place + 1 < len(weeks):
            pairs = np.bincount(own[:, place] * many_states + own[:, place + 1], minlength=many_states**2)
            rows += [
                (
                    FLOW,
                    group,
                    week,
                    STATES[one],
                    weeks[place + 1],
                    STATES[other],
                    int(pairs[one * many_states + other]),
                    of,
                )
                for one, other in zip(*np.divmod(np.flatnonzero(pairs), many_states), strict=True)
            ]
    return rows


def hide_few(
    rows: Sequence[tuple[Any, ...]], mask_below: int | None
) -> tuple[list[tuple[Any, ...]], set[tuple[int, str]]]:
    """Leave out the ways that would tell of few patients, and name the cells of the rest that are hidden."""
    sizes = {group: of for _, group, *_, of in rows}
    states = {row[1:4]: row[6] for row in rows if row[0] == CLASS}
    visits: dict[tuple[str, int], list[Any]] = {}
    for state in states:
        visits.setdefault(state[:2], []).append(state)
    sums: list[Sum] = [(sum(sizes.values()), list(sizes)), *((group, own) for (group, _), own in visits.items())]
    hidden = hidden_counts(states | sizes, sums, mask_below)
    closed = {visit for visit, own in visits.items() if not hidden.isdisjoint(own)}
    few = {row[1:3] for row in rows if row[0] == FLOW and is_small(row[6], mask_below)}
    kept: list[tuple[Any, ...]] = []
    cells: set[tuple[int, str]] = set()
    for row in rows:
        part, group, week, shown, following, *_, of = row
        is_hidden = part == CLASS and (group, week, shown) in hidden
        if part == FLOW and ((group, week) in few or not closed.isdisjoint([(group, week), (group, following)])):
            row, is_hidden = (part, group, week, None, following, None, 0, of), True
            if kept[-1][:4] == row[:4]:
                continue
        cells |= {(len(kept), "patients")} if is_hidden else set()
        cells |= {(len(kept), "of")} if group in hidden else set()
        kept.append(row)
    return kept, cells
