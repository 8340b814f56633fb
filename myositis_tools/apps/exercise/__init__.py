"""Exercises that judge an answer, one in a cell or a course on a page."""

from __future__ import annotations

from myositis_tools.apps.exercise.course_model import CourseModel
from myositis_tools.apps.exercise.course_view import CourseView
from myositis_tools.apps.exercise.model import ExerciseModel
from myositis_tools.apps.exercise.view import ExerciseView
from myositis_tools.lessons import find_exercise
from myositis_tools.lessons.answers import answers_folder

__all__ = ["CourseModel", "CourseView", "ExerciseModel", "ExerciseView", "course", "exercise"]


def exercise(key: str, *, seat: int | None = None, language: str = "en") -> ExerciseView:
    """Exercise of the course with a question, controls to answer it, feedback, two hints and the solution.

    By mouse, by keyboard, or in one line of code: ``exercise.check(answer)``, ``.hint()`` and, after a try,
    ``.solution()``.

    Parameters
    ----------
    key : str
        One of ``mt.teaching.course_exercises()``.
    seat : int, optional
        Draws patients of her own for a learner, the same each time for the same seat; by default the named patients
        that everybody in a room can look at together.
    language : {"en", "nl", "de"}
        The language of its words.

    Returns
    -------
    ipywidgets.VBox
        The exercise; its ``model`` holds everything that is shown.

    Raises
    ------
    NotFoundError
        If there is no such exercise.
    OptionError
        If the language is not known or the seat is no whole number of at least 0.

    Missing data
    ------------
    Exercises ask about values that are missing; *unknown* is a choice where it is an answer.

    Source
    ------
    ``tables.load("exercise_texts")`` for the words; the answers are computed from the sample.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> edges = mt.teaching.exercise("band_edges", seat=3)
    >>> edges.check(edges.model.exercise.misconceptions()["upper_edge"]).misconception
    'upper_edge'
    >>> sorted(edges.solution()) == [field.name for field in edges.model.exercise.fields]
    True
    """
    return ExerciseView(ExerciseModel(find_exercise(key, seat=seat, language=language)))


def course(course: str = "ninety_minutes", *, seat: int | None = None, language: str = "en") -> CourseView:
    """Course of exercises on one page, with points, a way to and fro, and the learner's answers to save as a file.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    seat : int, optional
        Draws patients of her own for a learner, the same each time for the same seat; by default the named patients
        that everybody in a room can look at together.
    language : {"en", "nl", "de"}
        The language of its words.

    Returns
    -------
    ipywidgets.VBox
        The course; its ``model`` holds everything that is shown. Nothing is handed in unless the environment variable
        ``MYOSITIS_TOOLS_ANSWERS`` names a folder, as the server of a class does.

    Raises
    ------
    OptionError
        If the course or the language is not known, or the seat is no whole number of at least 0.

    Missing data
    ------------
    As in the exercises: *unknown* is a choice where it is an answer.

    Source
    ------
    ``tables.load("exercises")`` for what belongs to a course.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.teaching.course("twenty_minutes", seat=3).model.decided
    0
    """
    return CourseView(CourseModel(course, seat=seat, language=language, folder=answers_folder()))
