"""Power over a grid of scenarios: sizes, effects, endpoints and whole sets of assumptions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.sample import TrialAssumptions
from myositis_tools.studies.design.trial_simulation import (
    LEFT_OUT,
    MEAN,
    SCENARIO,
    check_options,
    simulate_trial,
    summarise_power,
)

Progress = Callable[[int, int], Any]
Row = dict[str, Any]

_FOUND = ("trials", "significant", "power", "standard_error", "low", "high", "treated", "control", "difference")
COLUMNS = ("assumptions", "effect", *SCENARIO, *_FOUND, "share_analysed", "not_analysed")


@dataclass(frozen=True)
class _Scenario:
    name: str
    assumptions: TrialAssumptions
    effect: float
    patients_per_arm: int
    endpoint: str
    level: str
    week: int
    alpha: float
    missing: str
    trials: int
    seed: int


# What this session has simulated; a row is small.
_KNOWN: dict[_Scenario, Row] = {}


def power_over(
    assumptions: TrialAssumptions | Mapping[str, TrialAssumptions],
    *,
    patients_per_arm: Sequence[int],
    trials: int,
    seed: int,
    effects: Sequence[float] = (1.0,),
    endpoints: Sequence[str] = (MEAN,),
    level: str = "moderate",
    week: int = 12,
    alpha: float = 0.05,
    missing: str = LEFT_OUT,
    progress: Progress | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """Sample size and power over a grid of scenarios, by simulation.

    Parameters
    ----------
    assumptions : TrialAssumptions, or mapping of str to TrialAssumptions
        One set, or several by name, such as with other drop-out or other visits.
    patients_per_arm : sequence of int
        The sizes.
    trials : int
        How many to simulate for each scenario.
    seed : int
        Each scenario has a seed of its own made from this, its size and its effect. So neither the order of
        scenarios nor the number of workers changes a result, and endpoints are compared on the same trials.
    effects : sequence of float
        Multiples of the assumed difference between the arms. At 0 both respond alike and the power is the type I
        error; 1 is as assumed.
    endpoints : sequence of str
        Some of those of `simulate_trial`.
    level, week, alpha, missing
        As in `simulate_trial`.
    progress : callable, optional
        Called with the number of scenarios done and of all; if it returns False the rest is left out.
    workers : int
        Processes to share the scenarios. With more than one, a script must guard its start by
        ``if __name__ == "__main__":``.

    Returns
    -------
    pandas.DataFrame
        One row a scenario that was done, in the order of the grid: ``assumptions`` (the name) and ``effect``, then
        what `summarise_power` gives, with the scenario's own ``seed``. What a session has simulated it does not
        simulate again.

    Raises
    ------
    OptionError
        Whatever `simulate_trial` refuses, a grid without scenarios, a number of workers below 1, or above 1 where
        Python runs in a browser.

    Missing data
    ------------
    As in `simulate_trial`.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> assumed = mt.TrialAssumptions.of_sample()
    >>> power = mt.power_over(assumed, patients_per_arm=[12, 24], trials=50, seed=1)
    >>> power[["assumptions", "effect", "patients_per_arm", "trials"]]
      assumptions  effect  patients_per_arm  trials
    0    as given     1.0                12      50
    1    as given     1.0                24      50
    """
    named = assumptions if isinstance(assumptions, Mapping) else {"as given": assumptions}
    for one, size, endpoint in product(named.values(), patients_per_arm, endpoints):
        check_options(one, size, trials, seed, endpoint, level, week, alpha, missing)
    scenarios = [
        _Scenario(name, one, float(effect), size, endpoint, level, week, alpha, missing, trials, seed)
        for (name, one), endpoint, effect, size in product(named.items(), endpoints, effects, patients_per_arm)
    ]
    if not scenarios:
        raise OptionError(
            "There is no scenario.", expected="at least one set of assumptions, size, effect and endpoint"
        )
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise OptionError(f"workers={workers!r} cannot be.", expected="a whole number of at least 1")
    waiting = [scenario for scenario in dict.fromkeys(scenarios) if scenario not in _KNOWN]
    total = len(dict.fromkeys(scenarios))
    goes_on = progress is None or not waiting or progress(total - len(waiting), total) is not False
    if goes_on and waiting:
        with _results(waiting, workers) as results:
            for done, (scenario, row) in enumerate(results, start=total - len(waiting) + 1):
                _KNOWN[scenario] = row
                if progress is not None and progress(done, total) is False:
                    break
    rows = [_KNOWN[scenario] for scenario in scenarios if scenario in _KNOWN]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@contextmanager
def _results(scenarios: Sequence[_Scenario], workers: int) -> Iterator[Iterator[tuple[_Scenario, Row]]]:
    """Results as they come; what has not begun when the caller leaves is never done."""
    if workers > 1 and sys.platform == "emscripten":
        raise _of_one_process(workers)
    if workers == 1:
        yield ((scenario, _row(scenario)) for scenario in scenarios)
        return
    try:  # a browser has neither
        from concurrent.futures import ProcessPoolExecutor, as_completed
        from multiprocessing import get_context
    except ImportError:
        raise _of_one_process(workers) from None
    # A fork would copy the threads of the engine half awake.
    pool = ProcessPoolExecutor(min(workers, len(scenarios)), mp_context=get_context("spawn"))
    try:
        futures = {pool.submit(_row, scenario): scenario for scenario in scenarios}
        yield ((futures[future], future.result()) for future in as_completed(futures))
    finally:
        pool.shutdown(cancel_futures=True)


def _of_one_process(workers: int) -> OptionError:
    return OptionError(
        f"workers={workers} cannot be: Python has one process here, as in a notebook that runs in the browser.",
        expected="workers=1",
        hint="leave workers out",
    )


def _row(scenario: _Scenario) -> Row:
    found = simulate_trial(
        scenario.assumptions.with_effect(scenario.effect),
        patients_per_arm=scenario.patients_per_arm,
        trials=scenario.trials,
        seed=_seed(scenario),
        endpoint=scenario.endpoint,
        level=scenario.level,
        week=scenario.week,
        alpha=scenario.alpha,
        missing=scenario.missing,
    )
    power = summarise_power(found).iloc[0].to_dict()
    return {"assumptions": scenario.name, "effect": scenario.effect, **power}


def _seed(scenario: _Scenario) -> int:
    """The seed of a scenario: a child of the seed given, by size and effect."""
    own = crc32(f"{scenario.patients_per_arm} per arm, effect {scenario.effect!r}".encode())
    return int(np.random.SeedSequence(scenario.seed, spawn_key=(own,)).generate_state(1)[0])
