"""What the mapping app shows: each heading with its suggestion left, what it makes of the table right."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.furniture import (
    CopyButton,
    Desk,
    DownloadButton,
    FigurePane,
    PatientsOfExport,
    PeopleTable,
    described,
    export_panel,
    folded,
    heading,
    note,
    prose,
)
from myositis_tools.apps.mapping.model import DATE_FORMATS, DECIMALS, MappingModel
from myositis_tools.exchange.privacy import described_by
from myositis_tools.figures import plot_missingness

_FULL = {"width": "calc(100% - 4px)"}
_NOT_MAPPED = ("not mapped: kept as it is", "")
_NO_LIMIT = ("these are multiples already", "")


class MappingView(Desk):
    """The app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : MappingModel
        What is known.
    """

    _drawing = False

    def __init__(self, model: MappingModel) -> None:
        self.model = model
        self.menus = {name: self._menu(name) for name in model.headings}
        self.units = {name: widgets.Dropdown(tooltip=f"Unit of {name}", layout=_FULL) for name in model.headings}
        self.limits = {
            name: widgets.Dropdown(
                options=[_NO_LIMIT, *((f"divide by {other}", other) for other in model.headings if other != name)],
                tooltip=f"Upper limit of {name}",
                layout=_FULL,
            )
            for name in model.headings
        }
        self.offers = {
            name: widgets.Button(description="Accept", tooltip=f"Accept for {name}") for name in model.headings
        }
        self._words = {name: note() for name in model.headings}
        self.decimal = widgets.Dropdown(options=list(DECIMALS), tooltip="Decimal sign", layout=_FULL)
        self.date_format = widgets.Dropdown(options=list(DATE_FORMATS), tooltip="How dates are written", layout=_FULL)
        self.missing = widgets.Text(
            placeholder="n.b., -99", tooltip="Words for not recorded", layout=_FULL, continuous_update=False
        )
        self.accept_button = widgets.Button(description="Accept likely suggestions", layout={"width": "auto"})
        self.undo_button = widgets.Button(description="Undo")
        self.reset_button = widgets.Button(description="Reset")
        self.copy = CopyButton(label="Copy as code")
        self.save = DownloadButton(
            "Save mapping", lambda: (f"{model.kind}.toml", model.mapping.toml().encode()), self.complain
        )
        self.summary, self.problems, self.preview = PeopleTable(), PeopleTable(), PeopleTable()
        self._clean = prose("")
        self.pane = FigurePane("missingness")
        self.code = widgets.HTML()
        self.tabs = widgets.Tab(
            [
                widgets.VBox([self._clean, self.summary, folded("Every problem, row by row", self.problems)]),
                widgets.VBox([self.preview]),
                self.pane,
                widgets.VBox([self.code]),
            ],
            titles=["Problems", "Preview", "Missing values", "Code"],
        )
        super().__init__(
            "Your own table",
            f"Say what your headings mean here ({model.kind}). Nothing is applied before you accept it, and nothing "
            "leaves this machine.",
            controls=self._controls(),
            results=[self.tabs, self._export()],
            actions=[self.accept_button, self.undo_button, self.reset_button, self.copy, self.save],
        )
        self._link()
        self._draw()

    # ------------------------------------------------------------------------------------------------------- controls

    def _menu(self, name: str) -> widgets.Dropdown:
        model = self.model
        first = [row["column"] for row in model.suggested(name)]
        rest = [column for column in model.columns if column not in first]
        options = [(f"{model.in_words(column)} (suggested)", column) for column in first]
        options += [(model.in_words(column), column) for column in rest]
        return widgets.Dropdown(options=[_NOT_MAPPED, *options], tooltip=f"Column for {name}", layout=_FULL)

    def _controls(self) -> list[widgets.Widget]:
        cards = [
            heading("How cells are written"),
            widgets.VBox([described("Decimal sign"), self.decimal]),
            widgets.VBox([described("Dates"), self.date_format]),
            widgets.VBox([described("Words for not recorded, between commas"), self.missing]),
            heading("Your headings"),
        ]
        for name in self.model.headings:
            why = prose(
                f"<div class='mt-note'>such as {escape(self.model.examples(name)) or 'nothing: it is empty'}<br>"
                f"{escape(self.model.advice(name))}</div>"
            )
            row = widgets.HBox([self.menus[name], self.offers[name]], layout={"width": "100%"})
            self.offers[name].layout.width = "80px"
            self.offers[name].layout.flex = "0 0 auto"
            cards.append(
                widgets.VBox([described(name), why, row, self.units[name], self.limits[name], self._words[name]])
            )
        return cards

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
            self.menus[name].observe(self._unless_drawing(partial(model.choose, name)), names="value")
            self.units[name].observe(self._unless_drawing(partial(model.set_unit, name)), names="value")
            self.limits[name].observe(self._unless_drawing(partial(model.set_upper_limit, name)), names="value")
            self.offers[name].on_click(self.guarded(lambda _, name=name: model.accept(name)))
        for option, widget in (("decimal", self.decimal), ("date_format", self.date_format), ("missing", self.missing)):
            widget.observe(
                self._unless_drawing(lambda value, option=option: model.write(**{option: value})), names="value"
            )
        for button, act in (
            (self.accept_button, model.accept_likely),
            (self.undo_button, model.undo),
            (self.reset_button, model.reset),
        ):
            button.on_click(self.guarded(lambda _, act=act: act()))
        model.observe(lambda _: self._draw(), names="revision")

    def _unless_drawing(self, act: Any) -> Any:
        def acting(change: dict[str, Any]) -> None:
            try:
                act(change["new"])
            finally:
                self._follow()  # what is refused does not stay in the menu

        guarded = self.guarded(acting)
        return lambda change: None if self._drawing else guarded(change)

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        model = self.model
        self._follow()
        self.say(model.headline)
        summary = model.summary()
        clean = "<div class='mt-note'>No problem was found.</div>" if summary.empty else ""
        self._clean.value = clean
        self.summary.show(summary)
        self.problems.show(model.listed_problems())
        self.preview.show(model.preview())
        self.pane.show(plot_missingness(model.applied, model.kind))
        self.copy.text = model.as_code()
        self.code.value = f"<pre class='mt-code'>{escape(model.as_code())}</pre>"

    def _follow(self) -> None:
        """Bring the controls to what the model says."""
        model, self._drawing = self.model, True
        waiting = model.waiting()
        try:
            self.decimal.value, self.date_format.value = model.decimal, model.date_format
            self.missing.value = ", ".join(model.missing)
            self.accept_button.disabled = not waiting
            for name in model.headings:
                choice = model.choices.get(name, {})
                self.menus[name].value = choice.get("column", "")
                self._follow_unit(name, choice)
                _show(self.limits[name], shown=model.needs_limit(name))
                self.limits[name].value = choice.get("upper_limit") or ""
                _show(self.offers[name], shown=not choice and bool(model.suggested(name)))
                words = ", ".join(f"{given} = {word}" for given, word in choice.get("words", {}).items())
                self._words[name].value = f"<div class='mt-note'>{escape(words)}</div>" if words else ""
        finally:
            self._drawing = False

    def _follow_unit(self, name: str, choice: dict[str, Any]) -> None:
        units = self.model.units(name)
        _show(self.units[name], shown=bool(units))
        if units:
            self.units[name].options = [(f"in {unit}", unit) for unit in units]
            self.units[name].value = choice["unit"] or units[0]


def _show(widget: widgets.Widget, *, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
