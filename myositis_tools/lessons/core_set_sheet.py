"""The core set of one patient at two visits, as a learner gets it: measurements and the table of points, no result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from myositis_tools.lessons.sample_facts import points_above_edges, points_of, scored
from myositis_tools.lessons.texts import Wording
from myositis_tools.scores.core_set import (
    ENZYME,
    Band,
    Instrument,
    bands,
    enzyme_instruments,
    measures,
    scale_instruments,
)

BASELINE = 0
MMT = "mmt8_150"
_SCALES = ("physician_global_cm", "patient_global_cm", MMT, "haq_di", "extramuscular_cm")


def instrument_of(measure: str, enzyme: str = "") -> Instrument:
    """The instrument that the sample was measured with."""
    if measure == ENZYME:
        return next(one for one in enzyme_instruments() if one.key == enzyme)
    return next(one for one in scale_instruments("adult") if one.measure == measure and one.key in _SCALES)


@dataclass(frozen=True)
class MeasuredPair:
    """A measure at baseline and at a later visit, and how its change can be counted, rightly and wrongly."""

    measure: str
    instrument: Instrument
    baseline: float
    value: float

    @property
    def gain(self) -> float:
        """The change in units of the instrument, improvement positive."""
        return self.baseline - self.value if self.instrument.is_better_lower else self.value - self.baseline

    @property
    def percent_of_range(self) -> float:
        """The change as the score takes it."""
        return self.gain * self.instrument.percent_per_unit

    @property
    def points(self) -> float:
        """The points that it earns."""
        return points_of(self.measure, self.percent_of_range)

    @property
    def points_above_edge(self) -> float:
        """The points if an edge belonged to the band above it."""
        return points_above_edges(self.measure, self.percent_of_range)

    @property
    def points_in_floats(self) -> float:
        """The points if the last digit of a binary number decided."""
        width = float(self.instrument.range or 1)
        return points_of(self.measure, self.gain / width * 100, to_the_last_digit=True)

    @property
    def points_of_baseline(self) -> float:
        """The points if the change were a percentage of the value at baseline."""
        return points_of(self.measure, 100 * self.gain / self.baseline) if self.baseline else 0.0


def measured_pairs(patient: str, week: int, *, enzyme: str = "") -> tuple[MeasuredPair, ...]:
    """The six measures of a patient at baseline and in a week, with the enzyme that is followed or another."""
    before, after = (scored().loc[(patient, at)] for at in (BASELINE, week))
    found = []
    for measure in measures():
        instrument = instrument_of(measure, enzyme or str(after["enzyme"]))
        name = instrument.column.name
        found.append(MeasuredPair(measure, instrument, float(before[name]), float(after[name])))
    return tuple(found)


def label_of(pair: MeasuredPair, wording: Wording) -> str:
    """The measure in the learner's language; an enzyme by its own name."""
    return pair.instrument.column.label if pair.measure == ENZYME else wording.say(f"measure_{pair.measure}")


def band_in_words(band: Band, wording: Wording) -> str:
    """A band in the learner's language."""
    if band.above is None:
        return wording.say("band_lowest", to=band.to)
    return wording.say("band_highest" if band.to is None else "band_between", above=band.above, to=band.to)


def _unit_of(pair: MeasuredPair, wording: Wording) -> str:
    """The unit in the learner's language where it is a word."""
    unit = pair.instrument.column.unit
    return wording.say("points") if unit == "points" else unit


def _in_signs(band: Band, wording: Wording) -> str:
    """A band by the edge it begins above, with its points: short enough for a table."""
    edge = f"≤ {wording.number(band.to)} %" if band.above is None else f"> {wording.number(band.above)} %"
    return f"{edge}: {wording.number(band.points)}"


def every_enzyme(patient: str, week: int) -> tuple[MeasuredPair, ...]:
    """Each enzyme that was measured at both visits."""
    pairs = [measured_pairs(patient, week, enzyme=one.key)[measures().index(ENZYME)] for one in enzyme_instruments()]
    return tuple(pair for pair in pairs if pair.baseline == pair.baseline and pair.value == pair.value)


def sheet_of(pairs: Sequence[MeasuredPair], wording: Wording) -> pd.DataFrame:
    """The pairs as a table to work on, with the points that each band gives."""
    rows: list[dict[str, Any]] = [
        {
            "measure": label_of(pair, wording),
            "baseline": pair.baseline,
            "at_the_visit": pair.value,
            "range": pair.instrument.range,
            "unit": _unit_of(pair, wording),
            "points": "; ".join(_in_signs(band, wording) for band in bands()[pair.measure]),
        }
        for pair in pairs
    ]
    return pd.DataFrame(rows).rename(columns={name: wording.say(f"column_{name}") for name in rows[0]})
