"""The one door for data: any supported engine in, the same engine out.

`enter` picks the columns a calculation reads, turns NaN into null, gives every column the type its definition in
``tables/columns.csv`` states, and refuses what cannot be: a missing column, a value out of range, a word that is not
allowed, text where a number belongs, a row that stands twice. Behind the door nothing sees a NaN and nothing checks
again. `Entrance.leave` hands the caller's own frame back with the new columns beside it; the caller's frame, its
order and its index stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import MissingColumnError, listed
from myositis_tools.frames.checks import check_unique, check_values
from myositis_tools.frames.columns import Column, columns
from myositis_tools.frames.conversion import names_of, refuse_doubled_names, to_pandas
from myositis_tools.frames.engine import in_pandas, on_the_engine
from myositis_tools.frames.engines_taken import computed, handed_back
from myositis_tools.frames.joins import ROW
from myositis_tools.frames.missing_columns import require_columns
from myositis_tools.frames.other_engines import GIVEN, TYPES, clean_other, collect
from myositis_tools.frames.pandas_values import PANDAS_TEXT, as_dates, clean_pandas, plain_pandas, refuse_nested


@dataclass(frozen=True)
class Entrance:
    """A caller's table, checked and clean, on its way through the package.

    Attributes
    ----------
    native : Any
        The frame as the caller gave it.
    frame : narwhals.DataFrame or narwhals.LazyFrame
        The clean columns, under their own names.
    """

    native: Any
    frame: Any

    @property
    def is_pandas(self) -> bool:
        """Whether the caller uses pandas."""
        return isinstance(self.native, pd.DataFrame)

    def leave(self, frame: Any, added: Sequence[str]) -> Any:
        """Give the caller's own frame back with the `added` columns of `frame` beside it.

        A column of the same name that was there before is replaced in the copy that is given back.
        """
        if self.is_pandas:
            new = in_pandas(frame.select(*added))
            kept = self.native.drop(columns=[name for name in added if name in self.native.columns])
            new.index = kept.index
            return pd.concat([kept, new], axis=1)
        names = [name for name in nw.from_native(self.native).collect_schema().names() if name not in added]
        given = frame.collect_schema().names()
        numbered = [ROW] if ROW in given else []
        frame = frame.select(
            *(nw.col(GIVEN + name).alias(name) if GIVEN + name in given else nw.col(name) for name in names),
            *added,
            *numbered,
        )
        return handed_back((frame.sort(ROW).drop(ROW) if numbered else frame).to_native(), self.native)

    def leave_new(self, frame: Any) -> Any:
        """Give a table of other rows than the caller's, on the caller's engine."""
        if self.is_pandas:
            return in_pandas(frame).reset_index(drop=True)
        return handed_back(frame.to_native(), self.native)

    def leave_rows(self, rows: Mapping[str, Sequence[Any]], schema: Mapping[str, Any]) -> Any:
        """Give a small table made of plain values, on the caller's engine."""
        if not self.is_pandas:
            return handed_back(self._made_of_rows(rows, schema), self.native)
        # Text is typed here: narwhals asks pandas 2 for `str`, which writes a missing value as the word "None"; and so
        # are whole numbers, which have no place for a missing one there.
        typed = {
            name: pd.Series(rows[name], dtype=_PANDAS_TYPES[dtype])
            for name, dtype in schema.items()
            if dtype in _PANDAS_TYPES
        }
        small = nw.from_dict({name: typed.get(name, rows[name]) for name in schema}, backend="pandas")
        small = small.with_columns(nw.col(name).cast(dtype) for name, dtype in schema.items() if name not in typed)
        return plain_pandas(small.to_native())

    def _made_of_rows(self, rows: Mapping[str, Sequence[Any]], schema: Mapping[str, Any]) -> Any:
        """Through Arrow where the engine has no frame in memory: it keeps types and what is missing."""
        implementation = self.frame.implementation
        is_eager = isinstance(self.frame, nw.DataFrame)
        small = nw.from_dict(
            rows, schema, backend=implementation if is_eager or implementation.is_polars() else "pyarrow"
        )
        if is_eager:
            return small.to_native()
        if not implementation.is_pyspark():
            return small.lazy(backend=implementation).to_native()
        if small.is_empty():  # Spark makes no table of no rows
            nothing = (nw.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items())
            return self.frame.select(*nothing).head(0).to_native()
        return small.lazy(backend=implementation, session=self.native.sparkSession).to_native()


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """Read a few rows as plain values, None where there is none."""
    rows = collect(frame).rows(named=True)
    return [{name: None if _is_missing(value) else value for name, value in row.items()} for row in rows]


def _is_missing(value: Any) -> bool:
    return pd.api.types.is_scalar(value) and bool(pd.isna(value))


_PANDAS_TYPES: Mapping[Any, Any] = MappingProxyType({nw.String: PANDAS_TEXT, nw.Int64: "Int64"})
_NOTHING: Mapping[str, Any] = MappingProxyType({"number": "Float64", "yes_no": "boolean", "word": PANDAS_TEXT})


def enter(
    native: Any,
    table: str,
    *,
    needs: Iterable[str],
    unique: Sequence[str] = (),
    own: Iterable[Column] = (),
    hint: str = "",
) -> Entrance:
    """Let a caller's table in, or refuse it with one clear error.

    Parameters
    ----------
    native : pandas.DataFrame, polars.DataFrame, polars.LazyFrame, duckdb.DuckDBPyRelation, pyspark DataFrame
        The caller's table.
    table : str
        Which table of ``columns.csv`` it is.
    needs : iterable of str
        The columns that will be read.
    unique : sequence of str
        Columns that together may stand only once, and never empty.
    own : iterable of Column
        Columns beside those of ``columns.csv``, such as a protocol file declares. One that is optional and not in the
        table is let in as a column of nothing.
    hint : str
        What to add to the message of a missing column.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        For the first problem found, in that order.
    """
    wanted = list(dict.fromkeys(needs))
    present = names_of(native)
    refuse_doubled_names(present)
    known = {**columns(table), **{column.name: column for column in own}}
    absent = [name for name in wanted if name not in present]
    missing = [name for name in absent if name not in known or not known[name].optional]
    if missing:
        raise MissingColumnError(
            f"The {table} table lacks {'a column' if len(missing) == 1 else 'columns'}: {listed(missing)}.",
            where=f"columns present: {listed(present)}",
            expected=listed(
                (f"{name} ({known[name].expected})" if name in known else name for name in missing),
                most=4,
            ),
            hint=hint or _hint_at(present),
        )
    definitions = [known[name] for name in wanted if name not in absent]
    if isinstance(native, pd.DataFrame):
        frame = on_the_engine(clean_pandas(native, definitions))
    else:
        frame = clean_other(computed(native), definitions)
    if check_values(frame, definitions, unique):
        check_unique(frame, table, unique)
    return Entrance(native, _with_nothing(frame, [known[name] for name in absent]) if absent else frame)


def checked_pandas(table: Any, kind: str, needs: Sequence[str]) -> pd.DataFrame:
    """Give a table in pandas, the columns it needs checked: numbers as floats, dates as dates; the others as they are.

    Raises
    ------
    MyositisToolsError
        Whatever `enter` refuses.
    """
    plain = to_pandas(table)
    clean = in_pandas(enter(plain, kind, needs=needs).frame).set_axis(plain.index, axis="index")
    dates = {name: as_dates(clean[name]) for name in needs if columns(kind)[name].type == "date"}
    return plain.assign(**clean.assign(**dates))


def given_back(
    table: Any,
    needs: Sequence[str],
    *,
    expected: str,
    numbers: Sequence[str] = (),
    yes_or_no: Sequence[str] = (),
    texts: Sequence[str] = (),
    hint: str = "",
) -> pd.DataFrame:
    """Give a table that another function made in pandas: a person may have changed it since.

    Raises
    ------
    MissingColumnError, WrongTypeError
        If it lacks a column, a cell holds several values, or a column that is there another type than it should.
    """
    plain = refuse_nested(to_pandas(table))
    require_columns(plain, needs, expected=expected, hint=hint)
    types = dict.fromkeys(numbers, "number") | dict.fromkeys(yes_or_no, "yes_no") | dict.fromkeys(texts, "text")
    nothing = {"table": "", "unit": "", "limit_unit": "", "minimum": None, "maximum": None, "better": "", "words": ()}
    made = [
        Column(name=name, label=name, type=kind, description="", **nothing)  # type: ignore[arg-type]
        for name, kind in types.items()
        if name in plain.columns
    ]
    clean_pandas(plain[[one.name for one in made]], made)
    return plain


def _hint_at(present: Sequence[str]) -> str:
    """Say what is meant by a column that must be there, or how to read a file whose lines came in as one column."""
    for separator in (";", "\t", "|"):
        if len(present) == 1 and separator in present[0]:
            return f"the lines were not split into columns; read the file with pd.read_csv(..., sep={separator!r})"
    return "a value that was not recorded is an empty cell; a column must be there even if it is empty"


def _with_nothing(frame: Any, absent: Sequence[Column]) -> Any:
    """Add columns of nothing; on pandas a plain null would become a *no*."""
    if frame.implementation.is_pandas():
        nothing = {column.name: pd.array([pd.NA] * len(frame), dtype=_NOTHING[column.type]) for column in absent}
        return nw.from_native(frame.to_native().assign(**nothing), eager_only=True)
    return frame.with_columns(**{column.name: nw.lit(None, dtype=TYPES[column.type]) for column in absent})
