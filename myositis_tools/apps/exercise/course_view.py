"""What a course shows: one exercise at a time, the way to the others, how far she is, and her answers to save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.exercise.course_model import RIGHT, WRONG, CourseModel
from myositis_tools.apps.exercise.view import STYLE, ExercisePanel
from myositis_tools.apps.widgets import DownloadButton, note, prose
from myositis_tools.apps.widgets.app_view import error_html, look
from myositis_tools.apps.widgets.letting_go import ShownInCell
from myositis_tools.apps.widgets.page_address import PageTop
from myositis_tools.apps.widgets.page_manners import PageManners

_SIGNS = {RIGHT: " ✓", WRONG: " ✗"}
_WORDS = {RIGHT: "decided_right", WRONG: "decided_wrong"}


class CourseView(ShownInCell):
    """A course on one page; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : CourseModel
        What is known.
    beside : widget, optional
        What else stands in the last row.
    """

    def __init__(self, model: CourseModel, *beside: widgets.Widget) -> None:
        self.model = model
        says = model.says
        self._panels: dict[int, ExercisePanel] = {}
        self.numbers = [self._button(str(place + 1), partial(self.go, place)) for place in range(len(model.keys))]
        self.previous_button = self._button(says("previous"), lambda: self.go(model.place - 1))
        self.next_button = self._button(says("next"), lambda: self.go(model.place + 1), "primary")
        self.save_button = DownloadButton(says("save"), model.as_file, self._failed)
        self.progress, self.trouble = prose(""), prose("")
        self._top = PageTop()
        bar = widgets.Box([self.previous_button, *self.numbers, self.next_button, self.progress])
        bar.add_class("mt-course-bar")
        self._opening = note(says("opening"))
        self.body = widgets.VBox(layout={"width": "100%"})
        kept = note(says("kept" if model.folder is None else "handed_in"))
        self._end = widgets.Box([self.save_button, kept, *beside])
        self._end.add_class("mt-row")
        self._beside = len(beside)
        title = prose(
            f"<div lang='{model.language}' class='mt-course-title' role='heading' aria-level='1'>"
            f"{escape(says(model.course))}</div>"
        )
        super().__init__(
            [look(STYLE), title, bar, self.trouble, self.body, self._end, self._top, PageManners()],
            layout={"width": "100%"},
        )
        for name in ("mt-desk", "mt-open", "mt-plain", "mt-front", "mt-course"):
            self.add_class(name)
        model.observe(self._turned, names="place")
        model.observe(self._revised, names="revision")
        self._show()

    def __repr__(self) -> str:
        """How far she is: what a page without widgets shows, and what a notebook is compared by."""
        return f"{self.model.says(self.model.course)}: {self.model.progress}"

    def close_without_beside(self) -> None:
        """Let go of the course, but not of what stood beside it, which is shown elsewhere."""
        self._end.children = self._end.children[: len(self._end.children) - self._beside]
        self.close()

    def leave(self) -> None:
        """Listen to the model no longer."""
        self.model.unobserve(self._turned, names="place")
        self.model.unobserve(self._revised, names="revision")
        super().leave()

    # ------------------------------------------------------------------------------------------------------- to and fro

    def _button(self, words: str, act: Callable[[], None], style: str = "") -> widgets.Button:
        made = widgets.Button(description=words, button_style=style, layout={"width": "auto"})
        made.on_click(lambda _: act())
        return made

    def go(self, place: int) -> None:
        """Turn to an exercise; beyond the first and the last there is none."""
        self.model.place = min(max(place, 0), len(self.model.keys) - 1)

    def _turned(self, _: Any) -> None:
        self._show()
        self._top.turn()

    def _revised(self, _: Any) -> None:
        self._tell()

    def _failed(self, error: Exception) -> None:
        self.trouble.value = error_html(error)

    # --------------------------------------------------------------------------------------------------------- showing

    @property
    def panel(self) -> ExercisePanel:
        """The exercise in sight."""
        place = self.model.place
        if place not in self._panels:
            self._panels[place] = ExercisePanel(self.model.exercise_at(place))
        return self._panels[place]

    def _show(self) -> None:
        if self.model.place not in self._panels:  # what the library computes for it may take seconds
            self.body.children = [self._opening]
        self.body.children = [self.panel]
        self._tell()
        self.model.make_ready(self.model.place + 1)

    def _tell(self) -> None:
        model = self.model
        for place, button in enumerate(self.numbers):
            state = model.state_of(place)
            button.description = f"{place + 1}{_SIGNS.get(state, '')}"
            button.button_style = "primary" if place == model.place else ""
            words = model.says(_WORDS.get(state, "not_decided"))
            button.tooltip = f"{model.says('exercise', place=place + 1)}: {words}"
        self.previous_button.disabled = model.place == 0
        self.next_button.disabled = model.place == len(model.keys) - 1
        self.progress.value = (
            f"<span class='mt-course-said' role='status' aria-live='polite'>{escape(model.progress)}</span>"
        )
        self.trouble.value = error_html(model.trouble) if model.trouble else ""
