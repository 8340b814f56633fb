"""The grades of manual muscle testing: which muscles are tested, the trace grade, and the scale of five."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import MissingColumnError, OptionError, WrongTypeError, listed
from myositis_tools.formatting import as_code
from myositis_tools.frames import Entrance, columns, enter, has, plain_rows
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.scores.items import compute_count, refuse_first
from myositis_tools.tables import records

SIDES = ("right", "left")
ONE_SIDE = "mmt8_80"
TRACE, TRACES = "T", "mmt_trace_grades"

_WRITTEN = "_written_"


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
    wanted = ("single", side) if scale == ONE_SIDE else ("single", *SIDES)
    is_all = scale is None or not scale.startswith("mmt8")
    return tuple(test for test in found if test.side in wanted and (is_all or test.is_in_mmt8))


# ------------------------------------------------------------------------------------------------------ grades of five


def to_five_point_grades(muscles: IntoFrameT) -> IntoFrameT:
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
    sheet = enter_grades(muscles, names, trace=0, carried=traced)
    grades = [row for row in records("muscle_grades") if row["grade_of_10"] != TRACE]
    frame = sheet.entrance.frame.with_columns(
        **{
            f"{name}_of_5": first_true(
                ([(~nw.col(f"{name}_of_5").is_null(), nw.col(f"{name}_of_5"))] if f"{name}_of_5" in traced else [])
                + [(nw.col(name) == row["grade_of_10"], nw.lit(as_code(row["grade_of_5"]))) for row in grades]
            )
            for name in names
        }
    )
    return sheet.leave(frame, [f"{name}_of_5" for name in names])


def _as_trace(name: str) -> nw.Expr:
    grade = next(as_code(row["grade_of_5"]) for row in records("muscle_grades") if row["grade_of_10"] == TRACE)
    return nw.when(nw.col(name) == TRACE).then(nw.lit(grade))


# --------------------------------------------------------------------------------------------------- the trace grade T


@dataclass(frozen=True)
class Sheet:
    """Grades that have come in as numbers; those that were written as text leave as they were written."""

    entrance: Entrance
    written: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()

    def leave(self, frame: Any, added: Sequence[str]) -> Any:
        """Give the caller's own frame back with the `added` columns beside it."""
        out = self.entrance.leave(frame, added)
        if not self.written:
            return out
        own = [name for name in self.brought if name not in added]
        as_written = {name: nw.col(_WRITTEN + name) for name in self.written}
        return (
            nw.from_native(out).with_columns(**as_written).drop(*map(_WRITTEN.__add__, self.written), *own).to_native()
        )


def enter_grades(
    muscles: Any, names: Sequence[str], trace: int | None, carried: Mapping[str, nw.Expr] | None = None
) -> Sheet:
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
        return Sheet(replace(entrance, frame=entrance.frame.with_columns(nw.lit(0.0).alias(TRACES))))
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
    brought = {TRACES: compute_count(traces.values())} | dict(carried or {})
    frame = frame.with_columns(**brought).with_columns(**numbers)
    entrance = enter(frame.to_native(), "muscles", needs=[*names, *brought])
    if nw.dependencies.is_pandas_dataframe(muscles):  # its own frame leaves with the new columns beside it
        return Sheet(replace(entrance, native=muscles))
    return Sheet(entrance, tuple(texts), tuple(brought))


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
        words = {name: muscles[name].astype(object).astype("string[python]") for name in texts}
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
    return (*map(as_code, grades), *(f"{grade:.1f}" for grade in grades if isinstance(grade, float)))
