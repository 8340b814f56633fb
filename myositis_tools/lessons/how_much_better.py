"""Exercises of the second session: the score of one patient, edges, the enzyme, the ceiling, and what worsened."""

from __future__ import annotations

from functools import cache

from myositis_tools.lessons.core_set_sheet import measured_pairs, sheet_of
from myositis_tools.lessons.exercise import AnswerField, LessonContent
from myositis_tools.lessons.sample_facts import scored, trap_patients
from myositis_tools.lessons.seats import drawn
from myositis_tools.lessons.texts import Wording

WEEK = 12  # the visit that the course is about
MOST_POINTS = 100.0


@cache
def _complete() -> tuple[tuple[str, int], ...]:
    """The visits with a known score, by patient and week."""
    known = scored()[scored()["tis"].notna()]
    return tuple((str(patient), int(week)) for patient, week in known.index)


@cache
def _on_an_edge() -> tuple[tuple[str, int], ...]:
    """The visits at which a change lies exactly on the edge of a band."""
    return tuple(
        visit for visit in _complete() if any(one.points_above_edge != one.points for one in measured_pairs(*visit))
    )


def make_band_edges(draw: str | None, wording: Wording) -> LessonContent:
    """The total where changes lie on the edges of bands."""
    patient, week = drawn(draw, _on_an_edge())[0] if draw else (trap_patients()["band_edges"], WEEK)
    pairs = measured_pairs(patient, week)
    row = scored().loc[(patient, week)]
    errors = {
        "upper_edge": sum(one.points_above_edge for one in pairs),
        "percent_of_baseline": sum(one.points_of_baseline for one in pairs),
        "binary_floats": sum(one.points_in_floats for one in pairs),
    }
    total = float(row["tis"])
    if errors["binary_floats"] in (total, errors["upper_edge"], errors["percent_of_baseline"]):
        del errors["binary_floats"]
    on_edge = [one.instrument.column.label for one in pairs if one.points_above_edge != one.points]
    values = {
        "patient": patient,
        "week": week,
        "total": total,
        "response": wording.say(f"response_{row['response']}"),
        "upper": errors["upper_edge"],
        "edges": ", ".join(on_edge),
    }
    field = AnswerField("total", wording.say("field_total"), "number", {}, wording.say("points"), 0.0, MOST_POINTS, 2.5)
    wrong = {key: {"total": answer} for key, answer in errors.items()}
    return LessonContent((field,), {"total": total}, wrong, sheet_of(pairs, wording), values)
