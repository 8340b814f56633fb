"""Teaching: exercises that judge an answer, courses made of them, and what a class has answered."""

from myositis_tools.apps.exercise import course, exercise
from myositis_tools.lessons import class_answers, course_exercises, find_exercise, unusable_answers
from myositis_tools.report.class_papers import answer_sheet, handout, slides, teacher_notes

__all__ = [
    "answer_sheet",
    "class_answers",
    "course",
    "course_exercises",
    "exercise",
    "find_exercise",
    "handout",
    "slides",
    "teacher_notes",
    "unusable_answers",
]


def __dir__() -> list[str]:
    return __all__
