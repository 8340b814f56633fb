"""How a user's file is read: the options of the commands that read one, as one object."""

# Without `from __future__ import annotations`: Typer reads the annotations.
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from functools import cached_property, wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

import pandas as pd
import typer

from myositis_tools.errors import OptionError, listed
from myositis_tools.exchange import FileMapping, LaidOutTable, TableLayout, read_file_mapping
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.reading import read_by_line
from myositis_tools.exchange.layout.layout_words import weekly_headings
from myositis_tools.exchange.layout.table_layout import read_laid_out
from myositis_tools.frames import find_kind


@dataclass(frozen=True)
class Reading:
    """How a user's file is read: each field is an option of every command made by `reads_files`.

    An option that is given counts beside a mapping as well, and before what the mapping says.
    """

    mapping: Annotated[
        list[Path] | None,
        typer.Option(
            help="A mapping of your headings (.toml or .json), which also says where the tables are and how cells are "
            "written; `convert --suggest` makes one. Repeat it for another table."
        ),
    ] = None
    sheet: Annotated[
        list[str] | None,
        typer.Option(help="The sheet of a workbook; several sheets are read as one table."),
    ] = None
    heading_line: Annotated[int | None, typer.Option(min=1, help="The line of the headings, if not the first.")] = None
    wide: Annotated[bool, typer.Option("--wide", help="Headings such as HAQ wk12 become rows.")] = False
    week_of: Annotated[
        list[str] | None,
        typer.Option(help="The week that a sheet or a heading stands for: 'Visit 2=12', '3 mnd=13'; may be repeated."),
    ] = None
    separator: Annotated[
        str | None, typer.Option(help="The sign between cells: ; , | or tab; by default that of the first line.")
    ] = None
    decimal: Annotated[Literal[".", ","] | None, typer.Option(help="The decimal sign; a point by default.")] = None
    encoding: Annotated[str | None, typer.Option(help="Of the texts; Excel on Windows writes cp1252.")] = None
    date_format: Annotated[str | None, typer.Option(help="How dates are written, such as %d-%m-%Y.")] = None
    missing: Annotated[
        list[str] | None,
        typer.Option(help="A word for not recorded, such as n.d., or HEADING=WORD for one column; may be repeated."),
    ] = None
    thousands: Annotated[str | None, typer.Option(help="The sign between thousands, such as the point in 1.234,5.")] = (
        None
    )
    query: Annotated[str | None, typer.Option(help="What to read of a .duckdb database, in SQL.")] = None

    @property
    def written(self) -> dict[str, Any]:
        """How cells are written, as far as the person says it; what is missing by heading, an empty one for all."""
        said = {"decimal": self.decimal, "date_format": self.date_format}
        said["thousands"] = _SPELLED.get(self.thousands or "", self.thousands)
        return {name: value for name, value in said.items() if value}

    @property
    def not_recorded(self) -> dict[str, list[str]]:
        """The words for *not recorded* by heading, an empty one for all."""
        made: dict[str, list[str]] = {}
        for said in self.missing or ():
            heading, _, word = said.rpartition("=")
            made.setdefault(heading.strip(), []).append(word)
        return made

    @property
    def of_file(self) -> dict[str, Any]:
        """How a text file or a database is read, as far as the person says it."""
        separator = _SPELLED.get(self.separator or "", self.separator)
        said = {"separator": separator, "encoding": self.encoding, "query": self.query}
        return {name: value for name, value in said.items() if value}

    @cached_property
    def weeks(self) -> dict[str, int]:
        """The weeks of sheets and of parts of headings.

        Raises
        ------
        OptionError
            If one is no name and week.
        """
        made = {}
        for said in self.week_of or ():
            name, sign, week = said.rpartition("=")
            if not sign or not week.strip().lstrip("-").isdigit():
                raise OptionError(f"--week-of {said!r} names no week.", expected="a name and its week: 'Visit 2=12'")
            made[name.strip()] = int(week)
        return made

    @cached_property
    def mapped(self) -> FileMapping | None:
        """The tables of the mappings; None without any."""
        if not self.mapping:
            return None
        return FileMapping([table for path in self.mapping for table in read_file_mapping(path).tables])

    def holds(self, kind: str) -> bool:
        """Whether a mapping says how a table of a kind is read."""
        return self.mapped is not None and kind in self.mapped.kinds

    def table(self, path: Path, kind: str) -> pd.DataFrame:
        """Read one table; a cell that cannot be read stays a text, to be listed.

        The index says where each row stands: its line in the file less two, or a text with the sheet.

        Raises
        ------
        MyositisToolsError
            If the options do not fit the file, or it cannot be read.
        """
        if self.mapped is not None and self.holds(kind):
            return self._of_mapping(self.mapped.table(kind), path)
        written = {"decimal": "."} | self.written
        how: dict[str, Any] = self.of_file | {"missing": self.not_recorded}
        if not (self.wide or self.weeks or len(self.sheet or ()) > 1):
            how |= {"sheet": next(iter(self.sheet or ()), None), "heading_line": self.heading_line}
            return read_by_line(path, kind, on_problem="keep", **written, **how)
        of_numbers = {name: value for name, value in written.items() if name != "date_format"}
        layout = self._layout(TableLayout())
        if self.wide:
            once = replace(layout, weeks={})
            headings = read_laid_out(path, once, "patient_id", in_rows=True, **of_numbers, **how).columns
            layout = replace(layout, weeks=self._weeks_of(headings))
        in_rows = "week" in find_kind(kind).keys
        given = read_laid_out(path, layout, "patient_id", in_rows=in_rows, **of_numbers, **how)
        return typed_as(given, kind, path.name, keep=True, **written)

    def _weeks_of(self, headings: Collection[str]) -> dict[str, int]:
        found = {at.part: at.week for at in weekly_headings(map(str, headings), self.weeks).values()}
        asked = [part for part, week in found.items() if week is None]
        if asked or not found:
            no_measure = "No heading names a measure and a week."
            what = f"No week is known of {listed(map(repr, asked))}." if asked else no_measure
            raise OptionError(
                what,
                where=f"headings: {listed(headings)}",
                expected=f"--week-of {f'{asked[0]}=12' if asked else 'PART=WEEK'!r}",
                hint="headings such as haq_di_w12 or HAQ wk12 say it themselves",
            )
        return {part: week for part, week in found.items() if week is not None}

    def _layout(self, layout: TableLayout) -> TableLayout:
        """A layout with what the person says in place of what it says."""
        changed: dict[str, Any] = dict(self.of_file)
        if self.sheet:
            weeks = [self.weeks.get(name) for name in self.sheet]
            changed["sheets"] = dict(zip(self.sheet, weeks, strict=True))
        elif layout.sheets and self.weeks.keys() & layout.sheets.keys():
            changed["sheets"] = {name: self.weeks.get(name, week) for name, week in layout.sheets.items()}
        if self.heading_line:
            changed["heading_line"] = self.heading_line
        parts = {name: week for name, week in self.weeks.items() if name not in changed.get("sheets", {})}
        return replace(layout, weeks=dict(layout.weeks) | parts, **changed)

    def _of_mapping(self, table: LaidOutTable, path: Path) -> pd.DataFrame:
        words = self.not_recorded
        for_all = words.pop("", [])
        there = [each.heading for each in table.mapping.columns]
        if strange := [heading for heading in words if heading not in there]:
            raise OptionError(
                f"--missing names a heading that the mapping has not: {listed(map(repr, strange))}.",
                expected=f"one of {listed(there)}",
            )
        columns = [
            replace(each, missing=(*each.missing, *words.get(each.heading, ()))) for each in table.mapping.columns
        ]
        mapping = replace(table.mapping, columns=columns, missing=(*table.mapping.missing, *for_all), **self.written)
        return LaidOutTable(mapping, self._layout(table.layout)).read(path)


_SPELLED = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "point": ".", "space": " ", "apostrophe": "'"}


_OPTIONS = [
    Parameter(one.name, Parameter.KEYWORD_ONLY, default=one.default, annotation=one.type)
    for one in fields(Reading)
    if get_origin(one.type) is Annotated
]


def reads_files(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Reading` in place of its parameter ``reading``, which then holds them."""

    @wraps(function)
    def command(**given: Any) -> None:
        reading = Reading(**{one.name: given.pop(one.name) for one in _OPTIONS})
        function(**given, reading=reading)

    parameters: list[Parameter] = []
    for one in signature(function).parameters.values():
        parameters += _OPTIONS if one.name == "reading" else [one]
    made: Any = command
    made.__signature__ = signature(function).replace(parameters=parameters)
    made.__annotations__ = {one.name: one.annotation for one in parameters}
    return command
