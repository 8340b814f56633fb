"""Parquet tables cut into parts, each with all rows of its patients, in memory that is bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from shutil import rmtree
from typing import Any

import pandas as pd

from myositis_tools.errors import (
    MissingColumnError,
    NotFoundError,
    OptionError,
    WrongTypeError,
    listed,
    needs_package,
)
from myositis_tools.exchange.files.writing import PARQUET

# no heading of a person
_ROW, _NUMBER, _PART, _PATIENT = (f"_of_myositis_tools_{name}" for name in ("row", "number", "part", "patient"))
_FLUSHED_AFTER = 10_000  # rows of one part, before they go to the disk


@dataclass(frozen=True)
class LargeTable:
    """A table of Parquet.

    Parameters
    ----------
    kind : str
        What it holds, such as ``visits``.
    path : pathlib.Path
        A file, or a folder of them.
    patient : str
        The heading under which its patients stand.
    """

    kind: str
    path: Path
    patient: str = "patient_id"

    @property
    def files(self) -> list[Path]:
        """Its files, in the order of their names.

        Raises
        ------
        NotFoundError
            If there are none.
        OptionError
            If it is no Parquet.
        """
        if self.path.is_dir():
            files = sorted(self.path.rglob(f"*{PARQUET}"))
            if not files:
                raise NotFoundError(f"The folder {self.path.name} holds no {PARQUET} file.", expected="some")
            return files
        if not self.path.is_file():
            raise NotFoundError(f"There is no file {self.path}.", expected="a table")
        if self.path.suffix.lower() != PARQUET:
            raise OptionError(
                f"{self.path.name} is not worked on in parts.",
                expected=f"a {PARQUET} file, or a folder of them",
                hint="leave out the memory: a file of this kind is read whole",
            )
        return [self.path]


@dataclass(frozen=True)
class PatientPart:
    """Some patients with all their rows.

    Parameters
    ----------
    number : int
        Which part it is, from 1.
    files : mapping
        The Parquet file of each table, rows in their order.
    rows : mapping
        Where each row stands in the whole table, from 0.
    patients : mapping
        The number of each patient in the order of the tables.
    """

    number: int
    files: Mapping[str, Path]
    rows: Mapping[str, Sequence[int]]
    patients: Mapping[str, int]

    def table(self, kind: str) -> pd.DataFrame:
        """Read a table; its index says where each row stands in the whole one."""
        table = pd.read_parquet(self.files[kind])
        return table.set_index(pd.Index(self.rows[kind]))


class PatientParts:
    """Tables that are cut into parts of whole patients.

    Parameters
    ----------
    tables : sequence of LargeTable
        The tables; patients are numbered in their order.
    folder : pathlib.Path
        Where the parts are kept.
    memory_bytes : int
        The most that may be held.
    """

    def __init__(self, tables: Sequence[LargeTable], folder: Path, memory_bytes: int) -> None:
        self._tables = tables
        self._folder = folder
        self._memory_bytes = memory_bytes

    def cut(self, count: int) -> None:
        """Cut the tables into so many parts, reading each of them twice.

        Ids that differ in spaces, in capitals or as a number and a text come into one part, so that what looks alike is
        still compared.
        """
        with self._connected() as connection:
            self._numbered(connection).create("patients")
            for table in self._tables:
                who = _written(table.patient)
                of_part = f"hash(coalesce(lower(trim({who})), '')) % {count}"
                numbers = connection.table("patients")
                cut = _given(connection, table).set_alias("given").project(f"*, {who} AS {_PATIENT}")
                cut = cut.join(numbers, _PATIENT, how="left").project(f"* EXCLUDE ({_PATIENT}), {of_part} AS {_PART}")
                cut.write_parquet(str(self._folder / table.kind), partition_by=[_PART])

    def part(self, number: int) -> PatientPart:
        """Give one part, from 1; a table without rows in it has its columns and no row."""
        files: dict[str, Path] = {}
        rows: dict[str, Sequence[int]] = {}
        patients: dict[str, int] = {}
        with self._connected() as connection:
            for table in self._tables:
                held = sorted((self._folder / table.kind / f"{_PART}={number - 1}").glob("*"))
                nothing = _given(connection, table).project(f"*, 0 AS {_NUMBER}").filter("false")
                read = (
                    connection.read_parquet([str(file) for file in held], hive_partitioning=False) if held else nothing
                )
                read = read.order(_ROW)
                files[table.kind] = _file_of(table, self._folder / f"part-{number}")
                files[table.kind].parent.mkdir(parents=True, exist_ok=True)
                read.project(f"* EXCLUDE ({_ROW}, {_NUMBER})").write_parquet(str(files[table.kind]))
                rows[table.kind] = read.project(_ROW).df()[_ROW].to_list()
                patients |= dict(read.project(f"{_written(table.patient)}, {_NUMBER}").distinct().fetchall())
        return PatientPart(number, files, rows, {name: place for name, place in patients.items() if name is not None})

    def remove(self, part: PatientPart) -> None:
        """Remove the files of a part that has been worked on."""
        rmtree(self._folder / f"part-{part.number}", ignore_errors=True)

    def _numbered(self, connection: Any) -> Any:
        """Each patient with a number, in the order of the tables and of their rows."""
        firsts = [
            _given(connection, table)
            .aggregate(f"{_written(table.patient)} AS {_PATIENT}, ({place}, min({_ROW})) AS first", "1")
            .filter(f"{_PATIENT} IS NOT NULL")
            for place, table in enumerate(self._tables)
        ]
        together = reduce(lambda one, other: one.union(other), firsts)
        first = together.aggregate(f"{_PATIENT}, min(first) AS first")
        return first.project(f"{_PATIENT}, row_number() OVER (ORDER BY first) AS {_NUMBER}")

    def _connected(self) -> Any:
        with needs_package("duckdb"):
            import duckdb
        self._folder.mkdir(parents=True, exist_ok=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{self._memory_bytes // 1000}kB",
            "temp_directory": str(self._folder / "spilled"),
        }
        connection = duckdb.connect(config=config)
        connection.execute(f"SET partitioned_write_flush_threshold = {_FLUSHED_AFTER}")
        connection.execute("SET enable_progress_bar = false")
        return connection


def rows_of(table: LargeTable) -> int:
    """How many rows a table has.

    Raises
    ------
    MyositisToolsError
        If it is not there, cannot be read, or lacks the column of its patients.
    """
    with needs_package("duckdb"):
        import duckdb
    try:
        with duckdb.connect() as connection:
            given = _given(connection, table)
            names, count = given.columns, given.count("*").fetchall()[0][0]
    except duckdb.Error as error:
        raise WrongTypeError(
            f"{table.path.name} cannot be read: {str(error).splitlines()[0]}",
            expected="Parquet; the files of a folder with the same columns",
        ) from error
    if table.patient not in names:
        raise MissingColumnError(
            f"The {table.kind} table lacks a column: {table.patient}.",
            where=f"its columns are {listed(name for name in names if name != _ROW)}",
            expected="the patients, whose rows stay together",
            hint="a mapping says under which heading of your own they stand",
        )
    return int(count)


def _given(connection: Any, table: LargeTable) -> Any:
    given = connection.read_parquet([str(file) for file in table.files])
    return given.project(f"*, row_number() OVER () - 1 AS {_ROW}")


def _file_of(table: LargeTable, place: Path) -> Path:
    """A file of the same name, so that a message names what the person knows."""
    name = table.path.name if table.path.suffix.lower() == PARQUET else f"{table.path.name}{PARQUET}"
    return place / table.kind / name


def _written(heading: str) -> str:
    """An id as a person writes it: the 7 of a file of whole numbers is that of a file of decimals."""
    name = '"' + heading.replace('"', '""') + '"'
    return rf"regexp_replace(CAST({name} AS VARCHAR), '^(-?\d+)\.0+$', '\1')"
