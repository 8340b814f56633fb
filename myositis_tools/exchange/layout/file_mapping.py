"""The mapping of a whole file: each of its tables with the place where it lies and what its headings stand for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import MappingError, listed
from myositis_tools.exchange.files.writing import write_whole
from myositis_tools.exchange.layout.table_layout import TableLayout, one_row_a_patient, read_laid_out
from myositis_tools.exchange.mapping.applying import apply_mapping
from myositis_tools.exchange.mapping.column_mapping import TableMapping, held_in, mapping_of
from myositis_tools.exchange.mapping.toml_text import toml_of
from myositis_tools.frames import find_kind

_OF_LAYOUT = tuple(one.name for one in fields(TableLayout))


@dataclass(frozen=True)
class LaidOutTable:
    """One table of a file: its mapping and its place.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> one = mt.io.LaidOutTable(mt.io.TableMapping("visits", [mt.io.ColumnMapping("Weken", "week")]))
    >>> one.mapping.kind
    'visits'
    """

    mapping: TableMapping
    layout: TableLayout = field(default_factory=TableLayout)

    @property
    def kind(self) -> str:
        """What it holds, as in `validate`."""
        return self.mapping.kind

    @property
    def patient(self) -> str:
        """The heading of the patients."""
        return next((each.heading for each in self.mapping.columns if each.column == "patient_id"), "patient_id")

    def given(self, path: Path, **how: Any) -> pd.DataFrame:
        """Read it in the site's own words; the index says where each row stands, as in `read_laid_out`."""
        given = read_laid_out(
            path,
            self.layout,
            self.patient,
            in_rows="week" in find_kind(self.kind).keys,
            decimal=self.mapping.decimal,
            thousands=self.mapping.thousands or None,
            **how,
        )
        if self.layout.one_row:
            given = given[[name for name in given if name in {each.heading for each in self.mapping.columns}]]
        return given

    def read(self, path: Path, **how: Any) -> pd.DataFrame:
        """Read it in the package's words, each row with its place as its index."""
        made = apply_mapping(self.given(path, **how), self.mapping)
        return one_row_a_patient(made) if self.layout.one_row else made

    def plain(self) -> dict[str, Any]:
        """What a file says of it."""
        usual = TableLayout()
        held = {name: getattr(self.layout, name) for name in _OF_LAYOUT}
        said: dict[str, Any] = {name: value for name, value in held.items() if value != getattr(usual, name)}
        if "sheets" in said and all(week is None for week in held["sheets"].values()):
            said["sheets"] = list(held["sheets"])
        said = {name: _plain(value) for name, value in said.items()}
        own = self.mapping.plain()
        return {"kind": own.pop("kind")} | said | own


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class FileMapping:
    """What the tables of a file hold and how they are read, as a person confirmed it in a plain file.

    Parameters
    ----------
    tables : sequence of LaidOutTable
        The tables, each of another kind.

    Raises
    ------
    MappingError
        If a kind stands twice.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mapping = mt.TableMapping("visits", [mt.ColumnMapping("Pat.nr", "patient_id")], decimal=",")
    >>> print(mt.io.FileMapping([mt.io.LaidOutTable(mapping, mt.io.TableLayout(heading_line=5))]).toml())
    kind = "visits"
    heading_line = 5
    decimal = ","
    <BLANKLINE>
    [[columns]]
    heading = "Pat.nr"
    column = "patient_id"
    <BLANKLINE>
    """

    tables: Sequence[LaidOutTable]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        twice = [kind for kind in self.kinds if self.kinds.count(kind) > 1]
        if twice:
            raise MappingError(f"The mapping has two tables of {twice[0]}.", expected="one table of each kind")

    @property
    def kinds(self) -> list[str]:
        """The kinds of its tables."""
        return [each.kind for each in self.tables]

    def table(self, kind: str) -> LaidOutTable:
        """The table of a kind.

        Raises
        ------
        MappingError
            If there is none.
        """
        found = next((each for each in self.tables if each.kind == kind), None)
        if found is None:
            raise MappingError(f"The mapping has no table of {kind}.", expected=listed(self.kinds))
        return found

    def read(self, path: str | Path) -> dict[str, pd.DataFrame]:
        """Read every table of a file, in the package's words; a cell that cannot be read stays, for `validate`."""
        return {each.kind: each.read(Path(path)).reset_index(drop=True) for each in self.tables}

    def toml(self) -> str:
        """The text of its TOML file."""
        return toml_of(self.plain())

    def plain(self) -> dict[str, Any]:
        """What its file says: one table at the head of it, or several under ``tables``."""
        held = [each.plain() for each in self.tables]
        return held[0] if len(held) == 1 else {"tables": held}

    def save(self, path: str | Path) -> Path:
        """Write it to a TOML or JSON file, which `read_file_mapping` reads and a person can read and change.

        Raises
        ------
        MappingError
            If the suffix is another.
        """
        path = Path(path)
        if path.suffix.lower() not in (".toml", ".json"):
            raise MappingError(f"{path.name} has no known suffix.", expected=".toml or .json")
        as_json = path.suffix.lower() == ".json"
        text = json.dumps(self.plain(), indent=1, ensure_ascii=False) + "\n" if as_json else self.toml()
        write_whole(path, text.encode("utf-8"))
        return path


def read_file_mapping(path: str | Path) -> FileMapping:
    """Read a mapping of one table or several, which `FileMapping.save`, `TableMapping.save` or a person wrote.

    Parameters
    ----------
    path : str or pathlib.Path
        A ``.toml`` or ``.json`` file.

    Returns
    -------
    FileMapping
        With every table that the file names.

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
    ...     mt.io.read_file_mapping(mapping.save(Path(place, "ours.toml"))).tables[0].mapping == mapping
    True
    """
    path = Path(path)
    held = held_in(path)
    several = held.pop("tables", None)
    if several is None:
        return FileMapping([_table(held, path.name)])
    if held or not isinstance(several, list) or not all(isinstance(each, dict) for each in several):
        raise MappingError(
            f"{path.name} is no mapping of several tables.",
            expected="[[tables]] with kind, and [[tables.columns]] with heading and column, and nothing else",
        )
    return FileMapping([_table(each, path.name) for each in several])


def _table(held: Mapping[str, Any], name: str) -> LaidOutTable:
    layout = {key: held[key] for key in _OF_LAYOUT if key in held}
    if isinstance(layout.get("sheets"), list):
        layout["sheets"] = dict.fromkeys(map(str, layout["sheets"]))
    wrong = [key for key, value in layout.items() if not _CAN_BE[key](value)]
    if wrong:
        raise MappingError(
            f"{name} says {wrong[0]} = {layout[wrong[0]]!r}.",
            expected=_EXPECTED[wrong[0]],
        )
    mapping = mapping_of({key: value for key, value in held.items() if key not in layout}, name)
    return LaidOutTable(mapping, TableLayout(**layout))


def _is_line(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_CAN_BE: Mapping[str, Callable[[Any], bool]] = {
    "sheets": lambda value: isinstance(value, dict),
    "heading_line": lambda value: all(map(_is_line, value.values())) if isinstance(value, dict) else _is_line(value),
    "group_line": _is_line,
    "unit_line": _is_line,
    "weeks": lambda value: isinstance(value, dict),
    "leave_out": lambda value: isinstance(value, list),
    "fill_down": lambda value: isinstance(value, bool),
    "one_row": lambda value: isinstance(value, bool),
    "separator": lambda value: isinstance(value, str),
    "encoding": lambda value: isinstance(value, str),
    "query": lambda value: isinstance(value, str),
}
_EXPECTED = {
    "sheets": 'sheets = ["Visits"], or sheets = { "Week 0" = 0, "Week 12" = 12 }',
    "weeks": 'weeks = { "wk0" = 0, "wk12" = 12 }',
    "leave_out": 'leave_out = ["Total"]',
    **dict.fromkeys(("heading_line", "group_line", "unit_line"), "the number of a line, such as 5"),
    "fill_down": "true or false",
    "one_row": "true or false",
    "separator": 'the sign between cells, such as ";"',
    "encoding": 'the name of an encoding, such as "cp1252"',
    "query": 'a question in SQL, such as "SELECT * FROM visits"',
}
