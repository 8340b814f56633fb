"""Groups of patients, such as the arms of a trial: what they are called, in which order, and which is the reference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, listed, nearest
from myositis_tools.frames import has, is_number, refuse_nested, to_pandas

ARM = "arm"  # the column that makes groups where nobody names another: the default of every `group=`
EVERYBODY = "all patients"
NOT_RECORDED = "not recorded"
PLACEBO = "placebo"


def grouped_by(group: str | None, table: Any) -> str | None:
    """The column of a table to group by: none where none is asked for, nor where it is the default and names no arm."""
    if group != ARM or (has(table, ARM) and to_pandas(table, [ARM])[ARM].notna().any()):
        return group
    return None


def group_name(value: object) -> str:
    """The name of a group as every table and figure writes it: 0, 0.0, False and "0" are all ``0``."""
    number: Any = value
    is_whole = type(value).__name__ in ("bool", "bool_") or (is_number(value) and number == number // 1)
    return str(int(number)) if is_whole else str(value)


def in_order_of_groups(names: Iterable[str], known: Sequence[str] = ()) -> list[str]:
    """Names of groups in order: the `known` ones, numbers by their size, words by the alphabet, *not recorded* last."""
    place = {name: number for number, name in enumerate(known)}
    size = {name: int(name) if name.isdecimal() else inf for name in names}
    return sorted(size, key=lambda name: (name == NOT_RECORDED, place.get(name, inf), size[name], name.lower(), name))


def plain_spelling(text: str) -> str:
    """A text without spaces, capitals and leading zeros: what a person takes for the same is the same."""
    bare = re.sub(r"[\s\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return bare.lstrip("0") or bare if bare.isdigit() else bare


def spelled_alike(names: Iterable[str]) -> list[list[str]]:
    """Names that differ by spaces, capitals or leading zeros only, and so make several groups of what may be one."""
    found: dict[str, list[str]] = {}
    for name in in_order_of_groups(set(names)):
        found.setdefault(plain_spelling(name), []).append(name)
    return [alike for alike in found.values() if len(alike) > 1]


def names_groups(values: pd.Series) -> bool:
    """Whether what a column says can name groups: words, yes and no, or whole numbers such as those of centres."""
    different = refuse_nested(values.dropna().to_frame()).iloc[:, 0].unique()
    return all(not is_number(value) or value == value // 1 for value in different)


def choose_reference(arms: Sequence[str], reference: object) -> str:
    """Say which arm the others are compared with: the one that is asked for, or the placebo.

    Raises
    ------
    OptionError, NotFoundError
        If there is nothing to compare, or the arm is not there.
    """
    if len(arms) < 2:
        raise OptionError(
            "There are no two arms to compare.",
            where=f"arms present: {listed(arms) or 'none'}",
            expected="at least two",
        )
    if reference is None:
        named = [arm for arm in arms if arm.lower() == PLACEBO]
        if not named:
            raise OptionError(
                "It is not clear which arm the others are compared with.",
                expected=f"reference= one of {listed(repr(arm) for arm in arms)}",
            )
        return named[0]
    name = group_name(reference)
    if name not in arms:
        raise NotFoundError(f"There is no arm {reference!r}.", expected=listed(arms), hint=nearest(name, list(arms)))
    return name
