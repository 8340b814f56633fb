"""The inputs that R and this package both read: ``python -m tests.evidence.make_inputs`` writes them again.

Patients and visits are drawn by the package's own simulation with a seed; the scores that R compares are those of the
package, since R has no Total Improvement Score.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import myositis_tools as mt
from myositis_tools import tables
from tests.evidence.trials_without_effect import ADJUST, draw_trials

INPUTS = Path(__file__).with_name("inputs")
SEED = 20261130
TRIALS = {"five": 5, "eight": 8, "twelve": 12, "twenty-four": 24}  # patients of an arm
WEEK = 12
# responders and patients: of the arm, then of the reference; the last three are two arms against one reference
COUNTS = (
    ("usual", 15, 22, 7, 21),
    ("published", 37, 47, 21, 48),
    ("nobody in the arm", 0, 10, 3, 10),
    ("nobody in the reference", 4, 12, 0, 11),
    ("nobody at all", 0, 9, 0, 8),
    ("everybody in the arm", 12, 12, 5, 12),
    ("everybody", 6, 6, 7, 7),
    ("one in one", 1, 1, 0, 1),
    ("unequal arms", 3, 4, 9, 40),
    ("none against all", 0, 12, 10, 10),
    ("three arms: low dose", 8, 20, 4, 19),
    ("three arms: high dose", 13, 21, 4, 19),
)
# the estimate of each filling, its standard error, and the degrees of freedom if nothing were missing
FILLINGS = 12


def visits() -> pd.DataFrame:
    """The visits of four trials in which the arms differ as assumed, with weeks of rescue of some patients."""
    parts = []
    assumed = mt.TrialAssumptions.of_sample()
    for name, size in TRIALS.items():
        one = next(draw_trials(assumed, size, SEED, 0))
        names = {old: f"{name} {number}" for number, old in enumerate(one["patient_id"].unique())}
        one["patient_id"] = one["patient_id"].map(names)
        rng = np.random.default_rng([SEED, size])
        week = dict(zip(names.values(), rng.integers(2, 40, len(names)), strict=True))
        rescued = {one for one in names.values() if rng.random() < 0.3}
        one["rescue_week"] = one["patient_id"].map(
            lambda own, weeks=week, who=rescued: weeks[own] if own in who else None
        )
        parts.append(one.assign(trial=name))
    return pd.concat(parts, ignore_index=True)


def scores(given: pd.DataFrame) -> pd.DataFrame:
    """Of each visit after the baseline score, class, whether that is moderate or better, and the value before."""
    scored = mt.score_total_improvement(given)
    order = {word: place for place, word in enumerate(("none", "minimal", "moderate", "major"))}
    scored["level"] = scored["response"].astype(object).map(order)
    classes = tables.load("improvement_classes").query("population == 'adult' and response == 'moderate'")
    least = float(classes["minimum_score"].iloc[0])
    low, high = (scored[name].astype(float) >= least for name in ("tis_min", "tis_max"))
    scored["responds"] = low.astype(float).where(low == high)  # known where the class is not
    before = given.loc[given["week"] == 0].set_index("patient_id")[ADJUST[0]].rename("before")
    kept = scored[scored["week"] > 0].join(before, on="patient_id")
    return kept[["trial", "patient_id", "arm", "centre", "week", "tis", "level", "responds", "before"]]


def times(given: pd.DataFrame) -> pd.DataFrame:
    """When each patient of a trial responded, as the package dates it, with and without rescue."""
    parts = []
    for name, own in given.groupby("trial", sort=False):
        for kind, rescue in (("without rescue", None), ("with rescue", "rescue_week")):
            found = mt.time_to_response(own, group="arm", rescue=rescue)
            kept = found.loc[found["event"] != "unknown", ["group", "event", "week", "after_week", "by_week"]]
            parts.append(kept.assign(trial=name, kind=kind))
    return pd.concat(parts, ignore_index=True)


def fillings() -> pd.DataFrame:
    """Estimates of fillings: much, little and nothing between them, in small and large samples."""
    rng, rows = np.random.default_rng(SEED), []
    for case in range(FILLINGS):
        count, between = (3, 5, 20)[case % 3], (0.1, 1.0, 5.0)[case // 3 % 3]
        for value, error in zip(rng.normal(10, between, count), rng.uniform(1, 3, count), strict=True):
            rows.append({"case": case, "patients": (12, 46, 400)[case % 3], "value": value, "error": error})
    return pd.DataFrame(rows).round(6)


def main() -> None:
    """Write every input."""
    given = visits()
    written = {
        "visits": given,
        "scores": scores(given),
        "times": times(given),
        "fillings": fillings(),
        "counts": pd.DataFrame(COUNTS, columns=["case", "responders", "patients", "others", "other_patients"]),
    }
    for name, table in written.items():
        (INPUTS / f"{name}.csv").write_bytes(table.to_csv(index=False, lineterminator="\n").encode())


if __name__ == "__main__":
    main()
