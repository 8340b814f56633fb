"""What a calculator for one sheet shows: its fields left, the receipt and the figures live beside them."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.furniture import (
    CopyButton,
    Desk,
    FigurePane,
    described,
    export_panel,
    folded,
    heading,
    note,
    prose,
)
from myositis_tools.apps.sheets.form import Option
from myositis_tools.apps.sheets.model import SheetModel
from myositis_tools.apps.sheets.slip import sheet_slip
from myositis_tools.errors import MyositisToolsError
from myositis_tools.frames import Column

_FULL = {"width": "calc(100% - 4px)"}
_FEW = 4  # answers that stand beside each other as buttons; more are typed
_NONE, _EMPTY = "?", ""  # a group of buttons shows no choice where the value is None


class SheetView(Desk):
    """The calculator; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : SheetModel
        What is known.
    """

    def __init__(self, model: SheetModel) -> None:
        self.model = model
        self.fields: dict[str, Any] = {name: _field(column) for name, column in model.fields.items()}
        self.menus = {
            option.name: widgets.Dropdown(
                options=[(words, place) for place, (words, _) in enumerate(option.choices)],
                value=option.place_of(model.options[option.name]),
                layout=_FULL,
                tooltip=option.label,
            )
            for option in model.form.options
        }
        self._lines: list[tuple[widgets.Widget, tuple[str, ...]]] = []
        self._sections: list[tuple[widgets.Widget, tuple[str, ...]]] = []
        self.slip = prose("")
        self.panes = {name: FigurePane(f"{model.form.name}_{name}") for name in model.form.figures}
        self.code = widgets.HTML()
        self.copy = CopyButton(label="Copy as code")
        self.reset_button = widgets.Button(description="Reset")
        self.undo_button = widgets.Button(description="Undo")
        self.clear_button = widgets.Button(description="Empty all fields")
        super().__init__(
            model.form.title,
            f"{model.form.about} For research and teaching, not for care.",
            controls=self._controls(),
            results=[self.slip, *self.panes.values(), self._export(), folded("This view as code", self.code)],
            actions=[self.reset_button, self.undo_button, self.clear_button, self.copy],
        )
        self._link()
        self._draw()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        children: list[widgets.Widget] = [
            widgets.VBox([described(option.label, about=option.about), self.menus[option.name]])
            for option in self.model.form.options
        ]
        children.append(note(f"Leave open what was not recorded{'' if self._is_typed() else f': {_NONE}'}."))
        for section in self.model.form.sections:
            lines = [self._line(label, names) for label, names in section.lines]
            head = [heading(section.heading), *([note(section.note)] if section.note else [])]
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
            figures=lambda _: (model.headline, [draw(model.result) for draw in model.form.figures.values()]),
            state=model.state,
            restore=model.restore,
        )

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        model = self.model
        for name, field in self.fields.items():
            field.observe(self._unless_drawing(partial(self._enter, name)), names="value")
        for option in model.form.options:
            self.menus[option.name].observe(self._unless_drawing(partial(self._choose, option)), names="value")
        for button, act in (
            (self.reset_button, model.reset),
            (self.undo_button, model.undo),
            (self.clear_button, model.clear),
        ):
            button.on_click(self.guarded(lambda _, act=act: act()))
        model.observe(lambda _: self._draw(), names="revision")

    def _choose(self, option: Option, place: int) -> None:
        self.model.choose(option.name, option.choices[place][1])

    def _enter(self, name: str, given: Any) -> None:
        self.model.enter(name, None if given == _EMPTY and isinstance(given, str) else given)

    def _unless_drawing(self, act: Any) -> Any:
        def acting(change: dict[str, Any]) -> None:
            try:
                act(change["new"])
            finally:
                self._follow()  # an answer that is refused does not stay on the button
            self._say_problems()

        guarded = self.guarded(acting)
        return lambda change: None if self._drawing else guarded(change)

    # -------------------------------------------------------------------------------------------------------- drawing

    _drawing = False

    def _draw(self) -> None:
        model = self.model
        self._follow()
        self.say(model.headline)
        self.slip.value = sheet_slip(model.result)
        for name, draw in model.form.figures.items():
            self.panes[name].show(draw(model.result))
        self.copy.text = model.as_code()
        self.code.value = f"<pre class='mt-code'>{escape(model.as_code())}</pre>"

    def _say_problems(self) -> None:
        """Raise what was typed and cannot be, so that the desk shows it."""
        if self.model.problems:
            raise MyositisToolsError(" ".join(sentence for _, sentence in self.model.problems.values()))

    def _follow(self) -> None:
        """Bring the controls to what the model says."""
        model, self._drawing = self.model, True
        try:
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
        finally:
            self._drawing = False


def _field(column: Column) -> Any:
    if column.type == "yes_no":
        return _buttons([(_NONE, _EMPTY), ("no", False), ("yes", True)], column)
    if column.type == "integer" and column.maximum is not None and column.maximum < _FEW:
        grades = range(int(column.minimum or 0), int(column.maximum) + 1)
        return _buttons([(_NONE, _EMPTY), *((str(grade), grade) for grade in grades)], column)
    return widgets.Text(tooltip=column.heading, layout={"width": "58px"})


def _buttons(options: list[tuple[str, Any]], column: Column) -> widgets.ToggleButtons:
    buttons = widgets.ToggleButtons(
        options=options, value=_EMPTY, tooltips=[f"{column.heading}: {word}" for word, _ in options]
    )
    buttons.style.button_width = "auto"
    buttons.add_class("mt-choice")
    return buttons
