"""`myositis-tools score`: the Total Improvement Score of every visit of a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    data_errors,
    naming_told,
    progress,
    refuse_to_write_over,
    told,
    usage,
)
from myositis_tools.cli.shared_options import Identifiers
from myositis_tools.exchange import validate, write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about, file_in_words
from myositis_tools.exchange.standards.adam import scored_as_adam
from myositis_tools.exchange.standards.adam_files import TRANSPORT, in_words, write_data_set
from myositis_tools.privacy.pseudonyms import Naming, described_by
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import SCORED_AS, ScoreOptions

_KIND = "visits"
_STEPS = 4
# The sheets and the tables of ``tables/columns.csv`` that say what stands in them.
DEFINED = {"scored": ("responses", "visits"), "problems": ("problems",)}
_COLUMNS = (
    ("tis", "Total Improvement Score, 0 to 100; missing when a measure is"),
    ("tis_min, tis_max", "bounds; equal to tis when nothing is missing"),
    ("response", "response category on which both bounds agree"),
)


def add_score(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files
    def score(
        visits: Annotated[Path, typer.Argument(help="The visits, one row per patient and visit.")],
        *,
        out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv or .parquet; .xpt with --adam.")],
        adam: Annotated[
            bool, typer.Option("--adam", help="Write an ADaM data set (CDISC), as .xpt always is.")
        ] = False,
        study: Annotated[str, typer.Option(help="The STUDYID of an ADaM data set.")] = "",
        population: Annotated[
            Literal["adult", "juvenile"], typer.Option(help="The response thresholds to use.")
        ] = "adult",
        mmt: Annotated[str | None, typer.Option(help="Which MMT column to use, if there are several.")] = None,
        enzyme_by: Annotated[
            str,
            typer.Option(help="How the enzyme to follow is chosen: xuln or range_share."),
        ] = "xuln",
        baseline_week: Annotated[int, typer.Option(help="The week of the baseline visit.")] = 0,
        reading: Reading,
        identifiers: Identifiers = False,
    ) -> None:
        """Give every visit its Total Improvement Score.

        Each visit is compared with the baseline and gets points, a total, bounds if a measure is missing, and a
        response category. A workbook gets the sheets scored (your columns and those of the score), problems, about and
        legend; with CSV and Parquet the file holds the scored visits and the others are written beside it. Rows stay in
        the order of your file. With --adam (Basic Data Structure of CDISC) there is one row per patient, parameter and
        visit instead, with tables of the parameters and variables in place of the legend. Patients are numbered;
        --identifiers keeps their ids and columns of your own. Errors in the data are listed and nothing is written;
        warnings are listed beside the result. Exit status: 0 done, 1 problems found in the data (listed), 2 wrong
        usage.

        Example: myositis-tools score visits.csv --out scored.xlsx
        """
        refuse_to_write_over(out, [visits])
        lines, written = [], []
        with data_errors(), progress(_STEPS, "Scoring") as bar, usage():
            scoring = ScoreOptions(population=population, mmt=mmt, enzyme_by=enzyme_by, baseline_week=baseline_week)
            table = reading.table(visits, _KIND)
            bar.update(1)
            problems = validate(table, _KIND, baseline_week=baseline_week)
            lines = told(visits, _KIND, problems, table)
            bar.update(1)
            if not (problems["severity"] == "error").any():
                scored = score_visits(table, scoring)
                naming = Naming(table["patient_id"], identifiers=identifiers)
                tables = {
                    title: naming.table(made, described_by(*DEFINED[title]))
                    for title, made in (("scored", scored), ("problems", problems))
                }
                bar.update(1)
                if adam or out.suffix.lower() == TRANSPORT:
                    data_set = scored_as_adam(tables.pop("scored"), scoring, study_id=study)
                    of_it = _about(visits, len(table), scoring, naming, in_words())
                    written = write_data_set(out, data_set, tables | {"about": of_it})
                else:
                    tables["about"] = _about(visits, len(table), scoring, naming, _COLUMNS)
                    written = write_tables(out, tables | {"legend": legend(tables, DEFINED)})
                bar.update(1)
        for line in lines:
            typer.echo(line, err=True)
        if written:
            counts = scored["response"].value_counts()
            said = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("major", "moderate", "minimal", "none"))
            without = int(scored["response"].isna().sum())
            typer.echo(
                f"{len(scored)} visits scored: {said}; {without} without a response category (this includes baseline)."
            )
            typer.echo(naming_told(identifiers=identifiers))
            typer.echo(f"Written: {', '.join(str(path) for path in written)}.")
        else:
            typer.echo("Nothing was written: fix the errors in the data first.", err=True)
        raise typer.Exit(PROBLEMS_FOUND if len(problems) else 0)


def _about(
    file: Path, rows: int, scoring: ScoreOptions, naming: Naming, more: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    said = [("visits", file_in_words(file, rows)), ("names of patients", naming.words)]
    return about([*said, (SCORED_AS, str(scoring)), *more])
