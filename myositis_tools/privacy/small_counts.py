"""Small counts, hidden before a table is published, together with the counts that they could be worked out of.

Counts of at least 1 and below a limit are hidden (primary suppression). A total whose parts are shown but for one tells
that one by subtraction, so others are hidden with it (complementary, or secondary, suppression) until an audit passes:
whoever reads the table, knows which of its counts add up to which, and knows how many patients there are, can tell no
hidden count to fewer than ``mask_below - 1`` numbers, and never to a single one. That is as wide as the words *below 5*
leave it. Hidden counts look alike: nothing says which of them are small.

What is promised ends with the table. Zero is shown, for it tells of nobody, so that a hidden count is at least 1;
only where a total is too small for that the zeros beside it are hidden as well. Several tables of the same patients,
or one table with and without a few of them, can be compared by a reader; `report_cohort` looks at all of its tables
together.

Source
------
Primary and secondary suppression, and an attacker's interval that must not be too narrow: Handbook on Statistical
Disclosure Control, second edition online, chapters 4.4 and 5.3 (https://sdctools.github.io/HandbookSDC; these two were
read). The width that is asked for, and which complement is taken first, are our decisions: the one that stands in the
fewest sums, then the smallest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.frames import Entrance

HIDDEN, MASKED = "hidden", "masked"
# a total, and the parts that add up to it; a total that everybody knows is a number, a count that is not published any
# name that the counts do not have
Sum = tuple[Hashable, Sequence[Hashable]]
_ENDLESS = 10**15


def require_mask(mask_below: int | None) -> None:
    """Refuse what is no count.

    Raises
    ------
    OptionError
        If `mask_below` is neither None nor a whole number of at least 1.
    """
    if mask_below is None or (isinstance(mask_below, int) and not isinstance(mask_below, bool) and mask_below >= 1):
        return
    raise OptionError(
        f"mask_below={mask_below!r} cannot hide small counts.",
        expected="a whole number of at least 1, or None",
        hint="counts below it are shown as missing",
    )


def least_shown(mask_below: int | None) -> int:
    """Say from which number on a count is not small; 1 hides nothing.

    A limit of 2 hides counts of 2 as well: if only counts of 1 were hidden, each of them would be known.

    Examples
    --------
    >>> [least_shown(mask_below) for mask_below in (None, 1, 2, 3, 5)]
    [1, 1, 3, 3, 5]
    """
    return 1 if mask_below is None or mask_below == 1 else max(mask_below, 3)


def is_small(count: int, mask_below: int | None) -> bool:
    """Whether a count is hidden for its own sake.

    Examples
    --------
    >>> [is_small(count, 5) for count in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < count < least_shown(mask_below)


def hidden_counts(
    counts: Mapping[Any, int],
    sums: Iterable[Sum],
    mask_below: int | None,
    *,
    with_them: Iterable[Hashable] = (),
    spare: Collection[Hashable] = (),
) -> set[Hashable]:
    """Say which counts are hidden, so that no sum tells one of them.

    Parameters
    ----------
    counts : mapping
        Every count of the table by a name of its own.
    sums : iterable of (total, parts)
        Which counts add up to which, by their names. No way along the sums may lead in a circle: a count may be part of
        several totals, but two sums share one hidden count at most.
    mask_below : int, optional
        None hides nothing.
    with_them : iterable
        Counts that are hidden with the small ones, if there are any, unless they are zero.
    spare : collection
        Counts that are taken as complements only where no others are left.

    Returns
    -------
    set
        Their names.

    Examples
    --------
    >>> groups = {"a": 20, "b": 3, "c": 8, "d": 0}
    >>> sorted(hidden_counts(groups, [(31, "abcd")], 5)), sorted(hidden_counts(groups, [], 5))
    (['b', 'c'], ['b'])
    >>> sorted(hidden_counts({"a": 1, "b": 1, "c": 1, "d": 2, "e": 0}, [(5, "abcde")], 5))
    ['a', 'b', 'c', 'd', 'e']
    """
    hidden = {name for name, count in counts.items() if is_small(count, mask_below)}
    if not hidden:
        return hidden
    hidden |= {name for name in with_them if counts[name]}
    known = [one for one in sums if not (isinstance(one[0], int) and is_small(one[0], mask_below))]
    least = dict.fromkeys(counts, 1)
    stands_in = Counter(name for total, parts in known for name in (total, *parts))
    asked = least_shown(mask_below) - 1
    while True:
        ranges = _ranges(counts, hidden, known, least)
        told = {name for name in hidden if ranges[name][1] - ranges[name][0] + 1 < asked}
        near = [one for one in known if not told.isdisjoint((one[0], *one[1]))]
        shown = [name for name in _members(near) if name in counts and name not in hidden]
        others = [name for name in shown if counts[name]]
        if others:
            hidden.add(min(others, key=lambda name: (name in spare, stands_in[name], counts[name])))
        elif shown:  # nothing but zeros is left to hide: beside them, a hidden count may be zero
            hidden |= set(shown)
            least |= dict.fromkeys(_members(near), 0)
        else:
            return hidden


def _members(sums: Iterable[Sum]) -> list[Hashable]:
    return list(dict.fromkeys(name for total, parts in sums for name in (total, *parts)))


def _ranges(
    counts: Mapping[Any, int], hidden: set[Hashable], sums: Sequence[Sum], least: Mapping[Any, int]
) -> dict[Hashable, tuple[int, int]]:
    """From where to where each count can lie for whoever sees those that are not hidden.

    Each sum narrows its members by the others until nothing moves, which is exact where no way leads in a circle.
    """
    found: dict[Hashable, tuple[int, int]] = {
        name: (least[name], _ENDLESS) if name in hidden else (count, count) for name, count in counts.items()
    }
    for name in _members(sums):
        found.setdefault(name, (name, name) if isinstance(name, int) else (0, _ENDLESS))
    moved = True
    while moved:
        moved = False
        for total, parts in sums:
            low, high = (sum(found[name][end] for name in parts) for end in (0, 1))
            start, stop = found[total]
            within = {total: (low, high)}
            within |= {name: (start - high + found[name][1], stop - low + found[name][0]) for name in parts}
            for name, (least_here, most_here) in within.items():
                narrowed = max(found[name][0], least_here), min(found[name][1], most_here)
                moved |= narrowed != found[name]
                found[name] = narrowed
    return found


def said(count: Any, *, hidden: bool | None = None) -> str:
    """A count as it is written for people; one that is missing is hidden, where nothing else says which are."""
    return HIDDEN if (pd.isna(count) if hidden is None else hidden) else f"{count:g}"


def leave_counts(
    entrance: Entrance,
    rows: Mapping[str, Sequence[Any]],
    schema: Mapping[str, Any],
    *,
    counts: Sequence[str],
    hidden: Collection[tuple[int, str]],
    mask_below: int | None,
) -> Any:
    """Give a table of counts on the caller's engine without the cells that are `hidden`, each a row and a column.

    What is hidden becomes missing; a last column, ``masked``, names the counts of the row that are. It is there only if
    `mask_below` is.
    """
    if mask_below is None:
        return entrance.leave_rows(rows, schema)
    shown = {name: list(values) for name, values in rows.items()}
    for place, name in hidden:
        shown[name][place] = None
    places = range(len(next(iter(rows.values()))))
    masked = ["; ".join(name for name in counts if (place, name) in hidden) for place in places]
    # A count that can be missing is a number on pandas; whether one is should not change the type of the column.
    numbers = {name: nw.Float64 if dtype == nw.Int64 and name in counts else dtype for name, dtype in schema.items()}
    return entrance.leave_rows(shown | {MASKED: masked}, numbers | {MASKED: nw.String})
