"""`myositis-tools score`: the Total Improvement Score of every visit of a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

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
from myositis_tools.cli.large_files import LargeFiles
from myositis_tools.cli.shared_options import Identifiers, Memory
from myositis_tools.errors import OptionError
from myositis_tools.exchange import validate, write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about, file_in_words
from myositis_tools.exchange.parts.patient_parts import PatientPart
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
        out: Annotated[
            Path,
            typer.Option(help="The file to write: .xlsx, .csv or .parquet; .xpt with --adam; a folder with --memory."),
        ],
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
        memory: Memory = None,
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
        if memory is not None:
            with data_errors(), usage():
                options = ScoreOptions(population=population, mmt=mmt, enzyme_by=enzyme_by, baseline_week=baseline_week)
                if adam or study:
                    raise OptionError("An ADaM data set is not made in parts.", expected="--adam without --memory")
                large = LargeFiles({_KIND: visits}, reading, out, memory)
                _score_large(large, options, identifiers=identifiers)
            typer.echo(naming_told(identifiers=identifiers))
            typer.echo(f"Written: the folders of {out}.")
            return
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
                naming = Naming(table["patient_id"], identifiers=identifiers)
                scored = score_visits(table, scoring)
                tables = _as_they_leave(scored, problems, naming)
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
            typer.echo(_counted(scored["response"].value_counts().to_dict() | {None: scored["response"].isna().sum()}))
            typer.echo(naming_told(identifiers=identifiers))
            typer.echo(f"Written: {', '.join(str(path) for path in written)}.")
        else:
            typer.echo("Nothing was written: fix the errors in the data first.", err=True)
        raise typer.Exit(PROBLEMS_FOUND if len(problems) else 0)


def _as_they_leave(scored: pd.DataFrame, problems: pd.DataFrame, naming: Naming) -> dict[str, pd.DataFrame]:
    made = {"scored": scored, "problems": problems}
    return {title: naming.table(table, described_by(*DEFINED[title])) for title, table in made.items()}


def _score_large(large: LargeFiles, scoring: ScoreOptions, *, identifiers: bool) -> None:
    """Score the visits of files that are worked on in parts."""

    def of_part(part: PatientPart) -> dict[str, pd.DataFrame]:
        tables, problems = large.read(part, baseline_week=scoring.baseline_week)
        naming = Naming.by_number(part.patients, identifiers=identifiers)
        return _as_they_leave(score_visits(tables[_KIND], scoring), problems[_KIND], naming)

    large.write("Scoring", f"score, {scoring}, identifiers={identifiers}", of_part)
    large.describe(DEFINED, [(SCORED_AS, str(scoring)), *_COLUMNS])
    typer.echo(_counted(large.counts("scored", "response")))


def _counted(responses: Mapping[Any, int]) -> str:
    """How many visits were scored, by response category; None counts those without."""
    said = ", ".join(f"{responses.get(name, 0)} {name}" for name in ("major", "moderate", "minimal", "none"))
    without = f"{responses.get(None, 0)} without a response category (this includes baseline)"
    return f"{sum(responses.values())} visits scored: {said}; {without}."


def _about(
    file: Path, rows: int, scoring: ScoreOptions, naming: Naming, more: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    said = [("visits", file_in_words(file, rows)), ("names of patients", naming.words)]
    return about([*said, (SCORED_AS, str(scoring)), *more])
