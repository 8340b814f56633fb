"""What a class has answered: how many learners made which typical error, with small counts hidden."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from myositis_tools.errors import MyositisToolsError, NotFoundError, OptionError, ReadingWarning, require_option
from myositis_tools.formatting import counted
from myositis_tools.lessons.answers import PATTERN, AnswerSheet, AnswerTry
from myositis_tools.lessons.exercise import course_exercises
from myositis_tools.lessons.texts import IN_SHORT, LANGUAGES, Wording, texts
from myositis_tools.privacy.small_counts import MASKED, hidden_counts, require_mask

SMALLEST_COUNT = 5
RIGHT, OTHER, NOT_ANSWERED = _NO_ERROR = ("right", "other", "not_answered")
_COUNTS = ("first", "last")


def class_answers(
    folder: str | Path,
    *,
    course: str = "ninety_minutes",
    smallest_count: int | None = SMALLEST_COUNT,
    language: str = "en",
) -> pd.DataFrame:
    """Answers of a class: how many learners were right and how many made which typical error, by exercise.

    Parameters
    ----------
    folder : str or Path
        Where the files of `AnswerSheet.write` lie.
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    smallest_count : int, optional
        Counts of at least 1 and below it are hidden, with those that they could be worked out from; None hides none.
    language : {"en", "nl", "de"}
        The language of titles and errors.

    Returns
    -------
    pandas.DataFrame
        One row for each exercise and outcome: ``exercise``, ``title``, ``outcome`` (``right``, the key of an error,
        ``other`` or ``not_answered``), ``says`` (in a few words), ``first`` and ``last`` (how many
        learners had that outcome with the first and with the last try), ``masked`` (which of these two is hidden).

    Raises
    ------
    OptionError
        If an option is not one of those above.
    NotFoundError
        If there is no such folder.

    Missing data
    ------------
    An exercise that a learner has not answered counts as ``not_answered``. A hidden count is missing. A file that
    cannot be used is not counted, and a warning says how many there are; `unusable_answers` names each with the reason.

    Source
    ------
    Small counts are hidden as in `report_cohort`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.lessons import AnswerSheet, class_answers, find_exercise
    >>> with TemporaryDirectory() as folder:
    ...     for seat in range(6):
    ...         exercise = find_exercise("ceiling", seat=seat)
    ...         sheet = AnswerSheet("ninety_minutes", seat)
    ...         sheet.record(exercise, exercise.solution(), exercise.check(exercise.solution()))
    ...         path = sheet.write(folder)
    ...     answers = class_answers(folder)
    >>> answers.loc[answers["exercise"] == "ceiling", ["outcome", "first", "last"]].head(2)
                         outcome  first  last
    ...                    right      6     6
    ...full_strength_full_points      0     0
    """
    require_mask(smallest_count)
    require_option("language", language, LANGUAGES)
    keys = course_exercises(course)
    sheets, problems = _read(folder, course)
    left_out = sum(not one["used"] for one in problems)
    if left_out:
        warnings.warn(
            ReadingWarning(f"{counted(left_out, 'file')} of answers could not be used: unusable_answers() says why."),
            stacklevel=2,
        )
    rows = []
    for key in keys:
        rows += _rows_of(key, list(sheets.values()), smallest_count, language)
    return pd.DataFrame(rows).astype(dict.fromkeys(_COUNTS, "Int64"))


def unusable_answers(folder: str | Path, *, course: str = "ninety_minutes") -> pd.DataFrame:
    """Files of answers that could not be used, or should be looked at, each with the reason.

    Parameters
    ----------
    folder : str or Path
        Where the files lie.
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.

    Returns
    -------
    pandas.DataFrame
        One row for each: ``file``, ``used`` (whether its answers are counted all the same), ``why``. Two sheets of one
        seat are both counted and named: they may be two people. Of two copies of one sheet the longer one is.

    Raises
    ------
    OptionError, NotFoundError
        If there is no such course or folder.

    Missing data
    ------------
    A sheet without a single answer is used: its learner has not answered.

    Source
    ------
    The files themselves.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.lessons import unusable_answers
    >>> with TemporaryDirectory() as folder:
    ...     size = Path(folder, "answers-007.json").write_text("half a fi")
    ...     unusable_answers(folder)["why"].tolist()
    ['This file holds no answers that can be used: it is not whole.']
    """
    course_exercises(course)
    return pd.DataFrame(_read(folder, course)[1], columns=["file", "used", "why"]).astype({"used": "bool"})


def _read(folder: str | Path, course: str) -> tuple[Mapping[str, AnswerSheet], list[dict[str, object]]]:
    """The sheets of a course by their mark, and what there is to tell of the files."""
    place = Path(folder)
    if not place.is_dir():
        raise NotFoundError(
            "There is no such folder.", where=str(folder), hint="give the folder that sheets are saved to"
        )
    sheets: dict[str, AnswerSheet] = {}
    problems: list[dict[str, object]] = []
    files: dict[str, str] = {}
    for path in sorted(place.glob(PATTERN)):
        try:
            sheet = AnswerSheet.read(path)
            if sheet.course != course:
                raise OptionError(f"These are answers of the course {sheet.course}.", expected=course)
        except MyositisToolsError as error:
            problems.append({"file": path.name, "used": False, "why": error.what})
            continue
        other = sheets.get(sheet.sheet)
        if other is not None:
            shorter = path.name if len(sheet.tries) <= len(other.tries) else files[sheet.sheet]
            problems.append({"file": shorter, "used": False, "why": "This is a copy of another file of the folder."})
            if shorter == path.name:
                continue
        sheets[sheet.sheet], files[sheet.sheet] = sheet, path.name
    alike = Counter(sheet.seat for sheet in sheets.values())
    problems += [
        {
            "file": files[mark],
            "used": True,
            "why": f"Seat {sheet.seat} has {alike[sheet.seat]} sheets; all are counted.",
        }
        for mark, sheet in sheets.items()
        if alike[sheet.seat] > 1
    ]
    return sheets, problems


def outcomes_of(key: str) -> tuple[str, ...]:
    """What an answer to an exercise can be: right, one of its typical errors, something else, or none."""
    errors = [item.removesuffix(IN_SHORT) for exercise, item in texts() if exercise == key and item.endswith(IN_SHORT)]
    return (RIGHT, *errors, OTHER, NOT_ANSWERED)


def _outcome(one: AnswerTry | None) -> str:
    if one is None:
        return NOT_ANSWERED
    return RIGHT if one.correct else one.misconception or OTHER


def _rows_of(key: str, sheets: list[AnswerSheet], smallest_count: int | None, language: str) -> list[dict[str, object]]:
    wording, outcomes = Wording(key, language), outcomes_of(key)
    tries = [[one for one in sheet.tries if one.exercise == key] for sheet in sheets]
    shown: dict[str, dict[str, int | None]] = {}
    for name, place in zip(_COUNTS, (0, -1), strict=True):
        had = Counter(_outcome(own[place] if own else None) for own in tries)
        counts = {outcome: had[outcome] for outcome in outcomes}
        hidden = hidden_counts(counts, [(len(sheets), outcomes)], smallest_count)
        shown[name] = {outcome: None if outcome in hidden else count for outcome, count in counts.items()}
    return [
        {
            "exercise": key,
            "title": wording.say("title"),
            "outcome": outcome,
            "says": wording.say(f"outcome_{outcome}" if outcome in _NO_ERROR else f"{outcome}{IN_SHORT}"),
            **{name: shown[name][outcome] for name in _COUNTS},
            MASKED: "; ".join(name for name in _COUNTS if shown[name][outcome] is None),
        }
        for outcome in outcomes
    ]
