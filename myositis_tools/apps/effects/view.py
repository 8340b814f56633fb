"""What the app of effects shows: menus left; the forest, the table, the tipping point and the methods right."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.effects.model import EffectsModel
from myositis_tools.apps.widgets import (
    CopyButton,
    Desk,
    FigurePane,
    PeopleTable,
    export_panel,
    heading,
    note,
    note_html,
    prose,
)
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.trials.effects import draw_effects, title_of_effects
from myositis_tools.figures.trials.tipping_point import draw_tipping_point

_TABS = ("Effects", "Table", "Tipping point", "Methods")
_TAKES_LONGER = (
    "The tipping point says how wrong imputed values would have to be to change the conclusion; it takes some seconds."
)
_NOT_YET = (
    "Switch on 'Tipping point' under 'Slower analyses': missing values are then imputed, which takes some seconds."
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
            "Comparing two arms",
            "Total Improvement Score and response (2016 ACR/EULAR). For research and teaching, not for care."
            + ("" if model.own_data else " The sample cohort is synthetic: no real patient is in it."),
            controls=[
                *("estimate", "week", "level", "interval", "missing", "estimand", "adjust", "by"),
                (heading("Slower analyses"), "permutation", "imputing", note(_TAKES_LONGER)),
            ],
            results=[self.tabs, self._export()],
        )
        self.tabs.observe(self.guarded(lambda _: self._draw_tab()), names="selected_index")

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

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self.remark.value = note_html(self.model.remark)
        self._draw_tab()

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
