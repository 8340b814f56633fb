"""Manual muscle testing (MMT): totals from the grades of single muscles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, require_option
from myositis_tools.frames import columns
from myositis_tools.scores.items import (
    compute_count,
    compute_highest_sum,
    compute_lowest_sum,
    compute_sum,
    divided,
    with_evidence,
    with_words,
)
from myositis_tools.scores.muscle_grades import ONE_SIDE, SIDES, TRACES, MuscleTest, enter_grades, muscle_tests

SCALES = ("mmt8_80", "mmt8_150", "mmt26_260")


def score_mmt(
    muscles: IntoFrameT,
    *,
    scale: str,
    side: str = "right",
    prorate: bool = False,
    trace: int | None = None,
) -> IntoFrameT:
    """Add up the grades of manual muscle testing.

    Each muscle is graded from 0 to 10 (Kendall). A total is the sum of the grades of the muscles that belong to its
    scale; the muscles that are tested on both sides count twice where both sides are taken, the neck once. The loss
    is what is lacking to the maximum, in percent of it.

    Parameters
    ----------
    muscles : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit. The columns that the scale adds up are read, each a whole number from 0 to 10:
        ``neck_flexors``, ``neck_extensors``, and with ``_left`` and ``_right`` ``trapezius``, ``deltoid``,
        ``biceps``, ``gluteus_maximus``, ``gluteus_medius``, ``iliopsoas``, ``hamstrings``, ``quadriceps``,
        ``wrist_extensors``, ``wrist_flexors``, ``ankle_dorsiflexors``, ``ankle_plantar_flexors``.
    scale : {"mmt8_80", "mmt8_150", "mmt26_260"}
        Eight groups on one side, the same eight on both sides, or all groups on both sides.
    side : {"right", "left"}
        The side that ``mmt8_80`` is taken from. The form asks for the right side, and for the left only where the
        right cannot be tested.
    prorate : bool
        Give a total where muscles are missing too, as if they had the mean grade of the others. No rule for this was
        found; rows it was done in are marked in ``mmt_prorated`` and ``evidence``.
    trace : {0, 1}, optional
        What the grade ``T`` (trace) counts as in a total. Without it a ``T`` is refused: the form gives it no number.
        Where it is given, columns of text are read as grades too.

    Returns
    -------
    frame of the same kind
        The rows as they were, with the total in a column named as the scale, its bounds ``_min`` and ``_max``,
        ``mmt_loss_percent`` with its bounds, ``mmt_side`` (``right``, ``left`` or ``both``), ``mmt_tests_graded``,
        ``mmt_trace_grades`` (how many of them were a trace), ``mmt_prorated``, ``missing`` and ``evidence``.

    Raises
    ------
    OptionError
        If an option is not one of those above, or a side is asked of a scale that takes both.
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, holds text, a trace that nothing is said about, or what is no grade.

    Missing data
    ------------
    A missing muscle, also one that could not be tested, makes the total missing and is named in ``missing``. The
    bounds count it with the lowest and with the highest grade. No total is ever converted into that of another scale.

    Source
    ------
    ``tables.load("muscle_tests")``, ``tables.load("muscle_grades")``. How to handle a missing muscle and what a trace
    counts as are stated in no source that was read.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_mmt
    >>> groups = ["deltoid", "biceps", "gluteus_maximus", "gluteus_medius", "quadriceps", "wrist_extensors",
    ...     "ankle_dorsiflexors"]
    >>> muscles = pd.DataFrame({"neck_flexors": [6, 7]} | {f"{group}_right": [8, 9] for group in groups})
    >>> muscles["biceps_right"] = [8, None]
    >>> score_mmt(muscles, scale="mmt8_80")[["mmt8_80", "mmt8_80_min", "mmt8_80_max", "missing"]]
       mmt8_80  mmt8_80_min  mmt8_80_max                           missing
    0     62.0         62.0         62.0
    1      NaN         61.0         71.0  not graded: right biceps brachii
    """
    require_option("scale", scale, SCALES)
    require_option("side", side, SIDES)
    if scale != ONE_SIDE and side != SIDES[0]:
        raise OptionError(
            f"side={side!r} does not go with scale={scale!r}.",
            expected=f"scale={ONE_SIDE!r}, or no side",
            hint="this scale adds up both sides",
        )
    tests = muscle_tests(scale, side)
    sheet = enter_grades(muscles, [test.column for test in tests], trace)
    frame = _with_totals(sheet.entrance.frame, scale, tests, prorate=prorate)
    frame = frame.with_columns(
        nw.lit(side if scale == ONE_SIDE else "both").alias("mmt_side"),
        **{f"mmt_loss_percent{end}": _loss(f"{scale}{of}", tests) for end, of in _LOSS_BY_TOTAL.items()},
    )
    frame = with_words(
        frame, "missing", {"not graded: ": [(nw.col(test.column).is_null(), test.label) for test in tests]}
    )
    frame = with_evidence(frame, _remarks_on_evidence(trace))
    return sheet.leave(frame, added_by(scale))


def added_by(scale: str) -> tuple[str, ...]:
    """Name the columns that `score_mmt` adds."""
    of_all = [name for name in columns("muscle_scores") if not name.startswith(SCALES)]
    return (*(f"{scale}{end}" for end in ("", "_min", "_max")), *of_all)


# The more strength, the less loss: the highest total gives the lowest loss.
_LOSS_BY_TOTAL = {"": "", "_min": "_max", "_max": "_min"}


def _with_totals(frame: Any, scale: str, tests: Sequence[MuscleTest], *, prorate: bool) -> Any:
    maxima = {test.column: test.maximum for test in tests}
    graded, lowest = nw.col("mmt_tests_graded"), nw.col(f"{scale}_min")
    frame = frame.with_columns(
        compute_lowest_sum(maxima).alias(f"{scale}_min"),
        compute_highest_sum(maxima).alias(f"{scale}_max"),
        compute_count(~nw.col(name).is_null() for name in maxima).alias("mmt_tests_graded"),
    )
    if prorate:
        return frame.with_columns(
            nw.when(graded > 0).then(lowest * len(tests) / graded).alias(scale),
            mmt_prorated=(graded > 0) & (graded < len(tests)),
        )
    return frame.with_columns(compute_sum(maxima).alias(scale), mmt_prorated=graded < 0)


def _loss(total: str, tests: Sequence[MuscleTest]) -> nw.Expr:
    maximum = sum(test.maximum for test in tests)
    return divided((maximum - nw.col(total)) * 100, maximum)


def _remarks_on_evidence(trace: int | None) -> dict[str, list[tuple[nw.Expr, str]]]:
    remarks = [(nw.col("mmt_prorated"), "prorated over the muscles graded")]
    if trace is not None:
        remarks += [(nw.col(TRACES) > 0, f"trace grade counted as {trace}")]
    return {"unverified: ": remarks}
