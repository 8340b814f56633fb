"""Calendar arithmetic on day numbers, the same on every engine.

A date behind the door is its number of days since 1970. Windows of the criteria are counted in calendar months and
years, not in blocks of thirty days: a month before 31 March is the last day of February.

Each function adds a column to a narwhals frame. They go step by step through columns of their own: an expression that
holds itself several times would be worked out as often on an engine that works at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import narwhals as nw

_MONTHS = 12
# Days from 1 March of year 0 to 1 January 1970; days and years of the Gregorian cycle. Years are counted from March, so
# that the leap day comes last.
_EPOCH, _ERA, _ERA_YEARS = 719_468, 146_097, 400


def add_months_later(frame: Any, column: str, months: int, into: str) -> Any:
    """Add the same day of the month so many months later (earlier if negative), or the last day of a shorter month."""
    own = f"_{into}"
    frame = _add_parts(frame, {own: nw.col(column)})
    counted = nw.col(f"{own}_year") * _MONTHS + (nw.col(f"{own}_month") - 1) + months
    frame = frame.with_columns(counted.alias(f"{own}_counted"))
    frame = _add_first_days(
        frame, {f"{own}_first": nw.col(f"{own}_counted"), f"{own}_next": nw.col(f"{own}_counted") + 1}
    )
    same_day = nw.col(f"{own}_first") + nw.col(f"{own}_day") - 1
    return _without(frame.with_columns(nw.min_horizontal(same_day, nw.col(f"{own}_next") - 1).alias(into)), [own])


def add_spans(frame: Any, columns: Mapping[str, tuple[str | None, tuple[str, str]]]) -> Any:
    """Add the first and the last day that each date can mean: by column, its precision's column and the two to add.

    Both are the day itself, or the ends of its month or year where the column of its precision says that only those
    are recorded.
    """
    exact = {name: into for name, (precision, into) in columns.items() if precision is None}
    frame = frame.with_columns(nw.col(name).alias(end) for name, into in exact.items() for end in into)
    coarse = {name: told for name, told in columns.items() if told[0] is not None}
    if not coarse:
        return frame
    owns = {name: f"_span_{name}" for name in coarse}
    frame = _add_parts(frame, {own: nw.col(name) for name, own in owns.items()})
    begins: dict[str, nw.Expr] = {}
    for own in owns.values():
        january = nw.col(f"{own}_year") * _MONTHS
        month = january + nw.col(f"{own}_month") - 1
        ends = {"m_first": month, "m_after": month + 1, "y_first": january, "y_after": january + _MONTHS}
        begins |= {f"{own}_{name}": counted for name, counted in ends.items()}
    frame = frame.with_columns(**{f"{name}_counted": counted for name, counted in begins.items()})
    frame = _add_first_days(frame, {name: nw.col(f"{name}_counted") for name in begins})
    chosen = {}
    for name, (precision, into) in coarse.items():
        own, said = owns[name], nw.col(str(precision))
        for end, suffix, back in ((into[0], "first", 0), (into[1], "after", 1)):
            of_month, of_year = (nw.col(f"{own}_{unit}_{suffix}") - back for unit in ("m", "y"))
            chosen[end] = (
                nw.when(said == "month").then(of_month).when(said == "year").then(of_year).otherwise(nw.col(name))
            )
    return _without(frame.with_columns(**chosen), owns.values())


def add_span(frame: Any, column: str, precision: str | None, into: tuple[str, str]) -> Any:
    """Add the first and the last day that one date can mean."""
    return add_spans(frame, {column: (precision, into)})


def add_months_between(frame: Any, pairs: Mapping[str, tuple[str, str]]) -> Any:
    """Add by how many calendar months a day lies before another, for each name and its two columns.

    ``<name>_longer`` is the greatest number of months such that the day is that long before the other or longer;
    ``<name>_held`` is the smallest look-back from the other that still holds the day. They are equal where the day is
    the first of a window, such as 28 February of one that begins on 31 March.
    """
    days, others = ({name: f"_of{pair[place]}" for name, pair in pairs.items()} for place in (0, 1))
    columns = dict.fromkeys(column for pair in pairs.values() for column in pair)
    frame = _add_parts(frame, {f"_of{column}": nw.col(column) for column in columns})
    counted = {f"{day}_counted": nw.col(f"{day}_year") * _MONTHS + nw.col(f"{day}_month") - 1 for day in days.values()}
    frame = frame.with_columns(**counted)
    firsts = {f"{day}_first": nw.col(f"{day}_counted") for day in days.values()}
    frame = _add_first_days(frame, firsts | {f"{day}_next": nw.col(f"{day}_counted") + 1 for day in days.values()})
    found = {}
    for name, day in days.items():
        other = others[name]
        months = nw.col(f"{other}_year") * _MONTHS + nw.col(f"{other}_month") - 1 - nw.col(f"{day}_counted")
        # the first day of a window of so many months lies in the month of the day: before the day, on it, or after it
        first = nw.min_horizontal(nw.col(f"{other}_day"), nw.col(f"{day}_next") - nw.col(f"{day}_first"))
        found[f"{name}_longer"] = months - (first < nw.col(f"{day}_day")).cast(nw.Float64)
        found[f"{name}_held"] = months + (first > nw.col(f"{day}_day")).cast(nw.Float64)
    return _without(frame.with_columns(**found), [f"_of{column}" for column in columns])


def add_completed_months(frame: Any, start: str, end: str, into: str) -> Any:
    """Add how many calendar months lie between two days; negative where the end is before the start.

    A month is complete on the same day of the month, or on its last day if it has no such day.
    """
    own = f"_{into}"
    days = {f"{own}_a": nw.col(start), f"{own}_b": nw.col(end), f"{own}_c": nw.col(end) + 1}
    frame = _add_parts(frame, days)
    years, months = (nw.col(f"{own}_b_{part}") - nw.col(f"{own}_a_{part}") for part in ("year", "month"))
    is_complete = (nw.col(f"{own}_b_day") >= nw.col(f"{own}_a_day")) | (nw.col(f"{own}_c_day") == 1)
    counted = years * _MONTHS + months - 1 + is_complete.cast(nw.Float64)
    return _without(frame.with_columns(counted.alias(into)), [own])


def _add_parts(frame: Any, days: Mapping[str, nw.Expr]) -> Any:
    """Add year, month and day of day numbers, each under a name of its own.

    All of them go through each step together: a lazy engine reads its whole plan again at every step.
    """

    def step(frame: Any, makes: Callable[[Callable[[str], nw.Expr]], dict[str, nw.Expr]]) -> Any:
        made: dict[str, nw.Expr] = {}
        for own in days:
            parts = makes(lambda name, own=own: nw.col(f"{own}_{name}"))  # type: ignore[misc]
            made |= {f"{own}_{name}": value for name, value in parts.items()}
        return frame.with_columns(**made)

    frame = frame.with_columns(**{f"{own}_rest": value + _EPOCH for own, value in days.items()})
    frame = step(frame, lambda of: {"era": _floor(of("rest"), _ERA)})
    frame = step(frame, lambda of: {"rest": of("rest") - of("era") * _ERA})
    frame = step(
        frame,
        lambda of: {
            "century": _floor(
                of("rest") - (_floor(of("rest"), 1460) - _floor(of("rest"), 36_524) + _floor(of("rest"), 146_096)), 365
            )
        },
    )
    frame = step(
        frame,
        lambda of: {
            "since": of("rest") - (365 * of("century") + _floor(of("century"), 4) - _floor(of("century"), 100))
        },
    )
    frame = step(frame, lambda of: {"march": _floor(5 * of("since") + 2, 153)})
    frame = step(
        frame,
        lambda of: {
            "day": of("since") - _floor(153 * of("march") + 2, 5) + 1,
            "month": of("march") + 3 - _MONTHS * (of("march") >= 10).cast(nw.Float64),
        },
    )
    return step(
        frame,
        lambda of: {"year": of("century") + of("era") * _ERA_YEARS + (of("month") <= 2).cast(nw.Float64)},
    )


def _add_first_days(frame: Any, counted: Mapping[str, nw.Expr]) -> Any:
    """Add the day number of the first day of months that are counted from January of year 0, each under its name."""
    owns = {into: f"{into}_of" for into in counted}
    frame = frame.with_columns(
        **{f"{own}_counted": counted[into] for into, own in owns.items()},
        **{f"{own}_year": _floor(counted[into], _MONTHS) for into, own in owns.items()},
    )
    months = {f"{own}_month": nw.col(f"{own}_counted") - nw.col(f"{own}_year") * _MONTHS + 1 for own in owns.values()}
    frame = frame.with_columns(**months)
    from_march = {}
    for own in owns.values():
        early = (nw.col(f"{own}_month") <= 2).cast(nw.Float64)
        from_march[f"{own}_year"] = nw.col(f"{own}_year") - early
        from_march[f"{own}_month"] = nw.col(f"{own}_month") - 3 + _MONTHS * early
    frame = frame.with_columns(**from_march)
    frame = frame.with_columns(**{f"{own}_era": _floor(nw.col(f"{own}_year"), _ERA_YEARS) for own in owns.values()})
    found = {}
    for into, own in owns.items():
        of_era = nw.col(f"{own}_year")
        in_year = _floor(153 * nw.col(f"{own}_month") + 2, 5)
        # years are those since March of year 0, which the leap days of four, one hundred and four hundred years follow
        leaps = _floor(of_era, 4) - _floor(of_era, 100) + nw.col(f"{own}_era")
        found[into] = of_era * 365 + leaps + in_year - _EPOCH
    return frame.with_columns(**found)


def _floor(whole: nw.Expr, by: int) -> nw.Expr:
    """Whole part of a quotient; the half keeps it right where an engine multiplies by a reciprocal instead."""
    return ((whole + 0.5) / by).floor()


def _without(frame: Any, owns: Iterable[str]) -> Any:
    ours = tuple(f"{own}_" for own in owns)
    return frame.drop([name for name in frame.collect_schema().names() if name.startswith(ours)])
