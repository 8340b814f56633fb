"""What to do next about patients who are not decided: what nobody has recorded, and what would decide most."""

from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.errors import listed
from myositis_tools.frames import columns
from myositis_tools.studies import attrition, next_measurements

_MOST = 5


def next_steps(protocol: Protocol, screening: pd.DataFrame) -> list[str]:
    """Say in sentences what is missing of the undecided patients, and which few values would decide them."""
    undecided = int((protocol.decide(screening)["decision"] == "indeterminate").sum())
    if not undecided:
        return []
    found = next_measurements(protocol, screening)
    nowhere = found[(found["missing"] == len(screening)) & (found["open_for"] > 0)]
    lines = []
    if len(nowhere):
        lines.append(
            f"Next: of the {len(found)} columns that the protocol reads, {len(nowhere)} are recorded in nobody and "
            f"would help to decide: {listed(_named(nowhere), most=len(nowhere))}."
        )
        at_best = int(attrition(protocol, screening, unknown="best")["remaining_after"].iloc[-1])
        lines.append(f"If nothing that is not recorded spoke against anybody, {at_best} would be eligible.")
    alone = found[found["settles_alone"] > 0].head(_MOST)
    some = found[(found["may_settle"] > 0) & ~found["column"].isin(nowhere["column"])].head(_MOST)
    if len(alone):
        said = [f"{name} {count}" for name, count in zip(_named(alone), alone["settles_alone"], strict=True)]
        lines.append(f"Next: one value would decide a patient, whatever it is: {listed(said)}.")
    elif len(some):
        said = [f"{name} {count}" for name, count in zip(_named(some), some["may_settle"], strict=True)]
        lines.append(f"Next: one value could decide a patient: {listed(said)}.")
    return lines


def _named(rows: pd.DataFrame) -> list[Any]:
    """Columns by their names, each with its label where that says more."""
    known = columns("screening")
    return [
        f"{name} ({known[name].label})" if name in known and known[name].label != name.replace("_", " ") else name
        for name in rows["column"]
    ]
