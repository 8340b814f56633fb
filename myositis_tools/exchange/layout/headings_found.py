"""The line in which the headings of a table stand, and a line of groups or units beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from myositis_tools.exchange.files.headings import columns_called, plain_heading
from myositis_tools.exchange.layout.first_lines import Line
from myositis_tools.exchange.layout.layout_words import week_named

_FIRST = 30  # lines in which a heading is looked for
_NUMBERS = re.compile(r"[+-]?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


@dataclass(frozen=True)
class HeadingsFound:
    """Where the headings stand, and which line beside them belongs to them (0 for none)."""

    line: int
    above: int = 0
    below: int = 0


def find_headings(lines: Sequence[Line]) -> HeadingsFound | None:
    """Find the headings: the line with most words, each once, above lines that are filled as it is.

    Examples
    --------
    >>> find_headings([(1, ["Cohort", None]), (3, ["patient", "week"]), (4, ["A", 0]), (5, ["A", 12])])
    HeadingsFound(line=3, above=0, below=0)
    """
    found = [(_worth(cells, lines[place + 1 :]), -place) for place, (number, cells) in enumerate(lines[:_FIRST])]
    best, place = max(found, default=(0.0, 0))
    if best <= 0:
        return None
    place = -place
    number, cells = lines[place]
    above = below = 0
    if place and _are_groups(lines[place - 1], number, cells):
        above = lines[place - 1][0]
    if place + 1 < len(lines) and _are_units(lines[place + 1], number, cells):
        below = lines[place + 1][0]
    return HeadingsFound(number, above, below)


def _worth(cells: Sequence[Any], below: Sequence[Line]) -> float:
    """How much a line looks like headings: words that are known count most, numbers and doubled words against it."""
    filled = [cell for cell in cells if cell is not None]
    words = [cell for cell in filled if _is_word(cell)]
    if len(words) < 2 or not below:
        return 0.0
    known = sum(bool(columns_called(_bare(word))) for word in words)
    different = len({plain_heading(word) for word in words})
    width = max(sum(cell is not None for cell in row) for _, row in below[:5])
    narrow = max(0, width - len(filled))
    return different + 2 * known - 2 * (len(filled) - len(words)) - (len(words) - different) - narrow


def _bare(word: str) -> str:
    """A heading without its unit, scale and week."""
    named = week_named(word)
    return re.sub(r"\(.*?\)|\[.*?\]", " ", named.rest if named and named.rest else word)


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and _NUMBERS.fullmatch(cell.strip()) is None


def _are_groups(line: Line, number: int, headings: Sequence[Any]) -> bool:
    """Whether the line right above names groups of headings, such as the visits that they are of."""
    above, cells = line
    filled = [cell for cell in cells if cell is not None]
    return (
        above == number - 1
        and len(filled) > 1
        and len(filled) < sum(cell is not None for cell in headings)
        and all(_is_word(cell) or isinstance(cell, int) for cell in filled)
    )


def _are_units(line: Line, number: int, headings: Sequence[Any]) -> bool:
    """Whether the line right below holds units or explanations: texts, and none where the first heading stands."""
    below, cells = line
    first = next(place for place, cell in enumerate(headings) if cell is not None)
    filled = [cell for cell in cells if cell is not None]
    return (
        below == number + 1
        and (len(cells) <= first or cells[first] is None)
        and len(filled) > 1
        and all(_is_word(cell) and not isinstance(cell, date) for cell in filled)
    )


def combined(found: HeadingsFound, lines: Sequence[Line]) -> dict[int, str]:
    """The headings by their place in the line, each with the group above it and the unit below it.

    Examples
    --------
    >>> lines = [(1, [None, "Week 0", None, "Week 12"]), (2, ["id", "HAQ", "CK", "HAQ"]), (3, ["A", 1, 9, 0])]
    >>> combined(HeadingsFound(2, above=1), lines)
    {0: 'id', 1: 'HAQ Week 0', 2: 'CK Week 0', 3: 'HAQ Week 12'}
    """
    by_number = dict(lines)
    own = by_number[found.line]
    groups, units = by_number.get(found.above, []), by_number.get(found.below, [])
    made, group = {}, None
    for place, cell in enumerate(own):
        group = _cell(groups, place) or group
        if cell is None:
            continue
        parts = [str(cell).strip()]
        parts += [str(group).strip()] if group is not None else []
        unit = _cell(units, place)
        parts += [f"({str(unit).strip().strip('()[]')})"] if unit is not None else []
        made[place] = " ".join(parts)
    return made


def _cell(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None
