"""The controls in which an answer is given, one for each kind of field; each works by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from myositis_tools.apps.exercise.model import ExerciseModel
from myositis_tools.apps.exercise.solution_pictures import draw_drawn_answer
from myositis_tools.apps.typed_numbers import text_of_number
from myositis_tools.apps.widgets import FigurePane, control, menu, prose, slider
from myositis_tools.html_tables import Cell, html_table
from myositis_tools.lessons import AnswerField, Exercise

_MOST_AS_BUTTONS = 5  # choices that stand beside each other
_LONGEST_AS_BUTTONS = 64  # letters that they may have together
_MOST_BESIDE = 4  # columns that leave room for the choices beside them on a narrow page
_OPEN = ""  # what a menu holds before anything is chosen

Guard = Callable[[Callable[..., None]], Callable[..., None]]


class AnswerControls(widgets.VBox):
    """All controls of an exercise, with what the learner sees beside them.

    Parameters
    ----------
    model : ExerciseModel
        Where the answer is kept.
    guarded : callable
        Wraps what a control does, so that an error is shown on the page.
    """

    def __init__(self, model: ExerciseModel, guarded: Guard) -> None:
        self.model, self._guarded = model, guarded
        self._is_following = False
        self.fields: dict[str, Any] = {}
        self._brings: list[Callable[[], None]] = []
        self.total, self.said = prose(""), prose("")
        self.line: FigurePane | None = None
        exercise = model.exercise
        material = exercise.material
        rows = _rows_of(material, model.fields)
        made = {field.name: self._make(field) for field in exercise.fields}
        children: list[widgets.Widget] = []
        if exercise.kind == "triage" and rows is not None:
            children.append(self._as_table(material, rows, made))
        else:
            if not material.empty:
                shown = prose(material_table(exercise))
                shown.add_class("mt-wide")
                children.append(shown)
            children += [_labelled(field, made[field.name]) for field in exercise.fields]
        if exercise.kind == "points" and "total" not in model.fields:
            children.append(self.total)
        if exercise.kind == "draw":
            self.line = FigurePane("drawing")
            self.line.add_class("mt-wide")
            children.append(self.line)
        self.said.add_class("mt-wide")
        super().__init__([*children, self.said], layout={"width": "100%"})
        for name in ("mt-answer", f"mt-answer-{exercise.kind}"):
            self.add_class(name)
        self.follow()

    # ------------------------------------------------------------------------------------------------------ each field

    def _make(self, field: AnswerField) -> widgets.Widget:
        make = {"number": self._number, "one": self._one, "several": self._several, "order": self._order}
        return make[field.takes](field)

    def _listen(self, one: widgets.Widget, act: Callable[[Any], None]) -> None:
        guarded = self._guarded(act)
        one.observe(lambda change: None if self._is_following else guarded(change["new"]), names="value")

    def _number(self, field: AnswerField) -> widgets.Widget:
        typed = widgets.Text(placeholder="–", continuous_update=False, tooltip=field.label, layout={"width": "96px"})
        self.fields[field.name] = typed
        self._listen(typed, partial(self.model.enter, field.name))
        unit = prose(f"<span class='mt-note'>{escape(_allowed(field))}</span>")
        parts: list[widgets.Widget] = [typed, unit]
        low, high, step = field.minimum, field.maximum, field.step
        if self.model.exercise.kind == "limit" and low is not None and high is not None and step is not None:
            moved = slider(value=low, minimum=low, maximum=high, step=step, label=field.label)
            moved.readout = False
            self.fields[f"{field.name} slider"] = moved
            self._listen(moved, lambda value: self.model.enter(field.name, text_of_number(float(value))))
            parts.insert(0, moved)
            self._brings.append(partial(self._bring_slider, moved, field.name))
        self._brings.append(partial(self._bring_text, typed, field.name))
        row = widgets.Box(parts)
        row.add_class("mt-row")
        return row

    def _bring_text(self, typed: widgets.Text, name: str) -> None:
        value = self.model.answer[name]
        typed.value = "" if value is None else value if isinstance(value, str) else text_of_number(float(value))

    def _bring_slider(self, moved: Any, name: str) -> None:
        number = self.model.number_of(name)
        if number is not None:
            moved.value = type(moved.value)(min(max(number, moved.min), moved.max))

    def _one(self, field: AnswerField) -> widgets.Widget:
        options = [(words, key) for key, words in field.choices.items()]
        letters = sum(len(words) for words, _ in options)
        made: Any
        if len(options) <= _MOST_AS_BUTTONS and letters <= _LONGEST_AS_BUTTONS:
            made = widgets.ToggleButtons(
                options=options, value=None, tooltips=[f"{field.label}: {words}" for words, _ in options]
            )
            made.style.button_width = "auto"
            made.add_class("mt-choice")
        elif self.model.exercise.kind == "choice":
            made = widgets.RadioButtons(options=options, value=None, layout={"width": "auto"})
        else:
            made = menu([(self.model.says("choose"), _OPEN), *options], _OPEN, label=field.label)
            made.layout = {"width": "auto", "max_width": "100%"}
        self.fields[field.name] = made
        nothing = _OPEN if isinstance(made, widgets.Dropdown) else None
        self._listen(made, lambda key: self.model.enter(field.name, key or None))

        def bring() -> None:
            value = self.model.answer[field.name]
            made.value = str(value) if str(value) in field.choices else nothing

        self._brings.append(bring)
        return made

    def _several(self, field: AnswerField) -> widgets.Widget:
        boxes = {key: widgets.Checkbox(description=words, indent=False) for key, words in field.choices.items()}

        def chosen(_: Any) -> None:
            self.model.enter(field.name, [key for key, box in boxes.items() if box.value])

        def bring() -> None:
            for key, box in boxes.items():
                box.value = key in (self.model.answer[field.name] or ())

        for key, box in boxes.items():
            self.fields[f"{field.name} {key}"] = box
            self._listen(box, chosen)
        self._brings.append(bring)
        return widgets.VBox(list(boxes.values()))

    def _order(self, field: AnswerField) -> widgets.Widget:
        rows = [_OrderRow(place) for place in range(len(field.choices))]
        model = self.model

        def move(row: _OrderRow, by: int) -> None:
            choice = model.answer[field.name][row.place]
            place = model.move(field.name, choice, by)
            after = rows[place].up if by < 0 else rows[place].down
            after = rows[place].down if after is rows[0].up else rows[place].up if after is rows[-1].down else after
            after.focus()  # it goes along with what was moved
            words = model.says("moved", choice=field.choices[choice], place=place + 1)
            self.said.value = f"<div class='mt-unseen' role='status' aria-live='polite'>{escape(words)}</div>"

        def bring() -> None:
            for row, key in zip(rows, model.answer[field.name], strict=True):
                words = field.choices[key]
                row.words.value = f"<span class='mt-place'>{row.place + 1}</span> {escape(words)}"
                row.up.tooltip = model.says("move_up", choice=words)
                row.down.tooltip = model.says("move_down", choice=words)
                row.up.disabled = model.is_locked or row.place == 0
                row.down.disabled = model.is_locked or row.place == len(rows) - 1

        for row in rows:
            row.up.on_click(self._pressed(partial(move, row, -1)))
            row.down.on_click(self._pressed(partial(move, row, 1)))
        self.fields[field.name] = rows
        self._brings.append(bring)
        note = prose(f"<div class='mt-note'>{escape(model.says('first_on_top'))}</div>")
        box = widgets.VBox([note, *rows])
        box.add_class("mt-order")
        return box

    def _pressed(self, act: Callable[[], None]) -> Callable[[Any], None]:
        guarded = self._guarded(act)
        return lambda _: guarded()

    # -------------------------------------------------------------------------------------------- a choice for each row

    def _as_table(self, material: pd.DataFrame, rows: Sequence[str], made: Mapping[str, widgets.Widget]) -> widgets.Box:
        """Put each choice at the end of the last row of the table that it is about."""
        widths = " ".join(map(_width, (material[name] for name in material)))
        texts = self.model.exercise.material_in_words()
        heads = prose(_cells([f"<b>{escape(str(name))}</b>" for name in material], widths))
        answer = prose(f"<b>{escape(self.model.says('your_answer'))}</b>")
        lines = [_line(heads, answer, "mt-triage-heads")]
        for place, name in enumerate(rows):
            is_first = place == 0 or rows[place - 1] != name
            is_last = place == len(rows) - 1 or rows[place + 1] != name
            cells = [escape(text) for text in texts[place]]
            cells[0] = f"<span class='mt-label'>{cells[0]}</span>" if is_first else ""
            asked = control(self.model.fields[name].label, made[name]) if is_last else prose("")
            lines.append(_line(prose(_cells(cells, widths)), asked, "mt-triage-row" if is_last else "mt-triage-part"))
        table = widgets.Box(lines)
        table.add_class("mt-triage-table")
        if material.shape[1] > _MOST_BESIDE:
            table.add_class("mt-triage-wide")
        return table

    # -------------------------------------------------------------------------------------------------------- to follow

    def follow(self) -> None:
        """Bring every control to what the model says."""
        self._is_following = True
        try:
            for bring in self._brings:
                bring()
            for one in self.fields.values():
                if isinstance(one, widgets.Widget):
                    one.disabled = self.model.is_locked
        finally:
            self._is_following = False
        known = [number for number in self.model.numbers.values() if number is not None]
        words = escape(f"{self.model.says('total')}: {text_of_number(sum(known))}") if known else ""
        self.total.value = f"<div class='mt-sum'>{words}</div>"
        if self.line is not None:
            self.line.show(draw_drawn_answer(self.model))


class _OrderRow(widgets.Box):
    """A place in an order: the words that stand there now, and two buttons."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.words = prose("")
        self.up, self.down = widgets.Button(description="▲"), widgets.Button(description="▼")
        super().__init__([self.up, self.down, self.words])
        self.add_class("mt-order-row")


def material_table(exercise: Exercise) -> str:
    """What the learner sees, as a table."""
    material = exercise.material
    heads = [Cell(str(name), look="mt-number" if _is_number(material[name]) else "") for name in material]
    return f"<div class='mt-card mt-material'>{html_table(heads, exercise.material_in_words())}</div>"


def _labelled(field: AnswerField, one: widgets.Widget) -> widgets.Widget:
    box = control(field.label, one)
    box.add_class("mt-question")
    return box


def _rows_of(material: pd.DataFrame, fields: Mapping[str, AnswerField]) -> list[str] | None:
    """The field that each row of the table is about; None where a row is about none, or a field has no row."""
    if material.empty:
        return None
    named = {words: name for name, field in fields.items() for words in (name, field.label, field.label.split()[-1])}
    found = [named.get(str(value), "") for value in material.iloc[:, 0]]
    in_order = [name for place, name in enumerate(found) if place == 0 or found[place - 1] != name]
    return found if in_order == list(fields) else None


def _line(cells: widgets.Widget, answer: widgets.Widget, look: str) -> widgets.Widget:
    line = widgets.Box([cells, answer])
    for name in ("mt-triage", look):
        line.add_class(name)
    return line


def _cells(cells: Sequence[str], widths: str) -> str:
    made = "".join(f"<span>{each}</span>" for each in cells)
    return f"<div class='mt-triage-cells' style='--mt-widths: {widths}'>{made}</div>"


def _width(column: pd.Series) -> str:
    """How wide a column is: no word of it is broken, and long texts share what is left."""
    texts = [str(column.name), *map(str, column)]
    word = max(len(word) for text in texts for word in text.split() or [""])
    return f"minmax({word + 0.5}ch, {min(max(max(map(len, texts)), 8), 40)}fr)"


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column)) and not pd.api.types.is_bool_dtype(column)


def _allowed(field: AnswerField) -> str:
    """The unit of a number and what it can be."""
    low, high = field.minimum, field.maximum
    ends = "" if low is None or high is None else f"({low:g} – {high:g})"
    return " ".join(part for part in (field.unit, ends) if part)
