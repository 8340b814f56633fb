"""`myositis-tools convert`: a site's table under the package's names, by a mapping that a person confirmed."""

from pathlib import Path
from typing import Annotated

import typer

from myositis_tools.cli.file_options import Reading, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    as_typed,
    data_errors,
    progress,
    refuse_to_write_over,
    tables_of,
    told,
    usage,
)
from myositis_tools.cli.shared_options import Kind
from myositis_tools.exchange import FileSuggestion, suggest_file, validate, write_tables


def add_convert(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files
    def convert(
        file: Annotated[Path, typer.Argument(help="The table: .csv, .xlsx, .parquet, .sav, .dta, .sas7bdat or .xpt.")],
        *,
        kind: Kind = None,
        out: Annotated[Path | None, typer.Option(help="The file to write: .csv, .xlsx or .parquet.")] = None,
        suggest: Annotated[
            Path | None, typer.Option(help="Write a suggested mapping here (.toml or .json); convert nothing yet.")
        ] = None,
        reading: Reading,
    ) -> None:
        """Translate your own headings, units and codes.

        First let --suggest propose a mapping. It looks for every table in the file, its row of headings, sheets and
        headings that are visits, rows of totals, and how numbers and dates are written, says what it found, and writes
        a file for you to read and change. check, score, screen and report use that file as --mapping; convert writes
        the translated table. Nothing is translated without it. The result is still your own table: patient ids, birth
        dates and columns of your own stay in it. Exit status: 0 done, 1 problems found in the data or questions left
        (listed; the file is written), 2 wrong usage.

        Example: myositis-tools convert ours.xlsx --kind visits --suggest ours.toml,
        then: myositis-tools convert ours.xlsx --mapping ours.toml --out visits.csv
        """
        if (out is None) == (suggest is None):
            raise typer.BadParameter("Give either --out or --suggest.", param_hint="--out")
        refuse_to_write_over(out or suggest or file.with_suffix(""), [file])
        if suggest:
            with data_errors(), usage():
                found = _suggested(file, kind, reading)
                found.mapping.save(suggest)
            for line in _in_lines(found):
                typer.echo(as_typed(line))
            typer.echo(f"Written: {suggest}. Read and change it, then use it with --mapping.")
            raise typer.Exit(PROBLEMS_FOUND if found.questions else 0)
        lines, tables = [], {}
        with data_errors(), usage():
            asked = tables_of(file, kind, reading)
            with progress(2 * len(asked) + 1, "Converting") as bar:
                for each in asked:
                    table = reading.table(file, each)
                    bar.update(1)
                    lines += told(file, each, validate(table, each), table)
                    tables[each] = table
                    bar.update(1)
                written = write_tables(out, tables)  # type: ignore[arg-type]  # one of both was given
                bar.update(1)
        for line in lines:
            typer.echo(line, err=True)
        typer.echo(f"Written: {', '.join(str(path) for path in written)}.")
        raise typer.Exit(PROBLEMS_FOUND if lines else 0)


def _suggested(file: Path, kind: str | None, reading: Reading) -> FileSuggestion:
    return suggest_file(
        file,
        kind,
        sheets=reading.sheet or (),
        weeks=reading.weeks,
        heading_line=reading.heading_line,
        missing=reading.not_recorded,
        **reading.of_file,
        **reading.written,
    )


def _in_lines(found: FileSuggestion) -> list[str]:
    """What was found, heading by heading, and what is left to ask."""
    lines = list(found.found)
    for kind, columns in found.columns.items():
        agreed = {each.heading for each in found.mapping.table(kind).mapping.columns}
        lines.append(f"{kind}:")
        for row in columns[columns["rank"] == 1].itertuples():
            unit = f" ({row.unit})" if row.unit else ""
            if row.heading in agreed:
                lines.append(f"  {row.heading} -> {row.column}{unit}: {row.reason}")
            elif isinstance(row.column, str):
                lines.append(f"  {row.heading}: not mapped; {row.column}{unit}? {row.reason}")
            else:
                lines.append(f"  {row.heading}: {row.reason}")
    return [*lines, *(f"question: {question}" for question in found.questions)]
