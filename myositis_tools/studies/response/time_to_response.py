"""Between which two visits each patient first responded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import require_option
from myositis_tools.frames import Entrance, plain_rows, require_columns, to_frame
from myositis_tools.groups import ARM, EVERYBODY, NOT_RECORDED, group_name, grouped_by
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import SCORED_AS, ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.follow_up.schedule import checked_weeks
from myositis_tools.studies.response.response_over_time import visit_levels, with_planned_visits
from myositis_tools.studies.trials.rescue import one_each, rescue_weeks

RESPONSE, RESCUE, NONE, UNKNOWN = "response", "rescue", "none", "unknown"
_WEEKS = ("week", "after_week", "by_week", "last_week")


@takes_options
def time_to_response(
    visits: IntoFrameT,
    *,
    level: str = "moderate",
    sustained: bool = False,
    group: str | None = ARM,
    rescue: str | None = None,
    weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Time to response (interval-censored): between which two visits each patient first responded.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits
        As for `score_total_improvement`.
    level : {"minimal", "moderate", "major"}
        The class of response, or a higher one.
    sustained : bool
        Ask for the response that lasts: in the class at every visit from then to the last, two at least. One that was
        lost and came again counts from when it came to stay.
    group : str, optional
        A column that says which group a patient belongs to. None, or a table that names no arm, makes one group of
        all.
    rescue : str, optional
        A column with the week in which a patient was given rescue treatment, empty if she was not. What is seen after
        that week counts no more; a visit in that week counts as before it. A response before rescue has not lasted.
    weeks : sequence of int, optional
        The weeks at which a visit was planned, as for `response_over_time`.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a patient, in the order of ``patient_id``:

        ``group``
            Her group, ``all patients`` without one, ``not recorded`` where it is empty.
        ``event``
            ``response``, ``rescue`` (before any response), ``none``, or ``unknown`` where no visit says anything.
        ``week``
            When that was seen: the first visit known to be in the class, the rescue, else the last visit known to be
            without the class.
        ``after_week``, ``by_week``
            The response came after the first and by the second; ``by_week`` is empty where none is certain.
        ``last_week``
            The last visit at which it is known whether she is in the class.
        ``censored``
            Whether no response has been seen.
        ``because``
            What is not known.

    Raises
    ------
    MyositisToolsError
        Whatever `score_total_improvement` refuses.
    OptionError
        If there is no such class, a planned week is none, or a patient has two groups or weeks of rescue.
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If the column of the groups or of rescue is not there, or rescue is no week after the baseline.

    Missing data
    ------------
    A visit whose class is not certain is neither a response nor known to be without one. It widens the interval:
    ``after_week`` stands before the first visit at which the response is possible, ``by_week`` is the first at which
    it is certain. At the baseline nobody has responded.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A"] * 4, "week": [0, 4, 8, 12], "physician_global_cm": [6.0, 6.0, None, 3.0],
    ...     "patient_global_cm": [5.0, 5.0, None, 3.0], "mmt8_150": [120, 121, None, 135],
    ...     "haq_di": [1.5, 1.5, 1.5, 1.0], "ck_xuln": [8.0, 8.0, 8.0, 2.0], "extramuscular_cm": [3.0] * 4})
    >>> mt.time_to_response(visits, level="moderate")[["event", "after_week", "by_week", "because"]]
          event  after_week  by_week                            because
    0  response         4.0     12.0  class not certain at 1 of 3 visits
    """
    scoring = ScoreOptions(**score_options)
    baseline_week = scoring.baseline_week
    names = [one.name for one in classes(scoring.population)]
    require_option("level", level, names[1:])
    planned = checked_weeks(weeks, baseline_week)
    scored = score_visits(visits, scoring)
    group = grouped_by(group, visits)
    own = [name for name in dict.fromkeys((group, rescue)) if name is not None]
    require_columns(scored, own)
    scored = to_frame(scored, ("patient_id", "week", "tis_min", "tis_max", *own))
    levels = visit_levels(scored, scoring.population, baseline_week)
    levels = with_planned_visits(levels, visits, scoring, planned)
    said = pd.DataFrame(plain_rows(scored.select("patient_id", *own).unique()), columns=["patient_id", *own])
    seen = pd.DataFrame(plain_rows(levels), columns=["patient_id", "week", "_lowest", "_highest"])
    people = pd.DataFrame(index=pd.Index(sorted(said["patient_id"].unique()), name="patient_id"))
    people["group"] = _groups(said, group, people.index)
    people["rescue"] = rescue_weeks(said, rescue, people.index, baseline_week)
    table = first_times(people, seen, names.index(level), sustained=sustained, baseline_week=baseline_week)
    kind = scored.collect_schema()["patient_id"]
    schema = {
        "patient_id": nw.Int64 if kind.is_integer() else nw.String,
        **dict.fromkeys(("group", "event"), nw.String),
        **dict.fromkeys(_WEEKS, nw.Float64),
        "censored": nw.Boolean,
        "because": nw.String,
        SCORED_AS: nw.String,
    }
    table[SCORED_AS] = str(scoring)
    rows = {
        name: [None if value != value else value for value in table[name].tolist()] for name in schema
    }  # NaN is not itself
    return Entrance(visits, scored).leave_rows(rows, schema)


def _groups(said: pd.DataFrame, group: str | None, patients: pd.Index) -> Any:
    if group is None:
        return EVERYBODY
    found = one_each(said, group).map(group_name)
    return found.reindex(patients).astype(object).where(lambda text: text.notna(), NOT_RECORDED)


def first_times(
    people: pd.DataFrame, seen: pd.DataFrame, level: int, *, sustained: bool, baseline_week: int
) -> pd.DataFrame:
    """As `time_to_response`, from the group and rescue of each patient and the lowest and highest class of her visits.

    ``people`` has one row a patient, named by its index; ``seen`` one row a visit after the baseline, as
    `visit_levels` makes them.
    """
    numbers = {"week": "float64", "_lowest": "float64", "_highest": "float64"}
    # By the place of the patient, because numbers are grouped and found faster than texts.
    seen = seen.assign(patient_id=people.index.get_indexer(seen["patient_id"])).astype(numbers)
    people = people.reset_index()
    seen = seen[~(seen["week"] > seen["patient_id"].map(people["rescue"]).astype("float64"))]
    certain, possible = seen["_lowest"] >= level, seen["_highest"] >= level
    last_without = _of_each(people, seen[~possible], "max").fillna(baseline_week)
    if sustained:
        by = _start_of_lasting(people, seen, certain).where(people["rescue"].isna())
        after = last_without
    else:
        by = _of_each(people, seen[certain], "min")
        soonest = seen["patient_id"].map(_of_each(people, seen[possible], "min"))
        first_possible = soonest.astype("float64").fillna(float("inf"))
        after = _of_each(people, seen[seen["week"] < first_possible], "max").fillna(baseline_week)
    last_known = _of_each(people, seen[certain | ~possible], "max")
    event = pd.Series(NONE, index=people.index, dtype=object).where(last_known.notna(), UNKNOWN)
    event = event.mask(people["rescue"].notna(), RESCUE).mask(by.notna(), RESPONSE)
    week = last_without.mask(event == UNKNOWN).mask(event == RESCUE, people["rescue"]).mask(event == RESPONSE, by)
    counts = seen.assign(open=(possible & ~certain).astype("int64")).groupby("patient_id")["open"]
    visits, open_visits = (of.reindex(people.index).fillna(0).astype("int64") for of in (counts.size(), counts.sum()))
    because = [
        "no visit after the baseline" if not of else f"class not certain at {some} of {of} visits" if some else ""
        for some, of in zip(open_visits, visits, strict=True)
    ]
    found = people.assign(event=event, week=week, after_week=after, by_week=by, last_week=last_known, because=because)
    return found.assign(censored=found["by_week"].isna())


def _of_each(people: pd.DataFrame, seen: pd.DataFrame, end: str) -> pd.Series:
    """The first or the last of some visits of each patient; empty where she has none."""
    return seen.groupby("patient_id")["week"].agg(end).reindex(people.index).astype("float64")


def _start_of_lasting(people: pd.DataFrame, seen: pd.DataFrame, certain: pd.Series) -> pd.Series:
    """The first of the visits after the last that is not certain, if they are two at least."""
    last_not = seen["patient_id"].map(_of_each(people, seen[~certain], "max")).fillna(-float("inf"))
    kept = seen[seen["week"] > last_not]
    times = kept.groupby("patient_id")["week"].size().reindex(people.index).fillna(0)
    return _of_each(people, kept, "min").where(times > 1)
