"""Calendar arithmetic on day numbers, the same on every engine.

A date behind the door is its number of days since 1970. Windows of the criteria are counted in calendar months and
years, not in blocks of thirty days: a month before 31 March is the last day of February.

Each function adds a column to a narwhals frame. They go step by step through columns of their own: an expression that
holds itself several times would be worked out as often on an engine that works at once.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

_MONTHS = 12
# Days from 1 March of year 0 to 1 January 1970; days and years of the Gregorian cycle. Years are counted from March, so
# that the leap day comes last.
_EPOCH, _ERA, _ERA_YEARS = 719_468, 146_097, 400


def add_months_later(frame: Any, column: str, months: int, into: str) -> Any:
    """Add the same day of the month so many months later (earlier if negative), or the last day of a shorter month."""
    own = f"_{into}"
    frame = _add_parts(frame, nw.col(column), own)
    counted = nw.col(f"{own}_year") * _MONTHS + (nw.col(f"{own}_month") - 1) + months
    frame = frame.with_columns(counted.alias(f"{own}_counted"))
    frame = _add_first_day(frame, nw.col(f"{own}_counted"), f"{own}_first")
    frame = _add_first_day(frame, nw.col(f"{own}_counted") + 1, f"{own}_next")
    same_day = nw.col(f"{own}_first") + nw.col(f"{own}_day") - 1
    return _without(frame.with_columns(nw.min_horizontal(same_day, nw.col(f"{own}_next") - 1).alias(into)), own)


def add_span(frame: Any, column: str, precision: str | None, into: tuple[str, str]) -> Any:
    """Add the first and the last day that a date can mean.

    Both are the day itself, or the ends of its month or year where the column `precision` says that only those are
    recorded.
    """
    first, last = into
    if precision is None:
        return frame.with_columns(nw.col(column).alias(first), nw.col(column).alias(last))
    own = f"_span_{column}"
    frame = _add_parts(frame, nw.col(column), own)
    january = nw.col(f"{own}_year") * _MONTHS
    month = january + nw.col(f"{own}_month") - 1
    ends = {"m": (month, month + 1), "y": (january, january + _MONTHS)}
    for name, (begins, after) in ends.items():
        frame = frame.with_columns(begins.alias(f"{own}_{name}a"), after.alias(f"{own}_{name}b"))
        frame = _add_first_day(frame, nw.col(f"{own}_{name}a"), f"{own}_{name}first")
        frame = _add_first_day(frame, nw.col(f"{own}_{name}b"), f"{own}_{name}after")
    said = nw.col(precision)
    spans = {
        first: [nw.col(f"{own}_{name}first") for name in ends],
        last: [nw.col(f"{own}_{name}after") - 1 for name in ends],
    }
    chosen = {
        name: nw.when(said == "month").then(of_month).when(said == "year").then(of_year).otherwise(nw.col(column))
        for name, (of_month, of_year) in spans.items()
    }
    return _without(frame.with_columns(**chosen), own)


def add_months_between(frame: Any, day: str, until: str, *, at_least: str, at_most: str) -> Any:
    """Add by how many calendar months a day lies before another: the whole months in which it lies.

    `at_least` is the greatest number of months such that the day is that long before `until` or longer; `at_most` is
    the smallest look-back from `until` that still holds the day. They are equal where the day is that of a window's
    first end, such as 28 February for the month, two months and three months before 31 March, April and May.
    """
    own = f"_{at_most}"
    frame = _add_parts(frame, nw.col(day), f"{own}_a")
    frame = _add_parts(frame, nw.col(until), f"{own}_b")
    counted = nw.col(f"{own}_a_year") * _MONTHS + nw.col(f"{own}_a_month") - 1
    frame = frame.with_columns(counted.alias(f"{own}_counted"))
    frame = _add_first_day(frame, nw.col(f"{own}_counted"), f"{own}_first")
    frame = _add_first_day(frame, nw.col(f"{own}_counted") + 1, f"{own}_next")
    months = nw.col(f"{own}_b_year") * _MONTHS + nw.col(f"{own}_b_month") - 1 - nw.col(f"{own}_counted")
    # the first end of a window of so many months lies in the month of the day; before the day, on it, or after it
    end = nw.min_horizontal(nw.col(f"{own}_b_day"), nw.col(f"{own}_next") - nw.col(f"{own}_first"))
    is_after, is_before = end < nw.col(f"{own}_a_day"), end > nw.col(f"{own}_a_day")
    return _without(
        frame.with_columns(
            (months - is_after.cast(nw.Float64)).alias(at_least),
            (months + is_before.cast(nw.Float64)).alias(at_most),
        ),
        own,
    )


def add_completed_months(frame: Any, start: str, end: str, into: str) -> Any:
    """Add how many calendar months lie between two days; negative where the end is before the start.

    A month is complete on the same day of the month, or on its last day if it has no such day.
    """
    own = f"_{into}"
    frame = _add_parts(frame, nw.col(start), f"{own}_a")
    frame = _add_parts(frame, nw.col(end), f"{own}_b")
    frame = _add_parts(frame, nw.col(end) + 1, f"{own}_c")
    years, months = (nw.col(f"{own}_b_{part}") - nw.col(f"{own}_a_{part}") for part in ("year", "month"))
    is_complete = (nw.col(f"{own}_b_day") >= nw.col(f"{own}_a_day")) | (nw.col(f"{own}_c_day") == 1)
    counted = years * _MONTHS + months - 1 + is_complete.cast(nw.Float64)
    return _without(frame.with_columns(counted.alias(into)), own)


def _add_parts(frame: Any, days: nw.Expr, own: str) -> Any:
    """Add year, month and day of a day number."""
    era, rest, century, since, march = (f"{own}_{name}" for name in ("era", "rest", "century", "since", "march"))
    year, month, day = (f"{own}_{name}" for name in ("year", "month", "day"))
    frame = frame.with_columns((days + _EPOCH).alias(rest))
    frame = frame.with_columns(_floor(nw.col(rest), _ERA).alias(era))
    frame = frame.with_columns((nw.col(rest) - nw.col(era) * _ERA).alias(rest))
    in_era = nw.col(rest)
    leap_days = _floor(in_era, 1460) - _floor(in_era, 36_524) + _floor(in_era, 146_096)
    frame = frame.with_columns(_floor(in_era - leap_days, 365).alias(century))
    of_era = nw.col(century)
    frame = frame.with_columns((in_era - (365 * of_era + _floor(of_era, 4) - _floor(of_era, 100))).alias(since))
    frame = frame.with_columns(_floor(5 * nw.col(since) + 2, 153).alias(march))
    frame = frame.with_columns(
        (nw.col(since) - _floor(153 * nw.col(march) + 2, 5) + 1).alias(day),
        (nw.col(march) + 3 - _MONTHS * (nw.col(march) >= 10).cast(nw.Float64)).alias(month),
    )
    january = (nw.col(month) <= 2).cast(nw.Float64)
    return frame.with_columns((of_era + nw.col(era) * _ERA_YEARS + january).alias(year))


def _add_first_day(frame: Any, counted: nw.Expr, into: str) -> Any:
    """Add the day number of the first day of a month, the months being counted from January of year 0."""
    own = f"{into}_of"
    year, month, era = f"{own}_year", f"{own}_month", f"{own}_era"
    frame = frame.with_columns(_floor(counted, _MONTHS).alias(year))
    frame = frame.with_columns((counted - nw.col(year) * _MONTHS + 1).alias(month))
    early = (nw.col(month) <= 2).cast(nw.Float64)
    frame = frame.with_columns(
        (nw.col(year) - early).alias(year),
        (nw.col(month) - 3 + _MONTHS * early).alias(month),
    )
    frame = frame.with_columns(_floor(nw.col(year), _ERA_YEARS).alias(era))
    frame = frame.with_columns((nw.col(year) - nw.col(era) * _ERA_YEARS).alias(year))
    of_era = nw.col(year)
    in_year = _floor(153 * nw.col(month) + 2, 5)
    in_era = of_era * 365 + _floor(of_era, 4) - _floor(of_era, 100) + in_year
    return frame.with_columns((nw.col(era) * _ERA + in_era - _EPOCH).alias(into))


def _floor(whole: nw.Expr, by: int) -> nw.Expr:
    """Whole part of a quotient; the half keeps it right where an engine multiplies by a reciprocal instead."""
    return ((whole + 0.5) / by).floor()


def _without(frame: Any, own: str) -> Any:
    return frame.drop([name for name in frame.collect_schema().names() if name.startswith(f"{own}_")])
