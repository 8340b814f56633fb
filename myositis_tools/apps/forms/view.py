"""What a calculator for one sheet shows: its fields left, the receipt and the figures live beside them."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go

from myositis_tools.apps.forms.form import Option
from myositis_tools.apps.forms.model import SheetModel
from myositis_tools.apps.forms.receipt import form_receipt
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    control,
    described,
    export_panel,
    heading,
    menu,
    note,
    prose,
)
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.frames import Column

_FEW = 4  # answers that stand beside each other as buttons; more are typed
_WIDTH = "58px"  # of a field that is typed into
_NONE, _EMPTY = "?", ""  # a group of buttons shows no choice where the value is None


class SheetView(Desk):
    """The calculator; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : SheetModel
        What is known.
    """

    begins_with_controls = True

    def __init__(self, model: SheetModel) -> None:
        self.model = model
        self.fields: dict[str, Any] = {name: _field(column) for name, column in model.fields.items()}
        self.menus = {
            option.name: menu(
                [(words, place) for place, (words, _) in enumerate(option.choices)],
                option.place_of(model.options[option.name]),
                label=option.label,
            )
            for option in model.form.options
        }
        self._lines: list[tuple[widgets.Widget, tuple[str, ...]]] = []
        self._sections: list[tuple[widgets.Widget, tuple[str, ...]]] = []
        self.slip = prose("")
        self.panes = {name: FigurePane(f"{model.form.name}_{name}") for name in model.form.figures}
        self.clear_button = widgets.Button(description="Empty all fields")
        super().__init__(
            model.form.title,
            f"{model.form.about} For research and teaching, not for care.",
            controls=self._controls(),
            results=[self.slip, *self.panes.values(), self._export()],
            actions=[self.clear_button],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        children: list[widgets.Widget] = [
            control(option.label, self.menus[option.name], about=option.about) for option in self.model.form.options
        ]
        empty = "Leave empty" if self._is_typed() else f"Choose {_NONE} for"
        children.append(note(f"{empty} items that were not recorded."))
        for section in self.model.form.sections:
            lines = [self._line(label, names) for label, names in section.lines]
            head = [heading(section.heading), *([_heads(section.columns)] if section.columns else [])]
            box = widgets.VBox([*head, *lines], layout={"width": "100%"})
            self._sections.append((box, tuple(name for _, names in section.lines for name in names)))
            children.append(box)
        return children

    def _is_typed(self) -> bool:
        return all(isinstance(field, widgets.Text) for field in self.fields.values())

    def _line(self, label: str, names: tuple[str, ...]) -> widgets.Widget:
        columns = [self.model.fields[name] for name in names]
        about = "; ".join(dict.fromkeys(column.description for column in columns))
        fields = [self.fields[name] for name in names]
        line = widgets.HBox(
            [described(label, about=about, unit=columns[0].unit), widgets.HBox(fields)],
            layout={"justify_content": "space-between", "align_items": "center", "width": "100%"},
        )
        line.add_class("mt-line")
        self._lines.append((line, names))
        return line

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            model.form.name,
            tables={
                "Receipt": lambda: model.result.receipt,
                "Sheet": model.sheet,
                "Score": lambda: model.result.scored.to_frame().T,
            },
            figures=lambda _: (model.headline, list(self._figures().values())),
            state=model.state,
            restore=model.restore,
        )

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        for name, field in self.fields.items():
            self.asks(field, partial(self._enter, name))
        for option in self.model.form.options:
            self.asks(self.menus[option.name], partial(self._choose, option))
        self.presses(self.clear_button, self.model.clear)

    def _choose(self, option: Option, place: int) -> None:
        self.model.choose(option.name, option.choices[place][1])

    def _enter(self, name: str, given: Any) -> None:
        self.model.enter(name, None if given == _EMPTY and isinstance(given, str) else given)

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        for name, drawn in self._figures().items():
            self.panes[name].show(drawn)
        self.slip.value = form_receipt(self.model)

    def _figures(self) -> dict[str, go.Figure]:
        model = self.model
        if not model.counts:
            return {name: empty_figure(model.form.who, "There are no points to draw.") for name in model.form.figures}
        return {name: draw(model.result) for name, draw in model.form.figures.items()}

    def settle(self) -> None:
        """Leave what was typed and cannot be to be seen; else take the error away."""
        if self.model.problems:
            self.complain(" ".join(sentence for _, sentence in self.model.problems.values()))
        else:
            super().settle()

    def _follow(self) -> None:
        model = self.model
        for option in model.form.options:
            self.menus[option.name].value = option.place_of(model.options[option.name])
        for name, field in self.fields.items():
            if isinstance(field, widgets.Text):
                field.value = model.text_of(name)
                (field.add_class if name in model.problems else field.remove_class)("mt-wrong")
            else:
                field.value = _EMPTY if model.answers[name] is None else model.answers[name]
        for box, names in (*self._lines, *self._sections):
            box.layout.display = None if any(map(model.is_asked, names)) else "none"
        for name, field in self.fields.items():
            field.layout.visibility = None if model.is_asked(name) else "hidden"


def _heads(columns: tuple[str, ...]) -> widgets.Widget:
    """The heads of the columns of fields, over them."""
    words = [widgets.HTML(f"<b>{escape(word)}</b>", layout={"width": _WIDTH}) for word in columns]
    line = widgets.HBox([prose(""), widgets.HBox(words)], layout={"width": "100%"})
    line.add_class("mt-line")
    return line


def _field(column: Column) -> Any:
    if column.type == "yes_no":
        return _buttons([(_NONE, _EMPTY), ("no", False), ("yes", True)], column)
    if column.type == "integer" and column.maximum is not None and column.maximum < _FEW:
        grades = range(int(column.minimum or 0), int(column.maximum) + 1)
        return _buttons([(_NONE, _EMPTY), *((str(grade), grade) for grade in grades)], column)
    return widgets.Text(tooltip=column.heading, layout={"width": _WIDTH})


def _buttons(options: list[tuple[str, Any]], column: Column) -> widgets.ToggleButtons:
    buttons = widgets.ToggleButtons(
        options=options, value=_EMPTY, tooltips=[f"{column.heading}: {word}" for word, _ in options]
    )
    buttons.style.button_width = "auto"
    buttons.add_class("mt-choice")
    return buttons
