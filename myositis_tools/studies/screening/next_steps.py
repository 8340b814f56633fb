"""What to do next about patients who are not decided: what nobody has recorded, and what would decide most."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.errors import listed
from myositis_tools.frames import to_pandas
from myositis_tools.studies.screening.attrition import attrition
from myositis_tools.studies.screening.next_measurements import next_measurements

_MOST = 5
_CALLED = {"column": "columns", "label": "items"}


def next_steps(protocol: Protocol, screening: Any, *, named_by: str = "column") -> list[str]:
    """Say in sentences what is missing of the undecided patients, and which few values would decide them.

    What is recorded in nobody is named by the ``column`` that would hold it, or by its ``label``.
    """
    screening = to_pandas(screening)
    if not (protocol.decide(screening)["decision"] == "indeterminate").any():
        return []
    found = next_measurements(protocol, screening)
    nowhere = found[(found["missing"] == len(screening)) & (found["open_for"] > 0)]
    lines = []
    if len(nowhere):
        lines.append(
            f"Next: of the {len(found)} {_CALLED[named_by]} that the protocol reads, {len(nowhere)} are recorded in no "
            f"patient and would help to decide: {listed(nowhere[named_by], most=len(nowhere))}."
        )
        at_best = int(attrition(protocol, screening, unknown="best")["remaining_after"].iloc[-1])
        lines.append(f"If no missing value excluded anyone, {at_best} would fit.")
    alone = found[found["settles_alone"] > 0].head(_MOST)
    some = found[(found["may_settle"] > 0) & ~found["column"].isin(nowhere["column"])].head(_MOST)
    if len(alone):
        said = _counted(alone, "settles_alone")
        lines.append(f"Next: one missing value would decide, whatever it is: {said}.")
    elif len(some):
        said = _counted(some, "may_settle")
        lines.append(f"Next: one missing value could decide: {said}.")
    return lines


def _counted(rows: pd.DataFrame, name: str) -> str:
    """Labels, each with a number of patients."""
    first, *others = zip(rows["label"], rows[name], strict=True)
    patients = "patient" if first[1] == 1 else "patients"
    return listed([f"{first[0]} in {first[1]} {patients}", *(f"{label} in {count}" for label, count in others)])
