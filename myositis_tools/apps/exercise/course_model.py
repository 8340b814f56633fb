"""What is known while one learner takes a course: where she is, her exercises, and the sheet of her answers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import traitlets

from myositis_tools.apps.exercise.model import ExerciseModel
from myositis_tools.apps.exercise.words import control_word
from myositis_tools.errors import OptionError
from myositis_tools.lessons import course_exercises, find_exercise
from myositis_tools.lessons.answers import AnswerSheet

ANSWERS = "MYOSITIS_TOOLS_ANSWERS"  # the class server says where answers are handed in
RIGHT, WRONG, OPEN = "right", "wrong", "open"


def answers_folder() -> Path | None:
    """The folder in which answers are handed in, where the class server names one."""
    named = os.environ.get(ANSWERS, "")
    return Path(named) if named else None


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
        self, course: str, *, seat: int | None = None, language: str = "en", folder: Path | None = None
    ) -> None:
        super().__init__()
        self.keys = course_exercises(course)
        self.course, self.seat, self.language, self.folder = course, seat, language, folder
        self._models: dict[str, ExerciseModel] = {}
        self.sheet = AnswerSheet(course, seat)
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
        return control_word(self.language, item, **values)

    def exercise_at(self, place: int) -> ExerciseModel:
        """The exercise of a place; it is made when it is first looked at."""
        key = self.keys[place]
        if key not in self._models:
            exercise = find_exercise(key, seat=self.seat, language=self.language)
            self._models[key] = ExerciseModel(exercise, on_decided=self._decided)
        return self._models[key]

    def state_of(self, place: int) -> str:
        """Whether the exercise of a place is right, not right yet, or not decided."""
        model = self._models.get(self.keys[place])
        if model is None or not model.tries:
            return OPEN
        return RIGHT if model.is_right else WRONG

    @property
    def decided(self) -> int:
        """How many exercises were decided on."""
        return sum(self.state_of(place) != OPEN for place in range(len(self.keys)))

    @property
    def points(self) -> int:
        """A point for each exercise that was right before its solution was shown."""
        return sum(model.points for model in self._models.values())

    @property
    def progress(self) -> str:
        """How far she is, in words."""
        said = self.says("progress", done=self.decided, all=len(self.keys))
        return f"{said} · {self.says('worth', points=self.points, all=len(self.keys))}"

    def _decided(self, model: ExerciseModel) -> None:
        if model.feedback is None:
            return
        self.sheet.record(
            model.exercise,
            model.answer,
            model.feedback,
            hints=model.hints_taken,
            confidence=model.confidence,
            seconds=model.seconds,
        )
        self.trouble = ""
        if self.folder is not None:
            try:
                self.sheet.write(self.folder)
            except OSError as error:
                self.trouble = self.says("not_written", why=error.strerror or type(error).__name__)
        self.revision += 1

    def as_file(self) -> tuple[str, bytes]:
        """The sheet of answers as a file: its name and its bytes."""
        with tempfile.TemporaryDirectory() as folder:
            written = self.sheet.write(Path(folder))
            return written.name, written.read_bytes()
