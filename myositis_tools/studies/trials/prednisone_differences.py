"""Prednisone of one arm against another between two weeks: cumulative, and as a daily mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, require_option
from myositis_tools.frames import (
    Entrance,
    as_dates,
    enter,
    has,
    plain_rows,
    require_columns,
    tables_in_order,
    to_frame,
    to_pandas,
)
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores import glucocorticoid_exposure
from myositis_tools.scores.options import require_week
from myositis_tools.studies.trials.arms import SCHEMA, arm_of_each, as_columns, require_confidence, settle, strategies
from myositis_tools.studies.trials.two_samples import shift, welch

DAYS_PER_WEEK = 7
STRATEGIES = ("complete", "worst", "best")
DAILY, CUMULATIVE = "mean daily prednisone", "cumulative prednisone"
UNKNOWN, LAST_DOSE = "unknown", "last dose"
NO_BOUND = "a patient whose dose has no upper bound"
_DOSE = "prednisone_mg_day"
_ARM_SCHEMA = {
    "patient_id": nw.String,
    "arm": nw.String,
    "from_week": nw.Int64,
    "to_week": nw.Int64,
    **dict.fromkeys(("prednisone_mg_total", "prednisone_mg_total_min", "prednisone_mg_total_max"), nw.Float64),
    "prednisone_mg_day_mean": nw.Float64,
    "missing": nw.String,
}
_SCHEMA = {
    "from_week": nw.Int64,
    "to_week": nw.Int64,
    "missing": nw.String,
    **SCHEMA,
    "patients": nw.Float64,
    "because": nw.String,
    "not_known": nw.Int64,
    "reference_not_known": nw.Float64,
}


@dataclass(frozen=True)
class _Taken:
    """What a patient took between the weeks, in mg; no upper bound where there is none."""

    name: str
    low: float
    high: float | None
    why: str = ""

    @property
    def total(self) -> float | None:
        return self.low if self.low == self.high else None


@tables_in_order
def prednisone_between(
    visits: IntoFrameT,
    to_week: int,
    *,
    from_week: int = 0,
    medications: Any = None,
    missing_stop: str = "unknown",
    missing_dose: str = "unknown",
    group: str = ARM,
) -> IntoFrameT:
    """Cumulative prednisone (steroid sparing) of each patient of a trial between two weeks, with its bounds.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit: ``patient_id``, ``week``, the column of arms, and ``prednisone_mg_day``, or, with
        `medications`, ``visit_date``; ``medications_recorded`` is read if it is there.
    to_week, from_week : int
        The days from the one week to the other, the last not included.
    medications : frame, optional
        The courses, as for `glucocorticoid_exposure`. Without them the doses of the visits are read: a dose holds until
        the next visit.
    missing_stop : {"unknown", "still taken"}
        As in `glucocorticoid_exposure`.
    missing_dose : {"unknown", "last dose"}
        How a visit without a dose, or one that a patient missed, is read: as not known, or as if the last dose that was
        recorded in these weeks had gone on.
    group : str
        The column that says which arm a patient is in. Patients without an arm are left out.

    Returns
    -------
    frame of the same kind
        One row a patient: ``patient_id``, ``arm``, ``from_week``, ``to_week``, ``prednisone_mg_total`` with its
        ``_min`` and ``_max``, ``prednisone_mg_day_mean``, and ``missing`` in words.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option or a column is not there.
    MyositisToolsError
        Whatever `glucocorticoid_exposure` refuses.

    Missing data
    ------------
    Nothing that was not recorded counts as nought. Of the visits, a stretch that begins with a visit without a dose, or
    where a visit is missing that others had, is not known: its lower bound is nought and it has no upper one. Of
    courses the bounds are those of `glucocorticoid_exposure`; without a date of the baseline nothing is known.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({"patient_id": ["A", "A", "A", "B", "B"], "week": [0, 4, 8, 0, 8], "arm": "IVIg",
    ...     "prednisone_mg_day": [60.0, 30.0, 10.0, 40.0, 10.0]})
    >>> mt.prednisone_between(visits, 8)[["patient_id", "prednisone_mg_total", "missing"]]
      patient_id  prednisone_mg_total                     missing
    0          A               2520.0
    1          B                  NaN  no dose recorded at week 4
    """
    entrance, arms = _read(visits, to_week, from_week, medications, missing_stop, missing_dose, group)
    days = (to_week - from_week) * DAYS_PER_WEEK
    rows = [
        {
            "patient_id": one.name,
            "arm": arm,
            "from_week": from_week,
            "to_week": to_week,
            "prednisone_mg_total": one.total,
            "prednisone_mg_total_min": one.low,
            "prednisone_mg_total_max": one.high,
            "prednisone_mg_day_mean": None if one.total is None else one.total / days,
            "missing": one.why,
        }
        for arm, every in arms.items()
        for one in every
    ]
    return entrance.leave_rows(as_columns(rows, _ARM_SCHEMA), _ARM_SCHEMA)


@tables_in_order
def compare_prednisone(
    visits: IntoFrameT,
    to_week: int,
    *,
    from_week: int = 0,
    medications: Any = None,
    missing_stop: str = "unknown",
    missing_dose: str = "unknown",
    group: str = ARM,
    reference: str | None = None,
    missing: str | Sequence[str] = "complete",
    confidence: float = 0.95,
) -> IntoFrameT:
    """Steroid sparing: the prednisone that the patients of each arm took between two weeks, compared.

    Parameters
    ----------
    visits, to_week, from_week, medications, missing_stop, missing_dose, group
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
        ``because``, ``not_known`` and ``reference_not_known``. Less is better.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column or an arm is not there.
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
    entrance, arms = _read(visits, to_week, from_week, medications, missing_stop, missing_dose, group)
    base = choose_reference(list(arms), reference)
    open_in = {arm: sum(one.total is None for one in every) for arm, every in arms.items()}
    rows = []
    for strategy in chosen:
        totals = {arm: _settled(every, strategy, is_reference=arm == base) for arm, every in arms.items()}
        for estimate, unit, days in (
            (DAILY, "mg/day", (to_week - from_week) * DAYS_PER_WEEK),
            (CUMULATIVE, "mg", 1),
        ):
            asked = {"from_week": from_week, "to_week": to_week, "missing": strategy, "because": ""}
            asked |= {"confidence": confidence}
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


# ------------------------------------------------------------------------------------------------- what each one took


def _read(
    visits: Any, to_week: int, from_week: int, medications: Any, missing_stop: str, missing_dose: str, group: str
) -> tuple[Entrance, dict[str, list[_Taken]]]:
    for name, week in (("to_week", to_week), ("from_week", from_week)):
        require_week(name, week)
    require_option("missing_dose", missing_dose, (UNKNOWN, LAST_DOSE))
    if to_week <= from_week:
        raise OptionError(
            f"to_week={to_week!r} is not after from_week={from_week!r}.", expected=f"a week above {from_week:g}"
        )
    require_columns(visits, (group,))
    by_courses = medications is not None
    needs = ("patient_id", "week", "visit_date" if by_courses else _DOSE)
    entrance = enter(visits, "visits", needs=needs, unique=("patient_id", "week"))
    kept = ["medications_recorded"] if by_courses and has(visits, "medications_recorded") else []
    rows = plain_rows(entrance.frame.select(*needs))
    beside = plain_rows(to_frame(visits, ("patient_id", "week", group, *kept)))
    arm_of = arm_of_each(beside, group)
    patients: dict[str, list[Mapping[str, Any]]] = {name: [] for name in sorted(arm_of)}
    for row in sorted(rows, key=lambda row: row["week"]):
        if str(row["patient_id"]) in patients:
            patients[str(row["patient_id"])].append(row)
    weeks = sorted({row["week"] for rows in patients.values() for row in rows if from_week <= row["week"] < to_week})
    if by_courses:
        recorded = {str(row["patient_id"]) for row in beside if kept and row["medications_recorded"] is True}
        taken = _from_courses(patients, medications, from_week, to_week, missing_stop, recorded)
    else:
        span = sorted({float(from_week), *weeks, float(to_week)})
        taken = [_from_visits(name, rows, span, missing_dose) for name, rows in patients.items()]
    arms: dict[str, list[_Taken]] = {arm: [] for arm in sorted(set(arm_of.values()))}
    for one in taken:
        arms[arm_of[one.name]].append(one)
    return Entrance(visits, entrance.frame), arms


def _from_visits(name: str, rows: Sequence[Mapping[str, Any]], weeks: Sequence[float], missing_dose: str) -> _Taken:
    """Add up the doses, each until the next week at which anybody was seen."""
    dose_of = {row["week"]: row[_DOSE] for row in rows}
    low, dose, unknown = 0.0, None, []
    for start, end in pairwise(weeks):
        now = dose_of.get(start)
        dose = dose if now is None and missing_dose == LAST_DOSE else now
        if dose is None:
            unknown.append(f"{start:g}")
        else:
            low += dose * (end - start) * DAYS_PER_WEEK
    said = f"no dose recorded at week{'s' if len(unknown) > 1 else ''} {', '.join(unknown)}"
    return _Taken(name, low, None, said) if unknown else _Taken(name, low, low)


def _from_courses(
    patients: Mapping[str, Sequence[Mapping[str, Any]]],
    medications: Any,
    from_week: float,
    to_week: float,
    missing_stop: str,
    recorded: set[str],
) -> list[_Taken]:
    """Add up the courses in the days between the weeks, counted from the date of week 0."""
    first_day = {
        name: next((row["visit_date"] for row in rows if row["week"] == 0), None) for name, rows in patients.items()
    }
    start = pd.Series([first_day[name] for name in patients], dtype="float64")
    windows = pd.DataFrame(
        {
            "patient_id": list(patients),
            "from_date": as_dates(start + from_week * DAYS_PER_WEEK),
            "to_date": as_dates(start + (to_week * DAYS_PER_WEEK - 1)),
            "medications_recorded": [name in recorded for name in patients],
        }
    )
    courses = to_pandas(medications)
    if "patient_id" in courses:
        courses = courses.assign(patient_id=[str(name) for name in courses["patient_id"]])
    found = glucocorticoid_exposure(courses, windows, missing_stop=missing_stop)
    return [
        _Taken(
            row["patient_id"],
            row["prednisone_mg_total_min"] or 0.0,
            row["prednisone_mg_total_max"],
            row["missing"] or "",
        )
        for row in plain_rows(to_frame(found))
    ]


# ------------------------------------------------------------------------------------------------------- the estimates


def _settled(every: Sequence[_Taken], strategy: str, *, is_reference: bool) -> np.ndarray | None:
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
