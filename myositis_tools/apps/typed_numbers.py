"""Numbers as people type them into a field."""

from __future__ import annotations

import re
from math import isfinite

from myositis_tools.errors import WrongTypeError

_WRITTEN = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")  # what may be a decimal comma, or a comma between thousands


def typed_number(text: str, *, label: str, expected: str, highest: float | None = None) -> float | None:
    """Read a number from a field, with a decimal point or comma; an empty field is a missing value.

    Parameters
    ----------
    text : str
        What was typed.
    label, expected : str
        What the field is called, and what may stand in it.
    highest : float, optional
        The highest value that is possible: 1,125 of at most 3 can be no thousand.

    Raises
    ------
    WrongTypeError
        If it is no number, or one that could be two.

    Examples
    --------
    >>> typed_number("6,5", label="CK", expected="0 or more")
    6.5
    """
    typed = text.strip()
    if not typed:
        return None
    if _THOUSANDS.fullmatch(typed) and (highest is None or abs(float(typed.replace(",", ""))) <= highest):
        decimal, whole = typed.replace(",", "."), typed.replace(",", "")
        raise WrongTypeError(
            f"{label}: {typed!r} could be {decimal} or {whole}.",
            expected="a decimal point, and no sign between thousands",
            hint=f"write {decimal} or {whole}",
        )
    value = _number(typed)
    if value is None or not isfinite(value):
        raise WrongTypeError(f"{label}: {typed!r} is not a number.", expected=expected, hint="or leave it empty")
    return value


def text_of_number(value: float | None, typed: str = "") -> str:
    """Write a number into its field: as it was typed while that says it, for a point just typed must not vanish."""
    if value is None:
        return ""
    return typed if _number(typed.strip()) == value else f"{value:.12g}"


def _number(typed: str) -> float | None:
    return float(typed.replace(",", ".")) if _WRITTEN.fullmatch(typed) else None
