"""The sheets of a file in which a table may stand, with the line of its headings and the weeks that are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import MyositisToolsError, NotFoundError, listed, nearest
from myositis_tools.exchange.files.headings import names_patients, plain_heading
from myositis_tools.exchange.files.reading import TEXTS
from myositis_tools.exchange.files.workbooks import sheet_names
from myositis_tools.exchange.layout.cells_written import FileQuestion
from myositis_tools.exchange.layout.first_lines import encoding_of, first_lines, separator_of
from myositis_tools.exchange.layout.headings_found import HeadingsFound, find_headings
from myositis_tools.exchange.layout.layout_words import weekly_headings
from myositis_tools.exchange.layout.table_layout import TableLayout, read_laid_out, read_sheet_as_found, week_of_sheet
from myositis_tools.exchange.mapping.suggestions import suggest_mapping

_LOOKED_AT = 2_000  # rows by which the heading of the patients is found
_ALIKE = 0.7  # of the headings of two sheets that are one table


@dataclass(frozen=True, eq=False)
class SheetFound:
    """One sheet, or several that are one table, as read with what was found of it."""

    where: str  # " of sheet 'Visits'", or nothing
    layout: TableLayout
    frame: pd.DataFrame
    said: tuple[str, ...]
    questions: tuple[FileQuestion, ...]

    @property
    def headings(self) -> str:
        """Its headings, for a message."""
        return f"headings{self.where}: {listed(self.frame.columns, most=6)}"


def sheets_of(
    path: Path, sheets: Sequence[str], weeks: Mapping[str, int], given: Mapping[str, Any]
) -> tuple[list[SheetFound], list[str]]:
    """Every sheet in which a table may stand, and what is said of the others.

    Raises
    ------
    NotFoundError
        If a sheet that is asked for is not there.
    MyositisToolsError
        If the one sheet, or one that is asked for, cannot be read.
    """
    if path.suffix.lower() == ".xlsx" and path.is_file():
        return _of_workbook(path, sheets, weeks, given)
    how = dict(given)
    said = []
    if path.suffix.lower() in TEXTS and path.is_file():
        how["encoding"] = given["encoding"] or encoding_of(path)
        how["separator"] = given["separator"] or separator_of(path, how["encoding"])
        if how["encoding"] == "cp1252" and not given["encoding"]:
            said.append("Its texts are not UTF-8; they are read as cp1252, as Excel on Windows writes them.")
    found = find_headings(first_lines(path, None, how["separator"], how["encoding"])) if path.is_file() else None
    return [_looked(path, None, how, found, weeks)], said


def _of_workbook(
    path: Path, sheets: Sequence[str], weeks: Mapping[str, int], given: Mapping[str, Any]
) -> tuple[list[SheetFound], list[str]]:
    names = sheet_names(path)
    absent = [name for name in sheets if name not in names]
    if absent:
        raise NotFoundError(
            f"{path.name} has no sheet {absent[0]!r}.", expected=listed(names), hint=nearest(absent[0], names)
        )
    looked, said = [], []
    for name in sheets or names:
        found = find_headings(first_lines(path, name))
        if found is None and not given["heading_line"]:
            said.append(f"Sheet {name!r} is not read: it has no line of headings above rows.")
            continue
        try:
            looked.append(_looked(path, name, given, found, weeks, several=len(names) > 1))
        except MyositisToolsError as error:
            if len(names) == 1 or name in sheets:
                raise
            said.append(f"Sheet {name!r} is not read: {error}")
    return _stacked(path, looked, weeks), said


def _looked(
    path: Path,
    sheet: str | None,
    how: Mapping[str, Any],
    found: HeadingsFound | None,
    weeks: Mapping[str, int],
    *,
    several: bool = False,
) -> SheetFound:
    """One sheet, or the file, read as it was found to lie."""
    if how["heading_line"]:
        found = HeadingsFound(how["heading_line"])
    line = found.line if found else 0
    where = f" of sheet {sheet!r}" if several else ""
    layout = TableLayout(
        sheets={sheet: None} if several and sheet else {},
        heading_line=line if line > 1 or (found and found.below) else 0,
        group_line=found.above if found else 0,
        unit_line=found.below if found else 0,
        separator=how["separator"] if path.suffix.lower() in TEXTS else None,
        encoding=how["encoding"],
        query=how["query"],
    )
    frame = read_sheet_as_found(path, layout)
    said = []
    if line > 1:
        said.append(f"The headings{where} stand on line {line}; what is above them is not read.")
    if layout.group_line:
        said[-1:] = [
            f"The headings{where} stand on lines {layout.group_line} and {line}, the group above and its parts below."
        ]
    if layout.unit_line:
        said.append(f"Line {layout.unit_line}{where} holds units, and belongs to the headings.")
    weekly = weekly_headings(map(str, frame.columns), weeks).values() if _is_one_row_each(frame) else ()
    parts = {found.part: weeks.get(found.part, found.week) for found in weekly}
    asked = [part for part, week in parts.items() if week is None]
    known = {part: week for part, week in parts.items() if week is not None}
    words = f"Which week is {listed(map(repr, asked))}, which headings{where} name? weeks= says it."
    questions = [FileQuestion("weeks", words, tuple(asked))] if asked else []
    return SheetFound(where, replace(layout, weeks=known), frame, tuple(said), tuple(questions))


def _stacked(path: Path, sheets: Sequence[SheetFound], weeks: Mapping[str, int]) -> list[SheetFound]:
    """The sheets, those that are visits of one table put together."""
    named = {next(iter(each.layout.sheets), ""): each for each in sheets}
    times = {name: at for name in named if (at := week_of_sheet(name)) is not None or name in weeks}
    alike: list[str] = []
    for name in times:
        if not alike or _share(named[alike[0]].frame, named[name].frame) >= _ALIKE:
            alike.append(name)
    if len(alike) < 2:
        return list(sheets)
    known = {name: weeks.get(name, at[1] if (at := times[name]) else None) for name in alike}
    asked = [name for name, week in known.items() if week is None]
    first = named[alike[0]]
    layout = replace(first.layout, sheets=dict.fromkeys(alike) if asked else known)
    lines = {name: named[name].layout.line_of(name) for name in alike}
    if len(set(lines.values())) > 1:
        layout = replace(layout, heading_line=lines)
    said = [f"Sheets are read one below the other: {listed(map(repr, alike))}."]
    if not asked:
        said = [f"Sheets are visits: {listed(f'{name!r} is week {week}' for name, week in known.items())}."]
    words = f"Which week is sheet {listed(map(repr, asked))}? weeks= says it."
    questions = [FileQuestion("weeks", words, tuple(asked))] if asked else []
    frame = read_laid_out(path, layout, str(first.frame.columns[0]), in_rows=True)
    of = SheetFound(
        f" of sheets {listed(map(repr, alike))}", layout, frame, (*named[alike[0]].said, *said), tuple(questions)
    )
    rest = [each for name, each in named.items() if name not in alike]
    return [*rest, of]


def _share(one: pd.DataFrame, other: pd.DataFrame) -> float:
    first, second = ({plain_heading(str(name)) for name in frame.columns} for frame in (one, other))
    return len(first & second) / max(len(first | second), 1)


def _is_one_row_each(frame: pd.DataFrame) -> bool:
    """Whether no patient stands twice, without which headings cannot hold weeks."""
    patient = patient_heading(frame)
    return patient is None or not frame[patient].dropna().duplicated().any()


def patient_heading(frame: pd.DataFrame) -> str | None:
    """The heading under which the patients stand."""
    named = [str(name) for name in frame.columns if names_patients(str(name))]
    if named:
        return named[0]
    likely = suggest_mapping(frame.head(_LOOKED_AT), "patients")
    found = likely.loc[likely["likely"] & (likely["column"] == "patient_id"), "heading"]
    return str(found.iloc[0]) if len(found) else None
