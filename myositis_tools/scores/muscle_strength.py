"""Manual muscle testing (MMT): totals from the grades of single muscles, and the grades on a scale of five."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import narwhals as nw

from myositis_tools.errors import MissingColumnError, OptionError, WrongTypeError, listed, require_option
from myositis_tools.frames import Entrance, columns, enter, has, plain_rows
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.scores.items import (
    compute_count,
    compute_highest_sum,
    compute_lowest_sum,
    compute_sum,
    divided,
    refuse_first,
    with_evidence,
    with_words,
)
from myositis_tools.tables import records

SCALES = ("mmt8_80", "mmt8_150", "mmt26_260")
SIDES = ("right", "left")
TRACE = "T"

_ONE_SIDE = "mmt8_80"
_TRACES, _WRITTEN = "mmt_trace_grades", "_written_"


@dataclass(frozen=True)
class MuscleTest:
    """One graded muscle: a column of the muscles table and the best grade it can have."""

    column: str
    label: str
    side: str
    is_in_mmt8: bool
    maximum: float


@cache
def muscle_tests(scale: str | None = None, side: str = "right") -> tuple[MuscleTest, ...]:
    """Give the tests that a scale adds up, or every test there is; `side` matters where one side is tested."""
    found = [
        MuscleTest(
            column=str(row["group"]) if where == "single" else f"{row['group']}_{where}",
            label=str(row["label"]) if where == "single" else f"{where} {row['label']}",
            side=where,
            is_in_mmt8=row["mmt8"] == "yes",
            maximum=float(row["maximum"] or 0),
        )
        for row in sorted(records("muscle_tests"), key=lambda row: float(row["order"] or 0))
        for where in (SIDES if row["sides"] == "both" else ("single",))
    ]
    wanted = ("single", side) if scale == _ONE_SIDE else ("single", *SIDES)
    is_all = scale is None or not scale.startswith("mmt8")
    return tuple(test for test in found if test.side in wanted and (is_all or test.is_in_mmt8))


def score_mmt(
    muscles: Any,
    *,
    scale: str,
    side: str = "right",
    prorate: bool = False,
    trace: int | None = None,
) -> Any:
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
    if scale != _ONE_SIDE and side != SIDES[0]:
        raise OptionError(
            f"side={side!r} does not go with scale={scale!r}.",
            expected=f"scale={_ONE_SIDE!r}, or no side",
            hint="this scale adds up both sides",
        )
    tests = muscle_tests(scale, side)
    sheet = _enter_grades(muscles, [test.column for test in tests], trace)
    frame = _with_totals(sheet.entrance.frame, scale, tests, prorate=prorate)
    frame = frame.with_columns(
        nw.lit(side if scale == _ONE_SIDE else "both").alias("mmt_side"),
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
        remarks += [(nw.col(_TRACES) > 0, f"trace grade counted as {trace}")]
    return {"unverified: ": remarks}


# ------------------------------------------------------------------------------------------------------ grades of five


def to_five_point_grades(muscles: Any) -> Any:
    """Read grades from 0 to 10 on the scale from 0 to 5 with its pluses and minuses.

    The two are names for the same findings, muscle by muscle. The scale of five is no number: its grades lie unevenly
    on the scale of ten, so totals of the one are never converted into totals of the other.

    Parameters
    ----------
    muscles : pandas, Polars, DuckDB or PySpark frame
        As for `score_mmt`, with any of its columns; the grade ``T`` (trace) may stand in a column of text.

    Returns
    -------
    frame of the same kind
        The rows as they were, with a column of text for each muscle, named with ``_of_5`` at its end, such as
        ``deltoid_right_of_5``: ``0``, ``1``, ``2-``, ``2``, ``2+`` ... ``5``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If there is no muscle in the table, or a column holds what is no grade.

    Missing data
    ------------
    A muscle that was not graded has no grade of five either.

    Source
    ------
    ``tables.load("muscle_grades")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import to_five_point_grades
    >>> to_five_point_grades(pd.DataFrame({"neck_flexors": ["T", "1", "8", "10"]}))["neck_flexors_of_5"].tolist()
    ['1', '2-', '4', '5']
    """
    names = [test.column for test in muscle_tests() if has(muscles, test.column)]
    if not names:
        raise MissingColumnError(
            "The muscles table holds no muscle.",
            expected=f"some of {listed(test.column for test in muscle_tests())}",
        )
    traced = {f"{name}_of_5": _as_trace(name) for name in _text_columns(muscles, names)}
    sheet = _enter_grades(muscles, names, trace=0, carried=traced)
    grades = [row for row in records("muscle_grades") if row["grade_of_10"] != TRACE]
    frame = sheet.entrance.frame.with_columns(
        **{
            f"{name}_of_5": first_true(
                ([(~nw.col(f"{name}_of_5").is_null(), nw.col(f"{name}_of_5"))] if f"{name}_of_5" in traced else [])
                + [(nw.col(name) == row["grade_of_10"], nw.lit(_word(row["grade_of_5"]))) for row in grades]
            )
            for name in names
        }
    )
    return sheet.leave(frame, [f"{name}_of_5" for name in names])


def _word(grade: object) -> str:
    """Write a grade as a person does: the tables read 5 as a number."""
    return f"{grade:g}" if isinstance(grade, float) else str(grade)


def _as_trace(name: str) -> nw.Expr:
    grade = next(_word(row["grade_of_5"]) for row in records("muscle_grades") if row["grade_of_10"] == TRACE)
    return nw.when(nw.col(name) == TRACE).then(nw.lit(grade))


# --------------------------------------------------------------------------------------------------- the trace grade T


@dataclass(frozen=True)
class _Sheet:
    """Grades that have come in as numbers; those that were written as text leave as they were written."""

    entrance: Entrance
    written: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()

    def leave(self, frame: Any, added: Sequence[str]) -> Any:
        out = self.entrance.leave(frame, added)
        if not self.written:
            return out
        own = [name for name in self.brought if name not in added]
        as_written = {name: nw.col(_WRITTEN + name) for name in self.written}
        return (
            nw.from_native(out).with_columns(**as_written).drop(*map(_WRITTEN.__add__, self.written), *own).to_native()
        )


def _enter_grades(
    muscles: Any, names: Sequence[str], trace: int | None, carried: Mapping[str, nw.Expr] | None = None
) -> _Sheet:
    """Let the grades in as numbers, each trace counted as what the caller says, and count the traces of each row.

    A column with a ``T`` in it is text, and the door takes no text for numbers: text is read here, before it.
    `carried` are columns made of that text that come in too.
    """
    texts = _text_columns(muscles, names)
    if isinstance(trace, bool) or trace not in (None, 0, 1):
        raise OptionError(
            f"trace={trace!r} is not known.",
            expected="0 or 1, the grades between which a trace lies",
            hint="leave it out if no muscle was graded T",
        )
    if not texts or trace is None:
        _refuse_trace(muscles, texts)
        entrance = enter(muscles, "muscles", needs=names)
        return _Sheet(replace(entrance, frame=entrance.frame.with_columns(nw.lit(0.0).alias(_TRACES))))
    frame = _words_of(muscles, names, texts)
    refuse_first(
        frame,
        {name: ~nw.col(name).is_in(_grade_words()) & ~nw.col(name).is_null() for name in texts},
        expected=f"{columns('muscles')[names[0]].expected}, or {TRACE}",
        hint="a grade is a whole number; leave empty what was not graded",
    )
    traces = {name: (nw.col(name) == TRACE).fill_null(False) for name in texts}
    numbers = {
        name: nw.when(~is_trace).then(nw.col(name)).otherwise(nw.lit(str(trace))).cast(nw.Float64)
        for name, is_trace in traces.items()
    }
    brought = {_TRACES: compute_count(traces.values())} | dict(carried or {})
    frame = frame.with_columns(**brought).with_columns(**numbers)
    entrance = enter(frame.to_native(), "muscles", needs=[*names, *brought])
    if nw.dependencies.is_pandas_dataframe(muscles):  # its own frame leaves with the new columns beside it
        return _Sheet(replace(entrance, native=muscles))
    return _Sheet(entrance, tuple(texts), tuple(brought))


def _text_columns(muscles: Any, names: Sequence[str]) -> list[str]:
    """Name those of the columns that hold text, or a mixture."""
    present = [name for name in names if has(muscles, name)]
    if nw.dependencies.is_pandas_dataframe(muscles):
        if not muscles.columns.is_unique:
            return []  # the door refuses two columns of one name
        muscles = muscles[present]
    schema = nw.from_native(muscles).collect_schema()
    return [name for name in present if schema[name] in _TEXTS]


_TEXTS = (nw.String, nw.Categorical, nw.Enum, nw.Object)


def _words_of(muscles: Any, names: Sequence[str], texts: Sequence[str]) -> Any:
    """Read the text columns as text, and keep beside them what was written."""
    if nw.dependencies.is_pandas_dataframe(muscles):
        present = [name for name in names if has(muscles, name)]
        words = {name: muscles[name].astype(object).astype("string") for name in texts}
        return nw.from_native(muscles[present].assign(**words).reset_index(drop=True), eager_only=True)
    frame = nw.from_native(muscles)
    frame = frame.with_columns(nw.col(name).alias(_WRITTEN + name) for name in texts)
    return frame.with_columns(nw.col(name).cast(nw.String) for name in texts)


def _refuse_trace(muscles: Any, texts: Sequence[str]) -> None:
    if not texts:
        return
    frame = _words_of(muscles, texts, texts)
    for name in texts:
        is_trace = nw.col(name) == TRACE
        if plain_rows(frame.select(is_trace.fill_null(False).any().alias("found")))[0]["found"]:
            raise WrongTypeError(
                f"Column {name} holds the trace grade {TRACE!r}, and nothing says what it counts as.",
                where=f"column {name}",
                expected="trace=0 or trace=1",
                hint="0 is the usual reading, but no source that was read gives a trace a number in a total",
            )


@cache
def _grade_words() -> tuple[str, ...]:
    """List the grades as they may be written: a spreadsheet may have made 10.0 of a 10."""
    grades = [row["grade_of_10"] for row in records("muscle_grades")]
    return (*map(_word, grades), *(f"{grade:.1f}" for grade in grades if isinstance(grade, float)))
