"""How units are spelt, from ``tables/unit_spellings.csv``: in headings, part by part, and in cells, as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from myositis_tools.tables import records


@cache
def spellings(read_in: Literal["cells", "headings"]) -> Mapping[str, str]:
    """The unit that each spelling stands for where it is read; a letter of a heading may be a word in a cell.

    Examples
    --------
    >>> spellings("headings")["mcg"], spellings("cells")["unitless"], "unitless" in spellings("headings")
    ('ug', 'points', False)
    """
    rows = [row for row in records("unit_spellings") if row["read_in"] in (read_in, "both")]
    return MappingProxyType({str(row["spelling"]).casefold(): str(row["unit"]) for row in rows})
