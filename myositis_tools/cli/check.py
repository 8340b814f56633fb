"""`myositis-tools check`: every problem in a table, one line each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    data_errors,
    naming_told,
    progress,
    refuse_to_write_over,
    tables_of,
    told,
    usage,
)
from myositis_tools.cli.large_files import LargeFiles
from myositis_tools.cli.shared_options import Identifiers, Kind, Memory
from myositis_tools.errors import OptionError
from myositis_tools.exchange import summarise_problems, validate, write_tables
from myositis_tools.exchange.parts.patient_parts import PatientPart
from myositis_tools.formatting import counted
from myositis_tools.privacy.pseudonyms import Naming, described_by, patients_of


def add_check(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files
    def check(
        file: Annotated[Path, typer.Argument(help="The table: .csv, .xlsx, .parquet, .sav, .dta, .sas7bdat or .xpt.")],
        *,
        kind: Kind = None,
        out: Annotated[
            Path | None,
            typer.Option(help="Where to write all problems: .csv, .xlsx or .parquet; a folder with --memory."),
        ] = None,
        baseline_week: Annotated[int, typer.Option(help="The week of the baseline visit.")] = 0,
        reading: Reading,
        identifiers: Identifiers = False,
        memory: Memory = None,
    ) -> None:
        """List every problem in a table.

        Types, ranges, units, words, dates, duplicate rows and implausible changes are checked. An error stops a
        calculation, a warning does not. In a workbook, every sheet named after a kind of table is checked. In the file
        written by --out, patients are numbered and your cells are not repeated, unless --identifiers keeps both. Exit
        status: 0 no problem, 1 problems found (listed), 2 wrong usage.

        Example: myositis-tools check visits.csv --decimal , --out problems.xlsx
        """
        if memory is not None:
            with data_errors(), usage():
                if out is None or kind is None:
                    raise OptionError("Parts need a kind and a folder.", expected="--memory with --kind and --out")
                count = _check_large(
                    LargeFiles({kind: file}, reading, out, memory), baseline_week, identifiers=identifiers
                )
            raise typer.Exit(PROBLEMS_FOUND if count else 0)
        if out:
            refuse_to_write_over(out, [file])
        found: dict[str, pd.DataFrame] = {}
        lines: list[str] = []
        patients: list[Any] = []
        with data_errors():
            with usage():
                asked = tables_of(file, kind, reading)
            with progress(2 * len(asked), "Checking") as bar:
                for each in asked:
                    with usage():
                        table = reading.table(file, each)
                    bar.update(1)
                    found[each] = validate(table, each, baseline_week=baseline_week)
                    lines += [
                        *told(file, each, found[each], table),
                        _counted(each, found[each]["severity"].value_counts()),
                    ]
                    patients += patients_of(table)
                    bar.update(1)
        for line in lines:
            typer.echo(line)
        everything = pd.concat([problems.assign(table=each) for each, problems in found.items()])
        if out:
            naming = Naming(patients, identifiers=identifiers)
            named = [
                naming.table(problems, described_by("problems")).assign(table=each) for each, problems in found.items()
            ]
            summary = summarise_problems(everything)
            summary = naming.table(summary, described_by("problems_summary"))
            tables = {"problems": pd.concat(named), "summary": summary}
            typer.echo(naming_told(identifiers=identifiers))
            with usage("--out"):
                typer.echo(f"Written: {', '.join(str(path) for path in write_tables(out, tables))}.")
        raise typer.Exit(PROBLEMS_FOUND if len(everything) else 0)


def _check_large(large: LargeFiles, baseline_week: int, *, identifiers: bool) -> int:
    """Write the problems of a file that is worked on in parts, list the first of them, and say how many there are."""

    def of_part(part: PatientPart) -> dict[str, pd.DataFrame]:
        ((kind, table),), ((_, problems),) = (each.items() for each in large.checked(part, baseline_week=baseline_week))
        for line in told(part.files[kind], kind, problems, table):
            typer.echo(line)
        naming = Naming.by_number(part.patients, identifiers=identifiers)
        return {"problems": naming.table(problems, described_by("problems"))}

    large.write("Checking", f"check, baseline_week={baseline_week}, identifiers={identifiers}", of_part)
    counts = large.counts("problems", "severity")
    large.describe({"problems": ("problems",)}, [])
    typer.echo(_counted(large.kinds[0], counts))
    typer.echo(naming_told(identifiers=identifiers))
    typer.echo(f"Written: the folders of {large.out}.")
    return sum(counts.values())


def _counted(kind: str, severities: Mapping[Any, int]) -> str:
    return f"{kind}: {', '.join(counted(int(severities.get(each, 0)), each) for each in ('error', 'warning'))}."
