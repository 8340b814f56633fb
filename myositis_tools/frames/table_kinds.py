"""The tables that a user hands in, by the name of what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import require_option
from myositis_tools.frames.columns import Column, columns, with_bounds
from myositis_tools.tables import records


@dataclass(frozen=True)
class Kind:
    """What a table of ``tables/table_kinds.csv`` holds.

    Attributes
    ----------
    name, label : str
        Its name, and what one row is.
    keys : tuple of str
        The columns that together name a row; none where a row has no name.
    required : tuple of str
        The columns without which nothing can be computed from it.
    bounds : tuple of str
        The bounds of numbers, such as ``age_years_min``, that one such table has; see `holding`.
    """

    name: str
    label: str
    keys: tuple[str, ...]
    required: tuple[str, ...]
    bounds: tuple[str, ...] = ()

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns it may hold by name, those that name a row among them."""
        own = columns(self.name)
        known = {name: columns("visits")[name] for name in self.keys if name not in own} | dict(own)
        return with_bounds(known, self.bounds) if self.bounds else MappingProxyType(known)

    def holding(self, names: Iterable[str]) -> Kind:
        """Give the kind as a table with columns of these `names` has it: with their bounds among its columns."""
        known = self.columns
        return replace(self, bounds=tuple(name for name in with_bounds(known, list(names)) if name not in known))


def _split(words: Any) -> tuple[str, ...]:
    return tuple(str(words).split("|")) if words else ()


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of table by name."""
    return MappingProxyType(
        {
            str(row["kind"]): Kind(str(row["kind"]), str(row["label"]), _split(row["keys"]), _split(row["required"]))
            for row in records("table_kinds")
        }
    )


def find_kind(name: str) -> Kind:
    """Give a kind of table by its name.

    Raises
    ------
    OptionError
        If there is no such kind.
    """
    require_option("kind", name, list(kinds()))
    return kinds()[name]
