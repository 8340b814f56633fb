"""The six core set measures of myositis: which column each is read from, its range, and the points it can earn.

A cohort records muscle strength on one of several scales, function by one of two questionnaires, and up to five
enzymes. Which of them a calculation reads is chosen in `chosen_core_set.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from myositis_tools.frames import Column, columns
from myositis_tools.tables import Record, records

ENZYME = "enzyme"
STRENGTH = "mmt"


@dataclass(frozen=True)
class Band:
    """A band of the points table: changes above one edge earn its points, the edge itself does not."""

    above: float | None
    to: float | None
    points: float

    def __str__(self) -> str:
        """Write the band as a person reads it."""
        if self.above is None:
            return f"worse, or up to {self.to:g} %"
        return f"more than {self.above:g} %" if self.to is None else f"more than {self.above:g} to {self.to:g} %"


@dataclass(frozen=True)
class Instrument:
    """A column that can stand for a core set measure, with the range its changes are a percentage of.

    Attributes
    ----------
    key : str
        The column's name; for an enzyme the word that names it.
    measure : str
        The core set measure it stands for.
    column : Column
        The column of the visits.
    range : float or None
        Width of the scale, in the column's unit; None where no source gives it.
    step : float
        The smallest step of the instrument.
    source, place, evidence, decision : str
        Where the range comes from.
    """

    key: str
    measure: str
    column: Column
    range: float | None
    step: float
    source: str
    place: str
    evidence: str
    decision: str

    @property
    def percent_per_unit(self) -> float:
        """How many percent of the range one unit is."""
        return 100 / self.range  # type: ignore[operator]  # no core set admits an instrument without a range

    @property
    def is_better_lower(self) -> bool:
        """Whether a fall is an improvement."""
        return self.column.better == "lower"

    @property
    def best(self) -> float | None:
        """The best value of the scale, or None where its end is not known."""
        return self.column.minimum if self.is_better_lower else self.column.maximum

    @property
    def worst(self) -> float | None:
        """The worst value of the scale, or None where it has no such end."""
        return self.column.maximum if self.is_better_lower else self.column.minimum


@dataclass(frozen=True)
class ResponseClass:
    """A class of response and the lowest score that belongs to it."""

    name: str
    minimum: float


@cache
def classes(population: str) -> tuple[ResponseClass, ...]:
    """The classes of a population, from no response upward."""
    rows = [row for row in records("improvement_classes") if row["population"] == population]
    found = [ResponseClass(str(row["response"]), float(row["minimum_score"] or 0)) for row in rows]
    return tuple(sorted(found, key=lambda one: one.minimum))


@cache
def bands() -> Mapping[str, tuple[Band, ...]]:
    """The bands of each measure, in the order of the points table."""
    found: dict[str, list[Band]] = {}
    for row in records("improvement_points"):
        band = Band(row["above_percent"], row["to_percent"], row["points"])  # type: ignore[arg-type]
        found.setdefault(str(row["measure"]), []).append(band)
    return MappingProxyType({measure: tuple(of_measure) for measure, of_measure in found.items()})


def measures() -> tuple[str, ...]:
    """Name the six measures, in the order of the points table."""
    return tuple(bands())


def points_possible(measure: str) -> float:
    """Say how many points a measure can give."""
    return max(band.points for band in bands()[measure])


@cache
def measure_label(measure: str) -> str:
    """Name a measure in words."""
    return next(str(row["label"]) for row in records("improvement_points") if row["measure"] == measure)


@cache
def enzyme_instruments() -> tuple[Instrument, ...]:
    """The enzymes, in the order that settles ties."""
    rows = sorted(records("enzymes"), key=lambda row: float(row["order"] or 0))
    return tuple(_instrument(row, str(row["enzyme"]), ENZYME, row["range_xuln"], row["step_xuln"]) for row in rows)


@cache
def scale_instruments(population: str) -> tuple[Instrument, ...]:
    """The scales that a population can be measured on."""
    return tuple(
        _instrument(row, str(row["column"]), str(row["measure"]), row["range"], row["step"])
        for row in records("core_set_ranges")
        if population in str(row["populations"]).split("|")
    )


@cache
def overridable() -> tuple[str, ...]:
    """Name the columns whose range the caller may state: those that the instrument itself does not fix."""
    scales = tuple(str(row["column"]) for row in records("core_set_ranges") if row["overridable"] == "yes")
    return (*(enzyme.column.name for enzyme in enzyme_instruments()), *scales)


def _instrument(row: Record, key: str, measure: str, width: Any, step: Any) -> Instrument:
    texts = {name: str(row[name] or "") for name in ("source", "place", "evidence", "decision")}
    return Instrument(key, measure, columns("visits")[str(row["column"])], width, step, **texts)


@cache
def populations() -> tuple[str, ...]:
    """Name the populations that have thresholds of their own."""
    return tuple(dict.fromkeys(str(row["population"]) for row in records("improvement_classes")))


def stand_ins_for_enzymes(population: str) -> tuple[Instrument, ...]:
    """What may stand in the place of the enzymes."""
    return tuple(one for one in scale_instruments(population) if one.measure == ENZYME)
