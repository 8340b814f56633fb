"""The first lines of a sheet or a text file as they stand, for finding where its table begins."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path
from typing import Any

from myositis_tools.exchange.files.file_limits import refuse_unsafe_workbook
from myositis_tools.exchange.files.reading import TEXTS
from myositis_tools.exchange.files.text_files import SEPARATORS
from myositis_tools.exchange.files.workbooks import sheet_names

MOST_LINES = 60  # in which the headings are looked for
_UTF = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
Line = tuple[int, list[Any]]  # its number, counted from 1, and its cells


def first_lines(path: Path, sheet: str | None, separator: str | None = None, encoding: str | None = None) -> list[Line]:
    """The first lines of a sheet, the first by default, or of a text file; none of a file of another kind."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return lines_of_sheet(path, sheet or sheet_names(path)[0])
    if suffix not in TEXTS:
        return []
    return lines_of_text(path, separator or separator_of(path, encoding), encoding)


def lines_of_sheet(path: Path, sheet: str) -> list[Line]:
    """The first lines of a sheet that are not empty; blank cells are None."""
    from myositis_tools.exchange.files.sheet_parts import opened

    refuse_unsafe_workbook(path)
    with opened(path) as book:
        rows = book[sheet].iter_rows(1, MOST_LINES, values_only=True)
        return _not_empty(enumerate(([*row] for row in rows), start=1))


def lines_of_text(path: Path, separator: str, encoding: str | None) -> list[Line]:
    """The first lines of a text file that are not empty; blank cells are None."""
    with path.open(encoding=encoding or "utf-8-sig", newline="", errors="replace") as file:
        read = csv.reader(islice(file, MOST_LINES * 2), delimiter=separator)
        made: list[Line] = []
        try:
            for row in read:
                made.append((read.line_num, [*row]))
                if len(made) == MOST_LINES:
                    break
        except csv.Error:  # reading the whole file says what is wrong with it
            pass
    return _not_empty(made)


def encoding_of(path: Path) -> str | None:
    """The encoding to read a text file with, where it is not what the file itself says: that of Excel on Windows."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith(_UTF):
            return "utf-16" if head[:2] in _UTF else None
        file.seek(0)
        while piece := file.readline():
            try:
                piece.decode("utf-8")
            except UnicodeDecodeError:
                return "cp1252"
    return None


def separator_of(path: Path, encoding: str | None) -> str:
    """The separator that most lines have equally many of."""
    with path.open(encoding=encoding or "utf-8-sig", newline="", errors="replace") as file:
        lines = [line for line in islice(file, MOST_LINES) if line.strip()]
    if lines and len(lines[0].strip()) == 5 and lines[0].lower().startswith("sep="):
        return lines[0].strip()[-1]

    def agreed(sign: str) -> tuple[int, int]:
        counts = [count for line in lines if (count := line.count(sign))]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual), usual)

    return max(SEPARATORS, key=agreed)


def _not_empty(lines: Any) -> list[Line]:
    made = []
    for number, cells in lines:
        known = [None if cell is None or (isinstance(cell, str) and not cell.strip()) else cell for cell in cells]
        if any(cell is not None for cell in known):
            made.append((number, known))
    return made
