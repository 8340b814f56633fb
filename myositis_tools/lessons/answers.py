"""What a learner has answered, as a file of her seat: no name, no patient, and a checksum."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import pandas as pd

from myositis_tools.errors import ImpossibleValueError, NotFoundError, OptionError, WrongTypeError, listed
from myositis_tools.exchange.describe.provenance import fingerprint, package
from myositis_tools.lessons.exercise import COURSES, Exercise, course_exercises
from myositis_tools.lessons.judgement import Feedback
from myositis_tools.lessons.sample_facts import events, medications, patients, visits
from myositis_tools.lessons.seats import require_seat
from myositis_tools.lessons.texts import texts

ANSWERS = "MYOSITIS_TOOLS_ANSWERS"  # by this variable the server of a class says where answers are handed in
SCHEMA = 1
PATTERN = "answers-*.json"
_MOST_BYTES = 1_000_000
_COST = 0.25  # of the point of an exercise, for each hint and each try before the right one
_HEAD = ("schema", "package", "data", "course", "seat", "sheet", "tries", "checksum")


@dataclass(frozen=True)
class AnswerTry:
    """One answer that counted as a try."""

    exercise: str
    answer: Mapping[str, Any]
    correct: bool
    misconception: str | None
    share: float
    hints: int
    confidence: float | None
    seconds: float | None
    solution_seen: bool


def answers_folder() -> Path | None:
    """The folder in which answers are handed in, where the server of a class names one."""
    named = os.environ.get(ANSWERS, "")
    return Path(named) if named else None


@cache
def data_fingerprint() -> str:
    """The SHA-256 of the tables that the exercises ask about."""
    tables = (patients().reset_index(drop=True), visits(), medications(), events())
    return sha256("".join(map(fingerprint, tables)).encode()).hexdigest()


class AnswerSheet:
    """The answers of one seat in one course.

    Kept are the number of the seat and what was answered, with the version of the package and a fingerprint of the
    data, so that sheets of another version are not mixed with these. No name and no row of a patient is kept.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    seat : int
        The number of the seat, of at least 0.

    Raises
    ------
    OptionError
        If there is no such course or seat.

    Examples
    --------
    >>> from myositis_tools.lessons import AnswerSheet, find_exercise
    >>> sheet = AnswerSheet("ninety_minutes", 7)
    >>> exercise = find_exercise("ceiling", seat=7)
    >>> sheet.record(exercise, exercise.solution(), exercise.check(exercise.solution()), hints=1, confidence=80)
    >>> sheet.points()
    0.75
    """

    def __init__(self, course: str = "ninety_minutes", seat: int = 0) -> None:
        self._keys = course_exercises(course)
        require_seat(seat)
        self.course, self.seat = course, seat
        self.sheet = token_hex(8)
        self.tries: list[AnswerTry] = []

    def record(
        self,
        exercise: Exercise,
        answer: Any,
        feedback: Feedback,
        *,
        hints: int = 0,
        confidence: float | None = None,
        seconds: float | None = None,
        solution_seen: bool = False,
    ) -> None:
        """Add a try.

        Parameters
        ----------
        exercise : Exercise
            What was asked.
        answer : mapping or Any
            As it was given to ``exercise.check``.
        feedback : Feedback
            What ``exercise.check`` said.
        hints : int
            How many hints were read before it.
        confidence : float, optional
            How sure the learner was, in percent.
        seconds : float, optional
            How long it took.
        solution_seen : bool
            Whether the solution was shown before: such a try earns no points.

        Raises
        ------
        OptionError
            If the exercise is not of this course.
        WrongTypeError, ImpossibleValueError
            If a number is none, or lies beyond what it can be; if the answer is none that ``check`` would take.
        """
        if exercise.key not in self._keys:
            raise OptionError(
                f"{exercise.key!r} is not in the course {self.course!r}.", expected=listed(self._keys, most=20)
            )
        self.tries.append(
            AnswerTry(
                exercise.key,
                exercise.plain_answer(answer),
                feedback.correct,
                feedback.misconception,
                round(feedback.share, 4),
                int(_at_least_nothing("hints", hints) or 0),
                _at_least_nothing("confidence", confidence, most=100),
                _at_least_nothing("seconds", seconds),
                bool(solution_seen),
            )
        )

    def by_exercise(self) -> pd.DataFrame:
        """Give a row for each exercise of the course: tries, whether it was right, first error, hints and points."""
        rows = []
        for key in self._keys:
            own = [one for one in self.tries if one.exercise == key]
            rows.append(
                {
                    "exercise": key,
                    "tries": len(own),
                    "correct": any(one.correct for one in own),
                    "first_misconception": own[0].misconception if own else None,
                    "hints": max((one.hints for one in own), default=0),
                    "confidence_first": own[0].confidence if own else None,
                    "confidence_last": own[-1].confidence if own else None,
                    "seconds": sum(one.seconds or 0.0 for one in own),
                    "points": _points(own),
                }
            )
        return pd.DataFrame(rows)

    def points(self) -> float:
        """Add the points up: one for each exercise, less a quarter for each hint and each try before the right one.

        A right answer keeps a quarter at least. One that came after the solution was shown earns nothing.
        """
        return float(self.by_exercise()["points"].sum())

    def write(self, folder: str | Path) -> Path:
        """Write the sheet into a folder: whole and then renamed, so that no reader ever sees half of it.

        Raises
        ------
        NotFoundError
            If the folder cannot be written.
        """
        place = Path(folder)
        path = place / f"answers-{self.seat:03d}-{self.sheet}.json"
        half = place / f".{path.name}.{token_hex(4)}.part"
        body = self._body()
        text = json.dumps(body | {"checksum": _checksum(body)}, indent=1, sort_keys=True)
        try:
            place.mkdir(parents=True, exist_ok=True)
            half.write_text(text, encoding="utf-8")
            half.replace(path)
        except OSError as error:
            if place.is_dir():
                half.unlink(missing_ok=True)
            raise NotFoundError(
                f"The answers cannot be written: {error.strerror}.", where=str(place), hint="choose another folder"
            ) from error
        return path

    def _body(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "package": package(),
            "data": data_fingerprint(),
            "course": self.course,
            "seat": self.seat,
            "sheet": self.sheet,
            "tries": [asdict(one) for one in self.tries],
        }

    @classmethod
    def read(cls, path: str | Path) -> AnswerSheet:
        """Read a sheet that `write` has written.

        Raises
        ------
        NotFoundError
            If there is no such file.
        WrongTypeError
            If it is no sheet, or not whole, or was changed.
        OptionError
            If it is of another version of the package or of other data.
        """
        found = _body_of(Path(path))
        sheet = cls(found["course"], found["seat"])
        sheet.sheet = found["sheet"]
        sheet.tries = [_try_of(one, sheet._keys, Path(path)) for one in found["tries"]]
        return sheet


def _points(own: list[AnswerTry]) -> float:
    for place, one in enumerate(own):
        if one.correct:
            return 0.0 if one.solution_seen else max(1 - _COST * (one.hints + place), _COST)
    return 0.0


def _at_least_nothing(name: str, value: Any, most: float = math.inf) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongTypeError(
            f"{name}={value!r} is not a number.", where=name, expected="a number of at least 0, or None"
        )
    if not 0 <= value <= most:
        raise ImpossibleValueError(f"{name}={value!r} cannot be.", where=name, expected=f"0 to {most:g}")
    return value


def _checksum(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _body_of(path: Path) -> dict[str, Any]:
    """What stands in a file of answers, if it can be used here."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _no_sheet(path, "it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFoundError(f"The file cannot be read: {error.strerror}.", where=path.name) from error
    except (ValueError, RecursionError) as error:
        raise _no_sheet(path, "it is not whole") from error
    if not isinstance(found, dict) or set(found) != set(_HEAD):
        raise _no_sheet(path, "it is another file")
    if found["checksum"] != _checksum({name: value for name, value in found.items() if name != "checksum"}):
        raise _no_sheet(path, "it was changed after it was written")
    for name, here in (("schema", SCHEMA), ("package", package()), ("data", data_fingerprint())):
        if found[name] != here:
            raise OptionError(
                f"These answers are of another {'version' if name != 'data' else 'sample'}.",
                where=path.name,
                expected=str(here),
                hint="read them with the version that wrote them",
            )
    token, tries = found["sheet"], found["tries"]
    is_seat = isinstance(found["seat"], int) and not isinstance(found["seat"], bool) and found["seat"] >= 0
    is_sheet = isinstance(token, str) and token.isalnum() and isinstance(tries, list) and found["course"] in COURSES
    if not (is_seat and is_sheet):
        raise _no_sheet(path, "it says something that cannot be")
    return found


def _try_of(found: Any, keys: tuple[str, ...], path: Path) -> AnswerTry:
    try:
        one = AnswerTry(**found)
        named = one.misconception is None or (one.exercise, one.misconception) in texts()
        numbers = [_at_least_nothing("share", one.share, most=1), _at_least_nothing("hints", one.hints)]
        numbers += [
            _at_least_nothing("confidence", one.confidence, most=100),
            _at_least_nothing("seconds", one.seconds),
        ]
        known = one.exercise in keys and named and all(number is not None for number in numbers[:2])
    except (TypeError, ValueError) as error:
        raise _no_sheet(path, "it says something that cannot be") from error
    if not known or not isinstance(one.correct, bool) or not isinstance(one.solution_seen, bool):
        raise _no_sheet(path, "it says something that cannot be")
    return one


def _no_sheet(path: Path, why: str) -> WrongTypeError:
    return WrongTypeError(
        f"This file holds no answers that can be used: {why}.",
        where=path.name,
        expected="a file that AnswerSheet.write has written",
        hint="ask the learner to save again",
    )
