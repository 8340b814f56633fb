"""Values as a person writes them: the one place where a number, a date or a text becomes words."""

from __future__ import annotations

from datetime import date

import pandas as pd


def written(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def written_values(values: pd.Series) -> pd.Series:
    """Values as a person writes them; what is missing stays so."""
    return values.map(written, na_action="ignore").astype(object)


def as_code(value: object) -> str:
    """A code, a heading or a grade as a person wrote it: a spreadsheet makes a number with decimals of ``5``."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def between(low: float, high: float, form: str = "g") -> str:
    """A number that lies between two bounds, which is known where they are the same."""
    return f"{low:{form}} to {high:{form}}" if low < high else f"{low:{form}}"


def with_interval(value: float, low: float, high: float, form: str, unit: str = "") -> str:
    """A number with its interval or its quartiles, where it has them."""
    return f"{value:{form}}{unit}" + (f" ({low:{form}} to {high:{form}})" if low == low else "")


def counted(count: int, word: str) -> str:
    """How many there are of something: ``1 patient``, ``2 patients``."""
    return f"{count} {word}" + "s" * (count != 1)


def decided(fit: object, undecided: object | None, do_not_fit: object) -> str:
    """How many patients fit, are undecided and do not fit; `undecided` is None where nobody may be."""
    waiting = "" if undecided is None else f", {undecided} {_verb(undecided, 'is', 'are')} undecided"
    return f"{fit} {_verb(fit, 'fits', 'fit')}{waiting}, {do_not_fit} {_verb(do_not_fit, 'does', 'do')} not fit"


def _verb(count: object, one: str, several: str) -> str:
    return one if str(count) == "1" else several


def many(count: int, of: int | None = None) -> str:
    """How many patients, and of how many."""
    words = counted(of or count, "patient")
    return words if of in (None, count) else f"{count} of {words}"
