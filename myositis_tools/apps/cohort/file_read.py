"""One file as it was read: its tables with what their headings stand for, what was found of it and what is asked."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.apps.cohort.held_file import HeldFile
from myositis_tools.apps.mapping.model import MappingModel
from myositis_tools.errors import PrivacyWarning, ReadingWarning
from myositis_tools.exchange import (
    FileMapping,
    LaidOutTable,
    TableMapping,
    accept_suggestions,
    suggest_file,
    suggest_mapping,
)
from myositis_tools.exchange.layout.cells_written import FileQuestion
from myositis_tools.frames import to_pandas


@dataclass(frozen=True)
class FileReading:
    """How a person says that a file is to be read, where what is found is not right; the options of `suggest_file`."""

    weeks: Mapping[str, int] = field(default_factory=dict)
    decimal: str = ""
    date_format: str = ""
    heading_line: int | None = None
    missing: tuple[str, ...] = ()

    def options(self) -> dict[str, Any]:
        """What of it is said."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True, eq=False)
class TableRead:
    """One table of a file.

    Attributes
    ----------
    file : str
        The name of the file.
    place : LaidOutTable
        Where it lies in the file, with the mapping it was found to have.
    model : MappingModel
        What its headings stand for, as the person agrees to it, and what that makes of it.
    """

    file: str
    place: LaidOutTable
    model: MappingModel

    @property
    def kind(self) -> str:
        """What it holds, as in `validate`."""
        return self.place.kind

    @property
    def mapping(self) -> LaidOutTable:
        """How it is read, with all that was agreed to."""
        return replace(self.place, mapping=self.model.mapping)

    @property
    def used(self) -> set[str]:
        """The headings that are used: those that stand for a column, and those that hold an upper limit."""
        limits = {choice["upper_limit"] for choice in self.model.choices.values() if choice.get("upper_limit")}
        return {*self.model.choices, *(each for each in limits if isinstance(each, str))}

    @property
    def is_plain(self) -> bool:
        """Whether it is in the package's own words as it stands, so that there is nothing to agree to."""
        is_own = all(_is_own(name, choice) for name, choice in self.model.choices.items())
        layout, written = self.place.layout, replace(self.mapping.mapping, columns=())
        is_moved = layout.weeks or layout.leave_out or layout.fill_down or layout.one_row or layout.unit_line
        is_moved = is_moved or any(week is not None for week in layout.sheets.values())
        return is_own and not is_moved and written == TableMapping(self.kind, ())


def _is_own(heading: str, choice: Mapping[str, Any]) -> bool:
    """Whether a heading is a column of the package as it stands, and its words are too."""
    words = {given.lower(): word.lower() for given, word in choice["words"].items()}
    is_told = choice["unit"] or choice["upper_limit"] or choice.get("missing")
    return heading == choice["column"] and not is_told and all(given == word for given, word in words.items())


@dataclass(frozen=True, eq=False)
class FileRead:
    """A file with its tables.

    Attributes
    ----------
    file : HeldFile
        What was handed over.
    reading : FileReading
        How the person says it is to be read.
    tables : sequence of TableRead
        What it holds.
    found : sequence of str
        What was found of it, in sentences.
    asked : sequence of FileQuestion
        What only a person can tell before it can be read.
    """

    file: HeldFile
    reading: FileReading
    tables: Sequence[TableRead]
    found: Sequence[str] = ()
    asked: Sequence[FileQuestion] = ()


def read_file(file: HeldFile, reading: FileReading, mapping: FileMapping | None = None) -> FileRead:
    """Read a file as is found best, or by a mapping that a person agreed to before.

    Raises
    ------
    MyositisToolsError
        If no table is recognised, or the file cannot be read.
    OSError
        If it is no longer there.
    """
    with _told() as said, file.on_disk() as path:
        if mapping is not None:
            places, found = list(mapping.tables), ["It is read by the mapping that was given."]
            asked: tuple[FileQuestion, ...] = ()
        else:
            suggested = suggest_file(path, **reading.options())
            places, found, asked = list(suggested.mapping.tables), list(suggested.found), suggested.asked
        tables = [] if asked else [_table(file.name, path, place) for place in places]
    return FileRead(file, reading, tables, [*found, *said], asked)


def read_frame(kind: str, frame: Any) -> FileRead:
    """Take a table that was handed over in code, as a file of one table is taken."""
    given = to_pandas(frame)
    suggested = suggest_mapping(given, kind)
    mapping = accept_suggestions(suggested[suggested["likely"]], kind, given)
    table = TableRead(kind, LaidOutTable(mapping), MappingModel(given, kind, mapping=mapping))
    return FileRead(HeldFile(kind), FileReading(), [table])


def _table(name: str, path: Path, place: LaidOutTable) -> TableRead:
    given = place.given(path)
    return TableRead(name, place, MappingModel(given, place.kind, mapping=place.mapping, one_row=place.layout.one_row))


@contextmanager
def _told() -> Iterator[list[str]]:
    """Gather what a reader tells of what it left out."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield said
        finally:
            ours = [each for each in caught if issubclass(each.category, (ReadingWarning, PrivacyWarning))]
            said += dict.fromkeys(str(each.message) for each in ours)


def patients_in(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The patients of some tables, each once, in their order."""
    names: dict[str, None] = {}
    for frame in tables.values():
        if "patient_id" in frame:
            names |= dict.fromkeys(frame["patient_id"].dropna().astype(str))
    return list(names)
