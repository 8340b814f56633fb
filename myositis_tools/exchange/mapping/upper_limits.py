"""Which heading holds the upper limit of normal of which enzyme."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from myositis_tools.exchange.files.headings import limit_words, plain_heading
from myositis_tools.exchange.mapping.column_mapping import MULTIPLE
from myositis_tools.exchange.mapping.heading_meanings import meaning_of
from myositis_tools.exchange.mapping.heading_names import name_fit
from myositis_tools.exchange.mapping.heading_units import stated_in
from myositis_tools.frames import Column

_SIGNS = rf"\b(?:{'|'.join((*limit_words(), 'limit'))})\b"


def upper_limits(headings: Sequence[str], known: Mapping[str, Column]) -> dict[str, str]:
    """The headings that look like the upper limit of an enzyme, by the column it belongs to.

    One that names no enzyme is the limit of the only enzyme of the table, where there is only one.
    """
    enzymes = [column for column in known.values() if column.unit == MULTIPLE]
    named = {column.name for column in enzymes for heading in headings if name_fit(heading, column).is_certain}
    found: dict[str, str] = {}
    for heading in headings:
        stated = stated_in(heading)
        plain = plain_heading(stated.name)
        bare = re.sub(r"\s+", " ", re.sub(_SIGNS, " ", plain)).strip()
        if bare == plain or stated.unit == MULTIPLE:
            continue
        if bare and meaning_of(bare) - {"filler"}:
            mine = [column.name for column in enzymes if name_fit(bare, column).is_certain]
        else:
            mine = sorted(named) if len(named) == 1 else []
        for name in mine[:1]:
            found.setdefault(name, heading)
    return found


def has_another_unit(heading: str, limit: str) -> bool:
    """Whether a heading and its upper limit state two units, so that the one cannot be divided by the other."""
    mine, its = stated_in(heading).unit, stated_in(limit).unit
    return bool(mine and its) and mine != its
