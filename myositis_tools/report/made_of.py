"""Of what a report was made, one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.exchange.describe.provenance import content_in_words, package, table_in_words


def made_of(
    tables: Mapping[str, Any],
    options: Mapping[str, Any],
    protocol: Protocol | None,
    made_on: date,
    *,
    has_sizes: bool = True,
) -> dict[str, str]:
    """Say it in words; without the sizes of tables where the number of visits would tell a count that is hidden."""
    made = {"Package": package(), "Made on": made_on.isoformat()}
    if protocol is not None:
        made["Protocol"] = "; ".join(
            [f"{protocol.title}, {protocol.registration}", protocol.version, *_changes(protocol)]
        )
    made["Options"] = "; ".join(f"{name}: {value}" for name, value in options.items())
    in_words = table_in_words if has_sizes else content_in_words
    return made | {f"Table {name}": in_words(table) for name, table in tables.items() if table is not None}


def _changes(protocol: Protocol) -> list[str]:
    """What is not as in the protocol of that key: limits that were moved, criteria that were left out."""
    shipped = PROTOCOLS.get(protocol.key)
    if shipped is None:
        return []
    moved = [
        f"{limit.label} {limit} instead of {shipped.limits[name]}"
        for name, limit in protocol.limits.items()
        if name in shipped.limits and limit.value != shipped.limits[name].value
    ]
    kept = {one.key for one in protocol.criteria}
    return moved + [f"{one.label} left out" for one in shipped.criteria if one.key not in kept]
