"""Cells of a sheet as a person sees them; where what is read is not what is shown, or not what is held, it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from myositis_tools.exchange.files.headings import names_patients
from myositis_tools.exchange.files.number_formats_of_cells import NumberFormat
from myositis_tools.exchange.files.telling import lines, tell
from myositis_tools.frames import Column

_MOST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_OF_A_DAY = frozenset("ymd")


class SpecialCell(NamedTuple):
    """A cell of which what it holds and what it shows differ."""

    line: int
    held: Any
    form: NumberFormat


@dataclass
class Columns:
    """The cells of a sheet by column, and which of them show something else than they hold."""

    lines: list[int] = field(default_factory=list)
    cells: dict[int, list[Any]] = field(default_factory=dict)
    special: dict[int, list[SpecialCell]] = field(default_factory=dict)

    def add(self, line: int, row: Sequence[tuple[int, Any]]) -> None:
        """One row of filled cells, each with its column."""
        place = len(self.lines)
        self.lines.append(line)
        for column, value in row:
            held = self.cells.setdefault(column, [])
            held.extend([None] * (place - len(held)))
            held.append(value)

    def whole(self) -> dict[int, list[Any]]:
        """The columns from left to right, all of one length."""
        for held in self.cells.values():
            held.extend([None] * (len(self.lines) - len(held)))
        return {column: self.cells[column] for column in sorted(self.cells)}


def as_dated(number: float, form: NumberFormat, epoch: datetime) -> Any:
    """A number that a cell shows as a date or a clock; what no calendar has stays a number."""
    from openpyxl.utils.datetime import from_excel

    try:
        return from_excel(number, epoch, timedelta=form.is_span)
    except (OverflowError, ValueError):
        return number


def partial_date(held: Any, form: NumberFormat) -> str:
    """A date as the month or the year that its cell shows, if it holds no more than that."""
    if not isinstance(held, date) or (isinstance(held, datetime) and held.time() != time()) or held.day != 1:
        return ""
    shown = form.parts_of_a_date
    if shown == {"y", "m"}:
        return f"{held.year:04d}-{held.month:02d}"
    return f"{held.year:04d}" if shown == {"y"} and held.month == 1 else ""


def is_special(held: Any, form: NumberFormat, *, is_code: bool = False) -> bool:
    """Whether a cell shows something else than it holds; of a code, a zero at its end counts too."""
    if isinstance(held, date):
        return not form.parts_of_a_date >= _OF_A_DAY
    if isinstance(held, bool) or not isinstance(held, int | float):
        return False
    if form.is_plain:
        return is_code and form.with_decimals(held) != ""
    return bool(form.section_for(held).percents or form.padded(held) or form.hides(held))


class Change(NamedTuple):
    """What is read in place of what a cell holds, and what is told of it; an empty word where nothing has to be."""

    value: Any
    told: str
    example: str = ""


def read_as_shown(columns: Columns, headings: Mapping[int, str], known: Mapping[str, Column], where: str) -> None:
    """Change the cells that are read as they are shown, and tell what a person would not expect."""
    at = {line: place for place, line in enumerate(columns.lines)}
    for place, special in columns.special.items():
        heading = headings.get(place, "")
        told: dict[str, list[tuple[int, str]]] = {}
        for cell in special:
            change = _change(cell, heading, known.get(heading))
            columns.cells[place][at[cell.line]] = change.value
            if change.told:
                told.setdefault(change.told, []).append((cell.line, change.example))
        for words, cells in told.items():
            _tell(where, heading, words, cells)
    for place, heading in headings.items():
        if names_patients(heading):
            _tell_of_lost_digits(columns, place, heading, where)


def _change(cell: SpecialCell, heading: str, column: Column | None) -> Change:
    held, form = cell.held, cell.form
    if isinstance(held, date):
        return _change_of_date(held, form)
    if form.section_for(held).percents:
        return _change_of_percent(held, form, column)
    is_code = names_patients(heading) or (column is not None and column.type in ("text", "word"))
    is_measure = column is not None and not is_code
    if (padded := form.padded(held)) and not is_measure:
        is_sure = is_code or set(padded) <= set("0123456789")
        return Change(padded, "" if is_sure else "read as shown", f"{padded}, which is held as {held}")
    if hidden := form.hides(held):
        return Change(held, "read as stored; the sheet shows it differently", f"{held}, shown {hidden}")
    return Change(form.with_decimals(held) or held if is_code else held, "")


def _change_of_date(held: date, form: NumberFormat) -> Change:
    if partial := partial_date(held, form):
        what = "month" if "m" in form.parts_of_a_date else "year"
        return Change(partial, f"read as the {what} that the sheet shows", partial)
    lost = [word for sign, word in (("y", "year"), ("m", "month"), ("d", "day")) if sign not in form.parts_of_a_date]
    day = held.isoformat()[:10]
    return Change(held, f"read as stored; the sheet does not show the {' and the '.join(lost)}", day)


def _change_of_percent(held: float, form: NumberFormat, column: Column | None) -> Change:
    shown = _times_hundred(held, form.section_for(held).percents)
    if column is None:
        return Change(shown, "read as the percentage that the sheet shows", f"{shown:g}, which is held as {held:g}")
    if column.unit.startswith("%"):
        return Change(shown, "")
    unit = f" in {column.unit}" if column.unit else ""
    return Change(held, f"read as the number{unit} that is held", f"{held:g}, which the sheet shows as {shown:g} %")


def _times_hundred(number: float, times: int) -> float:
    made = Decimal(repr(number)).scaleb(2 * times)
    return int(made) if made == made.to_integral_value() else float(made)


def _tell(where: str, heading: str, words: str, cells: Sequence[tuple[int, str]]) -> None:
    count = len(cells)
    are = "cells are" if count > 1 else "cell is"
    tell(
        f"{where}: {count} {are} {words}, such as {cells[0][1]}.",
        where=f"column {heading!r}, {lines(line for line, _ in cells)}",
    )


def _tell_of_lost_digits(columns: Columns, place: int, heading: str, where: str) -> None:
    cells = columns.cells.get(place, [])
    found = [
        (columns.lines[row], f"{value:.0f}")
        for row, value in enumerate(cells)
        if isinstance(value, int | float) and abs(value) >= _MOST_EXACT
    ]
    if found:
        _tell(where, heading, "identifiers with more digits than the fifteen a spreadsheet keeps", found)
