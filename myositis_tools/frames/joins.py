"""Two tables of the same patients: joined on what names them, however it is stored, and told where few are found."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import PatientsNotFoundWarning, WrongTypeError, listed
from myositis_tools.frames.other_engines import collect
from myositis_tools.tables import records

ROW = "_given_row_number"
_KEY = "_written_key"  # beside a key that is a number in one table and text in the other
_PACKAGE = str(Path(__file__).parents[1])


def look_up(frame: Any, table: Any, *, on: str, of: tuple[str, str] | None = None) -> Any:
    """Put the other columns of `table`, in which `on` stands once, beside every row of `frame` that has it.

    A join that keeps all rows in their order on every engine. pandas promises that; Polars does when asked; DuckDB does
    not, so its rows are numbered here and put back in order by `Entrance.leave`; rows of PySpark have no order. A
    column of the same name that was there before, as in a table that is scored again, gives way. Two tables of a user
    are named in `of`, and compared first as `compare_patients` does.

    Raises
    ------
    WrongTypeError
        If it cannot be told which of the identifiers are the same.
    """
    if of is not None:
        compare_patients(_different(frame, on), _different(table, on), of)
    brought = [name for name in table.collect_schema().names() if name != on]
    frame, table, key = _alike(frame.drop(*brought, strict=False), table, on)
    if frame.implementation.is_polars():
        joined = frame.to_native().join(table.to_native(), on=key, how="left", maintain_order="left")
        return nw.from_native(joined).drop(_KEY, strict=False)
    if frame.implementation.is_duckdb() and ROW not in frame.collect_schema().names():
        frame = nw.from_native(frame.to_native().project(f"*, row_number() OVER () AS {ROW}"))
    return frame.join(table, on=key, how="left").drop(_KEY, strict=False)


def with_lines(frame: Any, lines: Any, *, on: str, of: tuple[str, str]) -> Any:
    """Put every line of another table beside the rows of `frame` of the same patient; rows without one are left out.

    Raises
    ------
    WrongTypeError
        If it cannot be told which of the identifiers are the same.
    """
    compare_patients(_different(frame, on), _different(lines, on), of)
    frame, lines, key = _alike(frame, lines, on)
    return frame.join(lines, on=key, how="inner").drop(_KEY, strict=False)


def compare_patients(first: Iterable[object], second: Iterable[object], of: tuple[str, str]) -> None:
    """Refuse identifiers of two tables that may mean the same or not, and warn where hardly any are found.

    Parameters
    ----------
    first, second : iterable
        The identifiers of both tables, none of them missing.
    of : tuple of str
        The names of both tables.

    Raises
    ------
    WrongTypeError
        If a number in one table could be a text of the other that is written otherwise, as 1 and ``001``.
    """
    ids = [set(each) for each in (first, second)]
    _refuse_doubtful(ids[0], ids[1], of)
    _refuse_doubtful(ids[1], ids[0], (of[1], of[0]))
    written = [{str(value) for value in each} for each in ids]
    smaller, larger = (0, 1) if len(written[0]) < len(written[1]) else (1, 0)
    found, of_all = len(written[0] & written[1]), len(written[smaller])
    bare = [{_bare(text) for text in each} for each in written]
    look_alike = len(bare[0] & bare[1]) > 2 * found
    if not look_alike and (of_all < 2 or found >= of_all * _least_share()):  # one patient may well have no line
        return
    warnings.warn(
        f"{f'Only {found}' if found else 'None'} of the {of_all} patients of the {of[smaller]} table "
        f"{'is' if found < 2 else 'are'} found in the {of[larger]} table. "
        + (
            "Their identifiers differ by spaces, capitals or zeros in front: spell them alike in both."
            if look_alike
            else "Are both tables of the same patients?"
        ),
        PatientsNotFoundWarning,
        stacklevel=_outside(),
    )


def compare_tables(tables: Mapping[str, pd.DataFrame], first: str) -> None:
    """Warn where hardly any patients of one of several tables are found in the `first`, as `compare_patients` does."""
    written = {
        name: dict.fromkeys(map(str, table["patient_id"].dropna()))
        for name, table in tables.items()
        if "patient_id" in table.columns
    }
    for name in written:
        if name != first and first in written:
            compare_patients(written[first], written[name], (first, name))


def _refuse_doubtful(numbers: set[Any], texts: set[Any], of: tuple[str, str]) -> None:
    known = {int(value) for value in numbers if not isinstance(value, str)}
    doubtful = sorted(
        text
        for text in texts
        if known and isinstance(text, str) and (bare := text.strip()).isdecimal()
        if int(bare) in known and text != str(int(bare))
    )
    if doubtful:
        raise WrongTypeError(
            f"Column patient_id is numbers in the {of[0]} table and text in the {of[1]} table, and it cannot be told "
            f"whether {doubtful[0]!r} and {int(doubtful[0])} are the same patient.",
            where=f"patient_id of {of[0]} and of {of[1]}: {listed(map(repr, doubtful), most=3)}",
            expected="identifiers that are spelt alike in both tables",
            hint="read both as text, for example with pd.read_csv(..., dtype={'patient_id': str})",
        )


def _different(frame: Any, on: str) -> list[Any]:
    return collect(frame.select(on).unique())[on].drop_nulls().to_list()


def _alike(frame: Any, table: Any, on: str) -> tuple[Any, Any, str]:
    """Both with a key of one type: a number that is text in the other table is compared as it is written."""
    types = [one.collect_schema()[on] for one in (frame, table)]
    if types[0] == types[1]:
        return frame, table, on
    frame, table = (one.with_columns(nw.col(on).cast(nw.String).alias(_KEY)) for one in (frame, table))
    return frame, table.drop(on), _KEY


def _bare(text: str) -> str:
    bare = text.strip().casefold()
    return bare.lstrip("0") or bare


def _least_share() -> float:
    return float(next(row["value"] for row in records("plausibility") if row["limit"] == "found_patients"))  # type: ignore[arg-type]


def _outside() -> int:
    """How many calls up the package was called, where a warning is of use."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
