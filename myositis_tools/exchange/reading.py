"""A table of records read from a file, each column as ``tables/columns.csv`` types it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, WrongTypeError, listed
from myositis_tools.frames import Column, columns

SUFFIXES = (".csv", ".xlsx", ".parquet")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# The days, months and years that a date may be written as, and how much of it that is.
_DATES = ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", "day"), (r"\d{4}-\d{2}", "%Y-%m", "month"), (r"\d{4}", "%Y", "year"))


def read_table(path: Path, table: str) -> pd.DataFrame:
    r"""Read a table of records from CSV, Excel or Parquet.

    Dates are written ``2026-03-31``; one of which only the month or the year is recorded is written ``2026-03`` or
    ``2026`` and comes with a column ``<date>_precision``. Of a workbook, the sheet with the table's name is read, else
    the first.

    Parameters
    ----------
    path : pathlib.Path
        The file, ending in ``.csv``, ``.xlsx`` or ``.parquet``.
    table : str
        Which table of ``tables/columns.csv`` it is: ``patients``, ``visits``, ``medications`` or ``events``.

    Returns
    -------
    pandas.DataFrame
        All columns of the file; those of the table typed.

    Raises
    ------
    NotFoundError
        If there is no such file.
    OptionError
        If its suffix is not known.
    WrongTypeError
        If the file cannot be read, or a column holds what is no number, date or yes and no.

    Missing data
    ------------
    An empty cell is a missing value; no word is.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "events.csv").write_text("patient_id,event,date\n007,thrombosis,2020-05\n")
    ...     read_table(Path(place, "events.csv"), "events")
      patient_id       event       date date_precision
    0        007  thrombosis 2020-05-01          month
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected=f"the {table} table")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(f"{path.name} has no known suffix.", expected=f"one of {listed(SUFFIXES)}")
    try:
        frame = _read(path, suffix, table)
    except (ValueError, KeyError, OSError, ImportError) as error:
        raise WrongTypeError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}.",
            expected=f"a {suffix} file",
            where=str(path.name),
        ) from error
    for name, column in columns(table).items():
        if name in frame.columns:
            frame = _typed(frame, column, path.name)
    return frame


def _read(path: Path, suffix: str, table: str) -> pd.DataFrame:
    if suffix == ".csv":
        frame = pd.read_csv(path, dtype=object, keep_default_na=False, encoding="utf-8-sig", sep=None, engine="python")
        return frame.where(frame != "", None)
    if suffix == ".parquet":
        return pd.read_parquet(path)
    with pd.ExcelFile(path) as book:
        sheet = table if table in book.sheet_names else book.sheet_names[0]
        return book.parse(sheet, dtype=object, keep_default_na=False, na_values=[""])


def _typed(frame: pd.DataFrame, column: Column, file: str) -> pd.DataFrame:
    values = frame[column.name]
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return frame  # the file says itself what it holds
    known = values.notna()
    made: Any
    if column.type in ("number", "integer"):
        made = pd.to_numeric(values.where(known), errors="coerce").astype("float64")
    elif column.type == "yes_no":
        words = values.map(lambda value: str(value).strip().lower(), na_action="ignore")
        made = words.map(_YES_NO.get, na_action="ignore").astype("boolean")
    elif column.type == "date":
        return _with_date(frame, column, file)
    else:
        made = values.map(str, na_action="ignore")
    _refuse(values[known & made.isna()], column, file)
    return frame.assign(**{column.name: made})


def _with_date(frame: pd.DataFrame, column: Column, file: str) -> pd.DataFrame:
    values = frame[column.name]
    texts = values.map(_date_text, na_action="ignore").astype("object")
    made = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    precision = pd.Series(None, index=frame.index, dtype="object")
    for pattern, written, said in _DATES:
        fits = texts.str.fullmatch(pattern, na=False).astype(bool) if len(texts) else texts.notna()
        made = made.mask(fits, pd.to_datetime(texts.where(fits), format=written, errors="coerce"))
        precision = precision.mask(fits, said)
    _refuse(values[values.notna() & made.isna()], column, file)
    given = f"{column.name}_precision"
    coarse = {given: precision} if given not in frame and (precision.dropna() != "day").any() else {}
    return frame.assign(**{column.name: made}, **coarse)


def _date_text(value: Any) -> str:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value).strip()


def _refuse(wrong: pd.Series, column: Column, file: str) -> None:
    if wrong.empty:
        return
    expected = "a date such as 2026-03-31, 2026-03 or 2026" if column.type == "date" else column.expected
    raise WrongTypeError(
        f"Column {column.name} of {file} holds {listed((repr(value) for value in wrong.unique()[:3]), most=3)}.",
        where=f"lines {listed(wrong.index[:5] + 2)} of the file",
        expected=expected,
        hint="leave what was not recorded empty",
    )
