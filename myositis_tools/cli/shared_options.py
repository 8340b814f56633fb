"""What several commands are asked alike, beside how a file is read."""

from pathlib import Path
from typing import Annotated

import typer

Kind = Annotated[
    str | None,
    typer.Option(help="What the table holds: visits, patients, medications, events, labs, muscles, haq_items ..."),
]
Visits = Annotated[Path | None, typer.Option(help="The visits: .csv, .xlsx or .parquet.")]
Medications = Annotated[Path | None, typer.Option(help="The medication list: .csv, .xlsx or .parquet.")]
Events = Annotated[Path | None, typer.Option(help="The events: .csv, .xlsx or .parquet.")]
Identifiers = Annotated[bool, typer.Option("--identifiers", help="Keep patient ids and columns of your own.")]
Memory = Annotated[
    str | None,
    typer.Option(
        help="The most memory to hold, such as 2GB. Parquet files, or folders of them, are then worked on in parts of "
        "patients, and --out is a folder; a run that was ended goes on with the same command."
    ),
]
