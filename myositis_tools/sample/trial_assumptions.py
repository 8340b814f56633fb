"""What a simulated trial is assumed to be like: every number of it by name, the sample's calibration by default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError, require_option
from myositis_tools.frames import columns
from myositis_tools.sample.calibration import row_of, shares, value

MEASURES = ("physician", "patient", "mmt", "haq", "extramuscular")
CK = "ck"
_CK_PARAMETERS = ("ck_median", "ck_spread", "ck_highest", "ck_normal_median", "ck_normal_spread", "ck_power")
_CHANCES = ("dropout_chance", "dropout_for_activity", "missed_visit_chance")


@dataclass(frozen=True)
class ArmAssumption:
    """How an arm responds: the share of disease activity removed in the long run, and how fast."""

    name: str
    response_mean: float
    response_weeks: float


@dataclass(frozen=True)
class MeasureAssumption:
    """One core set measure: its median before treatment, how patients differ, how far it follows disease activity."""

    name: str
    median: float
    spread: float
    responsiveness: float
    visit_noise: float
    missing_chance: float


@dataclass(frozen=True)
class TrialAssumptions:
    """The assumptions from which patients of a simulated trial are drawn; ``mt.TrialAssumptions.of_sample()``.

    Each patient has a severity in every measure, correlated with the others, and loses a share of disease activity
    over time; the measures follow it, each in part. CK is the only enzyme. Nobody is screened: who has little to lose
    has little to gain. Printed, it lists every number with its unit and where it is from.

    Attributes
    ----------
    subtype : str
        Whose medians before treatment these are.
    treated, control : ArmAssumption
        Share of disease activity removed, and the time constant in weeks.
    measures : tuple of MeasureAssumption
        Physician, patient, mmt (in points lost), haq and extramuscular, in this order. Medians and visit noise are in
        the unit of the instrument, the spread is on the logit scale.
    severity_correlation : tuple of tuples
        Between the measures and CK, before treatment, in the order of `measures` with CK last.
    visit_weeks : tuple of int
        When patients are seen, the baseline at 0 first.
    ck_median, ck_spread, ck_highest, ck_normal_median, ck_normal_spread, ck_power, ck_visit_noise : float
        CK before treatment and how it falls, in multiples of the upper limit or on the logarithmic scale.
    response_spread, response_lowest, response_highest, responsiveness_spread : float
        How patients of one arm differ, as shares of the activity removed.
    dropout_chance, dropout_for_activity, missed_visit_chance, blood_sample_missing_chance : float
        At each visit after the baseline; drop-out rises with the square of the activity that is left.

    Raises
    ------
    OptionError
        If a number is none, a chance is not between 0 and 1, or the weeks do not start at 0 and rise.

    Source
    ------
    ``tables.load("simulation_parameters")``; most of its numbers are invented, and each row says so.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> assumed = mt.TrialAssumptions.of_sample()
    >>> print(str(assumed).splitlines()[0])
    Subtype: dermatomyositis. Visits in weeks 0, 4, 8, 12, 26, 52. Only CK as enzyme; nobody is screened.
    >>> assumed.but(dropout_chance=0.1).dropout_chance
    0.1
    """

    subtype: str
    treated: ArmAssumption
    control: ArmAssumption
    measures: tuple[MeasureAssumption, ...]
    severity_correlation: tuple[tuple[float, ...], ...]
    visit_weeks: tuple[int, ...]
    ck_median: float
    ck_spread: float
    ck_highest: float
    ck_normal_median: float
    ck_normal_spread: float
    ck_power: float
    ck_visit_noise: float
    response_spread: float
    response_lowest: float
    response_highest: float
    responsiveness_spread: float
    dropout_chance: float
    dropout_for_activity: float
    missed_visit_chance: float
    blood_sample_missing_chance: float

    def __post_init__(self) -> None:
        """Refuse what cannot be; lists become tuples, so that equal assumptions are known again."""
        object.__setattr__(self, "measures", tuple(self.measures))
        object.__setattr__(self, "visit_weeks", tuple(self.visit_weeks))
        object.__setattr__(self, "severity_correlation", tuple(tuple(row) for row in self.severity_correlation))
        for name, number in self._numbers():
            if not isfinite(number):
                raise OptionError(f"{name}={number!r} is no number.", expected="a finite number")
            if name.endswith("_chance") and not 0 <= number <= 1:
                raise OptionError(f"{name}={number!r} is no chance.", expected="a share from 0 to 1")
            if name.endswith(("_median", "_weeks")) and number <= 0:
                raise OptionError(f"{name}={number!r} cannot be.", expected="a number above 0")
        for one in self.measures:
            if one.median >= _worst(one.name):
                raise OptionError(
                    f"{one.name}_median={one.median!r} is off its scale.",
                    expected=f"a number below {_worst(one.name):g}",
                )
        weeks = self.visit_weeks
        if len(weeks) < 2 or weeks[0] != 0 or any(late <= early for early, late in pairwise(weeks)):
            raise OptionError(
                f"visit_weeks={weeks!r} is no schedule.", expected="weeks that start at 0, the baseline, and rise"
            )
        if np.linalg.eigvalsh(np.array(self.severity_correlation)).min() <= 0:
            raise OptionError(
                "severity_correlation contradicts itself.", expected="a positive definite matrix of correlations"
            )

    @classmethod
    def of_sample(cls, subtype: str = "dermatomyositis") -> TrialAssumptions:
        """Read the assumptions that `simulate` makes of a subtype.

        Parameters
        ----------
        subtype : str
            A subtype of the simulated cohort.

        Returns
        -------
        TrialAssumptions

        Raises
        ------
        OptionError
            If the cohort has no such subtype.
        """
        require_option("subtype", subtype, tuple(shares("subtype_share")))
        treated, control = (
            ArmAssumption(name, value("response_mean", name), value("response_weeks", name))
            for name in shares("response_mean")
        )
        single = ("response_spread", "response_lowest", "response_highest", "responsiveness_spread", *_CHANCES)
        of_subtype = ("ck_median", "ck_spread")
        return cls(
            subtype=subtype,
            treated=treated,
            control=control,
            measures=tuple(_measure(name, subtype) for name in MEASURES),
            severity_correlation=_correlation((*MEASURES, CK)),
            visit_weeks=tuple(int(week) for week in shares("visit_week").values()),
            ck_visit_noise=value("visit_noise", CK),
            blood_sample_missing_chance=value("missing_chance", "blood_sample"),
            **{name: value(name, subtype if name in of_subtype else "") for name in _CK_PARAMETERS},
            **{name: value(name) for name in single},
        )

    def but(self, **changes: Any) -> TrialAssumptions:
        """Make other assumptions: these, with some changed by name.

        Raises
        ------
        OptionError
            If there is no such assumption, or it cannot be.
        """
        for name in changes:
            require_option("assumption", name, tuple(field.name for field in fields(self)))
        return replace(self, **changes)

    def with_effect(self, effect: float) -> TrialAssumptions:
        """Scale the difference between the arms: 0 makes the treated respond as the controls do, 1 changes nothing."""
        treated, control = self.treated, self.control
        mean = control.response_mean + effect * (treated.response_mean - control.response_mean)
        weeks = control.response_weeks + effect * (treated.response_weeks - control.response_weeks)
        if not (isfinite(effect) and weeks > 0):
            raise OptionError(
                f"effect={effect!r} cannot be.", expected="a multiple of the assumed difference of the arms"
            )
        return replace(self, treated=replace(treated, response_mean=mean, response_weeks=weeks))

    def with_drop_out(self, factor: float) -> TrialAssumptions:
        """Multiply the chance to be lost at a visit: 0 loses nobody, 1 changes nothing.

        Raises
        ------
        OptionError
            If the factor is below 0, or makes more of a chance than a chance can be.
        """
        chances = {name: factor * getattr(self, name) for name in ("dropout_chance", "dropout_for_activity")}
        if not (isfinite(factor) and factor >= 0):
            raise OptionError(f"factor={factor!r} cannot be.", expected="a multiple of the assumed drop-out, 0 or more")
        return replace(self, **chances)

    def frame(self) -> pd.DataFrame:
        """List every number: ``assumption``, ``of``, ``value``, ``unit``, ``source``, ``given`` if not the sample's."""
        rows = [_described(*each) for each in self._listed()]
        return pd.DataFrame(rows, columns=["assumption", "of", "value", "unit", "source"])

    def __str__(self) -> str:
        """Say them in words, one a line."""
        weeks = ", ".join(f"{week:g}" for week in self.visit_weeks)
        lines = [
            f"Subtype: {self.subtype}. Visits in weeks {weeks}. Only CK as enzyme; nobody is screened.",
            *(
                f"{one.assumption}{f' ({one.of})' if one.of else ''}: {one.value:g} {one.unit} [{one.source}]"
                for one in self.frame().itertuples()
            ),
        ]
        return "\n".join(lines)

    def _numbers(self) -> Iterator[tuple[str, float]]:
        for name, _, number, _ in self._listed():
            yield name, number

    def _listed(self) -> Iterator[tuple[str, str, float, str]]:
        """Every number: the parameter, of what, the number, and the row of the table that holds the sample's."""
        for arm in (self.treated, self.control):
            yield "response_mean", arm.name, arm.response_mean, arm.name
            yield "response_weeks", arm.name, arm.response_weeks, arm.name
        for one in self.measures:
            yield f"{one.name}_median", self.subtype, one.median, self.subtype
            yield f"{one.name}_spread", "", one.spread, ""
            yield "responsiveness", one.name, one.responsiveness, one.name
            yield "visit_noise", one.name, one.visit_noise, one.name
            yield "missing_chance", COLUMNS[one.name], one.missing_chance, COLUMNS[one.name]
        yield "ck_median", self.subtype, self.ck_median, self.subtype
        yield "ck_spread", self.subtype, self.ck_spread, self.subtype
        for name in (*_CK_PARAMETERS[2:], "response_spread", "response_lowest", "response_highest"):
            yield name, "", getattr(self, name), ""
        for name in ("responsiveness_spread", *_CHANCES):
            yield name, "", getattr(self, name), ""
        yield "visit_noise", CK, self.ck_visit_noise, CK
        yield "missing_chance", "blood_sample", self.blood_sample_missing_chance, "blood_sample"
        names = (*(one.name for one in self.measures), CK)
        for place, row in enumerate(self.severity_correlation):
            for other in range(place):
                yield "severity_correlation", f"{names[other]}, {names[place]}", row[other], ""


COLUMNS = {
    "physician": "physician_global_cm",
    "patient": "patient_global_cm",
    "mmt": "mmt8_150",
    "haq": "haq_di",
    "extramuscular": "extramuscular_cm",
    CK: "ck_xuln",
}


def _worst(name: str) -> float:
    return float(columns("visits")[COLUMNS[name]].maximum or 0)


def _measure(name: str, subtype: str) -> MeasureAssumption:
    return MeasureAssumption(
        name,
        median=value(f"{name}_median", subtype),
        spread=value(f"{name}_spread"),
        responsiveness=value("responsiveness", name),
        visit_noise=value("visit_noise", name),
        missing_chance=value("missing_chance", COLUMNS[name]),
    )


def _correlation(names: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    """What the two latent severities of the sample make of the correlation between the measures."""
    together = value("severity_to_muscle") * value("severity_to_extramuscular")
    latent = np.array([[1, together], [together, 1]])
    loads = np.array([[value("muscle_loading", name), value("extramuscular_loading", name)] for name in names])
    found = loads @ latent @ loads.T
    np.fill_diagonal(found, 1)
    return tuple(tuple(float(each) for each in row) for row in found)


def _described(parameter: str, of: str, number: float, group: str) -> tuple[str, str, float, str, str]:
    if parameter == "severity_correlation":
        names = (*MEASURES, CK)
        one, other = (names.index(name) for name in of.split(", "))
        unit, source, usual = "correlation", "simulation_parameters, loadings", _correlation(names)[one][other]
    else:
        row = row_of(parameter, group)
        unit, source, usual = str(row["unit"]), str(row["source"]), row["value"]
    return parameter, of, number, unit, source if np.isclose(number, usual, rtol=1e-12) else "given"
