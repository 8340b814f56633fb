"""One patient on one page, or two side by side: the decision, the course and the last score."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.cohort.model import CohortModel
from myositis_tools.apps.eligibility.patient_card import patient_card
from myositis_tools.apps.widgets import FigurePane, control, menu, prose
from myositis_tools.apps.widgets.letting_go import replace_children
from myositis_tools.criteria import Records
from myositis_tools.errors import MyositisToolsError
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.patient.patient_profile import plot_patient_profile
from myositis_tools.frames import to_pandas

_NOBODY = ("nobody", "")


class PatientView(widgets.VBox):
    """The patient under the eye, and the one beside her.

    Parameters
    ----------
    model : CohortModel
        The cohort and the patients who are looked at.
    """

    def __init__(self, model: CohortModel) -> None:
        self.model = model
        ids = [(patient, patient) for patient in model.cohort.ids]
        self.patient = menu([_NOBODY, *ids], model.patient_id or "", label="Patient")
        self.beside = menu([_NOBODY, *ids], model.beside or "", label="Beside")
        self.cards = widgets.Box()
        self.cards.add_class("mt-side-by-side")
        row = widgets.Box([control("Patient", self.patient), control("Beside her or him", self.beside)])
        row.add_class("mt-row")
        super().__init__([row, self.cards], layout={"width": "100%"})
        self.add_class("mt-desk")
        self.patient.observe(lambda change: setattr(model, "patient_id", change["new"] or None), names="value")
        self.beside.observe(lambda change: setattr(model, "beside", change["new"] or None), names="value")

    def refresh(self) -> None:
        """Show whoever is looked at now."""
        self.patient.value, self.beside.value = self.model.patient_id or "", self.model.beside or ""
        shown = [name for name in (self.model.patient_id, self.model.beside) if name is not None]
        replace_children(self.cards, *([self._card(name) for name in shown] or [prose("Choose a patient.")]))

    def _card(self, name: str) -> widgets.VBox:
        pane = FigurePane("patient_profile")
        try:
            pane.show(plot_patient_profile(self.model.cohort.tables["visits"], name))
        except (MyositisToolsError, KeyError):
            pane.show(empty_figure(f"Patient {name}", "No visit is recorded."))
        return widgets.VBox([prose(self._decision(name)), pane])

    def _decision(self, name: str) -> str:
        screened: Any = self.model.cohort.screened
        if screened is None:
            return ""
        protocol = self.model.protocol
        rows = to_pandas(screened.screened_for(protocol) if isinstance(screened, Records) else screened)
        own = rows[rows["patient_id"].astype(str) == name]
        if own.empty:
            return ""
        decision = to_pandas(protocol.decide(own))["decision"].iloc[0]
        return patient_card(protocol, to_pandas(protocol.check(own)), decision)
