"""What is known while one learner takes a course: where she is, her exercises, and the sheet of her answers."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread

import traitlets

from myositis_tools.apps.exercise.model import ExerciseModel
from myositis_tools.errors import MyositisToolsError, OptionError
from myositis_tools.lessons import AnswerSheet, course_exercises, find_exercise
from myositis_tools.lessons.texts import CONTROLS, Wording

_LONGEST_MARK = 32  # signs of a sheet's mark
RIGHT, WRONG, OPEN = "right", "wrong", "open"


def sheet_left_behind(folder: Path | None, course: str, seat: int, mark: str) -> AnswerSheet | None:
    """The answers of a page that was left, by the mark that its address holds; None where they are not here."""
    if folder is None or not (mark.isascii() and mark.isalnum() and len(mark) <= _LONGEST_MARK):
        return None
    for path in folder.glob(f"*-{mark}.json"):
        try:
            sheet = AnswerSheet.read(path)
        except MyositisToolsError:
            continue
        if (sheet.course, sheet.seat) == (course, seat):
            return sheet
    return None


def compute_beside(key: str, seat: int | None, language: str) -> Thread | None:
    """Compute an exercise beside what goes on, where a page is served; it is remembered.

    What it cannot be is said when it is looked at. Where Python has no threads, as in a browser, it is computed then.
    """
    thread = Thread(target=_computed, args=(key, seat, language), daemon=True)
    try:
        asyncio.get_running_loop()
        thread.start()
    except RuntimeError:
        return None
    return thread


def _computed(key: str, seat: int | None, language: str) -> None:
    with suppress(MyositisToolsError):
        find_exercise(key, seat=seat, language=language)


class CourseModel(traitlets.HasTraits):
    """A course and one learner; it knows no widget.

    Parameters
    ----------
    course : str
        Which course.
    seat : int, optional
        The learner's seat.
    language : str
        The language of its words.
    folder : pathlib.Path, optional
        Where each answer is handed in as soon as it is decided on; the class server names it.
    sheet : AnswerSheet, optional
        What was answered before the page was left; it goes on from there.

    Attributes
    ----------
    place : int
        The exercise in sight, from 0.
    sheet : AnswerSheet
        What was answered.
    trouble : str
        Why an answer could not be handed in; empty where it could.
    revision : int
        Goes up when an answer was decided on.
    """

    place = traitlets.Int(0)
    revision = traitlets.Int(0)

    def __init__(
        self,
        course: str,
        *,
        seat: int | None = None,
        language: str = "en",
        folder: Path | None = None,
        sheet: AnswerSheet | None = None,
    ) -> None:
        super().__init__()
        self.keys = course_exercises(course)
        self.course, self.seat, self.language, self.folder = course, seat, language, folder
        self._models: dict[str, ExerciseModel] = {}
        self._begun: dict[str, Thread | None] = {}
        self.sheet = AnswerSheet(course, seat or 0) if sheet is None else sheet
        self.trouble = ""
        self.exercise_at(0)  # a language or a seat that cannot be is refused at once

    @traitlets.validate("place")
    def _is_a_place(self, proposal: dict[str, int]) -> int:
        place = proposal["value"]
        if not 0 <= place < len(self.keys):
            raise OptionError(f"There is no exercise {place + 1}.", expected=f"1 to {len(self.keys)}")
        return place

    def says(self, item: str, **values: object) -> str:
        """Give a word of a control in the language of the course."""
        return Wording(CONTROLS, self.language).say(item, **values)

    def exercise_at(self, place: int) -> ExerciseModel:
        """The exercise of a place; it is made when it is first looked at."""
        key = self.keys[place]
        if key not in self._models:
            begun = self._begun.pop(key, None)
            if begun is not None:
                begun.join()
            exercise = find_exercise(key, seat=self.seat, language=self.language)
            self._models[key] = ExerciseModel(exercise, self.sheet, on_decided=self._decided)
        return self._models[key]

    def make_ready(self, place: int) -> None:
        """Let the library compute an exercise that is looked at next, while she works on this one."""
        if place < len(self.keys) and self.keys[place] not in self._models:
            self._begun[self.keys[place]] = compute_beside(self.keys[place], self.seat, self.language)

    def state_of(self, place: int) -> str:
        """Whether the exercise of a place is right, not right yet, or not decided."""
        own = [one for one in self.sheet.tries if one.exercise == self.keys[place]]
        if not own:
            return OPEN
        return RIGHT if any(one.correct for one in own) else WRONG

    @property
    def decided(self) -> int:
        """How many exercises were decided on."""
        return sum(self.state_of(place) != OPEN for place in range(len(self.keys)))

    @property
    def points(self) -> float:
        """What the exercises have earned, as the sheet of answers counts it."""
        return self.sheet.points()

    @property
    def progress(self) -> str:
        """How far she is, in words."""
        said = self.says("progress", done=self.decided, all=len(self.keys))
        return f"{said} · {self.says('worth', points=self.points, all=len(self.keys))}"

    def _decided(self) -> None:
        self.trouble = ""
        if self.folder is not None:
            try:
                self.sheet.write(self.folder)
            except MyositisToolsError as error:
                self.trouble = self.says("not_written", why=error.what)
        self.revision += 1

    def as_file(self) -> tuple[str, bytes]:
        """The sheet of answers as a file: its name and its bytes."""
        with tempfile.TemporaryDirectory() as folder:
            written = self.sheet.write(Path(folder))
            return written.name, written.read_bytes()
