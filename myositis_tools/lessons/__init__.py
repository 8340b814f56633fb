"""Lessons: exercises that judge an answer, courses, and what a class has answered. No answer is stored anywhere."""

from myositis_tools.lessons.answers import AnswerSheet
from myositis_tools.lessons.class_answers import class_answers, unusable_answers
from myositis_tools.lessons.exercise import (
    COURSES,
    KINDS,
    AnswerField,
    Exercise,
    course_exercises,
    find_exercise,
)
from myositis_tools.lessons.judgement import Feedback

__all__ = [
    "COURSES",
    "KINDS",
    "AnswerField",
    "AnswerSheet",
    "Exercise",
    "Feedback",
    "class_answers",
    "course_exercises",
    "find_exercise",
    "unusable_answers",
]
