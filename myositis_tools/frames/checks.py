"""What a table cannot hold: values out of range, words that are not allowed, a row that stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from myositis_tools.errors import (
    DuplicateRowError,
    MyositisToolsError,
    UnknownWordError,
    WrongTypeError,
    listed,
)
from myositis_tools.frames.columns import NUMERIC, Column, dates
from myositis_tools.frames.engine import all_differ
from myositis_tools.frames.messages import FIRST_DATE, LAST_DATE, day, impossible_values, plain, unit_hint, word_hint
from myositis_tools.frames.numbers import MOST_EXACT
from myositis_tools.frames.other_engines import collect

_ROWS, _DISTINCT = "rows of the table", "rows that differ"


def check_values(frame: Any, definitions: Sequence[Column], unique: Sequence[str]) -> bool:
    """One pass over the table for every column; others only to name the rows of the first problem.

    Gives whether it is still to be seen that `unique` names one row each.
    """
    questions: dict[str, nw.Expr] = {}
    problems = {column.name: problem for column in definitions if (problem := impossible(column)) is not None}
    for column in definitions:
        if column.name in problems:
            questions[column.name] = problems[column.name].fill_null(False).any().alias(column.name)
        if column.name in unique:
            questions[column.name + " "] = nw.col(column.name).is_null().any().alias(column.name + " ")
    if len(unique) == 1 and isinstance(frame, nw.LazyFrame):
        questions |= {_ROWS: nw.len().alias(_ROWS), _DISTINCT: nw.col(*unique).n_unique().alias(_DISTINCT)}
    if not questions:
        return unique != ()
    answers = collect(frame.select(*questions.values())).rows(named=True)[0]
    for column in definitions:
        if answers.get(column.name):
            raise _value_error(frame, column, problems[column.name])
        if answers.get(column.name + " "):
            raise WrongTypeError(
                f"Column {column.name} is empty in some rows.",
                where=f"column {column.name}",
                expected=f"{column.expected} in every row",
                hint="fill it in, or leave those rows out",
            )
    return bool(unique) and (_ROWS not in answers or answers[_ROWS] != answers[_DISTINCT])


def impossible(column: Column) -> nw.Expr | None:
    """Whether a value of a column cannot be; None where any can."""
    values = nw.col(column.name)
    if column.words:
        return ~values.is_in(list(column.words)) & ~values.is_null()
    if column.type == "date":
        return (values < FIRST_DATE) | (values > LAST_DATE)
    if column.type not in NUMERIC:
        return None
    # Where a side is open, infinity and what is too large to be counted one by one is no value all the same.
    too_low = values < (-MOST_EXACT if column.minimum is None else column.minimum)
    too_high = values > (MOST_EXACT if column.maximum is None else column.maximum)
    problem = too_low | too_high
    return problem | (values != values.round(0)) if column.type == "integer" else problem


def refuse_values(frame: Any, column: str, problem: nw.Expr, *, expected: str, hint: str) -> None:
    """Refuse what only one calculation cannot use, such as a divisor of zero; `problem` is true in the wrong rows.

    Raises
    ------
    ImpossibleValueError
        If `problem` is true in any row.
    """
    values, where = _first_rows(frame, column, problem)
    if values:
        raise impossible_values(column, values, where=where, expected=expected, hint=hint)


@dataclass(frozen=True)
class Refusal:
    """What cannot be: true in the wrong rows of a column, with what is expected instead and a hint."""

    column: str
    problem: nw.Expr
    expected: str
    hint: str


def refuse_any(frame: Any, refusals: Sequence[Refusal]) -> None:
    """Refuse the first of several things that cannot be; a lazy engine works its plan out once for all of them.

    Raises
    ------
    ImpossibleValueError
        If a problem is true in any row.
    """
    if not refusals:
        return
    flags = {str(place): one.problem.fill_null(False).cast(nw.Int64).max() for place, one in enumerate(refusals)}
    (found,) = collect(frame.select(**flags)).rows(named=True)
    for place, one in enumerate(refusals):
        if found[str(place)]:
            refuse_values(frame, one.column, one.problem, expected=one.expected, hint=one.hint)


def _value_error(frame: Any, column: Column, problem: nw.Expr) -> MyositisToolsError:
    values, where = _first_rows(frame, column.name, problem)
    if column.words:
        return UnknownWordError(
            f"Column {column.name} holds words that are not allowed: {listed(dict.fromkeys(map(repr, values)))}.",
            where=where,
            expected=column.expected,
            hint=word_hint(column, values[0]),
        )
    return impossible_values(column.name, values, where=where, expected=column.expected, hint=unit_hint(column, values))


def _first_rows(frame: Any, column: str, problem: nw.Expr) -> tuple[list[Any], str]:
    """The first values for which the problem is true, and where they stand: by patient and week, or by row."""
    keys = [name for name in ("patient_id", "week") if name in frame.collect_schema().names() and name != column]
    if not keys and isinstance(frame, nw.DataFrame):
        frame, keys = frame.with_row_index("row"), ["row"]
    few = collect(frame.filter(problem.fill_null(False)).select(column, *keys).head(3)).rows(named=True)
    few = [{**row, column: day(row[column])} for row in few] if column in dates() else few
    where = "; ".join(
        ", ".join([*(f"{key} {plain(row[key])}" for key in keys), f"value {plain(row[column])}"]) for row in few
    )
    return [row[column] for row in few], where + (" (rows counted from 0)" if keys == ["row"] and few else "")


def check_unique(frame: Any, table: str, unique: Sequence[str]) -> None:
    """Refuse a row that stands twice.

    Raises
    ------
    DuplicateRowError
        If `unique` does not name one row each.
    """
    keys = frame.select(*unique)
    if isinstance(keys, nw.DataFrame):
        if all_differ(keys):
            return
        doubled = keys.filter(keys.is_duplicated())
        if doubled.is_empty():
            return
        doubled = doubled.unique(maintain_order=True).head(4)
    else:
        doubled = keys.group_by(*unique).agg(nw.len().alias("_n")).filter(nw.col("_n") > 1)
        doubled = doubled.select(*unique).sort(*unique).head(4).collect()
        if doubled.is_empty():
            return
    rows = doubled.rows(named=True)
    raise DuplicateRowError(
        f"The {table} table holds a row twice.",
        where="; ".join(", ".join(f"{name} {plain(row[name])}" for name in unique) for row in rows[:3]),
        expected=f"one row for each {' and '.join(unique)}",
        hint="keep one of the rows; the package does not choose between them",
    )
