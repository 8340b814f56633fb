"""A table of records read from a file, each column as ``tables/columns.csv`` types it."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import (
    MyositisToolsError,
    NotFoundError,
    OptionError,
    WrongTypeError,
    listed,
    require_option,
)
from myositis_tools.exchange.databases import DATABASES, read_query
from myositis_tools.exchange.headings import names_patients
from myositis_tools.exchange.hints import EXCEL, FIRST_DAY_OF_EXCEL, FIRST_SAFE_DAY, hint_for
from myositis_tools.exchange.kinds import find_kind
from myositis_tools.exchange.numbers import DECIMALS, THOUSANDS, read_numbers
from myositis_tools.exchange.safety import refuse_headings, refuse_too_many_columns
from myositis_tools.exchange.statistics_files import STATISTICS_FILES, read_statistics_file
from myositis_tools.exchange.workbooks import read_sheet
from myositis_tools.frames import TEXT_DTYPE, Column, columns, without_index, wrong_type

TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (".csv", ".xlsx", ".parquet", ".tsv", ".txt", *STATISTICS_FILES, *DATABASES)
SEPARATORS = (",", ";", "\t", "|")
_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods")
_ON_PROBLEM = ("refuse", "keep")
_YES_NO = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
# The days, months and years that a date may be written as, and how much of it that is.
_DATES = ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", "day"), (r"\d{4}-\d{2}", "%Y-%m", "month"), (r"\d{4}", "%Y", "year"))
_CLOCK = r"(?<=\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?"  # of a day as written
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")  # what as_csv puts an apostrophe before
_NUMERIC = ("number", "integer")
_EXACT_DIGITS = 15  # that every number of 64 bits keeps
_HEAD, _PIECE = 4096, 1024**2  # bytes
_NAMELESS = "\0"  # stands for a heading that is not there


def read_table(
    path: str | Path,
    kind: str | None = None,
    *,
    sheet: str | None = None,
    legend: str | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str | None = None,
    date_format: str | None = None,
    missing: Sequence[str] = (),
    query: str | None = None,
    labelled: bool = False,
    on_problem: str = "refuse",
) -> pd.DataFrame:
    r"""Read a table of records from CSV, Excel, Parquet, SAS, SPSS, Stata or a DuckDB database.

    Dates are written ``2026-03-31`` or as `date_format` says; one of which only the month or the year is recorded is
    written ``2026-03`` or ``2026`` and comes with a column ``<date>_precision``. Nothing is guessed but the separator,
    which the heading shows.

    Parameters
    ----------
    path : str or pathlib.Path
        The file: ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.parquet``, ``.sas7bdat``, ``.xpt``, ``.sav``, ``.dta`` or
        ``.duckdb``.
    kind : str, optional
        What it holds, as in `validate`: ``visits``, ``patients`` ... The columns of that kind get their types. Without
        it, columns in which every cell is a number are numbers, but for one whose heading names the patient, and the
        rest is as it stands.
    sheet : str, optional
        The sheet of a workbook; by default the one with the name of `kind`, else the first.
    legend : str, optional
        A sheet of the workbook with two columns, the heading in the data and the column it stands for; headings it does
        not name stay.
    heading_line : int, optional
        The line of the file, or of the sheet, in which the headings stand, counted from 1; by default the first that is
        not empty. What stands above is not read.
    separator : str, optional
        Between the cells of a line; by default the one that a first line such as ``sep=;`` names, else the one of
        comma, semicolon, tab and bar that the heading has most of.
    decimal : {".", ","}
        The decimal sign of numbers that are written as text. Where it is a comma, ``1.234`` is refused unless
        `thousands` says what its point is.
    thousands : {".", ",", " ", "'"}, optional
        The sign between thousands in such numbers.
    encoding : str, optional
        Of a text file; by default UTF-8, or UTF-16 where the file says so. Excel on Windows writes ``cp1252``.
    date_format : str, optional
        How dates are written, such as ``"%d-%m-%Y"``; ``"excel"`` for the day numbers that Excel keeps (46115).
    missing : sequence of str
        Words and codes that mean *not recorded*, such as ``"n.d."`` or ``"-99"``.
    query : str, optional
        What to ask of a DuckDB database, in SQL; it can read nothing outside it and change nothing.
    labelled : bool
        Whether codes of an SPSS or Stata file come as the label that the file gives them.
    on_problem : {"refuse", "keep"}
        Whether a cell that cannot be read as its column's type is an error or stays a text, for `validate` to list.

    Returns
    -------
    pandas.DataFrame
        All columns of the file.

    Raises
    ------
    NotFoundError
        If there is no such file or sheet.
    OptionError
        If its suffix or an option is not known.
    UnsafeFileError
        If the file holds macros, swells when it is unpacked, names files outside itself or is wider than any sheet.
    WrongTypeError
        If the file cannot be read, a heading stands twice, or a column holds what is no number, date or yes and no.

    Missing data
    ------------
    An empty cell is a missing value; no word is, unless `missing` names it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "events.csv").write_text("patient_id;event;date\n007;thrombosis;2020-05\n")
    ...     mt.read_table(Path(place, "events.csv"), "events")
      patient_id       event       date date_precision
    0        007  thrombosis 2020-05-01          month
    """
    return read_by_line(
        path,
        kind,
        sheet=sheet,
        legend=legend,
        heading_line=heading_line,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        encoding=encoding,
        date_format=date_format,
        missing=missing,
        query=query,
        labelled=labelled,
        on_problem=on_problem,
    ).reset_index(drop=True)


def read_by_line(
    path: str | Path,
    kind: str | None = None,
    *,
    decimal: str = ".",
    thousands: str | None = None,
    date_format: str | None = None,
    on_problem: str = "refuse",
    **how: Any,
) -> pd.DataFrame:
    """Read as `read_table` does; the index says where each row stands: its line in the file, less two."""
    require_option("on_problem", on_problem, _ON_PROBLEM)
    require_option("decimal", decimal, DECIMALS)
    if thousands is not None:
        require_option("thousands", thousands, [sign for sign in THOUSANDS if sign != decimal])
    numbers = [name for name, column in find_kind(kind).columns.items() if column.type in _NUMERIC] if kind else []
    frame = read_cells(path, kind, decimal=decimal, numbers=() if thousands else numbers, **how)
    if not kind:
        made = {
            name: _codes(frame[name]) if names_patients(name) else _plain(frame[name], decimal, thousands)
            for name in map(str, frame.columns)
        }
        return pd.DataFrame(made, index=frame.index)
    written = {"decimal": decimal, "thousands": thousands, "date_format": date_format}
    return typed_as(frame, kind, Path(path).name, keep=on_problem == "keep", **written)


def read_cells(
    path: str | Path,
    kind: str | None = None,
    *,
    sheet: str | None = None,
    legend: str | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    decimal: str = ".",
    encoding: str | None = None,
    missing: Sequence[str] = (),
    query: str | None = None,
    labelled: bool = False,
    numbers: Sequence[str] = (),
    unread: Sequence[str] = (),
) -> pd.DataFrame:
    """Read a file as it stands: of a text file every cell is a text, but for the columns named in `numbers`.

    A cell of nothing but spaces is empty, and a row of nothing but empty cells is none. The index says where each row
    stands, as in `read_by_line`. Columns of a text file under the headings `unread` are left out, however many.

    Raises
    ------
    NotFoundError, OptionError, UnsafeFileError, WrongTypeError
        As `read_table`.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected=f"the {kind} table" if kind else "a table")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(
            f"{path.name} has no known suffix.",
            expected=f"one of {listed(SUFFIXES, most=len(SUFFIXES))}",
            hint="save it as .xlsx, without macros" if suffix in _OTHER_WORKBOOKS else "",
        )
    try:
        if suffix in TEXTS:
            frame = _read_text(path, heading_line, separator, decimal, encoding, numbers, missing, unread)
        elif suffix == ".xlsx":
            frame = read_sheet(path, sheet=sheet, kind=kind, legend=legend, heading_line=heading_line)
        elif suffix == ".parquet":
            frame = _flat(pd.read_parquet(path)).reset_index(drop=True)
        elif suffix in STATISTICS_FILES:
            frame = read_statistics_file(path, labelled=labelled)
        else:
            frame = _flat(read_query(path, query))
    except MyositisToolsError:
        raise
    except (ValueError, TypeError, KeyError, OSError, ImportError, LookupError, OverflowError, csv.Error) as error:
        encodings = "give its encoding; Excel on Windows writes encoding='cp1252'"
        raise WrongTypeError(
            f"{path.name} cannot be read: {(str(error).splitlines() or [type(error).__name__])[0].rstrip('.')}.",
            expected=f"a {suffix} file",
            where=str(path.name),
            hint=encodings if isinstance(error, UnicodeError) else "",
        ) from error
    refuse_too_many_columns(path, frame.shape[1])
    return _without_words(_without_blanks(frame), missing)


def typed_as(
    frame: pd.DataFrame,
    kind: str,
    file: str,
    *,
    keep: bool = False,
    decimal: str = ".",
    thousands: str | None = None,
    date_format: str | None = None,
) -> pd.DataFrame:
    """Give the columns that a kind of table knows their types; `keep` leaves a cell that has another as it is.

    Raises
    ------
    WrongTypeError
        If a cell cannot be read as its column's type, and is not to be kept.
    """
    for name, column in ({"patient_id": columns("visits")["patient_id"]} | dict(find_kind(kind).columns)).items():
        if name not in frame.columns:
            continue
        if column.type == "date":
            frame = _with_date(frame, column, file, keep=keep, date_format=date_format)
        else:
            frame = _typed(frame, column, file, keep=keep, decimal=decimal, thousands=thousands)
    return frame


# ---------------------------------------------------------------------------------------------------------- text files


def _read_text(
    path: Path,
    heading_line: int | None,
    separator: str | None,
    decimal: str,
    encoding: str | None,
    numbers: Sequence[str],
    missing: Sequence[str],
    unread: Sequence[str],
) -> pd.DataFrame:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked is None and encoding is None and b"\0" in head:
        raise ValueError("it holds zero bytes; a file of UTF-16 without a mark needs encoding='utf-16-le'")
    encoding = encoding or marked or "utf-8"
    line, first, second = _heading(path, encoding, heading_line or 1)
    if line == 1 and (stated := re.fullmatch(r"sep=(.)", first.strip())):
        separator = separator or stated[1]
        line, first, second = _heading(path, encoding, 2)
    refuse_too_many_columns(path, 1 + max(first.count(sign) for sign in (separator or "", *SEPARATORS) if sign))
    separator = separator or max(SEPARATORS, key=lambda sign: len(_split(first, sign)))
    given = [name.strip() for name in _split(first, separator)]
    if len(given) == 1 and max(len(_split(second, sign)) for sign in SEPARATORS) > 1:
        raise ValueError(f"line {line} has one cell and the next has more; heading_line= says where the headings stand")
    names = [name if name and name not in unread else f"{_NAMELESS}{place}" for place, name in enumerate(given)]
    refuse_headings(path.name, names)
    options: dict[str, Any] = {
        "sep": separator,
        "encoding": encoding,
        "keep_default_na": False,
        "na_values": ["", *missing],
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
    if any(
        pd.api.types.is_float_dtype(frame[name].dtype) and frame[name].isin([float("inf")]).any() for name in floats
    ):
        frame = _parsed(path, dtype=str, **options)
    made = {name: frame[name] if name in floats else _unprotected(frame[name]) for name in names}
    nameless = [name for name in names if name.startswith(_NAMELESS)]
    headings = zip(given, names, strict=True)
    refuse_headings(path.name, ["" if not said and made[name].notna().any() else name for said, name in headings])
    kept = pd.DataFrame({name: made[name] for name in names if name not in nameless}, index=frame.index)
    kept.index = pd.RangeIndex(len(kept)) + (line + first.rstrip("\r\n").count("\n") - 1)
    return _by_line(kept, path).loc[~_is_empty(kept).to_numpy()]


def _is_empty(frame: pd.DataFrame) -> pd.Series:
    """Where a row has no cell; a table has few such rows, or none."""
    empty = pd.Series(data=True, index=frame.index)
    for name in frame.columns:
        if not empty.any():
            break
        empty &= frame[name].isna()
    return empty


def _by_line(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Count the lines that run on within a quotation as well."""
    with path.open("rb") as file:
        if not any(b'"' in piece for piece in iter(lambda: file.read(_PIECE), b"")):
            return frame
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    more = sum(frame[name].str.count("\n").fillna(0).to_numpy(dtype="int64") for name in texts)
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
    begun, record = 0, ""
    for number, line in lines:
        begun = begun if record else number
        record += line
        if record.count('"') % 2 == 0:
            if record.strip():
                yield begun, record.strip("\r\n")
            record = ""
    if record.strip():
        yield begun, record.strip("\r\n")


def _split(line: str, separator: str) -> list[str]:
    return next(csv.reader(StringIO(line), delimiter=separator), [])


def _unprotected(values: pd.Series) -> pd.Series:
    """Without the apostrophe that `as_csv` puts before what a spreadsheet would take for a formula."""
    if not values.str.startswith("'").any():
        return values
    return _by_word(values, lambda word: word[1:] if _PROTECTED.match(word) else word)


def _by_word(values: pd.Series, change: Callable[[str], Any]) -> pd.Series:
    """Change each different text once; a column has few."""
    codes, words = pd.factorize(values)
    made = [change(word) if isinstance(word, str) else word for word in words]
    if all(new == old for new, old in zip(made, words, strict=True)):
        return values
    made.append(None)  # at place -1: what is missing
    return pd.Series([made[code] for code in codes], index=values.index, dtype=object)


# --------------------------------------------------------------------------------------------------------------- types


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Refuse cells that hold more than one value."""
    for name in frame.columns:
        held = frame[name] if frame[name].dtype == object else ()
        if any(isinstance(value, list | dict | tuple | np.ndarray) for value in held):
            raise ValueError(f"column {name} holds lists")
    return frame


def _without_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """A cell of nothing but spaces looks empty, and is."""
    made = {}
    for name in _texts_of(frame):
        values = frame[name]
        cleared = _by_word(values, lambda word: word if word.strip() else None)
        if cleared is not values:
            made[name] = cleared
    if not made:
        return frame
    cleared = frame.assign(**made)
    return cleared.loc[~_is_empty(cleared).to_numpy()]


def _texts_of(frame: pd.DataFrame) -> list[str]:
    return [
        name for name in frame.columns if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name].dtype)
    ]


def _without_words(frame: pd.DataFrame, missing: Sequence[str]) -> pd.DataFrame:
    """What `missing` names is missing, whether the file holds it as a text or as a number."""
    if not missing:
        return frame
    said = {str(word) for word in missing}
    numbers = [number for number in pd.to_numeric(pd.Series(sorted(said)), errors="coerce") if number == number]
    made = {}
    for name in frame.columns:
        values = frame[name]
        marked = values.isin(list(said)) | (values.isin(numbers) if numbers and values.dtype != bool else False)
        made[name] = values.mask(marked) if marked.any() else values
    return pd.DataFrame(made, index=frame.index)


def _plain(values: pd.Series, decimal: str, thousands: str | None) -> pd.Series:
    """Numbers where every cell is written as one; a code with leading zeros is none."""
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values
    codes, words = pd.factorize(values)
    if len(words) == 0 or any(map(_is_code, words)):
        return values
    made = read_numbers(pd.Series(words, dtype=object), decimal, thousands)
    if made.isna().any():
        return values
    numbers = pd.concat([made, pd.Series([float("nan")])])  # at place -1: what is missing
    found = pd.Series(numbers.to_numpy()[codes], index=values.index)
    is_whole = found.notna().all() and (found == found.round(0)).all() and (found.abs() < 2**53).all()
    return found.astype("int64") if is_whole else found


def _is_code(word: Any) -> bool:
    """Whether a cell is no plain number, or one of which a number would lose a sign: 007, 1e5, seventeen digits."""
    if isinstance(word, str):
        is_plain = re.fullmatch(r"-?(0|[1-9]\d*)([^\deE+-]\d+)*", word) is not None
        return not is_plain or (word.lstrip("-").isdigit() and len(word) > _EXACT_DIGITS)
    return isinstance(word, bool) or not isinstance(word, int | float) or abs(word) >= 2**53


def _typed(
    frame: pd.DataFrame, column: Column, file: str, *, keep: bool, decimal: str, thousands: str | None
) -> pd.DataFrame:
    values = frame[column.name]
    is_text = values.dtype == object or pd.api.types.is_string_dtype(values.dtype)
    made: pd.Series
    if not is_text:
        made = _from_numbers(values, column)
    elif column.type in _NUMERIC:
        made = _whole(_converted(values, lambda words: read_numbers(words, decimal, thousands)), column)
    elif column.type == "yes_no":
        made = _converted(values, lambda words: words.map(lambda word: _YES_NO.get(str(word).strip().lower())))
        made = made.astype("boolean")
    else:
        made = _codes(values)
    wrong = values[values.notna() & made.isna()] if is_text else _of_another_type(made, column)
    if len(wrong) and not keep:
        raise _refusal(wrong, column, file)
    if len(wrong) and is_text:
        made = _with_kept(made, values)
    return frame.assign(**{column.name: made})


def _from_numbers(values: pd.Series, column: Column) -> pd.Series:
    """A column that the file itself says is of numbers: 0 and 1 are no and yes, and a code is a text."""
    if column.type == "integer" and pd.api.types.is_float_dtype(values.dtype):
        return _whole(values, column)
    if pd.api.types.is_bool_dtype(values.dtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        return values
    if column.type == "yes_no" and values.dropna().isin([0, 1]).all():
        return (values == 1).where(values.notna()).astype("boolean")
    if column.type in ("text", "word"):
        return _codes(values)
    return values


def _with_kept(made: pd.Series, values: pd.Series) -> pd.Series:
    """What was read, and every cell that was not as it stands."""
    return made.astype(object).where(made.notna(), None).mask(values.notna() & made.isna(), values)


def _of_another_type(values: pd.Series, column: Column) -> pd.Series:
    wrong, _ = wrong_type(without_index(values), column)
    return values[wrong.to_numpy(dtype=bool)] if len(wrong) else values.iloc[:0]


def _whole(values: pd.Series, column: Column) -> pd.Series:
    is_whole = column.type == "integer" and values.notna().all() and (values == values.round(0)).all()
    return values.astype("int64") if is_whole and (values.abs() < 2**53).all() else values


def _converted(values: pd.Series, convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Convert each different value once; a column has few."""
    codes, words = pd.factorize(values)
    made = convert(pd.Series(words, dtype=object)).reset_index(drop=True)
    return pd.Series(made.reindex(codes).array, index=values.index)


def _codes(values: pd.Series) -> pd.Series:
    return _converted(values, lambda words: words.map(_as_code)).astype(TEXT_DTYPE)


def _as_code(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _with_date(frame: pd.DataFrame, column: Column, file: str, *, keep: bool, date_format: str | None) -> pd.DataFrame:
    values = frame[column.name]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return frame
    codes, words = pd.factorize(values)
    texts = pd.Series(words, dtype=object).map(_day_of_excel if date_format == EXCEL else _date_text).astype(object)
    made = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    precision = pd.Series(None, index=texts.index, dtype=object)
    given = ((r".*", date_format, "day"),) if date_format not in (None, "", EXCEL) else ()
    for pattern, written, said in (*_DATES, *given):
        fits = texts.str.fullmatch(pattern, na=False).astype(bool) if len(texts) else texts.notna()
        fits = fits & made.isna()
        read = pd.to_datetime(texts.where(fits), format=written, errors="coerce")
        made = made.mask(fits, read.astype("datetime64[us]"))
        precision = precision.mask(fits & read.notna(), said)
    dates = pd.Series(made.reindex(codes).array, index=values.index)
    precisions = pd.Series(precision.reindex(codes).array, index=values.index)
    wrong = values[values.notna() & dates.isna()]
    if len(wrong) and not keep:
        raise _refusal(wrong, column, file)
    if len(wrong):
        dates = _with_kept(dates, values)
    name = f"{column.name}_precision"
    coarse = {name: precisions} if name not in frame and (precisions.dropna() != "day").any() else {}
    return frame.assign(**{column.name: dates}, **coarse)


def _date_text(value: Any) -> Any:
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return re.sub(_CLOCK + "$", "", value.strip()) if isinstance(value, str) else None


def _day_of_excel(value: Any) -> Any:
    """The day that a day number of Excel means; none of those around the day in 1900 that Excel invented."""
    number = re.fullmatch(r"(\d{2,6})(\.\d+)?", str(value).strip())
    is_day = number is not None and int(number[1]) >= FIRST_SAFE_DAY and not isinstance(value, bool)
    return str(FIRST_DAY_OF_EXCEL + timedelta(days=int(number[1]))) if is_day else _date_text(value)


def _refusal(wrong: pd.Series, column: Column, file: str) -> WrongTypeError:
    return WrongTypeError(
        f"Column {column.name} of {file} holds {listed((repr(value) for value in wrong.unique()[:3]), most=3)}.",
        where=f"lines {listed(wrong.index[:5] + 2)} of the file",
        expected="a date such as 2026-03-31, 2026-03 or 2026" if column.type == "date" else column.expected,
        hint=hint_for(str(wrong.iloc[0]), column),
    )
