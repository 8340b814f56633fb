"""A sheet of a workbook as a table of cells: values only, never a formula, and no value lost on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, WrongTypeError, listed, nearest
from myositis_tools.exchange.files.dates import COUNTED_FROM, FIRST_DAY_OF_OLD_MACS
from myositis_tools.exchange.files.file_limits import refuse_headings, refuse_too_many_columns, refuse_unsafe_workbook
from myositis_tools.exchange.files.headings import names_patients
from myositis_tools.exchange.files.shown_cells import Columns, SpecialCell, as_dated, is_special, read_as_shown
from myositis_tools.exchange.files.telling import lines, tell
from myositis_tools.formatting import as_code, counted
from myositis_tools.frames import Column, columns, find_kind

_OURS = "about"  # the sheet of a workbook that this package wrote: its first sheet is the answer
_UNSEEN = "\ufeff\u200b\u2060"  # signs that no person sees in a heading


def read_sheet(
    path: Path,
    *,
    sheet: str | None,
    kind: str | None,
    legend: str | None,
    heading_line: int | None = None,
    named: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Read a sheet, its headings in the first row that is not empty or as said; a legend sheet renames them.

    `named` are other headings by the place of their column, counted from 0.

    The index says where each row stands: its row in the sheet, less two. Numbers come as the sheet shows them where
    a person would write them so: percentages, zeros before a code, months and years. What is read otherwise than it
    is shown, and what is not in sight, is told.

    Raises
    ------
    NotFoundError
        If there is no such sheet.
    WrongTypeError
        If a heading stands twice, or a formula has no result.
    """
    from openpyxl.utils import get_column_letter

    from myositis_tools.exchange.files.sheet_parts import opened

    refuse_unsafe_workbook(path)
    with opened(path) as book:
        names = [sheet.title for sheet in book.worksheets]
        for asked in (sheet, legend):
            if asked is not None and asked not in names:
                raise NotFoundError(
                    f"{path.name} has no sheet {asked!r}.", expected=listed(names), hint=nearest(asked, names)
                )
        chosen = sheet or (kind if kind in names else next((name for name in names if name != legend), None))
        if chosen is None:
            raise ValueError("it has no sheet of cells")
        where = f"Sheet {chosen} of {path.name}"
        others = [name for name in names if name not in (chosen, legend)]
        if sheet is None and chosen != kind and others and _OURS not in names:
            unread = f"{counted(len(others), 'other sheet')} not: {listed(map(repr, others))}"
            tell(f"{where} is read, and {unread}.", hint="sheet= reads another")
        cells, parts = _cells(book, chosen, path, heading_line or 1)
        words = _as_frame(_cells(book, legend, path)[0]) if legend else None
        is_of_old_macs = pd.Timestamp(book.epoch).date() == FIRST_DAY_OF_OLD_MACS
        if book[chosen].sheet_state != "visible":
            tell(f"{where} is hidden; it is read.")
    first = {place: held[0] for place, held in cells.whole().items()} if cells.lines else {}
    headings = [(named or {}).get(place - 1) or _heading(name) for place, name in first.items()]
    if words is not None:
        headings = _renamed(headings, words)
    refuse_headings(where, headings, [get_column_letter(place) for place in first])
    if not headings:
        return pd.DataFrame()
    by_place = dict(zip(first, headings, strict=True))
    _fill_merged(cells, parts, by_place, where)
    _tell_of_hidden(cells, parts, by_place, where)
    cells.special = {
        place: [cell for cell in special if cell.line > cells.lines[0]] for place, special in cells.special.items()
    }
    read_as_shown(cells, by_place, _known(kind, headings), where)
    frame = _as_frame(cells).iloc[1:].set_axis(headings, axis=1)
    if is_of_old_macs:
        frame.attrs[COUNTED_FROM] = str(FIRST_DAY_OF_OLD_MACS)
    return frame


def _known(kind: str | None, headings: list[str]) -> Mapping[str, Column]:
    if kind is None:
        return {}
    return {"patient_id": columns("visits")["patient_id"]} | dict(find_kind(kind).holding(headings).columns)


def _cells(book: Any, name: str, path: Path, first: int = 1) -> tuple[Columns, Any]:
    """The cells from a row on as they stand, errors of a formula too, without empty rows and columns."""
    from openpyxl.utils import get_column_letter

    from myositis_tools.exchange.files.sheet_parts import SheetParts, number_formats

    sheet = book[name]
    formats = number_formats(book)
    looked_at = {style for style, form in enumerate(formats) if not form.is_plain}
    found, of_codes = Columns(), set()
    with sheet._get_source() as source:
        parts = SheetParts(sheet, source)
        for line, row in parts.parse():
            if line < first:
                continue
            filled = []
            for cell in row:
                value = cell["value"]
                if value is None or _is_blank(value):
                    continue
                is_code = cell["column"] in of_codes
                if (is_code or cell["style_id"] in looked_at) and not isinstance(value, str | bool):
                    form = formats[cell["style_id"]]
                    if isinstance(value, int | float) and (form.parts_of_a_date or form.is_span):
                        value = as_dated(value, form, book.epoch)
                    if is_special(value, form, is_code=is_code):
                        found.special.setdefault(cell["column"], []).append(SpecialCell(line, value, form))
                filled.append((cell["column"], value))
            if filled and not found.lines:
                of_codes = {column for column, value in filled if names_patients(_heading(value))}
            if filled:
                found.add(line, filled)
    refuse_too_many_columns(path, len(found.cells))
    unsaved = [f"{get_column_letter(column)}{row}" for row, column in parts.unsaved if row >= first]
    if unsaved:
        raise WrongTypeError(
            f"Sheet {name} of {path.name} holds formulas without a saved result.",
            where=f"cells {listed(unsaved, most=5)}",
            expected="values",
            hint="open it in the spreadsheet program and save it, or paste the values over the formulas",
        )
    return found, parts


def _as_frame(cells: Columns) -> pd.DataFrame:
    index = [line - 2 for line in cells.lines]
    return pd.DataFrame(cells.whole(), index=index, dtype=object)


def _fill_merged(cells: Columns, parts: Any, headings: Mapping[int, str], where: str) -> None:
    """A cell that runs over several lines stands in each of them; one that runs over several columns in the first."""
    from openpyxl.utils import get_column_letter

    whole, lines_of_data = cells.whole(), cells.lines[1:]
    down: dict[str, list[str]] = {}
    across: list[str] = []
    for first_column, first_line, last_column, last_line in parts.merged:
        covered = [place for place, line in enumerate(cells.lines) if first_line <= line <= last_line and place]
        if not covered or first_line <= cells.lines[0] or first_column not in headings:
            continue
        area = f"{get_column_letter(first_column)}{first_line}:{get_column_letter(last_column)}{last_line}"
        top = whole[first_column][covered[0]]
        if cells.lines[covered[0]] != first_line or top is None:
            continue
        if last_column > first_column and any(place in headings for place in range(first_column + 1, last_column + 1)):
            across.append(area)
        special = next((one for one in cells.special.get(first_column, []) if one.line == first_line), None)
        for place in covered[1:]:
            whole[first_column][place] = top
            if special is not None:
                cells.special[first_column].append(special._replace(line=cells.lines[place]))
        if len(covered) > 1:
            down.setdefault(headings[first_column], []).append(area)
    for heading, areas in down.items():
        tell(
            f"{where}: {len(areas)} merged cells of column {heading!r} are read into each line that they cover.",
            where=f"{listed(areas, most=5)}",
        )
    if across and lines_of_data:
        tell(
            f"{where}: {len(across)} merged cells cover several columns; their value is read in the first alone, and "
            "the others are empty.",
            where=f"{listed(across, most=5)}",
        )


def _tell_of_hidden(cells: Columns, parts: Any, headings: Mapping[int, str], where: str) -> None:
    """What a person does not see is read all the same."""
    rows = sorted(parts.hidden_rows & set(cells.lines))
    if rows:
        by_filter = f" (a filter stands on {parts.filtered})" if parts.filtered else ""
        tell(f"{where}: {len(rows)} hidden rows are read as well{by_filter}.", where=lines(rows))
    hidden = [
        name for place, name in headings.items() if any(low <= place <= high for low, high in parts.hidden_columns)
    ]
    if hidden:
        tell(f"{where}: {len(hidden)} hidden columns are read as well.", where=f"columns {listed(hidden, most=5)}")


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _heading(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):  # which the sheet shows without a clock
        return cell.isoformat().removesuffix("T00:00:00")
    return as_code(cell).strip().strip(_UNSEEN).strip()


def _renamed(headings: list[str], words: pd.DataFrame) -> list[str]:
    """The headings as the legend calls them; which of its two columns holds ours is seen from the headings."""
    if words.shape[1] < 2:
        raise WrongTypeError(
            "The legend has fewer than two columns.",
            expected="the heading in the data, and the column it stands for",
        )
    pairs = [(_heading(first), _heading(second)) for first, second in words.iloc[:, :2].itertuples(index=False)]
    known = [sum(pair[side] in headings for pair in pairs) for side in (0, 1)]
    if not any(known):
        raise WrongTypeError(
            "The legend names none of the headings of the data.",
            where=f"headings: {listed(headings)}",
            expected="the heading in the data, and the column it stands for",
            hint="the headings have to be written alike in both sheets",
        )
    new = dict(pairs if known[0] >= known[1] else ((second, first) for first, second in pairs))
    return [new.get(name) or name for name in headings]


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets of a workbook.

    Raises
    ------
    UnsafeFileError, WrongTypeError
        If it is no workbook, or more than one.
    """
    from myositis_tools.exchange.files.sheet_parts import opened

    refuse_unsafe_workbook(path)
    with opened(path) as book:
        return [str(sheet.title) for sheet in book.worksheets]
