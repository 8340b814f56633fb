"""The tables of a class's papers: the material of an exercise, its errors, points, criteria, and room for answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from myositis_tools.html_tables import Cell, Html, as_html, html_table
from myositis_tools.lessons.exercise import AnswerField, Exercise
from myositis_tools.lessons.judgement import in_words
from myositis_tools.lessons.sample_facts import protocol
from myositis_tools.lessons.ten_traps import ten_traps
from myositis_tools.lessons.texts import IN_SHORT
from myositis_tools.report.class_paper import PaperWords
from myositis_tools.scores.core_set import Band, bands, classes, measures
from myositis_tools.tables import records, source

_BOX, _LINE, _WIDE = "☐", "_______", "\N{EM SPACE}"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_POPULATIONS = ("adult", "juvenile")


def material_table(exercise: Exercise) -> Html:
    """What the learner sees, or nothing."""
    material = exercise.material
    if material.empty:
        return Html("")
    headings = [
        Cell(str(name), look="number" if pd.api.types.is_numeric_dtype(material[name].dtype) else "")
        for name in material.columns
    ]
    rows = [[_material_cell(text) for text in row] for row in exercise.material_in_words()]
    return html_table(headings, rows, names_rows=True)


def _material_cell(text: str) -> str | Cell:
    return Cell(text, look="unbroken") if _DAY.fullmatch(text) else text


def errors_table(exercise: Exercise, say: PaperWords) -> Html:
    """Each typical error: in short, its answer where it differs, and what is said to it."""
    right = exercise.solution()
    rows = []
    for key, answer in exercise.misconceptions().items():
        differing = {name: value for name, value in answer.items() if value != right[name]}
        said = exercise.check(answer).says
        rows.append([exercise.wording.say(f"{key}{IN_SHORT}"), answer_in_words(exercise, differing), said])
    headings = [say("error"), say("its_answer"), say("feedback")]
    return html_table(headings, rows, names_rows=True)


def answer_in_words(exercise: Exercise, answer: Mapping[str, Any]) -> str:
    """An answer by field; the field is left out where the exercise has one."""
    written = [
        (one.label, in_words(one, exercise.wording, answer[one.name])) for one in exercise.fields if one.name in answer
    ]
    if len(exercise.fields) == 1:
        return written[0][1]
    return "; ".join(f"{label}{'' if label.endswith('?') else ':'} {words}" for label, words in written)


def solution_in_words(exercise: Exercise) -> tuple[str, ...]:
    """The right answer, field by field, each with the library's reason where it gives one."""
    right, reasons = exercise.solution(), exercise.content.reasons
    said = [(one, answer_in_words(exercise, {one.name: right[one.name]})) for one in exercise.fields]
    if not any(one.name in reasons for one, _ in said):
        return ("; ".join(words for _, words in said),)
    return tuple(f"{words} ({reasons[one.name]})" if one.name in reasons else words for one, words in said)


def shared_choices(exercise: Exercise) -> str:
    """The choices that all fields of an exercise have, to show beside the question."""
    every = {tuple(one.choices.values()) for one in exercise.fields}
    return " · ".join(every.pop()) if len(every) == 1 else ""


def points_table(say: PaperWords) -> Html:
    """The points of each band, measure by measure, as in the points table."""
    most = max(len(some) for some in bands().values())
    headings = [say("column_measure"), say("change"), *[""] * (most - 1)]
    rows = [
        [say(f"measure_{measure}"), *(_band_cell(band, say) for band in bands()[measure])] for measure in measures()
    ]
    return html_table(headings, rows, names_rows=True)


def _band_cell(band: Band, say: PaperWords) -> Html:
    to = "" if band.to is None else f"≤ {say.number(band.to)} %"
    if band.above is None:
        edges = to
    else:
        edges = say("from_to", start=f"> {say.number(band.above)}", end=to) if to else f"> {say.number(band.above)} %"
    return Html(f"{as_html(edges)} <b>{as_html(say.number(band.points))}</b>")


def classes_table(say: PaperWords) -> Html:
    """From which total each response is reached."""
    names = [one.name for one in classes(_POPULATIONS[0])]
    headings = [say("population"), *(say(f"response_{name}") for name in names)]
    rows = [
        [say(f"population_{one}"), *(f"≥ {say.number(each.minimum)}" for each in classes(one))] for one in _POPULATIONS
    ]
    return html_table(headings, rows, names_rows=True)


def points_source() -> str:
    """Where the points come from."""
    return "; ".join(str(source(key)) for key in sorted({str(row["source"]) for row in records("improvement_points")}))


def criteria_table(say: PaperWords) -> Html:
    """The criteria of the trial, in the words of the library."""
    headings = ["", say("column_criterion"), say("column_kind"), say("column_asks")]
    rows = [
        [str(place), say(f"criterion_{one.key}"), say(f"kind_{one.kind}"), one.rule.sentence]
        for place, one in enumerate(protocol().criteria, start=1)
    ]
    return html_table(headings, rows)


def traps_table(language: str, say: PaperWords) -> Html:
    """Ten patients with what is recorded, what is asked, and room for the answer."""
    headings = ["", say("column_patient"), say("column_recorded"), say("your_answer")]
    rows = [
        [
            str(place),
            one.patient,
            Html(f"{as_html(one.recorded)}<br><i>{as_html(one.asks)}</i>"),
            Html("<br>".join(as_html(_to_fill_in(each, say, by_name=len(one.fields) > 1)) for each in one.fields)),
        ]
        for place, one in enumerate(ten_traps(language), start=1)
    ]
    return html_table(headings, rows)


def answers_table(exercises: Sequence[Exercise], say: PaperWords) -> Html:
    """Room for the answers of a course, an exercise a row."""
    rows = [
        [str(place), one.title, Html("".join(_room(each, say, one) for each in one.fields))]
        for place, one in enumerate(exercises, start=1)
    ]
    return html_table(["", say("exercises"), say("your_answer")], rows)


def _room(one: AnswerField, say: PaperWords, exercise: Exercise) -> str:
    by_name = len(exercise.fields) > 1
    written = f"{one.label} {_LINE}" if exercise.kind == "points" else _to_fill_in(one, say, by_name=by_name)
    return f"<span class='room'>{as_html(written)}</span> "


def _to_fill_in(one: AnswerField, say: PaperWords, *, by_name: bool) -> str:
    """A field on paper: boxes to tick, lines to number, or a line to write on."""
    label = f"{one.label}{'' if one.label.endswith('?') else ':'} " if by_name else ""
    if one.takes == "number":
        return f"{label}{_LINE} {one.unit}".rstrip()
    if one.takes == "order":
        return f"{one.label} ({say('in_order')}):{_WIDE}" + _WIDE.join(
            _whole(f"__ {each}") for each in one.choices.values()
        )
    return label + _WIDE.join(_whole(f"{_BOX} {each}") for each in one.choices.values())


def _whole(text: str) -> str:
    """A text that does not break over lines."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
