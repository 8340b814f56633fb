"""How a table lies in a file: its sheets, the line of its headings, weeks in headings, rows that are no patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import DuplicateRowError, MappingError, MissingColumnError, listed
from myositis_tools.exchange.files.reading import read_by_line
from myositis_tools.exchange.layout.first_lines import first_lines
from myositis_tools.exchange.layout.headings_found import HeadingsFound, combined
from myositis_tools.exchange.layout.layout_words import week_named, weekly_headings
from myositis_tools.exchange.mapping.reshape import wide_to_long

_MARK = "\0"  # between a measure and its week while rows are made of them
_LINE = "\0line"
WEEK = "week"


@dataclass(frozen=True)
class TableLayout:
    """Where a table stands in a site's file, and which parts of it are not data.

    Parameters
    ----------
    sheets : mapping
        The sheets of a workbook that are read one below the other, each with the week that it is of, or None where its
        rows say the week themselves; empty for the first sheet, and for files without sheets.
    heading_line : int or mapping
        The line of the headings, counted from 1; 0 for the first that is not empty. By sheet where they differ.
    group_line, unit_line : int
        A line above that names groups of headings, and one below that names their units; 0 for none. Group and unit are
        read as part of each heading.
    weeks : mapping
        What headings say of the time (``wk12``), and the week that it is: such headings become rows of visits.
    leave_out : sequence of str
        What stands under the patients in rows that are no patient, such as a line of totals.
    fill_down : bool
        Whether a patient is named in the first of her rows only.
    one_row : bool
        Whether rows of visits say the same of a patient, who gets one row.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.io.TableLayout(heading_line=3, weeks={"wk12": 12}).heading_line
    3
    """

    sheets: Mapping[str, int | None] = field(default_factory=dict)
    heading_line: int | Mapping[str, int] = 0
    group_line: int = 0
    unit_line: int = 0
    weeks: Mapping[str, int] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    fill_down: bool = False
    one_row: bool = False
    separator: str | None = None
    encoding: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "leave_out", tuple(map(str, self.leave_out)))
        for name in ("sheets", "weeks"):
            held = dict(getattr(self, name))
            unread = [key for key, week in held.items() if not _is_week(week, optional=name == "sheets")]
            if unread:
                raise MappingError(
                    f"{name} says no week of {unread[0]!r}.",
                    where=f"{name} = {held!r}",
                    expected="a whole number of weeks, such as 12",
                )
            object.__setattr__(self, name, MappingProxyType(held))
        if isinstance(self.heading_line, Mapping):
            object.__setattr__(self, "heading_line", MappingProxyType(dict(self.heading_line)))
        without = [sheet for sheet, week in self.sheets.items() if week is None]
        if without and len(without) < len(self.sheets):
            raise MappingError(
                f"Some sheets have a week, and {listed(map(repr, without))} none.",
                where=f"sheets = {dict(self.sheets)!r}",
                expected="a week for every sheet, or for none",
            )

    def line_of(self, sheet: str | None) -> int:
        """The line of the headings of a sheet; 0 for the first that is not empty."""
        if isinstance(self.heading_line, Mapping):
            return self.heading_line.get(sheet or "", 0)
        return self.heading_line


def _is_week(week: object, *, optional: bool) -> bool:
    return (optional and week is None) or (isinstance(week, int) and not isinstance(week, bool))


def read_laid_out(path: Path, layout: TableLayout, patient: str, *, in_rows: bool, **how: Any) -> pd.DataFrame:
    """Read a table in the site's own words; the index says where each row stands.

    That is its line in the file less two, as in `read_by_line`, or a text that names the sheet and the line where
    several sheets are read. Of headings with weeks `in_rows` makes rows; without it they are left out.

    Raises
    ------
    MissingColumnError
        If the heading of the patients is not there.
    DuplicateRowError
        If a patient stands twice where headings hold the weeks.
    MyositisToolsError
        Whatever `read_table` refuses.
    """
    how |= of_file(layout)
    if len(layout.sheets) > 1 or any(week is not None for week in layout.sheets.values()):
        parts = [_of_sheet(path, sheet, week, layout, how) for sheet, week in layout.sheets.items()]
        frame = pd.concat(parts)
        frame.attrs = dict(parts[0].attrs)
    else:
        frame = _read(path, next(iter(layout.sheets), None), layout, how)
    counted_from = dict(frame.attrs)  # from which day a workbook counts days, which no step may lose
    if patient not in frame:
        raise MissingColumnError(
            f"The table lacks the heading of the patients, {patient!r}.",
            where=f"headings: {listed(frame.columns)}",
            expected="the table that the mapping was made for",
        )
    frame = frame[~frame[patient].map(lambda cell: str(cell).strip() in layout.leave_out)]
    if layout.fill_down:
        frame = frame.assign(**{patient: frame[patient].ffill()})
    if layout.weeks:
        frame = rows_of_weeks(frame, patient, layout.weeks) if in_rows else without_weeks(frame, layout.weeks)
    frame.attrs = counted_from
    return frame


def of_file(layout: TableLayout) -> dict[str, Any]:
    """How the file of a layout is read, as options of `read_table`."""
    return {name: getattr(layout, name) for name in ("separator", "encoding", "query")}


def read_sheet_as_found(path: Path, layout: TableLayout) -> pd.DataFrame:
    """Read one sheet or file by the line of its headings alone."""
    return _read(path, next(iter(layout.sheets), None), layout, of_file(layout))


def _read(path: Path, sheet: str | None, layout: TableLayout, how: Mapping[str, Any]) -> pd.DataFrame:
    """Read a sheet or a file; headings of several lines are put together, and the lines of units are no rows."""
    line = layout.line_of(sheet)
    if not (layout.group_line or layout.unit_line):
        return read_by_line(path, sheet=sheet, heading_line=line or None, **how)
    lines = first_lines(path, sheet, how.get("separator"), how.get("encoding"))
    named = combined(HeadingsFound(line, layout.group_line, layout.unit_line), lines)
    frame = read_by_line(path, sheet=sheet, heading_line=line, named=named, **how)
    return frame[frame.index != layout.unit_line - 2]


def _of_sheet(path: Path, sheet: str, week: int | None, layout: TableLayout, how: Mapping[str, Any]) -> pd.DataFrame:
    frame = _read(path, sheet, layout, how)
    places = pd.Index([f"sheet {sheet}, line {place + 2}" for place in frame.index], dtype=object)
    frame = frame.set_axis(places)
    if week is None:
        return frame
    if WEEK in frame:
        raise MappingError(
            f"Sheet {sheet} of {path.name} has a column {WEEK!r} beside the week of the sheet.",
            expected="the week from the sheet or from its rows",
            hint="leave the week of the sheet out of the mapping",
        )
    frame.insert(0, WEEK, week)
    return frame


def long_by_line(wide: pd.DataFrame, patient: str = "patient_id", mark: str = "_w") -> pd.DataFrame:
    """One row a patient and week, each with the index of the row that it was part of."""
    known = wide.assign(**{_LINE: wide.index}).rename(columns={patient: "patient_id"})
    long = wide_to_long(known, mark=mark, drop_empty=mark == _MARK).rename(columns={"patient_id": patient})
    return long.set_index(_LINE).rename_axis(None)


def rows_of_weeks(frame: pd.DataFrame, patient: str, weeks: Mapping[str, int]) -> pd.DataFrame:
    """Headings with a week become rows; a week in which a patient has no cell is no visit of hers.

    Examples
    --------
    >>> import pandas as pd
    >>> wide = pd.DataFrame({"id": ["A", "B"], "HAQ bl": [1.5, 2.0], "HAQ wk12": [0.5, None]})
    >>> rows_of_weeks(wide, "id", {"bl": 0, "wk12": 12})
      id  week  HAQ
    0  A     0  1.5
    0  A    12  0.5
    1  B     0  2.0
    """
    found = weekly_headings(map(str, frame.columns), weeks)
    named = {name: at for name, at in found.items() if at.week is not None and name != patient}
    first = {at.rest.casefold(): at.rest for at in reversed(named.values())}
    names = {name: f"{first[at.rest.casefold()]}{_MARK}{at.week}" for name, at in named.items()}
    doubled = [name for name, new in names.items() if list(names.values()).count(new) > 1]
    if doubled:
        raise DuplicateRowError(
            f"Two headings name the same measure and week: {listed(doubled)}.",
            expected="one column for each measure and week",
        )
    return long_by_line(frame.rename(columns=names), patient, _MARK)


def without_weeks(frame: pd.DataFrame, weeks: Mapping[str, int]) -> pd.DataFrame:
    """The columns that say one thing of a patient: those that no other week has."""
    found = weekly_headings(map(str, frame.columns), weeks)
    often = [at.rest.casefold() for at in found.values()]
    return frame[[name for name in frame if name not in found or often.count(found[name].rest.casefold()) < 2]]


def one_row_a_patient(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a patient where her rows say the same or nothing; where they differ all stay, for `validate` to list."""
    if "patient_id" not in frame:
        return frame
    filled = frame.groupby("patient_id", sort=False, dropna=False).transform("first")
    made = frame.assign(**{name: frame[name].where(frame[name].notna(), filled[name]) for name in filled})
    return made[~made.duplicated()]


def week_of_sheet(name: str) -> tuple[str, int | None] | None:
    """What the name of a sheet says of the time, and the week where it is one; None where it says nothing."""
    found = week_named(name)
    return (found.part, found.week) if found is not None and not found.rest else None
