"""Patients made by hand, each of whom shows one thing that readers and software get wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.sample.calibration import rows, value
from myositis_tools.sample.columns import TABLES, definitions, typed


def plant(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Put the traps in the place of ordinary patients, spread over the log; a small cohort has none."""
    log = tables["patients"]
    if len(log) < value("traps_from_patients"):
        return dict(tables)
    names = [row["trap"] for row in rows("trap_patients")]
    places = (np.arange(len(names)) + 0.5) * len(log) / len(names)
    hosts = log.iloc[places.astype("int64")][["patient_id", "screening_date"]].assign(trap=names)
    planted = {}
    for table in TABLES:
        others = tables[table][~tables[table]["patient_id"].isin(hosts["patient_id"])]
        planted[table] = pd.concat([others, _rows(table, hosts, later=False)], ignore_index=True)
    return planted


def is_followed(log: pd.DataFrame) -> np.ndarray:
    """Which patients are traps with later visits of their own."""
    names = [row["trap"] for row in rows("trap_patients") if row["followed"] == "true"]
    return log["trap"].isin(names).to_numpy()


def later_visits(log: pd.DataFrame) -> pd.DataFrame:
    """Give the later visits of the traps that are followed."""
    return _rows("visits", log[is_followed(log)], later=True)


def _rows(table: str, hosts: pd.DataFrame, *, later: bool) -> pd.DataFrame:
    """Write the traps' rows of a table, with dates counted back from the host's screening."""
    by_trap = hosts.set_index("trap")
    wanted = [row for row in rows(f"trap_{table}") if row["trap"] in by_trap.index]
    if table == "visits":
        wanted = [row for row in wanted if (row["week"] > 0) == later]
    given = [_row(row, table, by_trap.loc[row["trap"]]) for row in wanted]
    return typed(table, {name: [each[name] for each in given] for name in definitions(table)})


def _row(row: Mapping[str, Any], table: str, host: pd.Series) -> dict[str, Any]:
    screening = host["screening_date"]
    known = {
        **row,
        "patient_id": host["patient_id"],
        "screening_date": screening,
        "visit_date": screening + pd.Timedelta(days=7 * row["week"]) if table == "visits" else None,
        "randomised": False,
        "arm": None,
        "infusion": None,
    }
    cells = {}
    for name in definitions(table):
        if name in known:
            cells[name] = {"true": True, "false": False}.get(known[name], known[name])
        else:
            cells[name] = _counted_back(screening, row, name)
    return cells


def _counted_back(screening: pd.Timestamp, row: Mapping[str, Any], name: str) -> pd.Timestamp | None:
    """A date so many calendar years, months and days before screening; none if nothing is counted."""
    back = {unit: row.get(f"{name}_{unit}_before") for unit in ("years", "months", "days")}
    if all(count is None for count in back.values()):
        return None
    return screening - pd.DateOffset(**{unit: int(count or 0) for unit, count in back.items()})
