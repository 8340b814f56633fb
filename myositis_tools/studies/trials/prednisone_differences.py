"""Prednisone of one arm against another between two weeks: cumulative, and as a daily mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import needs_package
from myositis_tools.frames import tables_in_order
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.studies.follow_up.schedule import SCHEDULE
from myositis_tools.studies.trials.arms import SCHEMA, as_columns, require_confidence, settle, strategies
from myositis_tools.studies.trials.prednisone_taken import DAYS_PER_WEEK, READ_FROM, Taken, read_taken
from myositis_tools.studies.trials.two_samples import shift, welch

STRATEGIES = ("complete", "worst", "best")
DAILY, CUMULATIVE = "mean daily prednisone", "cumulative prednisone"
NO_BOUND = "a patient whose dose has no upper bound"
_SCHEMA = {
    "from_week": nw.Int64,
    "to_week": nw.Int64,
    "missing": nw.String,
    **SCHEMA,
    "patients": nw.Float64,
    "because": nw.String,
    "caution": nw.String,
    "not_known": nw.Int64,
    "reference_not_known": nw.Float64,
    SCHEDULE: nw.String,
    READ_FROM: nw.String,
}


@tables_in_order
def compare_prednisone(
    visits: IntoFrameT,
    to_week: int,
    *,
    from_week: int = 0,
    weeks: Sequence[int] | None = None,
    medications: Any = None,
    missing_stop: str = "unknown",
    missing_dose: str = "unknown",
    group: str = ARM,
    reference: str | None = None,
    missing: str | Sequence[str] = "complete",
    confidence: float = 0.95,
) -> IntoFrameT:
    """Steroid sparing: compare the prednisone taken in each arm between two weeks.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits, to_week, from_week, weeks, medications, missing_stop, missing_dose, group
        As in `prednisone_between`.
    reference, confidence
        As in `compare_scores`.
    missing : {"complete", "worst", "best"} or several of them
        What is done with a patient whose dose is not known, see below.

    Returns
    -------
    frame of the same kind
        One row a strategy and estimate: ``from_week``, ``to_week``, ``missing``, ``estimate`` (``mean daily
        prednisone`` in mg/day, ``cumulative prednisone`` in mg), ``method`` (``mean`` of one arm, ``welch`` and
        ``hodges-lehmann`` of an arm against the reference) and its full name ``interval``, ``arm``, ``reference``,
        ``value``, ``low``, ``high``, ``unit``, ``p_value``, ``patients``, ``reference_patients``, ``confidence``,
        ``because``, ``caution`` (where an interval and its p value do not say the same), ``not_known`` and
        ``reference_not_known``; ``schedule`` (which visits were taken for planned) and ``read_from`` (doses at
        visits or medication courses, and how long a dose was taken to go on). Less is better.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column or an arm is not there, or no week is common to most patients and none is named.
    MyositisToolsError
        Whatever `glucocorticoid_exposure` refuses.

    Missing data
    ------------
    ``complete`` leaves out whose dose is not known; ``worst`` counts the most she can have taken in the arm that is
    compared and the least in the reference, ``best`` the reverse. Where there is no upper bound for a patient the
    bound cannot be had, and the row says so.

    Source
    ------
    SciPy (Student, Welch, Mann-Whitney). Equivalents: ``tables.load("glucocorticoids")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_prednisone(mt.load_visits(), 26)
    >>> asked = found["estimate"] == "mean daily prednisone"
    >>> found.loc[asked, ["method", "arm", "value", "low", "high", "patients"]].round(1)
               method      arm  value   low  high  patients
    0            mean     IVIg   42.2  38.9  45.4      21.0
    1            mean  placebo   48.8  45.3  52.3      17.0
    2           welch     IVIg   -6.6 -11.3  -2.0      21.0
    3  hodges-lehmann     IVIg   -7.3 -12.1  -1.7      21.0
    """
    chosen = strategies(missing, allowed=STRATEGIES)
    require_confidence(confidence)
    entrance, arms, said = read_taken(visits, to_week, from_week, weeks, medications, missing_stop, missing_dose, group)
    base = choose_reference(list(arms), reference)
    open_in = {arm: sum(one.total is None for one in every) for arm, every in arms.items()}
    rows = []
    for strategy in chosen:
        totals = {arm: _settled(every, strategy, is_reference=arm == base) for arm, every in arms.items()}
        for estimate, unit, days in (
            (DAILY, "mg/day", (to_week - from_week) * DAYS_PER_WEEK),
            (CUMULATIVE, "mg", 1),
        ):
            asked = {"from_week": from_week, "to_week": to_week, "missing": strategy, "because": "", "caution": ""}
            asked |= {"confidence": confidence, **said}
            values = {arm: None if found is None else found / days for arm, found in totals.items()}
            of_arms = {arm: {"arm": arm, "not_known": open_in[arm]} for arm in arms}
            of_base = {"reference": base, "reference_not_known": open_in[base]}
            rows += [
                asked | of_arms[arm] | _of_one_arm(values[arm], confidence, unit) | {"estimate": estimate}
                for arm in arms
            ]
            rows += [
                asked | of_arms[arm] | of_base | row | {"estimate": estimate}
                for arm in arms
                if arm != base
                for row in _of_two_arms(values[arm], values[base], confidence, unit)
            ]
    return entrance.leave_rows(as_columns(rows, _SCHEMA), _SCHEMA)


def _settled(every: Sequence[Taken], strategy: str, *, is_reference: bool) -> np.ndarray | None:
    """The totals as a strategy counts them; None where one of them has no bound. More prednisone is worse."""
    found = []
    for one in every:
        if one.total is not None:
            found.append(one.total)
        elif strategy != "complete":
            turned = settle(
                (-(one.high if one.high is not None else np.inf), -one.low), strategy, is_reference=is_reference
            )
            if turned is None or not np.isfinite(turned):
                return None
            found.append(-turned)
    return np.array(found, dtype=float)


def _of_one_arm(values: np.ndarray | None, confidence: float, unit: str) -> dict[str, Any]:
    with needs_package("scipy"):
        from scipy.stats import t

    row: dict[str, Any] = {"method": "mean", "interval": "Student's t", "unit": unit}
    if values is None:
        return row | {"because": NO_BOUND}
    row |= {"patients": len(values)}
    if not len(values):
        return row | {"because": "an arm without a known dose"}
    row["value"] = float(values.mean())
    if len(values) < 2 or not np.ptp(values):
        return row | {"because": "no spread between the patients"}
    reach = float(t.ppf((1 + confidence) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return row | {"low": row["value"] - reach, "high": row["value"] + reach}


def _of_two_arms(
    own: np.ndarray | None, other: np.ndarray | None, confidence: float, unit: str
) -> list[dict[str, Any]]:
    if own is None or other is None:
        return [
            {"method": method, "interval": interval, "unit": unit, "because": NO_BOUND}
            for method, interval in (("welch", "Welch's t"), ("hodges-lehmann", "Moses, normal approximation"))
        ]
    counts = {"patients": len(own), "reference_patients": len(other)}
    return [counts | each(own, other, confidence, unit=unit) for each in (welch, shift)]
