"""A site's own headings, units and codes said in the package's words: a plain file that a person agreed to."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import MappingError, NotFoundError, listed, nearest
from myositis_tools.exchange.files.number_formats import DECIMALS, THOUSANDS
from myositis_tools.exchange.files.writing import write_whole
from myositis_tools.exchange.mapping.keys_of_mappings import (
    BY,
    known_keys,
    limit_of_normal,
    meanings_of,
    text_of,
    words_of,
)
from myositis_tools.exchange.mapping.toml_text import toml_of
from myositis_tools.frames import Column, find_kind
from myositis_tools.tables import records

MULTIPLE = "× ULN"  # the unit of a multiple of the upper limit of normal


@dataclass(frozen=True)
class ColumnMapping:
    """One heading of a site's table, and the column it stands for.

    Parameters
    ----------
    heading : str
        The heading in the site's table.
    column : str
        The column it stands for.
    unit : str
        The unit of the site's numbers, where it is another: one of ``tables.load("column_units")`` for that column.
    upper_limit : str, float or mapping, optional
        For a column of multiples of the upper limit of normal, in the unit of the numbers: the heading that holds each
        row's own limit, the one limit of the site's laboratory, or one for each word under a heading, such as
        ``{"by": "Geslacht", "v": 170, "m": 200}`` or ``{"by": "Lab", "A": 190, "B": 171}``.
    words : mapping
        The site's codes and words, and the words they stand for (``yes`` and ``no`` for a yes/no column).
    missing : sequence of str
        Words and codes that mean *not recorded* under this heading, and not under others.

    Raises
    ------
    MappingError
        If a part is of another type, or one word is mapped to two.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> columns = [
    ...     mt.ColumnMapping("HAQ", "haq_di", missing=["9"]),
    ...     mt.ColumnMapping("CK", "ck_xuln", upper_limit={"by": "Geslacht", "v": 170, "m": 200}),
    ... ]
    >>> own = pd.DataFrame({"HAQ": [9, 1.5], "CK": [340.0, 9.0], "Geslacht": ["v", "m"]})
    >>> mt.apply_mapping(own, mt.TableMapping("visits", columns))[["haq_di", "ck_xuln"]]
       haq_di  ck_xuln
    0     NaN    2.000
    1     1.5    0.045
    """

    heading: str
    column: str
    unit: str = ""
    upper_limit: str | float | Mapping[str, Any] | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()

    def __post_init__(self) -> None:
        where = f"heading {self.heading!r}"
        for name in ("heading", "column", "unit"):
            text_of(getattr(self, name), name, where)
        object.__setattr__(self, "words", meanings_of(self.words, "words", where))
        object.__setattr__(self, "missing", words_of(self.missing, "missing", where))
        object.__setattr__(self, "upper_limit", limit_of_normal(self.upper_limit, where))
        meant: dict[str | float, tuple[str, str]] = {}
        for key, word in self.words.items():
            first, said = meant.setdefault(same_word(key), (key, word))
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
        parts += [f"upper_limit={_plainly(self.upper_limit)!r}"] if self.upper_limit is not None else []
        parts += [f"words={dict(self.words)!r}"] if self.words else []
        parts += [f"missing={list(self.missing)!r}"] if self.missing else []
        return f"mt.ColumnMapping({', '.join(parts)})"

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that it reads: its own, and the one that its upper limit stands under."""
        limit = self.upper_limit[BY] if isinstance(self.upper_limit, Mapping) else self.upper_limit
        return (self.heading, limit) if isinstance(limit, str) else (self.heading,)


def _plainly(limit: Any) -> Any:
    """An upper limit as a file holds it."""
    return dict(limit) if isinstance(limit, Mapping) else limit


@dataclass(frozen=True)
class TableMapping:
    """How a site's table is translated: heading by heading, and how its cells are written.

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
        Words and codes that mean *not recorded*, under every heading; those of one heading stand in its
        `ColumnMapping`.
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
        for name in ("kind", "decimal", "date_format", "thousands"):
            text_of(getattr(self, name), name)
        if isinstance(self.columns, str | Mapping) or not all(isinstance(one, ColumnMapping) for one in self.columns):
            raise MappingError("The columns of a mapping are no list of columns.", expected="[ColumnMapping(...), ...]")
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "missing", words_of(self.missing, "missing"))
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
        held = self.plain()
        text = json.dumps(held, indent=1, ensure_ascii=False) + "\n" if path.suffix.lower() == ".json" else self.toml()
        write_whole(path, text.encode("utf-8"))
        return path

    def toml(self) -> str:
        """The text of its TOML file."""
        return toml_of(self.plain())

    def plain(self) -> dict[str, Any]:
        """What its file says."""
        made: dict[str, Any] = {"kind": self.kind}
        written = {name: getattr(self, name) for name in ("decimal", "thousands", "date_format")}
        usual = {"decimal": ".", "thousands": "", "date_format": ""}
        made |= {name: value for name, value in written.items() if value != usual[name]}
        made |= {"missing": list(self.missing)} if self.missing else {}
        rows = []
        for each in self.columns:
            row: dict[str, Any] = {"heading": each.heading, "column": each.column}
            row |= {"unit": each.unit} if each.unit else {}
            row |= {"upper_limit": _plainly(each.upper_limit)} if each.upper_limit is not None else {}
            row |= {"words": dict(each.words)} if each.words else {}
            row |= {"missing": list(each.missing)} if each.missing else {}
            rows.append(row)
        return made | {"columns": rows}


def other_units(column: Column) -> dict[str, float]:
    """The other units that a column's numbers can be given in, and what to multiply them with."""
    rows = [row for row in records("column_units") if column.unit and row["unit"] == column.unit]
    of_scales = ("0-100",) if (column.maximum or 0) > 10 else ("m", "in")  # nobody measures a scale in metres
    wanted = [row for row in rows if row["other_unit"] not in of_scales]
    return {str(row["other_unit"]): float(row["factor"]) for row in wanted}  # type: ignore[arg-type]


def converted(numbers: pd.Series, column: Column, unit: str) -> pd.Series:
    """Numbers of another unit in the unit of the column, by a factor that is exact."""
    factor = other_units(column).get(unit)
    return numbers if factor is None else times(numbers, factor)


def times(numbers: pd.Series, factor: float) -> pd.Series:
    """Multiply, or divide where the factor is one in so many: 47 mm are 4.7 cm, and 47 * 0.1 is not."""
    parts = round(1 / factor)
    return numbers / parts if factor < 1 and parts * factor == 1 else numbers * factor


def _check_unit(given: ColumnMapping, column: Column) -> None:
    known = other_units(column)
    if given.unit and given.unit != column.unit and given.unit not in known:
        raise MappingError(
            f"Column {column.name} cannot be made from {given.unit!r}.",
            where=f"heading {given.heading!r}",
            expected=listed([column.unit or "no unit", *known]),
            hint="multiples of the upper limit are made with upper_limit=" if column.unit == MULTIPLE else "",
        )
    if given.upper_limit is not None and column.unit != MULTIPLE:
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

    Returns
    -------
    TableMapping
        As it was saved.

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
    return mapping_of(held_in(Path(path)), Path(path).name)


def held_in(path: Path) -> dict[str, Any]:
    """What a file of a mapping says, as it stands.

    Raises
    ------
    NotFoundError
        If there is no such file.
    MappingError
        If it is no TOML or JSON, or holds no names and values.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected="a mapping, .toml or .json")
    try:
        text = path.read_text(encoding="utf-8")
        held = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise MappingError(
            f"{path.name} cannot be read as {path.suffix.lower().removeprefix('.').upper() or 'TOML'}: {error}.",
            where=f"line {line[1]} of {path.name}" if line else path.name,
            expected='lines such as kind = "visits", and [[columns]] with heading = "..." and column = "..."',
            hint="a text stands between double quotes",
        ) from error
    if not isinstance(held, dict):
        raise MappingError(f"{path.name} holds a list and no mapping.", expected="kind and columns")
    return held


def mapping_of(held: Mapping[str, Any], name: str) -> TableMapping:
    """Make a mapping of what its file says.

    Raises
    ------
    MappingError
        If it says something that cannot be.
    """
    said = dict(held)
    rows = said.pop("columns", [])
    if not isinstance(rows, list):
        raise MappingError(
            "columns of a mapping is no list of columns.", where=name, expected="[[columns]] before each of them"
        )
    made = [ColumnMapping(**known_keys(row, ColumnMapping, f"{name}, [[columns]]")) for row in rows]
    return TableMapping(columns=made, **known_keys(said, TableMapping, f"{name}, at its head"))


def same_word(key: str) -> str | float:
    """What is alike of words that a site writes in several ways: the number, or the small letters."""
    key = key.strip()
    return float(key) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", key) else key.casefold()
