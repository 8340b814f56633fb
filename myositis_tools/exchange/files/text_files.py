"""CSV and its relatives: the separator that the heading shows, and the line of each row as a person counts it."""

from __future__ import annotations

import codecs
import csv
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.exchange.files.cells import by_word, is_empty
from myositis_tools.exchange.files.file_limits import MOST_COLUMNS, refuse_headings, refuse_too_many_columns
from myositis_tools.exchange.files.formulas import is_protected

SEPARATORS = (",", ";", "\t", "|")
# the mark at the head of a file, what it says, and the names under which a person may say the same
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32", ("utf-32", "utf-32-le")),
    (b"\xff\xfe", "utf-16", ("utf-16", "utf-16-le")),
    (b"\xfe\xff", "utf-16", ("utf-16", "utf-16-be")),
    (b"\xef\xbb\xbf", "utf-8-sig", ("utf-8", "utf-8-sig")),
)
_UNSEEN = "\ufeff\u200b\u2060"  # signs that no person sees in a heading
_HEAD = 4096  # bytes
_MOST_LINES = 1000  # of one record at the head of a file
_NAMELESS = "\0"  # stands for a heading that is not there


def read_text_file(
    path: Path,
    heading_line: int | None,
    separator: str | None,
    decimal: str,
    encoding: str | None,
    numbers: Sequence[str],
    missing: Sequence[str],
    unread: Sequence[str],
    named: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Read the cells of a text file as texts, but for the columns in `numbers`; those under `unread` are left out.

    `named` are other headings by the place of their column, counted from 0.

    Raises
    ------
    ValueError
        If it is no table.
    UnsafeFileError, WrongTypeError
        If it is too wide, or a heading stands twice or says nothing.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = _encoding(path, head, encoding)
    line, first, second = _heading(path, encoding, heading_line or 1)
    if line == 1 and (stated := re.fullmatch(r"sep=(.)", first.strip())):
        separator = separator or stated[1]
        line, first, second = _heading(path, encoding, 2)
    refuse_too_many_columns(path, 1 + max(first.count(sign) for sign in (separator or "", *SEPARATORS) if sign))
    separator = separator or max(SEPARATORS, key=lambda sign: len(_split(first, sign)))
    has_quotes = _look_through(path, separator)
    written = [
        _unprotected_word(name.strip().strip(_UNSEEN).strip()) for name in _split(first.lstrip(_UNSEEN), separator)
    ]
    given = [(named or {}).get(place) or name for place, name in enumerate(written)]
    if len(given) == 1 and max(len(_split(second, sign)) for sign in SEPARATORS) > 1:
        raise ValueError(f"line {line} has one cell and the next has more; heading_line= says where the headings stand")
    names = [name if name and name not in unread else f"{_NAMELESS}{place}" for place, name in enumerate(given)]
    refuse_headings(path.name, names)
    options: dict[str, Any] = {
        "sep": separator,
        "encoding": encoding,
        "keep_default_na": False,
        "na_values": {name: ["", *missing] if name in numbers else [""] for name in names},
        "skiprows": line - 1,
        "header": 0,
        "names": names,
        "index_col": False,
        "decimal": decimal,
        "skip_blank_lines": False,  # they are counted, so that a line can be named
    }
    floats: dict[str, Any] = {name: "float64" for name in names if name in numbers}
    texts = {name: str for name in names if name not in floats}
    try:
        frame = _parsed(path, dtype=floats | texts, **options)
    except (UnicodeError, pd.errors.ParserError):
        raise
    except ValueError:  # a cell that is no number: every cell as it stands, so that each can be named
        frame = _parsed(path, dtype=str, **options)
    read = [name for name in floats if pd.api.types.is_float_dtype(frame[name].dtype)]
    too_large = any(frame[name].isin([float("inf")]).any() for name in read)
    if too_large or _holds_yes_or_no(path, [name for name in read if _is_nought_or_one(frame[name])], options):
        frame = _parsed(path, dtype=str, **options)
    made = {name: frame[name] if name in floats else _unprotected(frame[name]) for name in names}
    nameless = [name for name in names if name.startswith(_NAMELESS)]
    headings = zip(given, names, strict=True)
    refuse_headings(path.name, ["" if not said and made[name].notna().any() else name for said, name in headings])
    kept = pd.DataFrame({name: made[name] for name in names if name not in nameless}, index=frame.index)
    kept.index = pd.RangeIndex(len(kept)) + (line + first.rstrip("\r\n").count("\n") - 1)
    return (_by_line(kept) if has_quotes else kept).loc[~is_empty(kept).to_numpy()]


def _is_nought_or_one(values: pd.Series) -> bool:
    held = values.dropna()
    return len(held) > 0 and bool(held.isin([0, 1]).all())


def _holds_yes_or_no(path: Path, names: Sequence[str], options: dict[str, Any]) -> bool:
    """Whether one of some columns has nothing but TRUE and FALSE in it, of which pandas makes 1 and 0."""
    if not names:
        return False
    texts = _parsed(path, dtype=str, usecols=list(names), **options)
    return any(texts[name].str.lower().isin(["true", "false"]).any() for name in names)


def _encoding(path: Path, head: bytes, given: str | None) -> str:
    """The encoding that the file's own mark says, or else the one given."""
    found = next((mark for mark in _MARKS if head.startswith(mark[0])), None)
    if found is None and given is None and b"\0" in head:
        raise ValueError("it holds zero bytes; a file of UTF-16 without a mark needs encoding='utf-16-le'")
    if found is None:
        return given or "utf-8"
    _, marked, names = found
    if given is not None and codecs.lookup(given).name not in names:
        raise OptionError(
            f"encoding={given!r} is not what {path.name} says of itself: it begins with the mark of {marked}.",
            expected=f"encoding={names[0]!r}",
            hint="leave the encoding out: the file says it",
        )
    return marked


def _look_through(path: Path, separator: str) -> bool:
    """Refuse a line of more cells than any sheet before pandas makes columns of them; say whether it has quotations."""
    sign, has_quotes = separator.encode(), False
    with path.open("rb") as file:
        for line in file:
            has_quotes = has_quotes or b'"' in line
            if len(line) > MOST_COLUMNS:
                refuse_too_many_columns(path, 1 + max(part.count(sign) for part in line.split(b"\r")))
    return has_quotes


def _by_line(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the lines that run on within a quotation as well."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    more = sum(pd.to_numeric(frame[name].str.count("\n")).fillna(0).to_numpy(dtype="int64") for name in texts)
    before = np.cumsum(more) - more if len(texts) else 0
    return frame.set_axis(frame.index + before)


def _parsed(path: Path, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():  # pandas cuts a line that is too long, and only warns
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(path, **options)
        except pd.errors.ParserWarning as warning:
            raise ValueError("its lines have more cells than there are headings") from warning


def _heading(path: Path, encoding: str, line: int) -> tuple[int, str, str]:
    """The heading from a line on, with the number of its own, and the record that follows it."""
    with path.open(encoding=encoding, newline="") as file:
        numbered = enumerate(islice(file, line - 1, None), start=line)
        found = _records(numbered)
        number, first = next(found, (0, ""))
        if not number:
            raise ValueError("it is empty" if line == 1 else f"it has nothing from line {line} on")
        return number, first, next(found, (0, ""))[1]


def _records(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, each to the end of a quotation that runs on."""
    record: list[str] = []
    begun, is_open = 0, False
    for number, line in lines:
        begun = begun if record else number
        record.append(line)
        is_open ^= line.count('"') % 2 == 1
        if is_open and len(record) == _MOST_LINES:
            raise ValueError(f"a quotation begins in line {begun} and does not end")
        if not is_open:
            if any(map(str.strip, record)):
                yield begun, "".join(record).strip("\r\n")
            record = []
    if any(map(str.strip, record)):
        yield begun, "".join(record).strip("\r\n")


def _split(line: str, separator: str) -> list[str]:
    return next(csv.reader(StringIO(line), delimiter=separator), [])


def _unprotected(values: pd.Series) -> pd.Series:
    """Without the apostrophe that `as_csv` puts before what a spreadsheet would take for a formula."""
    if not values.str.startswith("'").any():
        return values
    return by_word(values, _unprotected_word)


def _unprotected_word(word: str) -> str:
    return word[1:] if is_protected(word) else word
