"""A column that is asked for by name and is not there: refused in the same words everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from myositis_tools.errors import MissingColumnError, listed, nearest
from myositis_tools.frames.conversion import names_of


def require_columns(
    table: Any, names: Iterable[str], *, aim: str = "", expected: str = "a column of the visits", hint: str = ""
) -> None:
    """Refuse a table that lacks a column.

    Parameters
    ----------
    table : frame
        Of any engine.
    names : iterable of str
        The columns that are asked for.
    aim : str
        What the column is for, behind its name: ``to group by``.
    expected, hint : str
        What would have been right, and what to do; by default the nearest column that is there.

    Raises
    ------
    MissingColumnError
        For the first column that is not there.
    """
    present = names_of(table)
    for name in names:
        if name not in present:
            raise MissingColumnError(
                f"There is no column {name!r}{' ' if aim else ''}{aim}.",
                where=f"columns present: {listed(present)}",
                expected=expected,
                hint=hint or nearest(name, present),
            )
