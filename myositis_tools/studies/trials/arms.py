"""The arms of a trial at one week: who is in which, what is known of each, and what is done with what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, listed, require_option
from myositis_tools.frames import Entrance, plain_rows, require_columns, to_frame
from myositis_tools.groups import group_name, in_order_of_groups
from myositis_tools.scores.arithmetic import compute_level
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import SCORED_AS, ScoreOptions, require_week
from myositis_tools.scores.response.ceiling import highest_totals
from myositis_tools.studies.trials.rescue import (
    COMPOSITE,
    TREATMENT_POLICY,
    WHILE_ON_TREATMENT,
    require_estimand,
    rescue_weeks,
)

# complete: leave out; non-responder: nothing gained; worst and best: against and for the arm that is compared
MISSING_STRATEGIES = ("complete", "non-responder", "worst", "best")

SCHEMA = {
    "estimate": nw.String,
    "method": nw.String,
    "interval": nw.String,
    "arm": nw.String,
    "reference": nw.String,
    "value": nw.Float64,
    "low": nw.Float64,
    "high": nw.Float64,
    "unit": nw.String,
    "p_value": nw.Float64,
    "patients": nw.Int64,
    "reference_patients": nw.Float64,
    "confidence": nw.Float64,
}
# beside it where rescue is asked about
RESCUE_SCHEMA = {"estimand": nw.String, "rescued": nw.Int64, "reference_rescued": nw.Float64}


@dataclass(frozen=True)
class Patient:
    """What is known of a patient at the week: her score and the bounds of score and class."""

    name: str
    score: float | None = None
    score_bounds: tuple[float, float] = (0.0, 0.0)
    level_bounds: tuple[int, int] = (0, 0)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    rescue_week: float | None = None  # if it came before the week
    counted: str = ""  # what the estimand makes of that


@dataclass(frozen=True)
class ScoredVisits:
    """The visits of the patients of each arm, scored.

    Attributes
    ----------
    entrance : Entrance
        The way out, on the caller's engine.
    arms : mapping of str to mapping of str to list of mapping
        Of each arm the patients by name, and of each of them the visits: ``week``, ``tis`` with its bounds,
        ``_level_min``, ``_level_max``, and the columns asked for. Arms, patients and weeks are in order.
    weeks : tuple of float
        Every week at which anybody was seen.
    scoring : ScoreOptions
        How they were scored.
    unseen : mapping of str to mapping
        What is known of a visit that a patient does not have: ``tis_max`` and ``_level_max`` are within her reach.
    """

    entrance: Entrance
    arms: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
    weeks: tuple[float, ...]
    scoring: ScoreOptions
    unseen: Mapping[str, Mapping[str, Any]]

    @property
    def baseline_week(self) -> int:
        """The visit the score compares with."""
        return self.scoring.baseline_week

    def require_week_after_baseline(self, week: float) -> None:
        """Refuse a week at which nobody was seen, or that is not after the baseline.

        Raises
        ------
        OptionError, NotFoundError
            If it is none, or not there.
        """
        require_week("week", week)
        if week <= self.baseline_week:
            raise OptionError(
                f"week={week!r} is not after the baseline.", expected=f"a week above {self.baseline_week:g}"
            )
        if float(week) not in self.weeks:
            raise NotFoundError(
                f"There is no visit at week {week:g}.", expected=f"one of {listed(f'{w:g}' for w in self.weeks)}"
            )

    def at(self, week: float, patient: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """A patient's visit in a week; nothing is known of one that did not take place."""
        return next((row for row in patient if row["week"] == week), {})

    def bounds_at(self, week: float, name: str, patient: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Score, and bounds of score and class, of a patient's visit in a week; within her reach where she has none."""
        row = self.at(week, patient)
        return _bounds_of(row if row.get("tis_min") is not None else self.unseen[name])


def score_arms(visits: Any, group: str, scoring: ScoreOptions, columns: Sequence[str] = ()) -> ScoredVisits:
    """Score the visits and sort them by arm and patient; who has no arm is left out.

    Raises
    ------
    MissingColumnError, OptionError
        If a column, or one arm for each patient, is not there.
    MyositisToolsError
        Whatever the score refuses.
    """
    require_columns(visits, (group, *columns))
    names = dict.fromkeys(("patient_id", "week", group, "tis", "tis_min", "tis_max", *columns))
    scored = to_frame(score_visits(visits, scoring), [*names])
    ends = ("min", "max")
    bounds = [compute_level(nw.col(f"tis_{end}"), scoring.population).alias(f"_level_{end}") for end in ends]
    rows = plain_rows(scored.with_columns(*bounds))
    ceilings = highest_totals(visits, scoring).select("patient_id", nw.col("highest_tis_max").alias("tis_max"))
    within_reach = plain_rows(ceilings.with_columns(compute_level(nw.col("tis_max"), scoring.population).alias("_top")))
    arm_of = arm_of_each(rows, group)
    arms: dict[str, dict[str, list[Mapping[str, Any]]]] = {arm: {} for arm in in_order_of_groups(set(arm_of.values()))}
    for row in sorted(rows, key=lambda row: (str(row["patient_id"]), row["week"])):
        name = str(row["patient_id"])
        if name in arm_of:
            arms[arm_of[name]].setdefault(name, []).append(row)
    return ScoredVisits(
        Entrance(visits, scored),
        arms,
        tuple(sorted({float(row["week"]) for row in rows})),
        scoring,
        {str(row["patient_id"]): _unseen(row["tis_max"], row["_top"]) for row in within_reach},
    )


def _unseen(highest: float, level: float) -> dict[str, Any]:
    return {"tis": None, "tis_min": 0.0, "tis_max": highest, "_level_min": 0, "_level_max": level}


def read_arms(
    visits: Any,
    week: int,
    group: str,
    scoring: ScoreOptions,
    *,
    at_baseline: Sequence[str] = (),
    rescue: str | None = None,
    estimand: str = TREATMENT_POLICY,
) -> tuple[Entrance, dict[str, list[Patient]]]:
    """Score the visits and give the patients of each arm at a week, of one who was not seen what is within her reach.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If a column, the week, or an arm for each patient is not there.
    WrongTypeError, ImpossibleValueError
        If rescue is no week after the baseline.
    MyositisToolsError
        Whatever the score refuses.
    """
    require_week("week", week)
    require_estimand(estimand, rescue)
    own = (*at_baseline, *([rescue] if rescue else []))
    scored = score_arms(visits, group, scoring, own)
    scored.require_week_after_baseline(week)
    return scored.entrance, patients_at(scored, week, at_baseline=at_baseline, rescue=rescue, estimand=estimand)


def patients_at(
    scored: ScoredVisits,
    week: float,
    *,
    at_baseline: Sequence[str] = (),
    rescue: str | None = None,
    estimand: str = TREATMENT_POLICY,
) -> dict[str, list[Patient]]:
    """The patients of each arm as an estimand counts them at a week.

    Raises
    ------
    OptionError, WrongTypeError, ImpossibleValueError
        If rescue is no week after the baseline, one a patient.
    """
    rescued = _rescued(scored, rescue)
    arms: dict[str, list[Patient]] = {}
    for arm, patients in scored.arms.items():
        for name, rows in patients.items():
            before = scored.at(scored.baseline_week, rows)
            known: dict[str, Any] = {"baseline": {column: before.get(column) for column in at_baseline}}
            rescue_week = rescued.get(name)
            if rescue_week is None or rescue_week >= week:
                said: dict[str, Any] = scored.bounds_at(week, name, rows)
            else:
                said = _after_rescue(scored, week, name, rows, rescue_week, estimand) | {"rescue_week": rescue_week}
            arms.setdefault(arm, []).append(Patient(name, **said, **known))
    return arms


def _rescued(scored: ScoredVisits, rescue: str | None) -> dict[str, float]:
    if rescue is None:
        return {}
    said = pd.DataFrame(
        [
            {"patient_id": name, rescue: row[rescue]}
            for patients in scored.arms.values()
            for name, rows in patients.items()
            for row in rows
        ],
        columns=["patient_id", rescue],
    )
    names = pd.Index(said["patient_id"].unique())
    found = rescue_weeks(said, rescue, names, int(scored.baseline_week))
    return {name: float(week) for name, week in found.dropna().items()}


def _bounds_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "score": row["tis"],
        "score_bounds": (row["tis_min"], row["tis_max"]),
        "level_bounds": (int(row["_level_min"]), int(row["_level_max"])),
    }


def _after_rescue(
    scored: ScoredVisits,
    week: float,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    rescue_week: float,
    estimand: str,
) -> dict[str, Any]:
    if estimand == TREATMENT_POLICY:
        return scored.bounds_at(week, name, rows) | {"counted": f"as seen at week {week:g}"}
    if estimand == COMPOSITE:
        failed = {"score": 0.0, "score_bounds": (0.0, 0.0), "level_bounds": (0, 0)}
        return failed | {"counted": "no improvement"}
    seen = [row for row in rows if scored.baseline_week < row["week"] <= rescue_week]
    if estimand == WHILE_ON_TREATMENT and seen:
        return _bounds_of(seen[-1]) | {"counted": f"as seen at week {seen[-1]['week']:g}"}
    return _bounds_of(scored.unseen[name]) | {"counted": "not known"}


def arm_of_each(rows: Sequence[Mapping[str, Any]], group: str) -> dict[str, str]:
    """Give the arm of each patient who has one, in the order of the rows.

    Raises
    ------
    OptionError
        If a patient is in two.
    """
    found: dict[str, str] = {}
    for row in rows:
        if row[group] is None:
            continue
        name, arm = str(row["patient_id"]), group_name(row[group])
        if found.setdefault(name, arm) != arm:
            raise OptionError(
                f"Column {group} puts a patient into two arms.",
                where=f"patient {name}",
                expected="one value a patient",
                hint="compare by what is known at baseline",
            )
    return found


def strategies(missing: str | Sequence[str], *, allowed: Sequence[str] = MISSING_STRATEGIES) -> tuple[str, ...]:
    """Give the named strategies, one or several.

    Raises
    ------
    OptionError
        If one is not known.
    """
    asked = (missing,) if isinstance(missing, str) else tuple(missing)
    for one in asked:
        require_option("missing", one, allowed)
    return asked


def settle(bounds: tuple[float, float], strategy: str, *, is_reference: bool) -> float | None:
    """Say what a value of which only bounds are known counts as under a strategy; None if it is left out."""
    low, high = bounds
    if low == high:
        return low
    if strategy == "complete":
        return None
    if strategy == "non-responder":
        return low
    return high if (strategy == "best") != is_reference else low


def require_confidence(confidence: float) -> None:
    """Refuse a level of confidence that is no share.

    Raises
    ------
    OptionError
        If it does not lie between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise OptionError(
            f"confidence={confidence!r} is no share.", expected="a number above 0 and below 1, such as 0.95"
        )


def defined(value: float | None) -> float | None:
    """Give a plain number, or None where a library could not give one."""
    return None if value is None or isnan(value) else float(value)


def as_columns(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Turn rows into the columns of a table."""
    return {name: [row.get(name) for row in rows] for name in schema}


def leave_scored(
    entrance: Entrance, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any], scoring: ScoreOptions
) -> Any:
    """Give rows that rest on a score as a table on the caller's engine; each says by which options it was scored."""
    said = [{**row, SCORED_AS: str(scoring)} for row in rows]
    schema = {**schema, SCORED_AS: nw.String}
    return entrance.leave_rows(as_columns(said, schema), schema)
