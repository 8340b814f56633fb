"""The page of a course: it takes seat and language from its address, and asks for a seat that is not given."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.exercise.course_model import CourseModel, compute_beside, sheet_left_behind
from myositis_tools.apps.exercise.course_view import CourseView
from myositis_tools.apps.exercise.view import STYLE
from myositis_tools.apps.widgets import control, menu, note, prose
from myositis_tools.apps.widgets.app_view import error_html, look
from myositis_tools.apps.widgets.page_address import PageAddress
from myositis_tools.apps.widgets.page_manners import PageManners
from myositis_tools.errors import MyositisToolsError, OptionError
from myositis_tools.lessons import COURSES, course_exercises
from myositis_tools.lessons.answers import answers_folder
from myositis_tools.lessons.texts import CONTROLS, LANGUAGE_NAMES, Wording

_FIRST_COURSE = "ninety_minutes"
_MOST_DIGITS = 4  # of the number of a seat


class CoursePage(widgets.VBox):
    """A page that asks for a seat and a language, and then shows the course.

    Parameters
    ----------
    course : str
        The course, unless the address names another.
    """

    def __init__(self, course: str = _FIRST_COURSE) -> None:
        self._course = course
        self.course: CourseView | None = None
        self._mark, self._first = "", ""
        self.address = PageAddress(self._go)
        self.seat = widgets.Text(placeholder="1", tooltip="seat", layout={"width": "96px"})
        self.language = menu(
            [(words, key) for key, words in LANGUAGE_NAMES.items()], "en", label="Language, taal, Sprache"
        )
        self.language.layout = {"width": "auto"}
        self.start_button = widgets.Button(button_style="primary", layout={"width": "auto"})
        self.trouble, self._title, self._about = prose(""), prose(""), note()
        self._labels = [control("", self.language), control("", self.seat)]
        self.form = widgets.VBox(
            [look(STYLE), self._title, *self._labels, self._about, self.start_button, self.trouble, PageManners()]
        )
        for name in ("mt-desk", "mt-open", "mt-plain", "mt-front", "mt-seat-form"):
            self.form.add_class(name)
        super().__init__([self.address, self.form], layout={"width": "100%"})
        self.add_class("mt-course-page")
        self.language.observe(self._another_language, names="value")
        self.start_button.on_click(lambda _: self._start(self.seat.value))
        self.seat.on_msg(self._told)
        self._word()
        compute_beside(course_exercises(self._course)[0], None, "en")  # a page that waits for its learner is warm

    def __repr__(self) -> str:
        """What a page without widgets shows."""
        return self._says(self._course)

    def _says(self, item: str) -> str:
        return Wording(CONTROLS, str(self.language.value)).say(item)

    def _word(self) -> None:
        """Ask in the language that is chosen."""
        self._title.value = (
            f"<div class='mt-title' role='heading' aria-level='1'>{escape(self._says(self._course))}</div>"
            f"<div class='mt-subtitle'>{escape(self._says('about'))}</div>"
        )
        for box, item in zip(self._labels, ("language", "which_seat"), strict=True):
            box.children[0].value = f"<span class='mt-label'>{escape(self._says(item))}</span>"
        self._about.value = f"<div class='mt-note'>{escape(self._says('seat_draws'))}</div>"
        self.start_button.description = self._says("start")

    def _go(self, address: Mapping[str, str]) -> None:
        """Begin at once where the address says enough; without a language in it, in that of the browser."""
        language = address.get("language", address.get("reads", ""))
        if language in LANGUAGE_NAMES:
            self.language.value = language
        if address.get("course") in COURSES:
            self._course = address["course"]
        self._mark, self._first = address.get("sheet", ""), address.get("exercise", "")
        self._word()
        if address.get("seat") and self.course is None:
            self.seat.value = address["seat"][:9]
            self._start(self.seat.value)

    def _told(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("event") == "submit":  # Enter was pressed
            self._start(self.seat.value)

    def _start(self, seat: str) -> None:
        if self.course is not None:
            return
        try:
            number = self._seat_of(seat)
            folder, language = answers_folder(), str(self.language.value)
            sheet = sheet_left_behind(folder, self._course, number, self._mark)
            model = CourseModel(self._course, seat=number, language=language, folder=folder, sheet=sheet)
            if self._first in model.keys:
                model.place = model.keys.index(self._first)
        except MyositisToolsError as error:
            self.trouble.value = error_html(error.what)
            return
        self._show(model)

    def _show(self, model: CourseModel) -> None:
        before = self.course
        self.course = CourseView(model, self._labels[0])
        model.observe(lambda _: self._keep(model), names="place")
        self._keep(model)
        self.children = [self.address, self.course]
        if before is not None:
            before.close_without_beside()

    def _keep(self, model: CourseModel) -> None:
        """Let the address say where she is: a page that is loaded again goes on."""
        kept = {} if model.folder is None else {"sheet": model.sheet.sheet}
        place = {"seat": str(model.seat), "course": model.course, "language": model.language}
        place |= {"exercise": model.keys[model.place]}
        self.address.address = place | kept

    def _another_language(self, _: Any) -> None:
        """Ask, or go on, in another language; what is decided stays."""
        self._word()
        now = self.course.model if self.course is not None else None
        if now is None or now.language == self.language.value:
            return
        model = CourseModel(
            now.course, seat=now.seat, language=str(self.language.value), folder=now.folder, sheet=now.sheet
        )
        model.place = now.place
        self._show(model)

    def _seat_of(self, typed: str) -> int:
        """Read the number of a seat.

        Raises
        ------
        OptionError
            If it is none.
        """
        text = typed.strip()
        if not text.isascii() or not text.isdecimal() or len(text) > _MOST_DIGITS:
            raise OptionError(self._says("no_seat"))
        return int(text)


def open_course_page() -> CoursePage:
    """Open the page of the course that its address names."""
    return CoursePage()
