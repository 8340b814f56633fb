"""Small counts, hidden before a table is published: the only place where that is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from myositis_tools.errors import OptionError
from myositis_tools.frames import Entrance

MASKED = "masked"


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


def as_seen(count: int, mask_below: int | None) -> int:
    """What may be known of a count where rows are put in order: hidden ones must not be told apart by their place."""
    return 0 if mask_below is not None and count < mask_below else count


def leave_counts(
    entrance: Entrance,
    rows: Mapping[str, Sequence[Any]],
    schema: Mapping[str, Any],
    *,
    counts: Sequence[str],
    mask_below: int | None,
    follows: Mapping[str, str] | None = None,
) -> Any:
    """Give a table of counts on the caller's engine, its small counts hidden if that is asked for.

    A count of at least 1 that is below `mask_below` becomes missing; a last column, ``masked``, says which and below
    what. Nought is shown: it tells of nobody. A column of `follows` is hidden with the count it could be worked back
    to. What can still be worked out of totals is the caller's to look at.
    """
    require_mask(mask_below)
    if mask_below is None:
        return entrance.leave_rows(rows, schema)
    shown = {name: list(values) for name, values in rows.items()}
    said: list[list[str]] = [[] for _ in next(iter(shown.values()))]
    for name in counts:
        small = [value is not None and 0 < value < mask_below for value in rows[name]]
        for hidden in (name, *(other for other, of in (follows or {}).items() if of == name)):
            shown[hidden] = [None if is_small else value for is_small, value in zip(small, shown[hidden], strict=True)]
        for texts, is_small in zip(said, small, strict=True):
            texts += [f"{name} < {mask_below}"] if is_small else []
    # A count that can be missing is a number on pandas; whether one is should not change the type of the column.
    numbers = {name: nw.Float64 if dtype == nw.Int64 and name in counts else dtype for name, dtype in schema.items()}
    return entrance.leave_rows(shown | {MASKED: ["; ".join(texts) for texts in said]}, numbers | {MASKED: nw.String})
