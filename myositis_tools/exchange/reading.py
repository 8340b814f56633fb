"""A table of records read from a file, each column as ``tables/columns.csv`` types it."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import (
    MyositisToolsError,
    NotFoundError,
    OptionError,
    WrongTypeError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.exchange.databases import DATABASES, read_query
from myositis_tools.exchange.kinds import find_kind
from myositis_tools.exchange.safety import refuse_headings, refuse_too_many_columns
from myositis_tools.exchange.statistics_files import LABELLED_FILES, STATISTICS_FILES, read_statistics_file
from myositis_tools.exchange.workbooks import read_sheet
from myositis_tools.frames import TEXT_DTYPE, Column, columns, plain

TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (".csv", ".xlsx", ".parquet", ".tsv", ".txt", *STATISTICS_FILES, *DATABASES)
SEPARATORS = (",", ";", "\t", "|")
_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods")
_ON_PROBLEM = ("refuse", "keep")
_YES_NO = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
# The days, months and years that a date may be written as, and how much of it that is.
_DATES = ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", "day"), (r"\d{4}-\d{2}", "%Y-%m", "month"), (r"\d{4}", "%Y", "year"))
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?"
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")  # what as_csv puts an apostrophe before
_NUMERIC = ("number", "integer")
_NAMELESS = "\0"  # stands for a heading that is not there


def read_table(
    path: str | Path,
    kind: str | None = None,
    *,
    sheet: str | None = None,
    legend: str | None = None,
    separator: str | None = None,
    decimal: str = ".",
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
        it, columns in which every cell is a number are numbers, and the rest is as it stands.
    sheet : str, optional
        The sheet of a workbook; by default the one with the name of `kind`, else the first.
    legend : str, optional
        A sheet of the workbook with two columns, the heading in the data and the column it stands for; headings it does
        not name stay.
    separator : str, optional
        Between the cells of a line; by default the one of comma, semicolon, tab and bar that the heading has most of.
    decimal : {".", ","}
        The decimal sign of a text file.
    encoding : str, optional
        Of a text file; by default UTF-8, or UTF-16 where the file says so. Excel on Windows writes ``cp1252``. Of a
        file of SAS, SPSS or Stata that does not say it, such as ``.xpt``, or says it wrongly.
    date_format : str, optional
        How dates are written, such as ``"%d-%m-%Y"``.
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
    require_option("on_problem", on_problem, _ON_PROBLEM)
    require_option("decimal", decimal, (".", ","))
    numbers = [name for name, column in find_kind(kind).columns.items() if column.type in _NUMERIC] if kind else []
    frame = read_cells(
        path,
        kind,
        sheet=sheet,
        legend=legend,
        separator=separator,
        decimal=decimal,
        encoding=encoding,
        missing=missing,
        query=query,
        labelled=labelled,
        numbers=numbers,
    )
    if not kind:
        return pd.DataFrame({name: _plain(frame[name], decimal) for name in frame.columns}, index=frame.index)
    return typed_as(frame, kind, Path(path).name, keep=on_problem == "keep", date_format=date_format)


def read_cells(
    path: str | Path,
    kind: str | None = None,
    *,
    sheet: str | None = None,
    legend: str | None = None,
    separator: str | None = None,
    decimal: str = ".",
    encoding: str | None = None,
    missing: Sequence[str] = (),
    query: str | None = None,
    labelled: bool = False,
    numbers: Sequence[str] = (),
) -> pd.DataFrame:
    """Read a file as it stands: of a text file every cell is a text, but for the columns named in `numbers`.

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
    if labelled and suffix not in LABELLED_FILES:
        raise OptionError(
            f"{path.name} holds no labels of codes.",
            where="labelled=True",
            expected=f"one of {listed(LABELLED_FILES)}",
            hint="SAS keeps them in another file" if suffix in STATISTICS_FILES else "",
        )
    try:
        if suffix in TEXTS:
            frame = _read_text(path, separator, decimal, encoding, numbers, missing)
        elif suffix == ".xlsx":
            frame = read_sheet(path, sheet=sheet, kind=kind, legend=legend)
        elif suffix == ".parquet":
            frame = pd.read_parquet(path)
        elif suffix in STATISTICS_FILES:
            frame = read_statistics_file(path, labelled=labelled, encoding=encoding)
        else:
            frame = read_query(path, query)
    except MyositisToolsError:
        raise
    except (ValueError, KeyError, OSError, ImportError, LookupError, OverflowError, csv.Error) as error:
        encodings = "give its encoding; Excel on Windows writes encoding='cp1252'"
        raise WrongTypeError(
            f"{path.name} cannot be read: {(str(error).splitlines() or [type(error).__name__])[0].rstrip('.')}.",
            expected=f"a {suffix} file",
            where=str(path.name),
            hint=encodings if isinstance(error, UnicodeError) else "",
        ) from error
    refuse_too_many_columns(path, frame.shape[1])
    return _without_words(frame, missing)


def typed_as(
    frame: pd.DataFrame, kind: str, file: str, *, keep: bool = False, date_format: str | None = None
) -> pd.DataFrame:
    """Give the columns that a kind of table knows their types; `keep` leaves a cell that has another as it is.

    Raises
    ------
    WrongTypeError
        If a cell cannot be read as its column's type, and is not to be kept.
    """
    known = {"patient_id": columns("visits")["patient_id"]} | dict(find_kind(kind).columns)
    return typed_columns(frame, known, file, keep=keep, date_format=date_format)


def typed_columns(
    frame: pd.DataFrame,
    known: Mapping[str, Column],
    file: str,
    *,
    keep: bool = False,
    date_format: str | None = None,
) -> pd.DataFrame:
    """Give the columns that are `known` their types, as `typed_as` does."""
    for name, column in known.items():
        if name in frame.columns:
            frame = _typed(frame, column, file, keep=keep, date_format=date_format)
    return frame


# ---------------------------------------------------------------------------------------------------------- text files


def _read_text(
    path: Path,
    separator: str | None,
    decimal: str,
    encoding: str | None,
    numbers: Sequence[str],
    missing: Sequence[str],
) -> pd.DataFrame:
    with path.open("rb") as file:
        head = file.read(4)
    encoding = encoding or next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    first = _first_record(path, encoding)
    refuse_too_many_columns(path, 1 + max(first.count(sign) for sign in (separator or "", *SEPARATORS) if sign))
    separator = separator or max(SEPARATORS, key=lambda sign: len(_split(first, sign)))
    given = [name.strip() for name in _split(first, separator)]
    names = [name or f"{_NAMELESS}{place}" for place, name in enumerate(given)]
    refuse_headings(path.name, names)
    options: dict[str, Any] = {
        "sep": separator,
        "encoding": encoding,
        "keep_default_na": False,
        "na_values": ["", *missing],
        "header": 0,
        "names": names,
        "index_col": False,
        "decimal": decimal,
        "skip_blank_lines": True,
    }
    floats: dict[str, Any] = {name: "float64" for name in names if name in numbers}
    texts = {name: str for name in names if name not in floats}
    try:
        frame = _parsed(path, dtype=floats | texts, **options)
    except (UnicodeError, pd.errors.ParserError):
        raise
    except ValueError:  # a cell that is no number: every cell as it stands, so that each can be named
        frame = _parsed(path, dtype=str, **options)
        if decimal == ",":
            for name in floats:
                frame[name] = _by_word(frame[name], lambda word: word.replace(",", ".") if "." not in word else word)
    if any(
        pd.api.types.is_float_dtype(frame[name].dtype) and frame[name].isin([float("inf")]).any() for name in floats
    ):
        frame = _parsed(path, dtype=str, **options)
    made = {name: frame[name] if name in floats else _unprotected(frame[name]) for name in names}
    nameless = [name for name in names if name.startswith(_NAMELESS)]
    refuse_headings(path.name, ["" if name in nameless and made[name].notna().any() else name for name in names])
    return pd.DataFrame({name: made[name] for name in names if name not in nameless}, index=frame.index)


def _parsed(path: Path, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():  # pandas cuts a line that is too long, and only warns
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(path, **options)
        except pd.errors.ParserWarning as warning:
            raise ValueError("its lines have more cells than there are headings") from warning


def _first_record(path: Path, encoding: str) -> str:
    """The heading: the first line that is not empty, to the end of a quotation that runs on."""
    with path.open(encoding=encoding, newline="") as file:
        record = ""
        for line in file:
            record += line
            if record.strip() and record.count('"') % 2 == 0:
                return record.strip("\r\n") if record.strip() else record
    if not record.strip():
        raise ValueError("it is empty")
    return record


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
    if all(new is old for new, old in zip(made, words, strict=True)):
        return values
    made.append(None)  # at place -1: what is missing
    return pd.Series([made[code] for code in codes], index=values.index, dtype=object)


# --------------------------------------------------------------------------------------------------------------- types


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


def _plain(values: pd.Series, decimal: str) -> pd.Series:
    """Numbers where every cell is written as one; a code with leading zeros is none."""
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values
    codes, words = pd.factorize(values)
    written = re.compile(rf"-?(0|[1-9]\d*)(\{decimal}\d+)?")
    if len(words) == 0 or not all(_is_number(word, written) for word in words):
        return values
    made = [float(word.replace(decimal, ".")) if isinstance(word, str) else word for word in words]
    numbers = pd.Series([*made, float("nan")], dtype="float64")
    found = pd.Series(numbers.to_numpy()[codes], index=values.index)
    is_whole = found.notna().all() and (found == found.round(0)).all() and (found.abs() < 2**53).all()
    return found.astype("int64") if is_whole else found


def _is_number(word: Any, written: re.Pattern[str]) -> bool:
    if isinstance(word, str):
        return written.fullmatch(word) is not None
    return isinstance(word, int | float) and not isinstance(word, bool)


def _typed(frame: pd.DataFrame, column: Column, file: str, *, keep: bool, date_format: str | None) -> pd.DataFrame:
    values = frame[column.name]
    is_text = values.dtype == object or pd.api.types.is_string_dtype(values.dtype)
    if column.type == "date":
        is_date = pd.api.types.is_datetime64_any_dtype(values.dtype)
        return frame if is_date else _with_date(frame, column, file, keep=keep, date_format=date_format)
    made: pd.Series
    if not is_text:
        made = _from_numbers(values, column)
    elif column.type in _NUMERIC:
        made = _converted(values, lambda words: pd.to_numeric(words.map(_stripped), errors="coerce")).astype("float64")
        made = _whole(made, column)
    elif column.type == "yes_no":
        made = _converted(values, lambda words: words.map(lambda word: _YES_NO.get(str(word).strip().lower())))
        made = made.astype("boolean")
    else:
        made = _converted(values, lambda words: words.map(_as_code)).astype(TEXT_DTYPE)
    wrong = values[values.notna() & made.isna()]
    if len(wrong) and not keep:
        raise _refusal(wrong, column, file, decimal_comma=column.type in _NUMERIC)
    if len(wrong):
        made = made.astype(object).where(made.notna(), None)
        made[wrong.index] = wrong
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
        return _converted(values, lambda words: words.map(_as_code)).astype(TEXT_DTYPE)
    return values


def _whole(values: pd.Series, column: Column) -> pd.Series:
    is_whole = column.type == "integer" and values.notna().all() and (values == values.round(0)).all()
    return values.astype("int64") if is_whole and (values.abs() < 2**53).all() else values


def _converted(values: pd.Series, convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Convert each different value once; a column has few."""
    codes, words = pd.factorize(values)
    made = convert(pd.Series(words, dtype=object)).reset_index(drop=True)
    return pd.Series(made.reindex(codes).array, index=values.index)


def _stripped(word: Any) -> Any:
    return word.strip() if isinstance(word, str) else None if isinstance(word, bool) else word


def _as_code(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _with_date(frame: pd.DataFrame, column: Column, file: str, *, keep: bool, date_format: str | None) -> pd.DataFrame:
    values = frame[column.name]
    codes, words = pd.factorize(values)
    texts = pd.Series(words, dtype=object).map(_date_text).astype(object)
    made = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    precision = pd.Series(None, index=texts.index, dtype=object)
    given = ((r".*", date_format, "day"),) if date_format else ()
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
        dates = dates.astype(object).where(dates.notna(), None)
        dates[wrong.index] = wrong
    name = f"{column.name}_precision"
    coarse = {name: precisions} if name not in frame and (precisions.dropna() != "day").any() else {}
    return frame.assign(**{column.name: dates}, **coarse)


def _date_text(value: Any) -> Any:
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    return re.sub(_MIDNIGHT + "$", "", value.strip()) if isinstance(value, str) else None


def _refusal(wrong: pd.Series, column: Column, file: str, *, decimal_comma: bool = False) -> WrongTypeError:
    expected = "a date such as 2026-03-31, 2026-03 or 2026" if column.type == "date" else column.expected
    words = [value for value in wrong.unique()[:50] if isinstance(value, str)]
    hint = "leave what was not recorded empty, or name the words for it: missing=[...]"
    if decimal_comma and any(re.fullmatch(r"\s*-?\d+,\d+\s*", word) for word in words):
        hint = 'decimal commas are read with decimal=","'
    elif column.type == "date" and pd.api.types.is_numeric_dtype(wrong.infer_objects().dtype):
        hint = "these are numbers; give the column a date format in the program that wrote the file, and save it again"
    elif column.type == "date" and any(re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", word) for word in words):
        sign = next(sign for word in words for sign in word if sign in "-/.")
        hint = f'such dates are read with date_format="%d{sign}%m{sign}%Y" (or "%m{sign}%d{sign}%Y": look which)'
    elif column.words:
        hint = nearest(wrong.iloc[0], column.words)
    return WrongTypeError(
        f"Column {column.name} of {file} holds {listed(map(_quoted, wrong.unique()[:3]), most=3)}.",
        where=f"lines {listed(wrong.index[:5] + 2)} of the file",
        expected=expected,
        hint=hint,
    )


def _quoted(value: Any) -> str:
    return plain(value) if isinstance(value, float) else repr(value)
