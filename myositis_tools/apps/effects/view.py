"""What the app of effects shows: menus left; the forest, the table, the tipping point and the methods right."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.effects.model import EVERY, IMPUTED, RATIOS, RESPONDERS, EffectsModel
from myositis_tools.apps.widgets import (
    NARROWER,
    CopyButton,
    Desk,
    FigurePane,
    PeopleTable,
    control,
    export_panel,
    heading,
    menu,
    note,
    note_html,
    option_list,
    prose,
)
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.trials.effects import draw_effects, title_of_effects
from myositis_tools.figures.trials.tipping_point import draw_tipping_point

_NOTHING = ""  # a menu shows no choice where the value is None
_TABS = ("Effects", "Table", "Tipping point", "Methods")
_ESTIMATES = {
    "score": "score, mean difference",
    "responders": "responders, difference",
    "ratios": "ratios: odds, wins",
    "visits": "score at every visit (GEE)",
    "prednisone": "daily prednisone",
}
_MISSING = (
    ("left out (complete cases)", "complete"),
    ("counted as no response", "non-responder"),
    ("worst case", "worst"),
    ("best case", "best"),
    ("all four of these", EVERY),
    ("filled in many times", IMPUTED),
)
_ABOUT = {
    "missing": "The worst and the best case are bounds: no pattern of missing values gives a difference outside them. "
    "Filling in takes some seconds.",
    "estimand": "What is compared of a patient who was given rescue treatment before the visit.",
    "adjust": "Values at the baseline. Choose them before looking. Ctrl or Cmd chooses several.",
    "by": "Subgroups of a trial are small; only the interaction is tested.",
    "imputing": "The tipping point fills in what is missing: some seconds.",
}
_NOT_YET = (
    "Switch on 'Tipping point' under 'Takes longer': what is missing is then filled in, which takes some seconds."
)


class EffectsView(Desk):
    """The app of effects; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : EffectsModel
        What is known.
    """

    def __init__(self, model: EffectsModel) -> None:
        self.model = model
        self.estimate = menu(
            [(_ESTIMATES[one], one) for one in model.estimates], model.estimate, label="What is compared"
        )
        self.week = menu([(f"week {week}", week) for week in model.weeks], model.week, label="Visit")
        self.level = option_list([(one, one) for one in model.levels], model.level, label="Response")
        self.missing = option_list(_MISSING, model.missing, label="What is missing")
        self.estimand = menu(model.estimands, model.estimand, label="Rescue treatment")
        self.adjust = widgets.SelectMultiple(
            options=[(model.label_of(name), name) for name in model.baselines],
            value=model.adjust,
            rows=min(5, max(2, len(model.baselines))),
            layout=NARROWER,
            tooltip="Adjusted for",
        )
        subgroups = [(model.label_of(name), name) for name in model.subgroups]
        self.by = menu([("no subgroups", _NOTHING), *subgroups], model.by or _NOTHING, label="Subgroups")
        self.permutation = widgets.Checkbox(value=model.permutation, description="Permutation test", indent=False)
        self.imputing = widgets.Checkbox(value=model.imputing, description="Tipping point", indent=False)
        self.forest, self.field = FigurePane("effects"), FigurePane("tipping_point")
        self.table = PeopleTable()
        self.remark, self.sentence, self.methods = prose(""), prose(""), prose("")
        self.copy_methods = CopyButton(label="Copy text")
        self.tabs = widgets.Tab(
            [
                widgets.VBox([self.forest, self.remark]),
                self.table,
                widgets.VBox([self.sentence, self.field]),
                widgets.VBox([self.methods, self.copy_methods]),
            ],
            titles=_TABS,
        )
        super().__init__(
            "One arm against another",
            "Total Improvement Score and response (2016 ACR/EULAR). For research and teaching, not for care."
            + ("" if model.own_data else " The sample cohort is synthetic: no real patient is in it."),
            controls=self._controls(),
            results=[self.tabs, self._export()],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        rescue = [control("Rescue treatment", self.estimand, about=_ABOUT["estimand"])] if self.model.rescue else []
        subgroups = [control("Subgroups", self.by, about=_ABOUT["by"])] if self.model.subgroups else []
        return [
            control("What is compared", self.estimate),
            control("Visit", self.week),
            control("A responder has at least", self.level),
            control("What is missing is", self.missing, about=_ABOUT["missing"]),
            *rescue,
            control("Adjusted for", self.adjust, about=_ABOUT["adjust"]),
            *subgroups,
            widgets.VBox(
                [heading("Takes longer"), self.permutation, self.imputing, note(_ABOUT["imputing"])],
                layout={"width": "100%"},
            ),
        ]

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "effects",
            tables={"Effects": model.rows, "Tipping point": model.tipping_rows},
            figures=lambda _: (model.headline, self._figures()),
            state=model.state,
            restore=model.restore,
            given=lambda: {"visits": model.visits if model.own_data else None},
        )

    def _figures(self) -> list[Any]:
        return [self._draw_forest(), *([self._draw_field()] if self.model.imputing else [])]

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        for name in self.model.CHOICES:
            self.asks(getattr(self, name), partial(self._choose, name))
        self.tabs.observe(self.guarded(lambda _: self._draw_tab()), names="selected_index")

    def _choose(self, name: str, value: Any) -> None:
        self.model.choose(**{name: None if value == _NOTHING and isinstance(value, str) else value})

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self.remark.value = note_html(self.model.remark)
        self._draw_tab()

    def _follow(self) -> None:
        for name in self.model.CHOICES:
            getattr(self, name).value = _NOTHING if getattr(self.model, name) is None else getattr(self.model, name)
        self.level.disabled = self.model.estimate not in (RESPONDERS, RATIOS)

    def _draw_tab(self) -> None:
        draw = (self._show_forest, self._show_table, self._show_field, self._show_methods)
        draw[self.tabs.selected_index or 0]()

    def _show_forest(self) -> None:
        self.forest.show(self._draw_forest())

    def _show_table(self) -> None:
        self.table.show(self.model.table())

    def _show_field(self) -> None:
        self.sentence.value = f"<div>{escape(self.model.tipping_sentence)}</div>"
        self.field.show(self._draw_field())

    def _show_methods(self) -> None:
        self.methods.value = f"<div>{escape(self.model.methods)}</div>"
        self.copy_methods.text = self.model.methods

    def _draw_forest(self) -> Any:
        return draw_effects(self.model.forest(), title=title_of_effects(self.model.results))

    def _draw_field(self) -> Any:
        if not self.model.imputing:
            return empty_figure("Tipping point", _NOT_YET)
        return draw_tipping_point(self.model.field())
