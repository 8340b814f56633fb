"""Of what a report was made, so that another person can make it again: version, day, options, data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.figures.measures import as_pandas


def made_of(
    tables: Mapping[str, Any], options: Mapping[str, Any], protocol: Protocol | None, made_on: date
) -> dict[str, str]:
    """Say it in words, one thing at a time."""
    made = {"Package": f"myositis_tools {_version()}", "Made on": made_on.isoformat()}
    if protocol is not None:
        made["Protocol"] = f"{protocol.title}, {protocol.registration}; {protocol.version}"
    made["Options"] = "; ".join(f"{name}: {value}" for name, value in options.items())
    for name, table in tables.items():
        if table is not None:
            rows = as_pandas(table)
            made[f"Table {name}"] = f"{len(rows)} rows, {rows.shape[1]} columns, SHA-256 of its CSV {fingerprint(rows)}"
    return made


def fingerprint(table: pd.DataFrame) -> str:
    """The SHA-256 of a table written as CSV: the same table has the same, whatever file it came from."""
    return sha256(table.to_csv(index=False, lineterminator="\n").encode("utf-8")).hexdigest()


def _version() -> str:
    try:
        return version("myositis_tools")
    except PackageNotFoundError:
        return "(not installed)"
