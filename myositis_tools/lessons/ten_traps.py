"""Ten patients for a sheet of paper: what is recorded, what is asked, and no answer."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from myositis_tools.lessons.exercise import AnswerField, Exercise, find_exercise
from myositis_tools.lessons.sample_facts import trap_patients
from myositis_tools.lessons.texts import Wording

# of which exercise, and the patient by the name of the trap
TEN = (
    ("edge_triage", "exactly_12_months"),
    ("edge_triage", "one_day_short_of_12_months"),
    ("edge_triage", "fvc_49_9"),
    ("edge_triage", "fvc_50_0"),
    ("drugs", "stable_dupilumab"),
    ("drugs", "no_medication_list"),
    ("band_edges", "band_edges"),
    ("worse", "better_and_worse_at_once"),
    ("known_or_not", "class_certain_despite_a_gap"),
    ("known_or_not", "class_open_for_a_gap"),
)


@dataclass(frozen=True)
class TrapQuestion:
    """One patient of the sheet.

    Attributes
    ----------
    patient : str
        The patient.
    recorded : str
        What stands in the records.
    asks : str
        The question.
    fields : tuple of AnswerField
        What is to be ticked or written.
    """

    patient: str
    recorded: str
    asks: str
    fields: tuple[AnswerField, ...]


def ten_traps(language: str = "en") -> tuple[TrapQuestion, ...]:
    """Ask about ten patients of the sample that are easily read wrongly.

    Examples
    --------
    >>> len(ten_traps())
    10
    """
    return tuple(_asked(find_exercise(key, language=language), trap_patients()[trap]) for key, trap in TEN)


def _asked(exercise: Exercise, patient: str) -> TrapQuestion:
    material, wording = exercise.material, exercise.wording
    own = material[material.iloc[:, 0].astype(str).str.startswith(patient)]
    fields = tuple(one for one in exercise.fields if one.name.startswith(patient)) or exercise.fields
    recorded = _listed(own, wording) if len(own) else _changes(material, wording)
    return TrapQuestion(patient, recorded, wording.say(f"trap_{exercise.key}"), fields)


def _listed(rows: pd.DataFrame, wording: Wording) -> str:
    """The rows of one patient: each cell behind its heading, but for those that are empty."""
    return "; ".join(
        f"{heading}: {wording.number(cell)}"
        for row in rows.to_dict("records")
        for heading, cell in list(row.items())[1:]
        if str(cell).strip()
    )


def _changes(sheet: pd.DataFrame, wording: Wording) -> str:
    """The measures of one patient at both visits."""
    measure, baseline, visit, breadth, unit = (wording.say(f"column_{name}") for name in _SHEET)
    return "; ".join(
        f"{row[measure]} {wording.number(row[baseline])} → {wording.number(row[visit])} "
        f"({breadth} {wording.number(row[breadth])} {row[unit]}".rstrip()
        + ")"
        for row in sheet.to_dict("records")
    )


_SHEET = ("measure", "baseline", "at_the_visit", "range", "unit")
