"""Of what a report was made, one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from myositis_tools.criteria import Protocol
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
        made["Protocol"] = f"{protocol.title}, {protocol.registration}; {protocol.version}"
    made["Options"] = "; ".join(f"{name}: {value}" for name, value in options.items())
    in_words = table_in_words if has_sizes else content_in_words
    return made | {f"Table {name}": in_words(table) for name, table in tables.items() if table is not None}
