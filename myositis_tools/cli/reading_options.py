"""The options with which a command reads a user's file, and the one that says what its own may hold."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Kind = Annotated[
    str | None,
    typer.Option(help="What it holds: visits, patients, medications, events, labs, muscles, haq_items ..."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        help="A mapping of your headings (.toml or .json), which also says how cells are written; "
        "`convert --suggest` makes one."
    ),
]
Sheet = Annotated[str | None, typer.Option(help="The sheet of a workbook.")]
Separator = Annotated[str | None, typer.Option(help="Between the cells: ; , | or tab; by default the heading's.")]
Decimal = Annotated[Literal[".", ","], typer.Option(help="The decimal sign.")]
Thousands = Annotated[str | None, typer.Option(help="The sign between thousands, such as the point of 1.234,5.")]
HeadingLine = Annotated[int | None, typer.Option(min=1, help="The line with the headings, if not the first.")]
Encoding = Annotated[str | None, typer.Option(help="Of the texts; Excel on Windows writes cp1252.")]
DateFormat = Annotated[str | None, typer.Option(help="How dates are written, such as %d-%m-%Y.")]
Missing = Annotated[
    list[str] | None, typer.Option(help="A word that means not recorded, such as n.d.; may be given again.")
]
Visits = Annotated[Path | None, typer.Option(help="The visits: .csv, .xlsx or .parquet.")]
Medications = Annotated[Path | None, typer.Option(help="The medication list: .csv, .xlsx or .parquet.")]
Events = Annotated[Path | None, typer.Option(help="The events: .csv, .xlsx or .parquet.")]
Identifiers = Annotated[bool, typer.Option("--identifiers", help="Keep patient ids, and columns of your own.")]
