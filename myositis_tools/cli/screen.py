"""`myositis-tools screen`: from the files of a site to who could enter a trial."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from myositis_tools.cli.file_options import OF_ONE_FILE, Reading, reads_files
from myositis_tools.cli.input_files import (
    MOST_LISTED,
    PROBLEMS_FOUND,
    as_typed,
    naming_told,
    refuse_to_write_over,
)
from myositis_tools.cli.shared_options import Events, Identifiers, Medications, Visits
from myositis_tools.criteria import PROTOCOLS, Protocol, derive_screening, judge_exposures, read_protocol
from myositis_tools.errors import MyositisToolsError, NotFoundError, OptionError, listed
from myositis_tools.exchange import write_tables
from myositis_tools.exchange.describe.data_dictionary import legend
from myositis_tools.exchange.describe.provenance import about, file_in_words
from myositis_tools.privacy.pseudonyms import Naming, described_by

_STEPS = ("reading", "deriving", "checking", "deciding", "writing")
# The sheets and the tables of ``tables/columns.csv`` that say what stands in them.
_DEFINED = {
    "decisions": ("decisions",),
    "checks": ("checks",),
    "screening": ("screening",),
    "exposures": ("exposures", "medications"),
    "problems": ("problems",),
}


def add_screen(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    @reads_files(without=OF_ONE_FILE)
    def screen(
        patients: Annotated[Path, typer.Argument(help="The patients, one row each: .csv, .xlsx or .parquet.")],
        *,
        out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv or .parquet.")],
        visits: Visits = None,
        medications: Medications = None,
        events: Events = None,
        protocol: Annotated[
            str, typer.Option(help="A protocol of this package, or a protocol file (.toml).")
        ] = "time_is_muscle",
        mmt: Annotated[str | None, typer.Option(help="Which MMT column to use, if there are several.")] = None,
        reading: Reading,
        identifiers: Identifiers = False,
    ) -> None:
        """Derive the screening table from records and say who could enter a trial.

        A workbook gets the sheets decisions, checks, screening, exposures (courses of drugs), problems, about and
        legend; of CSV and Parquet the decisions are the file itself and the others stand beside it. They hold no birth
        date, and patients are numbered in the order of your file; their ids and columns of your own are kept where
        --identifiers asks for it. Dates are written
        2026-03-31, or as --date-format says; 2026-03 or 2026 where no more is recorded. All files are written in one
        way; what has other headings is made ready with convert. Exit status: 0 done, 1 problems found in the data
        (listed), 2 wrong usage.

        Example: myositis-tools screen patients.csv --visits visits.csv --medications medications.csv
        --events events.csv --protocol time_is_muscle --out screening.xlsx
        """
        given = {"patients": patients, "visits": visits, "medications": medications, "events": events}
        files = {name: file for name, file in given.items() if file}
        refuse_to_write_over(out, list(files.values()))
        try:
            asked = find_protocol(protocol)
        except MyositisToolsError as error:
            raise typer.BadParameter(str(error), param_hint="--protocol") from error
        with typer.progressbar(length=len(_STEPS), label="Screening", file=sys.stderr) as bar:
            try:
                tables, problems = screen_files(
                    files, asked, reading, mmt=mmt, identifiers=identifiers, done=lambda: bar.update(1)
                )
                written = write_tables(out, tables) if tables else []
            except (NotFoundError, OptionError) as error:
                raise typer.BadParameter(str(error)) from error
            except OSError as error:
                raise typer.BadParameter(f"{out} cannot be written ({error.strerror}).", param_hint="--out") from error
            bar.update(1)
        for problem in problems[:MOST_LISTED]:
            typer.echo(f"problem: {problem}", err=True)
        if len(problems) > MOST_LISTED:
            typer.echo(f"and {len(problems) - MOST_LISTED} more, all in the table of problems", err=True)
        if tables:
            counts = tables["decisions"]["decision"].value_counts()
            typer.echo(", ".join(f"{count} {word}" for word, count in counts.items()))
            typer.echo(naming_told(identifiers=identifiers))
        for file in written:
            typer.echo(f"written: {file}")
        raise typer.Exit(PROBLEMS_FOUND if problems else 0)


def find_protocol(name: str) -> Protocol:
    """Give a protocol by its key, or read its file."""
    return PROTOCOLS[name] if name in PROTOCOLS else read_protocol(Path(name))


def screen_files(
    files: Mapping[str, Path],
    protocol: Protocol,
    reading: Reading,
    *,
    mmt: str | None,
    identifiers: bool,
    done: Callable[[], Any],
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read, derive, check and decide; without tables where the data cannot be what they say they are.

    The problems name patients by their ids, for the person who reads them here; the tables as they may leave.
    """
    records, problems = {}, []
    for name, file in files.items():
        try:
            records[name] = reading.table(file, name, on_problem="refuse").reset_index(drop=True)
        except (NotFoundError, OptionError):
            raise
        except MyositisToolsError as error:
            problems.append(as_typed(str(error)))
    done()
    if not problems:
        problems = list(_refusals(records, mmt))
    if problems:
        return {}, problems
    patients, others = records["patients"], {name: table for name, table in records.items() if name != "patients"}
    screening = derive_screening(patients, **others, mmt=mmt)
    exposures = judge_exposures(others["medications"], patients) if "medications" in others else None
    done()
    try:
        checks = protocol.check(screening)
        done()
        decisions = protocol.decide(screening)
        done()
    except MyositisToolsError as error:
        return {}, [str(error)]
    naming = Naming([id_ for table in records.values() for id_ in table["patient_id"]], identifiers=identifiers)
    made = {"decisions": decisions, "checks": checks, "screening": screening}
    made |= {} if exposures is None else {"exposures": exposures}
    tables = {title: naming.table(each, described_by(*_DEFINED[title])) for title, each in made.items()}
    said, told = (list(_problems(patients, others, screening, exposures, name)) for name in (naming.name, str))
    tables["problems"] = pd.DataFrame({"problem": said}, dtype="object")
    tables["about"] = _about(files, records, protocol, naming)
    tables["legend"] = legend(tables, _DEFINED)
    return tables, told


def _refusals(records: Mapping[str, pd.DataFrame], mmt: str | None) -> Iterator[str]:
    """What each table is refused for, the patients first: without them no other can be judged."""
    patients = records["patients"]
    for name in (None, *(name for name in records if name != "patients")):
        try:
            derive_screening(patients, **({name: records[name]} if name else {}), mmt=mmt)
        except MyositisToolsError as error:
            yield str(error)
            if name is None:
                return


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


def _about(
    files: Mapping[str, Path], records: Mapping[str, pd.DataFrame], protocol: Protocol, naming: Naming
) -> pd.DataFrame:
    rows = [("protocol", f"{protocol.title} ({protocol.registration}); {protocol.version}")]
    for name, file in files.items():
        rows.append((name, file_in_words(file, len(records[name]))))
    rows.append(("names of patients", naming.words))
    rows += [
        ("eligible", "every inclusion criterion is met and no exclusion criterion"),
        ("ineligible", "an inclusion criterion is not met, or an exclusion criterion is"),
        ("indeterminate", "neither, and at least one criterion is unknown"),
    ]
    rows += [(f"{each.kind}: {each.key}", f"{each.label}: {each.rule.sentence}") for each in protocol.criteria]
    rows += [("source", each.citation) for each in protocol.sources]
    return about(rows)
