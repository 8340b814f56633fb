"""Simulating a thousand trials of 48 patients, beside the bare scoring of as many visits."""

from collections.abc import Callable

import numpy as np

import myositis_tools as mt
from myositis_tools.sample.trial_visits import draw_visits
from tests.benchmarks.run import FLOOR, Case
from tests.benchmarks.score_floor import ENZYMES, score

TRIALS, PATIENTS_PER_ARM, WEEK = 1000, 24, 12


def make_visits(trials: int) -> dict[str, np.ndarray]:
    """Draw the visits that a simulation scores, one row a visit, with the enzymes it has not."""
    assumed = mt.TrialAssumptions.of_sample()
    drawn = draw_visits(assumed, patients_per_arm=PATIENTS_PER_ARM, trials=trials, seed=1, weeks=(0, WEEK))
    visits = {name: np.ascontiguousarray(values).ravel() for name, values in drawn.items()}
    return visits | {name: np.full(len(visits["week"]), np.nan) for name in ENZYMES if name not in visits}


def only_scored() -> Callable[[], object]:
    visits = make_visits(TRIALS)
    return lambda: score(visits)


def simulated(endpoint: str) -> Callable[[], object]:
    assumed = mt.TrialAssumptions.of_sample()
    return lambda: mt.simulate_trial(
        assumed, patients_per_arm=PATIENTS_PER_ARM, trials=TRIALS, seed=1, endpoint=endpoint, week=WEEK
    )


WAYS = {FLOOR: only_scored} | {
    endpoint: lambda endpoint=endpoint: simulated(endpoint) for endpoint in ("mean", "responder", "time_to")
}
CASES = [Case(f"simulate {TRIALS:,} trials of {2 * PATIENTS_PER_ARM} patients", *way) for way in WAYS.items()]
