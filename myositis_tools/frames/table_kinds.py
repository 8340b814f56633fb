"""The tables that a user hands in, by the name of what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import require_option
from myositis_tools.frames.columns import Column, columns
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
    """

    name: str
    label: str
    keys: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns it may hold by name, those that name a row among them."""
        own = columns(self.name)
        return MappingProxyType({name: columns("visits")[name] for name in self.keys if name not in own} | dict(own))


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
