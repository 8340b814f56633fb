"""What the calculator shows: two columns of fields left, the receipt live beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.calculator.model import BASELINE, NOW, UNITS, CalculatorModel
from myositis_tools.apps.calculator.receipt import score_receipt
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    control,
    export_panel,
    heading,
    label_html,
    menu,
    note,
    prose,
)
from myositis_tools.figures.patient.receipt import draw_receipt
from myositis_tools.frames import columns
from myositis_tools.scores.core_set import ENZYME, enzyme_instruments, measures
from myositis_tools.studies.follow_up.measures import POPULATIONS

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

    begins_with_controls = True

    def __init__(self, model: CalculatorModel) -> None:
        self.model = model
        examples = [(case.label, place) for place, case in enumerate(model.cases)]
        self.example = menu([("choose an example", _NO_EXAMPLE), *examples], _NO_EXAMPLE, label="Try it on an example")
        self.population = menu(POPULATIONS, model.population, label="Response thresholds")
        self.mmt = self._menu("mmt", "Muscle strength")
        self.function = self._menu("function", "Function")
        self.extramuscular = self._menu("extramuscular", "Extramuscular activity")
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
        self._limit_row = control("Upper limit of normal of the laboratory", self.upper_limit)
        self._juvenile_row = widgets.VBox(
            [control("Function", self.function), control("Extramuscular activity", self.extramuscular)]
        )
        self.slip = prose("")
        self.picture = FigurePane("total_improvement_receipt")
        self.clear_button = widgets.Button(description="Empty all fields")
        super().__init__(
            "Total Improvement Score",
            "2016 ACR/EULAR response criteria for myositis, one patient at two visits. For research and teaching, not "
            "for care.",
            controls=self._controls(),
            results=[self.slip, self.picture, self._export()],
            actions=[self.clear_button],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _menu(self, argument: str, label: str) -> widgets.Dropdown:
        return menu(_named(self.model.options_for(argument)), getattr(self.model, argument), label=label)

    def _field(self, name: str) -> widgets.Text:
        return widgets.Text(placeholder="not recorded", tooltip=name, layout=_HALF)

    def _controls(self) -> list[widgets.Widget]:
        children: list[widgets.Widget] = [
            control("Try an example", self.example),
            control("Response thresholds", self.population),
            control("Muscle strength", self.mmt),
            self._juvenile_row,
            control("Enzyme and its unit", widgets.HBox([self.enzyme, self.enzyme_unit])),
            self._limit_row,
            widgets.VBox(
                [heading("Baseline left, now right"), note("Leave a field empty if the value was not recorded.")]
            ),
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
            self.asks(field, partial(model.enter, when, measure))
        self.asks(self.upper_limit, partial(model.enter, NOW, _LIMIT))
        for name in ("population", "mmt", "function", "extramuscular", "enzyme", "enzyme_unit"):
            self.asks(getattr(self, name), partial(model.choose, name))
        self.asks(self.example, self._try)
        self.presses(self.clear_button, model.clear)

    def _try(self, place: int) -> None:
        if place != _NO_EXAMPLE:
            self.model.try_case(place)

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self.picture.show(self._draw_picture())
        self.slip.value = score_receipt(self.model)

    def settle(self) -> None:
        """Leave what the model will not have to be seen; else take the error away."""
        if self.model.problems:
            said = " ".join(sentence for _, sentence in self.model.problems.values())
            self.complain(f"{said} The receipt still shows the last possible values.")
        else:
            super().settle()

    def _draw_picture(self) -> Any:
        return draw_receipt(self.model.picture(), title="Points", population=self.model.population)

    def _follow(self) -> None:
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
