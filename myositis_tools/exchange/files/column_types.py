"""Cells as ``tables/columns.csv`` types them; one that cannot be read is refused, or kept for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import WrongTypeError, listed
from myositis_tools.exchange.files.cell_hints import ERRORS_OF_SHEETS, hint_for
from myositis_tools.exchange.files.cells import different_cells
from myositis_tools.exchange.files.dates import (
    COUNTED_FROM,
    DAY,
    FIRST_DAY_OF_EXCEL,
    NOON,
    PRECISIONS,
    read_dates,
    tell_of_midnights,
)
from myositis_tools.exchange.files.not_applicable import without_not_applicable
from myositis_tools.exchange.files.number_formats import read_numbers
from myositis_tools.exchange.files.sas_spss_stata import STATISTICS_FILES
from myositis_tools.formatting import as_code
from myositis_tools.frames import (
    NUMERIC,
    TEXT_DTYPE,
    Column,
    columns,
    find_kind,
    is_number,
    plain,
    plain_column,
    wrong_type,
)

_YES_NO = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
_NUMBERS_AS_DATES = (
    "these are numbers, or dates beyond the year 9999; give the column a date format, and correct such dates, in the "
    "program that wrote the file, and save it again"
)
_EXACT_DIGITS = 15  # that every number of 64 bits keeps


def typed_as(frame: pd.DataFrame, kind: str, file: str, **written: Any) -> pd.DataFrame:
    """Give the columns that a kind of table knows their types; `written` is as for `typed_columns`.

    Raises
    ------
    WrongTypeError
        If a cell cannot be read as its column's type, and is not to be kept.
    """
    held = find_kind(kind).holding(map(str, frame.columns)).columns
    known = {"patient_id": columns("visits")["patient_id"]} | dict(held)
    return typed_columns(frame, known, file, **written)


def typed_columns(
    frame: pd.DataFrame,
    known: Mapping[str, Column],
    file: str,
    *,
    keep: bool = False,
    decimal: str = ".",
    thousands: str | None = None,
    date_format: str | None = None,
) -> pd.DataFrame:
    """Give the columns that are `known` their types; `keep` leaves a cell that has another as it is.

    Raises
    ------
    WrongTypeError
        If a cell cannot be read as its column's type, and is not to be kept.
    """
    frame = without_not_applicable(frame, known)
    for name, column in known.items():
        if name not in frame.columns:
            continue
        if column.type == "date":
            frame = _with_date(frame, column, file, keep=keep, date_format=date_format)
        else:
            frame = _typed(frame, column, file, keep=keep, decimal=decimal, thousands=thousands)
    return frame


def plain_numbers(values: pd.Series, decimal: str, thousands: str | None) -> pd.Series:
    """Numbers where every cell is written as one; a code with leading zeros is none."""
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values
    codes, words = different_cells(values)
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
    return not is_number(word) or abs(word) >= 2**53


def _typed(
    frame: pd.DataFrame, column: Column, file: str, *, keep: bool, decimal: str, thousands: str | None
) -> pd.DataFrame:
    values = frame[column.name]
    is_text = values.dtype == object or pd.api.types.is_string_dtype(values.dtype)
    made: pd.Series
    if not is_text:
        made = _from_numbers(values, column)
    elif column.type in NUMERIC:
        made = _whole(_converted(values, lambda words: read_numbers(words, decimal, thousands)), column)
    elif column.type == "yes_no":
        made = _converted(values, lambda words: words.map(lambda word: _YES_NO.get(str(word).strip().lower())))
        made = made.astype("boolean")
    else:
        made = codes(values).where(~_is_no_text(values), None)
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
        return codes(values)
    return values


def _with_kept(made: pd.Series, values: pd.Series) -> pd.Series:
    """What was read, and every cell that was not as it stands."""
    return made.astype(object).where(made.notna(), None).mask(values.notna() & made.isna(), values)


def _of_another_type(values: pd.Series, column: Column) -> pd.Series:
    wrong, _ = wrong_type(plain_column(values.reset_index(drop=True)), column)
    return values[wrong.to_numpy(dtype=bool)] if len(wrong) else values.iloc[:0]


def _whole(values: pd.Series, column: Column) -> pd.Series:
    is_whole = column.type == "integer" and values.notna().all() and (values == values.round(0)).all()
    return values.astype("int64") if is_whole and (values.abs() < 2**53).all() else values


def _converted(values: pd.Series, convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Convert each different value once; a column has few."""
    codes, words = different_cells(values)
    made = convert(pd.Series(words, dtype=object)).reset_index(drop=True)
    return pd.Series(made.reindex(codes).array, index=values.index)


def codes(values: pd.Series) -> pd.Series:
    """Values as texts: a whole number is written without a decimal sign."""
    return _converted(values, lambda words: words.map(as_code)).astype(TEXT_DTYPE)


def refuse_days(values: pd.Series, file: str) -> None:
    """Refuse identifiers of patients that a spreadsheet took for dates.

    Raises
    ------
    WrongTypeError
        Naming them.
    """
    wrong = values[values.map(lambda value: isinstance(value, date))]
    if len(wrong):
        raise _refusal(wrong, replace(columns("visits")["patient_id"], name=str(values.name)), file)


def _is_no_text(values: pd.Series) -> pd.Series:
    """Where a cell of a spreadsheet is a day, a yes or no, or an error, and so no text that a person wrote."""
    found, words = different_cells(values)
    is_none = [isinstance(word, date | time | bool) or word in ERRORS_OF_SHEETS for word in words]
    return pd.Series(np.array([*is_none, False], dtype=bool)[found], index=values.index)


def _with_date(frame: pd.DataFrame, column: Column, file: str, *, keep: bool, date_format: str | None) -> pd.DataFrame:
    values = frame[column.name]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return frame.assign(**{column.name: _as_written(values)})
    readable = values
    if file.lower().endswith(STATISTICS_FILES):  # whose programs count days from other days
        readable = values.where(values.map(lambda value: isinstance(value, str | date)))
    first_day = date.fromisoformat(frame.attrs.get(COUNTED_FROM, str(FIRST_DAY_OF_EXCEL)))
    dates, precisions = read_dates(readable, date_format, first_day=first_day)
    wrong = values[values.notna() & dates.isna()]
    if len(wrong) and not keep:
        raise _refusal(wrong, column, file)
    if len(wrong):
        dates = _with_kept(dates, values)
    return frame.assign(**{column.name: dates}, **_with_precision(frame, column.name, precisions))


def _as_written(values: pd.Series) -> pd.Series:
    """Moments of a time zone as the day and clock of their own zone."""
    if not isinstance(values.dtype, pd.DatetimeTZDtype):
        return values
    clocks = values.dropna()
    is_evening = (clocks.dt.hour >= NOON) & (clocks.dt.minute == 0) & (clocks.dt.second == 0)
    if str(values.dtype.tz) in ("UTC", "UTC+00:00", "Etc/UTC") and len(clocks) and is_evening.all():
        tell_of_midnights(str(clocks.iloc[0]))
    return values.dt.tz_localize(None)


def _with_precision(frame: pd.DataFrame, date_name: str, precisions: pd.Series) -> dict[str, pd.Series]:
    """The column that says how much of each date is known, where not all of them are days."""
    is_partial = precisions.notna() & (precisions != DAY)
    if not is_partial.any():
        return {}
    name = f"{date_name}_precision"
    if name not in frame:
        return {name: precisions}
    said = frame[name].map(lambda word: PRECISIONS.index(word) if word in PRECISIONS else -1)
    is_finer = is_partial & (said < precisions.map(lambda word: PRECISIONS.index(word) if word in PRECISIONS else -1))
    return {name: frame[name].astype(object).mask(is_finer, precisions)}


def _refusal(wrong: pd.Series, column: Column, file: str) -> WrongTypeError:
    hint = hint_for(str(wrong.iloc[0]), column)
    if isinstance(wrong.iloc[0], date) and column.type in ("text", "word"):
        hint = "a spreadsheet makes days of texts such as 1-2; give the column the format Text and write them again"
    if column.type == "date" and file.lower().endswith(STATISTICS_FILES) and not isinstance(wrong.iloc[0], str):
        hint = _NUMBERS_AS_DATES
    return WrongTypeError(
        f"Column {column.name} of {file} holds {listed(map(_quoted, wrong.unique()[:3]), most=3)}.",
        where=f"lines {listed(wrong.index[:5] + 2)} of the file",
        expected="a date such as 2026-03-31, 2026-03 or 2026" if column.type == "date" else column.expected,
        hint=hint,
    )


def _quoted(value: Any) -> str:
    return plain(value) if isinstance(value, float) else repr(value)
