"""The dates of CDISC, of which any part may be unknown: what is known of one without its year is no date."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.exchange.standards.adam import IMPUTED

_CLOCK = re.compile(r"([\d-]+)T.*")
_UNKNOWN = r"-|UN|UNK"  # what stands for a part; a single sign by the standard
_PARTS = re.compile(
    rf"(?P<year>\d{{4}}|{_UNKNOWN})-(?P<month>\d\d|{_UNKNOWN})(-(?P<day>\d\d|{_UNKNOWN}))?", re.IGNORECASE
)
_SIGNS = re.compile(r"(?P<year>\d{4})?(--+(\d\d)?|-)")  # a year, or a day, and nothing else
_OF_DAY, _KEPT = 10, {"month": 7, "year": 4}  # signs of a date such as 2026-03-31


def with_known_dates(
    frame: pd.DataFrame, domain: str, variables: Sequence[tuple[str, str]]
) -> tuple[pd.DataFrame, list[str]]:
    """Dates to the part that is known, and a word on those of which no year is; `variables` are (column, variable)."""
    told = []
    for name in [name for name in frame if name.endswith("date")]:
        days = frame[name].map(known_part, na_action="ignore")
        lost = frame.loc[frame[name].notna() & days.isna(), name]
        if len(lost):
            said = listed(repr(text) for text in lost.unique())
            stated = listed(variable for column, variable in variables if column == name)
            told.append(f"Dates of {domain} without a year are missing, {len(lost)} of {len(frame)}: {stated} {said}.")
        frame = frame.assign(**{name: days})
    return frame, told


def known_part(value: object) -> object:
    """The day of a date and time; of one that lacks a part what stands before it, and of one without a year nothing.

    Examples
    --------
    >>> [known_part(day) for day in ("2024-01-22T08:30", "2024---15", "2024-01-UN", "--01-02", "-----")]
    ['2024-01-22', '2024', '2024-01', None, None]
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    day = clock[1] if (clock := _CLOCK.fullmatch(text)) else text
    if found := _PARTS.fullmatch(day):
        parts: tuple[str | None, ...] = (found["year"], found["month"], found["day"])
    elif found := _SIGNS.fullmatch(day):
        parts = (found["year"],)
    else:
        return day
    known: list[str] = []
    for part in parts:
        if part is None or not part.isdigit():
            break
        known.append(part)
    return "-".join(known) or None


def as_recorded(frame: pd.DataFrame) -> pd.DataFrame:
    """The days of the visits without the part that was filled in."""
    if not {"visit_date", "not_known"} <= set(frame.columns):
        return frame
    days = frame["visit_date"].map(str, na_action="ignore").str[:_OF_DAY]
    for precision, kept in _KEPT.items():
        days = days.mask(frame["not_known"] == IMPUTED[precision], days.str[:kept])
    return frame.assign(visit_date=days)
