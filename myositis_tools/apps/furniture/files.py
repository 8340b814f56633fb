"""Files that an app hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from myositis_tools.errors import OptionError

_ROWS_OF_A_SHEET = 1_048_576  # Excel's own limit, with the heading
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(frame: pd.DataFrame) -> bytes:
    """A CSV that a spreadsheet opens as data: a text that would be read as a formula gets an apostrophe before it."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            safe[name] = [_harmless(value) for value in safe[name]]
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def as_workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with a sheet a table: headings stay in sight, numbers are numbers, and a text is never a formula."""
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
        for place, name in enumerate(map(str, table.columns), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = len(name) + 4
        sheet.append([_heading(sheet, str(name)) for name in table.columns])
        for row in table.itertuples(index=False, name=None):
            sheet.append([_cell(sheet, value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _heading(sheet: Any, name: str) -> Any:
    cell = _cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: object) -> object:
    if pd.isna(value):
        return None
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("�", value))
    cell.data_type = "s"  # what begins with = would be a formula
    cell.quotePrefix = value.startswith(_FORMULA_SIGNS)  # stays a text also when somebody edits it
    return cell


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def as_html_page(title: str, figures: Sequence[go.Figure]) -> bytes:
    """A page of figures that opens without a network."""
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=place == 0, div_id=f"figure-{place + 1}")
        for place, figure in enumerate(figures)
    ]
    heading = escape(title)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{heading}</title></head>"
        f"<body style='font-family:sans-serif;max-width:1100px;margin:auto'><h1 style='font-size:18px'>{heading}</h1>"
        f"{''.join(parts)}<p>For research and teaching, not for care.</p></body></html>"
    ).encode()
