"""Two numbers of each patient, as a scatter plot with margins draws them: pairs, who lacks one, and the spread."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from myositis_tools.studies.follow_up.followed_cohort import put_together
from myositis_tools.studies.follow_up.groups_of_patients import in_order
from myositis_tools.studies.follow_up.trajectories import MOST_LINES

PATIENT, CELL, SPREAD, HIGHLIGHT = "patient", "cell", "spread", "highlight"
X_ONLY, Y_ONLY, NEITHER, NOT_SEEN = "x only", "y only", "neither", "not seen"
QUANTILES = MappingProxyType({"low": 0.05, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 0.95})
_MOST_CELLS = 24  # along each axis
_NUMBERS = ("x", "x_min", "x_max", "y", "y_min", "y_max")
_COLUMNS = ("part", "group", "patient_id", *_NUMBERS, "axis", *QUANTILES, "patients")


def arrange_joint(
    values: pd.DataFrame, *, is_seen: np.ndarray, left_out: int = 0, highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """Say what of two numbers of each patient is drawn, and how.

    Parameters
    ----------
    values : pandas.DataFrame
        One row a patient: ``group, patient_id``, ``x`` and ``y`` with their bounds ``x_min, x_max, y_min, y_max``,
        which are empty where nothing is known and equal to the number where it is.
    is_seen : array of bool
        Whether she was seen.
    left_out : int
        How many patients are not among them.
    highlight : sequence of str
        Patients to point at.

    Returns
    -------
    pandas.DataFrame
        A row of part ``patient`` a patient with both, at least between bounds; of more than 200, rows of part ``cell``
        count the ``patients`` about a point instead. ``x only``, ``y only``, ``neither`` and ``not seen`` are the
        others; ``spread`` are the quantiles ``low`` (5 %), ``q1, median, q3, high`` (95 %) of what is known along an
        ``axis`` in a group; ``highlight`` are those pointed at; ``left out`` counts the rest.
    """
    has_x, has_y = (values[f"{axis}_min"].notna().to_numpy() for axis in ("x", "y"))
    kind = np.select([~is_seen, has_x & has_y, has_x, has_y], [NOT_SEEN, PATIENT, X_ONLY, Y_ONLY], NEITHER)
    rows = values.assign(part=kind.astype(object))
    pointed_at = rows[rows["patient_id"].isin(list(highlight)).to_numpy() & (kind != NOT_SEEN) & (kind != NEITHER)]
    both, others = rows[kind == PATIENT], rows[kind != PATIENT]
    parts = [_cells(both) if len(both) > MOST_LINES else both, others, pointed_at.assign(part=HIGHLIGHT)]
    parts.append(_spread(rows))
    frame = put_together(parts, _COLUMNS, left_out)
    numbers = {name: frame[name].astype("float64") for name in (*_NUMBERS, *QUANTILES)}
    return frame.assign(**numbers, patients=frame["patients"].astype("Int64"))


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    found = []
    for name in in_order(rows["group"]) if len(rows) else []:
        own = rows[(rows["group"] == name).to_numpy()]
        for axis in ("x", "y"):
            known = own[axis].dropna()
            if len(known):
                quantiles = dict(zip(QUANTILES, known.quantile(list(QUANTILES.values())), strict=True))
                found.append({"part": SPREAD, "group": name, "axis": axis, "patients": len(known)} | quantiles)
    return pd.DataFrame(found)


def _cells(both: pd.DataFrame) -> pd.DataFrame:
    """Patients counted about the points of a grid, by the middle of their bounds."""
    places = {}
    for axis in ("x", "y"):
        middle = both[axis].fillna((both[f"{axis}_min"] + both[f"{axis}_max"]) / 2)
        low, width = middle.min(), _width(middle)
        places[axis] = (low + np.floor((middle - low) / width + 0.5) * width).round(9)
    counted = pd.DataFrame(places).groupby(["x", "y"]).size().rename("patients").reset_index()
    return counted.assign(part=CELL)


def _width(values: pd.Series) -> float:
    """A multiple of the step of the numbers, so that no cell holds more of them than its neighbours."""
    known = np.unique(values.dropna().round(6))
    if len(known) < 2:
        return 1.0
    step = float(np.diff(known).min())
    return step * max(1, int(np.ceil((known[-1] - known[0]) / step / _MOST_CELLS)))
