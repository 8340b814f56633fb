"""The lines of a medication list, made ready: of which class a drug is, and what a course of it measures.

A course is measured, and never judged here: how long before screening it began and was last taken, for how many days,
how long its dose has been stable, how large the dose is. Each is a pair of bounds, ``<measure>_min`` and
``<measure>_max``: they are equal where dates, doses and weights are recorded, and as far apart as what is missing
leaves open. A protocol's file holds the limits that they are compared with.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from myositis_tools.criteria import drugs
from myositis_tools.criteria.calendar import add_months_between, add_spans
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.errors import MissingColumnError
from myositis_tools.frames import Entrance, Refusal, columns, enter, has, look_up, refuse_any
from myositis_tools.scores.glucocorticoids import compute_prednisone_equivalent

SCREENING = ("_screening_first", "_screening_last")
START, STOP, STABLE = (
    ("_start_first", "_start_last"),
    ("_stop_first", "_stop_last"),
    ("_stable_first", "_stable_last"),
)
IS_KNOWN_PATIENT = "_is_known_patient"
UNRECOGNISED = "_unrecognised"
COARSE = "_coarse"

_DATES = {"start_date": START, "stop_date": STOP, "stable_since": STABLE}
ENDS = ("min", "max")
_FAR = 1e7  # days: beyond every date


def enter_courses(medications: Any, dated: Any) -> Entrance:
    """Let a medication list in: beside each line what `columns("courses")` names, with both bounds of each number.

    `dated` holds ``patient_id``, ``weight_kg`` and the first and the last day that screening can be, `SCREENING`.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError
        If the list cannot be what it says it is, such as a course that ends before it begins.
    """
    definitions = columns("medications")
    if not (has(medications, "drug") or has(medications, "atc")):
        raise MissingColumnError(
            "The medications table lacks a column: drug or atc.",
            expected="the drug's international name or its ATC code",
            hint="one of the two is enough",
        )
    needs = ["patient_id", "start_date", "stop_date"]
    given = [name for name in definitions if name in needs or has(medications, name)]
    entrance = enter(medications, "medications", needs=given)
    nothing = {name: nothing_of(definitions[name].type, "start_date") for name in definitions if name not in given}
    lines = entrance.frame.with_columns(**nothing, **{OPEN: nothing_of("yes_no", "start_date")})
    lines = lines.with_columns(**drugs.named_alike())
    said = {name: f"{name}_precision" for name in _DATES}
    spans = {name: (said[name] if said[name] in given else None, span) for name, span in _DATES.items()}
    lines = add_spans(lines, spans)
    _refuse_what_cannot_be(lines)
    known = dated.rename({"weight_kg": "_weight"}).with_columns(_is_known=nw.lit(1))
    lines = look_up(lines, known, on="patient_id", of=("medications", "patients"))
    lines = lines.with_columns(
        weight_kg=nw.coalesce(nw.col("weight_kg"), nw.col("_weight")),
        _undated_stop=(~nw.col("still_taken") & nw.col("stop_date").is_null()).fill_null(False),
        **{IS_KNOWN_PATIENT: ~nw.col("_is_known").is_null(), COARSE: _is_coarse()},
    )
    return Entrance(medications, _with_doses(_with_times(_with_implied_dates(lines))).with_columns(**_classes()))


def nothing_of(kind: str, date_column: str = "screening_date") -> nw.Expr:
    """A column of nothing, made from a number that is there, so that it is a null of its type on every engine."""
    days = nw.col(date_column)
    nothing = nw.when(days != days).then(days)
    if kind == "yes_no":
        return nothing > 0
    return nothing if kind in ("number", "integer", "date") else nothing.cast(nw.String)


def _refuse_what_cannot_be(lines: Any) -> None:
    orders = (
        ("stop_date", STOP, START, "the day of start_date or later"),
        ("stable_since", STABLE, START, "the day of start_date or later"),
        ("stable_since", STOP, STABLE, "the day of stop_date or earlier"),
    )
    hint = "two dates of a course may have been exchanged"
    refuse_any(
        lines,
        [
            Refusal(name, nw.col(later[1]) < nw.col(earlier[0]), expected=expected, hint=hint)
            for name, later, earlier, expected in orders
        ],
    )


def _is_coarse() -> nw.Expr:
    """Whether a date of the line can mean several days because only its month or year is recorded."""
    said = [(nw.col(f"{name}_precision") != "day").fill_null(False) for name in _DATES]
    return said[0] | said[1] | said[2]


# ------------------------------------------------------------------------------------------------------------- in time


def _with_implied_dates(lines: Any) -> Any:
    """Give every date its first and last possible day: a dose is stable from the start at most, and until the stop.

    One who still takes the drug stops on no day; one who stopped on a day not written down did so by screening.
    """
    # a number that is there for every patient who has been screened, so that a null stays null of an unknown patient
    zero = nw.col(SCREENING[0]) * 0
    undated, long_ago, never = nw.col("_undated_stop"), zero - _FAR, zero + _FAR
    is_stop = ~nw.col("still_taken").fill_null(False)  # the end of a course that is still taken was filled in
    until = nw.when(undated).then(nw.col(SCREENING[1])).otherwise(never)
    spans = {
        START[0]: nw.coalesce(nw.col(START[0]), long_ago),
        START[1]: nw.coalesce(nw.col(START[1]), never),
        STOP[0]: nw.coalesce(nw.when(is_stop).then(nw.col(STOP[0])), nw.when(undated).then(long_ago).otherwise(never)),
        STOP[1]: nw.coalesce(nw.when(is_stop).then(nw.col(STOP[1])), until),
        STABLE[0]: nw.coalesce(nw.col(STABLE[0]), long_ago),
        STABLE[1]: nw.coalesce(nw.col(STABLE[1]), never),
    }
    lines = lines.with_columns(**spans)
    start, stop, stable = (tuple(nw.col(name) for name in span) for span in (START, STOP, STABLE))
    return lines.with_columns(
        nw.min_horizontal(start[1], stable[1], stop[1]).alias(START[1]),
        nw.max_horizontal(stop[0], stable[0], start[0]).alias(STOP[0]),
        nw.max_horizontal(stable[0], start[0]).alias(STABLE[0]),
        nw.min_horizontal(stable[1], stop[1]).alias(STABLE[1]),
    )


def _with_times(lines: Any) -> Any:
    """Add what is counted in days and months from a date of the course to screening."""
    first, last = (nw.col(name) for name in SCREENING)
    start, stop = (tuple(nw.col(name) for name in span) for span in (START, STOP))
    zero = first * 0  # nothing is counted to a screening whose day is not recorded, and the least of two skips a null
    lines = lines.with_columns(
        # of a course that is still taken the day of screening is a day of it, and none of the days before
        days_taken_min=nw.max_horizontal(nw.min_horizontal(stop[0], first) - start[1] + 1, zero + 1) + zero,
        days_taken_max=nw.min_horizontal(stop[1], last) - start[0] + 1 + zero,
        days_taken_before_min=nw.max_horizontal(nw.min_horizontal(stop[0] + 1, first) - start[1], zero) + zero,
        days_taken_before_max=nw.min_horizontal(stop[1] + 1, last) - start[0] + zero,
        days_since_start_min=first - start[1],
        days_since_start_max=last - start[0],
        # a drug that is taken at screening was last taken on that day
        _used_last=nw.min_horizontal(stop[1], first) + zero,
        _used_first=nw.min_horizontal(stop[0], last) + zero,
        begun=_surely((start[1] <= first), ~(start[0] <= last)),
        taken_at_screening=_surely((start[1] <= first) & (stop[0] >= last), ~((start[0] <= last) & (stop[1] >= first))),
    )
    lines = lines.with_columns(
        days_since_use_min=first - nw.col("_used_last"), days_since_use_max=last - nw.col("_used_first")
    )
    spans = {"since_start": START, "since_use": ("_used_first", "_used_last"), "stable": STABLE}
    pairs = {f"_{name}_min": (span[1], SCREENING[0]) for name, span in spans.items()}
    pairs |= {f"_{name}_max": (span[0], SCREENING[1]) for name, span in spans.items()}
    lines = add_months_between(lines, pairs)
    counted = {"since_start": "held", "since_use": "held", "stable": "longer"}
    return lines.with_columns(
        **{f"months_{name}_{end}": nw.col(f"_{name}_{end}_{how}") for name, how in counted.items() for end in ENDS}
    )


def _surely(holds: nw.Expr, fails: nw.Expr) -> nw.Expr:
    """True, false, or null where neither is sure; null too where nothing is known of either."""
    return holds | (~fails & nw.col(OPEN))


# ------------------------------------------------------------------------------------------------- doses and classes


def _with_doses(lines: Any) -> Any:
    """Add the dose in milligrams of prednisone, a day and per kilogram; an unknown weight is one that can be."""
    weight = columns("medications")["weight_kg"]
    lines = lines.with_columns(
        prednisone_mg_day=nw.coalesce(nw.col("prednisone_equivalent_mg_day"), compute_prednisone_equivalent())
    )
    dose = nw.col("prednisone_mg_day")
    return lines.with_columns(
        prednisone_mg_per_kg_day_min=dose / nw.col("weight_kg").fill_null(weight.maximum),
        prednisone_mg_per_kg_day_max=dose / nw.col("weight_kg").fill_null(weight.minimum),
        **{f"{name}_{end}": nw.col(name) for name in ("prednisone_mg_day", "dose_mg_day") for end in ("min", "max")},
    )


def _classes() -> dict[str, nw.Expr]:
    classes = {
        "glucocorticoid": drugs.is_of_class(drugs.GLUCOCORTICOID),
        "immunosuppressant": drugs.is_of_class(drugs.IMMUNOSUPPRESSANT),
        "needs_review": drugs.is_of_class(drugs.TO_REVIEW),
        "loop_diuretic": drugs.is_of_class(drugs.LOOP_DIURETIC),
        "known_for_myositis": _is_known_for_myositis(),
    }
    unrecognised = [classes[name].is_null() for name in ("glucocorticoid", "immunosuppressant", "needs_review")]
    return {**classes, UNRECOGNISED: unrecognised[0] | unrecognised[1] | unrecognised[2]}


def _is_known_for_myositis() -> nw.Expr:
    """Whether the drug is known for its use in myositis: as the list says, else yes if the record names it."""
    told = nw.col("known_for_myositis")
    named = drugs.is_of_class(drugs.NAMED_BY_THE_RECORD).fill_null(False)
    return told.fill_null(False) | (told.is_null() & named) | (told & ~named)
