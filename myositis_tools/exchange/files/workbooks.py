"""A sheet of a workbook as a table of cells: values only, never a formula, and no value lost on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd

from myositis_tools.errors import NotFoundError, WrongTypeError, listed, nearest
from myositis_tools.exchange.files.file_limits import refuse_headings, refuse_too_many_columns, refuse_unsafe_workbook
from myositis_tools.formatting import as_code

_FORMULA = re.compile(rb"<f[ >/]")
_PIECE = 1024**2  # bytes


def read_sheet(
    path: Path, *, sheet: str | None, kind: str | None, legend: str | None, heading_line: int | None = None
) -> pd.DataFrame:
    """Read a sheet, its headings in the first row that is not empty or as said; a legend sheet renames them.

    The index says where each row stands: its row in the sheet, less two.

    Raises
    ------
    NotFoundError
        If there is no such sheet.
    WrongTypeError
        If a heading stands twice, or a formula has no result.
    """
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    refuse_unsafe_workbook(path)
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        names = [sheet.title for sheet in book.worksheets]
        for asked in (sheet, legend):
            if asked is not None and asked not in names:
                raise NotFoundError(
                    f"{path.name} has no sheet {asked!r}.", expected=listed(names), hint=nearest(asked, names)
                )
        chosen = sheet or (kind if kind in names else next((name for name in names if name != legend), None))
        if chosen is None:
            raise ValueError("it has no sheet of cells")
        cells = _cells(book[chosen], path, heading_line or 1)
        words = _cells(book[legend], path) if legend else None
    finally:
        book.close()
    _refuse_unsaved_formulas(path, chosen)
    headings = [_heading(name) for name in cells.iloc[0]] if len(cells) else []
    frame = cells.iloc[1:]
    if words is not None:
        headings = _renamed(headings, words)
    refuse_headings(f"Sheet {chosen} of {path.name}", headings, [get_column_letter(place + 1) for place in cells])
    return frame.set_axis(headings, axis=1) if headings else pd.DataFrame()


def _cells(sheet: Any, path: Path, first: int = 1) -> pd.DataFrame:
    """The cells from a row on as they stand, errors of a formula too, without empty rows and columns."""
    sheet.reset_dimensions()  # what a file says of its own size need not be so
    rows: dict[int, Sequence[Any]] = {}
    used: set[int] = set()  # a cell far away from the others makes no table of all that lies between
    for number, row in enumerate(sheet.iter_rows(first, values_only=True), start=first):
        filled = [place for place, cell in enumerate(row) if cell is not None and not _is_blank(cell)]
        if filled:
            rows[number - 2] = row
            used.update(filled)
    refuse_too_many_columns(path, len(used))
    cells = {
        place: [None if place >= len(row) or _is_blank(row[place]) else row[place] for row in rows.values()]
        for place in sorted(used)
    }
    return pd.DataFrame(cells, index=list(rows), dtype=object)


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _heading(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    return as_code(cell).strip()


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


def _refuse_unsaved_formulas(path: Path, sheet: str) -> None:
    """Refuse a formula whose result was never saved: it would read as a cell that was not recorded."""
    with ZipFile(path) as book:
        sheets = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        if not any(_holds_formula(book, name) for name in sheets):
            return
    from openpyxl import load_workbook

    formulas, values = (load_workbook(path, read_only=True, data_only=given) for given in (False, True))
    lost = []
    try:
        rows = zip(formulas[sheet].iter_rows(), values[sheet].iter_rows(values_only=True), strict=True)
        for row, results in rows:
            for cell, result in zip(row, results, strict=False):
                if getattr(cell, "data_type", "") == "f" and result is None:
                    lost.append(cell.coordinate)
    finally:
        formulas.close()
        values.close()
    if lost:
        raise WrongTypeError(
            f"Sheet {sheet} of {path.name} holds formulas without a saved result.",
            where=f"cells {listed(lost, most=5)}",
            expected="values",
            hint="open it in the spreadsheet program and save it, or paste the values over the formulas",
        )


def _holds_formula(book: ZipFile, name: str) -> bool:
    with book.open(name) as content:
        before = b""
        while piece := content.read(_PIECE):
            if _FORMULA.search(before[-8:] + piece):
                return True
            before = piece
    return False


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets of a workbook.

    Raises
    ------
    UnsafeFileError, WrongTypeError
        If it is no workbook, or more than one.
    """
    from openpyxl import load_workbook

    refuse_unsafe_workbook(path)
    book = load_workbook(path, read_only=True)
    try:
        return [str(sheet.title) for sheet in book.worksheets]
    finally:
        book.close()
