"""What a message says of a value that cannot be, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from myositis_tools.errors import ImpossibleValueError, MyositisToolsError, WrongTypeError, listed, nearest
from myositis_tools.frames.columns import Column

_FIRST_DAY = date(1970, 1, 1)  # a date behind the door is its number of days since then
FIRST_DATE, LAST_DATE = ((end - _FIRST_DAY).days for end in (date.min, date.max))  # of the calendar: years 1 to 9999


def type_error(column: Column, found: str, where: str) -> MyositisToolsError:
    """Say that a column holds another type of value than it should."""
    return WrongTypeError(
        f"Column {column.name} holds {found}.",
        where=f"column {column.name}, {where}",
        expected=column.expected,
        hint=type_hint(column),
    )


TYPE_HINTS = {
    "number": "a number is needed; read decimal commas with pd.read_csv(..., decimal=',') and leave what was not "
    "measured empty",
    "integer": "a whole number is needed",
    "yes_no": "use True and False and leave what was not recorded empty",
    "date": "read dates as dates, for example with pd.to_datetime(column, format='%d-%m-%Y')",
}


def type_hint(column: Column) -> str:
    """What to do about a value of the wrong type."""
    return TYPE_HINTS.get(column.type, "words as text; leave what was not recorded empty")


def word_hint(column: Column, word: object) -> str:
    """Which allowed word is meant by another: of units only one that is spelt alike, for the nearest is another size.

    Examples
    --------
    >>> from myositis_tools.frames import columns
    >>> word_hint(columns("labs")["unit"], "u / l"), word_hint(columns("labs")["test"], "akt")
    ("did you mean 'U/L'?", "did you mean 'ast'?")
    >>> word_hint(columns("labs")["unit"], "MU/L")
    'convert the values to one of U/L, ukat/L, µkat/L, μkat/L, pkat/L, nkat/L, mkat/L, kat/L, mU/L, kU/L'
    """
    if not column.name.endswith("unit"):
        return nearest(word, column.words)
    alike = [known for known in column.words if _same_unit(str(word), known)]
    return f"did you mean {alike[0]!r}?" if alike else f"convert the values to one of {listed(column.words)}"


def _same_unit(given: str, known: str) -> bool:
    """Whether two units differ in capitals and spaces alone; a large M is mega, and a small one milli."""
    bare = "".join(given.split())
    return bare.casefold() == known.casefold() and (bare[0] == "M") == (known[0] == "M")


def impossible_values(column: str, values: Sequence[Any], **rest: str) -> ImpossibleValueError:
    """Say that a column holds values that cannot be."""
    return ImpossibleValueError(
        f"Column {column} holds impossible values: {listed(plain(value) for value in values)}.", **rest
    )


def day(number: float) -> date | str:
    """The calendar date of a day number, which in a year above 9999 or before 1 is none."""
    if not FIRST_DATE <= number <= LAST_DATE:
        return f"a day of the year {1970 + number / 365.2425:.0f}"
    return _FIRST_DAY + timedelta(days=number)


def unit_hint(column: Column, values: Sequence[float]) -> str:
    """The likely mistake behind impossible values of a column."""
    high = column.maximum
    if column.type == "date":
        return "the year may be wrong"
    if any(value < 0 for value in values) and column.minimum == 0:
        return "a negative value cannot be; leave what was not measured empty"
    if column.type == "integer" and all(math.isfinite(value) and value != round(value) for value in values):
        return "a whole number is needed; round it yourself if that is right"
    if column.unit == "cm" and high and all(high < value <= high * 10 for value in values):
        return "this looks like millimetres; divide the whole column by 10"
    if column.name == "height_cm" and high and all(0 < value * 100 <= high for value in values):
        return "this looks like metres; multiply the whole column by 100"
    if column.unit == "points" and high:
        return "the number in the column's name is the maximum; is this another MMT scale?"
    return "check the value and its unit"


def plain(value: object) -> str:
    """A value as a message writes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
