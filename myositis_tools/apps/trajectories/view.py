"""What the trajectory app shows: menus left, the groups over time and one patient's profile right."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.furniture import (
    CopyButton,
    Desk,
    FigurePane,
    PeopleTable,
    described,
    export_panel,
    folded,
    note,
    option_list,
    prose,
)
from myositis_tools.apps.trajectories.model import TrajectoriesModel
from myositis_tools.figures.measures import measure_named
from myositis_tools.figures.patient_profile import draw_patient_profile
from myositis_tools.figures.theme import empty_figure
from myositis_tools.figures.trajectories import RESPONSE, draw_trajectories

_SCALES = (
    ("as measured", "measured"),
    ("change since baseline", "change"),
    ("% of range, up is better", "percent_of_range"),
)
_SHOWN = (("both", "both"), ("patients' lines", "individuals"), ("summary of each group", "summary"))
_SUMMARIES = (("median with quartiles", "median"), ("mean with 95 % interval", "mean"))
_NOTHING = ""  # a menu shows no choice where the value is None
_TABS = ("Trajectories", "Patients")
_ABOUT = {
    "measure": "Core set measures, enzymes and prednisone as recorded; the Total Improvement Score, its bounds and "
    "the points of each measure are computed from them.",
    "group": "A column that says one thing of each patient, or the class of response at the last scored visit.",
    "scale": "In % of the range improvement is positive, as the Total Improvement Score counts it.",
    "weeks": "Every week in which anybody was seen counts as a planned visit.",
}


class TrajectoriesView(Desk):
    """The trajectory app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : TrajectoriesModel
        What is known.
    """

    def __init__(self, model: TrajectoriesModel) -> None:
        self.model = model
        wide = {"width": "calc(100% - 4px)"}
        self.measure = widgets.Dropdown(
            options=[(measure_named(name).title, name) for name in model.measures],
            value=model.measure or None,
            layout=wide,
            tooltip="Measure",
        )
        self.group = widgets.Dropdown(
            options=_group_options(model), value=model.group or _NOTHING, layout=wide, tooltip="Group by"
        )
        self.scale = option_list(_scale_options(model), model.scale, label="Scale")
        self.shown = option_list(_SHOWN, model.show, label="Show")
        self.summary = option_list(_SUMMARIES, model.summary, label="Summary")
        self.weeks = widgets.SelectMultiple(
            options=[(f"week {week}", week) for week in model.planned_weeks],
            value=model.weeks,
            rows=min(6, max(2, len(model.planned_weeks))),
            layout=wide,
            tooltip="Visits; hold Ctrl or Cmd to choose several",
        )
        self.patient = widgets.Text(value=model.patient_id or "", continuous_update=False, layout=wide)
        self.trajectories = FigurePane("trajectories", on_choose=self._click, chosen_by="customdata")
        self.profile = FigurePane("patient_profile")
        self.patients = PeopleTable(self._choose_row)
        self.remark = prose("")
        self.tabs = widgets.Tab([widgets.VBox([self.trajectories, self.remark]), self.patients], titles=_TABS)
        self.code = widgets.HTML()
        self.copy = CopyButton(label="Copy as code")
        self.reset_button = widgets.Button(description="Reset")
        self.undo_button = widgets.Button(description="Undo")
        super().__init__(
            "Disease activity over time",
            "Core set measures and the Total Improvement Score (2016 ACR/EULAR). For research and teaching, not for "
            "care." + ("" if model.own_data else " The sample cohort is synthetic: no real patient is in it."),
            controls=self._controls(),
            results=[self.tabs, self.profile, self._export(), folded("This view as code", self.code)],
            actions=[self.reset_button, self.undo_button, self.copy],
        )
        self._shown_profile: str | None = None
        self._link()
        self._draw()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        def control(label: str, widget: widgets.Widget, about: str = "") -> widgets.VBox:
            return widgets.VBox([described(label, about=about), widget], layout={"width": "100%"})

        return [
            control("Measure", self.measure, _ABOUT["measure"]),
            control("Group by", self.group, _ABOUT["group"]),
            control("Scale", self.scale, _ABOUT["scale"]),
            control("Show", self.shown),
            control("Summary", self.summary),
            control("Visits", self.weeks, _ABOUT["weeks"]),
            control("Patient", self.patient),
            note("Or click a line, or a row of the table of patients."),
        ]

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "trajectories",
            tables={"Trajectories": model.trajectories, "Visits with score": model.scored, "Patients": model.patients},
            figures=lambda: (model.headline, self._figures()),
            state=model.state,
            restore=model.restore,
        )

    def _figures(self) -> list[Any]:
        profile = [self._draw_profile()] if self.model.patient_id is not None else []
        return [self._draw_trajectories(), *profile]

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        model, guarded = self.model, self.guarded
        self.measure.observe(guarded(self._unless_drawing(model.choose_measure)), names="value")
        self.patient.observe(guarded(self._unless_drawing(self._name_patient)), names="value")
        for name, control in (
            ("group", self.group),
            ("scale", self.scale),
            ("show", self.shown),
            ("summary", self.summary),
            ("weeks", self.weeks),
        ):
            control.observe(guarded(self._unless_drawing(self._setter(name))), names="value")
        self.reset_button.on_click(guarded(lambda _: model.reset()))
        self.undo_button.on_click(guarded(lambda _: model.undo()))
        self.tabs.observe(guarded(lambda _: self._draw_tab()), names="selected_index")
        model.observe(guarded(lambda _: self._draw()), names="revision")

    def _unless_drawing(self, act: Any) -> Any:
        def changed(change: dict[str, Any]) -> None:
            if not self._drawing:
                act(change["new"])

        return changed

    def _setter(self, name: str) -> Any:
        return lambda value: setattr(self.model, name, None if name == "group" and value == _NOTHING else value)

    def _name_patient(self, name: str) -> None:
        self.model.patient_id = name.strip() or None

    def _choose_row(self, place: int) -> None:
        self.guarded(lambda: self.model.choose(place))()

    def _click(self, carried: Any) -> None:
        if isinstance(carried, str):  # a point of a patient's line; a summary carries numbers
            self.guarded(lambda: setattr(self.model, "patient_id", carried))()

    # -------------------------------------------------------------------------------------------------------- drawing

    _drawing = False

    def _draw(self) -> None:
        model = self.model
        self._drawing = True
        try:
            self._follow()
        finally:
            self._drawing = False
        self.say(model.headline)
        self.copy.text = model.as_code()
        self.code.value = f"<pre class='mt-code'>{escape(model.as_code())}</pre>"
        self.remark.value = f"<div class='mt-note'>{escape(model.remark)}</div>"
        self._draw_tab()
        if model.patient_id != self._shown_profile or self.profile.figure is None:
            self.profile.show(self._draw_profile())
            self._shown_profile = model.patient_id

    def _follow(self) -> None:
        """Bring the controls to what the model says."""
        model = self.model
        self.measure.value = model.measure or None
        self.group.value = model.group or _NOTHING
        options = _scale_options(model)
        if self.scale.options != options:
            self.scale.options = options
        self.scale.value, self.shown.value, self.summary.value = model.scale, model.show, model.summary
        self.weeks.value = model.weeks
        self.patient.value = model.patient_id or ""

    def _draw_tab(self) -> None:
        if self.tabs.selected_index == 0:
            self.trajectories.show(self._draw_trajectories())
        else:
            self.patients.show(self.model.patients(), chosen=self.model.place_of(self.model.patient_id))

    def _draw_trajectories(self) -> Any:
        model = self.model
        if not model.measures:
            return empty_figure("Disease activity over time", model.headline)
        return draw_trajectories(
            model.trajectories(),
            measure=model.measure,
            scale=model.scale,
            summary=model.summary,
            baseline_week=model.baseline_week,
            population=model.population,
        )

    def _draw_profile(self) -> Any:
        model = self.model
        if model.patient_id is None:
            return empty_figure("One patient close up", "Click a line, or choose a row in the table of patients.")
        return draw_patient_profile(model.profile(), model.points(), model.patient_id, population=model.population)


def _scale_options(model: TrajectoriesModel) -> tuple[tuple[str, str], ...]:
    return tuple(option for option in _SCALES if not model.measures or option[1] in model.possible_scales)


def _group_options(model: TrajectoriesModel) -> list[tuple[str, str]]:
    named = {RESPONSE: "response at the last visit"}
    return [("nothing", _NOTHING), *((named.get(name, name.replace("_", " ")), name) for name in model.groups)]
