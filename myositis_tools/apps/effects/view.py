"""What the app of effects shows: menus left; the forest, the table, the tipping point and the methods right."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.effects.model import EVERY, IMPUTED, RATIOS, RESPONDERS, EffectsModel
from myositis_tools.apps.furniture import (
    CopyButton,
    Desk,
    FigurePane,
    PeopleTable,
    described,
    export_panel,
    folded,
    heading,
    note,
    option_list,
    prose,
)
from myositis_tools.figures.effects import draw_effects, title_of_effects
from myositis_tools.figures.theme import empty_figure
from myositis_tools.figures.tipping_point import draw_tipping_point

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
_NOT_YET = "Switch on 'Tipping point' on the left: what is missing is then filled in, which takes some seconds."


class EffectsView(Desk):
    """The app of effects; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : EffectsModel
        What is known.
    """

    def __init__(self, model: EffectsModel) -> None:
        self.model = model
        wide = {"width": "calc(100% - 4px)"}
        self.estimate = widgets.Dropdown(
            options=[(_ESTIMATES[one], one) for one in model.estimates],
            value=model.estimate,
            layout=wide,
            tooltip="What is compared",
        )
        self.week = widgets.Dropdown(
            options=[(f"week {week}", week) for week in model.weeks], value=model.week, layout=wide, tooltip="Visit"
        )
        self.level = option_list([(one, one) for one in model.levels], model.level, label="Response")
        self.missing = option_list(_MISSING, model.missing, label="What is missing")
        self.estimand = widgets.Dropdown(
            options=list(model.estimands), value=model.estimand, layout=wide, tooltip="Rescue treatment"
        )
        self.adjust = widgets.SelectMultiple(
            options=[(model.label_of(name), name) for name in model.baselines],
            value=model.adjust,
            rows=min(5, max(2, len(model.baselines))),
            layout=wide,
            tooltip="Adjusted for",
        )
        self.by = widgets.Dropdown(
            options=[("no subgroups", _NOTHING), *((model.label_of(name), name) for name in model.subgroups)],
            value=model.by or _NOTHING,
            layout=wide,
            tooltip="Subgroups",
        )
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
        self.code = widgets.HTML()
        self.copy = CopyButton(label="Copy as code")
        self.reset_button = widgets.Button(description="Reset")
        self.undo_button = widgets.Button(description="Undo")
        super().__init__(
            "One arm against another",
            "Total Improvement Score and response (2016 ACR/EULAR). For research and teaching, not for care."
            + ("" if model.own_data else " The sample cohort is synthetic: no real patient is in it."),
            controls=self._controls(),
            results=[self.tabs, self._export(), folded("This view as code", self.code)],
            actions=[self.reset_button, self.undo_button, self.copy],
        )
        self._link()
        self._draw()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        def control(label: str, widget: widgets.Widget, about: str = "") -> widgets.VBox:
            return widgets.VBox([described(label, about=about), widget], layout={"width": "100%"})

        rescue = [control("Rescue treatment", self.estimand, _ABOUT["estimand"])] if self.model.rescue else []
        subgroups = [control("Subgroups", self.by, _ABOUT["by"])] if self.model.subgroups else []
        return [
            control("What is compared", self.estimate),
            control("Visit", self.week),
            control("A responder has at least", self.level),
            control("What is missing is", self.missing, _ABOUT["missing"]),
            *rescue,
            control("Adjusted for", self.adjust, _ABOUT["adjust"]),
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
        model, guarded = self.model, self.guarded
        for name in ("estimate", "week", "level", "missing", "estimand", "adjust", "by", "permutation", "imputing"):
            getattr(self, name).observe(guarded(self._asker(name)), names="value")
        self.reset_button.on_click(guarded(lambda _: model.reset()))
        self.undo_button.on_click(guarded(lambda _: model.undo()))
        self.tabs.observe(guarded(lambda _: self._draw_tab()), names="selected_index")
        model.observe(guarded(lambda _: self._draw()), names="revision")

    def _asker(self, name: str) -> Any:
        def changed(change: dict[str, Any]) -> None:
            if self._drawing:
                return
            try:
                self.model.choose(**{name: None if change["new"] == _NOTHING else change["new"]})
            finally:
                self._follow()  # what was refused goes back to what is shown

        return changed

    # -------------------------------------------------------------------------------------------------------- drawing

    _drawing = False

    def _draw(self) -> None:
        model = self.model
        self._follow()
        self.say(model.headline)
        self.copy.text = model.as_code()
        self.code.value = f"<pre class='mt-code'>{escape(model.as_code())}</pre>"
        self.remark.value = f"<div class='mt-note'>{escape(model.remark)}</div>"
        self._draw_tab()

    def _follow(self) -> None:
        """Bring the controls to what the model says."""
        self._drawing = True
        try:
            for name in ("estimate", "week", "level", "missing", "estimand", "adjust", "permutation", "imputing"):
                getattr(self, name).value = getattr(self.model, name)
            self.by.value = self.model.by or _NOTHING
            self.level.disabled = self.model.estimate not in (RESPONDERS, RATIOS)
        finally:
            self._drawing = False

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
