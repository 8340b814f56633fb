"""The six core set measures of myositis: which column each is read from, its range, and the points it can earn.

A cohort records muscle strength on one of several scales, function by one of two questionnaires, and up to five
enzymes. `choose_core_set` settles which columns a calculation reads and never guesses between two that could serve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import (
    AmbiguousColumnError,
    MissingColumnError,
    OptionError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.frames import Column, columns, has
from myositis_tools.tables import Record, records

ENZYME = "enzyme"
STRENGTH = "mmt"

# enzyme: the reason it is left out in every patient, or patient: the reason for that one
LeaveOut = Mapping[str, "str | Mapping[Any, str]"]


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
class LeftOut:
    """An enzyme that is not followed, with the reason; in every patient, or in those named."""

    enzyme: Instrument
    reason: str
    patients: tuple[str, ...] | None

    def concerns(self, patient_id: object) -> bool:
        """Whether it is left out in a patient."""
        return self.patients is None or str(patient_id) in self.patients


@dataclass(frozen=True)
class CoreSet:
    """The columns that one calculation reads.

    Attributes
    ----------
    population : str
        ``adult`` or ``juvenile``.
    scales : mapping of str to Instrument
        The measures that are one column each.
    enzymes : tuple of Instrument
        The enzymes to choose from, in the order that settles ties.
    left_out : tuple of LeftOut
        Those that are not followed, and in whom.
    """

    population: str
    scales: Mapping[str, Instrument]
    enzymes: tuple[Instrument, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the visits that are read."""
        instruments = (*self.scales.values(), *self.enzymes)
        return ("patient_id", "week", *(instrument.column.name for instrument in instruments))

    @property
    def enzyme_label(self) -> str:
        """What to call the enzyme before one is chosen."""
        return self.enzymes[0].column.label if len(self.enzymes) == 1 else "muscle enzyme"


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


def choose_core_set(
    visits: Any,
    *,
    population: str,
    mmt: str | None,
    function: str | None,
    extramuscular: str | None,
    enzymes: Sequence[str] | None,
    ranges: Mapping[str, float] | None = None,
    leave_out: LeaveOut | None = None,
    needs_ranges: bool = True,
) -> CoreSet:
    """Settle which columns of the visits are read; not every calculation needs the ranges of their scales.

    Raises
    ------
    OptionError
        If an option names a population, scale, enzyme or range that is not known.
    AmbiguousColumnError
        If two columns could serve for a measure and no option says which.
    MissingColumnError
        If no column serves for a measure.
    """
    require_option("population", population, _populations())
    asked = {"mmt": mmt, "haq": function, "extramuscular": extramuscular}
    arguments = {"mmt": "mmt", "haq": "function", "extramuscular": "extramuscular"}
    scales = {}
    for measure in measures():
        if measure != ENZYME:
            candidates = [one for one in scale_instruments(population) if one.measure == measure]
            argument = arguments.get(measure, measure)
            scales[measure] = _choose_scale(visits, candidates, argument, asked.get(measure))
    stated = _checked_ranges(ranges)
    followed = tuple(
        replace(
            enzyme,
            range=stated[enzyme.column.name],
            source="",
            place="",
            evidence="decision",
            decision="stated by the caller",
        )
        if enzyme.column.name in stated
        else enzyme
        for enzyme in _choose_enzymes(visits, population, enzymes)
    )
    for enzyme in followed:
        if enzyme.range is None and needs_ranges:
            raise OptionError(
                f"The range of {enzyme.column.label} is not known.",
                where=f"column {enzyme.column.name}",
                expected=f"ranges={{{enzyme.column.name!r}: ...}}, the width of the scale",
                hint="no source that was read gives it, so the package does not assume one",
            )
    return CoreSet(population, MappingProxyType(scales), followed, _checked_left_out(leave_out))


def _populations() -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(row["population"]) for row in records("improvement_classes")))


def _choose_scale(visits: Any, candidates: Sequence[Instrument], argument: str, asked: str | None) -> Instrument:
    names = [candidate.key for candidate in candidates]
    if asked is not None:
        require_option(argument, asked, names)
        return candidates[names.index(asked)]
    present = [candidate for candidate in candidates if has(visits, candidate.key)]
    if len(present) > 1:
        raise AmbiguousColumnError(
            f"Several columns could serve: {listed(one.key for one in present)}.",
            expected=f"{argument}= with one of them",
            hint=f"for example {argument}={present[0].key!r}",
        )
    if present:
        return present[0]
    if len(candidates) == 1:
        return candidates[0]  # the door will say that this column is not there
    raise _no_column(measure_label(candidates[0].measure), candidates)


def _choose_enzymes(visits: Any, population: str, asked: Sequence[str] | None) -> tuple[Instrument, ...]:
    candidates = enzyme_instruments()
    stand_ins = tuple(one for one in scale_instruments(population) if one.measure == ENZYME)
    if asked is not None:
        words = (asked,) if isinstance(asked, str) else tuple(asked)
        known = [one.key for one in (*candidates, *stand_ins)]
        for word in words:
            if word not in known:
                raise OptionError(
                    f"enzymes={word!r} is not known.", expected=f"some of {listed(known)}", hint=nearest(word, known)
                )
        chosen = tuple(one for one in (*candidates, *stand_ins) if one.key in words)
        if not chosen or (len(chosen) > 1 and any(one in stand_ins for one in chosen)):
            raise OptionError(
                f"enzymes={asked!r} cannot be followed.",
                expected=f"some of {listed(one.key for one in candidates)}"
                + "".join(f"; or {one.key} alone" for one in stand_ins),
                hint="leave the option out to use every enzyme that the table has",
            )
        return chosen
    present = tuple(one for one in candidates if has(visits, one.column.name))
    instead = tuple(one for one in stand_ins if has(visits, one.column.name))
    if present and instead:
        raise AmbiguousColumnError(
            f"Muscle enzymes and {instead[0].column.label} could both serve.",
            where=f"columns {listed(one.column.name for one in (*present, *instead))}",
            expected="enzymes= with the enzymes to choose from, or with the summary score",
            hint=f"for example enzymes=[{present[0].key!r}] or enzymes=[{instead[0].key!r}]",
        )
    if not present and not instead:
        raise _no_column(measure_label(ENZYME), (*candidates, *stand_ins))
    return present or instead


def _checked_left_out(leave_out: LeaveOut | None) -> tuple[LeftOut, ...]:
    known = {one.key: one for one in enzyme_instruments()}
    found: dict[tuple[str, str, bool], list[str]] = {}
    for name, said in (leave_out or {}).items():
        if name not in known:
            raise OptionError(
                f"leave_out={{{name!r}: ...}} names no enzyme.",
                expected=f"some of {listed(known)}",
                hint=nearest(name, list(known)),
            )
        by_patient = said if isinstance(said, Mapping) else {None: said}
        for patient, reason in by_patient.items():
            if not isinstance(reason, str) or not reason.strip():
                raise OptionError(
                    f"leave_out={{{name!r}: {said!r}}} gives no reason.",
                    expected="the reason as text, or a mapping of patients to reasons",
                    hint=f"for example leave_out={{{name!r}: 'liver disease'}}",
                )
            found.setdefault((name, reason.strip(), patient is None), []).append(str(patient))
    return tuple(
        LeftOut(known[name], reason, None if everybody else tuple(patients))
        for (name, reason, everybody), patients in found.items()
    )


def _no_column(label: str, candidates: Sequence[Instrument]) -> MissingColumnError:
    hints = "a value that was not recorded is an empty cell; a column must be there even if it is empty"
    if candidates[0].measure == ENZYME:
        hints = "mt.to_xuln makes multiples of the upper limit from U/L or ukat/L; " + hints
    return MissingColumnError(
        f"The visits table has no column for {label}.",
        expected=f"one of {listed(one.column.name for one in candidates)}",
        hint=hints,
    )


def _checked_ranges(ranges: Mapping[str, float] | None) -> dict[str, float]:
    stated = dict(ranges or {})
    for name, width in stated.items():
        if name not in overridable():
            meant = f"{name}_xuln" if f"{name}_xuln" in overridable() else name
            is_fixed = name in columns("visits")
            raise OptionError(
                f"ranges={{{name!r}: ...}} cannot be set.",
                expected=f"columns among {listed(overridable())}",
                hint="the other scales fix their own range" if is_fixed else nearest(meant, overridable()),
            )
        is_number = isinstance(width, Real) and not isinstance(width, bool)
        if not (is_number and isfinite(width) and width > 0):
            raise OptionError(
                f"ranges={{{name!r}: {width!r}}} is not a range.",
                expected=f"a number above 0{_in_unit(name)}",
                hint="the width of the scale, that is the best value less the worst",
            )
    return stated


def _in_unit(name: str) -> str:
    unit = columns("visits")[name].unit
    return f", in {unit}" if unit else ""
