"""A workbook to fill in: a sheet a table with drop-downs and ranges, and a legend; `read_table` reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import OptionError, listed, require_option
from myositis_tools.exchange.describe.data_dictionary import MMT, asked, data_dictionary
from myositis_tools.exchange.files.writing import DAY, sheet_cell, write_whole
from myositis_tools.frames import Column, find_kind, refuse_nested, to_pandas

USUAL = ("patients", "visits", "medications", "events")
_ROWS = 2000  # that have drop-downs and ranges
_LEGEND, _LISTS = "Legend", "Lists"
_YES_NO = ("yes", "no")
_FORMATS = {"date": DAY, "text": "@"}  # 007 stays 007
# Excel makes the first of May of 2020-05, unless it is told that it is a text
_PARTLY_KNOWN = "(a date; where only the month or the year is known, put an apostrophe first: '2020-05 or '2020)"
_MOST_PROMPT = 250  # signs that Excel shows


def write_template(
    path: str | Path,
    kinds: Sequence[str] = USUAL,
    *,
    mmt: str = "mmt8_150",
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write an Excel workbook to fill in.

    Each table has a sheet whose headings are the columns. A cell offers the words that are allowed, says its unit and
    range when it is chosen, and refuses what is outside. A legend says what every column is. `read_table` reads each
    sheet back by its kind.

    Parameters
    ----------
    path : str or pathlib.Path
        The file, ending in ``.xlsx``; it is written whole or not at all.
    kinds : sequence of str
        The tables it is for, as in `validate`.
    mmt : {"mmt8_150", "mmt8_80", "mmt26_260"}
        The scale of manual muscle testing to ask for; two would leave open which to score.
    tables : mapping, optional
        Tables to fill in already, by kind.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OptionError
        If the suffix is another or there is no such kind.
    OSError
        If the file cannot be written.

    Missing data
    ------------
    A cell left empty is a missing value.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> with TemporaryDirectory() as place:
    ...     events = mt.load_events()
    ...     file = mt.write_template(Path(place, "ours.xlsx"), ["events"], tables={"events": events})
    ...     mt.read_table(file, "events")[events.columns.tolist()].equals(events)
    True
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise OptionError(f"{path.name} has no known suffix.", expected=".xlsx")
    require_option("mmt", mmt, MMT)
    for kind in kinds:
        find_kind(kind)
    strangers = [kind for kind in tables or {} if kind not in kinds]
    if strangers:
        raise OptionError(f"tables names kinds that are not asked for: {listed(strangers)}.", expected=listed(kinds))
    write_whole(path, _workbook(kinds, tables or {}, mmt))
    return path


def _workbook(kinds: Sequence[str], tables: Mapping[str, pd.DataFrame], mmt: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    lists: dict[tuple[str, ...], str] = {}
    for kind in kinds:
        given = refuse_nested(to_pandas(tables.get(kind, pd.DataFrame())))
        left_out = {name for name in MMT if name != mmt and name not in given} if kind == "visits" else set()
        known = {name: column for name, column in asked(kind).items() if name not in left_out}
        _add_sheet(book.create_sheet(kind), kind, known, given, lists)
    _add_legend(book.create_sheet(_LEGEND), kinds)
    _add_lists(book.create_sheet(_LISTS), lists)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _add_sheet(
    sheet: Any, kind: str, known: Mapping[str, Column], table: pd.DataFrame, lists: dict[tuple[str, ...], str]
) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    extra = [name for name in table.columns if name not in known]
    names = [*known, *map(str, extra)]
    required = {*find_kind(kind).keys, *find_kind(kind).required}
    rows = len(table)
    for place, name in enumerate(names, start=1):
        letter = get_column_letter(place)
        heading = sheet.cell(1, place, sheet_cell(sheet, name).value)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="CFE3EF" if name in required else "EEEEEE")
        sheet.column_dimensions[letter].width = max(len(name) + 3, 12)
        if name not in known:
            continue
        if known[name].type in _FORMATS:
            sheet.column_dimensions[letter].number_format = _FORMATS[known[name].type]
        rule = _rule(known[name], lists)
        rule.add(f"{letter}2:{letter}{max(rows, _ROWS) + 1}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "B2"
    _fill(sheet, names, table, known)


def _fill(sheet: Any, names: Sequence[str], table: pd.DataFrame, known: Mapping[str, Column]) -> None:
    for place, name in enumerate(names, start=1):
        if name not in table:
            continue
        for row, value in enumerate(table[name], start=2):
            if pd.api.types.is_scalar(value) and pd.isna(value):
                continue
            if name in known and known[name].type == "yes_no" and not isinstance(value, str):
                value = _YES_NO[0] if value else _YES_NO[1]
            cell = sheet.cell(row, place)
            made = sheet_cell(sheet, value)
            cell.value = getattr(made, "value", made)
            if name in known and known[name].type in _FORMATS:
                cell.number_format = _FORMATS[known[name].type]
            if isinstance(value, str):
                cell.data_type, cell.quotePrefix = "s", made.quotePrefix


def _rule(column: Column, lists: dict[tuple[str, ...], str]) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    words = column.words or (_YES_NO if column.type == "yes_no" else ())
    options: dict[str, Any] = {"allow_blank": True}
    if words:
        lists.setdefault(words, f"list_{len(lists) + 1}")
        options |= {"type": "list", "formula1": f"={_LISTS}!{_range(lists, words)}"}
    elif column.type in ("number", "integer") and (column.minimum, column.maximum) != (None, None):
        options |= {"type": "whole" if column.type == "integer" else "decimal"}
        if column.minimum is None or column.maximum is None:
            ends = "greaterThanOrEqual" if column.maximum is None else "lessThanOrEqual"
            end = column.minimum if column.maximum is None else column.maximum
            options |= {"operator": ends, "formula1": f"{end:g}"}
        else:
            options |= {"operator": "between", "formula1": f"{column.minimum:g}", "formula2": f"{column.maximum:g}"}
    elif column.type == "integer":
        options |= {"type": "whole", "operator": "between", "formula1": "-9999", "formula2": "9999"}
    elif column.type == "date":
        options |= {"type": "date", "operator": "greaterThan", "formula1": "1"}
    rule = DataValidation(**options)
    if column.type == "date":
        rule.errorStyle = "warning"  # 2020-05 and 2020 may be all that is known
    rule.showInputMessage = rule.showErrorMessage = True
    rule.promptTitle = column.heading[:32]
    permitted = _PARTLY_KNOWN if column.type == "date" else f"({column.expected})"
    rule.prompt = (column.description + (" " if column.description else "") + permitted)[:_MOST_PROMPT]
    rule.errorTitle = column.heading[:32]
    rule.error = f"Permitted: {column.expected}"[:_MOST_PROMPT]
    return rule


def _range(lists: Mapping[tuple[str, ...], str], words: tuple[str, ...]) -> str:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(list(lists).index(words) + 1)
    return f"${letter}$2:${letter}${len(words) + 1}"


def _add_legend(sheet: Any, kinds: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    told = pd.concat([data_dictionary(kind) for kind in kinds], ignore_index=True)
    sheet.append([name.capitalize() for name in told.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in told.itertuples(index=False, name=None):
        sheet.append(list(row))
    for letter, width in zip("ABCDEFGH", (13, 34, 34, 10, 14, 40, 10, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2, min_col=6, max_col=8):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _add_lists(sheet: Any, lists: Mapping[tuple[str, ...], str]) -> None:
    for place, (words, name) in enumerate(lists.items(), start=1):
        for row, word in enumerate((name, *words), start=1):
            sheet.cell(row, place, word)
    sheet.sheet_state = "hidden"
