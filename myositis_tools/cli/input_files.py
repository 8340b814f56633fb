"""What the commands that read a user's files have in common: how a file is read, what is told, and the exit status."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from myositis_tools.errors import MappingError, MyositisToolsError, NotFoundError, OptionError, listed
from myositis_tools.exchange import apply_mapping, read_mapping, wide_to_long
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.reading import read_by_line
from myositis_tools.exchange.files.workbooks import sheet_names
from myositis_tools.frames import kinds

PROBLEMS_FOUND, WRONG_USAGE = 1, 2
MOST_LISTED = 20
USAGE_ERRORS = (NotFoundError, OptionError, MappingError)


@dataclass(frozen=True)
class Reading:
    """How a user's file is read."""

    mapping: Path | None = None
    sheet: str | None = None
    separator: str | None = None
    decimal: str = "."
    encoding: str | None = None
    date_format: str | None = None
    missing: Sequence[str] | None = None
    wide: bool = False
    thousands: str | None = None
    heading_line: int | None = None

    def given(self, path: Path) -> pd.DataFrame:
        """Read a table in the site's own words; its index says where each row stands, its line in the file less two."""
        return read_by_line(path, **self._options, decimal=self.decimal, thousands=self.thousands_sign)

    @property
    def thousands_sign(self) -> str | None:
        """The sign between thousands, also where it is spelled out."""
        return _SPELLED.get(self.thousands or "", self.thousands)

    @property
    def _options(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "heading_line": self.heading_line,
            "separator": _SPELLED.get(self.separator or "", self.separator),
            "encoding": self.encoding,
            "missing": list(self.missing or ()),
        }

    def table(self, path: Path, kind: str, on_problem: str = "keep") -> pd.DataFrame:
        """Read one table; a cell that cannot be read stays a text, to be listed. The index is as in `given`."""
        written: dict[str, Any] = {
            "decimal": self.decimal,
            "thousands": self.thousands_sign,
            "date_format": self.date_format,
        }
        if self.mapping is None and self.wide:
            return typed_as(long_by_line(self.given(path)), kind, path.name, keep=True, **written)
        if self.mapping is None:
            return read_by_line(path, kind, **self._options, **written, on_problem=on_problem)
        mapping = read_mapping(self.mapping)
        if mapping.kind != kind:
            raise OptionError(
                f"{self.mapping.name} is a mapping of {mapping.kind}, not of {kind}.",
                expected=f"--kind {mapping.kind}",
            )
        given = read_by_line(path, **self._options, decimal=mapping.decimal, thousands=mapping.thousands or None)
        patient = next((each.heading for each in mapping.columns if each.column == "patient_id"), "patient_id")
        return apply_mapping(long_by_line(given, patient) if self.wide else given, mapping)


_SPELLED = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "point": ".", "space": " ", "apostrophe": "'"}
_LINE = "\0line"


def long_by_line(wide: pd.DataFrame, patient: str = "patient_id") -> pd.DataFrame:
    """One row a patient and week, each with the index of the row that it was part of."""
    known = wide.assign(**{_LINE: wide.index}).rename(columns={patient: "patient_id"})
    long = wide_to_long(known).rename(columns={"patient_id": patient})
    return long.set_index(_LINE).rename_axis(None)


def tables_of(path: Path, kind: str | None, reading: Reading) -> list[str]:
    """The kinds of table that a file holds: as asked, as the mapping or the sheets say, or as the file is called.

    Raises
    ------
    OptionError
        If nothing says it.
    """
    if kind is not None:
        return [kind]
    if reading.mapping is not None:
        return [read_mapping(reading.mapping).kind]
    if path.suffix.lower() == ".xlsx" and path.is_file() and (named := [n for n in sheet_names(path) if n in kinds()]):
        return named
    if path.stem.lower() in kinds():
        return [path.stem.lower()]
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected="a table")
    raise OptionError(
        f"Nothing says what {path.name} holds.",
        expected=f"--kind with one of {listed(kinds(), most=6)}",
        hint="a file called visits.csv, or a sheet called visits, needs none",
    )


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


_TYPED = (
    (r"missing=\[\.\.\.\]", "--missing WORD"),
    (r"ColumnMapping\(words=\{\.\.\.\}\)", "words = { ... } in the file of --mapping"),
    (r"thousands=\" \"", "--thousands space"),
    (r"thousands=\"'\"", "--thousands apostrophe"),
    (r"\b(decimal|thousands|date_format|encoding)=([\"'])(.*?)\2", r"--\1 \3"),
    (r"\b(heading_line)=", r"--\1"),
    ("--date_format", "--date-format"),
    ("--heading_line", "--heading-line"),
)


def as_typed(message: str) -> str:
    """A message with the options as they are typed here, and not as Python writes them."""
    for written, typed in _TYPED:
        message = re.sub(written, typed, message)
    return message


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
    """The problems of a table as lines; a row is named by its line in the file, which the index of `table` tells."""
    lines = []
    for row in problems.head(MOST_LISTED).itertuples():
        where = "whole column" if pd.isna(row.row) else f"line {table.index[row.row] + 2}"
        patient = f", patient {row.patient_id}" if isinstance(row.patient_id, str) else ""
        value = f" {row.value!r}" if isinstance(row.value, str) else ""
        expected = f"; expected {row.expected}" if row.expected else ""
        hint = as_typed(row.hint)
        lines.append(f"{row.severity}: {kind}, {where}{patient}, {row.column}{value}: {row.problem}{expected}. {hint}")
    if len(problems) > MOST_LISTED:
        lines.append(f"and {len(problems) - MOST_LISTED} more in {path.name}; --out writes them all")
    return lines


def naming_told(*, identifiers: bool) -> str:
    """What a person is told of the names in the files that were written."""
    if identifiers:
        return "Patients are named by their ids."
    return "Patients are numbered in the order of the file; --identifiers keeps their ids."


def is_data_error(error: MyositisToolsError) -> bool:
    """Whether it is the data that are wrong, and not how the command was called."""
    return not isinstance(error, USAGE_ERRORS)
