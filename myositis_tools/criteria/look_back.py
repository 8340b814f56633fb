"""How far back from screening one must look to find an event or a course: two bounds, in months and in days.

The upper bound is the nearest that surely is one. The lower bound is the nearest that may be one, or the nearest day
that the records do not cover. A patient in whose complete records there is none has the longest possible look-back as
lower bound, and no upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from myositis_tools.criteria.calendar import add_months_between
from myositis_tools.criteria.courses import SCREENING
from myositis_tools.frames import columns, look_up
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import first_true

UNITS = ("months", "days")
# more than any number of days, so that texts that begin with it are in the order of the days
_SINCE = ", and the list does not cover all of the time since"
_WIDTH, _FURTHEST = 1_000_000, 999_999


def add_coverage(frame: Any, of: str, has_lines: nw.Expr) -> Any:
    """Add what a list covers: from ``<of>_recorded`` with its ``_since`` and ``_until``, or because it has lines.

    ``_<of>_listed`` is true where there is a list at all; ``_<of>_now`` where it covers the day of screening,
    ``_<of>_ever`` where it covers the whole life, ``_<of>_disease`` the time since the first symptom; and
    ``_<of>_gap_<unit>`` is the look-back to the nearest day that it does not cover.
    """
    since, until = nw.col(f"{of}_recorded_since"), nw.col(f"{of}_recorded_until")
    day = nw.col(SCREENING[1])
    is_dated = ~(since.is_null() & until.is_null())
    listed = is_dated | has_lines.fill_null(False) | nw.col(f"{of}_recorded").fill_null(False)
    reaches = (until >= day).fill_null(True) & (since <= nw.col(SCREENING[0])).fill_null(True)
    is_whole = since.is_null() & reaches

    def from_birth_or(name: str) -> nw.Expr:
        return reaches & (since <= nw.col(name)).fill_null(False)

    frame = frame.with_columns(
        (nw.when(reaches).then(since - 1).otherwise(day)).alias(f"_{of}_uncovered"),
        listed.alias(f"_{of}_listed"),
        (listed & reaches).alias(f"_{of}_now"),
        (listed & (is_whole | from_birth_or("birth_date"))).alias(f"_{of}_ever"),
        (listed & (is_whole | from_birth_or("birth_date") | from_birth_or("symptom_onset_date"))).alias(
            f"_{of}_disease"
        ),
    )
    uncovered = f"_{of}_uncovered"
    frame = add_months_between(frame, uncovered, SCREENING[0], at_least="_", at_most=f"_{of}_gap_months")
    return frame.with_columns((nw.col(SCREENING[0]) - nw.col(uncovered)).alias(f"_{of}_gap_days")).drop("_", uncovered)


def add_last_find(
    frame: Any,
    finds: Any,
    what: str,
    of: str,
    *,
    measures: tuple[str, str],
    reasons: Sequence[tuple[nw.Expr, nw.Expr]],
    otherwise: str,
    at_screening: str,
) -> Any:
    """Add the look-back to the last find, ``_<what>_months_ago`` and ``_<what>_days_ago``, with bounds and reasons.

    `finds` has a line each with ``_truth`` (whether it is one), ``_named`` (what it is), and the bounds of `measures`
    in months and in days; `frame` what its list `of` covers (`add_coverage`). `reasons` say why it is not known.
    """
    sure, may = nw.col("_truth").fill_null(False), nw.col("_truth").fill_null(True)
    bounds: dict[str, nw.Expr] = {}
    for unit, measure in zip(UNITS, measures, strict=True):
        bounds[f"_sure_{unit}"] = nw.when(sure).then(nw.col(f"{measure}_max"))
        bounds[f"_may_{unit}"] = nw.when(may).then(_not_after_screening(nw.col(f"{measure}_min")))
    nearest = (nw.min_horizontal(f"{measures[1]}_max", nw.lit(_FURTHEST)) + _WIDTH).cast(nw.Int64).cast(nw.String)
    finds = finds.with_columns(**bounds, _text=nw.when(sure).then(nw.concat_str(nearest, nw.col("_named"))))
    found = finds.group_by("patient_id").agg(
        *(nw.col(name).min().alias(f"{name}_{what}") for name in (*bounds, "_text")),
    )
    frame = look_up(frame, found, on="patient_id")
    for unit in UNITS:
        frame = _add_bounds(frame, what, of, unit)
    told = _words_of_the_find(what, at_screening)
    is_exact = nw.col(f"_may_days_{what}") >= nw.col(f"_sure_days_{what}")
    is_open_since = (nw.col(f"_{what}_days_ago_min") < nw.col(f"_may_days_{what}")).fill_null(False)
    told = nw.when(is_open_since).then(nw.concat_str(told, nw.lit(_SINCE))).otherwise(told)
    why = first_true(
        [
            (is_exact.fill_null(False), told),
            *reasons,
            (~told.is_null(), told),
            (~nw.col(f"_{what}_days_ago_min").is_null() & _is_never(what), nw.lit(None, nw.String)),
        ],
        otherwise=nw.lit(otherwise),
    )
    return frame.with_columns(**{f"_{explanation(f'{what}_{unit}_ago')}": why for unit in UNITS})


def _longest(unit: str) -> float:
    """The longest that a look-back can be, and stands for never."""
    return float(columns("screening")[f"thrombosis_{unit}_ago"].maximum or 0)


def _not_after_screening(ago: nw.Expr) -> nw.Expr:
    """How long ago it may be at least: not at all where it can be on a day after screening, or on any day."""
    return nw.when(ago > 0).then(ago).otherwise(0.0)


def _is_never(what: str) -> nw.Expr:
    """Whether it is sure that there was none, ever."""
    longest = _longest("days")
    return (nw.col(f"_{what}_days_ago_min") >= longest).fill_null(False)


def _add_bounds(frame: Any, what: str, of: str, unit: str) -> Any:
    name = f"{what}_{unit}_ago"
    longest = _longest(unit)
    zero = nw.col(SCREENING[0]) * 0
    gap = nw.when(nw.col(f"_{of}_listed")).then(nw.coalesce(nw.col(f"_{of}_gap_{unit}"), zero + longest))
    least = nw.min_horizontal(nw.col(f"_may_{unit}_{what}"), gap, zero + longest)
    sure = nw.col(f"_sure_{unit}_{what}")
    frame = frame.with_columns(
        nw.when(nw.col(f"_{of}_listed")).then(least).alias(f"_{name}_min"),
        nw.when(~sure.is_null()).then(nw.min_horizontal(sure, zero + longest)).alias(f"_{name}_max"),
    )
    least, most = nw.col(f"_{name}_min"), nw.col(f"_{name}_max")
    return frame.with_columns(nw.when(least == most).then(least).alias(f"_{name}"))


def _words_of_the_find(what: str, at_screening: str) -> nw.Expr:
    """What was found and when: on a day, between two days, or at the latest on the nearest that it can mean."""
    least, most = nw.col(f"_may_days_{what}"), nw.col(f"_sure_days_{what}")
    days = [value.cast(nw.Int64).cast(nw.String) for value in (least, most)]
    is_far = most >= _longest("days")
    when = first_true(
        [
            (most <= 0, nw.lit(at_screening)),
            (least >= most, nw.concat_str(days[1], nw.lit(" days before screening"))),
            (is_far, nw.concat_str(days[0], nw.lit(" days before screening or earlier"))),
        ],
        otherwise=nw.concat_str(days[0], nw.lit(" to "), days[1], nw.lit(" days before screening")),
    )
    return nw.concat_str(nw.col(f"_text_{what}").str.slice(len(str(_WIDTH))), nw.lit(", "), when)
