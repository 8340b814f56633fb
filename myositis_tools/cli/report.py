"""`myositis-tools report`: a patient or a cohort on a page that opens alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import OF_ONE_FILE, Reading, reads_files
from myositis_tools.cli.input_files import (
    PROBLEMS_FOUND,
    as_typed,
    is_data_error,
    progress,
    refuse_to_write_over,
    told,
    usage,
)
from myositis_tools.cli.screen import find_protocol
from myositis_tools.cli.shared_options import Events, Medications, Visits
from myositis_tools.criteria import Protocol, derive_screening
from myositis_tools.errors import MyositisToolsError
from myositis_tools.exchange import validate
from myositis_tools.groups import ARM
from myositis_tools.report import Report, report_cohort, report_patient

_STEPS = 4


def add_report(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files(without=OF_ONE_FILE)
    def report(
        patients: Annotated[
            Path | None, typer.Argument(help="The patients, one row each; without them only visits are reported.")
        ] = None,
        *,
        out: Annotated[Path, typer.Option(help="The file to write: .html, or .pdf where Chromium or Chrome is there.")],
        visits: Visits = None,
        medications: Medications = None,
        events: Events = None,
        patient: Annotated[str | None, typer.Option(help="One patient; without it the cohort.")] = None,
        protocol: Annotated[
            str, typer.Option(help="A protocol of this package, or a protocol file (.toml).")
        ] = "time_is_muscle",
        week: Annotated[int | None, typer.Option(help="The visit of the response; 12, or the patient's last.")] = None,
        group: Annotated[str, typer.Option(help="The column of the visits that makes groups.")] = ARM,
        reference: Annotated[str | None, typer.Option(help="The group that others are compared with.")] = None,
        mmt: Annotated[str | None, typer.Option(help="Which MMT column to use, if there are several.")] = None,
        mask_below: Annotated[int | None, typer.Option(help="Hide counts of at least 1 and below this.")] = None,
        reading: Reading,
        identifiers: Annotated[bool, typer.Option("--identifiers", help="Name the patient in the report.")] = False,
    ) -> None:
        """Write a report: who could enter the trial, the case mix, the course, the responses; or one patient's card.

        A cohort's report holds no row of a patient, and a patient's does not name her unless asked to. Errors in the
        data are listed and nothing is written. Exit status: 0 done, 1 problems found in the data (listed), 2 wrong
        usage.

        Example: myositis-tools report patients.csv --visits visits.csv --medications medications.csv
        --events events.csv --out report.html
        """
        given = {"patients": patients, "visits": visits, "medications": medications, "events": events}
        files = {name: file for name, file in given.items() if file}
        if not {"patients", "visits"} & set(files):
            raise typer.BadParameter("Patients, visits, or both are needed.", param_hint="PATIENTS")
        refuse_to_write_over(out, list(files.values()))
        with usage("--protocol"):
            asked = find_protocol(protocol)
        options: dict[str, Any] = {"week": week, "mmt": mmt}
        if patient is None:
            options |= {"group": group, "reference": reference, "mask_below": mask_below}
        else:
            options |= {"identifiers": identifiers}
        options = {name: value for name, value in options.items() if value is not None}
        lines: list[str] = []
        try:
            with progress(_STEPS, "Reporting") as bar, usage():
                records = {name: reading.table(file, name) for name, file in files.items()}
                bar.update(1)
                problems = {name: validate(table, name) for name, table in records.items()}
                lines = [
                    line for name, found in problems.items() for line in told(files[name], name, found, records[name])
                ]
                bar.update(1)
                has_errors = any((found["severity"] == "error").any() for found in problems.values())
                if not has_errors:
                    made = _report(records, patient, asked, mmt, options)
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
        if has_errors:
            typer.echo("Nothing was written: the data have to be mended first.", err=True)
        else:
            typer.echo(f"{made!r}\nWritten: {out}.")
        raise typer.Exit(PROBLEMS_FOUND if lines else 0)


def _report(
    records: Mapping[str, pd.DataFrame],
    patient: str | None,
    protocol: Protocol,
    mmt: str | None,
    options: Mapping[str, Any],
) -> Report:
    visits, screening = records.get("visits"), None
    if "patients" in records:
        others = {name: table for name, table in records.items() if name != "patients"}
        screening = derive_screening(records["patients"], **others, mmt=mmt)
        weight = [name for name in ("weight_kg",) if name in records["patients"]]
        screening = screening.merge(records["patients"][["patient_id", *weight]], on="patient_id")
    if patient is None:
        return report_cohort(screening, visits, protocol=protocol, **options)
    tables: dict[str, Any] = {"screening": screening, "visits": visits, "medications": records.get("medications")}
    return report_patient(patient, protocol=protocol, **tables, **options)
