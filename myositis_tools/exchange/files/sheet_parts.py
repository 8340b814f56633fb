"""A sheet of a workbook as its file holds it: cells with their number formats, and what is hidden or merged."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import COL_TAG, FILTER_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from myositis_tools.exchange.files.number_formats_of_cells import NumberFormat

_MERGE_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true")
Area = tuple[int, int, int, int]  # the first column and row, and the last


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A workbook of which nothing is computed; what openpyxl says of its looks is no matter of the data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


class SheetParts(WorkSheetParser):
    """The rows of a sheet one after the other; the rest is known when all of them were read.

    Numbers come as they are held: which of them are dates is said by their formats alone.
    """

    def __init__(self, sheet: Any, source: Any) -> None:
        shared = [plain_text(text) for text in sheet._shared_strings]
        super().__init__(source, shared, data_only=True)
        self.merged: list[Area] = []
        self.filtered = ""
        self.unsaved: list[tuple[int, int]] = []  # formulas without a saved result

    def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The number and the cells of each row."""
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
            elif element.tag == COL_TAG:
                self.parse_column_dimensions(element)
            elif element.tag == _MERGE_TAG:
                self.merged.append(range_boundaries(element.get("ref")))
            elif element.tag == FILTER_TAG:
                self.filtered = element.get("ref") or self.filtered

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """A cell; an empty one may be a formula that was never computed."""
        cell: dict[str, Any] = super().parse_cell(element)
        value = cell["value"]
        if value is None:
            if cell["data_type"] != "str" and element.find(FORMULA_TAG) is not None:
                self.unsaved.append((cell["row"], cell["column"]))
        elif isinstance(value, str) and "_x" in value and cell["data_type"] == "s":
            cell["value"] = plain_text(value)
        return cell

    @property
    def hidden_rows(self) -> set[int]:
        """The rows that are not in sight."""
        return {int(number) for number, row in self.row_dimensions.items() if _is_hidden(row, "ht")}

    @property
    def hidden_columns(self) -> list[tuple[int, int]]:
        """The columns that are not in sight, from the first to the last of each group."""
        found = [column for column in self.column_dimensions.values() if _is_hidden(column, "width")]
        return [(int(column["min"]), int(column["max"])) for column in found]


def _is_hidden(about: dict[str, str], size: str) -> bool:
    return about.get("hidden", "").lower() in _TRUE or about.get(size) in ("0", "0.0")


def plain_text(text: str) -> str:
    r"""A text without the codes that a workbook writes for signs that its file cannot hold.

    Examples
    --------
    >>> plain_text("a_x0009_b"), plain_text("plain_x")
    ('a\tb', 'plain_x')
    """
    if "_x" not in text:
        return text
    made = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return made.replace("\r\n", "\n").replace("\r", "\n")


def number_formats(book: Any) -> list[NumberFormat]:
    """The number format of each style of a workbook."""
    made: dict[int, NumberFormat] = {}
    for style in book._cell_styles:
        number = style.numFmtId
        if number not in made:
            own = number - BUILTIN_FORMATS_MAX_SIZE
            code = book._number_formats[own] if own >= 0 else BUILTIN_FORMATS.get(number) or "General"
            made[number] = NumberFormat(code)
    return [made[style.numFmtId] for style in book._cell_styles]
