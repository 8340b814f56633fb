"""Teaching: exercises that judge an answer and say what went wrong, and courses made of them."""

from myositis_tools.apps.exercise import course, exercise
from myositis_tools.lessons import course_exercises, find_exercise

__all__ = ["course", "course_exercises", "exercise", "find_exercise"]


def __dir__() -> list[str]:
    return __all__
