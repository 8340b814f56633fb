"""Tables written to files: harmless in a spreadsheet, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError, WrongTypeError, listed
from myositis_tools.exchange.files.formulas import harmless as harmless  # for the package's own use
from myositis_tools.exchange.files.formulas import is_formula
from myositis_tools.exchange.files.whole_files import put as put
from myositis_tools.exchange.files.whole_files import write_whole as write_whole

_ROWS_OF_A_SHEET = 1_048_576  # Excel's own limit, with the heading
_LOOKED_AT, _WIDEST = 50, 70  # texts, signs
DAY = "yyyy-mm-dd"  # of a spreadsheet
_FIRST_YEAR, _LAST_YEAR = 1900, 9999  # that a day of a workbook can have


def as_csv(frame: pd.DataFrame) -> bytes:
    """A CSV that a spreadsheet opens as data: a text that would be read as a formula gets an apostrophe before it.

    That holds for headings as well. `read_table` takes the apostrophe away again.
    """
    columns = [_without_formulas(frame.iloc[:, place]) for place in range(frame.shape[1])]
    safe = pd.concat(columns, axis=1) if columns else frame.copy()
    safe.columns = [harmless(name) for name in frame.columns]
    written = safe.to_csv(index=False, lineterminator="\n")
    if "\r" in written:  # which is put between quotation marks only where it ends a line
        written = safe.to_csv(index=False, lineterminator="\r\n")
    return written.encode("utf-8-sig")


def _without_formulas(values: pd.Series) -> pd.Series:
    kinds, dtype = pd.api.types, values.dtype
    if kinds.is_numeric_dtype(dtype) or kinds.is_datetime64_any_dtype(dtype) or kinds.is_bool_dtype(dtype):
        return values  # every other kind of column can hold texts: categories, and the dictionaries of Arrow too
    plain = values if kinds.is_object_dtype(dtype) or kinds.is_string_dtype(dtype) else values.astype(object)
    codes, found = pd.factorize(plain)  # a column has few different texts
    words = np.asarray(found, dtype=object)
    safe_words = [harmless(word) for word in words]
    if all(new is old for new, old in zip(safe_words, words, strict=True)):
        return values
    safe_words.append(None)  # at place -1: what is missing
    return pd.Series([safe_words[code] for code in codes], index=values.index, dtype=object, name=values.name)


def as_workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with a sheet a table: headings stay in sight, numbers are numbers, and a text is never a formula."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, table in tables.items():
        if len(table) >= _ROWS_OF_A_SHEET:
            raise OptionError(
                f"{title} has {len(table)} rows.",
                expected=f"fewer than {_ROWS_OF_A_SHEET}, the most a sheet holds",
                hint="take the CSV",
            )
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        for place, name in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = _width(str(name), table.iloc[:, place - 1])
        sheet.append([_heading(sheet, str(name)) for name in table.columns])
        for row in table.itertuples(index=False, name=None):
            sheet.append([sheet_cell(sheet, value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _width(name: str, values: pd.Series) -> int:
    """Wide enough for the heading and the longest line of the first texts, and no wider than can be looked at."""
    texts = [line for value in values.head(_LOOKED_AT) if isinstance(value, str) for line in value.splitlines()]
    return min(max(map(len, [name, *texts])), _WIDEST) + 4


def _heading(sheet: Any, name: str) -> Any:
    from openpyxl.styles import Font

    cell = sheet_cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def sheet_cell(sheet: Any, value: object) -> Any:
    """A cell that is a value: a text in it is never a formula."""
    if pd.isna(value):
        return None
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, date) and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        value = value.isoformat().removesuffix("T00:00:00")  # a workbook has no such day: as a text it is not lost
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)  # the day and hour as they are written; a workbook knows no time zones
    if isinstance(value, date) and (not isinstance(value, datetime) or value.time() == time()):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = DAY  # without the clock that a spreadsheet shows otherwise
        return cell
    if isinstance(value, int | float | Decimal | np.bool_ | np.integer | np.floating | date | time):
        return value
    if not isinstance(value, str):
        raise WrongTypeError(
            f"A workbook has no cell for {value!r}.",
            where=f"sheet {sheet.title}",
            expected="numbers, texts, dates, yes and no",
            hint="make texts of them, or leave the column out",
        )
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("�", value))
    cell.data_type = "s"  # what begins with = would be a formula
    cell.quotePrefix = is_formula(value)  # stays a text also when somebody edits it
    if "\n" in value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def write_tables(path: Path, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write tables as the suffix of the file says: a workbook with a sheet each, or a CSV or Parquet file each.

    The first table goes into the file itself, the others beside it as ``<name>_<title>``. Files are made whole under
    another name and put in place at the end: what stood there stays as it was until then.

    Parameters
    ----------
    path : pathlib.Path
        The file, ending in ``.xlsx``, ``.csv`` or ``.parquet``.
    tables : mapping
        The tables by title.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    OptionError
        If there is no such kind of file, or a table is too long for a sheet.
    OSError
        If a file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> with TemporaryDirectory() as place:
    ...     answers = pd.DataFrame({"patient_id": ["A"], "decision": ["eligible"]})
    ...     written = write_tables(Path(place, "out.csv"), {"decisions": answers, "checks": answers})
    ...     [file.name for file in written]
    ['out.csv', 'out_checks.csv']
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(f"{path.name} has no known suffix.", expected=f"one of {listed(SUFFIXES)}")
    if suffix == ".xlsx":
        return put({path: lambda: as_workbook(tables)})
    make = as_csv if suffix == ".csv" else _as_parquet
    names = [path, *(path.with_name(f"{path.stem}_{title}{path.suffix}") for title in list(tables)[1:])]
    files = zip(names, tables.values(), strict=True)
    return put({file: partial(make, table) for file, table in files})


PARQUET = ".parquet"
SUFFIXES = (".xlsx", ".csv", PARQUET)


def _as_parquet(table: pd.DataFrame) -> bytes:
    content = BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()
