"""Prednisone that each patient of a trial took between two weeks, from doses at visits or from courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals as nw
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
from myositis_tools.groups import ARM
from myositis_tools.scores import glucocorticoid_exposure
from myositis_tools.scores.options import require_week
from myositis_tools.studies.follow_up.schedule import SCHEDULE, Schedule, checked_weeks, read_schedule
from myositis_tools.studies.trials.arms import arm_of_each, as_columns

DAYS_PER_WEEK = 7
UNKNOWN, LAST_DOSE = "unknown", "last dose"
READ_FROM = "read_from"  # the column that says of what the doses are added up
VISITS = "doses at visits, each until the patient's own next visit or a planned one that she missed"
LAST_AT_VISITS = "doses at visits, each until the next recorded dose"
COURSES, STILL_TAKEN = "medication courses", "medication courses, those without a stop date as still taken"
_DOSE = "prednisone_mg_day"
_ARM_SCHEMA = {
    "patient_id": nw.String,
    "arm": nw.String,
    "from_week": nw.Int64,
    "to_week": nw.Int64,
    **dict.fromkeys(("prednisone_mg_total", "prednisone_mg_total_min", "prednisone_mg_total_max"), nw.Float64),
    "prednisone_mg_day_mean": nw.Float64,
    "missing": nw.String,
    SCHEDULE: nw.String,
}


@dataclass(frozen=True)
class Taken:
    """What a patient took between the weeks, in mg; no upper bound where there is none."""

    name: str
    low: float
    high: float | None
    why: str = ""

    @property
    def total(self) -> float | None:
        """The dose, where it is known."""
        return self.low if self.low == self.high else None


@tables_in_order
def prednisone_between(
    visits: IntoFrameT,
    to_week: int,
    *,
    from_week: int = 0,
    weeks: Sequence[int] | None = None,
    medications: Any = None,
    missing_stop: str = "unknown",
    missing_dose: str = "unknown",
    group: str = ARM,
) -> IntoFrameT:
    """Cumulative prednisone (steroid sparing) of each patient of a trial between two weeks, with its bounds.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit: ``patient_id``, ``week``, the column of arms, and ``prednisone_mg_day``, or, with
        `medications`, ``visit_date``; ``medications_recorded`` is read if it is there.
    to_week, from_week : int
        The days from the one week to the other, the last not included.
    weeks : sequence of int, optional
        The planned visits, which alone can be missed: by default those weeks in which more than half of the patients
        were seen. With ``weeks=[]`` no visit was planned, and none can be missed but the baseline.
    medications : frame, optional
        The courses, as for `glucocorticoid_exposure`. Without them the doses of the visits are read: a dose holds until
        the patient's own next visit.
    missing_stop : {"unknown", "still taken"}
        As in `glucocorticoid_exposure`.
    missing_dose : {"unknown", "last dose"}
        How a visit without a dose, or a planned one that a patient missed, is read: as not known, or as if the last
        dose that was recorded in these weeks had gone on.
    group : str
        The column that says which arm a patient is in. Patients without an arm are left out.

    Returns
    -------
    frame of the same kind
        One row a patient: ``patient_id``, ``arm``, ``from_week``, ``to_week``, ``prednisone_mg_total`` with its
        ``_min`` and ``_max``, ``prednisone_mg_day_mean``, ``missing`` in words, and ``schedule``: which visits were
        taken for planned, empty where courses are read.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option or a column is not there, or no week is common to most patients and none is named.
    MyositisToolsError
        Whatever `glucocorticoid_exposure` refuses.

    Missing data
    ------------
    Nothing that was not recorded counts as zero. Of the visits, a stretch that begins with a visit without a dose, or
    at a planned visit that she missed, is not known: its lower bound is zero and it has no upper one. A visit that
    came early or late stands for the planned one to which it is nearest, and an unscheduled one only ends the dose
    before it. Of courses the bounds are those of `glucocorticoid_exposure`; without a date of the baseline nothing is
    known.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({"patient_id": ["A", "A", "A", "B", "B"], "week": [0, 4, 8, 0, 8], "arm": "IVIg",
    ...     "prednisone_mg_day": [60.0, 30.0, 10.0, 40.0, 10.0]})
    >>> mt.prednisone_between(visits, 8, weeks=[4, 8])[["patient_id", "prednisone_mg_total", "missing"]]
      patient_id  prednisone_mg_total                     missing
    0          A               2520.0
    1          B                  NaN  no dose recorded at week 4
    """
    entrance, arms, said = read_taken(visits, to_week, from_week, weeks, medications, missing_stop, missing_dose, group)
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
            SCHEDULE: said[SCHEDULE],
        }
        for arm, every in arms.items()
        for one in every
    ]
    return entrance.leave_rows(as_columns(rows, _ARM_SCHEMA), _ARM_SCHEMA)


def read_taken(
    visits: Any,
    to_week: int,
    from_week: int,
    weeks: Sequence[int] | None,
    medications: Any,
    missing_stop: str,
    missing_dose: str,
    group: str,
) -> tuple[Entrance, dict[str, list[Taken]], dict[str, str | None]]:
    """Give what each patient of each arm took, and in words which visits were planned and of what it is added up.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option or a column is not there, or it cannot be told which visits were planned.
    MyositisToolsError
        Whatever `glucocorticoid_exposure` refuses.
    """
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
    said: dict[str, str | None]
    if by_courses:
        checked_weeks(weeks, 0, or_baseline=True)
        recorded = {str(row["patient_id"]) for row in beside if kept and row["medications_recorded"] is True}
        taken = _from_courses(patients, medications, from_week, to_week, missing_stop, recorded)
        said = {SCHEDULE: None, READ_FROM: COURSES if missing_stop == UNKNOWN else STILL_TAKEN}
    else:
        schedule = read_schedule({name: [row["week"] for row in own] for name, own in patients.items()}, weeks)
        schedule.require_one(
            otherwise=", or weeks=[] if none was: a dose then holds until the patient's own next visit"
        )
        taken = [_from_visits(name, own, schedule, from_week, to_week, missing_dose) for name, own in patients.items()]
        said = {SCHEDULE: str(schedule), READ_FROM: VISITS if missing_dose == UNKNOWN else LAST_AT_VISITS}
    arms: dict[str, list[Taken]] = {arm: [] for arm in sorted(set(arm_of.values()))}
    for one in taken:
        arms[arm_of[one.name]].append(one)
    return Entrance(visits, entrance.frame), arms, said


def _from_visits(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    schedule: Schedule,
    from_week: float,
    to_week: float,
    missing_dose: str,
) -> Taken:
    """Add up the doses, each until the patient's own next visit or a planned one that she missed."""
    doses: dict[float, float | None] = {float(row["week"]): row[_DOSE] for row in rows}
    doses |= dict.fromkeys(schedule.missed(doses))
    if all(week > from_week for week in doses):
        doses[float(from_week)] = None
    low, dose, unknown = 0.0, None, []
    for week, end in pairwise([*sorted(week for week in doses if week < to_week), float(to_week)]):
        start = max(week, from_week)
        if end <= start:
            continue
        now = doses[week]
        dose = dose if now is None and missing_dose == LAST_DOSE else now
        if dose is None:
            unknown.append(f"{week:g}")
        else:
            low += dose * (end - start) * DAYS_PER_WEEK
    said = f"no dose recorded at week{'s' if len(unknown) > 1 else ''} {', '.join(unknown)}"
    return Taken(name, low, None, said) if unknown else Taken(name, low, low)


def _from_courses(
    patients: Mapping[str, Sequence[Mapping[str, Any]]],
    medications: Any,
    from_week: float,
    to_week: float,
    missing_stop: str,
    recorded: set[str],
) -> list[Taken]:
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
        Taken(
            row["patient_id"],
            row["prednisone_mg_total_min"] or 0.0,
            row["prednisone_mg_total_max"],
            row["missing"] or "",
        )
        for row in plain_rows(to_frame(found))
    ]
