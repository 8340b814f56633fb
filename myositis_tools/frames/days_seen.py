"""Dates that stand where a visit is dated and cannot be of one: a birth date under another name.

Nothing says of a date what it is. What can be seen is that it does not go with the others: it is the same at every
visit of a patient, lies years before what the week says, or decades before the other dates of the table. The limits are
decisions of this project (``tables/plausibility.csv``).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from myositis_tools.tables import records

DATES_OF_VISITS = ("visit_date", "screening_date")
_DAYS_A_YEAR = 365.2425
_WEEKS_A_YEAR = _DAYS_A_YEAR / 7


class NotOfVisits(NamedTuple):
    """The rows whose date cannot be of a visit, and what is expected of one."""

    problem: str
    rows: pd.Series
    expected: str


def dates_of_no_visit(
    dates: pd.Series, patients: pd.Series | None = None, weeks: pd.Series | None = None
) -> list[NotOfVisits]:
    """Find the dates that cannot be days on which patients were seen; none where all can.

    Parameters
    ----------
    dates : pandas.Series
        Dates, days since 1970, or texts with a year of four digits in them.
    patients, weeks : pandas.Series, optional
        Who was seen, and in which week.
    """
    limit = {str(row["limit"]): float(row["value"]) for row in records("plausibility")}  # type: ignore[arg-type]
    years = _years(dates)
    years = years.where(years >= limit["first_year"])  # before it the century is wrong
    last = years[years <= date.today().year + 1].max()  # a date that means *not recorded* may lie far ahead
    span = limit["years_of_a_table"]
    found = [
        NotOfVisits(
            "decades before the others",
            years < last - span,
            f"within {span:g} years of the last date of the table",
        )
    ]
    if patients is not None and weeks is not None:
        weeks = pd.to_numeric(weeks, errors="coerce").astype("float64")
        most = limit["years_from_the_week"]
        start = years - weeks / _WEEKS_A_YEAR
        before = start.groupby(patients, sort=False).transform("median") - start > most
        found.append(NotOfVisits("years before what the week says", before, f"at most {most:g} years before it"))
        same = _the_same_at_all(dates, patients, weeks, limit["week_and_date"])
        found.append(NotOfVisits("the same at every visit", same, "the day of each visit"))
    return [one for one in found if one.rows.any()]


def _the_same_at_all(dates: pd.Series, patients: pd.Series, weeks: pd.Series, most: float) -> pd.Series:
    """The rows of patients who have one date for visits far apart, where most patients with such visits do."""
    known = pd.DataFrame({"patient": patients, "week": weeks, "date": dates}).dropna()
    by = known.assign(date=pd.factorize(known["date"])[0]).groupby("patient", sort=False)
    apart = (by["week"].max() - by["week"].min()) > most
    is_one = apart & (by["date"].max() == by["date"].min())
    several, many = is_one.sum(), apart.sum()
    those = is_one.index[is_one] if several > 1 and 2 * several > many else []
    return patients.isin(list(those)) & dates.notna()


def _years(dates: pd.Series) -> pd.Series:
    """When it was, in years; missing where no year is legible."""
    if pd.api.types.is_numeric_dtype(dates.dtype):
        return 1970 + dates.astype("float64") / _DAYS_A_YEAR
    if pd.api.types.is_datetime64_any_dtype(dates.dtype):
        return (dates.dt.year + dates.dt.day_of_year / 366).astype("float64")
    return pd.to_numeric(dates.astype(str).str.extract(r"(?<!\d)(\d{4})(?!\d)")[0], errors="coerce").astype("float64")
