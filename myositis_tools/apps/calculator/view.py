"""What the calculator shows: the score on its scale, the fields of two visits, the receipt live beside them."""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.calculator.model import BASELINE, NOW, UNITS, CalculatorModel
from myositis_tools.apps.calculator.receipt import score_receipt
from myositis_tools.apps.calculator.score_bar import score_bar
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    control,
    described,
    export_panel,
    label_html,
    labelled_by,
    menu,
    note,
    prose,
)
from myositis_tools.figures.parts.theme import as_text, empty_figure
from myositis_tools.figures.patient.receipt import draw_receipt
from myositis_tools.frames import columns
from myositis_tools.html_tables import with_note
from myositis_tools.scores.core_set import ENZYME, enzyme_instruments, measures
from myositis_tools.studies.follow_up.measures import POPULATIONS

_LIMIT = "upper_limit"
_VISITS = {BASELINE: "Baseline", NOW: "Now"}
_STYLE = resources.files(__package__).joinpath("calculator.css").read_text(encoding="utf-8")
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
        enzymes = [(one.column.label, one.key) for one in enzyme_instruments()]
        self.enzyme = menu(enzymes, model.enzyme, label="Enzyme")
        self.enzyme_unit = menu(UNITS, model.enzyme_unit, label="Unit of the enzyme")
        self.fields = {(when, measure): _field() for measure in measures() for when in _VISITS}
        self.upper_limit = _field()
        self._labels = {measure: described("") for measure in measures()}
        self._limit_row = control("Upper limit of normal", self.upper_limit)
        self._for_juveniles = [
            control("Function", self.function),
            control("Extramuscular activity", self.extramuscular),
        ]
        self.bar = prose("")
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
            under_headline=[self.bar],
        )
        self.add_class("mt-visits")
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _menu(self, argument: str, label: str) -> widgets.Dropdown:
        return menu(_named(self.model.options_for(argument)), getattr(self.model, argument), label=label)

    def _controls(self) -> list[widgets.Widget]:
        heads = widgets.Box(
            [prose(""), *(prose(f"<span aria-hidden='true'>{word}</span>") for word in _VISITS.values())]
        )
        for look in ("mt-pair", "mt-heads"):
            heads.add_class(look)
        return [
            widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"}),
            self._choices(),
            widgets.VBox([heads, *(self._row(measure) for measure in measures())], layout={"width": "100%"}),
            note("Leave a field empty if the value was not recorded."),
        ]

    def _choices(self) -> widgets.Box:
        choices = widgets.Box(
            [
                control("Try an example", self.example),
                control("Response thresholds", self.population),
                control("Muscle strength", self.mmt),
                *self._for_juveniles,
                control("Enzyme", self.enzyme),
                control("Unit of the enzyme", self.enzyme_unit),
                self._limit_row,
            ]
        )
        choices.add_class("mt-choices")
        return choices

    def _row(self, measure: str) -> widgets.Box:
        row = labelled_by(widgets.Box([self._labels[measure], *(self.fields[when, measure] for when in _VISITS)]))
        row.add_class("mt-pair")
        return row

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
        self.slip.value, self.bar.value = score_receipt(self.model), score_bar(self.model.findings)

    def settle(self) -> None:
        """Leave what the model will not have to be seen; else take the error away."""
        if self.model.problems:
            said = " ".join(sentence for _, sentence in self.model.problems.values())
            self.complain(f"{said} The receipt still shows the last possible values.")
        else:
            super().settle()

    def _draw_picture(self) -> Any:
        model, who = self.model, as_text([self.model.who])[0]
        if model.findings.compared.empty:
            return empty_figure(who, "The points of each measure stand here once it can be compared with its baseline.")
        return draw_receipt(model.findings.frame, title=who, population=model.population)

    def _follow(self) -> None:
        model = self.model
        for name in ("mmt", "function", "extramuscular"):
            menu, options = getattr(self, name), _named(model.options_for(name))
            if menu.options != options:
                menu.options = options
            menu.value = getattr(model, name)
        self.example.value = _NO_EXAMPLE if model.place is None else model.place
        self.population.value, self.enzyme.value = model.population, model.enzyme
        self.enzyme_unit.value = model.enzyme_unit
        self._limit_row.layout.display = "none" if model.enzyme_unit == UNITS[0] else None
        for row in self._for_juveniles:
            row.layout.display = "none" if model.population == POPULATIONS[0] else None
        for (when, measure), field in self.fields.items():
            field.value = model.text_of(when, measure)
            _mark(field, wrong=(when, measure) in model.problems)
        self.upper_limit.value = model.text_of(NOW, _LIMIT)
        _mark(self.upper_limit, wrong=(NOW, _LIMIT) in model.problems)
        for measure, column in model.columns_read().items():
            allowed = _allowed(model, measure, column)
            self._labels[measure].value = _label(column, allowed)
            for when in _VISITS:
                self.fields[when, measure].tooltip = f"{column.heading} ({allowed}), {when}"


def _field() -> widgets.Text:
    return widgets.Text(placeholder="–")


def _allowed(model: CalculatorModel, measure: str, column: Any) -> str:
    """What may be entered: the ends of the scale and its unit."""
    ends = "" if column.maximum is None or measure == ENZYME else f"{column.minimum:g} to {column.maximum:g}"
    return " ".join(part for part in (ends or "0 or more", model.unit_of(measure)) if part)


def _label(column: Any, allowed: str) -> str:
    return label_html(
        with_note(column.heading, f"({allowed})"), about=f"{column.description}; {column.better} is better."
    )


def _mark(field: widgets.Text, *, wrong: bool) -> None:
    if wrong:
        field.add_class("mt-wrong")
    else:
        field.remove_class("mt-wrong")


def _named(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((columns("visits")[name].label, name) for name in names)
