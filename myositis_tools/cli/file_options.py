"""How a user's file is read: the options of the commands that read one, as one object."""

# Without `from __future__ import annotations`: Typer reads the annotations.
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

import pandas as pd
import typer

from myositis_tools.errors import OptionError
from myositis_tools.exchange import apply_mapping, read_mapping, wide_to_long
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.reading import read_by_line

OF_ONE_FILE = ("mapping", "sheet", "heading_line")  # not of several files that are written in one way


@dataclass(frozen=True)
class Reading:
    """How a user's file is read: each field that is an option is one of every command made by `reads_files`."""

    mapping: Annotated[
        Path | None,
        typer.Option(
            help="A mapping of your headings (.toml or .json), which also says how cells are written; "
            "`convert --suggest` makes one."
        ),
    ] = None
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None
    separator: Annotated[
        str | None, typer.Option(help="Between the cells: ; , | or tab; by default the heading's.")
    ] = None
    decimal: Annotated[Literal[".", ","], typer.Option(help="The decimal sign.")] = "."
    encoding: Annotated[str | None, typer.Option(help="Of the texts; Excel on Windows writes cp1252.")] = None
    date_format: Annotated[str | None, typer.Option(help="How dates are written, such as %d-%m-%Y.")] = None
    missing: Annotated[
        list[str] | None, typer.Option(help="A word that means not recorded, such as n.d.; may be given again.")
    ] = None
    thousands: Annotated[str | None, typer.Option(help="The sign between thousands, such as the point of 1.234,5.")] = (
        None
    )
    heading_line: Annotated[int | None, typer.Option(min=1, help="The line with the headings, if not the first.")] = (
        None
    )
    wide: bool = False

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


_OPTIONS = [
    Parameter(one.name, Parameter.KEYWORD_ONLY, default=one.default, annotation=one.type)
    for one in fields(Reading)
    if get_origin(one.type) is Annotated
]


def reads_files(without: Collection[str] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of `Reading` in place of its parameter ``reading``, which then holds them."""
    options = [one for one in _OPTIONS if one.name not in without]

    def command_of(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:
            reading = Reading(**{one.name: given.pop(one.name) for one in options})
            function(**given, reading=reading)

        parameters: list[Parameter] = []
        for one in signature(function).parameters.values():
            parameters += options if one.name == "reading" else [one]
        made: Any = command
        made.__signature__ = signature(function).replace(parameters=parameters)
        made.__annotations__ = {one.name: one.annotation for one in parameters}
        return command

    return command_of
