"""`myositis-tools convert`: a site's table in the package's words, by a mapping that a person agreed to."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading, long_by_line, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    data_errors,
    progress,
    refuse_to_write_over,
    tables_of,
    told,
    usage,
)
from myositis_tools.cli.shared_options import Kind
from myositis_tools.exchange import accept_suggestions, suggest_mapping, validate, write_tables
from myositis_tools.exchange.files.workbooks import sheet_names


def add_convert(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files()
    def convert(
        file: Annotated[Path, typer.Argument(help="The table: .csv, .xlsx, .parquet, .sav, .dta, .sas7bdat or .xpt.")],
        *,
        kind: Kind = None,
        out: Annotated[Path | None, typer.Option(help="The file to write: .csv, .xlsx or .parquet.")] = None,
        suggest: Annotated[
            Path | None, typer.Option(help="Write a suggested mapping here (.toml or .json), and convert nothing.")
        ] = None,
        wide: Annotated[bool, typer.Option("--wide", help="Headings such as mmt8_150_w12 become rows.")] = False,
        reading: Reading,
    ) -> None:
        """Map your own headings, units and codes.

        The result is what check, score and screen read. First let a mapping be suggested, read it and change it; then
        convert with it. Nothing is mapped without it. The result is your own table in other words: patient ids, birth
        dates and columns of your own stay in it. Exit status: 0 done, 1 problems found in the data (listed; the file is
        written), 2 wrong usage.

        Example: myositis-tools convert ours.xlsx --kind visits --suggest ours.toml,
        then: myositis-tools convert ours.xlsx --mapping ours.toml --out visits.csv
        """
        if (out is None) == (suggest is None):
            raise typer.BadParameter("One of --out and --suggest is needed.", param_hint="--out")
        reading = replace(reading, wide=wide)
        refuse_to_write_over(out or suggest or file.with_suffix(""), [file])
        with data_errors(), usage():
            asked = tables_of(file, kind, reading)[0]
            if suggest:
                given = reading.given(file)
                if wide:
                    given = long_by_line(given, _patients_in(given, asked))
                found = suggest_mapping(given, asked)
                options: dict[str, Any] = {"decimal": reading.decimal, "date_format": reading.date_format or ""}
                options |= {"missing": reading.missing or (), "thousands": reading.thousands_sign or ""}
                accept_suggestions(found, asked, given, **options).save(suggest)
                for line in [*_sheets(file, asked, reading.sheet), *_suggested(found)]:
                    typer.echo(line)
                typer.echo(f"Written: {suggest}. Read it, change it, then give it to --mapping.")
                return
            with progress(3, "Converting") as bar:
                table = reading.table(file, asked)
                bar.update(1)
                problems = validate(table, asked)
                bar.update(1)
                written = write_tables(out, {asked: table})  # type: ignore[arg-type]  # one of both was given
                bar.update(1)
        for line in told(file, asked, problems, table):
            typer.echo(line, err=True)
        typer.echo(f"Written: {', '.join(str(path) for path in written)}.")
        raise typer.Exit(PROBLEMS_FOUND if len(problems) else 0)


def _sheets(file: Path, kind: str, sheet: str | None) -> list[str]:
    """Which sheet of several was read, where nobody has said it."""
    names = sheet_names(file) if file.suffix.lower() == ".xlsx" and sheet is None else []
    if len(names) < 2 or kind in names:
        return []
    return [f"Sheet {names[0]!r} was read; --sheet reads another: {', '.join(names[1:])}."]


def _patients_in(wide: pd.DataFrame, kind: str) -> str:
    """The heading that names the patients, without which weeks cannot become rows."""
    found = suggest_mapping(wide, kind).query("column == 'patient_id'")
    return str(found.sort_values("score")["heading"].iloc[-1]) if len(found) else "patient_id"


def _suggested(found: pd.DataFrame) -> list[str]:
    first = found[found["rank"] == 1]
    return [
        f"{row.heading} -> {row.column}{f' ({row.unit})' if row.unit else ''}: {row.reason}"
        if isinstance(row.column, str)
        else f"{row.heading}: {row.reason}"
        for row in first.itertuples()
    ]
