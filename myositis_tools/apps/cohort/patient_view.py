"""One patient's card, or those of two side by side: seen, printed, saved, and the way to the other views."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.cohort.model import CohortModel
from myositis_tools.apps.widgets import DownloadButton, prose
from myositis_tools.apps.widgets.letting_go import replace_children
from myositis_tools.apps.widgets.page_manners import PageManners
from myositis_tools.apps.widgets.print_button import PrintButton
from myositis_tools.errors import MyositisToolsError
from myositis_tools.report.patient_card import card_style

_NOBODY = ("nobody", "")
_ELSEWHERE = {"follow_up": "Course", "who_fits": "Who fits"}


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
        self.patient = _menu([_NOBODY, *ids], model.patient_id or "", "Patient")
        self.beside = _menu([_NOBODY, *ids], model.beside or "", "Beside her or him")
        self.with_id = widgets.Checkbox(
            value=False, description="With patient id, when it is printed or saved", indent=False,
            layout={"width": "auto"},
        )  # fmt: skip
        self.trouble = prose("")
        self.cards = widgets.Box()
        self.cards.add_class("mt-side-by-side")
        self._drawn: tuple[Any, ...] = ()
        row = widgets.Box([PageManners(), self.patient, self.beside, self.with_id])
        row.add_class("mt-row")
        head = prose(
            f"<style>{card_style()}</style>"
            "<div class='mt-title' role='heading' aria-level='2'>One patient, or two side by side</div>"
        )
        super().__init__([head, row, self.trouble, self.cards], layout={"width": "100%"})
        for name in ("mt-desk", "mt-plain"):
            self.add_class(name)
        self.patient.observe(lambda change: setattr(model, "patient_id", change["new"] or None), names="value")
        self.beside.observe(lambda change: setattr(model, "beside", change["new"] or None), names="value")

    def refresh(self) -> None:
        """Show the patients who are looked at now."""
        model = self.model
        seen = (model.patient_id, model.beside, model.trial, model.revision)
        if seen == self._drawn:
            return
        self._drawn = seen
        self.patient.value, self.beside.value = model.patient_id or "", model.beside or ""
        self.trouble.value = ""
        shown = [name for name in (model.patient_id, model.beside) if name is not None]
        replace_children(self.cards, *([self._card(name) for name in shown] or [prose("Choose a patient.")]))

    def _card(self, name: str) -> widgets.VBox:
        buttons = [widgets.Button(description=label) for label in _ELSEWHERE.values()]
        for button, view in zip(buttons, _ELSEWHERE, strict=True):
            button.on_click(self._opens(view, name))
        try:
            body = self.model.card(name).body
        except MyositisToolsError as error:
            body = _said(error)
        else:
            buttons[:0] = [
                PrintButton("Print card", self._file(name), self._failed),
                DownloadButton("Save card (HTML)", self._file(name), self._failed),
            ]
        row = widgets.Box(buttons)
        row.add_class("mt-row")
        return widgets.VBox([row, prose(body)])

    def _file(self, name: str) -> Callable[[], tuple[str, bytes]]:
        def make() -> tuple[str, bytes]:
            card = self.model.card(name, identifiers=self.with_id.value)
            return "patient_card.html", card.html.encode("utf-8")

        return make

    def _failed(self, error: Exception) -> None:
        self.trouble.value = _said(error)

    def _opens(self, view: str, name: str) -> Callable[[Any], None]:
        def open_it(_: Any) -> None:
            with self.model.hold_trait_notifications():  # the view is changed before the card is drawn again
                self.model.patient_id, self.model.view = name, view

        return open_it


def _menu(options: list[tuple[str, str]], value: str, label: str) -> widgets.Dropdown:
    """A choice of one patient, with its label before it."""
    style = {"description_width": "initial"}
    return widgets.Dropdown(options=options, value=value, description=label, style=style, layout={"width": "auto"})


def _said(error: Exception) -> str:
    return f"<div class='mt-error' role='alert'>{escape(str(error))}</div>"
