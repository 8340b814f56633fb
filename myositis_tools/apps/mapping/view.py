"""What the mapping app shows: each heading with its suggestion left, what it makes of the table right."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.mapping.limits import EXAMPLE
from myositis_tools.apps.mapping.model import WRITTEN, MappingModel
from myositis_tools.apps.widgets import (
    NARROWER,
    Desk,
    DownloadButton,
    FigurePane,
    PatientsOfExport,
    PeopleTable,
    control,
    export_panel,
    folded,
    heading,
    menu,
    note,
    note_html,
    prose,
)
from myositis_tools.figures import plot_missingness
from myositis_tools.privacy.pseudonyms import described_by

_NOT_MAPPED = ("not mapped: kept as it is", "")
_NO_PROBLEM = "No problem was found."
_NO_LIMIT = ("no column holds an upper limit", "")


class MappingView(Desk):
    """The app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : MappingModel
        What is known.
    """

    begins_with_controls = True

    def __init__(self, model: MappingModel) -> None:
        self.model = model
        self.menus = {name: self._menu(name) for name in model.headings}
        self.units = {name: menu([], label=f"Unit of {name}") for name in model.headings}
        self.limits = {name: self._limit(name) for name in model.headings}
        self.limit_numbers = {name: self._field(f"Limit in numbers of {name}", EXAMPLE) for name in model.headings}
        self.missing_words = {
            name: self._field(f"Words for not recorded under {name}", "not recorded here, such as 9, n.b.")
            for name in model.headings
        }
        self.questions = {name: self._question(name) for name in model.headings}
        self.offers = {
            name: widgets.Button(description="Accept", tooltip=f"Accept for {name}") for name in model.headings
        }
        self._words = {name: note() for name in model.headings}
        self.accept_button = widgets.Button(
            description="Accept likely suggestions", button_style="primary", layout={"width": "auto"}
        )
        self.save = DownloadButton(
            "Save mapping", lambda: (f"{model.kind}.toml", model.mapping.toml().encode()), self.complain
        )
        self.summary, self.problems, self.preview = PeopleTable(), PeopleTable(), PeopleTable()
        self._advice = note()
        self.pane = FigurePane("missingness")
        self.tabs = widgets.Tab(
            [
                widgets.VBox([self._advice, self.summary, folded("All problems, row by row", self.problems)]),
                self.preview,
                self.pane,
            ],
            titles=["Problems", "Preview", "Missing values"],
        )
        super().__init__(
            "Your own table",
            f"Confirm what your headings mean ({model.kind}). Nothing is applied before you accept it, and nothing "
            "leaves this machine.",
            controls=self._controls(),
            results=[self.tabs, self._export()],
            actions=[self.accept_button, self.save],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _menu(self, name: str) -> widgets.Dropdown:
        model = self.model
        first = [row["column"] for row in model.suggested(name)]
        rest = [column for column in model.columns if column not in first]
        options = [(f"{model.in_words(column)} (suggested)", column) for column in first]
        options += [(model.in_words(column), column) for column in rest]
        return menu([_NOT_MAPPED, *options], "", label=f"Column for {name}")

    def _question(self, name: str) -> list[widgets.Button]:
        """A button for each of several things that a heading could be alike."""
        model = self.model
        asked = [(model.in_words(row["column"]), row["column"]) for row in model.asked_of_several(name)]
        return [
            widgets.Button(description=f"It is {words}", tooltip=f"{words} for {name}", layout={"width": "auto"})
            for words, _ in asked
        ]

    def _field(self, label: str, placeholder: str) -> widgets.Text:
        return widgets.Text(placeholder=placeholder, continuous_update=False, layout=NARROWER, tooltip=label)

    def _limit(self, name: str) -> widgets.Dropdown:
        others = [(f"divide by {other}", other) for other in self.model.headings if other != name]
        return menu([_NO_LIMIT, *others], "", label=f"Upper limit of {name}")

    def _controls(self) -> list[Any]:
        cards: list[Any] = [
            heading("How cells are written"),
            *(part for name in WRITTEN for part in (name, *self._written_advice(name))),
            heading("Your headings"),
        ]
        for name in self.model.headings:
            why = prose(
                f"<div class='mt-note'>e.g. {escape(self.model.examples(name)) or 'nothing: the column is empty'}<br>"
                f"{escape(self.model.advice(name))}</div>"
            )
            row = widgets.HBox([self.menus[name], self.offers[name]], layout={"width": "100%"})
            self.offers[name].layout.width = "80px"
            self.offers[name].layout.flex = "0 0 auto"
            asked = [widgets.VBox(self.questions[name])] if self.questions[name] else []
            limit = (self.limits[name], self.limit_numbers[name])
            rest = (self.units[name], *limit, self._words[name], self.missing_words[name])
            cards.append(control(name, why, *asked, row, *rest))
        return cards

    def _written_advice(self, name: str) -> list[widgets.Widget]:
        said = self.model.written_advice.get(name)
        return [note(said)] if said else []

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            model.kind,
            tables={"Mapped table": lambda: model.applied, "Problems": lambda: model.problems},
            figures=lambda naming: (
                model.headline,
                [plot_missingness(naming.table(model.applied, model.described), model.kind)],
            ),
            state=model.state,
            restore=model.restore,
            given=lambda: {"table": model.table},
            patients=PatientsOfExport(
                model.patients,
                model.as_code,
                {"Mapped table": model.described, "Problems": described_by("problems")},
            ),
        )

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        model = self.model
        for name in model.headings:
            self.asks(self.menus[name], partial(model.choose, name))
            self.asks(self.units[name], partial(model.set_unit, name))
            self.asks(self.limits[name], partial(model.set_upper_limit, name))
            self.asks(self.limit_numbers[name], partial(model.write_upper_limit, name))
            self.asks(self.missing_words[name], partial(model.set_missing, name))
            for button, asked in zip(self.questions[name], model.asked_of_several(name), strict=True):
                self.presses(button, partial(model.choose, name, asked["column"]))
            self.presses(self.offers[name], partial(model.accept, name))
        self.presses(self.accept_button, model.accept_likely)
        self.tabs.observe(self.guarded(lambda _: self._draw()), names="selected_index")

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        (self._draw_problems, self._draw_preview, self._draw_missing)[self.tabs.selected_index or 0]()

    def _draw_problems(self) -> None:
        summary = self.model.summary()
        self._advice.value = note_html(_NO_PROBLEM if summary.empty else "")
        self.summary.show(summary)
        self.problems.show(self.model.listed_problems())

    def _draw_preview(self) -> None:
        self.preview.show(self.model.preview())

    def _draw_missing(self) -> None:
        self.pane.show(plot_missingness(self.model.applied, self.model.kind))

    def _follow(self) -> None:
        model = self.model
        self.accept_button.disabled = not model.waiting()
        for name in model.headings:
            choice = model.choices.get(name, {})
            self.menus[name].value = choice.get("column", "")
            self._follow_unit(name, choice)
            self._follow_limit(name, choice.get("upper_limit"))
            _show(self.missing_words[name], shown=bool(choice))
            self.missing_words[name].value = ", ".join(choice.get("missing", ()))
            _show(self.offers[name], shown=not choice and bool(model.suggested(name)) and not self.questions[name])
            for button in self.questions[name]:
                _show(button, shown=not choice)
            words = ", ".join(f"{given} = {word}" for given, word in choice.get("words", {}).items())
            self._words[name].value = note_html(words)

    def _follow_limit(self, name: str, limit: Any) -> None:
        is_heading = isinstance(limit, str)
        for each in (self.limits[name], self.limit_numbers[name]):
            _show(each, shown=self.model.needs_limit(name))
        self.limits[name].value = limit if is_heading else ""
        self.limit_numbers[name].value = self.model.upper_limit_in_words(name)

    def _follow_unit(self, name: str, choice: dict[str, Any]) -> None:
        units = self.model.units(name)
        _show(self.units[name], shown=bool(units))
        if units:
            self.units[name].options = [(f"in {unit}", unit) for unit in units]
            self.units[name].value = choice["unit"] or units[0]


def _show(widget: widgets.Widget, *, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
