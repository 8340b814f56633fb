"""What the commands that read a user's files have in common: how a file is read, what is told, and the exit status."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading
from myositis_tools.cli.typed_words import as_typed
from myositis_tools.errors import MappingError, MyositisToolsError, NotFoundError, OptionError, listed
from myositis_tools.exchange import validate
from myositis_tools.exchange.files.workbooks import sheet_names
from myositis_tools.frames import kinds

PROBLEMS_FOUND, WRONG_USAGE = 1, 2
MOST_LISTED = 20
USAGE_ERRORS = (NotFoundError, OptionError, MappingError)


def tables_of(path: Path, kind: str | None, reading: Reading) -> list[str]:
    """The kinds of table that a file holds: as asked, as the mapping or the sheets say, or as the file is called.

    Raises
    ------
    OptionError
        If nothing says it, or the mapping says another.
    """
    if kind is not None:
        if reading.mapped is not None and not reading.holds(kind):
            raise OptionError(
                f"The mapping is of {listed(reading.mapped.kinds)}, not of {kind}.",
                expected=f"--kind {reading.mapped.kinds[0]}",
            )
        return [kind]
    if reading.mapped is not None:
        return reading.mapped.kinds
    if path.suffix.lower() == ".xlsx" and path.is_file() and (named := [n for n in sheet_names(path) if n in kinds()]):
        return named
    if path.stem.lower() in kinds():
        return [path.stem.lower()]
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected="a table")
    raise OptionError(
        f"It is not clear what {path.name} holds.",
        expected=f"--kind with one of {listed(kinds(), most=6)}",
        hint="a file or sheet called visits needs none; `convert --suggest` looks for the tables",
    )


def files_of(main: str, given: Mapping[str, Path | None], reading: Reading) -> dict[str, Path]:
    """The file of each table: as given; the main one also holds what a mapping finds in it and no option names.

    Where a mapping finds other tables in the main file, and not the main one, it holds those instead.
    """
    files = {name: file for name, file in given.items() if file is not None}
    shared = files.get(main)
    if shared is not None:
        others = [name for name in given if name not in files and reading.holds(name)]
        files |= dict.fromkeys(others, shared)
        if others and not reading.holds(main):
            del files[main]
    return {name: files[name] for name in given if name in files}


@contextmanager
def usage(hint: str | None = None) -> Iterator[None]:
    """Tell what is wrong with the arguments as Typer does, with exit status 2."""
    try:
        yield
    except USAGE_ERRORS as error:
        raise typer.BadParameter(as_typed(str(error)), param_hint=hint) from error
    except OSError as error:
        raise typer.BadParameter(f"{error.filename} cannot be written ({error.strerror}).", param_hint=hint) from error


@contextmanager
def data_errors() -> Iterator[None]:
    """Tell what is wrong with the data, with exit status 1."""
    try:
        yield
    except MyositisToolsError as error:
        typer.echo(f"error: {as_typed(str(error))}", err=True)
        raise typer.Exit(PROBLEMS_FOUND) from error


def progress(length: int, label: str) -> Any:
    """A bar on the error stream."""
    return typer.progressbar(length=length, label=label, file=sys.stderr)


def refuse_to_write_over(out: Path, files: Sequence[Path]) -> None:
    """Refuse, before any work is done, to write over a file that is read or into a folder that is not there."""
    with usage("--out"):
        if out.resolve() in [file.resolve() for file in files]:
            raise typer.BadParameter(f"{out} is one of the files to read.", param_hint="--out")
        if not out.resolve().parent.is_dir():
            raise typer.BadParameter(f"There is no folder {out.parent}.", param_hint="--out")
        if out.is_dir():
            raise typer.BadParameter(f"{out} is a folder.", param_hint="--out")


def told(path: Path, kind: str, problems: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """The problems of a table as lines; a row is named by its place in the file, which the index of `table` tells."""
    lines = []
    for row in problems.head(MOST_LISTED).itertuples():
        where = "whole column" if pd.isna(row.row) else place_of(table.index[row.row])
        patient = f", patient {row.patient_id}" if isinstance(row.patient_id, str) else ""
        value = f" {row.value!r}" if isinstance(row.value, str) else ""
        expected = f"; expected {row.expected}" if row.expected else ""
        hint = as_typed(row.hint)
        lines.append(f"{row.severity}: {kind}, {where}{patient}, {row.column}{value}: {row.problem}{expected}. {hint}")
    if len(problems) > MOST_LISTED:
        lines.append(f"and {len(problems) - MOST_LISTED} more in {path.name}; --out writes them all")
    return lines


def read_records(files: Mapping[str, Path], reading: Reading) -> tuple[dict[str, pd.DataFrame], list[str], bool]:
    """Read the tables, each row under its place in the file; their problems as lines, and whether one is an error."""
    records, lines, is_wrong = {}, [], False
    for name, file in files.items():
        records[name] = reading.table(file, name)
        problems = validate(records[name], name)
        lines += told(file, name, problems, records[name])
        is_wrong |= bool((problems["severity"] == "error").any())
    return records, lines, is_wrong


def place_of(index: Any) -> str:
    """Where a row stands in its file, as the index of a table that was read here tells."""
    return index if isinstance(index, str) else f"line {index + 2}"


def naming_told(*, identifiers: bool) -> str:
    """What a person is told of the names in the files that were written."""
    if identifiers:
        return "Patients keep their ids."
    return "Patients are numbered in the order of the file; --identifiers keeps their ids."


def is_data_error(error: MyositisToolsError) -> bool:
    """Whether it is the data that are wrong, and not how the command was called."""
    return not isinstance(error, USAGE_ERRORS)
