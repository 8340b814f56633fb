"""The arms of a trial at one week: who is in which, what is known of each, and what is done with what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import narwhals as nw

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, listed, nearest, require_option
from myositis_tools.frames import Entrance, has, plain_rows
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.arithmetic import compute_level
from myositis_tools.scores.baseline import require_week
from myositis_tools.scores.core_set import classes, measures, points_possible

# complete: leave out; non-responder: nothing gained; worst and best: against and for the arm that is compared
MISSING_STRATEGIES = ("complete", "non-responder", "worst", "best")
PLACEBO = "placebo"

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
}


@dataclass(frozen=True)
class Patient:
    """What is known of a patient at the week: her score and the bounds of score and class."""

    name: str
    score: float | None = None
    score_bounds: tuple[float, float] = (0.0, 0.0)
    level_bounds: tuple[int, int] = (0, 0)
    baseline: Mapping[str, Any] = field(default_factory=dict)


def read_arms(
    visits: Any, week: int, group: str, *, at_baseline: Sequence[str] = (), **score_options: Any
) -> tuple[Entrance, dict[str, list[Patient]]]:
    """Score the visits and give the patients of each arm at a week, one who was not seen with the widest bounds.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If a column, the week, or an arm for each patient is not there.
    MyositisToolsError
        Whatever the score refuses.
    """
    require_week("week", week)
    baseline_week = score_options.get("baseline_week", 0)
    if week <= baseline_week:
        raise OptionError(f"week={week!r} is not after the baseline.", expected=f"a week above {baseline_week:g}")
    for name in (group, *at_baseline):
        if not has(visits, name):
            present = nw.from_native(visits).collect_schema().names()
            raise MissingColumnError(
                f"There is no column {name!r}.",
                where=f"columns present: {listed(present)}",
                expected="a column of the visits",
                hint=nearest(name, present),
            )
    population = score_options.get("population", "adult")
    scored = nw.from_native(score_total_improvement(visits, **score_options))
    bounds = {end: compute_level(nw.col(f"tis_{end}"), population).alias(f"_level_{end}") for end in ("min", "max")}
    names = dict.fromkeys(("patient_id", "week", group, "tis", "tis_min", "tis_max", *at_baseline))
    rows = plain_rows(scored.select(*names, *bounds.values()))
    weeks = sorted({float(row["week"]) for row in rows})
    if float(week) not in weeks:
        raise NotFoundError(
            f"There is no visit at week {week:g}.", expected=f"one of {listed(f'{w:g}' for w in weeks)}"
        )
    top = len(classes(population)) - 1
    highest = sum(points_possible(measure) for measure in measures())
    at_week = {str(row["patient_id"]): row for row in rows if row["week"] == week}
    before = {str(row["patient_id"]): row for row in rows if row["week"] == baseline_week}
    arms: dict[str, list[Patient]] = {}
    for name, arm in _arm_of_each(rows, group).items():
        row = at_week.get(name)
        seen = row is not None and row["tis_min"] is not None
        arms.setdefault(arm, []).append(
            Patient(
                name,
                row["tis"] if seen else None,
                (row["tis_min"], row["tis_max"]) if seen else (0.0, highest),
                (int(row["_level_min"]), int(row["_level_max"])) if seen else (0, top),
                {column: before.get(name, {}).get(column) for column in at_baseline},
            )
        )
    return Entrance(visits, scored), dict(sorted(arms.items()))


def _arm_of_each(rows: Sequence[Mapping[str, Any]], group: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if row[group] is None:
            continue
        name, arm = str(row["patient_id"]), str(row[group])
        if found.setdefault(name, arm) != arm:
            raise OptionError(
                f"Column {group} puts a patient into two arms.",
                where=f"patient {name}",
                expected="one value a patient",
                hint="compare by what is known at baseline",
            )
    return found


def choose_reference(arms: Sequence[str], reference: str | None) -> str:
    """Say which arm the others are compared with: the one that is asked for, or the placebo.

    Raises
    ------
    OptionError, NotFoundError
        If there is nothing to compare, or the arm is not there.
    """
    if len(arms) < 2:
        raise OptionError(
            "There are no two arms to compare.",
            where=f"arms present: {listed(arms) or 'none'}",
            expected="at least two",
        )
    if reference is None:
        named = [arm for arm in arms if arm.lower() == PLACEBO]
        if not named:
            raise OptionError(
                "It is not clear which arm the others are compared with.",
                expected=f"reference= one of {listed(repr(arm) for arm in arms)}",
            )
        return named[0]
    if reference not in arms:
        raise NotFoundError(
            f"There is no arm {reference!r}.", expected=listed(arms), hint=nearest(reference, list(arms))
        )
    return reference


def strategies(missing: str | Sequence[str]) -> tuple[str, ...]:
    """Give the named strategies, one or several.

    Raises
    ------
    OptionError
        If one is not known.
    """
    asked = (missing,) if isinstance(missing, str) else tuple(missing)
    for one in asked:
        require_option("missing", one, MISSING_STRATEGIES)
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
