"""How far back from screening one must look to find an event or a course: two bounds, in months and in days.

The upper bound is the nearest that surely is one. The lower bound is the nearest that may be one, or the nearest day
that the records do not cover. A patient in whose complete records there is none has the longest possible look-back as
lower bound, and no upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from myositis_tools.criteria.calendar import add_months_between
from myositis_tools.criteria.courses import SCREENING
from myositis_tools.frames import bounds_of, columns
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import first_true

UNITS = ("months", "days")
_SINCE = ", and the list does not cover all of the time since"
# more than any number of days, so that texts that begin with it are in the order of the days
_WIDTH, _FURTHEST = 1_000_000, 999_999


@dataclass(frozen=True)
class LookBack:
    """What is looked for: its name in columns, and why it is not known where it is not."""

    what: str
    reasons: Sequence[tuple[nw.Expr, nw.Expr]]


def add_coverage(frame: Any, of: str, has_lines: nw.Expr) -> Any:
    """Add what a list covers: from ``<of>_recorded`` with its ``_since`` and ``_until``, or because it has lines.

    ``_<of>_listed`` is true where there is a list at all; ``_<of>_now`` where it covers the day of screening,
    ``_<of>_ever`` where it covers the whole life, ``_<of>_disease`` the time since the first symptom; and
    ``_<of>_gap_<unit>`` is the look-back to the nearest day that it does not cover.
    """
    names = frame.collect_schema().names()
    ends = [f"{of}_recorded_{end}" for end in ("since", "until")]
    listed = has_lines.fill_null(False) | nw.col(f"{of}_recorded").fill_null(False)
    if not set(ends) & set(names):
        never = {f"_{of}_gap_{unit}": _never(unit) for unit in UNITS}
        covers = {f"_{of}_{what}": listed for what in ("listed", "now", "ever", "disease")}
        return frame.with_columns(**never, **covers)
    nothing = nw.when(nw.col("_zero") > 0).then(nw.col("_zero"))
    since, until = (nw.col(name) if name in names else nothing for name in ends)
    listed = listed | ~(since.is_null() & until.is_null())
    reaches = (until >= nw.col(SCREENING[1])).fill_null(True) & (since <= nw.col(SCREENING[0])).fill_null(True)
    is_whole = since.is_null() & reaches

    def begins_by(name: str) -> nw.Expr:
        return reaches & (since <= nw.col(name)).fill_null(False)

    uncovered = f"_{of}_uncovered"
    frame = frame.with_columns(
        nw.when(reaches).then(since - 1).otherwise(nw.col(SCREENING[1])).alias(uncovered),
        listed.alias(f"_{of}_listed"),
        (listed & reaches).alias(f"_{of}_now"),
        (listed & (is_whole | begins_by("birth_date"))).alias(f"_{of}_ever"),
        (listed & (is_whole | begins_by("birth_date") | begins_by("symptom_onset_date"))).alias(f"_{of}_disease"),
    )
    frame = add_months_between(frame, {f"_{of}_gap": (uncovered, SCREENING[0])})
    days = nw.col(SCREENING[0]) - nw.col(uncovered)
    return frame.with_columns(
        nw.coalesce(nw.col(f"_{of}_gap_held"), _never("months")).alias(f"_{of}_gap_months"),
        nw.coalesce(days, _never("days")).alias(f"_{of}_gap_days"),
    )


def nearest_finds(what: str, measures: tuple[str, str]) -> dict[str, nw.Expr]:
    """Give what a line adds to the nearest find of a patient, who has the least of each.

    A line has ``_truth_<what>`` (whether it is one), ``_named`` (what it is), and the bounds of `measures` in months
    and in days.
    """
    nearest = (nw.min_horizontal(f"{measures[1]}_max", nw.lit(_FURTHEST)) + _WIDTH).cast(nw.Int64).cast(nw.String)
    truth = nw.col(f"_truth_{what}")
    sure, may = truth.fill_null(False), truth.fill_null(True)
    seen: dict[str, nw.Expr] = {}
    for unit, measure in zip(UNITS, measures, strict=True):
        seen[f"_sure_{unit}_{what}"] = nw.when(sure).then(nw.col(f"{measure}_max"))
        seen[f"_may_{unit}_{what}"] = nw.when(may).then(_not_after_screening(nw.col(f"{measure}_min")))
    seen[f"_sure_least_{what}"] = nw.when(sure).then(_not_after_screening(nw.col(f"{measures[1]}_min")))
    return seen | {f"_text_{what}": nw.when(sure).then(nw.concat_str(nearest, nw.col("_named")))}


def add_last_finds(frame: Any, asked: Sequence[LookBack], of: str, *, otherwise: str, at_screening: str) -> Any:
    """Add the look-back to each last find, ``_<what>_months_ago`` and ``_<what>_days_ago``, with bounds and reasons.

    `frame` has the least of what `nearest_finds` gave, and what its list `of` covers (`add_coverage`). All are worked
    out together: a lazy engine reads its whole plan again at every step.
    """
    frame = frame.with_columns(**{name: value for one in asked for name, value in _bounds(one.what, of).items()})
    texts: dict[str, nw.Expr] = {}
    for one in asked:
        for unit in UNITS:
            least, most = map(nw.col, bounds_of(f"_{one.what}_{unit}_ago"))
            texts[f"_{one.what}_{unit}_ago"] = nw.when(least == most).then(least)
        texts[f"_when_{one.what}"] = _days_of_the_find(one.what, at_screening)
        texts[f"_open_{one.what}"] = first_true(one.reasons)
    frame = frame.with_columns(**texts)
    told = {f"_told_{one.what}": _words_of_the_find(one.what) for one in asked}
    reasons = {explanation(f"_{one.what}_{unit}_ago"): _why(one.what, otherwise) for one in asked for unit in UNITS}
    return frame.with_columns(**told).with_columns(**reasons)


def _why(what: str, otherwise: str) -> nw.Expr:
    """What was found, or why nothing is known; nothing where it is sure that there was none, ever."""
    told, is_open = nw.col(f"_told_{what}"), nw.col(f"_open_{what}")
    is_exact = nw.col(f"_may_days_{what}") >= nw.col(f"_sure_days_{what}")
    is_never = nw.col(f"_{what}_days_ago_min") >= _longest("days")
    return first_true(
        [
            (is_exact.fill_null(False), told),
            # what was found is said beside why a nearer one may be open: it may decide all the same
            (~is_open.is_null(), nw.coalesce(nw.concat_str(told, nw.lit(", and "), is_open), is_open)),
            (~told.is_null(), told),
            (is_never.fill_null(False), nw.lit(None, nw.String)),
        ],
        otherwise=nw.lit(otherwise),
    )


def _longest(unit: str) -> float:
    """The longest that a look-back can be, and stands for never."""
    return float(columns("screening")[f"thrombosis_{unit}_ago"].maximum or 0)


def _never(unit: str) -> nw.Expr:
    """The longest look-back, of a patient whose day of screening is recorded."""
    return nw.col(SCREENING[0]) * 0 + _longest(unit)


def _not_after_screening(ago: nw.Expr) -> nw.Expr:
    """How long ago it may be at least: not at all where it can be on a day after screening, or on any day."""
    return nw.when(ago > 0).then(ago).otherwise(0.0)


def _bounds(what: str, of: str) -> dict[str, nw.Expr]:
    """The lower and the upper bound of a look-back, in months and in days."""
    found: dict[str, nw.Expr] = {}
    for unit in UNITS:
        low, high = bounds_of(f"_{what}_{unit}_ago")
        gap = nw.min_horizontal(nw.col(f"_{of}_gap_{unit}"), _never(unit))
        least = nw.min_horizontal(nw.col(f"_may_{unit}_{what}"), gap)
        sure = nw.col(f"_sure_{unit}_{what}")
        found[low] = nw.when(nw.col(f"_{of}_listed")).then(least)
        found[high] = nw.when(~sure.is_null()).then(nw.min_horizontal(sure, _never(unit)))
    return found


def _days_of_the_find(what: str, at_screening: str) -> nw.Expr:
    """When it was: on a day, between two days, or at the latest on the nearest that it can mean."""
    least, most = nw.col(f"_sure_least_{what}"), nw.col(f"_sure_days_{what}")
    days = [value.cast(nw.Int64).cast(nw.String) for value in (least, most)]
    return first_true(
        [
            (most <= 0, nw.lit(at_screening)),
            (least >= most, nw.concat_str(days[1], nw.lit(" days before screening"))),
            (most >= _longest("days"), nw.concat_str(days[0], nw.lit(" days before screening or earlier"))),
        ],
        otherwise=nw.concat_str(days[0], nw.lit(" to "), days[1], nw.lit(" days before screening")),
    )


def _words_of_the_find(what: str) -> nw.Expr:
    """What was found and when, and whether the list has days since that it does not cover."""
    found = nw.concat_str(nw.col(f"_text_{what}").str.slice(len(str(_WIDTH))), nw.lit(", "), nw.col(f"_when_{what}"))
    is_open_since = (nw.col(f"_{what}_days_ago_min") < nw.col(f"_may_days_{what}")).fill_null(False)
    since = nw.when(is_open_since).then(nw.lit(_SINCE)).otherwise(nw.lit(""))
    return nw.concat_str(found, since)
