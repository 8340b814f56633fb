"""Cells as ``tables/columns.csv`` types them; one that cannot be read is refused, or kept for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from myositis_tools.errors import WrongTypeError, listed
from myositis_tools.exchange.files.cell_hints import EXCEL, FIRST_DAY_OF_EXCEL, FIRST_SAFE_DAY, hint_for
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
# The days, months and years that a date may be written as, and how much of it that is.
_DATES = ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", "day"), (r"\d{4}-\d{2}", "%Y-%m", "month"), (r"\d{4}", "%Y", "year"))
_CLOCK = r"(?<=\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?"  # of a day as written
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
        made = codes(values)
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
    codes, words = pd.factorize(values)
    made = convert(pd.Series(words, dtype=object)).reset_index(drop=True)
    return pd.Series(made.reindex(codes).array, index=values.index)


def codes(values: pd.Series) -> pd.Series:
    """Values as texts: a whole number is written without a decimal sign."""
    return _converted(values, lambda words: words.map(as_code)).astype(TEXT_DTYPE)


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
        return value.isoformat()[:10]
    return re.sub(_CLOCK + "$", "", value.strip()) if isinstance(value, str) else None


def _day_of_excel(value: Any) -> Any:
    """The day that a day number of Excel means; none of those around the day in 1900 that Excel invented."""
    number = re.fullmatch(r"(\d{2,6})(\.\d+)?", str(value).strip())
    if number is None or int(number[1]) < FIRST_SAFE_DAY or isinstance(value, bool):
        return _date_text(value)
    return str(FIRST_DAY_OF_EXCEL + timedelta(days=int(number[1])))


def _refusal(wrong: pd.Series, column: Column, file: str) -> WrongTypeError:
    hint = hint_for(str(wrong.iloc[0]), column)
    if column.type == "date" and file.lower().endswith(STATISTICS_FILES) and not isinstance(wrong.iloc[0], str):
        hint = "these are numbers; give the column a date format in the program that wrote the file, and save it again"
    return WrongTypeError(
        f"Column {column.name} of {file} holds {listed(map(_quoted, wrong.unique()[:3]), most=3)}.",
        where=f"lines {listed(wrong.index[:5] + 2)} of the file",
        expected="a date such as 2026-03-31, 2026-03 or 2026" if column.type == "date" else column.expected,
        hint=hint,
    )


def _quoted(value: Any) -> str:
    return plain(value) if isinstance(value, float) else repr(value)
