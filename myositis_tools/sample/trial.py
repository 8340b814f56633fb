"""Who of the screened enters the simulated trial, and in which arm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from myositis_tools.criteria import PROTOCOLS, derive_screening
from myositis_tools.sample.calibration import shares, value
from myositis_tools.sample.columns import typed
from myositis_tools.sample.edge_cases import is_followed
from myositis_tools.sample.random_numbers import Draws


def enrol(tables: Mapping[str, pd.DataFrame], draws: Draws) -> np.ndarray:
    """Give every patient of the log an arm, or None.

    Whole blocks of those whom the protocol finds eligible are randomised, in the order of screening. Of the traps
    only those with later visits of their own take part.
    """
    log = tables["patients"]
    eligible = _eligible(tables)
    followed = is_followed(log)
    candidates = eligible & (followed | (log["trap"] == "").to_numpy())
    rank = np.where(followed, -1, draws.uniform("joins the trial", len(log)))
    ordered = np.flatnonzero(candidates)[np.argsort(rank[candidates], kind="stable")]
    block = int(value("block_size"))
    places = min(len(ordered), int(round(len(log) * value("randomised_share"), 6))) // block * block
    arms = np.full(len(log), None, dtype=object)
    arms[np.sort(ordered[:places])] = _permuted_blocks(places, block, draws)
    return arms


def with_arms(visits: pd.DataFrame, arms: Mapping[str, str | None]) -> pd.DataFrame:
    """Write the arm of each patient beside the visits, and at which of them a study infusion was given."""
    arm = [arms[patient_id] for patient_id in visits["patient_id"]]
    infused = (visits["week"] <= value("infusion_last_week")).to_numpy()
    infusion = np.where(pd.notna(np.array(arm, dtype=object)), infused, None)
    return typed("visits", {**visits, "arm": arm, "infusion": infusion})


def _eligible(tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    others = {name: table for name, table in tables.items() if name != "patients"}
    verdicts = PROTOCOLS["time_is_muscle"].verdicts(derive_screening(tables["patients"], **others))
    of_patient = verdicts.set_index("patient_id")["decision"]
    return (tables["patients"]["patient_id"].map(of_patient) == "eligible").to_numpy()


def _permuted_blocks(places: int, block: int, draws: Draws) -> np.ndarray:
    """Each block holds every arm equally often, in random order."""
    names = np.array(list(shares("response_mean")), dtype=object)
    order = draws.uniform("arm", places).reshape(-1, block).argsort(axis=1)
    return names[order % len(names)].ravel()
