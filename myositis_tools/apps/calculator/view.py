"""What the calculator shows: two columns of fields left, the receipt live beside them."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.calculator.model import BASELINE, NOW, UNITS, CalculatorModel
from myositis_tools.apps.calculator.slip import receipt_slip
from myositis_tools.apps.furniture import (
    CopyButton,
    Desk,
    FigurePane,
    described,
    export_panel,
    folded,
    heading,
    label_html,
    note,
    prose,
)
from myositis_tools.figures.measures import POPULATIONS
from myositis_tools.figures.receipt import draw_receipt
from myositis_tools.frames import columns
from myositis_tools.scores.core_set import ENZYME, enzyme_instruments, measures

_FULL = {"width": "calc(100% - 4px)"}
_HALF = {"width": "calc(50% - 6px)"}
_LIMIT = "upper_limit"
_NO_EXAMPLE = -1


class CalculatorView(Desk):
    """The calculator; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : CalculatorModel
        What is known.
    """

    def __init__(self, model: CalculatorModel) -> None:
        self.model = model
        self.example = widgets.Dropdown(
            options=[
                ("choose an example", _NO_EXAMPLE),
                *((case.label, place) for place, case in enumerate(model.cases)),
            ],
            value=_NO_EXAMPLE,
            layout=_FULL,
            tooltip="Try it on an example",
        )
        self.population = widgets.Dropdown(options=POPULATIONS, value=model.population, layout=_FULL)
        self.mmt = self._menu("mmt")
        self.function = self._menu("function")
        self.extramuscular = self._menu("extramuscular")
        self.enzyme = widgets.Dropdown(
            options=[(one.column.label, one.key) for one in enzyme_instruments()], value=model.enzyme, layout=_HALF
        )
        self.enzyme_unit = widgets.Dropdown(options=UNITS, value=model.enzyme_unit, layout=_HALF)
        self.fields = {
            (when, measure): self._field(f"{measure.replace('_', ' ')}, {when}")
            for measure in measures()
            for when in (BASELINE, NOW)
        }
        self.upper_limit = self._field("upper limit of normal")
        self._labels = {measure: widgets.HTML() for measure in measures()}
        self._limit_row = widgets.VBox([described("Upper limit of normal of the laboratory"), self.upper_limit])
        self._juvenile_row = widgets.VBox(
            [described("Function"), self.function, described("Extramuscular activity"), self.extramuscular]
        )
        self.slip = prose("")
        self.picture = FigurePane("total_improvement_receipt")
        self.code = widgets.HTML()
        self.copy = CopyButton(label="Copy as code")
        self.reset_button = widgets.Button(description="Reset")
        self.undo_button = widgets.Button(description="Undo")
        self.clear_button = widgets.Button(description="Empty all fields")
        super().__init__(
            "Total Improvement Score",
            "2016 ACR/EULAR response criteria for myositis, one patient at two visits. For research and teaching, not "
            "for care.",
            controls=self._controls(),
            results=[self.slip, self.picture, self._export(), folded("This view as code", self.code)],
            actions=[self.reset_button, self.undo_button, self.clear_button, self.copy],
        )
        self._link()
        self._draw()

    # ------------------------------------------------------------------------------------------------------- controls

    def _menu(self, argument: str) -> widgets.Dropdown:
        return widgets.Dropdown(
            options=_named(self.model.options_for(argument)), value=getattr(self.model, argument), layout=_FULL
        )

    def _field(self, name: str) -> widgets.Text:
        return widgets.Text(placeholder="empty: missing", tooltip=name, layout=_HALF)

    def _controls(self) -> list[widgets.Widget]:
        children: list[widgets.Widget] = [
            widgets.VBox([described("Try an example"), self.example]),
            widgets.VBox([described("Thresholds of"), self.population]),
            widgets.VBox([described("Muscle strength"), self.mmt]),
            self._juvenile_row,
            widgets.VBox([described("Enzyme and its unit"), widgets.HBox([self.enzyme, self.enzyme_unit])]),
            self._limit_row,
            widgets.VBox([heading("Baseline left, now right"), note("Leave empty what was not recorded.")]),
        ]
        for measure in measures():
            pair = widgets.HBox([self.fields[BASELINE, measure], self.fields[NOW, measure]])
            children.append(widgets.VBox([self._labels[measure], pair]))
        return children

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "total_improvement",
            tables={"Receipt": lambda: model.receipt, "Visits": model.visits},
            figures=lambda _: (model.headline, [self._draw_picture()]),
            state=model.state,
            restore=model.restore,
        )

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        model = self.model
        for (when, measure), field in self.fields.items():
            self._on_change(field, partial(model.enter, when, measure))
        self._on_change(self.upper_limit, partial(model.enter, NOW, _LIMIT))
        for name in ("population", "mmt", "function", "extramuscular", "enzyme", "enzyme_unit"):
            self._on_change(getattr(self, name), partial(model.choose, name))
        self._on_change(self.example, self._try)
        self.reset_button.on_click(self._guarded(model.reset))
        self.undo_button.on_click(self._guarded(model.undo))
        self.clear_button.on_click(self._guarded(model.clear))
        model.observe(lambda _: self._draw(), names="revision")

    def _guarded(self, act: Any) -> Any:
        return lambda *_: self._do(act)

    def _do(self, act: Any, *values: Any) -> None:
        """Act, then show what the model will not have, or the error."""
        failed: list[Exception] = []

        def acting() -> None:
            try:
                act(*values)
            except Exception as error:
                failed.append(error)
                raise

        self.guarded(acting)()
        if not failed:
            self._show_problems()

    def _on_change(self, control: widgets.Widget, act: Any) -> None:
        def changed(change: dict[str, Any]) -> None:
            if not self._drawing:
                self._do(act, change["new"])

        control.observe(changed, names="value")

    def _try(self, place: int) -> None:
        if place != _NO_EXAMPLE:
            self.model.try_case(place)

    # -------------------------------------------------------------------------------------------------------- drawing

    _drawing = False

    def _draw(self) -> None:
        model = self.model
        self.picture.show(self._draw_picture())  # first, for it takes the browser longest
        self.say(model.headline)
        self._drawing = True
        try:
            self._follow()
        finally:
            self._drawing = False
        self.slip.value = receipt_slip(model)
        self.copy.text = model.as_code()
        self.code.value = f"<pre class='mt-code'>{escape(model.as_code())}</pre>"
        self._show_problems()

    def _show_problems(self) -> None:
        if self.model.problems:
            said = " ".join(sentence for _, sentence in self.model.problems.values())
            self.complain(f"{said} The receipt is that of the last values that could be.")
        else:
            self.settle()

    def _draw_picture(self) -> Any:
        return draw_receipt(self.model.picture(), title="Points", population=self.model.population)

    def _follow(self) -> None:
        """Bring the controls to what the model says."""
        model = self.model
        for name in ("mmt", "function", "extramuscular"):
            menu, options = getattr(self, name), _named(model.options_for(name))
            if menu.options != options:
                menu.options = options
            menu.value = getattr(model, name)
        if not model.remark:
            self.example.value = _NO_EXAMPLE  # what is shown is no longer the example
        self.population.value, self.enzyme.value = model.population, model.enzyme
        self.enzyme_unit.value = model.enzyme_unit
        self._limit_row.layout.display = "none" if model.enzyme_unit == UNITS[0] else None
        self._juvenile_row.layout.display = "none" if model.population == POPULATIONS[0] else None
        for (when, measure), field in self.fields.items():
            field.value = model.text_of(when, measure)
            _mark(field, wrong=(when, measure) in model.problems)
        self.upper_limit.value = model.text_of(NOW, _LIMIT)
        _mark(self.upper_limit, wrong=(NOW, _LIMIT) in model.problems)
        for measure, column in model.columns_read().items():
            self._labels[measure].value = _label(model, measure, column)


def _label(model: CalculatorModel, measure: str, column: Any) -> str:
    ends = "" if column.maximum is None or measure == ENZYME else f"{column.minimum:g} to {column.maximum:g}"
    allowed = " ".join(part for part in (ends or "0 or more", model.unit_of(measure)) if part)
    return label_html(column.heading, unit=allowed, about=_about(column))


def _about(column: Any) -> str:
    return f"{column.description}; {column.better} is better."


def _mark(field: widgets.Text, *, wrong: bool) -> None:
    if wrong:
        field.add_class("mt-wrong")
    else:
        field.remove_class("mt-wrong")


def _named(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((columns("visits")[name].label, name) for name in names)
