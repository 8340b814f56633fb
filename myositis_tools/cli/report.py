"""`myositis-tools report`: a patient or a cohort on a page of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    as_typed,
    files_of,
    is_data_error,
    progress,
    read_records,
    refuse_to_write_over,
    usage,
)
from myositis_tools.cli.score import DEFINED as OF_SCORE
from myositis_tools.cli.screen import DEFINED as OF_SCREEN
from myositis_tools.cli.screen import as_they_leave, find_protocol, said_of_protocol, screen_records
from myositis_tools.cli.shared_options import Events, Medications, Visits
from myositis_tools.criteria import Protocol, Records, derive_screening
from myositis_tools.errors import MyositisToolsError
from myositis_tools.exchange import write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about, file_in_words
from myositis_tools.groups import ARM
from myositis_tools.privacy.pseudonyms import Naming, described_by
from myositis_tools.report import patient_card, report_cohort, report_patient
from myositis_tools.report.document import Printed
from myositis_tools.report.patient_card import PAPERS
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.screening.next_steps import next_steps

_STEPS = 4


def add_report(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files
    def report(
        patients: Annotated[
            Path | None, typer.Argument(help="The patients, one row each; without them only visits are reported.")
        ] = None,
        *,
        out: Annotated[
            Path, typer.Option(help="The file to write: .html, or .pdf if Chromium or Chrome is installed.")
        ],
        visits: Visits = None,
        medications: Medications = None,
        events: Events = None,
        patient: Annotated[str | None, typer.Option(help="Report one patient instead of the cohort.")] = None,
        card: Annotated[bool, typer.Option("--card", help="With --patient: one page to print.")] = False,
        paper: Annotated[
            str, typer.Option(help="The sheet of a card that is a PDF: A4 or Letter; a page prints on either.")
        ] = PAPERS[0],
        protocol: Annotated[
            str, typer.Option(help="A protocol of this package, or a protocol file (.toml).")
        ] = "time_is_muscle",
        week: Annotated[
            int | None, typer.Option(help="The visit at which response is judged; week 12, or the patient's last.")
        ] = None,
        group: Annotated[str, typer.Option(help="The column of the visits table that defines the groups.")] = ARM,
        reference: Annotated[str | None, typer.Option(help="The group with which the others are compared.")] = None,
        mmt: Annotated[str | None, typer.Option(help="Which MMT column to use, if there are several.")] = None,
        mask_below: Annotated[int | None, typer.Option(help="Hide counts from 1 to below this number.")] = None,
        reading: Reading,
        tables: Annotated[
            Path | None, typer.Option(help="Also write the tables behind the report: decisions, scores (.xlsx ...).")
        ] = None,
        identifiers: Annotated[
            bool, typer.Option("--identifiers", help="Name the patient in the report and keep ids in the tables.")
        ] = False,
    ) -> None:
        """Write a report of a cohort or of one patient.

        It shows who could enter the trial, the patients' characteristics, the course and the responses. A report of a
        cohort has no patient-level rows; a report of one patient does not name her unless you ask for it. --card prints
        one patient on one page, for the notes or a meeting. --tables also
        writes the decisions, checks, screening table and scored visits, with patients numbered in the order of your
        file. One file with a --mapping of several tables needs no further option. Errors in the data are listed and
        nothing is written. Exit status: 0 done, 1 problems found in the data (listed), 2 wrong usage.

        Example: myositis-tools report patients.csv --visits visits.csv --medications medications.csv
        --events events.csv --out report.html
        """
        given = {"patients": patients, "visits": visits, "medications": medications, "events": events}
        with usage():
            files = files_of("patients", given, reading)
        if card and patient is None:
            raise typer.BadParameter("A card is of one patient: add --patient.", param_hint="--card")
        if not {"patients", "visits"} & set(files):
            raise typer.BadParameter("Patients, visits, or both are needed.", param_hint="PATIENTS")
        for each in (out, tables):
            if each is not None:
                refuse_to_write_over(each, list(files.values()))
        with usage("--protocol"):
            asked = find_protocol(protocol)
        options: dict[str, Any] = {"week": week, "mmt": mmt}
        if patient is None:
            options |= {"group": group, "reference": reference, "mask_below": mask_below}
        else:
            options |= {"identifiers": identifiers}
        if card and week is not None:
            raise typer.BadParameter("A card shows the last score: leave --week out.", param_hint="--week")
        if card:
            options |= {"paper": paper}
        options = {name: value for name, value in options.items() if value is not None}
        lines: list[str] = []
        written: list[Path] = []
        try:
            with progress(_STEPS, "Reporting") as bar, usage():
                records, lines, is_wrong = read_records(files, reading)
                bar.update(1)
                if not is_wrong:
                    made = _report(records, patient, asked, mmt, options)
                    bar.update(1)
                    if tables is not None:
                        written = write_tables(
                            tables, _tables(tables, files, records, asked, mmt, identifiers=identifiers)
                        )
                    bar.update(1)
                    made.save(out)
                    bar.update(1)
        except MyositisToolsError as error:
            if not is_data_error(error):
                raise
            typer.echo(f"error: {as_typed(str(error))}", err=True)
            raise typer.Exit(PROBLEMS_FOUND) from error
        for line in lines:
            typer.echo(line, err=True)
        if is_wrong:
            typer.echo("Nothing was written: fix the errors in the data first.", err=True)
            raise typer.Exit(PROBLEMS_FOUND)
        typer.echo(f"{made!r}\nWritten: {', '.join(map(str, [out, *written]))}.")
        if patient is None and "patients" in records:
            for line in next_steps(asked, screen_records(records, asked, mmt).screening):
                typer.echo(line)
        raise typer.Exit(PROBLEMS_FOUND if lines else 0)


def _tables(
    out: Path,
    files: Mapping[str, Path],
    records: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    mmt: str | None,
    *,
    identifiers: bool,
) -> dict[str, pd.DataFrame]:
    """What the commands screen and score write, in one."""
    defined = OF_SCREEN | {"scored": OF_SCORE["scored"]}
    naming = Naming([id_ for table in records.values() for id_ in table["patient_id"]], identifiers=identifiers)
    said = [(name, file_in_words(file, len(records[name]))) for name, file in files.items()]
    made: dict[str, pd.DataFrame] = {}
    if "patients" in records:
        said = said_of_protocol(protocol, said)
        made = as_they_leave(screen_records(records, protocol, mmt), naming, out)
    if "visits" in records:
        scored = score_visits(records["visits"].reset_index(drop=True), ScoreOptions(mmt=mmt))
        made = {"scored": naming.table(scored, described_by(*defined["scored"])), **made}
    made["about"] = about([*said, ("names of patients", naming.words)])
    return made | {"legend": legend(made, defined)}


def _report(
    records: Mapping[str, pd.DataFrame],
    patient: str | None,
    protocol: Protocol,
    mmt: str | None,
    options: Mapping[str, Any],
) -> Printed:
    visits, screening = records.get("visits"), None
    if "paper" in options:
        of_records = Records(**records, mmt=mmt) if "patients" in records else None
        return patient_card(str(patient), screening=of_records, visits=visits, protocol=protocol, **options)
    if "patients" in records:
        others = {name: table for name, table in records.items() if name != "patients"}
        screening = derive_screening(records["patients"], **others, mmt=mmt)
        weight = [name for name in ("weight_kg",) if name in records["patients"]]
        screening = screening.merge(records["patients"][["patient_id", *weight]], on="patient_id")
    if patient is None:
        return report_cohort(screening, visits, protocol=protocol, **options)
    tables: dict[str, Any] = {"screening": screening, "visits": visits, "medications": records.get("medications")}
    return report_patient(patient, protocol=protocol, **tables, **options)
