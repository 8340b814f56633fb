"""`myositis-tools screen`: from the files of a site to who could enter a trial."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import Reading, reads_files
from myositis_tools.cli.input_files import (
    MOST_LISTED,
    PROBLEMS_FOUND,
    data_errors,
    files_of,
    naming_told,
    progress,
    read_records,
    refuse_to_write_over,
    usage,
)
from myositis_tools.cli.large_files import LargeFiles
from myositis_tools.cli.shared_options import Events, Identifiers, Medications, Memory, Visits
from myositis_tools.criteria import PROTOCOLS, Protocol, derive_screening, judge_exposures, read_protocol
from myositis_tools.criteria.protocol import BETWEEN_REASONS
from myositis_tools.errors import MyositisToolsError, OptionError, listed
from myositis_tools.exchange import write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about, file_in_words
from myositis_tools.exchange.parts.patient_parts import PatientPart
from myositis_tools.formatting import decided
from myositis_tools.privacy.pseudonyms import Naming, described_by
from myositis_tools.studies.screening.next_steps import next_steps
from myositis_tools.verdict import DECISIONS

_STEPS = ("reading", "deriving", "checking", "deciding", "writing")
# The sheets and the tables of ``tables/columns.csv`` that say what stands in them.
DEFINED = {
    "decisions": ("decisions",),
    "checks": ("checks",),
    "screening": ("screening",),
    "exposures": ("exposures", "medications"),
    "problems": ("problems",),
}


def add_screen(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files
    def screen(
        patients: Annotated[Path, typer.Argument(help="The patients, one row each: .csv, .xlsx or .parquet.")],
        *,
        out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv or .parquet; a folder with --memory.")],
        visits: Visits = None,
        medications: Medications = None,
        events: Events = None,
        protocol: Annotated[
            str, typer.Option(help="A protocol of this package, or a protocol file (.toml).")
        ] = "time_is_muscle",
        mmt: Annotated[str | None, typer.Option(help="Which MMT column to use, if there are several.")] = None,
        reading: Reading,
        identifiers: Identifiers = False,
        memory: Memory = None,
    ) -> None:
        """Say which patients could enter a trial.

        The screening table is derived from lists of patients, visits, drugs and events. A workbook gets the sheets
        decisions, checks, screening, exposures (courses of drugs), problems, about and legend; with CSV and Parquet the
        file holds the decisions and the others are written beside it. They hold no birth dates, and patients are
        numbered in the order of your file; --identifiers keeps their ids and columns of your own. Dates are written
        2026-03-31, or as --date-format says; 2026-03 or 2026 if no more is recorded. --mapping translates headings and
        units of your own; tables that it finds in the first file need no option. Errors in the data are listed and
        nothing is written. The last lines say which missing values would decide the undecided patients. Exit status: 0
        done, 1 problems found in the data (listed), 2 wrong usage.

        Example: myositis-tools screen patients.csv --visits visits.csv --medications medications.csv
        --events events.csv --protocol time_is_muscle --out screening.xlsx
        """
        given = {"patients": patients, "visits": visits, "medications": medications, "events": events}
        with usage():
            files = files_of("patients", given, reading)
            if "patients" not in files:
                raise OptionError("The mapping has no table of patients.", expected="one; screening needs it")
        try:
            asked = find_protocol(protocol)
        except MyositisToolsError as error:
            raise typer.BadParameter(str(error), param_hint="--protocol") from error
        if memory is not None:
            with data_errors(), usage():
                _screen_large(LargeFiles(files, reading, out, memory), asked, mmt, identifiers=identifiers)
            typer.echo(naming_told(identifiers=identifiers))
            typer.echo(f"written: the folders of {out}")
            return
        refuse_to_write_over(out, list(files.values()))
        with progress(len(_STEPS), "Screening") as bar, data_errors(), usage():
            records, lines, is_wrong = read_records(files, reading)
            bar.update(1)
            found = None if is_wrong else screen_records(records, asked, mmt, lambda: bar.update(1))
            if found is not None:
                naming = Naming(
                    [each for one in records.values() for each in one["patient_id"]], identifiers=identifiers
                )
                tables = as_they_leave(found, naming, out)
                sources = [(name, file_in_words(file, len(records[name]))) for name, file in files.items()]
                tables["about"] = about([*said_of_protocol(asked, sources), ("names of patients", naming.words)])
                written = write_tables(out, tables | {"legend": legend(tables, DEFINED)})
                problems = found.problems()
                lines += [f"problem: {problem}" for problem in problems[:MOST_LISTED]]
                more = len(problems) - MOST_LISTED
                lines += [f"and {more} more, all in the table of problems"] if more > 0 else []
            bar.update(1)
        for line in lines:
            typer.echo(line, err=True)
        if found is None:
            typer.echo("Nothing was written: fix the errors in the data first.", err=True)
            raise typer.Exit(PROBLEMS_FOUND)
        typer.echo(_counted(found.decisions["decision"].value_counts()))
        for line in next_steps(asked, found.screening):
            typer.echo(line)
        typer.echo(naming_told(identifiers=identifiers))
        for file in written:
            typer.echo(f"written: {file}")
        raise typer.Exit(PROBLEMS_FOUND if lines else 0)


def find_protocol(name: str) -> Protocol:
    """Give a protocol by its key, or read its file."""
    return PROTOCOLS[name] if name in PROTOCOLS else read_protocol(Path(name))


@dataclass(frozen=True)
class ScreenedRecords:
    """What records say of a protocol, patients by their own ids."""

    patients: pd.DataFrame
    others: Mapping[str, pd.DataFrame]
    screening: pd.DataFrame
    checks: pd.DataFrame
    decisions: pd.DataFrame
    exposures: pd.DataFrame | None

    def problems(self, name_of: Callable[[Any], str] = str) -> list[str]:
        """What a person should look at; `name_of` names the patients."""
        return list(_problems(self.patients, self.others, self.screening, self.exposures, name_of))


def screen_records(
    records: Mapping[str, pd.DataFrame], protocol: Protocol, mmt: str | None, done: Callable[[], Any] = lambda: None
) -> ScreenedRecords:
    """Derive, check and decide.

    Raises
    ------
    MyositisToolsError
        If the data cannot be what they say they are.
    """
    others = {name: table.reset_index(drop=True) for name, table in records.items()}
    patients = others.pop("patients")
    screening = derive_screening(patients, **others, mmt=mmt)
    exposures = judge_exposures(others["medications"], patients) if "medications" in others else None
    done()
    checks = protocol.check(screening)
    done()
    decisions = protocol.decide(screening)
    done()
    return ScreenedRecords(patients, others, screening, checks, decisions, exposures)


def as_they_leave(found: ScreenedRecords, naming: Naming, out: Path) -> dict[str, pd.DataFrame]:
    """The tables as they are written: patients numbered unless asked for, each reason on a line of a sheet's cell."""
    because = found.decisions["because"]
    if out.suffix.lower() == ".xlsx":
        because = because.str.replace(BETWEEN_REASONS, "\n", regex=False)
    made = {"decisions": found.decisions.assign(because=because), "checks": found.checks, "screening": found.screening}
    made |= {} if found.exposures is None else {"exposures": found.exposures}
    tables = {title: naming.table(each, described_by(*DEFINED[title])) for title, each in made.items()}
    tables["problems"] = pd.DataFrame({"problem": found.problems(naming.name)}, dtype="object")
    return tables


def _problems(
    patients: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
    screening: pd.DataFrame,
    exposures: pd.DataFrame | None,
    name_of: Callable[[Any], str],
) -> Iterator[str]:
    known = set(patients["patient_id"])
    for name, table in others.items():
        strangers = dict.fromkeys(name_of(each) for each in sorted(set(table["patient_id"].dropna()) - known))
        if strangers:
            yield f"{name}: not in the patients table, and left out: {listed(strangers)}"
    if exposures is not None:
        unknown = exposures[exposures["exposure"] == "not recognised"]
        named = unknown["drug"] if "drug" in unknown else unknown["atc"]
        for drug, count in named.fillna("without a name").value_counts().sort_index().items():
            yield f"medications: drug not recognised: {drug} ({count} line{'s' if count > 1 else ''})"
    for row in screening[screening["conflicts"].fillna("") != ""].itertuples():
        yield f"patients, {name_of(row.patient_id)}: {row.conflicts}"


def said_of_protocol(protocol: Protocol, sources: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a reader of the decisions has to know: by which text they were made, of which files, and what they mean."""
    rows = [("protocol", f"{protocol.title} ({protocol.registration}); {protocol.version}"), *sources]
    rows += [
        ("eligible", "fits: every inclusion criterion is met and no exclusion criterion applies"),
        ("ineligible", "does not fit: an inclusion criterion is not met, or an exclusion criterion applies"),
        ("indeterminate", "undecided: nothing excludes the patient, and at least one criterion is unknown"),
    ]
    rows += [(f"{each.kind}: {each.key}", f"{each.label}: {each.rule.sentence}") for each in protocol.criteria]
    return rows + [("source", each.citation) for each in protocol.sources]


def _screen_large(large: LargeFiles, protocol: Protocol, mmt: str | None, *, identifiers: bool) -> None:
    """Screen the patients of files that are worked on in parts."""

    def of_part(part: PatientPart) -> dict[str, pd.DataFrame]:
        records, _ = large.read(part)
        naming = Naming.by_number(part.patients, identifiers=identifiers)
        return as_they_leave(screen_records(records, protocol, mmt), naming, large.out)

    large.write("Screening", f"screen, {_which(protocol)}, mmt={mmt}, identifiers={identifiers}", of_part)
    large.describe(DEFINED, said_of_protocol(protocol, []))
    typer.echo(_counted(large.counts("decisions", "decision")))


def _which(protocol: Protocol) -> str:
    """A protocol by its key and by all that it says: another limit is another run."""
    return f"{protocol.key} {sha256(repr(protocol).encode()).hexdigest()}"


def _counted(decisions: Mapping[Any, int]) -> str:
    return f"{decided(*(decisions.get(word, 0) for word in DECISIONS))}."
