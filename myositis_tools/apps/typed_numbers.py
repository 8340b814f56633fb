"""Numbers as people type them into a field."""

from __future__ import annotations

from math import isfinite

from myositis_tools.errors import WrongTypeError


def typed_number(text: str, *, label: str, expected: str) -> float | None:
    """Read a number from a field; an empty field is a missing value.

    Raises
    ------
    WrongTypeError
        If it is no number; a decimal comma is named, for nobody should have to guess what it was taken for.
    """
    typed = text.strip()
    if not typed:
        return None
    if "," in typed:
        raise WrongTypeError(
            f"{label}: {typed!r} holds a comma.", expected="a decimal point", hint=f"write {typed.replace(',', '.')}"
        )
    try:
        value = float(typed)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise WrongTypeError(f"{label}: {typed!r} is not a number.", expected=expected, hint="or leave it empty")
    return value


def text_of_number(value: float | None, typed: str = "") -> str:
    """Write a number into its field: as it was typed while that says it, for a point just typed must not vanish."""
    if value is None:
        return ""
    try:
        return typed if float(typed) == value else f"{value:.12g}"
    except ValueError:
        return f"{value:.12g}"
