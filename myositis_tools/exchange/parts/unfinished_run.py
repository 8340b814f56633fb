"""A folder of results that are written part by part: each part whole, and a run that was ended goes on where it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import OptionError
from myositis_tools.exchange.describe.provenance import package
from myositis_tools.exchange.files.writing import PARQUET, put, write_whole
from myositis_tools.exchange.parts.patient_parts import LargeTable
from myositis_tools.exchange.parts.typed_parquet import as_typed_parquet

_RUN = "run.json"
_UNFINISHED = ".unfinished"
_CUT = "cut"


class UnfinishedRun:
    """What has been written of a run, and what is left.

    Parameters
    ----------
    out : pathlib.Path
        The folder of the results: one that is not there yet, is empty, or holds the same run.
    tables : sequence of LargeTable
        What the results are made of.
    count : int
        How many parts there are.
    made_by : str
        What is done, with its options: another one is another run.

    Raises
    ------
    OptionError
        If the folder holds something else.
    """

    def __init__(self, out: Path, tables: Sequence[LargeTable], count: int, made_by: str) -> None:
        self._out, self._count = out, count
        run = {"made_by": made_by, "package": package(), "parts": count, "tables": _fingerprint(tables)}
        written = json.dumps(run, indent=1)
        stands = out / _RUN
        if stands.is_file():
            if stands.read_text(encoding="utf-8") != written:
                raise OptionError(
                    f"{out} holds the results of another run: of other data, other options or another version.",
                    expected="a folder that is not there yet, is empty, or holds the same run",
                    hint="give another folder, or remove this one",
                )
            return
        if out.is_dir() and any(out.iterdir()):
            raise OptionError(f"{out} is not empty, and holds no run.", expected="a folder that is not there yet")
        if out.exists() and not out.is_dir():
            raise OptionError(f"{out} is a file.", expected="a folder: each part becomes a file in it")
        out.mkdir(parents=True, exist_ok=True)
        self._unfinished().mkdir(mode=0o700)
        write_whole(stands, written.encode())

    @property
    def left(self) -> list[int]:
        """The parts that are not written yet, from 1."""
        done = {int(file.stem) for file in self._unfinished("done").glob("*.txt")}
        return [] if not self._unfinished().is_dir() else [one for one in range(1, self._count + 1) if one not in done]

    @property
    def cuts(self) -> Path:
        """Where the parts of the tables are kept until the run is finished."""
        return self._unfinished("tables")

    def is_cut(self) -> bool:
        """Whether the tables have been cut into parts; what a cutting that was ended left is removed."""
        if self._unfinished(_CUT).is_file():
            return True
        shutil.rmtree(self.cuts, ignore_errors=True)
        return False

    def has_cut(self) -> None:
        """Say that the tables have been cut."""
        write_whole(self._unfinished(_CUT), b"")

    def write(self, number: int, made: Mapping[str, pd.DataFrame], typed_by: Mapping[str, Path]) -> None:
        """Write the tables of a part, each into the folder of its title.

        Raises
        ------
        OSError
            If the disk is full; what was written before stays.
        """
        self._unfinished("done").mkdir(exist_ok=True)
        files: dict[Path, Any] = {}
        for title, table in made.items():
            (self._out / title).mkdir(exist_ok=True)
            file = self._out / title / f"part-{number:05d}{PARQUET}"
            files[file] = lambda table=table: as_typed_parquet(table, typed_by.values())
        put(files)
        write_whole(self._unfinished("done") / f"{number}.txt", b"")

    def finish(self) -> None:
        """Remove what was kept for going on: the parts of the tables hold the ids of patients."""
        shutil.rmtree(self._unfinished(), ignore_errors=True)

    def _unfinished(self, name: str = "") -> Path:
        return self._out / _UNFINISHED / name


def _fingerprint(tables: Sequence[LargeTable]) -> dict[str, list[list[Any]]]:
    """Which files they are: by name, size and time of the last change; no folder is written down."""
    made = {}
    for table in tables:
        stats = [(file.name, file.stat()) for file in table.files]
        made[table.kind] = [[name, each.st_size, each.st_mtime_ns] for name, each in stats]
    return made
