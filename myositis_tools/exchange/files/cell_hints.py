"""What a cell that cannot be read may have meant, and what to do about it: a hint that works when it is followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from myositis_tools.exchange.files.dates import EXCEL as EXCEL  # for the package's own use
from myositis_tools.exchange.files.dates import FIRST_DAY_OF_EXCEL, read_dates
from myositis_tools.exchange.files.number_formats import SIGNS, THOUSANDS, looks_grouped
from myositis_tools.frames import Column, type_hint, word_hint

ERRORS_OF_SHEETS = (
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#PYTHON!",
)  # fmt: skip
_NOT_RECORDED = "leave what was not recorded empty, or name the words for it: missing=[...]"
_WORDS = "or map your own words: ColumnMapping(words={...})"
_LATEST_DAY = 73_050  # of Excel: the year 2099
_FIRST_LIKELY_DAY = 10_000  # of Excel: what is less is rather a year, in 1927 or before
_NO_SUCH_DAY = "there is no such day; look it up, or write the month alone, as 2026-03, or leave it empty"


def hint_for(text: str, column: Column) -> str:
    """Say what to do about a text where a column wants something else."""
    text = text.strip()
    if text.startswith("#") and text.upper() == text:
        return "an error of the spreadsheet program; mend its formula, or name the words for it: missing=[...]"
    if column.words:
        return word_hint(column, text)
    if column.type in ("number", "integer"):
        return _hint_for_number(text)
    if column.type == "yes_no":
        return f"write yes or no, {_WORDS}; leave what was not recorded empty"
    return _hint_for_date(text) if column.type == "date" else type_hint(column)


def _hint_for_number(text: str) -> str:
    comma = 'decimal commas are read with decimal=","'
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f'{comma}, a comma between thousands with thousands=","' if looks_grouped(text) else comma
    if looks_grouped(text):
        return _hint_for_thousands(text)
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return "a number written as text; write all numbers of the column in one way"
    if re.match(r"[<>\u2264\u2265]", text):
        return "a value beyond a limit of the measurement; write the number that is to count for it, or leave it empty"
    if re.search(r"\d", text) and re.search(r"[^\W\d_]|%", text):
        return "write the number alone"
    return _NOT_RECORDED


def _hint_for_thousands(text: str) -> str:
    found = next(sign for sign in text.lstrip("+-") if not sign.isdigit())
    sign = next((sign for sign in THOUSANDS if re.fullmatch(SIGNS.get(sign, re.escape(sign)), found)), found)
    said = f'thousands="{sign}"'
    last = re.search(r"([.,])\d+$", text)
    if last and last[1] == "," and sign != ",":
        said = f'{said}; decimal commas are read with decimal=","'
    return f"a sign between thousands is read with {said}"


# --------------------------------------------------------------------------------------------------------------- dates


def _hint_for_date(text: str) -> str:
    found = [form for form in dict.fromkeys(_formats_for(text)) if _reads(text, form)]
    if len(found) == 1:
        return f'such dates are read with date_format="{found[0]}"'
    if found:
        return f'such dates are read with date_format="{found[0]}" (or "{found[1]}": look which)'
    number = re.fullmatch(r"(\d{4,5})(\.0)?", text)
    if number and _FIRST_LIKELY_DAY <= int(number[1]) <= _LATEST_DAY:
        day = FIRST_DAY_OF_EXCEL + timedelta(days=int(number[1]))
        return f'is it a day number of Excel, {day}? date_format="{EXCEL}" reads them'
    if re.fullmatch(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*", text) or re.fullmatch(r"\d{4}[-/.]\d{1,2}", text):
        return _NO_SUCH_DAY
    if re.search(r"\d", text):
        return "write it as 2026-03-31, 2026-03 or 2026, or leave it empty"
    return _NOT_RECORDED


def _formats_for(text: str) -> Iterator[str]:
    """Formats that a text may be in, the likeliest first."""
    bare = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text)
    if all_parts := re.fullmatch(r"(\d+)([-/. ])(\d+)\2(\d+)", bare):
        sign = all_parts[2]
        if len(all_parts[1]) == _DIGITS_OF_A_YEAR:
            yield from (f"%Y{sign}%m{sign}%d", f"%Y{sign}%d{sign}%m")
        year = "%Y" if len(all_parts[4]) == _DIGITS_OF_A_YEAR else "%y"
        yield from (f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}")
    elif two_parts := re.fullmatch(r"(\d+)([-/. ])(\d+)", bare):
        sign = two_parts[2]
        yield from (f"%m{sign}%Y", f"%Y{sign}%m", f"%m{sign}%y")
    elif in_words := re.fullmatch(r"(\d+)([-/. ]?)([^\W\d_]+)\2(\d+)", bare):
        year = "%Y" if len(in_words[4]) == _DIGITS_OF_A_YEAR else "%y"
        yield from (f"%d{in_words[2]}{month}{in_words[2]}{year}" for month in ("%b", "%B"))
    elif in_words := re.fullmatch(r"([^\W\d_]+)([-/. ]?)(\d+)", bare):
        year = "%Y" if len(in_words[3]) == _DIGITS_OF_A_YEAR else "%y"
        yield from (f"{month}{in_words[2]}{year}" for month in ("%b", "%B"))
    elif re.fullmatch(r"[^\W\d_]+ \d+, \d{4}", bare):
        yield from ("%b %d, %Y", "%B %d, %Y")
    elif re.fullmatch(r"\d{8}", bare):
        yield from ("%Y%m%d", "%d%m%Y", "%m%d%Y")
    elif re.fullmatch(r"\d{6}", bare):
        yield from ("%Y%m", "%m%Y")


def _reads(text: str, form: str) -> bool:
    dates, _ = read_dates(pd.Series([text], dtype=object), form)
    return bool(dates.notna().all() and dates.dt.year.isin(_LIKELY).all())


_LIKELY = range(1900, 2101)  # years
_DIGITS_OF_A_YEAR = 4
