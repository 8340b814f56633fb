"""Numbers as people write them: with a decimal comma or point, and with a sign between thousands where that is said."""

from __future__ import annotations

import re

import pandas as pd

from myositis_tools.frames import is_number, number_of

DECIMALS = (".", ",")
THOUSANDS = (".", ",", " ", "'")
_WRITTEN = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf)", re.IGNORECASE | re.ASCII)
# a space is also the one that does not break, and the apostrophe the curved one
SIGNS = {" ": r"[ \u00a0\u2009\u202f]", "'": r"['\u2019]"}


def read_numbers(words: pd.Series, decimal: str = ".", thousands: str | None = None) -> pd.Series:
    """Read texts as numbers; one that is none in this way of writing is missing.

    Parameters
    ----------
    words : pandas.Series
        Texts, or values that are numbers already; a yes or no is no number.
    decimal : {".", ","}
        The decimal sign. Where it is a comma, a point is none: ``1.234`` may be a thousand.
    thousands : {".", ",", " ", "'"}, optional
        The sign between thousands, which stands before every third digit or nowhere.

    Examples
    --------
    >>> import pandas as pd

    from myositis_tools.frames import is_number, number_of
    >>> read_numbers(pd.Series(["1,5", "1.234"]), decimal=",").tolist()
    [1.5, nan]
    >>> read_numbers(pd.Series(["1,5", "1.234"]), decimal=",", thousands=".").tolist()
    [1.5, 1234.0]
    """
    return pd.Series([_number(word, decimal, thousands) for word in words], index=words.index, dtype="float64")


def looks_grouped(text: str) -> bool:
    """Whether a text may be a number with a sign between its thousands.

    Examples
    --------
    >>> looks_grouped("1.234,5"), looks_grouped("1.234"), looks_grouped("1.23")
    (True, True, False)
    """
    return any(_grouped(sign).fullmatch(text.strip()) for sign in THOUSANDS)


def _grouped(thousands: str, decimal: str | None = None) -> re.Pattern[str]:
    sign = SIGNS.get(thousands, re.escape(thousands))
    ends = re.escape(decimal) if decimal else "[.,]"
    return re.compile(rf"[+-]?\d{{1,3}}({sign}\d{{3}})+({ends}\d+)?")


def _number(word: object, decimal: str, thousands: str | None) -> float | None:
    if not isinstance(word, str):
        return number_of(word) if is_number(word) else None
    text = word.strip()
    if thousands and _grouped(thousands, decimal).fullmatch(text):
        text = re.sub(SIGNS.get(thousands, re.escape(thousands)), "", text)
    if decimal == ",":
        text = text.replace(".", " ").replace(",", ".")  # a point is no part of a number then
    return float(text) if _WRITTEN.fullmatch(text) else None  # the nearest double, unlike a column of texts in pandas 2
