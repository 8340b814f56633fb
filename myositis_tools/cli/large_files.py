"""Files that do not fit into memory, for the commands that score, screen and check: worked on in parts of patients."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading
from myositis_tools.cli.input_files import PROBLEMS_FOUND, told
from myositis_tools.errors import OptionError
from myositis_tools.exchange import validate, write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about
from myositis_tools.exchange.parts.in_parts import counts_in, write_parts
from myositis_tools.exchange.parts.patient_parts import LargeTable, PatientPart, rows_of


class LargeFiles:
    """The files of a command that are worked on in parts, and the folder that its results go to.

    Parameters
    ----------
    files : mapping
        The Parquet file, or the folder of them, of each kind of table.
    reading : Reading
        How a person says that they are written.
    out : pathlib.Path
        The folder of the results.
    memory : str
        The most that may be held, such as ``2GB``.
    """

    def __init__(self, files: Mapping[str, Path], reading: Reading, out: Path, memory: str) -> None:
        self._reading, self.out, self._memory = reading, out, memory
        self._tables = [LargeTable(kind, path, self._patients_of(kind)) for kind, path in files.items()]

    @property
    def kinds(self) -> list[str]:
        """The kinds of table."""
        return [table.kind for table in self._tables]

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Each file in words."""
        return [(table.kind, f"{table.path.name}, {rows_of(table)} rows") for table in self._tables]

    def write(
        self,
        label: str,
        made_by: str,
        work: Callable[[PatientPart], Mapping[str, pd.DataFrame]],
    ) -> None:
        """Write what `work` makes of each part; a part that was written in an earlier run stays."""
        bar: Any = None

        def done(number: int, count: int) -> None:
            nonlocal bar
            if bar is None:
                bar = typer.progressbar(length=count, label=label, file=sys.stderr)
                bar.update(number - 1)
            bar.update(1)

        try:
            write_parts(work, self._tables, self.out, self._memory, f"{made_by}; {self._read_as()}", done)
        finally:
            if bar is not None:
                bar.render_finish()

    def describe(self, defined: Mapping[str, Sequence[str]], said: Sequence[tuple[str, str]]) -> None:
        """Write beside the results what they were made of and what stands in their columns."""
        first = {title: self.first(title) for title in defined if (self.out / title).is_dir()}
        write_tables(self.out / "about.csv", {"about": about([*self.sources, *said])})
        write_tables(self.out / "legend.csv", {"legend": legend(first, {title: defined[title] for title in first})})

    def first(self, title: str) -> pd.DataFrame:
        """The first part of a table of the results."""
        return pd.read_parquet(min((self.out / title).iterdir()))

    def counts(self, title: str, column: str) -> dict[Any, int]:
        """How often each word stands in a column of the results; None is what is missing."""
        return counts_in(self.out / title, column)

    def checked(
        self, part: PatientPart, *, baseline_week: int = 0
    ) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
        """Read the tables of a part, each row under its place in the whole table, and list their problems."""
        tables, problems = {}, {}
        for kind, path in part.files.items():
            tables[kind] = self._reading.table(path, kind)
            if pd.api.types.is_integer_dtype(tables[kind].index):
                tables[kind].index = pd.Index([part.rows[kind][place] for place in tables[kind].index])
            options = {"baseline_week": baseline_week} if kind == "visits" else {}
            problems[kind] = validate(tables[kind], kind, **options)
        return tables, problems

    def read(
        self, part: PatientPart, *, baseline_week: int = 0
    ) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
        """Read the tables of a part and their problems; with an error in the data the command lists them and ends."""
        tables, problems = self.checked(part, baseline_week=baseline_week)
        if any((each["severity"] == "error").any() for each in problems.values()):
            for kind, each in problems.items():
                for line in told(part.files[kind], kind, each, tables[kind]):
                    typer.echo(line, err=True)
            typer.echo(
                f"Nothing was written of part {part.number}: fix the errors in the data first. The command check, with "
                f"--memory, lists those of all parts. Then remove {self.out}: it holds a run of the data as they were, "
                "ids of patients among them.",
                err=True,
            )
            raise typer.Exit(PROBLEMS_FOUND)
        return tables, problems

    def _read_as(self) -> str:
        """How the files are read, as far as the person says it; a mapping by its content."""
        asked = {each.name: getattr(self._reading, each.name) for each in fields(self._reading)}
        if self._reading.mapping:
            asked["mapping"] = [sha256(path.read_bytes()).hexdigest() for path in self._reading.mapping]
        said = [f"{name}={value}" for name, value in asked.items() if value]
        return f"read with {', '.join(said) or 'no option'}"

    def _patients_of(self, kind: str) -> str:
        if self._reading.mapped is None or not self._reading.holds(kind):
            return "patient_id"
        mapped = self._reading.mapped.table(kind).mapping.columns
        headings = [each.heading for each in mapped if each.column == "patient_id"]
        if not headings:
            raise OptionError(
                f"The mapping of {kind} names no patients.", expected='a column with column = "patient_id"'
            )
        return headings[0]
