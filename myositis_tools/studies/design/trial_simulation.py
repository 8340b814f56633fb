"""Trials that could be: patients drawn from stated assumptions, scored by the real score, analysed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError, needs_package, require_option
from myositis_tools.frames import given_back, small_table
from myositis_tools.sample import TrialAssumptions
from myositis_tools.sample.trial_visits import draw_visits
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.core_set import classes

MEAN, RESPONDER, TIME_TO = "mean", "responder", "time_to"
LEFT_OUT, NO_IMPROVEMENT, CARRIED_FORWARD = "left_out", "no_improvement", "carried_forward"
ENDPOINTS = (MEAN, RESPONDER, TIME_TO)
MISSING = (LEFT_OUT, NO_IMPROVEMENT, CARRIED_FORWARD)
ANALYSES = {MEAN: "Welch t test", RESPONDER: "Fisher exact test", TIME_TO: "log-rank test"}
# what must be said beside a power that rests on a test
CAUTIONS = {
    ANALYSES[RESPONDER]: (
        "Fisher's exact test is cautious in small trials: without a difference far fewer than the chosen share are "
        "significant, so that by another test of responders fewer patients may be enough"
    )
}
SCENARIO = ("patients_per_arm", "endpoint", "level", "week", "missing", "analysis", "alpha", "seed")
COLUMNS = (
    *("trial", *SCENARIO, "treated_arm", "control_arm", "treated_analysed", "control_analysed"),
    *("treated", "control", "difference", "p_value", "significant"),
)


def simulate_trial(
    assumptions: TrialAssumptions,
    *,
    patients_per_arm: int,
    trials: int,
    seed: int,
    endpoint: str = MEAN,
    level: str = "moderate",
    week: int = 12,
    alpha: float = 0.05,
    missing: str = LEFT_OUT,
) -> pd.DataFrame:
    """Simulate a trial of two arms many times, for its power: draw measures, score them, compare the arms.

    The score is never drawn: `score_total_improvement` makes it of the six measures. Means are compared by Welch's
    t test, responders by Fisher's exact test, times to response by the log-rank test, all two-sided.

    A power is one of a test. Fisher's is cautious where patients or responders are few: of trials without an effect, at
    alpha 0.05, it calls 0.8 % significant with 10 patients an arm and 3.5 % with 24 (moderate response at week 12, 1000
    trials each, ``load_power``), Welch's t test 6.1 and 5.9 %. By Newcombe's interval, which `compare_responders`
    gives, fewer patients may be enough.

    Parameters
    ----------
    assumptions : TrialAssumptions
        What patients, arms and visits are assumed to be like; ``TrialAssumptions.of_sample()`` to begin with.
    patients_per_arm : int
        At least 2.
    trials : int
        How many to simulate.
    seed : int
        The same seed gives the same trials, on every machine.
    endpoint : {"mean", "responder", "time_to"}
        The mean Total Improvement Score, the share of patients in a class of response or above it, or the time to the
        visit at which a patient is first seen there.
    level : str
        The lowest class of a responder: ``minimal``, ``moderate`` or ``major``.
    week : int
        The visit of the endpoint, or up to which the time to response is followed; one of those assumed.
    alpha : float
        A trial is significant if its p value is below this.
    missing : {"left_out", "no_improvement", "carried_forward"}
        What becomes of a patient without a score, or without a certain class, at that visit: she is left out; she
        counts with a score of 0 and as no responder; or her last score, or certain class, after the baseline counts,
        and she is left out if there is none. The time to response of a patient who did not respond ends at the last
        visit at which that is known, or else, with the two other words, at the visit of the endpoint.

    Returns
    -------
    pandas.DataFrame
        One row a trial: ``trial``; how it was made and analysed (``patients_per_arm``, ``endpoint``, ``level``,
        ``week``, ``missing``, ``analysis``, ``alpha``, ``seed``, ``treated_arm``, ``control_arm``); the patients
        analysed (``treated_analysed``, ``control_analysed``); the means (points) or shares, of times to response the
        shares seen to respond, in ``treated`` and ``control``, their ``difference``, ``p_value`` and ``significant``.
        The assumptions in words are in ``attrs["assumptions"]``.

    Raises
    ------
    OptionError
        If an option is not one of those above or cannot be.

    Missing data
    ------------
    Visits are missed, patients drop out and measures are not recorded as the assumptions say. A trial that cannot be
    analysed, with fewer than two patients in an arm or without any spread, has no ``p_value`` and is not significant.

    Source
    ------
    ``tables.load("simulation_parameters")`` for the default assumptions, most of them invented: a simulation tells
    what follows from them, not what will happen.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> assumed = mt.TrialAssumptions.of_sample()
    >>> trials = mt.simulate_trial(assumed, patients_per_arm=24, trials=50, seed=1)
    >>> trials[["trial", "analysis", "missing"]].head(2)
       trial      analysis   missing
    0      1  Welch t test  left_out
    1      2  Welch t test  left_out
    """
    check_options(assumptions, patients_per_arm, trials, seed, endpoint, level, week, alpha, missing)
    visits = assumptions.visit_weeks
    needs_all = endpoint == TIME_TO or missing == CARRIED_FORWARD
    weeks = visits[: visits.index(week) + 1] if needs_all else (0, week)
    drawn = draw_visits(assumptions, patients_per_arm=patients_per_arm, trials=trials, seed=seed, weeks=weeks)
    after = _scored(drawn, endpoint, level)
    if endpoint == TIME_TO:
        times = times_to_response(after, weeks[1:], missing)
        compared = compare_times(*([part[:, arm] for part in times] for arm in _arms(patients_per_arm)))
    else:
        outcome = _at_the_last_visit(after, missing)
        compare = compare_means if endpoint == MEAN else compare_shares
        compared = compare(*(outcome[:, arm] for arm in _arms(patients_per_arm)))
    made = {
        "patients_per_arm": patients_per_arm,
        "endpoint": endpoint,
        "level": "" if endpoint == MEAN else level,
        "week": week,
        "missing": missing,
        "analysis": ANALYSES[endpoint],
        "alpha": alpha,
        "seed": seed,
        "treated_arm": assumptions.treated.name,
        "control_arm": assumptions.control.name,
    }
    found = pd.DataFrame({"trial": np.arange(1, trials + 1), **made, **compared})
    found["significant"] = found["p_value"] < alpha
    found.attrs["assumptions"] = str(assumptions)
    return found[list(COLUMNS)]


def summarise_power(trials: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Power of each scenario, or without a true effect its type I error, from simulated trials.

    Parameters
    ----------
    trials : pandas.DataFrame
        What `simulate_trial` gives; several of them may stand below each other.
    confidence : float
        Of the interval, which says how far the number of trials leaves the power open.

    Returns
    -------
    pandas.DataFrame
        One row a scenario, in the order they came: the columns that say how it was made, ``trials``, ``significant``,
        ``power``, its Monte-Carlo ``standard_error``, and the Wilson interval ``low`` to ``high``; then the means over
        all trials of ``treated``, ``control``, ``difference`` and ``share_analysed``, and ``not_analysed``, the trials
        without a p value.

    Raises
    ------
    MissingColumnError
        If the table is not one of simulated trials.
    OptionError
        If the confidence is not between 0 and 1.

    Missing data
    ------------
    A trial without a p value counts as not significant, and in ``not_analysed``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> trials = mt.simulate_trial(mt.TrialAssumptions.of_sample(), patients_per_arm=24, trials=50, seed=1)
    >>> power = mt.summarise_power(trials)
    >>> bool((power["low"] < power["power"]).all())
    True
    """
    with needs_package("statsmodels"):
        from statsmodels.stats.proportion import proportion_confint

    numbers = ("patients_per_arm", *COLUMNS[-7:-1])
    expected = "a table that simulate_trial gives"
    trials = given_back(
        trials, COLUMNS, expected=expected, numbers=numbers, yes_or_no=["significant"], hint="concatenate several"
    )
    if not 0 < confidence < 1:
        raise OptionError(f"confidence={confidence!r} cannot be.", expected="a share between 0 and 1")
    told = trials.assign(
        _none=trials["p_value"].isna(),
        _share=(trials["treated_analysed"] + trials["control_analysed"]) / (2 * trials["patients_per_arm"]),
    )
    grouped = told.groupby(list(SCENARIO), sort=False, observed=True)
    power = grouped.agg(
        trials=("trial", "size"),
        significant=("significant", "sum"),
        treated=("treated", "mean"),
        control=("control", "mean"),
        difference=("difference", "mean"),
        share_analysed=("_share", "mean"),
        not_analysed=("_none", "sum"),
    ).reset_index()
    share = power["significant"] / power["trials"]
    low, high = proportion_confint(power["significant"], power["trials"], alpha=1 - confidence, method="wilson")
    place = power.columns.get_loc("significant") + 1
    made = {"power": share, "standard_error": np.sqrt(share * (1 - share) / power["trials"]), "low": low, "high": high}
    for name, values in reversed(made.items()):
        power.insert(place, name, values)
    power.attrs = {}
    return power


def compare_means(treated: np.ndarray, control: np.ndarray) -> dict[str, np.ndarray]:
    """Compare means trial by trial, one a row, by Welch's t test; NaN is a patient who is left out."""
    with needs_package("scipy"):
        from scipy.stats import ttest_ind_from_stats

    (mean, spread, count), (other_mean, other_spread, other_count) = (_moments(arm) for arm in (treated, control))
    with np.errstate(divide="ignore", invalid="ignore"):
        tested = ttest_ind_from_stats(mean, spread, count, other_mean, other_spread, other_count, equal_var=False)
    can_be = (count > 1) & (other_count > 1) & (spread + other_spread > 0)
    p_value = np.where(can_be, tested.pvalue, np.nan)
    return _compared(count, other_count, mean, other_mean, p_value)


def compare_shares(treated: np.ndarray, control: np.ndarray) -> dict[str, np.ndarray]:
    """Compare shares of responders, 1 or 0, trial by trial, one a row, by Fisher's exact test."""
    with needs_package("scipy"):
        from scipy.stats import fisher_exact

    (share, _, count), (other_share, _, other_count) = (_moments(arm) for arm in (treated, control))
    yes, other_yes = np.nansum(treated, axis=1), np.nansum(control, axis=1)
    cells = np.stack([yes, count - yes, other_yes, other_count - other_yes], axis=1).astype("int64")
    # A thousand small trials hold far fewer different tables.
    tables, place = np.unique(cells, axis=0, return_inverse=True)
    of_table = np.array([fisher_exact(table.reshape(2, 2))[1] for table in tables])
    p_value = np.where((count > 0) & (other_count > 0), of_table[place.ravel()], np.nan)
    return _compared(count, other_count, share, other_share, p_value)


def _moments(arm: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and number of the known values in each row."""
    known = ~np.isnan(arm)
    count = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, arm, 0.0).sum(axis=1) / count
        squares = np.where(known, (arm - mean[:, None]) ** 2, 0.0).sum(axis=1)
        return mean, np.sqrt(squares / (count - 1)), count


def _compared(
    count: np.ndarray, other_count: np.ndarray, found: np.ndarray, other: np.ndarray, p_value: np.ndarray
) -> dict[str, np.ndarray]:
    return {
        "treated_analysed": count,
        "control_analysed": other_count,
        "treated": found,
        "control": other,
        "difference": found - other,
        "p_value": p_value,
    }


def _arms(patients_per_arm: int) -> tuple[slice, slice]:
    """Where the treated stand among the patients of a trial, and where the controls."""
    return slice(patients_per_arm), slice(patients_per_arm, None)


def _scored(drawn: dict[str, np.ndarray], endpoint: str, level: str) -> np.ndarray:
    """Score all visits in one call: at each after the baseline the score, or 1 and 0 for a responder and another."""
    shape = drawn["week"].shape
    flat = {name: np.ascontiguousarray(values).ravel() for name, values in drawn.items()}
    scored = nw.from_native(score_total_improvement(small_table(flat).to_native()), eager_only=True)
    if endpoint == MEAN:
        found = scored["tis"].to_numpy().astype("float64")
    else:
        names = [one.name for one in classes("adult")]
        response = scored["response"]
        responds = response.is_in(names[names.index(level) :]).fill_null(False).to_numpy()
        found = np.where(response.is_null().to_numpy(), np.nan, responds.astype("float64"))
    return found.reshape(shape)[:, :, 1:]


def _at_the_last_visit(after: np.ndarray, missing: str) -> np.ndarray:
    """What counts for each patient, trials by patients; NaN is one who is left out."""
    last = after[:, :, -1]
    if missing == NO_IMPROVEMENT:
        return np.where(np.isnan(last), 0.0, last)
    if missing == CARRIED_FORWARD:
        for earlier in range(after.shape[2] - 2, -1, -1):
            last = np.where(np.isnan(last), after[:, :, earlier], last)
    return last


def times_to_response(after: np.ndarray, weeks: Sequence[int], missing: str) -> tuple[np.ndarray, np.ndarray]:
    """The week in which each patient is first seen to respond, else the last in which she is known not to; and which.

    `after` holds 1, 0 or NaN by trial, patient and visit. Week 0 is a patient of whom nothing is known.
    """
    responds, known, seen_at = after == 1, ~np.isnan(after), np.array(weeks)
    ever = responds.any(axis=2)
    followed = np.where(known, seen_at, 0).max(axis=2) if missing == LEFT_OUT else np.full(ever.shape, seen_at[-1])
    return np.where(ever, seen_at[responds.argmax(axis=2)], followed), ever


def compare_times(treated: Sequence[np.ndarray], control: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Compare times to response trial by trial by the log-rank test; each arm is the weeks and who responded."""
    with needs_package("scipy"):
        from scipy.stats import CensoredData, logrank

    counted = []
    for week, responded in (treated, control):
        known = week > 0
        counted.append((known.sum(axis=1), (responded & known).sum(axis=1)))
    (count, yes), (other_count, other_yes) = counted
    p_value = np.full(len(count), np.nan)
    for trial in np.flatnonzero((count > 0) & (other_count > 0) & (yes + other_yes > 0)):
        samples = [
            CensoredData(
                uncensored=week[trial][responded[trial]], right=week[trial][~responded[trial] & (week[trial] > 0)]
            )
            for week, responded in (treated, control)
        ]
        p_value[trial] = logrank(*samples).pvalue
    with np.errstate(divide="ignore", invalid="ignore"):
        return _compared(count, other_count, yes / count, other_yes / other_count, p_value)


def check_options(
    assumptions: Any,
    patients_per_arm: Any,
    trials: Any,
    seed: Any,
    endpoint: str,
    level: str,
    week: Any,
    alpha: float,
    missing: str,
) -> None:
    """Refuse what `simulate_trial` cannot do.

    Raises
    ------
    OptionError
        If an option is not one of its own, or cannot be.
    """
    if not isinstance(assumptions, TrialAssumptions):
        raise OptionError(
            f"assumptions is a {type(assumptions).__name__}.",
            expected="TrialAssumptions",
            hint="begin with TrialAssumptions.of_sample()",
        )
    for name, number, least in (("patients_per_arm", patients_per_arm, 2), ("trials", trials, 1), ("seed", seed, 0)):
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
            raise OptionError(f"{name}={number!r} cannot be.", expected=f"a whole number of at least {least}")
    require_option("endpoint", endpoint, ENDPOINTS)
    require_option("missing", missing, MISSING)
    require_option("level", level, [one.name for one in classes("adult")][1:])
    if week not in assumptions.visit_weeks[1:]:
        raise OptionError(
            f"week={week!r} is no visit after the baseline.",
            expected=f"one of {', '.join(f'{one:g}' for one in assumptions.visit_weeks[1:])}",
            hint="visit_weeks is one of the assumptions",
        )
    if not (isfinite(alpha) and 0 < alpha < 1):
        raise OptionError(f"alpha={alpha!r} cannot be.", expected="a share between 0 and 1")
