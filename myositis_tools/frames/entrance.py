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
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.errors import (
    DuplicateRowError,
    ImpossibleValueError,
    MissingColumnError,
    MyositisToolsError,
    UnknownWordError,
    WrongTypeError,
    listed,
    nearest,
)
from myositis_tools.tables import records

# Two computed numbers closer than this are the same number: binary floats cannot hold tenths, clinical scales can.
# It is used toward equality, so a change of exactly 5 % never counts as more than 5 %.
TOLERANCE = 1e-9

_FIRST_DAY = date(1970, 1, 1)  # a date behind the door is its number of days since then

_GIVEN = "_given_"
_ROW = "_given_row_number"
_NUMERIC = ("number", "integer")


@dataclass(frozen=True)
class Column:
    """What a column is, as ``tables/columns.csv`` states it, and ``private_columns.csv`` whether it is private."""

    table: str
    name: str
    label: str
    type: str
    unit: str
    limit_unit: str
    minimum: float | None
    maximum: float | None
    better: str
    words: tuple[str, ...]
    description: str
    optional: bool = False
    private: str = ""

    @property
    def heading(self) -> str:
        """The label as a heading or a sentence begins with it."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def expected(self) -> str:
        """The permitted values, for a message."""
        if self.words:
            return listed(self.words)
        if self.type == "yes_no":
            return "True, False or missing"
        if self.type in _NUMERIC:
            if self.minimum is None and self.maximum is None:
                return f"a {'whole ' if self.type == 'integer' else ''}number{f' ({self.unit})' if self.unit else ''}"
            low = "any" if self.minimum is None else f"{self.minimum:g}"
            high = "" if self.maximum is None else f" to {self.maximum:g}"
            open_end = " or more" if self.minimum is not None and self.maximum is None else ""
            return f"{low}{high}{open_end}{' ' + self.unit if self.unit else ''}"
        return f"a {self.type}"


@cache
def columns(table: str) -> Mapping[str, Column]:
    """The columns of a table by name, in the order they are defined; patients may hold any column of screening."""
    private = {str(row["column"]): str(row["private"]) for row in records("private_columns") if row["table"] == table}
    return MappingProxyType(
        (dict(columns("screening")) if table == "patients" else {})
        | {
            str(row["column"]): Column(
                table=table,
                name=str(row["column"]),
                label=str(row["label"]),
                type=str(row["type"]),
                unit=str(row["unit"] or ""),
                limit_unit=str(row["limit_unit"] or ""),
                minimum=row["minimum"],  # type: ignore[arg-type]
                maximum=row["maximum"],  # type: ignore[arg-type]
                better=str(row["better"] or ""),
                words=tuple(str(row["words"]).split("|")) if row["words"] else (),
                description=str(row["description"]),
                private=private.get(str(row["column"]), ""),
            )
            for row in records("columns")
            if row["table"] == table
        }
    )


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
            new = plain_pandas(frame.select(*added).to_native())
            kept = self.native.drop(columns=[name for name in added if name in self.native.columns])
            new.index = kept.index
            return pd.concat([kept, new], axis=1)
        names = [name for name in nw.from_native(self.native).collect_schema().names() if name not in added]
        given = frame.collect_schema().names()
        numbered = [_ROW] if _ROW in given else []
        frame = frame.select(
            *(nw.col(_GIVEN + name).alias(name) if _GIVEN + name in given else nw.col(name) for name in names),
            *added,
            *numbered,
        )
        return (frame.sort(_ROW).drop(_ROW) if numbered else frame).to_native()

    def leave_new(self, frame: Any) -> Any:
        """Give a table of other rows than the caller's, on the caller's engine."""
        if self.is_pandas:
            return plain_pandas(frame.to_native()).reset_index(drop=True)
        return frame.to_native()

    def leave_rows(self, rows: Mapping[str, Sequence[Any]], schema: Mapping[str, Any]) -> Any:
        """Give a small table made of plain values, on the caller's engine."""
        if not self.is_pandas:
            return self._made_of_rows(rows, schema)
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


def look_up(frame: Any, table: Any, *, on: str) -> Any:
    """Put the other columns of `table`, in which `on` stands once, beside every row of `frame` that has it.

    A join that keeps all rows in their order on every engine. pandas promises that; Polars does when asked; DuckDB
    does not, so its rows are numbered here and put back in order by `Entrance.leave`. A column of the same name that
    was there before, as in a table that is scored again, gives way.
    """
    brought = [name for name in table.collect_schema().names() if name != on]
    frame = frame.drop(*brought, strict=False)
    if frame.implementation.is_polars():
        joined = frame.to_native().join(table.to_native(), on=on, how="left", maintain_order="left")
        return nw.from_native(joined)
    if frame.implementation.is_duckdb() and _ROW not in frame.collect_schema().names():
        frame = nw.from_native(frame.to_native().project(f"*, row_number() OVER () AS {_ROW}"))
    return frame.join(table, on=on, how="left")


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """Read a few rows as plain values, None where there is none."""
    rows = _collect(frame).rows(named=True)
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]


def plain_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as float64 with NaN, text as pandas' default text, yes/no as nullable boolean."""
    out = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_bool_dtype(values.dtype):
            out[name] = values.astype("boolean")
        elif pd.api.types.is_float_dtype(values.dtype):
            out[name] = values.astype("float64")
        elif pd.api.types.is_integer_dtype(values.dtype):
            out[name] = values.astype("float64") if values.isna().any() else values.astype("int64")
        elif pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
            out[name] = values.astype(TEXT_DTYPE)
        else:
            out[name] = values
    return pd.DataFrame(out, index=frame.index)


# pandas 3 reads text as `str`; on pandas 2 that name gives objects holding the text "nan".
TEXT_DTYPE: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
_PANDAS_TEXT = pd.StringDtype("python")
_PANDAS_TYPES: Mapping[Any, Any] = MappingProxyType({nw.String: _PANDAS_TEXT, nw.Int64: "Int64"})
_NOTHING: Mapping[str, Any] = MappingProxyType({"number": "Float64", "yes_no": "boolean", "word": _PANDAS_TEXT})


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
    outer = _outer(native)
    present = [str(name) for name in native.columns] if isinstance(native, pd.DataFrame) else outer
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
    frame = _clean_pandas(native, definitions) if isinstance(native, pd.DataFrame) else _clean(native, definitions)
    _check_values(frame, definitions, unique)
    if unique:
        _check_unique(frame, table, unique)
    return Entrance(native, _with_nothing(frame, [known[name] for name in absent]) if absent else frame)


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
    return frame.with_columns(**{column.name: nw.lit(None, dtype=_TYPES[column.type]) for column in absent})


def has(native: Any, name: str) -> bool:
    """Whether a caller's table has a column."""
    if isinstance(native, pd.DataFrame):
        return name in native.columns
    return name in _outer(native)


def _outer(native: Any) -> list[str]:
    if isinstance(native, pd.DataFrame):
        names = list(native.columns)
        repeated = sorted({str(name) for name in names if names.count(name) > 1})
        if repeated:
            raise WrongTypeError(
                f"Two columns have the same name: {listed(repeated)}.",
                expected="every column name once",
                hint="rename one of them",
            )
        return []
    try:
        return nw.from_native(native).collect_schema().names()
    except TypeError:
        raise WrongTypeError(
            f"A table was expected, not {type(native).__name__}.",
            expected="a pandas, Polars, DuckDB or PySpark frame",
            hint="pd.DataFrame(...) makes one from lists or a dictionary",
        ) from None


def open_table(native: Any, wanted: Iterable[str]) -> tuple[pd.DataFrame, list[str]]:
    """Give those `wanted` columns that a caller's table has, unchecked and in pandas, and the names of all it has.

    Of a column that stands twice the first is given.

    Raises
    ------
    WrongTypeError
        If this is no table.
    """
    if isinstance(native, pd.DataFrame):
        names = [str(name) for name in native.columns]
        chosen = [name for name in dict.fromkeys(wanted) if name in names]
        values = {name: without_index(native.iloc[:, names.index(name)]) for name in chosen}
        return pd.DataFrame(values, index=pd.RangeIndex(len(native))), names
    names = _outer(native)
    chosen = [name for name in dict.fromkeys(wanted) if name in names]
    frame = nw.from_native(native)
    schema = frame.collect_schema()
    numbers = [name for name in chosen if schema[name].is_numeric() and not schema[name].is_integer()]
    picked = [nw.col(name).cast(nw.Float64) if name in numbers else nw.col(name) for name in chosen]
    if not chosen:
        rows = int(_collect(frame.select(nw.len().alias(_ROW)))[_ROW][0])
        return pd.DataFrame(index=pd.RangeIndex(rows)), names
    raw = _collect(frame.select(*picked)).to_pandas()
    return pd.DataFrame({name: without_index(raw[name]) for name in chosen}), names


# ---------------------------------------------------------------------------------------------- types and NaN -> null


def _clean_pandas(native: pd.DataFrame, definitions: Sequence[Column]) -> Any:
    clean = {column.name: _pandas_values(native[column.name], column) for column in definitions}
    return nw.from_native(pd.DataFrame(clean, index=pd.RangeIndex(len(native))), eager_only=True)


def _pandas_values(values: pd.Series, column: Column) -> pd.Series:
    values = without_index(values)
    wrong, whole_column = wrong_type(values, column)
    _refuse_type(values[wrong] if len(wrong) else wrong, column, whole_column=whole_column)
    return clean_values(values, column)


def without_index(values: pd.Series) -> pd.Series:
    """The values counted from 0; categories as what they stand for."""
    values = values.reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object if values.hasnans else values.cat.categories.dtype)
    return values


_NO_CELL = pd.Series([], dtype=bool)


def wrong_type(values: pd.Series, column: Column) -> tuple[pd.Series, bool]:
    """Where a column holds another type of value than it should, and whether its dtype alone says so.

    The first is empty where nothing can be wrong.
    """
    kinds = pd.api.types
    is_object, is_boolean = values.dtype == object, kinds.is_bool_dtype(values.dtype)
    if column.type in _NUMERIC:
        if is_object or kinds.is_string_dtype(values.dtype):
            is_number = values.map(lambda value: isinstance(value, int | float) and not isinstance(value, bool))
            return ~(is_number.astype(bool) | values.isna()), False
        return (values.notna(), True) if is_boolean or not kinds.is_numeric_dtype(values.dtype) else (_NO_CELL, False)
    if column.type == "yes_no":
        if is_boolean:
            return _NO_CELL, False
        is_yes_no = values.map(lambda value: isinstance(value, bool) or type(value).__name__ == "bool_")
        return ~(is_yes_no.astype(bool) | values.isna()), False
    if column.type == "date":
        if is_object:
            return ~(values.map(lambda value: isinstance(value, date)).astype(bool) | values.isna()), False
        return (_NO_CELL, False) if kinds.is_datetime64_any_dtype(values.dtype) else (values.notna(), True)
    if is_object:
        if kinds.infer_dtype(values, skipna=True) == "string":
            return _NO_CELL, False
        is_text = values.map(lambda value: isinstance(value, str | int) and not isinstance(value, bool))
        return ~(is_text.astype(bool) | values.isna()), False
    is_code = column.type == "text" and kinds.is_integer_dtype(values.dtype)
    return (_NO_CELL, False) if is_code or kinds.is_string_dtype(values.dtype) else (values.notna(), True)


def clean_values(values: pd.Series, column: Column) -> pd.Series:
    """A column without wrong types as the package computes with it: NaN is null, a date its number of days."""
    kinds = pd.api.types
    if column.type in _NUMERIC:
        if not kinds.is_numeric_dtype(values.dtype):
            values = values.where(~values.isna(), None).astype("Float64")
        return _float64(values)
    if column.type == "yes_no":
        if kinds.is_bool_dtype(values.dtype):
            return values.astype("boolean")
        return values.where(~values.isna(), None).astype("object").astype("boolean")
    if column.type == "date":
        return _day_numbers(values)
    is_kept = kinds.is_integer_dtype(values.dtype) or (values.dtype != object and kinds.is_string_dtype(values.dtype))
    if column.type == "text" and is_kept:
        return values  # carried and matched as it is; only words are compared, and need a null that says so
    return _as_words(values)


def _as_words(values: pd.Series) -> pd.Series:
    """Text that knows a null; each word is made once, of which a column has few."""
    places, words = pd.factorize(values)
    return pd.Series(pd.array(words, dtype=_PANDAS_TEXT).take(places, allow_fill=True), index=values.index)


def _day_numbers(values: pd.Series) -> pd.Series:
    """Days since 1970 of the calendar date as written, whatever its clock or time zone; a null where there is none."""
    if values.dtype == object:
        values = pd.to_datetime(
            values.map(lambda value: value.strftime("%Y-%m-%d"), na_action="ignore"), errors="raise"
        )
    elif not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _float64(values.astype("float64"))
    elif getattr(values.dt, "tz", None) is not None:
        values = values.dt.tz_localize(None)
    days = values.to_numpy().astype("datetime64[D]")
    gaps = values.isna().to_numpy()
    return pd.Series(pd.arrays.FloatingArray(days.astype("int64").astype("float64"), gaps), index=values.index)


def _float64(values: pd.Series) -> pd.Series:
    """Nullable floats in which NaN is null, whatever the values were stored as."""
    plain = values.to_numpy(dtype="float64", na_value=float("nan"))
    return pd.Series(pd.arrays.FloatingArray(plain, plain != plain), index=values.index)


def _refuse_type(wrong: pd.Series, column: Column, *, whole_column: bool = False) -> None:
    if wrong.empty:
        return
    raise _type_error(
        column,
        listed((repr(value) for value in wrong.unique()[:3].tolist()), most=3),
        f"the whole column, of type {wrong.dtype}"
        if whole_column
        else f"rows {listed(wrong.index[:5])} (counted from 0)",
    )


def _type_error(column: Column, found: str, where: str) -> MyositisToolsError:
    return WrongTypeError(
        f"Column {column.name} holds {found}.",
        where=f"column {column.name}, {where}",
        expected=column.expected,
        hint=type_hint(column),
    )


TYPE_HINTS = {
    "number": "a number is needed; read decimal commas with pd.read_csv(..., decimal=',') and leave what was not "
    "measured empty",
    "integer": "a whole number is needed",
    "yes_no": "use True and False and leave what was not recorded empty",
    "date": "read dates as dates, for example with pd.to_datetime(column, format='%d-%m-%Y')",
}


def type_hint(column: Column) -> str:
    """What to do about a value of the wrong type."""
    return TYPE_HINTS.get(column.type, "words as text; leave what was not recorded empty")


def _clean(native: Any, definitions: Sequence[Column]) -> Any:
    frame = nw.from_native(native)
    schema = frame.collect_schema()
    wrong = [column for column in definitions if not _fits(column, schema[column.name])]
    if wrong:  # a column of nothing but nulls has whatever type its reader gave it
        empty = _collect(frame.select(*(nw.col(column.name).is_null().all() for column in wrong))).rows(named=True)[0]
        for column in wrong:
            if not empty[column.name]:
                raise _type_error(column, f"values of type {schema[column.name]}", "the whole column")
    given = (nw.col(column.name).alias(_GIVEN + column.name) for column in definitions)
    clean = (
        nw.lit(None, dtype=_TYPES[column.type]).alias(column.name)
        if column in wrong
        else _typed(column, schema[column.name])
        for column in definitions
    )
    return frame.with_columns(*given, *clean)


_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "number": nw.Float64,
        "integer": nw.Float64,
        "date": nw.Float64,
        "yes_no": nw.Boolean,
        "text": nw.String,
        "word": nw.String,
    }
)


def _fits(column: Column, dtype: Any) -> bool:
    if column.type in _NUMERIC:
        return dtype.is_numeric()
    if column.type == "yes_no":
        return dtype == nw.Boolean
    if column.type == "date":
        return dtype in (nw.Date, nw.Datetime)
    is_text = dtype in (nw.String, nw.Categorical) or isinstance(dtype, nw.Enum)
    return is_text or (column.type == "text" and dtype.is_integer())


def _typed(column: Column, dtype: Any) -> nw.Expr:
    values = nw.col(column.name)
    if column.type in _NUMERIC:
        numbers = values.cast(nw.Float64)
        return nw.when(~numbers.is_nan()).then(numbers).alias(column.name) if dtype.is_float() else numbers
    if column.type == "date":
        local = values.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else values
        since = local.cast(nw.Datetime("us")) - nw.lit(datetime(1970, 1, 1))
        return (since.dt.total_minutes() / (24 * 60)).floor().alias(column.name)
    return values.cast(nw.String) if dtype == nw.Categorical or isinstance(dtype, nw.Enum) else values


# ------------------------------------------------------------------------------------------------------------- ranges


def _check_values(frame: Any, definitions: Sequence[Column], unique: Sequence[str]) -> None:
    """One pass over the table for every column; a second one only to name the rows of the first problem."""
    questions: dict[str, nw.Expr] = {}
    for column in definitions:
        problem = impossible(column)
        if problem is not None:
            questions[column.name] = problem.fill_null(False).any().alias(column.name)
        if column.name in unique:
            questions[column.name + " "] = nw.col(column.name).is_null().any().alias(column.name + " ")
    if not questions:
        return
    answers = _collect(frame.select(*questions.values())).rows(named=True)[0]
    for column in definitions:
        if answers.get(column.name):
            raise _value_error(frame, column)
        if answers.get(column.name + " "):
            raise WrongTypeError(
                f"Column {column.name} is empty in some rows.",
                where=f"column {column.name}",
                expected=f"{column.expected} in every row",
                hint="fill it in, or leave those rows out",
            )


def impossible(column: Column) -> nw.Expr | None:
    """Whether a value of a column cannot be; None where any can."""
    values = nw.col(column.name)
    if column.words:
        return ~values.is_in(list(column.words)) & ~values.is_null()
    if column.type not in _NUMERIC:
        return None
    # Infinity is no value; on a side that is open it has to be asked for.
    too_low = values == float("-inf") if column.minimum is None else values < column.minimum
    too_high = values == float("inf") if column.maximum is None else values > column.maximum
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
        raise _impossible(column, values, where=where, expected=expected, hint=hint)


def _value_error(frame: Any, column: Column) -> MyositisToolsError:
    values, where = _first_rows(frame, column.name, impossible(column))
    if column.words:
        return UnknownWordError(
            f"Column {column.name} holds words that are not allowed: {listed(dict.fromkeys(map(repr, values)))}.",
            where=where,
            expected=column.expected,
            hint=nearest(values[0], column.words),
        )
    return _impossible(column.name, values, where=where, expected=column.expected, hint=unit_hint(column, values))


def _impossible(column: str, values: Sequence[Any], **rest: str) -> ImpossibleValueError:
    return ImpossibleValueError(
        f"Column {column} holds impossible values: {listed(plain(value) for value in values)}.", **rest
    )


def _first_rows(frame: Any, column: str, problem: nw.Expr) -> tuple[list[Any], str]:
    """The first values for which the problem is true, and where they stand: by patient and week, or by row."""
    keys = [name for name in ("patient_id", "week") if name in frame.collect_schema().names() and name != column]
    if not keys and isinstance(frame, nw.DataFrame):
        frame, keys = frame.with_row_index("row"), ["row"]
    few = _collect(frame.filter(problem.fill_null(False)).select(column, *keys).head(3)).rows(named=True)
    few = [{**row, column: day(row[column])} for row in few] if column in _dates() else few
    where = "; ".join(
        ", ".join([*(f"{key} {plain(row[key])}" for key in keys), f"value {plain(row[column])}"]) for row in few
    )
    return [row[column] for row in few], where + (" (rows counted from 0)" if keys == ["row"] and few else "")


@cache
def _dates() -> frozenset[str]:
    return frozenset(str(row["column"]) for row in records("columns") if row["type"] == "date")


def day(number: float) -> date:
    """The calendar date of a day number."""
    return _FIRST_DAY + timedelta(days=number)


def unit_hint(column: Column, values: Sequence[float]) -> str:
    """The likely mistake behind impossible values of a column."""
    high = column.maximum
    if any(value < 0 for value in values) and column.minimum == 0:
        return "a negative value cannot be; leave what was not measured empty"
    if column.type == "integer" and all(value != round(value) for value in values):
        return "a whole number is needed; round it yourself if that is right"
    if column.unit == "cm" and high and all(high < value <= high * 10 for value in values):
        return "this looks like millimetres; divide the whole column by 10"
    if column.name == "height_cm" and high and all(0 < value * 100 <= high for value in values):
        return "this looks like metres; multiply the whole column by 100"
    if column.unit == "points" and high:
        return "the number in the column's name is the maximum; is this another MMT scale?"
    return "check the value and its unit"


def _check_unique(frame: Any, table: str, unique: Sequence[str]) -> None:
    keys = frame.select(*unique)
    if isinstance(keys, nw.DataFrame):
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


def plain(value: object) -> str:
    """A value as a message writes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _collect(frame: Any) -> Any:
    return frame.collect() if isinstance(frame, nw.LazyFrame) else frame
