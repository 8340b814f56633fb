"""What a class has answered, as the tables of the teacher's page."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import MyositisToolsError, ReadingWarning
from myositis_tools.formatting import counted
from myositis_tools.html_tables import Cell, Html, as_html, html_table
from myositis_tools.lessons import class_answers, unusable_answers

NONE_YET = "No answers yet. This page looks again by itself."
HIDDEN = "hidden"
_WHEN = {"first": "first try", "last": "last try"}


def answers_told(folder: Path, course: str, *, reveal: bool) -> Html:
    """Write what was answered to each exercise; small counts are words unless `reveal`."""
    if not any(folder.glob("*.json")):
        return _note(NONE_YET)
    hidden: dict[str, Any] = {"smallest_count": None} if reveal else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReadingWarning)  # the files are named below
            answers = class_answers(folder, course=course, **hidden)
        to_look_at = unusable_answers(folder, course=course)
    except MyositisToolsError as error:
        return _note(str(error))
    told = [_exercise(rows) for _, rows in answers.groupby("exercise", sort=False)]
    return Html("".join(filter(None, told)) + _files(to_look_at) or _note(NONE_YET))


def _exercise(rows: pd.DataFrame) -> str:
    """One exercise: each outcome that somebody had."""
    counts = rows[list(_WHEN)]
    had = rows[counts.isna().any(axis=1) | (counts.fillna(0) > 0).any(axis=1)]
    if set(had["outcome"]) <= {"not_answered"}:
        return ""
    most = max(1, int(counts.max().max() or 1)) if counts.notna().any().any() else 1
    lines: list[list[str | Cell]] = [
        [str(row["says"]), *(_count(row[name], most) for name in _WHEN)] for row in had.to_dict("records")
    ]
    headings: list[str | Cell] = ["What they answered", *(Cell(label, look="number") for label in _WHEN.values())]
    title = as_html(rows["title"].iloc[0])
    return f"<section class='room-exercise'><h2>{title}</h2>{html_table(headings, lines)}</section>"


def _count(count: Any, most: int) -> Cell:
    if pd.isna(count):
        return Cell(HIDDEN, hint="It is small, or a small one could be worked out from it.")
    share = round(100 * int(count) / most)
    return Cell(Html(f"<span class='room-bar' style='--share: {share}%'></span>{int(count)}"))


def _files(found: pd.DataFrame) -> str:
    """Files that were not counted, or should be looked at."""
    if found.empty:
        return ""
    lines = [[row["file"], row["why"]] for row in found.to_dict("records")]
    return (
        f"<details class='room-exercise'><summary>{counted(len(lines), 'file')} to look at</summary>"
        f"{html_table(['file', 'why'], lines)}</details>"
    )


def _note(words: str) -> Html:
    return Html(f"<p class='room-soft'>{as_html(words)}</p>")
