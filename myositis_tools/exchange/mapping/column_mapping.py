"""A site's own headings, units and codes said in the package's words: a plain file that a person agreed to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import MappingError, MissingColumnError, NotFoundError, listed, nearest
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.number_formats import DECIMALS, THOUSANDS, read_numbers
from myositis_tools.exchange.files.writing import write_whole
from myositis_tools.exchange.mapping.keys_of_mappings import known_keys
from myositis_tools.formatting import as_code
from myositis_tools.frames import NUMERIC, Column, find_kind, refuse_nested, to_pandas
from myositis_tools.tables import records

_ULN = "× ULN"


@dataclass(frozen=True)
class ColumnMapping:
    """One heading of a site, and what it is here.

    Parameters
    ----------
    heading : str
        The heading in the site's table.
    column : str
        The column it stands for.
    unit : str
        The unit of the site's numbers, where it is another: one of ``tables.load("column_units")`` for that column.
    upper_limit : str or float, optional
        For a column of multiples of the upper limit of normal: the heading that holds each row's own limit, or the one
        limit of the site's laboratory, in the unit of the numbers.
    words : mapping
        The site's codes and words, and the words they stand for (``yes`` and ``no`` for a yes/no column).
    """

    heading: str
    column: str
    unit: str = ""
    upper_limit: str | float | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", MappingProxyType({str(key): str(word) for key, word in self.words.items()}))
        meant: dict[str | float, tuple[str, str]] = {}
        for key, word in self.words.items():
            first, said = meant.setdefault(_same(key), (key, word))
            if said.casefold() != word.casefold():
                raise MappingError(
                    f"One word is mapped to two: {first!r} to {said!r} and {key!r} to {word!r}.",
                    where=f"heading {self.heading!r}",
                    expected="one meaning for each word, however it is spelt",
                )

    def __repr__(self) -> str:
        """The call that makes it."""
        parts = [repr(self.heading), repr(self.column)]
        parts += [f"unit={self.unit!r}"] if self.unit else []
        parts += [f"upper_limit={self.upper_limit!r}"] if self.upper_limit is not None else []
        parts += [f"words={dict(self.words)!r}"] if self.words else []
        return f"mt.ColumnMapping({', '.join(parts)})"


@dataclass(frozen=True)
class TableMapping:
    """How the table of a site becomes one of the package: heading by heading, and how its cells are written.

    Parameters
    ----------
    kind : str
        What the table holds, as in `validate`.
    columns : sequence of ColumnMapping
        The headings that are read. Others are kept as they are.
    decimal : {".", ","}
        The decimal sign of numbers that are written as text.
    date_format : str
        How dates are written, if not as 2026-03-31.
    missing : sequence of str
        Words and codes that mean *not recorded*.
    thousands : str
        The sign between thousands of numbers that are written as text, if there is one.

    Raises
    ------
    MappingError
        If a column or a unit is not known, or a heading or a column stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> mapping = mt.TableMapping(
    ...     "visits",
    ...     [
    ...         mt.ColumnMapping("Patiënt", "patient_id"),
    ...         mt.ColumnMapping("Weken", "week"),
    ...         mt.ColumnMapping("VAS arts", "physician_global_cm", unit="mm"),
    ...         mt.ColumnMapping("CK", "ck_xuln", upper_limit="CK bovengrens"),
    ...     ],
    ... )
    >>> own = pd.DataFrame({"Patiënt": ["A"], "Weken": [0], "VAS arts": [61], "CK": [900], "CK bovengrens": [180]})
    >>> mt.apply_mapping(own, mapping)[["patient_id", "week", "physician_global_cm", "ck_xuln"]]
      patient_id  week  physician_global_cm  ck_xuln
    0          A     0                  6.1      5.0
    """

    kind: str
    columns: Sequence[ColumnMapping]
    decimal: str = "."
    date_format: str = ""
    missing: Sequence[str] = ()
    thousands: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "missing", tuple(map(str, self.missing)))
        known = find_kind(self.kind).holding(each.column for each in self.columns).columns
        if self.decimal not in DECIMALS:
            raise MappingError(f"The decimal sign {self.decimal!r} is not known.", expected="'.' or ','")
        if self.thousands and (self.thousands not in THOUSANDS or self.thousands == self.decimal):
            raise MappingError(
                f"{self.thousands!r} is no sign between thousands where {self.decimal!r} is the decimal sign.",
                expected=f"one of {listed(map(repr, THOUSANDS))}, or nothing",
            )
        for name, what in (("heading", "heading"), ("column", "column")):
            given = [getattr(each, name) for each in self.columns]
            twice = sorted({one for one in given if given.count(one) > 1})
            if twice:
                raise MappingError(f"The mapping names a {what} twice: {listed(twice)}.", expected=f"every {what} once")
        for each in self.columns:
            if each.column not in known:
                raise MappingError(
                    f"There is no column {each.column!r} in {self.kind}.",
                    where=f"heading {each.heading!r}",
                    expected=listed(known),
                    hint=nearest(each.column, list(known)),
                )
            _check_unit(each, known[each.column])

    def __repr__(self) -> str:
        """The code that makes it."""
        lines = [f"    {column!r}," for column in self.columns]
        options = [f"{name}={getattr(self, name)!r}" for name in ("decimal", "date_format", "missing", "thousands")]
        usually = ("decimal='.'", "date_format=''", "missing=()", "thousands=''")
        changed = [line for line, usual in zip(options, usually, strict=True) if line != usual]
        end = "".join(f", {line}" for line in changed)
        return "\n".join([f"mapping = mt.TableMapping({self.kind!r}, [", *lines, f"]{end})"])

    def code(self, table: str = "table") -> str:
        """Print the mapping as code that applies it to the variable `table`."""
        return f"{self}\n{self.kind} = mt.apply_mapping({table}, mapping)"

    def save(self, path: str | Path) -> Path:
        """Write it to a TOML or JSON file, which `read_mapping` reads and a person can read and change."""
        path = Path(path)
        if path.suffix.lower() not in (".toml", ".json"):
            raise MappingError(f"{path.name} has no known suffix.", expected=".toml or .json")
        held = self._plain()
        text = json.dumps(held, indent=1, ensure_ascii=False) + "\n" if path.suffix.lower() == ".json" else self.toml()
        write_whole(path, text.encode("utf-8"))
        return path

    def toml(self) -> str:
        """The text of its TOML file."""
        return _toml(self._plain())

    def _plain(self) -> dict[str, Any]:
        made: dict[str, Any] = {"kind": self.kind}
        written = {name: getattr(self, name) for name in ("decimal", "thousands", "date_format")}
        usual = {"decimal": ".", "thousands": "", "date_format": ""}
        made |= {name: value for name, value in written.items() if value != usual[name]}
        made |= {"missing": list(self.missing)} if self.missing else {}
        rows = []
        for each in self.columns:
            row: dict[str, Any] = {"heading": each.heading, "column": each.column}
            row |= {"unit": each.unit} if each.unit else {}
            row |= {"upper_limit": each.upper_limit} if each.upper_limit is not None else {}
            row |= {"words": dict(each.words)} if each.words else {}
            rows.append(row)
        return made | {"columns": rows}


def other_units(column: Column) -> dict[str, float]:
    """The other units that a column's numbers can be given in, and what to multiply them with."""
    rows = [row for row in records("column_units") if column.unit and row["unit"] == column.unit]
    lengths = [row for row in rows if not (row["other_unit"] == "m" and (column.maximum or 0) <= 10)]
    scales = [row for row in lengths if row["other_unit"] != "0-100" or column.maximum == 10]
    return {str(row["other_unit"]): float(row["factor"]) for row in scales}  # type: ignore[arg-type]


def _check_unit(given: ColumnMapping, column: Column) -> None:
    known = other_units(column)
    if given.unit and given.unit != column.unit and given.unit not in known:
        raise MappingError(
            f"Column {column.name} cannot be made from {given.unit!r}.",
            where=f"heading {given.heading!r}",
            expected=listed([column.unit or "no unit", *known]),
            hint="multiples of the upper limit are made with upper_limit=" if column.unit == _ULN else "",
        )
    if given.upper_limit is not None and column.unit != _ULN:
        raise MappingError(
            f"Column {column.name} has no upper limit of normal.",
            where=f"heading {given.heading!r}",
            expected="an upper limit only for multiples of one",
        )


def read_mapping(path: str | Path) -> TableMapping:
    """Read a mapping that `TableMapping.save` or a person wrote.

    Parameters
    ----------
    path : str or pathlib.Path
        A ``.toml`` or ``.json`` file.

    Raises
    ------
    NotFoundError
        If there is no such file.
    MappingError
        If it says something that cannot be.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> mapping = mt.TableMapping("visits", [mt.ColumnMapping("Weken", "week")], decimal=",")
    >>> with TemporaryDirectory() as place:
    ...     mt.read_mapping(mapping.save(Path(place, "ours.toml"))) == mapping
    True
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected="a mapping, .toml or .json")
    try:
        text = path.read_text(encoding="utf-8")
        held = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        rows = [
            ColumnMapping(**known_keys(row, ColumnMapping, f"{path.name}, [[columns]]"))
            for row in held.pop("columns", [])
        ]
        return TableMapping(columns=rows, **known_keys(held, TableMapping, f"{path.name}, at its head"))
    except MappingError:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        if hasattr(error, "what"):
            raise
        raise MappingError(
            f"{path.name} is no mapping: {error}.",
            expected='kind = "visits" and [[columns]] with heading and column',
            hint="TableMapping(...).save(path) writes one to look at",
        ) from error


def _toml(held: Mapping[str, Any]) -> str:
    lines = [f"{key} = {_toml_value(value)}" for key, value in held.items() if key != "columns"]
    for row in held["columns"]:
        lines += ["", "[[columns]]", *(f"{key} = {_toml_value(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml_value(key)} = {_toml_value(word)}" for key, word in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    # a text of JSON is one of TOML, but for the one sign that TOML wants escaped as well
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)


def apply_mapping(table: Any, mapping: TableMapping) -> pd.DataFrame:
    """Rename and convert a site's table by a mapping; what the mapping does not name stays as it is.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        The site's table, as `read_table` gives it without a kind.
    mapping : TableMapping
        What a person agreed to.

    Returns
    -------
    pandas.DataFrame
        The mapped columns in the order of the mapping, then the others. A cell that cannot be read as its column's type
        stays as it is, for `validate` to list.

    Raises
    ------
    MissingColumnError
        If a heading is not there.
    MappingError
        If a column of the table that is not mapped has the name of one that is.

    Missing data
    ------------
    An empty cell, and the words of the mapping's `missing`. A multiple whose upper limit is missing or 0 is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> mapping = mt.TableMapping("patients", [mt.ColumnMapping("Geslacht", "sex", words={"v": "female", "m": "male"})])
    >>> mt.apply_mapping(pd.DataFrame({"Geslacht": ["v", "m", "x"], "Centrum": [1, 2, 2]}), mapping)
          sex  Centrum
    0  female        1
    1    male        2
    2       x        2
    """
    given = refuse_nested(to_pandas(table))
    wanted = [each.heading for each in mapping.columns]
    wanted += [each.upper_limit for each in mapping.columns if isinstance(each.upper_limit, str)]
    absent = [name for name in dict.fromkeys(wanted) if name not in given]
    if absent:
        raise MissingColumnError(
            f"The table lacks {'a heading' if len(absent) == 1 else 'headings'} of the mapping: {listed(absent)}.",
            where=f"headings: {listed(given.columns)}",
            expected="the table that the mapping was made for",
            hint=nearest(absent[0], [str(name) for name in given.columns]),
        )
    mapped = {each.heading for each in mapping.columns}
    kept = [name for name in given.columns if name not in mapped]
    doubled = sorted({str(name) for name in kept} & {each.column for each in mapping.columns})
    if doubled:
        raise MappingError(
            f"The table already has a column that another heading is mapped to: {listed(doubled)}.",
            expected="one heading for each column",
            hint="map or rename the other one",
        )
    known = find_kind(mapping.kind).holding(each.column for each in mapping.columns).columns
    made = {each.column: _mapped(given, each, known[each.column], mapping) for each in mapping.columns}
    frame = pd.concat([pd.DataFrame(made, index=given.index), given[kept]], axis=1)
    own = frame[list(made)]
    own.attrs = dict(given.attrs)  # from which day its file counts days
    written = {"decimal": mapping.decimal, "thousands": mapping.thousands or None}
    typed = typed_as(own, mapping.kind, "the table", keep=True, date_format=mapping.date_format or None, **written)
    return pd.concat([typed, frame[kept]], axis=1)


def _mapped(given: pd.DataFrame, each: ColumnMapping, column: Column, mapping: TableMapping) -> pd.Series:
    values = _known(given[each.heading], mapping)
    if each.words:
        words = {key.strip().lower(): word for key, word in each.words.items()}
        values = values.map(lambda value: words.get(_code(value), value), na_action="ignore")
    if column.type not in NUMERIC:
        return values
    numbers = _numbers(values, mapping)
    factor = other_units(column).get(each.unit)
    if factor is not None:  # divided where that is exact: 47 mm are 4.7 cm, and 47 * 0.1 is not
        numbers = numbers / round(1 / factor) if factor < 1 else numbers * factor
    if each.upper_limit is not None:
        limit = each.upper_limit
        limits = _numbers(_known(given[limit], mapping), mapping) if isinstance(limit, str) else float(limit)
        limits = limits.where(limits > 0) if isinstance(limits, pd.Series) else limits
        numbers = numbers / limits
        values = values.mask(numbers.isna() & _numbers(values, mapping).notna())
    unread = values.notna() & numbers.isna()
    if not unread.any():
        return numbers
    return numbers.astype(object).where(~unread, values)


def _known(values: pd.Series, mapping: TableMapping) -> pd.Series:
    return (
        values.mask(values.map(_code).isin([word.lower() for word in mapping.missing])) if mapping.missing else values
    )


def _same(key: str) -> str | float:
    """What is alike of words that a site writes in several ways: the number, or the small letters."""
    try:
        return float(key)
    except ValueError:
        return key.strip().casefold()


def _code(value: Any) -> str:
    return as_code(value).strip().lower()


def _numbers(values: pd.Series, mapping: TableMapping) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("float64")
    return read_numbers(values.astype(object), mapping.decimal, mapping.thousands or None)
