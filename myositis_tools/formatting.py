"""Values as a person writes them: the one place where a number, a date or a text becomes words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from math import inf
from numbers import Real

import pandas as pd

EVERYBODY = "all patients"
NOT_RECORDED = "not recorded"


def written(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def written_values(values: pd.Series) -> pd.Series:
    """Values as a person writes them; what is missing stays so."""
    return values.map(written, na_action="ignore").astype(object)


def group_name(value: object) -> str:
    """The name of a group as every table and figure writes it: 0, 0.0, False and "0" are all ``0``."""
    if type(value).__name__ in ("bool", "bool_"):
        return str(int(value))  # type: ignore[call-overload]
    if isinstance(value, Real | Decimal) and value == value // 1:
        return str(int(value))
    return str(value)


def in_order_of_groups(names: Iterable[str], known: Sequence[str] = ()) -> list[str]:
    """Names of groups in order: the `known` ones, numbers by their size, words by the alphabet, *not recorded* last."""
    place = {name: number for number, name in enumerate(known)}
    size = {name: int(name) if name.isdecimal() else inf for name in names}
    return sorted(size, key=lambda name: (name == NOT_RECORDED, place.get(name, inf), size[name], name.lower(), name))


def names_groups(values: pd.Series) -> bool:
    """Whether what a column says can name groups: words, yes and no, or whole numbers such as those of centres."""
    return all(not isinstance(value, Real) or value == value // 1 for value in values.dropna().unique())
