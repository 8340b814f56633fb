"""What can be drawn over time: a column of the visits or of their score, with its unit and its better direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from myositis_tools.errors import OptionError, listed, nearest
from myositis_tools.frames import columns, enter, in_pandas
from myositis_tools.groups import group_name
from myositis_tools.scores.core_set import enzyme_instruments, scale_instruments

POPULATIONS = ("adult", "juvenile")
INFUSION = "infusion"  # beside the measures: whether one was given at the visit


@dataclass(frozen=True)
class Measure:
    """A number that a patient has at a visit.

    Attributes
    ----------
    column : str
        The column it is read from.
    label, unit : str
        What to call it, and its unit.
    better : str
        ``lower``, ``higher``, or empty where neither is better.
    is_scored : bool
        Whether `score_total_improvement` makes the column.
    minimum, maximum : float or None
        The ends of the scale.
    percent_per_unit : float or None
        How many percent of the range one unit is; None where no range is known.
    """

    column: str
    label: str
    unit: str
    better: str
    is_scored: bool
    minimum: float | None
    maximum: float | None
    percent_per_unit: float | None

    @property
    def title(self) -> str:
        """Its name with a capital and its unit."""
        return f"{self.label[:1].upper()}{self.label[1:]}" + (f", {self.unit}" if self.unit else "")

    @property
    def direction(self) -> str:
        """Which direction is better, for an axis."""
        return f"{self.better} is better" if self.better else ""


@cache
def measure_named(name: str) -> Measure:
    """Look up a measure.

    Raises
    ------
    OptionError
        If there is no such measure.
    """
    known = drawable()
    if name not in known:
        raise OptionError(
            f"measure={name!r} is not known.", expected=f"one of {listed(known, most=30)}", hint=nearest(name, known)
        )
    is_scored = name in columns("responses")
    column = columns("responses" if is_scored else "visits")[name]
    widths = {
        one.column.name: one.percent_per_unit
        for one in (*enzyme_instruments(), *(scale for who in POPULATIONS for scale in scale_instruments(who)))
        if one.range
    }
    return Measure(
        name,
        column.label,
        column.unit,
        column.better,
        is_scored,
        column.minimum,
        column.maximum,
        None if is_scored else widths.get(name),
    )


@cache
def drawable() -> tuple[str, ...]:
    """Name every measure, those of the visits first."""
    numbers = [name for name, column in columns("visits").items() if column.type == "number"]
    scored = [name for name, column in columns("responses").items() if column.type == "number"]
    return (*numbers, *scored)


def checked_visits(visits: pd.DataFrame, needs: Sequence[str]) -> pd.DataFrame:
    """Check columns of the visits at the door: patients as text, weeks as whole numbers, the rest as given there."""
    entrance = enter(visits, "visits", needs=("patient_id", "week", *needs), unique=("patient_id", "week"))
    clean = in_pandas(entrance.frame)
    clean["patient_id"] = [str(name) for name in clean["patient_id"]]
    clean["week"] = clean["week"].astype("int64")
    return clean


def known_numbers(visits: pd.DataFrame) -> tuple[str, ...]:
    """Name the measures that the visits have as columns."""
    return tuple(name for name in drawable() if name in columns("visits") and name in visits.columns)


def known_columns(visits: pd.DataFrame) -> tuple[str, ...]:
    """Name what a figure reads of the visits: the measures, and the infusions if they are there."""
    return (*known_numbers(visits), *(name for name in (INFUSION,) if name in visits.columns))


@cache
def _words() -> frozenset[str]:
    return frozenset(
        word for table in ("visits", "screening", "responses") for one in columns(table).values() for word in one.words
    )


def spoken(value: object) -> str:
    """A word of the contract as a person says it; any other text as it is."""
    text = group_name(value)
    return text.replace("_", " ") if text in _words() else text
