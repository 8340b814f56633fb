"""How well the values under a heading fit a column, and in which unit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from myositis_tools.exchange.mapping.column_mapping import MULTIPLE, converted, other_units
from myositis_tools.exchange.mapping.heading_units import UnitFit
from myositis_tools.exchange.mapping.known_words import are_known
from myositis_tools.frames import NUMERIC, Column

_MISFIT, _POOR, _ALMOST = 0.3, 0.6, 0.98  # decided here
_MOST_SLIPS = 0.1  # the share of values beyond a scale that leaves no doubt which column it is: `validate` lists them
_FEWEST_IN_ANOTHER = 0.2  # the share beyond a scale that makes another unit likelier than a few slips
_LOW = 10  # what whole columns of percentages, millimetres and U/L go beyond
_NOT_SEEN_IN_VALUES = ("lb", "in", "ukat/L")  # units whose numbers look like the column's own


@dataclass(frozen=True)
class ValueFit:
    """How well values fit, from 0 to 1; what to say of it; the unit in which they do; whether a person must look."""

    share: float = 1.0
    words: str = ""
    unit: str = ""
    is_doubtful: bool = False


def value_fit(values: pd.Series, column: Column, stated: UnitFit, limit: str | None, heading: str) -> ValueFit:
    """Hold the values under a heading against a column, and against the unit that the heading states."""
    if stated.is_doubtful:
        return ValueFit(words=stated.words, is_doubtful=True)
    known = values.dropna()
    if (wanted := _enzyme(known, column, stated, limit)) is not None:
        return wanted
    if not len(known):
        return ValueFit(words=stated.words)
    is_date = _are_dates(known)
    if column.type == "date":
        written = known.map(str).str.fullmatch(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([ T].*)?|\d{4}").mean()
        return ValueFit() if is_date or written > 0.5 else ValueFit(_MISFIT, "the values are no dates", "", True)
    if column.type in NUMERIC:
        numbers = _numbers(known)
        if is_date or numbers is None:
            return ValueFit(_MISFIT, "the values are no numbers", "", True)
        return _of_numbers(numbers, column, stated, limit)
    if column.type in ("word", "yes_no"):
        share = are_known(known, column, heading)
        return ValueFit() if share > 0.5 else ValueFit(_POOR, "few values are words of this column", "", True)
    return ValueFit()


def _enzyme(known: pd.Series, column: Column, stated: UnitFit, limit: str | None) -> ValueFit | None:
    """What an enzyme needs before its numbers mean anything: a unit, or the upper limit that divides them."""
    if column.unit not in (MULTIPLE, "U/L"):
        return None
    if limit is not None and (column.unit == "U/L" or (stated.is_stated and not stated.needs_limit)):
        return None if column.unit == MULTIPLE else ValueFit(0.9, f"{limit!r} makes multiples of it")
    if limit is None and stated.needs_limit:
        return ValueFit(words=f"{stated.words}: upper_limit= makes multiples of it", is_doubtful=True)
    if limit is None and not stated.is_stated:
        numbers = _numbers(known) if len(known) and not _are_dates(known) else None
        if column.unit == "U/L" and numbers is not None and numbers.min() > _LOW:
            return ValueFit(words=f"values from {numbers.min():g} look like U/L")
        said = "the heading says no unit, and no heading looks like an upper limit: U/L, or multiples of one?"
        return ValueFit(words=said, is_doubtful=True)
    return None


def _are_dates(known: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(known.dtype) or known.map(lambda value: hasattr(value, "year")).all()


def _numbers(known: pd.Series) -> pd.Series | None:
    texts = known.map(lambda value: value.strip().replace(",", ".") if isinstance(value, str) else value)
    numbers = pd.to_numeric(texts.where(texts.map(lambda value: not isinstance(value, bool))), errors="coerce")
    if pd.api.types.is_complex_dtype(numbers.dtype) or numbers.notna().mean() < 0.5:
        return None
    return numbers.dropna().astype("float64")


def _of_numbers(numbers: pd.Series, column: Column, stated: UnitFit, limit: str | None) -> ValueFit:
    highest, lowest = numbers.max(), numbers.min()
    if column.unit == MULTIPLE:
        if limit is not None:
            return ValueFit(words=f"divided by {limit!r} it would be a multiple of the upper limit")
        if lowest > _LOW:
            return ValueFit(0.9, f"values from {lowest:g} look like U/L: they need upper_limit=", "", True)
    if stated.is_stated:
        return _as_stated(numbers, column, stated)
    if _within(numbers, column).all():
        if column.unit.startswith("% of predicted") and highest <= _LOW:
            return ValueFit(words=f"values to {highest:g} look like litres, or shares of one", is_doubtful=True)
        return ValueFit()
    beyond = 1 - float(_within(numbers, column).mean())
    for unit in other_units(column):
        if unit not in _NOT_SEEN_IN_VALUES and _within(converted(numbers, column, unit), column).all():
            if beyond < _FEWEST_IN_ANOTHER:
                said = f"values to {highest:g} would be {unit}, but most lie within {column.expected}: slips?"
                return ValueFit(words=said, is_doubtful=True)
            return ValueFit(_ALMOST, f"values to {highest:g} would be {unit}", unit)
    return _beyond(numbers, beyond, column)


def _as_stated(numbers: pd.Series, column: Column, stated: UnitFit) -> ValueFit:
    made = converted(numbers, column, stated.unit) if stated.unit else numbers
    beyond = 1 - float(_within(made, column).mean())
    if stated.unit in ("mm", "0-100") and (column.maximum or 0) <= _LOW and len(numbers) >= _LOW > numbers.max():
        said = f"{stated.words}, but no value goes beyond {numbers.max():g}: is it cm?"
        return ValueFit(words=said, is_doubtful=True)
    if beyond:
        fit = _beyond(made, beyond, column)
        return ValueFit(fit.share, f"{stated.words}; {fit.words}".lstrip("; "), stated.unit, fit.is_doubtful)
    return ValueFit(words=stated.words, unit=stated.unit)


def _beyond(numbers: pd.Series, share: float, column: Column) -> ValueFit:
    said = f"values from {numbers.min():g} to {numbers.max():g} go beyond {column.expected}"
    return ValueFit(_ALMOST, said) if share <= _MOST_SLIPS else ValueFit(0.9 - 0.5 * share, said, "", True)


def _within(numbers: pd.Series, column: Column) -> pd.Series:
    low = column.minimum if column.minimum is not None else -float("inf")
    high = column.maximum if column.maximum is not None else float("inf")
    return numbers.between(low, high)
