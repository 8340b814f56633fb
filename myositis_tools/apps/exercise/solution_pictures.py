"""The picture of an exercise: what the learner draws, and after the solution the library's own figure of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools import figures
from myositis_tools.figures.parts.theme import as_text, figure, looks_of_groups
from myositis_tools.lessons import Exercise
from myositis_tools.lessons.sample_facts import protocol, screening, visits

if TYPE_CHECKING:
    from myositis_tools.apps.exercise.model import ExerciseModel

WEEK = 12  # of the visit at which the strength is full again
_HEIGHT = 320
_NAMED_WEEK = re.compile(r"^(?P<line>.*?)[ _:]*(?P<week>\d+)$")  # as in ivig_12


def draw_solution(exercise: Exercise) -> go.Figure | None:
    """Draw what the exercise is about with the library's own figure; None where it has none.

    Raises
    ------
    MissingPackageError
        If the figure needs a package that is not here.
    """
    draw = _FIGURES.get(exercise.key)
    return None if draw is None else draw(exercise)


def _of(exercise: Exercise) -> Mapping[str, Any]:
    """The patient, the visit and the numbers that an exercise is about."""
    return exercise.content.values  # noqa: PD011


def _receipt(exercise: Exercise) -> go.Figure:
    values = _of(exercise)
    return figures.plot_receipt(visits(), values["patient"], int(values["week"]))


def _criteria_of_those_asked(exercise: Exercise) -> go.Figure:
    everybody = screening()
    asked = everybody["patient_id"].isin([field.name for field in exercise.fields])
    return figures.plot_eligibility_matrix(protocol(), everybody[asked])


def _full_strength(exercise: Exercise) -> go.Figure:
    """The receipt of a patient in whom nothing has changed but her strength, which is full again."""
    values, seen = _of(exercise), visits()
    before = seen[(seen["patient_id"] == values["patient"]) & (seen["week"] == 0)]
    after = before.assign(week=WEEK, visit_date=pd.NaT, mmt8_150=values["best"])
    return figures.plot_receipt(pd.concat([before.assign(visit_date=pd.NaT), after]), values["patient"], WEEK)


def _course_of_first(exercise: Exercise) -> go.Figure:
    """The score of the first patient asked about over time, with its bounds."""
    return figures.plot_total_improvement(visits(), exercise.fields[0].name.partition("_")[0])


def _duration(_: Exercise) -> go.Figure:
    return figures.plot_sensitivity(protocol(), screening(), "maximum_duration_months")


_FIGURES: Mapping[str, Callable[[Exercise], go.Figure]] = {
    "how_many": lambda _: figures.plot_attrition(protocol(), screening()),
    "edge_triage": _duration,
    "drugs": _criteria_of_those_asked,
    "by_hand": _receipt,
    "band_edges": _receipt,
    "ceiling": _full_strength,
    "worse": _receipt,
    "known_or_not": _course_of_first,
    "cost": lambda _: figures.plot_influence(protocol(), screening()),
    "wider": _duration,
}


def draw_drawn_answer(model: ExerciseModel) -> go.Figure:
    """Draw the numbers that a learner has typed as lines, and beside them the truth once it is shown."""
    lines = _lines(model.numbers)
    truth = _lines(model.exercise.solution()) if model.shows_solution else {}
    drawn = figure(as_text([model.exercise.title])[0], height=_HEIGHT)
    looks = looks_of_groups(list(lines))
    for name, points in lines.items():
        colour, dash, marker = looks[name]
        words = as_text([_label_of_line(model.exercise, name)])[0]
        _add(drawn, points, f"{words}: {model.says('your_drawing')}", colour, dash, marker)
        if truth:
            _add(drawn, truth[name], f"{words}: {model.says('computed')}", colour, "solid", marker, width=4)
    numbers = [field for field in model.fields.values() if field.takes == "number"]
    low, high, unit = numbers[0].minimum, numbers[0].maximum, numbers[0].unit
    drawn.update_xaxes(
        title_text=model.says("weeks"), tickvals=sorted({week for points in lines.values() for week in points})
    )
    drawn.update_yaxes(title_text=unit or None, range=None if low is None or high is None else [low, high])
    return drawn


def _add(
    drawn: go.Figure, points: Mapping[float, Any], name: str, colour: str, dash: str, marker: str, width: int = 2
) -> None:
    drawn.add_scatter(
        x=list(points),
        y=list(points.values()),
        name=name,
        mode="lines+markers",
        connectgaps=True,
        line={"color": colour, "dash": dash, "width": width},
        marker={"color": colour, "symbol": marker, "size": 9},
    )


def _lines(numbers: Mapping[str, Any]) -> dict[str, dict[float, Any]]:
    """The numbers by line and week, in the order of the fields."""
    made: dict[str, dict[float, Any]] = {}
    for place, (name, number) in enumerate(numbers.items()):
        found = _NAMED_WEEK.match(name)
        line, week = (found["line"], float(found["week"])) if found else ("", float(place))
        made.setdefault(line, {})[week] = number
    return {line: dict(sorted(points.items())) for line, points in made.items()}


def _label_of_line(exercise: Exercise, line: str) -> str:
    """The label of the line's first field without its week."""
    first = next(field for field in exercise.fields if field.name.startswith(line))
    return re.sub(r"[\s,:]*\d+\s*$", "", first.label).rsplit(",", 1)[0] or line
