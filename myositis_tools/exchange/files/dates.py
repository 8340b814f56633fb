"""Dates as files write them: a day, or no more of it than a month or a year, in the way that a person names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.exchange.files.cells import different_cells
from myositis_tools.exchange.files.telling import tell
from myositis_tools.formatting import as_code
from myositis_tools.frames import is_number

EXCEL = "excel"  # a date_format: dates as the day numbers that Excel keeps
FIRST_DAY_OF_EXCEL = date(1899, 12, 30)  # as counted from after the day in 1900 that never was
FIRST_DAY_OF_OLD_MACS = date(1904, 1, 1)  # that a workbook may count from instead, and then says so
FIRST_SAFE_DAY = 61
NOON = 12  # o'clock
COUNTED_FROM = "days_counted_from"  # of `DataFrame.attrs`: the day from which the file counts its days
DAY, MONTH, YEAR = PRECISIONS = ("day", "month", "year")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(?P<zone>\s?(Z|[+-]\d{2}:?\d{2}))?$")
_MIDNIGHTS_ELSEWHERE = re.compile(r"[T ](1[2-9]|2[0-3]):[03]0(:00([.,]0+)?)?\s?(Z|[+-]00:?00)$")
_DIRECTIVE = re.compile(r"%.|\s+|.")
_SHAPES = {"%Y": r"\d{4}", "%f": r"\d{1,6}", "%j": r"\d{1,3}", "%z": r".+", "%Z": r".+"}
_TWO_DIGITS = ("%d", "%m", "%y", "%H", "%I", "%M", "%S")
_IN_WORDS = ("%b", "%B", "%a", "%A", "%p")
_OF_THE_CLOCK = ("%H", "%I", "%M", "%S", "%f", "%p", "%z", "%Z")
_OF_A_YEAR = ("%Y", "%y")
_OF_A_MONTH = ("%m", "%b", "%B")
_LIKELY_YEARS = range(1900, 2101)  # of a number that could be a day number of Excel as well


class Way(NamedTuple):
    """One way of writing dates: the shape of its texts, what reads them, and how much of a day they say."""

    shape: re.Pattern[str]
    form: str
    precision: str


_ISO = (
    Way(re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y-%m-%d", DAY),
    Way(re.compile(r"\d{4}-\d{2}"), "%Y-%m", MONTH),
    Way(re.compile(r"[12]\d{3}"), "%Y", YEAR),
)


def read_dates(
    values: pd.Series, date_format: str | None = None, *, first_day: date = FIRST_DAY_OF_EXCEL
) -> tuple[pd.Series, pd.Series]:
    """Read cells as dates; the second column says how much of each is known: the day, the month or the year.

    A cell that the named way reads is never read in another. What it cannot read may still be a day, a month or a year
    that needs no guess: ``2023-06-17``, ``2023-06``, ``2023``, and the month or year of the named way alone.

    Parameters
    ----------
    values : pandas.Series
        Texts, dates, and numbers as a spreadsheet keeps what was typed with digits alone.
    date_format : str, optional
        As for `read_table`.
    first_day : datetime.date
        The day from which the day numbers of the file are counted.

    Raises
    ------
    OptionError
        If the format says no year.

    Examples
    --------
    >>> import pandas as pd
    >>> dates, precisions = read_dates(pd.Series(["17-06-2023", "06-2023", "2023"]), "%d-%m-%Y")
    >>> precisions.tolist()
    ['day', 'month', 'year']
    """
    codes, words = different_cells(values)
    held = list(words)
    ways = _ISO if date_format in (None, "", EXCEL) else ways_of(str(date_format))
    if date_format == EXCEL:
        texts = [_day_of_excel(word, first_day) for word in held]
        _tell_of_years([word for word in held if _is_likely_year(word)])
    else:
        texts = [_text(word, str(date_format or "")) for word in held]
    made, precision = _read(pd.Series(texts, dtype=object), ways)
    days = [word.isoformat()[:10] if isinstance(word, date) else None for word in held]
    is_day = pd.Series([day is not None for day in days], dtype=bool)
    made = made.mask(is_day, pd.to_datetime(pd.Series(days, dtype=object), format="%Y-%m-%d").astype("datetime64[us]"))
    precision = precision.mask(is_day, DAY)
    _tell_of_midnights(texts)
    return (
        pd.Series(made.reindex(codes).array, index=values.index),
        pd.Series(precision.reindex(codes).array, index=values.index),
    )


def _read(texts: pd.Series, ways: Sequence[Way]) -> tuple[pd.Series, pd.Series]:
    made = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    precision = pd.Series(None, index=texts.index, dtype=object)
    days = texts.map(lambda text: _CLOCK.sub("", text), na_action="ignore").astype(object)
    for way in ways:
        # a clock says a day: what is left of a month or a year with a clock is none
        written = days if way.precision == DAY and not _tells_clock(way.form) else texts
        fits = written.map(lambda text, way=way: isinstance(text, str) and way.shape.fullmatch(text) is not None)
        fits = fits.astype(bool) & made.isna()
        if not fits.any():
            continue
        read = pd.to_datetime(written.where(fits), format=way.form, errors="coerce", exact=True)
        if isinstance(read.dtype, pd.DatetimeTZDtype):
            read = read.dt.tz_localize(None)
        made = made.mask(fits, read.astype("datetime64[us]"))
        precision = precision.mask(fits & read.notna(), way.precision)
    return made, precision


# --------------------------------------------------------------------------------------------------- ways of writing


def ways_of(date_format: str) -> tuple[Way, ...]:
    """The named way of writing dates, then those that it leaves room for.

    Raises
    ------
    OptionError
        If it says no year.
    """
    parts = _DIRECTIVE.findall(date_format)
    if not set(_OF_A_YEAR) & set(parts):
        raise OptionError(
            f"date_format={date_format!r} says no year.",
            expected="a format such as '%d-%m-%Y', '%m/%Y' or '%Y', or 'excel'",
            hint="%d is the day, %m the month in digits, %b in letters, %Y the year in four digits and %y in two",
        )
    named = Way(re.compile(_shape(parts)), date_format, _precision(parts))
    ways = [named]
    if named.precision == DAY and "%Y" in parts and not _tells_clock(date_format):
        of_month = _without_day(parts)
        ways.append(Way(re.compile(_shape(of_month)), "".join(of_month), MONTH))
    digits_only = all(part in (*_TWO_DIGITS, "%Y") for part in parts)
    for way in _ISO:
        is_year_in_disguise = way.precision == YEAR and digits_only and "%Y" not in parts  # 0519, 2405
        if not is_year_in_disguise and not _is_alike(way, named):
            ways.append(way)
    return tuple(ways)


def _is_alike(way: Way, named: Way) -> bool:
    """Whether the named way would read texts of the other, or refuses them: 2024-27-05 beside 2024-05-27."""
    example = {DAY: "2023-11-12", MONTH: "2023-11", YEAR: "2023"}[way.precision]
    return named.shape.fullmatch(example) is not None


def _precision(parts: Sequence[str]) -> str:
    if "%j" in parts or ("%d" in parts and set(_OF_A_MONTH) & set(parts)):
        return DAY
    if set(_OF_A_MONTH) & set(parts):
        return MONTH
    return YEAR


def _without_day(parts: Sequence[str]) -> list[str]:
    """The parts of a format without the day and the sign that stands between it and the rest."""
    kept = [part for part in parts if part not in ("%j",)]
    if "%d" not in kept:
        return kept
    place = kept.index("%d")
    after = place + 1
    while after < len(kept) and not kept[after].startswith("%"):
        after += 1
    before = place
    if after == len(kept):
        while before and not kept[before - 1].startswith("%"):
            before -= 1
    return kept[:before] + kept[after:]


def _shape(parts: Sequence[str]) -> str:
    made = []
    for place, part in enumerate(parts):
        beside = (*parts[max(place - 1, 0) : place], *parts[place + 1 : place + 2])
        if part in _TWO_DIGITS:
            is_fixed = part == "%y" or any(other in (*_TWO_DIGITS, *_SHAPES) for other in beside)
            made.append(r"\d{2}" if is_fixed else r"\d{1,2}")
        elif part in _IN_WORDS:
            made.append(r"[^\W\d_]+\.?")
        elif part.startswith("%") and part != "%%":
            made.append(_SHAPES.get(part, ".+"))
        else:
            made.append(r"\s+" if part.isspace() else re.escape(part.replace("%%", "%")))
    return "".join(made)


def _tells_clock(form: str) -> bool:
    return any(part in form for part in _OF_THE_CLOCK)


# ------------------------------------------------------------------------------------------------------ single cells


def _text(value: Any, date_format: str = "") -> str | None:
    """A text or a number as it would stand in a text file."""
    if isinstance(value, str):
        return value.strip()
    if not is_number(value) or float(value) != float(value) or not float(value).is_integer():
        return None
    digits = as_code(float(value))
    parts = _DIRECTIVE.findall(date_format)
    if parts and all(part in (*_TWO_DIGITS, "%Y") for part in parts):  # a number has lost the zeros before it
        width = sum(4 if part == "%Y" else 2 for part in parts)
        digits = digits.zfill(width) if parts[0] == "%y" or len(digits) == width - 1 else digits
    return digits


def _is_likely_year(value: Any) -> bool:
    text = _text(value) or ""
    return re.fullmatch(r"\d{4}(\.0)?", text) is not None and int(text[:4]) in _LIKELY_YEARS


def _day_of_excel(value: Any, first_day: date) -> str | None:
    """The day that a day number of Excel means; none of those around the day in 1900 that Excel invented."""
    number = re.fullmatch(r"(\d{2,6})(\.\d+)?", str(value).strip())
    first_safe = FIRST_SAFE_DAY if first_day == FIRST_DAY_OF_EXCEL else 0
    if number is None or isinstance(value, bool) or int(number[1]) < first_safe or _is_likely_year(value):
        text = _text(value)
        return text[:4] if text and _is_likely_year(value) else text
    return str(first_day + timedelta(days=int(number[1])))


# -------------------------------------------------------------------------------------------------------- what is told


def _tell_of_years(years: Sequence[Any]) -> None:
    if years:
        tell(
            f"Numbers such as {years[0]} stand where day numbers of Excel were said to: read as years, "
            "for as day numbers they would be days of 1905.",
            hint="look whether they are",
        )


def _tell_of_midnights(texts: Sequence[str | None]) -> None:
    clocks = [text for text in texts if text is not None and _CLOCK.search(text)]
    if clocks and all(_MIDNIGHTS_ELSEWHERE.search(text) for text in clocks):
        tell_of_midnights(clocks[0])


def tell_of_midnights(example: str) -> None:
    """Tell that all clocks of a column look like midnights of another time zone."""
    tell(
        f"All clocks of a date, such as {example}, are an evening hour of UTC: the day is read as it is written, and "
        "may be the day before the one that was meant.",
        hint="write the day alone, or the clock of the place, where these are midnights east of Greenwich",
    )
