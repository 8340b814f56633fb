"""What the trajectory app shows: menus left, the pictures of the cohort and one patient's profile right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.trajectories.model import TrajectoriesModel
from myositis_tools.apps.trajectories.pictures import PATIENTS, PICTURES, make
from myositis_tools.apps.widgets import (
    NARROWER,
    Desk,
    FigurePane,
    PatientsOfExport,
    PeopleTable,
    control,
    export_panel,
    menu,
    note,
    note_html,
    option_list,
    prose,
)
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.patient.patient_profile import draw_patient_profile
from myositis_tools.privacy.pseudonyms import Naming
from myositis_tools.studies.follow_up.groups_of_patients import RESPONSE
from myositis_tools.studies.follow_up.measures import measure_named

_SCALES = (
    ("as measured", "measured"),
    ("change since baseline", "change"),
    ("% of range, up is better", "percent_of_range"),
)
_SHOWN = (("both", "both"), ("patients' lines", "individuals"), ("summary of each group", "summary"))
_SUMMARIES = (("median with quartiles", "median"), ("mean with 95 % interval", "mean"))
_NOTHING = ""  # a menu shows no choice where the value is None
_EXPOSURES = (("mean dose a day", "mean"), ("total", "cumulative"))
_TABS = (*PICTURES, PATIENTS)
_ABOUT = {
    "measure": "Core set measures, enzymes and prednisone as recorded; the Total Improvement Score, its bounds and "
    "the points of each measure are computed from them.",
    "group": "A column that says one thing of each patient, or the class of response at the last scored visit.",
    "scale": "In % of the range improvement is positive, as the Total Improvement Score counts it.",
    "weeks": "Every week in which anybody was seen counts as a planned visit.",
    "exposure": "From the baseline to the visit. Doses are known at visits only; between two visits they are taken to "
    "change evenly.",
    "level": "The class of response that is waited for, or a better one.",
    "rescue": "The column with the week in which a patient was given rescue treatment.",
    "sustained": "In the class at every visit from then to the last, two visits at least.",
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
        drawable = [(measure_named(name).title, name) for name in model.measures]
        self.measure = menu(drawable, model.measure or None, label="Measure")
        self.against = menu(drawable, model.against or None, label="Against")
        self.group = menu(_group_options(model), model.group or _NOTHING, label="Group by")
        self.week = menu([(f"week {week}", week) for week in model.later_weeks], model.week, label="At the visit")
        self.exposure = option_list(_EXPOSURES, model.exposure, label="Prednisone")
        self.level = option_list([(level, level) for level in model.levels], model.level, label="Improvement")
        self.sustained = widgets.Checkbox(value=model.sustained, description="a response that lasts", indent=False)
        rescues = [("not shown", _NOTHING), *((name.replace("_", " "), name) for name in model.rescues)]
        self.rescue = menu(rescues, model.rescue or _NOTHING, label="Rescue treatment")
        self.scale = option_list(_scale_options(model), model.scale, label="Scale")
        self.shown = option_list(_SHOWN, model.show, label="Show")
        self.summary = option_list(_SUMMARIES, model.summary, label="Summary")
        self.weeks = widgets.SelectMultiple(
            options=[(f"week {week}", week) for week in model.planned_weeks],
            value=model.weeks,
            rows=min(6, max(2, len(model.planned_weeks))),
            layout=NARROWER,
            tooltip="Visits; hold Ctrl or Cmd to choose several",
        )
        self.patient = widgets.Text(value=model.patient_id or "", continuous_update=False, layout=NARROWER)
        self.panes = {key: FigurePane(key, on_choose=self._click, chosen_by="customdata") for key in PICTURES}
        self.profile = FigurePane("patient_profile")
        self.patients = PeopleTable(self._choose_row)
        self.remark = prose("")
        self.tabs = widgets.Tab(
            [*self.panes.values(), self.patients],
            titles=[*(picture.label for picture in PICTURES.values()), "Patients"],
            selected_index=_TABS.index(model.picture),
        )
        self._shown_profile: str | None = None
        super().__init__(
            "Disease activity over time",
            "Core set measures and the Total Improvement Score (2016 ACR/EULAR). For research and teaching, not for "
            "care." + ("" if model.own_data else " The sample cohort is synthetic: no real patient is in it."),
            controls=self._controls(),
            results=[self.tabs, self.remark, self.profile, self._export()],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        self._asked = {
            name: control(label, widget, about=_ABOUT.get(name, ""))
            for name, label, widget in (
                ("measure", "Measure", self.measure),
                ("against", "Against", self.against),
                ("exposure", "Prednisone", self.exposure),
                ("level", "Improvement", self.level),
                ("sustained", "Kept", self.sustained),
                *([("rescue", "Rescue treatment", self.rescue)] if self.model.rescues else []),
                ("week", "At the visit", self.week),
                ("group", "Group by", self.group),
                ("scale", "Scale", self.scale),
                ("show", "Show", self.shown),
                ("summary", "Summary", self.summary),
                ("weeks", "Visits", self.weeks),
            )
        }
        return [
            *self._asked.values(),
            control("Patient", self.patient),
            note("Or click a patient in a picture, or a row of the table of patients."),
        ]

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "trajectories",
            tables={
                "This picture": model.shown,
                "Trajectories": model.trajectories,
                "Visits with score": model.scored,
                "Patients": model.patients,
            },
            figures=lambda naming: (model.headline, self._figures(naming)),
            state=model.state,
            restore=model.restore,
            given=lambda: {"visits, with their score": model.visits if model.own_data else None},
            patients=PatientsOfExport(
                lambda: model.visits["patient_id"],
                partial(model.as_code, with_patient=False),
                {
                    "This picture": model.described_patients,
                    "Visits with score": model.described_visits,
                    "Patients": model.described_patients,
                },
            ),
        )

    def _figures(self, naming: Naming) -> list[Any]:
        profile = [self._draw_profile(naming.in_title)] if self.model.patient_id is not None else []
        picture = self.model.picture
        return [make("trajectories" if picture == PATIENTS else picture, self.model, naming.table), *profile]

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        self.asks(self.measure, self.model.choose_measure)
        self.asks(self.patient, self._name_patient)
        self.asks(self.tabs, self._open, of="selected_index")
        self.asks(self.shown, partial(self._choose, "show"))
        for name in self._asked.keys() - {"measure", "show"}:
            self.asks(getattr(self, name), partial(self._choose, name))

    def _choose(self, name: str, value: Any) -> None:
        setattr(self.model, name, None if value == _NOTHING and isinstance(value, str) else value)

    def _open(self, place: int) -> None:
        self.model.picture = _TABS[place]

    def _name_patient(self, name: str) -> None:
        self.model.patient_id = name.strip() or None

    def _choose_row(self, place: int) -> None:
        self.guarded(lambda: self.model.choose(place))()

    def _click(self, carried: Any) -> None:
        if isinstance(carried, str) and carried:  # a patient's; a summary carries numbers, a heading nothing
            self.guarded(lambda: setattr(self.model, "patient_id", carried))()

    @property
    def trajectories(self) -> FigurePane:
        """The pane of the trajectories."""
        return self.panes["trajectories"]

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        model = self.model
        self._draw_tab()
        self.remark.value = note_html(model.remark)
        if model.patient_id != self._shown_profile or self.profile.figure is None:
            self.profile.show(self._draw_profile())
            self._shown_profile = model.patient_id

    def _follow(self) -> None:
        model = self.model
        self.measure.value = model.measure or None
        self.group.value = model.group or _NOTHING
        options = _scale_options(model)
        if self.scale.options != options:
            self.scale.options = options
        self.scale.value, self.shown.value, self.summary.value = model.scale, model.show, model.summary
        self.against.value = model.against or None
        self.week.value, self.exposure.value = model.week, model.exposure
        self.level.value, self.sustained.value = model.level, model.sustained
        self.weeks.value, self.rescue.value = model.weeks, model.rescue or _NOTHING
        self.tabs.selected_index = _TABS.index(model.picture)
        follows = () if model.picture == PATIENTS else PICTURES[model.picture].follows
        for name, asked in self._asked.items():
            asked.layout.display = None if name in follows else "none"
        self.patient.value = model.patient_id or ""

    def _draw_tab(self) -> None:
        model = self.model
        if model.picture == PATIENTS:
            self.patients.show(model.patients(), chosen=model.place_of(model.patient_id))
        else:
            self.panes[model.picture].show(make(model.picture, model))

    def _draw_profile(self, name: Callable[[str], str] = str) -> Any:
        model = self.model
        if model.patient_id is None:
            return empty_figure("One patient close up", "Click a line, or choose a row in the table of patients.")
        return draw_patient_profile(
            model.profile(), model.points(), name(model.patient_id), population=model.population
        )


def _scale_options(model: TrajectoriesModel) -> tuple[tuple[str, str], ...]:
    return tuple(option for option in _SCALES if not model.measures or option[1] in model.possible_scales)


def _group_options(model: TrajectoriesModel) -> list[tuple[str, str]]:
    named = {RESPONSE: "response at the last visit"}
    return [("nothing", _NOTHING), *((named.get(name, name.replace("_", " ")), name) for name in model.groups)]
