"""What is said to an answer: form first, then the typical errors, then where it first differs from the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from myositis_tools.errors import ImpossibleValueError, OptionError, WrongTypeError, listed, nearest
from myositis_tools.formatting import written
from myositis_tools.lessons.texts import Wording

if TYPE_CHECKING:
    from myositis_tools.lessons.exercise import AnswerField, LessonContent

_LONGEST = 40  # characters of a user's own words that a sentence repeats
_DRAWN_APART = 2.0  # percentage points on average between two courses that a learner can draw apart
_TENTH = 0.05  # numbers are compared in tenths, so that a float's last digit decides nothing


@dataclass(frozen=True, repr=False)
class Feedback:
    """What is said to an answer.

    Attributes
    ----------
    correct : bool
        Whether it is right.
    says : str
        What the learner reads.
    misconception : str or None
        The key of the typical error, where it is one.
    first_difference : str
        Where the answer first differs from the truth; empty where it does not.
    share : float
        How much of it is right, from 0 to 1.
    """

    correct: bool
    says: str
    misconception: str | None
    first_difference: str
    share: float

    def __repr__(self) -> str:
        """What the learner reads, as a cell of a notebook shows it."""
        return f"{'✓' if self.correct else '✗'} {self.says}"


def judge(kind: str, content: LessonContent, wording: Wording, answer: Any) -> Feedback:
    """Judge an answer of an exercise of a kind; `Exercise.check` says how."""
    given = answered(content.fields, wording, answer)
    share = _share(kind, content, given)
    if _is_right(kind, content, given) and kind != "draw":
        return Feedback(True, wording.say("right"), None, "", 1.0)
    differs = _first_difference(content, wording, given)
    if _is_right(kind, content, given):  # a drawing is never the same to the last point
        return Feedback(True, f"{wording.say('right')} {differs}", None, differs, share)
    key = _misconception(kind, content, given)
    if key is None:
        return Feedback(False, differs, None, differs, share)
    return Feedback(False, f"{wording.say(key)} {differs}", key, differs, share)


def collide(kind: str, content: LessonContent) -> list[tuple[str, str]]:
    """Name the answers that cannot be told from one another: of typical errors and the truth."""
    answers = {"solution": content.solution, **content.misconceptions}
    keys = list(answers)
    return [
        (first, second)
        for place, first in enumerate(keys)
        for second in keys[place + 1 :]
        if (
            _distance(answers[first], answers[second]) < _DRAWN_APART
            if kind == "draw"
            else _same(content, answers[first], answers[second], content.tolerance)
        )
    ]


# ------------------------------------------------------------------------------------------------------------ its form


def answered(fields: Sequence[AnswerField], wording: Wording, answer: Any) -> dict[str, Any]:
    """Give an answer as it is compared, by field; refuse what is none."""
    names = [field.name for field in fields]
    if not isinstance(answer, Mapping):
        if len(fields) > 1:
            raise WrongTypeError(
                wording.say("not_by_field", count=len(fields)),
                where="answer",
                expected=f"one answer for each of {listed(names)}",
            )
        answer = {names[0]: answer}
    missing = [name for name in names if name not in answer or _is_empty(answer[name])]
    if missing:
        raise OptionError(
            wording.say("not_answered", fields=listed(missing)),
            where="answer",
            expected=f"one answer for each of {listed(names)}",
            hint="an answer that is not complete does not count as a try",
        )
    extra = [_short(name) for name in answer if name not in names]
    if extra:
        raise OptionError(
            wording.say("not_asked", fields=listed(extra)),
            where="answer",
            expected=listed(names),
            hint=nearest(extra[0], names),
        )
    return {field.name: _TAKEN[field.takes](field, wording, answer[field.name]) for field in fields}


def _is_empty(value: Any) -> bool:
    return (
        value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and value != value)
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _number(field: AnswerField, wording: Wording, value: Any) -> float:
    """A number, with a point or a comma."""
    try:
        number = float(value.strip().replace(",", ".")) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if isinstance(value, bool) or number != number:
        raise WrongTypeError(
            wording.say("no_number", field=field.label, answer=_short(value)),
            where=field.name,
            expected=f"a number {field.unit}".rstrip(),
        )
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        span = " to ".join(written(float(end)) for end in (low, high) if end is not None)
        raise ImpossibleValueError(
            wording.say("out_of_range", field=field.label, answer=number, low=low, high=high),
            where=field.name,
            expected=span,
        )
    return number


def _one(field: AnswerField, wording: Wording, value: Any) -> str:
    """A choice by its key, or a number that a key writes."""
    key = (
        written(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value).strip()
    )
    if key not in field.choices:
        raise OptionError(
            wording.say("no_choice", field=field.label, answer=_short(value)),
            where=field.name,
            expected=f"one of {listed(field.choices, most=20)}",
            hint=nearest(_short(value), list(field.choices)),
        )
    return key


def _several(field: AnswerField, wording: Wording, value: Any) -> frozenset[str]:
    return frozenset(_one(field, wording, each) for each in _sequence(field, wording, value))


def _order(field: AnswerField, wording: Wording, value: Any) -> tuple[str, ...]:
    order = tuple(_one(field, wording, each) for each in _sequence(field, wording, value))
    if sorted(order) != sorted(field.choices):
        raise OptionError(
            wording.say("not_each_once", field=field.label),
            where=field.name,
            expected=f"each of {listed(field.choices)} once",
        )
    return order


def _sequence(field: AnswerField, wording: Wording, value: Any) -> list[Any]:
    if isinstance(value, str | Mapping) or not hasattr(value, "__iter__"):
        raise WrongTypeError(
            wording.say("no_choice", field=field.label, answer=_short(value)),
            where=field.name,
            expected=f"a list of {listed(field.choices)}",
        )
    return list(value)


_TAKEN = {"number": _number, "one": _one, "several": _several, "order": _order}

# -------------------------------------------------------------------------------------------- what it is compared with


def _comparable(value: Any) -> Any:
    """A list of choices as a set or in its order; the rest as it is."""
    return tuple(value) if isinstance(value, list) else value


def _alike(first: Any, second: Any, tolerance: float = 0.0) -> bool:
    if isinstance(first, float | int) and isinstance(second, float | int):
        return abs(first - second) <= tolerance + _TENTH
    return _comparable(first) == _comparable(second)


def _same(content: LessonContent, first: Mapping[str, Any], second: Mapping[str, Any], tolerance: float = 0.0) -> bool:
    return all(_alike(first[field.name], second[field.name], tolerance) for field in content.fields)


def _distance(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """How far two drawings lie apart on average."""
    return sum(abs(first[name] - second[name]) for name in first) / len(first)


def _is_right(kind: str, content: LessonContent, given: Mapping[str, Any]) -> bool:
    if kind != "draw":
        return _same(content, given, content.solution, content.tolerance)
    distance = _distance(given, content.solution)
    nearer = any(_distance(given, each) < distance for each in content.misconceptions.values())
    return distance <= content.tolerance and not nearer


def _misconception(kind: str, content: LessonContent, given: Mapping[str, Any]) -> str | None:
    """The typical error that an answer is; of an answer with several fields also the only one that explains it."""
    errors = content.misconceptions
    if kind == "draw":
        nearest_error = min(errors, key=lambda key: _distance(given, errors[key]))
        is_near = _distance(given, errors[nearest_error]) <= content.tolerance
        return nearest_error if is_near and not _is_right(kind, content, given) else None
    exact = [key for key in errors if _same(content, given, errors[key], content.tolerance)]
    if exact:
        return exact[0]
    wrong = [
        one.name for one in content.fields if not _alike(given[one.name], content.solution[one.name], content.tolerance)
    ]
    if len(content.fields) == 1 or kind == "number":
        return None
    partly = [key for key in errors if all(_alike(given[name], errors[key][name]) for name in wrong)]
    return partly[0] if len(partly) == 1 else None


def _share(kind: str, content: LessonContent, given: Mapping[str, Any]) -> float:
    if kind == "draw":
        return max(0.0, 1 - _distance(given, content.solution) / 100)
    parts = [_part(one, given[one.name], content) for one in content.fields]
    return sum(parts) / len(parts)


def _part(field: AnswerField, value: Any, content: LessonContent) -> float:
    right = content.solution[field.name]
    if field.takes == "order":
        return sum(one == other for one, other in zip(value, right, strict=True)) / len(right)
    if field.takes == "several":
        return sum((key in value) == (key in right) for key in field.choices) / len(field.choices)
    if field.takes == "number" and content.tolerance:
        return max(0.0, 1 - abs(value - right) / max(abs(right), 1.0))
    return float(_alike(value, right))


def _first_difference(content: LessonContent, wording: Wording, given: Mapping[str, Any]) -> str:
    own = content.difference(given) if content.difference else ""
    if own:
        return own
    for one in content.fields:
        value, right = given[one.name], content.solution[one.name]
        if not _alike(value, right, content.tolerance):
            said = {
                "field": one.label,
                "answer": in_words(one, wording, value),
                "right": in_words(one, wording, right),
            }
            reason = content.reasons.get(one.name, "")
            return wording.say("difference_because" if reason else "difference", reason=reason, **said)
    return ""


def in_words(field: AnswerField, wording: Wording, value: Any) -> str:
    """An answer of a field as a person reads it."""
    if field.takes == "number":
        return f"{wording.number(value)} {field.unit}".rstrip()
    if field.takes == "one":
        return field.choices[value]
    keys = value if field.takes == "order" else [key for key in field.choices if key in value]
    return wording.joined(field.choices[key] for key in keys)
