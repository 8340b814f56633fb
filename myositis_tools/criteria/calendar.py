"""Calendar arithmetic on day numbers, the same on every engine.

A date behind the door is its number of days since 1970. Windows of the criteria are counted in calendar months and
years, not in blocks of thirty days: a month before 31 March is the last day of February.
"""

from __future__ import annotations

import narwhals as nw

_MONTHS = 12
# Days from 1 March of year 0 to 1 January 1970, and the lengths of the Gregorian cycle, with the year counted from
# March so that the leap day comes last.
_EPOCH, _ERA, _ERA_YEARS = 719_468, 146_097, 400


def _parts(days: nw.Expr) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    """Year, month and day of a day number."""
    since = days + _EPOCH
    era = (since / _ERA).floor()
    in_era = since - era * _ERA
    year_of_era = (
        (in_era - (in_era / 1460).floor() + (in_era / 36_524).floor() - (in_era / 146_096).floor()) / 365
    ).floor()
    in_year = in_era - (365 * year_of_era + (year_of_era / 4).floor() - (year_of_era / 100).floor())
    from_march = ((5 * in_year + 2) / 153).floor()
    day = in_year - ((153 * from_march + 2) / 5).floor() + 1
    month = from_march + 3 - _MONTHS * (from_march >= 10).cast(nw.Float64)
    year = year_of_era + era * _ERA_YEARS + (month <= 2).cast(nw.Float64)
    return year, month, day


def _number(year: nw.Expr, month: nw.Expr, day: nw.Expr) -> nw.Expr:
    """Day number of a year, month and day."""
    shifted = year - (month <= 2).cast(nw.Float64)
    era = (shifted / _ERA_YEARS).floor()
    year_of_era = shifted - era * _ERA_YEARS
    from_march = month - 3 + _MONTHS * (month <= 2).cast(nw.Float64)
    in_year = ((153 * from_march + 2) / 5).floor() + day - 1
    in_era = year_of_era * 365 + (year_of_era / 4).floor() - (year_of_era / 100).floor() + in_year
    return era * _ERA + in_era - _EPOCH


def months_later(days: nw.Expr, months: int) -> nw.Expr:
    """The same day of the month so many months later (earlier if negative), or the month's last day if it has none."""
    year, month, day = _parts(days)
    counted = year * _MONTHS + (month - 1) + months
    to_year = (counted / _MONTHS).floor()
    to_month = counted - to_year * _MONTHS + 1
    first = _number(to_year, to_month, to_month * 0 + 1)
    after = counted + 1
    next_year = (after / _MONTHS).floor()
    next_first = _number(next_year, after - next_year * _MONTHS + 1, to_month * 0 + 1)
    return nw.min_horizontal(first + day - 1, next_first - 1)


def completed_months(start: nw.Expr, end: nw.Expr) -> nw.Expr:
    """How many calendar months lie between two days; negative where the end is before the start.

    A month is complete on the same day of the month, or on its last day if it has no such day.
    """
    start_year, start_month, start_day = _parts(start)
    end_year, end_month, end_day = _parts(end)
    _, _, next_day = _parts(end + 1)
    months = (end_year - start_year) * _MONTHS + (end_month - start_month)
    is_complete = (end_day >= start_day) | (next_day == 1)
    return months - 1 + is_complete.cast(nw.Float64)


def completed_years(start: nw.Expr, end: nw.Expr) -> nw.Expr:
    """How many calendar years lie between two days: an age."""
    return (completed_months(start, end) / _MONTHS).floor()
