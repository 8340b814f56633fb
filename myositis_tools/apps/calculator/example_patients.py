"""Patients to try the calculator on: published ones, the trap patients of the sample, or the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from myositis_tools.frames import to_pandas
from myositis_tools.scores import score_total_improvement
from myositis_tools.scores.core_set import enzyme_instruments, measures, scale_instruments
from myositis_tools.studies.follow_up.measures import checked_visits, known_numbers
from myositis_tools.tables import records

Values = Mapping[str, float | None]

XULN = "× ULN"
_MOST = 500  # a menu of more is no menu


@dataclass(frozen=True)
class ExamplePatient:
    """A patient to try.

    Attributes
    ----------
    label, remark : str
        What stands in the menu, and what there is to say of the values.
    options : mapping of str to Any
        The calculator's options.
    baseline, now : mapping of str to float or None
        The values by measure.
    """

    label: str
    remark: str
    options: Mapping[str, Any] = field(default_factory=dict)
    baseline: Values = field(default_factory=dict)
    now: Values = field(default_factory=dict)


def example_cases() -> list[ExamplePatient]:
    """The published patients, then the trap patients that were followed."""
    return [*_published(), *_traps()]


def _published() -> list[ExamplePatient]:
    from myositis_tools.sample import load_published

    visits = load_published("two_patients_visits")
    found = []
    for name, own in visits.groupby("patient_id", sort=False):
        first, last = own.sort_values("week").to_dict("records")
        said = str(first["citation"])
        remark = (
            f"Published: {said}. Printed are the values of the six measures. Not printed are the score, which is "
            f"derived here, and the unit and the upper limit of CK: {first['assumed_reason']}."
        )
        found.append(
            ExamplePatient(
                f"{name}, published",
                remark,
                {
                    "population": "adult",
                    "mmt": "mmt8_150",
                    "enzyme": "ck",
                    "enzyme_unit": "U/L",
                    "upper_limit": first["assumed_ck_upper_limit"],
                },
                _values(first, "mmt8_150", "ck_value"),
                _values(last, "mmt8_150", "ck_value"),
            )
        )
    return found


def _traps() -> list[ExamplePatient]:
    from myositis_tools.sample import load_patients, load_visits

    lessons = {row["trap"]: str(row["lesson"]) for row in records("simulation_trap_patients")}
    patients = load_patients()
    trapped = patients[patients["trap"].isin(list(lessons))]
    visits = load_visits()
    own = visits[visits["patient_id"].isin(trapped["patient_id"])]
    names = dict(zip(trapped["patient_id"], trapped["trap"], strict=True))
    cases = cases_of(own, "adult", week=12)
    return [
        ExamplePatient(
            f"{case.label}: {str(names[case.options['patient']]).replace('_', ' ')}",
            f"Synthetic. {lessons.get(names[case.options['patient']], '')}",
            {key: value for key, value in case.options.items() if key != "patient"},
            case.baseline,
            case.now,
        )
        for case in cases
    ]


def cases_of(visits: Any, population: str, *, week: int | None = None) -> list[ExamplePatient]:
    """The patients of a table who have a visit after baseline: at the week given or the last before it."""
    table = to_pandas(visits)
    clean = checked_visits(table, known_numbers(table))
    scored = pd.concat([clean, score_total_improvement(clean, population=population)[["enzyme"]]], axis=1)
    strength = next(
        one.key for one in scale_instruments(population) if one.measure == "mmt" and one.key in scored.columns
    )
    found: list[ExamplePatient] = []
    for name, own in scored.groupby("patient_id", sort=False):
        before = own[own["week"] == 0]
        after = own[(own["week"] > 0) & (own["week"] <= (week or own["week"].max()))].sort_values("week")
        if before.empty or after.empty or len(found) == _MOST:
            continue
        enzyme = before["enzyme"].iloc[0]
        chosen = enzyme if isinstance(enzyme, str) else "ck"
        column = {one.key: one.column.name for one in enzyme_instruments()}.get(chosen, "ck_xuln")
        last = after.iloc[-1]
        found.append(
            ExamplePatient(
                f"{name}, week {last['week']}",
                "",
                {
                    "population": population,
                    "mmt": strength,
                    "enzyme": chosen,
                    "enzyme_unit": XULN,
                    "upper_limit": None,
                    "patient": name,
                },
                _values(before.iloc[0], strength, column),
                _values(last, strength, column),
            )
        )
    return found


def _values(visit: Mapping[str, Any], strength: str, enzyme: str) -> Values:
    usual = {one.measure: one.key for one in reversed(scale_instruments("adult"))}
    places = usual | {"mmt": strength, "enzyme": enzyme}
    return {measure: _number(visit.get(places[measure])) for measure in measures()}


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
