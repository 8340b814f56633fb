"""The whole cohort, from one number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.sample import edge_cases
from myositis_tools.sample.columns import typed
from myositis_tools.sample.history import event_history, medication_list, screening_log
from myositis_tools.sample.random_numbers import Draws
from myositis_tools.sample.trial import enrol, with_arms
from myositis_tools.sample.true_patients import simulate_people
from myositis_tools.sample.visits import simulate_visits, visit_weeks


class Cohort(NamedTuple):
    """The four tables of a screening cohort."""

    patients: pd.DataFrame
    visits: pd.DataFrame
    medications: pd.DataFrame
    events: pd.DataFrame


def simulate(n: int, seed: int) -> Cohort:
    """Simulate a plausible synthetic screening cohort; no patient is real.

    Everybody is seen at screening, which is the baseline too. Of those whom the protocol finds eligible a part is
    randomised to immunoglobulin or placebo and seen at the later visits; some miss visits, some drop out. Cohorts
    that are large enough hold the trap patients as well, named in the column `trap`. The same `n` and `seed` give
    the same tables on every machine. What it was tuned to stands in the tables ``simulation_*.csv``.

    Parameters
    ----------
    n : int
        How many patients are screened, 0 or more.
    seed : int
        Any whole number from 0; another one gives another cohort.

    Returns
    -------
    Cohort
        `patients`, `visits`, `medications`, `events`: pandas frames with the columns and types that the functions
        `load_patients`, `load_visits`, `load_medications` and `load_events` give.

    Raises
    ------
    OptionError
        If `n` or `seed` is not a whole number or is negative.

    Missing data
    ------------
    Missing on purpose, and in several ways: a visit without a row, a visit by telephone, a single measure, a blood
    sample, an enzyme never ordered, an antibody not tested, spirometry not done, a list of drugs or events not taken.

    Source
    ------
    Each parameter's source, or the word "invented", stands beside it in ``simulation_parameters.csv``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> cohort = mt.simulate(48, seed=7)
    >>> len(cohort.patients), cohort.patients["patient_id"].iloc[-1]
    (48, 'P048')
    >>> cohort.visits.equals(mt.simulate(48, seed=7).visits)
    True
    """
    for name, number in (("n", n), ("seed", seed)):
        _require_whole(name, number)
    draws = Draws(int(seed))
    people = simulate_people(int(n), draws)
    log = screening_log(people, draws)
    first, later = np.split(visit_weeks(), [1])
    everybody, no_arm = np.arange(len(people)), np.full(len(people), None, dtype=object)
    tables = edge_cases.plant(
        {
            "patients": typed("patients", log),
            "visits": typed("visits", simulate_visits(people, everybody, no_arm, first, draws)),
            "medications": typed("medications", medication_list(people, log, draws)),
            "events": typed("events", event_history(people, log, draws)),
        }
    )
    patients = tables["patients"].sort_values("patient_id", ignore_index=True)
    arms = enrol({**tables, "patients": patients}, draws)
    patients["randomised"] = pd.notna(arms)
    followed = np.flatnonzero(pd.notna(arms) & ~edge_cases.is_followed(patients))
    seen = [
        tables["visits"],
        typed("visits", simulate_visits(people, followed, arms[followed], later, draws)),
        edge_cases.later_visits(patients[patients["randomised"]]),
    ]
    visits = with_arms(pd.concat(seen, ignore_index=True), dict(zip(patients["patient_id"], arms, strict=True)))
    return Cohort(
        patients,
        visits.sort_values(["patient_id", "week"], ignore_index=True),
        tables["medications"].sort_values(["patient_id", "start_date", "drug"], ignore_index=True),
        tables["events"].sort_values(["patient_id", "date", "event"], ignore_index=True),
    )


def _require_whole(name: str, number: object) -> None:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
        raise OptionError(
            f"{name}={number!r} is not possible.", expected="a whole number, 0 or more", hint=f"try {name}=300"
        )
