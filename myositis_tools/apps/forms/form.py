"""What a calculator for one sheet consists of: the fields it asks for, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.frames import Column, columns

Options = Mapping[str, Any]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """Fields that belong together; a line holds one field, or as many as there are columns."""

    heading: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """A choice that the score leaves to the user."""

    name: str
    label: str
    choices: tuple[tuple[str, Any], ...]
    about: str = ""

    def place_of(self, value: Any) -> int:
        """The place of a value among the choices."""
        return [choice for _, choice in self.choices].index(value)


@dataclass(frozen=True)
class Answer:
    """What a sheet comes to.

    Attributes
    ----------
    headline : str
        The one sentence that says it.
    scored : pandas.Series
        The row that the score gives.
    receipt : pandas.DataFrame
        One row an item, with ``label``, ``answer``, ``points``, ``points_open``, ``points_possible``, ``source`` and
        ``evidence``.
    remarks : tuple of (str, str)
        What else must be said: a heading and a sentence.
    counts : bool
        Whether there are points to show: of a sheet to which a score does not apply there are none.
    """

    headline: str
    scored: pd.Series
    receipt: pd.DataFrame
    remarks: tuple[tuple[str, str], ...]
    counts: bool = True


@dataclass(frozen=True)
class Form:
    """A calculator for one sheet.

    Attributes
    ----------
    name, title, about : str
        What it is called in files, on the page, and in a sentence.
    who : str
        Of whom or what a figure is.
    table : str
        The table of ``columns.csv`` that its fields are columns of.
    sections : tuple of Section
        The fields, in the order in which they are asked.
    options : tuple of Option
        What is chosen first.
    example : mapping
        Constructed answers to begin with.
    answer : callable
        Scores a table of one row.
    figures : mapping
        The name of each figure and what draws it.
    call : callable
        Writes the call that scores the table ``sheet``.
    is_asked : callable
        Whether a field is asked, given options and answers.
    words : tuple of str
        What may be typed into a field beside a number.
    """

    name: str
    title: str
    about: str
    who: str
    table: str
    sections: tuple[Section, ...]
    options: tuple[Option, ...]
    example: Answers
    answer: Callable[[pd.DataFrame, Options], Answer]
    figures: Mapping[str, Callable[[Answer], go.Figure]]
    call: Callable[[Options], str]
    is_asked: Callable[[str, Options, Answers], bool]
    words: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, Column]:
        """Every field, as ``columns.csv`` describes it."""
        known = columns(self.table)
        return {name: known[name] for section in self.sections for _, line in section.lines for name in line}
