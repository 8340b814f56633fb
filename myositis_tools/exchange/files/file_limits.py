"""What a file may not be: refused before anything in it is unpacked or believed.

The limits are of machines, not of medicine: a workbook of a registry stays far below each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from myositis_tools.errors import UnsafeFileError, WrongTypeError, listed

MOST_COLUMNS = 16_384  # what a sheet of Excel holds
MOST_UNPACKED = 2 * 1024**3  # bytes
_MOST_SWELLING = 500  # times; a sheet of numbers swells about tenfold
_NEVER_A_BOMB = 32 * 1024**2  # bytes unpacked, however small they were packed
_MACROS = ("vbaproject.bin", "macrosheets/", "activex/", "embeddings/")
_DECLARATIONS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_BOOK, _STRICT = "xl/workbook.xml", b"purl.oclc.org/ooxml/spreadsheetml"
_HEAD = 65_536  # bytes of an XML file in which a declaration would have to stand


def refuse_unsafe_workbook(path: Path) -> None:
    """Refuse a workbook that swells, carries programs, or names files outside itself.

    Raises
    ------
    UnsafeFileError
        If the file is not what a table of records can be.
    WrongTypeError
        If it is no workbook.
    """
    try:
        with ZipFile(path) as book:
            parts = book.infolist()
            _refuse_bomb(path, parts)
            for part in parts:
                _refuse_part(path, part)
                if part.filename.lower().endswith((".xml", ".rels")):
                    with book.open(part) as content:
                        beginning = content.read(_HEAD)
                    if _DECLARATIONS.search(beginning):
                        raise _unsafe(path, f"{part.filename} declares a document type", "a plain sheet")
                    if part.filename == _BOOK and _STRICT in beginning:
                        raise _strict(path)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise WrongTypeError(
            f"{path.name} is not a whole .xlsx workbook.",
            expected="a workbook saved as .xlsx, without a password",
            hint="open it in the spreadsheet program and save it again as .xlsx",
        ) from error


def _strict(path: Path) -> WrongTypeError:
    return WrongTypeError(
        f"{path.name} is a workbook of the kind 'Strict Open XML Spreadsheet'.",
        expected="a workbook of the usual kind, 'Excel Workbook (.xlsx)'",
        hint="open it in the spreadsheet program and save it as the usual .xlsx",
    )


def _refuse_bomb(path: Path, parts: list[ZipInfo]) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > _NEVER_A_BOMB and unpacked > _MOST_SWELLING * max(packed, 1)):
        raise _unsafe(
            path,
            f"it would unpack from {packed:,} to {unpacked:,} bytes",
            f"at most {MOST_UNPACKED:,} bytes, and {_MOST_SWELLING} times its size",
        )


def _refuse_part(path: Path, part: ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise _unsafe(path, f"it names a file outside itself, {part.filename!r}", "names inside the workbook")
    if any(word in name.lower() for word in _MACROS):
        raise _unsafe(path, f"it carries a program or an embedded file, {part.filename!r}", "a workbook without macros")


def refuse_too_many_columns(path: Path, number: int) -> None:
    """Refuse a table wider than any sheet.

    Raises
    ------
    UnsafeFileError
        If it has more columns than a sheet of Excel.
    """
    if number > MOST_COLUMNS:
        raise _unsafe(path, f"it has {number:,} columns", f"at most {MOST_COLUMNS:,}")


def refuse_headings(file: str, names: Sequence[str], places: Sequence[str] = ()) -> None:
    """Refuse a heading that stands twice or says nothing; `places` is what a person calls the columns.

    Raises
    ------
    WrongTypeError
        Naming them.
    """
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    empty = [places[place] if places else place + 1 for place, name in enumerate(names) if not name]
    if twice:
        raise WrongTypeError(
            f"{file} has the same heading twice: {listed(twice)}.",
            expected="every heading once",
            hint="rename one of them in the file",
        )
    if empty:
        raise WrongTypeError(
            f"{file} has a column without a heading.",
            where=f"column {listed(empty)} of the file",
            expected="a heading in the first line for every column",
            hint="name it or take it out; heading_line= says in which line the headings stand, if not in the first",
        )


def _unsafe(path: Path, what: str, expected: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"{path.name} was not opened: {what}.",
        expected=expected,
        hint="ask its sender; a sheet saved as CSV has none of this",
    )
