"""From a list of events to what the screening table says of a patient."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.criteria.calendar import add_months_between, add_span
from myositis_tools.criteria.courses import SCREENING, nothing_of
from myositis_tools.criteria.look_back import LookBack, add_coverage, add_last_finds, nearest_finds
from myositis_tools.criteria.medications import null_unless, of_all_lines, why_of
from myositis_tools.frames import enter, has, look_up, with_lines
from myositis_tools.rules import explanation
from myositis_tools.tables import records

_SPAN = ("_first", "_last")
_NO_LIST = "no history of events"
_UNCOVERED = "the list of events does not cover all of the time that is asked about"


def add_event_answers(frame: Any, events: Any, dated: Any) -> Any:
    """Add what a list of events says of each patient, ``_<column>``, and why it does not, ``_<column>_because``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError
        If the list cannot be what it says it is.
    """
    lines = _lines(events, dated)
    told = {
        "reaction": _is_kind("blood_product_reaction"),
        "to_review": _is_kind("to_review") & ~(nw.col("_days_min") < 0).fill_null(False),
        "undated": _is_kind("thrombosis") & nw.col("date").is_null(),
        "coarse": _is_kind("thrombosis") & ~nw.col("date").is_null() & (nw.col("_days_min") != nw.col("_days_max")),
    }
    frame = look_up(frame, of_all_lines(lines, told, count="_event_lines"), on="patient_id")
    finds = lines.filter(~(nw.col("_days_max") < 0).fill_null(False)).with_columns(
        # an event that a person must judge may be one; one whose date is open may lie after screening
        _truth_thrombosis=nw.when(_is_kind("thrombosis") & (nw.col("_days_min") >= 0))
        .then(nw.lit(True))
        .when(~(_is_kind("thrombosis") | _is_kind("to_review")))
        .then(nw.lit(False)),
        _named=nw.col("event").str.replace_all("_", " ", literal=True),
    )
    nearest = nearest_finds("thrombosis", ("_months", "_days"))
    found = finds.with_columns(**nearest).group_by("patient_id").agg(*(nw.col(name).min() for name in nearest))
    frame = look_up(frame, found, on="patient_id")
    frame = add_coverage(frame, "events", nw.col("_event_lines") > 0)
    no_list = (~nw.col("_events_listed"), _NO_LIST)
    reasons = [
        no_list,
        (_is("to_review"), "an event that a person must judge"),
        (_is("coarse"), "an event with only the month or year recorded"),
        (_is("undated"), "an event without a date"),
    ]
    frame = add_last_finds(
        frame,
        [LookBack("thrombosis", [(holds.fill_null(False), nw.lit(words)) for holds, words in reasons])],
        "events",
        otherwise=_UNCOVERED,
        at_screening="on the day of screening",
    )
    return frame.with_columns(
        _blood_product_reaction=_is("reaction") | null_unless(nw.col("_events_ever")),
        **{"_" + explanation("blood_product_reaction"): why_of([no_list], _UNCOVERED)},
    )


def _lines(events: Any, dated: Any) -> Any:
    """Each event with its look-back, in days and months, from the last and the first day that it can mean."""
    precision = ["date_precision"] if has(events, "date_precision") else []
    needs = ["patient_id", "event", "date", *precision]
    lines = enter(events, "events", needs=needs).frame.select(*needs)
    lines = add_span(lines, "date", precision[0] if precision else None, _SPAN)
    lines = with_lines(lines, dated, on="patient_id", of=("events", "patients")).with_columns(
        _open=nothing_of("yes_no", "date"),
        _days_min=nw.col(SCREENING[0]) - nw.col(_SPAN[1]),
        _days_max=nw.col(SCREENING[1]) - nw.col(_SPAN[0]),
    )
    lines = add_months_between(lines, {"_min": (_SPAN[1], SCREENING[0]), "_max": (_SPAN[0], SCREENING[1])})
    return lines.rename({f"_{end}_held": f"_months_{end}" for end in ("min", "max")})


def _is_kind(kind: str) -> nw.Expr:
    words = [str(row["event"]) for row in records("event_kinds") if row["kind"] == kind]
    return verdict.kleene_or([nw.col("event") == word for word in words])


def _is(name: str) -> nw.Expr:
    return (nw.col(f"_{name}") == 1).fill_null(False)
