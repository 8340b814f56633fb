"""How a site writes its numbers and dates, as far as its own cells leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,(\d{1,2}|\d{4,})|0,\d+)")  # three digits after 2, may be a thousand
_THOUSAND_OR_DECIMAL = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_DECIMAL_POINT = re.compile(r"[+-]?\d+\.\d+")
_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_MONTHS = 12


@dataclass(frozen=True)
class Proposal:
    """How cells seem to be written, and which cells say so; nothing where a person has to look.

    Parameters
    ----------
    option : str
        ``decimal`` or ``date_format``.
    value : str
        What to choose for it; nothing where the cells leave two ways.
    words : str
        What was seen.
    """

    option: str
    value: str
    words: str


def written_as(table: pd.DataFrame, whole: pd.DataFrame | None = None) -> list[Proposal]:
    """Propose the decimal sign and the order of dates that the texts of a table are written with.

    Where `table` holds the columns that are read, the `whole` has more dates that say which part is the day.

    Examples
    --------
    >>> own = pd.DataFrame({"HAQ": ["2,125", "1,5"], "Datum": ["16-02-2023", "3-4-2023"]})
    >>> [(each.option, each.value) for each in written_as(own)]
    [('decimal', ','), ('date_format', '%d-%m-%Y')]
    """
    texts = _all_texts(table)
    found = (_decimal(texts), _dates(texts, _all_texts(table if whole is None else whole)))
    return [each for each in found if each is not None]


def _all_texts(table: pd.DataFrame) -> list[str]:
    return [word.strip() for place in range(table.shape[1]) for word in _texts(table.iloc[:, place])]


def _texts(values: pd.Series) -> Iterator[str]:
    if values.dtype == object or pd.api.types.is_string_dtype(values.dtype):
        yield from (word for word in pd.unique(values.dropna()) if isinstance(word, str))


def _decimal(texts: list[str]) -> Proposal | None:
    commas = [word for word in texts if _DECIMAL_COMMA.fullmatch(word)]
    points = [word for word in texts if _DECIMAL_POINT.fullmatch(word)]
    if not commas:
        unclear = [word for word in texts if _THOUSAND_OR_DECIMAL.fullmatch(word)]
        if not unclear or points:
            return None
        return Proposal("decimal", "", f"'{unclear[0]}' may be a decimal number or a thousand")
    said = f"'{commas[0]}' holds a decimal comma"
    return Proposal("decimal", "", f"{said}, and '{points[0]}' a point") if points else Proposal("decimal", ",", said)


def _dates(texts: list[str], more: list[str]) -> Proposal | None:
    found = [match for match in map(_DATE.fullmatch, texts) if match]
    if not found:
        return None
    signs, years = {match[2] for match in found}, {len(match[4]) for match in found}
    found += [match for match in map(_DATE.fullmatch, more) if match and match[2] in signs and len(match[4]) in years]
    day_first = [match for match in found if int(match[1]) > _MONTHS]
    month_first = [match for match in found if int(match[3]) > _MONTHS]
    said = f"'{(day_first or month_first or found)[0][0]}'"
    if len(signs) > 1 or len(years) > 1 or bool(day_first) == bool(month_first):
        why = "does day or month come first?" if not day_first else "dates are written in more than one way"
        return Proposal("date_format", "", f"{said}: {why}")
    sign, year = signs.pop(), "%Y" if years == {4} else "%y"
    one, other = ("%d", "%m") if day_first else ("%m", "%d")
    words = f"{said} has the {'day' if day_first else 'month'} first"
    return Proposal("date_format", f"{one}{sign}{other}{sign}{year}", words)
