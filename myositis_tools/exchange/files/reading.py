"""A table of records read from a file, each column as ``tables/columns.csv`` types it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import (
    MyositisToolsError,
    NotFoundError,
    OptionError,
    WrongTypeError,
    listed,
    require_option,
)
from myositis_tools.exchange.files.cells import refuse_lists, without_blanks
from myositis_tools.exchange.files.column_types import codes, plain_numbers, refuse_days, typed_as
from myositis_tools.exchange.files.databases import (
    BY_CONNECTION,
    DATABASES,
    name_of,
    read_connection,
    read_query,
    refuse_address,
)
from myositis_tools.exchange.files.file_limits import refuse_too_many_columns
from myositis_tools.exchange.files.headings import names_patients
from myositis_tools.exchange.files.not_recorded import Missing, without_words, words_for_all
from myositis_tools.exchange.files.number_formats import DECIMALS, THOUSANDS
from myositis_tools.exchange.files.sas_spss_stata import (
    LABELLED_FILES,
    MISSING_PART,
    STATISTICS_FILES,
    read_statistics_file,
)
from myositis_tools.exchange.files.text_files import read_text_file
from myositis_tools.exchange.files.workbooks import read_sheet
from myositis_tools.frames import NUMERIC, find_kind, to_pandas

TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (".csv", ".xlsx", ".parquet", ".tsv", ".txt", *STATISTICS_FILES, *DATABASES)
_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods")
_HINTS = dict.fromkeys(_OTHER_WORKBOOKS, "save it as .xlsx, without macros")
_HINTS |= dict.fromkeys(BY_CONNECTION, "open it with sqlite3.connect, and give the connection and query=")
_ON_PROBLEM = ("refuse", "keep")


def read_table(
    path: object,
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
    missing: Missing = (),
    query: str | None = None,
    labelled: bool = False,
    on_problem: str = "refuse",
) -> pd.DataFrame:
    r"""Read a table of records from CSV, Excel, Parquet, SAS, SPSS, Stata or a database.

    Dates are written ``2026-03-31`` or as `date_format` says; one of which only the month or the year is recorded is
    written ``2026-03`` or ``2026``, or ``03-2026`` where `date_format` is ``"%d-%m-%Y"``, and comes with a column
    ``<date>_precision``. Nothing is guessed but the separator, which the heading shows.

    Parameters
    ----------
    path : str, pathlib.Path or a connection to a database
        The file: ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.parquet``, ``.sas7bdat``, ``.xpt``, ``.sav``, ``.dta`` or
        ``.duckdb``. Or an open connection (of psycopg to PostgreSQL, of sqlite3, of DuckDB, another one of the Python
        DB-API, or an engine of SQLAlchemy), with `query`; it stays open. An address such as ``postgresql://`` is not
        taken, as it may hold a password.
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
        Of a text file; by default UTF-8, or UTF-16 where the file says so. Excel on Windows writes ``cp1252``. Of a
        file of SAS, SPSS or Stata that does not say it, such as ``.xpt``, or says it wrongly.
    date_format : str, optional
        How dates are written, such as ``"%d-%m-%Y"``; ``"excel"`` for the day numbers that Excel keeps (46115). One
        without a day, such as ``"%m-%Y"``, makes months of them, and one with no more than ``"%Y"`` years. A cell that
        it can read is never read otherwise.
    missing : sequence of str, or mapping
        Words and codes that mean *not recorded* in any column, such as ``["n.d.", "-99"]``; or those of each column by
        its heading, ``{"haq_di": ["9"]}``. A number is meant however it is written: ``"9"`` is 9.0 and, with decimal
        commas, ``9,0`` as well.
    query : str, optional
        What to ask of a database, in SQL. Of a ``.duckdb`` file it can read nothing outside it and change nothing; a
        connection of sqlite3, of SQLAlchemy to PostgreSQL, or of psycopg outside a transaction is told to read only;
        through another one it must begin with SELECT or WITH, and what it may change is for the database to say.
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
    An empty cell is a missing value; no word is, unless `missing` names it, for all columns or for one.

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
    path: object,
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
    numbers = [name for name, column in find_kind(kind).columns.items() if column.type in NUMERIC] if kind else []
    frame = read_cells(path, kind, decimal=decimal, thousands=thousands, numbers=() if thousands else numbers, **how)
    if not kind:
        for name in filter(names_patients, map(str, frame.columns)):
            refuse_days(frame[name], name_of(path))
        made = {
            name: codes(frame[name]) if names_patients(name) else plain_numbers(frame[name], decimal, thousands)
            for name in map(str, frame.columns)
        }
        typed = pd.DataFrame(made, index=frame.index)
        typed.attrs = frame.attrs  # from which day the file counts its days
        return typed
    written = {"decimal": decimal, "thousands": thousands, "date_format": date_format}
    return typed_as(frame, kind, name_of(path), keep=on_problem == "keep", **written)


def read_cells(
    path: object,
    kind: str | None = None,
    *,
    sheet: str | None = None,
    legend: str | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str | None = None,
    missing: Missing = (),
    query: str | None = None,
    labelled: bool = False,
    numbers: Sequence[str] = (),
    unread: Sequence[str] = (),
    named: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Read a file as it stands: of a text file every cell is a text, but for the columns named in `numbers`.

    A cell of nothing but spaces is empty, and a row of nothing but empty cells is none. The index says where each row
    stands, as in `read_by_line`. Columns of a text file under the headings `unread` are left out, however many.
    `named` are other headings for the columns of a sheet or a text file, by their place counted from 0.

    Raises
    ------
    NotFoundError, OptionError, UnsafeFileError, WrongTypeError
        As `read_table`.
    """
    refuse_address(path)
    if not isinstance(path, str | Path):
        frame = to_pandas(refuse_lists(read_connection(path, query)))
        return without_words(without_blanks(frame), missing, decimal=decimal, thousands=thousands)
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected=f"the {kind} table" if kind else "a table")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(
            f"{path.name} has no known suffix.",
            expected=f"one of {listed(SUFFIXES, most=len(SUFFIXES))}",
            hint=_HINTS.get(suffix, ""),
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
            said, by_heading = words_for_all(missing), missing if isinstance(missing, Mapping) else {}
            as_numbers = [name for name in numbers if name not in by_heading]  # whose words are looked for first
            frame = read_text_file(path, heading_line, separator, decimal, encoding, as_numbers, said, unread, named)
        elif suffix == ".xlsx":
            frame = read_sheet(path, sheet=sheet, kind=kind, legend=legend, heading_line=heading_line, named=named)
        elif suffix == ".parquet":
            frame = to_pandas(refuse_lists(pd.read_parquet(path)).reset_index(drop=True))
        elif suffix in STATISTICS_FILES:
            frame = read_statistics_file(path, labelled=labelled, encoding=encoding)
        else:
            frame = to_pandas(refuse_lists(read_query(path, query)))
    except MyositisToolsError:
        raise
    except (ValueError, TypeError, KeyError, OSError, ImportError, LookupError, OverflowError, csv.Error) as error:
        hint = "give its encoding; Excel on Windows writes encoding='cp1252'" if isinstance(error, UnicodeError) else ""
        raise WrongTypeError(
            f"{path.name} cannot be read: {(str(error).splitlines() or [type(error).__name__])[0].rstrip('.')}.",
            expected=f"a {suffix} file",
            where=str(path.name),
            hint=MISSING_PART if isinstance(error, ImportError) else hint,
        ) from error
    refuse_too_many_columns(path, frame.shape[1])
    return without_words(without_blanks(frame), missing, decimal=decimal, thousands=thousands)
