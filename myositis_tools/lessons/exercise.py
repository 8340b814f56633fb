"""An exercise: what is asked, what the learner sees, and what is said to her answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, listed, nearest, require_option
from myositis_tools.lessons.judgement import Feedback, answered, collide, judge
from myositis_tools.lessons.seats import require_seat
from myositis_tools.lessons.texts import LANGUAGES, Wording
from myositis_tools.tables import records

KINDS = ("number", "choice", "order", "triage", "points", "limit", "draw", "several")
COURSES = ("ninety_minutes", "twenty_minutes")
# what a field takes: a number; one of the choices; all of them, the first first; any of them, or none
TAKES = ("number", "one", "order", "several")
_DRAWS = 200  # patients that are tried for a seat before the exercise is given up


@dataclass(frozen=True)
class AnswerField:
    """One thing that is asked.

    Attributes
    ----------
    name : str
        The key of the answer: a patient, a measure, or what the number is.
    label : str
        The words beside the control.
    takes : {"number", "one", "order", "several"}
        A number; one of the choices; all of the choices as a sequence, the first first; any of them, or none.
    choices : mapping of str to str
        Key and words of each choice, in the order they are shown; empty for a number.
    unit : str
        The unit of a number.
    minimum, maximum, step : float or None
        What a number can be.
    """

    name: str
    label: str
    takes: str = "number"
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None

    def plain(self, value: Any) -> Any:
        """A value of the field as JSON can hold it; of several choices in the order they are shown."""
        if self.takes == "several":
            return [key for key in self.choices if key in value]
        return list(value) if self.takes == "order" else value


@dataclass(frozen=True)
class LessonContent:
    """What an exercise is filled with for one seat: made by the library, written nowhere.

    Attributes
    ----------
    fields : tuple of AnswerField
        What is asked.
    solution : mapping
        The right answer by field.
    misconceptions : mapping
        Key of a typical error and the answer it gives.
    material : pandas.DataFrame
        What the learner sees.
    values : mapping
        What the texts hold between braces.
    reasons : mapping
        Why the answer of a field is what it is, in the library's words.
    tolerance : float
        How far a number may lie from the right one; `find_exercise` takes it from the table.
    difference : callable, optional
        Says the first difference in words of the exercise's own, from the answer; empty text where it has none.
    """

    fields: tuple[AnswerField, ...]
    solution: Mapping[str, Any]
    misconceptions: Mapping[str, Mapping[str, Any]]
    material: pd.DataFrame = field(default_factory=pd.DataFrame)
    values: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.0
    difference: Callable[[Mapping[str, Any]], str] | None = None


@dataclass(frozen=True)
class Exercise:
    """A question of the course that the library can answer: made by `find_exercise`.

    Attributes
    ----------
    key : str
        Which exercise.
    seat : int or None
        Whose patients it asks about; None for the named ones, the same for everybody.
    language : {"en", "nl", "de"}
        The language of its words. Reasons that the library gives are English.
    kind : str
        One of `KINDS`.
    session, minutes : int
        Its part of the course, and how long it takes.
    """

    key: str
    seat: int | None
    language: str
    kind: str
    session: int
    minutes: int
    content: LessonContent = field(repr=False)
    wording: Wording = field(repr=False)

    @property
    def title(self) -> str:
        """A few words."""
        return self.wording.say("title")

    @property
    def prompt(self) -> str:
        """What is asked."""
        return self.wording.say("prompt")

    @property
    def hints(self) -> tuple[str, str]:
        """Two hints, the second says more."""
        return self.wording.say("hint_1"), self.wording.say("hint_2")

    @property
    def solution_text(self) -> str:
        """The solution in words, with the numbers that the library computes."""
        return self.wording.say("solution")

    @property
    def ask(self) -> str:
        """What a teacher asks the room when the answers are in."""
        return self.wording.say("ask")

    @property
    def cut_when_late(self) -> bool:
        """Whether a teacher drops it first."""
        return _rows()[self.key]["cut_when_late"] == "yes"

    @property
    def material(self) -> pd.DataFrame:
        """What the learner sees: measurements, never a verdict; may be empty. A copy of her own."""
        return self.content.material.copy()

    def material_in_words(self) -> list[list[str]]:
        """The material as a person reads it, row by row, with numbers as the language writes them."""
        rows = self.content.material.astype(object).itertuples(index=False, name=None)
        return [[self.wording.number(cell).replace("× ", "×\N{NO-BREAK SPACE}") for cell in row] for row in rows]

    @property
    def fields(self) -> tuple[AnswerField, ...]:
        """What is asked, one field for each answer."""
        return self.content.fields

    def solution(self) -> dict[str, Any]:
        """Give the right answer by field, as the library computes it: a number, a key, or a list of keys."""
        return self._plain(self.content.solution)

    def misconceptions(self) -> dict[str, dict[str, Any]]:
        """Give the typical errors: the key of each, and the answer it gives."""
        return {key: self._plain(answer) for key, answer in self.content.misconceptions.items()}

    def plain_answer(self, answer: Any) -> dict[str, Any]:
        """Give an answer as it can be kept: a number, a key or a list of keys for each field; refuse what is none."""
        return self._plain(answered(self.fields, self.wording, answer))

    def _plain(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {one.name: one.plain(answer[one.name]) for one in self.fields}

    def check(self, answer: Any) -> Feedback:
        """Say whether an answer is right, and if not, which typical error it is or where it first differs.

        Parameters
        ----------
        answer : mapping of str to Any, or Any
            The answer by field; where there is one field also the bare value.

        Returns
        -------
        Feedback
            ``correct``, what it ``says``, the key of the ``misconception`` or None, the ``first_difference`` in words,
            and the ``share`` that is right, from 0 to 1.

        Raises
        ------
        OptionError
            If a field is not answered or not asked, or a word is none of the choices.
        WrongTypeError, ImpossibleValueError
            If a number is none, or lies beyond what it can be. An answer that is refused is not a try.

        Missing data
        ------------
        An empty answer is refused: *unknown* is a choice where it is an answer.

        Examples
        --------
        >>> from myositis_tools.lessons import find_exercise
        >>> exercise = find_exercise("band_edges")
        >>> exercise.check(exercise.solution()).correct
        True
        >>> exercise.check(exercise.misconceptions()["upper_edge"]).misconception
        'upper_edge'
        """
        return judge(self.kind, self.content, self.wording, answer)


def course_exercises(course: str = "ninety_minutes") -> tuple[str, ...]:
    """Exercises of a course: their keys, in the order of the course.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.

    Returns
    -------
    tuple of str
        The keys, for `find_exercise`.

    Raises
    ------
    OptionError
        If there is no such course.

    Missing data
    ------------
    None is read.

    Source
    ------
    ``tables.load("exercises")``.

    Examples
    --------
    >>> from myositis_tools.lessons import course_exercises
    >>> course_exercises("twenty_minutes")
    ('edge_triage', 'ceiling', 'known_or_not')
    """
    require_option("course", course, COURSES)
    return tuple(str(row["key"]) for row in records("exercises") if row[course] == "yes")


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({str(row["key"]): row for row in records("exercises")})


def find_exercise(key: str, *, seat: int | None = None, language: str = "en") -> Exercise:
    """Exercise of the course: a question about patients of the sample, with feedback to an answer.

    Parameters
    ----------
    key : str
        One of ``course_exercises()``.
    seat : int, optional
        Draws patients of her own for a learner, the same each time for the same seat; by default the named patients
        that everybody in a room can look at together.
    language : {"en", "nl", "de"}
        The language of its words.

    Returns
    -------
    Exercise
        ``title``, ``prompt``, ``material`` and ``fields`` to show, ``check(answer)`` to judge, ``hints`` and
        ``solution_text`` to help.

    Raises
    ------
    NotFoundError
        If there is no such exercise.
    OptionError
        If the language is not known or the seat is no whole number of at least 0.

    Missing data
    ------------
    The sample has values that are missing, and exercises ask about them; none is filled.

    Source
    ------
    ``tables.load("exercise_texts")`` for the words; the answers are computed from the sample.

    Examples
    --------
    >>> from myositis_tools.lessons import find_exercise
    >>> exercise = find_exercise("edge_triage", seat=7)
    >>> exercise.kind, len(exercise.fields)
    ('triage', 8)
    """
    if key not in _rows():
        raise NotFoundError(
            f"There is no exercise {key!r}.", expected=listed(_rows(), most=20), hint=nearest(key, list(_rows()))
        )
    require_option("language", language, LANGUAGES)
    if seat is not None:
        require_seat(seat)
    return _found(key, seat, language)


@cache
def _found(key: str, seat: int | None, language: str) -> Exercise:
    row = _rows()[key]
    content, wording = _filled(key, seat, language)
    return Exercise(key, seat, language, str(row["kind"]), int(row["session"]), int(row["minutes"]), content, wording)


def _filled(key: str, seat: int | None, language: str) -> tuple[LessonContent, Wording]:
    """Draw patients until no typical error is the truth or another one."""
    row = _rows()[key]
    make = getattr(import_module(f"myositis_tools.lessons.{row['made_in']}"), f"make_{key}")
    for draw in range(_DRAWS):
        wording = Wording(key, language)
        content = make(None if seat is None else f"{key}:{seat}:{draw}", wording)
        content = replace(content, tolerance=float(row["tolerance"] or 0))
        if not collide(str(row["kind"]), content):
            return content, wording.filled_with(content.values)
        if seat is None:
            break
    raise NotFoundError(  # pragma: no cover - a test holds every exercise against it
        f"No patient of the sample teaches {key!r} to seat {seat}.", hint="choose another seat"
    )
