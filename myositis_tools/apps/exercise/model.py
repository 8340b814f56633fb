"""What is known while one learner works on an exercise: her answer, tries and hints. It knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import traitlets

from myositis_tools.apps.typed_numbers import typed_number
from myositis_tools.errors import NotFoundError, OptionError, WrongTypeError, listed, nearest
from myositis_tools.lessons import COURSES, AnswerField, AnswerSheet, Exercise, Feedback, course_exercises
from myositis_tools.lessons.answers import AnswerTry
from myositis_tools.lessons.judgement import in_words
from myositis_tools.lessons.texts import CONTROLS, Wording

CONFIDENCES = (25, 50, 75, 100)  # percent


class ExerciseModel(traitlets.HasTraits):
    """One exercise and one learner.

    Parameters
    ----------
    exercise : Exercise
        What is asked.
    sheet : AnswerSheet, optional
        Where her answers are kept; one of a course goes on where it was left. By default a new one.
    on_decided : callable, optional
        Told of each answer that was decided on.

    Attributes
    ----------
    answer : dict of str to Any
        What is answered so far, by field; numbers as they were typed.
    feedback : Feedback or None
        What was said to the last answer.
    tries, hints_taken : int
        Answers that were decided on, and hints that were read.
    confidence : int or None
        How sure she was before she decided, in percent.
    is_locked : bool
        Whether the answer is decided and cannot be changed.
    is_right, has_seen_solution : bool
        Whether an answer was right, and whether the solution was shown first.
    revision : int
        Goes up when something has changed; watch it to know when to draw.
    """

    revision = traitlets.Int(0)

    def __init__(
        self,
        exercise: Exercise,
        sheet: AnswerSheet | None = None,
        *,
        on_decided: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.exercise = exercise
        self.sheet = AnswerSheet(_course_of(exercise.key), exercise.seat or 0) if sheet is None else sheet
        self._on_decided = on_decided
        self.fields: dict[str, AnswerField] = {field.name: field for field in exercise.fields}
        self.answer: dict[str, Any] = {name: _beginning(field) for name, field in self.fields.items()}
        self.feedback: Feedback | None = None
        self.tries, self.hints_taken = 0, 0
        self.confidence: int | None = None
        self.is_locked, self.is_right, self.has_seen_solution = False, False, False
        self._since = time.monotonic()
        own = [one for one in self.sheet.tries if one.exercise == exercise.key]
        if own:
            self._go_on(own)

    def _go_on(self, own: Sequence[AnswerTry]) -> None:
        """Take up again what was decided on before the page was left."""
        last = own[-1]
        self.answer, self.tries, self.is_locked = dict(last.answer), len(own), True
        self.hints_taken = min(last.hints, len(self.exercise.hints))
        self.is_right = any(one.correct for one in own)
        self.has_seen_solution = any(one.solution_seen for one in own)
        self.feedback = self._without_the_answer(self.exercise.check(self.answer))

    def says(self, item: str, **values: Any) -> str:
        """Give a word of a control in the language of the exercise."""
        return Wording(CONTROLS, self.exercise.language).say(item, **values)

    # ------------------------------------------------------------------------------------------------------- an answer

    def enter(self, name: str, value: Any) -> None:
        """Answer one field; what it cannot be is said when it is decided on.

        Raises
        ------
        OptionError
            If the answer is decided already.
        """
        self._require_open()
        self.answer[self._known(name)] = value
        self._tell()

    def move(self, name: str, choice: str, by: int) -> int:
        """Move a choice up or down in an order, and give its new place.

        Raises
        ------
        OptionError
            If the answer is decided already.
        """
        self._require_open()
        order = list(self.answer[self._known(name)])
        place = order.index(choice)
        order.remove(choice)
        place = min(max(place + by, 0), len(order))
        order.insert(place, choice)
        self.answer[name] = order
        self._tell()
        return place

    def choose_confidence(self, confidence: int | None) -> None:
        """Say how sure she is."""
        if confidence is not None and confidence not in CONFIDENCES:
            raise OptionError(f"confidence={confidence!r} is not known.", expected=f"one of {listed(CONFIDENCES)}")
        self.confidence = confidence
        self._tell()

    def number_of(self, name: str) -> float | None:
        """The number in a field as it can be read now; None where there is none."""
        typed = self.answer[name]
        if isinstance(typed, int | float) and not isinstance(typed, bool):
            return float(typed)
        try:
            return typed_number(str(typed or ""), label=name, expected="a number")
        except WrongTypeError:
            return None

    @property
    def numbers(self) -> dict[str, float | None]:
        """The fields that take a number, with what stands in them."""
        return {name: self.number_of(name) for name, field in self.fields.items() if field.takes == "number"}

    # ------------------------------------------------------------------------------------------------- what is decided

    def decide(self) -> Feedback:
        """Decide on the answer: it is judged, and cannot be changed until she tries again.

        Raises
        ------
        MyositisToolsError
            If it is not complete or cannot be what it says it is; that is not a try.
        """
        self._require_open()
        return self._judge(self.answer)

    def check(self, answer: Any) -> Feedback:
        """Judge an answer that is given as a whole, as in a line of code.

        Raises
        ------
        MyositisToolsError
            If it is not complete or cannot be what it says it is; that is not a try.
        """
        return self._judge(answer)

    def _judge(self, answer: Any) -> Feedback:
        feedback = self._without_the_answer(self.exercise.check(answer))
        given = answer if isinstance(answer, Mapping) else {next(iter(self.fields)): answer}
        self.answer = {name: _plain(given[name]) for name in self.fields}
        self.feedback, self.is_locked = feedback, True
        self.tries += 1
        now = time.monotonic()
        self.sheet.record(
            self.exercise,
            answer,
            feedback,
            hints=self.hints_taken,
            confidence=self.confidence,
            seconds=round(now - self._since, 1),
            solution_seen=self.has_seen_solution,
        )
        self._since = now
        self.is_right = self.is_right or feedback.correct
        if self._on_decided is not None:
            self._on_decided()
        self._tell()
        return feedback

    def _without_the_answer(self, feedback: Feedback) -> Feedback:
        """Leave out the only answer that is asked for, which the first difference would tell before a second try."""
        if feedback.correct or len(self.fields) > 1 or self.shows_solution:
            return feedback
        says = feedback.says.removesuffix(feedback.first_difference).strip()
        field = next(iter(self.fields.values()))
        if field.takes == "order":
            right = round(feedback.share * len(field.choices))
            says = f"{says} {self.says('in_place', right=right, all=len(field.choices))}".strip()
        return replace(feedback, says=says or self.says("another_answer"), first_difference="")

    def try_again(self) -> None:
        """Open the answer once more."""
        self.is_locked = False
        self._tell()

    def _require_open(self) -> None:
        if self.is_locked:
            raise OptionError(self.says("already_decided", again=f"'{self.says('again')}'"))

    def _known(self, name: str) -> str:
        if name not in self.fields:
            raise NotFoundError(
                f"This exercise does not ask for {name!r}.",
                expected=f"one of {listed(self.fields)}",
                hint=nearest(name, list(self.fields)),
            )
        return name

    # --------------------------------------------------------------------------------------------------------- to help

    def take_hint(self) -> str:
        """Read the next hint; after the last one that one again."""
        self.hints_taken = min(self.hints_taken + 1, len(self.exercise.hints))
        self._tell()
        return self.exercise.hints[self.hints_taken - 1]

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints that were read."""
        return self.exercise.hints[: self.hints_taken]

    @property
    def can_show_solution(self) -> bool:
        """Whether she has tried."""
        return self.tries > 0

    @property
    def shows_solution(self) -> bool:
        """Whether the solution is in sight: it was found, or shown."""
        return self.is_right or self.has_seen_solution

    def show_solution(self) -> dict[str, Any]:
        """Show the solution, which costs the points where the answer was not right before.

        Raises
        ------
        OptionError
            If there was no try yet.
        """
        if not self.can_show_solution:
            raise OptionError(self.says("answer_first"))
        if not self.is_right:
            self.has_seen_solution = True
        self.is_locked = True
        self._tell()
        return self.exercise.solution()

    def right_answers(self) -> list[tuple[str, str]]:
        """The label of each field, with the right answer and the library's reason in words."""
        content, wording = self.exercise.content, self.exercise.wording
        return [
            (field.label, _because(in_words(field, wording, content.solution[name]), content.reasons.get(name, "")))
            for name, field in self.fields.items()
        ]

    @property
    def points(self) -> float:
        """What the exercise has earned, as the sheet of answers counts it."""
        rows = self.sheet.by_exercise().set_index("exercise")
        return float(rows.loc[self.exercise.key, "points"])

    def as_code(self) -> str:
        """The line of code that gives an answer of this form, without giving one away."""
        fields = list(self.fields.values())
        if len(fields) == 1:
            return f"exercise.check({_shape(fields[0])})"
        shown = ", ".join(f"{field.name!r}: {_shape(field)}" for field in fields)
        return f"exercise.check({{{shown}}})"

    def _tell(self) -> None:
        self.revision += 1


def _course_of(key: str) -> str:
    """The first course that an exercise belongs to."""
    return next(course for course in COURSES if key in course_exercises(course))


def _beginning(field: AnswerField) -> Any:
    """What stands in a field before anything is answered: nothing, or the choices as they are shown."""
    if field.takes == "order":
        return list(field.choices)
    return [] if field.takes == "several" else None


def _because(words: str, reason: str) -> str:
    return f"{words} ({reason})" if reason else words


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | set | frozenset) else value


def _shape(field: AnswerField) -> str:
    """How an answer of a field is written, with dots for what she knows."""
    if field.takes == "order":
        return f"[{', '.join(map(repr, sorted(field.choices)))}]"
    if field.takes == "several":
        return "[...]"
    return "..."
