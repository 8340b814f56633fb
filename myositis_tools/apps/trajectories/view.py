"""What the trajectory app shows: menus left, the pictures of the cohort and one patient's profile right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.trajectories.chosen import PATIENTS
from myositis_tools.apps.trajectories.model import TrajectoriesModel
from myositis_tools.apps.trajectories.pictures import PICTURES, make
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    PatientsOfExport,
    PeopleTable,
    export_panel,
    note,
    note_html,
    prose,
)
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.patient.patient_profile import draw_patient_profile
from myositis_tools.privacy.pseudonyms import Naming

_TABS = (*PICTURES, PATIENTS)
# The controls in their order on the page.
_ASKED = (
    *("measure", "against", "exposure", "level", "sustained", "rescue", "week", "group", "scale", "show", "summary"),
    "weeks",
)


class TrajectoriesView(Desk):
    """The trajectory app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : TrajectoriesModel
        What is known.
    """

    def __init__(self, model: TrajectoriesModel) -> None:
        self.model = model
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
            controls=[
                *_ASKED,
                "patient_id",
                note("Or click a patient in a picture, or a row of the table of patients."),
            ],
            results=[self.tabs, self.remark, self.profile, self._export()],
        )
        self.asks(self.tabs, self._open, of="selected_index")

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

    def _open(self, place: int) -> None:
        self.model.picture = _TABS[place]

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
        self.tabs.selected_index = _TABS.index(self.model.picture)
        follows = () if self.model.picture == PATIENTS else PICTURES[self.model.picture].follows
        for name, asked in self.labelled.items():
            asked.layout.display = None if name in (*follows, "patient_id") else "none"

    def _draw_tab(self) -> None:
        model = self.model
        if model.picture == PATIENTS:
            self.patients.show(model.patients(), chosen=model.place_of(model.patient_id))
        else:
            self.panes[model.picture].show(make(model.picture, model))

    def _draw_profile(self, name: Callable[[str], str] = str) -> Any:
        model = self.model
        if model.patient_id is None:
            return empty_figure("One patient", "Click a line, or choose a row in the table of patients.")
        return draw_patient_profile(
            model.profile(), model.points(), name(model.patient_id), population=model.population
        )
