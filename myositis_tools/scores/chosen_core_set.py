"""Which columns of the visits stand for the six core set measures; never guessed where two could serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import AmbiguousColumnError, MissingColumnError, OptionError, listed
from myositis_tools.frames import has
from myositis_tools.scores.core_set import (
    ENZYME,
    Instrument,
    enzyme_instruments,
    measure_label,
    measures,
    scale_instruments,
    stand_ins_for_enzymes,
)
from myositis_tools.scores.options import LeftOut, ScoreOptions


@dataclass(frozen=True)
class CoreSet:
    """The columns that one calculation reads.

    Attributes
    ----------
    options : ScoreOptions
        What was asked for.
    scales : mapping of str to Instrument
        The measures that are one column each.
    enzymes : tuple of Instrument
        The enzymes to choose from, in the order that settles ties.
    """

    options: ScoreOptions
    scales: Mapping[str, Instrument]
    enzymes: tuple[Instrument, ...]

    @property
    def population(self) -> str:
        """``adult`` or ``juvenile``."""
        return self.options.population

    @property
    def baseline_week(self) -> int:
        """The week of the visit that all others are compared with."""
        return self.options.baseline_week

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The enzymes that are not followed, and in whom."""
        return self.options.left_out

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the visits that are read."""
        instruments = (*self.scales.values(), *self.enzymes)
        return ("patient_id", "week", *(instrument.column.name for instrument in instruments))

    @property
    def enzyme_label(self) -> str:
        """What to call the enzyme before one is chosen."""
        return self.enzymes[0].column.label if len(self.enzymes) == 1 else "muscle enzyme"


def choose_core_set(visits: Any, options: ScoreOptions, *, needs_ranges: bool = True) -> CoreSet:
    """Say which columns of the visits are read; not every calculation needs the ranges of their scales.

    Raises
    ------
    OptionError
        If a measure would be followed whose range is not known.
    AmbiguousColumnError
        If two columns could serve for a measure and no option says which.
    MissingColumnError
        If no column serves for a measure.
    """
    asked = {"mmt": options.mmt, "haq": options.function, "extramuscular": options.extramuscular}
    arguments = {"mmt": "mmt", "haq": "function", "extramuscular": "extramuscular"}
    scales = {}
    for measure in measures():
        if measure != ENZYME:
            candidates = [one for one in scale_instruments(options.population) if one.measure == measure]
            argument = arguments.get(measure, measure)
            scales[measure] = _choose_scale(visits, candidates, argument, asked.get(measure))
    stated = options.ranges or {}
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
        for enzyme in _choose_enzymes(visits, options)
    )
    for enzyme in followed:
        if enzyme.range is None and needs_ranges:
            raise OptionError(
                f"The range of {enzyme.column.label} is not known.",
                where=f"column {enzyme.column.name}",
                expected=f"ranges={{{enzyme.column.name!r}: ...}}, the width of the scale",
                hint="no source that was read gives it, so the package does not assume one",
            )
    return CoreSet(options, MappingProxyType(scales), followed)


def _choose_scale(visits: Any, candidates: Sequence[Instrument], argument: str, asked: str | None) -> Instrument:
    names = [candidate.key for candidate in candidates]
    if asked is not None:
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


def _choose_enzymes(visits: Any, options: ScoreOptions) -> tuple[Instrument, ...]:
    candidates, stand_ins = enzyme_instruments(), stand_ins_for_enzymes(options.population)
    if options.enzymes is not None:
        return tuple(one for one in (*candidates, *stand_ins) if one.key in options.enzymes)
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


def _no_column(label: str, candidates: Sequence[Instrument]) -> MissingColumnError:
    hints = "a value that was not recorded is an empty cell; a column must be there even if it is empty"
    if candidates[0].measure == ENZYME:
        hints = "mt.to_xuln makes multiples of the upper limit from U/L or ukat/L; " + hints
    return MissingColumnError(
        f"The visits table has no column for {label}.",
        expected=f"one of {listed(one.column.name for one in candidates)}",
        hint=hints,
    )
