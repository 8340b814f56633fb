"""The options with which a command reads a user's file, and the one that says what its own may hold."""

# Without `from __future__ import annotations`: Typer reads the annotations.
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal


def reading_options() -> SimpleNamespace:
    """The annotated types of the options, made late: Typer is imported when a command runs."""
    import typer

    return SimpleNamespace(
        kind=Annotated[
            str | None,
            typer.Option(help="What it holds: visits, patients, medications, events, labs, muscles, haq_items ..."),
        ],
        mapping=Annotated[
            Path | None,
            typer.Option(
                help="A mapping of your headings (.toml or .json), which also says how cells are written; "
                "`convert --suggest` makes one."
            ),
        ],
        sheet=Annotated[str | None, typer.Option(help="The sheet of a workbook.")],
        separator=Annotated[
            str | None, typer.Option(help="Between the cells: ; , | or tab; by default the heading's.")
        ],
        decimal=Annotated[Literal[".", ","], typer.Option(help="The decimal sign.")],
        thousands=Annotated[str | None, typer.Option(help="The sign between thousands, such as the point of 1.234,5.")],
        heading_line=Annotated[int | None, typer.Option(min=1, help="The line with the headings, if not the first.")],
        encoding=Annotated[str | None, typer.Option(help="Of the texts; Excel on Windows writes cp1252.")],
        date_format=Annotated[str | None, typer.Option(help="How dates are written, such as %d-%m-%Y.")],
        missing=Annotated[
            list[str] | None, typer.Option(help="A word that means not recorded, such as n.d.; may be given again.")
        ],
    )


def identifiers_option() -> Any:
    """The annotated type of the flag without which no file names a patient."""
    import typer

    return Annotated[bool, typer.Option("--identifiers", help="Keep patient ids, and columns of your own.")]
