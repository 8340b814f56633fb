"""What a cell that cannot be read may have meant, and what to do about it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from myositis_tools.errors import nearest
from myositis_tools.exchange.files.number_formats import SIGNS, THOUSANDS, looks_grouped
from myositis_tools.frames import Column, type_hint

EXCEL = "excel"  # a date_format: dates as the day numbers that Excel keeps
FIRST_DAY_OF_EXCEL = date(1899, 12, 30)  # as counted from after the day in 1900 that never was
FIRST_SAFE_DAY = 61
_NOT_RECORDED = "leave what was not recorded empty, or name the words for it: missing=[...]"
_WORDS = "or map your own words: ColumnMapping(words={...})"
_LATEST_DAY = 73_050  # of Excel: the year 2099


def hint_for(text: str, column: Column) -> str:
    """Say what to do about a text where a column wants something else."""
    text = text.strip()
    if text.startswith("#") and text.upper() == text:
        return "an error of the spreadsheet program; mend its formula"
    if column.words:
        return nearest(text, column.words)
    if column.type in ("number", "integer"):
        return _hint_for_number(text)
    if column.type == "yes_no":
        return f"write yes or no, {_WORDS}; leave what was not recorded empty"
    return _hint_for_date(text) or type_hint(column) if column.type == "date" else type_hint(column)


def _hint_for_number(text: str) -> str:
    comma = 'decimal commas are read with decimal=","'
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f'{comma}, a comma between thousands with thousands=","' if looks_grouped(text) else comma
    if looks_grouped(text):
        found = next(sign for sign in text.lstrip("+-") if not sign.isdigit())
        sign = next((sign for sign in THOUSANDS if re.fullmatch(SIGNS.get(sign, re.escape(sign)), found)), found)
        return f'a sign between thousands is read with thousands="{sign}"'
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return "a number written as text; write all numbers of the column in one way"
    if re.match(r"[<>\u2264\u2265]", text):
        return "a value beyond a limit of the measurement; write the number that is to count for it, or leave it empty"
    if re.search(r"\d", text) and re.search(r"[^\W\d_]|%", text):
        return "write the number alone"
    return _NOT_RECORDED


def _hint_for_date(text: str) -> str:
    if written := re.fullmatch(r"\d{1,2}([-/.])\d{1,2}[-/.](\d{4}|\d{2})", text):
        sign, year = written[1], "%Y" if len(written[2]) == 4 else "%y"
        one, other = f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"
        return f'such dates are read with date_format="{one}" (or "{other}": look which)'
    if (number := re.fullmatch(r"(\d{4,5})(\.0)?", text)) and FIRST_SAFE_DAY <= int(number[1]) <= _LATEST_DAY:
        day = FIRST_DAY_OF_EXCEL + timedelta(days=int(number[1]))
        return f'is it a day number of Excel, {day}? date_format="{EXCEL}" reads them'
    return ""
