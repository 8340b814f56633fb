"""What the page of a cohort shows: the bar, and the view that is open; a patient chosen in one is chosen in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.cohort.front_view import FrontPage
from myositis_tools.apps.cohort.model import CohortModel
from myositis_tools.apps.cohort.opening import Opening
from myositis_tools.apps.cohort.patient_view import PatientView
from myositis_tools.apps.cohort.views import VIEWS, beside, in_bar, place_in_bar
from myositis_tools.apps.widgets import Desk, note, prose
from myositis_tools.apps.widgets.app_view import look
from myositis_tools.apps.widgets.letting_go import ShownInCell, close_all
from myositis_tools.apps.widgets.view_bar import ViewBar
from myositis_tools.errors import MyositisToolsError

_SHARED = ("patient_id", "trial")
_STYLE = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")


class CohortView(ShownInCell):
    """The page; it links views to one model and computes nothing.

    Parameters
    ----------
    model : CohortModel
        What the views share.
    opening : Opening
        What is known of files that are being opened.
    address : mapping
        What is shown first: ``view, patient_id, beside, trial``.
    is_page : bool
        Whether it stands on a page of its own, whose address then names the view.

    Raises
    ------
    NotFoundError
        If `address` names nothing here.
    """

    def __init__(
        self, model: CohortModel, opening: Opening, address: Mapping[str, Any], *, is_page: bool = False
    ) -> None:
        self.model = model
        self.bar = ViewBar(self._go, views=[list(each) for each in in_bar()], is_page=is_page)
        self.front = FrontPage(model, opening)
        self._patient: PatientView | None = None
        self._desks: dict[str, Desk] = {}
        self._trouble = prose("")
        self._then: dict[str, Any] = {}
        self._passing: list[widgets.Widget] = []
        self.body = widgets.VBox(layout={"width": "100%"})
        super().__init__([look(_STYLE), self.bar, self._trouble, self.body], layout={"width": "100%"})
        self.add_class("mt-cohort")
        model.observe(self._another_cohort, names="revision")
        model.observe(self._another_patient, names=["patient_id", "beside"])
        model.observe(self._another_trial, names="trial")
        model.observe(lambda _: self._show(), names="view")
        self.bar.observe(lambda change: self._press(change["new"]), names="current")
        self.front.look_if_plain()
        self.open_at(address)
        if not self.body.children:
            self._show()

    def __repr__(self) -> str:
        """The sentence about the cohort: what a page without widgets shows."""
        return self.model.headline

    @property
    def desk(self) -> Desk | None:
        """The app that is open; None on the pages of the cohort and of a patient."""
        return self._desks.get(self.model.view)

    def leave(self) -> None:
        """Listen to the cohort no longer."""
        self.model.unobserve_all()
        super().leave()

    # ------------------------------------------------------------------------------------------------------- to and fro

    def _press(self, key: str) -> None:
        if place_in_bar(self.model.view) != key:
            self.model.view = key

    def open_at(self, address: Mapping[str, Any]) -> None:
        """Go to what an address names: now, or once the person has agreed to the files that wait for it.

        Raises
        ------
        NotFoundError
            If it names nothing here.
        """
        if self.front.waits:
            self._then = dict(address)
        else:
            self.model.go(address)

    def _go(self, address: Mapping[str, str]) -> None:
        """Go to what the address of the page names; what is not here is said, and where to find it."""
        held = address.get("held")
        if held and held != self.model.cohort.name:
            self.model.view = "cohort"  # where files are dropped
            self._then = dict(address)
            self._complain(f"{held} was held by the page that you left or loaded again. Drop it here to go on.")
            return
        try:
            self.open_at(address)
        except MyositisToolsError as error:
            self._complain(error)
        self._tell_bar()

    def _another_cohort(self, _: Any) -> None:
        self._let_go()
        then, self._then = self._then, {}
        self._go(then)
        self._show()

    def _let_go(self) -> None:
        self._put()
        for desk in self._desks.values():
            desk.close()
        self._desks = {}
        if self._patient is not None:
            self._patient.close()
            self._patient = None

    def _another_patient(self, _: Any) -> None:
        self._share("patient_id")
        self._tell_bar()
        if self._patient is not None and self.model.view == "patient":
            self._patient.refresh()

    def _another_trial(self, _: Any) -> None:
        self._share("trial")
        self._tell_bar()
        self.front.refresh()

    def _share(self, name: str) -> None:
        """Bring what the views share to the open one; the others are brought to it when they are opened."""
        desk = self.desk
        if desk is not None:
            _bring(desk.model, self.model, name)

    # ---------------------------------------------------------------------------------------------------------- showing

    def _show(self) -> None:
        view = self.model.view
        self._trouble.value = ""
        self._tell_bar()
        if view == "cohort":
            self.front.refresh()
            self._put(self.front)
            return
        why_not = VIEWS[view].why_not(self.model)
        if why_not:
            self._put(passing=[_nothing(why_not)])
            return
        self._put(passing=[*self._beside(), note(f"Opening {VIEWS[view].label} ...")])
        try:
            shown = self._patient_view() if view == "patient" else self._desk(view)
        except MyositisToolsError as error:
            self._complain(error)
            self._put()
            return
        self._put(shown, passing=self._beside())

    def _put(self, *kept: widgets.Widget, passing: Sequence[widgets.Widget] = ()) -> None:
        """Show widgets that pass, and below them others that are kept; those that passed before are let go."""
        before, self._passing = self._passing, list(passing)
        self.body.children = [*passing, *kept]
        close_all(*before)

    def _beside(self) -> list[widgets.Widget]:
        """Buttons for the views that share a place in the bar."""
        others = beside(self.model.view)
        if not others:
            return []
        made = []
        for key, label in others:
            button = widgets.Button(description=label, layout={"width": "auto"})
            button.on_click(_opens(self.model, key))
            button.button_style = "primary" if key == self.model.view else ""
            made.append(button)
        row = widgets.Box(made)
        for name in ("mt-desk", "mt-plain", "mt-row"):
            row.add_class(name)
        return [row]

    def _desk(self, view: str) -> Desk:
        make = VIEWS[view].make
        if view not in self._desks and make is not None:
            self._desks[view] = make(self.model)
            self._listen(self._desks[view].model)
        desk = self._desks[view]
        for name in _SHARED:
            _bring(desk.model, self.model, name)
        return desk

    def _listen(self, model: Any) -> None:
        for name in _SHARED:
            if model.has_trait(name):
                model.observe(lambda change: setattr(self.model, change["name"], change["new"]), names=name)

    def _patient_view(self) -> PatientView:
        if self._patient is None:
            self._patient = PatientView(self.model)
        self._patient.refresh()
        return self._patient

    def _complain(self, error: Exception | str) -> None:
        self._trouble.value = f"<div class='mt-error' role='alert'>{escape(str(error))}</div>"

    def _tell_bar(self) -> None:
        model = self.model
        with self.bar.hold_sync():
            self.bar.current = place_in_bar(model.view)
            self.bar.patient = model.patient_id or ""
            self.bar.title = VIEWS[model.view].label
            self.bar.address, self.bar.code = model.address(), model.as_code()


def _bring(model: Any, shared: CohortModel, name: str) -> None:
    """Bring one thing that is shared to the model of a view, where it has it and knows the value."""
    value = getattr(shared, name)
    if not model.has_trait(name) or getattr(model, name) == value:
        return
    if name == "patient_id" and value not in model.ids:
        return
    if name == "trial":
        if value in model.offered:
            model.choose_trial(value)
        return
    setattr(model, name, value)


def _opens(model: CohortModel, key: str) -> Callable[[Any], None]:
    def open_it(_: Any) -> None:
        model.view = key

    return open_it


def _nothing(words: str) -> widgets.HTML:
    return prose(f"<div class='mt-empty' role='status'>{escape(words)}</div>")
