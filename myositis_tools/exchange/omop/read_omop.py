"""A warehouse in the OMOP Common Data Model as records that any protocol can be asked of."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol, Records
from myositis_tools.errors import (
    DuplicateRowError,
    MissingColumnError,
    OptionError,
    ReadingWarning,
    listed,
    require_option,
)
from myositis_tools.exchange.omop.concept_sets import EVENT, chosen_sets, keep_sets
from myositis_tools.exchange.omop.omop_database import OmopDatabase, open_database
from myositis_tools.frames import checked_pandas, enter, to_pandas
from myositis_tools.tables import records

_LISTS = ("medications", "events")
_NAMED_BY = ("person_id", "person_source_value")
_STOPS = {"verbatim": "verbatim_end_date", "as_stored": "drug_exposure_end_date"}
_EMPTY = {
    "concept_ancestor": "no code is expanded, and no drug has an ATC code",
    "drug_strength": "no dose is known",
}


@dataclass(frozen=True, eq=False)
class OmopRecords(Records):
    """Records that were read from a warehouse, as tables of DuckDB, with what is to be told of the reading.

    Whatever takes records takes them. The tables of the patients who are asked about are kept in the database, which
    reads the warehouse once; none of their rows comes into Python before you ask for it.

    Attributes
    ----------
    problems : pandas.DataFrame
        ``table, problem, lines, patients``: what of these patients' records cannot be used, or leaves something open.
    concepts : pandas.DataFrame
        ``kind, word, vocabulary, code, concepts``: how many concepts of the site each code stands for; of one with
        zero nothing was asked.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> asked = mt.load_patients()[["patient_id", "screening_date"]]
    >>> records = mt.io.read_omop(mt.data.sample_omop(), asked, patient_id="person_source_value")
    >>> records.problems["table"].tolist()
    ['observation_period', 'drug_exposure', 'drug_exposure', 'measurement']
    """

    problems: Any = None
    concepts: Any = None
    database: Any = None
    _kept: list[tuple[Protocol, Any]] = field(default_factory=list)

    def screened_for(self, protocol: Protocol) -> Any:
        """Give the screening table as a protocol asks for it, kept in the database: it is worked out once.

        Raises
        ------
        MyositisToolsError
            Whatever `derive_screening` refuses.
        """
        for asked, table in self._kept:
            if asked == protocol:
                return table
        name = f"screening_{len(self._kept)}"
        self.database.keep(name, super().screened_for(protocol).sql_query())
        self._kept.append((protocol, self.database.table(name)))
        return self._kept[-1][1]


def read_omop(
    source: object,
    screening: object,
    *,
    schema: str | None = None,
    patient_id: str = "person_id",
    complete: Collection[str] = _LISTS,
    stops: str = "verbatim",
    laboratory_days: int | None = None,
    concept_sets: object = None,
) -> OmopRecords:
    """Read a hospital's warehouse in the OMOP Common Data Model 5.4 as records that a protocol can be asked of.

    The rows of the patients who are asked about are kept in temporary tables of DuckDB; none comes into Python before
    you ask for it, and the warehouse is not changed. What it does not say stays unknown: it excludes and ranks patients
    (`rank_candidates`), and what it can answer at all is counted by `count_answers`.

    Parameters
    ----------
    source : duckdb.DuckDBPyConnection, str or pathlib.Path
        A connection, a ``.duckdb`` file (opened to read only), or a folder with a Parquet or CSV file for each table.
    screening : date, or pandas or other frame
        The day of screening of everyone with a diagnosis of myositis by that day; or a table with ``patient_id`` and
        ``screening_date`` of each patient who is asked about.
    schema : str, optional
        Where the tables stand in the database, such as ``"cdm"`` or ``"hospital.cdm"``; ``main`` by default.
    patient_id : {"person_id", "person_source_value"}
        Which column of ``person`` names a patient; the second is often the hospital's own number.
    complete : sequence of {"medications", "events"}
        Which lists the site counts as complete within a patient's observation period. Outside it, and of a list that is
        not named, only what was found is known.
    stops : {"verbatim", "as_stored"}
        Which date ends a course: ``verbatim_end_date``, or ``drug_exposure_end_date``, which many sites fill in from
        the start and the days of supply; choose that only where the site records it. Without one the stop is unknown.
    laboratory_days : int, optional
        How many days before screening a result of an enzyme still counts; ``tables.load("study_conventions")`` by
        default.
    concept_sets : frame, optional
        The site's own codes, with the columns ``kind, word, vocabulary, code, descendants`` (yes or no) of
        ``tables.load("concept_codes")``: they take the place of those with the same kind and word.

    Returns
    -------
    OmopRecords
        ``patients``, ``medications``, ``events`` and ``visits`` as `derive_screening` takes them, and ``problems`` and
        ``concepts``.

    Raises
    ------
    MissingPackageError
        If DuckDB is not installed.
    NotFoundError, MissingColumnError, WrongTypeError
        If there is no warehouse, it lacks a table or column that is needed, or does not answer.
    OptionError
        If an option is not known.

    Warns
    -----
    ReadingWarning
        Of a vocabulary without its hierarchy, of drugs without strengths, of tables that are not there, and of sets
        without a concept at the site, whose question is then not asked.

    Missing data
    ------------
    The first symptom is not in a warehouse: the first diagnosis gives the least that the disease can have lasted. A
    diagnosis gives the subtype only where all diagnoses agree. A birth date may be of a month or a year. A drug has
    every ATC code that the site's vocabulary puts above it, and is of a class only where all of them are; one without a
    code is not recognised. The dose is the milligrams of a drug with one ingredient, times the quantity, over the days
    of supply, else unknown. An enzyme without an upper limit, or with a sign such as ``<``, is unknown. An event that
    an observation mentions has no date. The list of events is complete only if every kind of event has a concept at
    the site, and only from the day after the last diagnosis that has no concept or may be an event.

    Source
    ------
    ``tables.load("concept_codes")``, ``tables.load("observation_codes")`` and ``tables.load("omop_columns")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> warehouse = mt.data.sample_omop()
    >>> screened = mt.load_patients()[["patient_id", "screening_date"]]
    >>> found = mt.io.read_omop(warehouse, screened, patient_id="person_source_value")
    >>> found.problems[["table", "patients"]]
                    table  patients
    0  observation_period        15
    1       drug_exposure        30
    2       drug_exposure       205
    3         measurement        30
    """
    for one in complete:
        require_option("complete", one, _LISTS)
    require_option("stops", stops, tuple(_STOPS))
    require_option("patient_id", patient_id, _NAMED_BY)
    days = int(_convention()) if laboratory_days is None else laboratory_days
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        raise OptionError(f"laboratory_days={days!r} is no number of days.", expected="a whole number of at least 0")
    sets = chosen_sets(concept_sets)
    database = open_database(source, schema)
    found = keep_sets(database, sets)
    _keep_cohort(database, screening, patient_id)
    database.keep("drugs", database.sql("drugs"))
    lacking = _without_concepts(found)
    whole = {name: "TRUE" if name in complete else "FALSE" for name in _LISTS}
    if lacking[EVENT]:
        whole["events"] = "FALSE"
    stop = _STOPS[stops]
    problems = database.rows(database.sql("problems", stop=stop))
    for sentence in _to_tell(database, lacking):
        warnings.warn(sentence, ReadingWarning, stacklevel=2)
    words = {
        "patients": {f"{name}_complete": truth for name, truth in whole.items()},
        "visits": {"days": str(days)},
        "medications": {"stop": stop},
        "events": {},
    }
    for name, of in words.items():
        database.keep(name, database.sql(name, **of))
    tables = {name: database.table(name) for name in words}
    return OmopRecords(
        **tables,
        database=database,
        problems=pd.DataFrame([row for row in problems if row[2]], columns=["table", "problem", "lines", "patients"]),
        concepts=found,
    )


def _keep_cohort(database: OmopDatabase, screening: Any, named_by: str) -> None:
    """Keep who is asked about, with the day of screening."""
    if isinstance(screening, str | date):
        day = pd.to_datetime(screening, errors="coerce")
        if pd.isna(day):
            raise OptionError(
                f"screening={screening!r} is no day.",
                expected="a date such as 2026-03-31, or a table of patients",
                hint='write "2026-03-31"',
            )
        database.keep("cohort", database.sql("cohort_of_diagnoses", named_by=named_by), [str(day.date())] * 2)
    else:
        database.connection.execute(f"CREATE TEMP TABLE {database.name('asked')} (patient_id VARCHAR, day DATE)")
        rows = _asked(screening)
        if rows:
            into = f"INSERT INTO {database.name('asked')} VALUES (?, ?)"
            database.connection.executemany(into, rows)
        database.keep("cohort", database.sql("cohort_asked", named_by=named_by))
    doubled = database.rows(f"SELECT patient_id FROM {database.name('cohort')} GROUP BY patient_id HAVING count(*) > 1")
    if doubled:
        raise DuplicateRowError(
            f"{len(doubled)} of the patients {'is' if len(doubled) == 1 else 'are'} more than one person.",
            where=f"person.{named_by}",
            expected="one person for each patient_id",
            hint="name patients by person_id",
        )


def _asked(screening: Any) -> list[list[Any]]:
    """List patients and days of screening as a table gives them."""
    columns = ["patient_id", "screening_date"]
    asked = to_pandas(screening)
    lacking = [name for name in columns if name not in asked]
    if lacking:
        raise MissingColumnError(
            f"The patients who are asked about lack a column: {listed(lacking)}.",
            where="screening",
            expected="patient_id and screening_date",
            hint="rename the column that holds it",
        )
    enter(asked[columns], "patients", needs=columns, unique=["patient_id"])
    clean = checked_pandas(asked[columns], "patients", needs=columns)
    days = [None if pd.isna(day) else day.date() for day in clean["screening_date"]]
    return [list(row) for row in zip(clean["patient_id"].astype(str), days, strict=True)]


def _convention() -> float:
    (row,) = (row for row in records("study_conventions") if row["convention"] == "laboratory_days")
    return float(row["value"] or 0)


def _without_concepts(found: pd.DataFrame) -> dict[str, list[str]]:
    """Name what has no concept at the site, by kind; an event is each of those that the package knows."""
    held = found.groupby(["kind", "word"], sort=False)["concepts"].sum()
    lacking: dict[str, list[str]] = {kind: [] for kind in dict.fromkeys(found["kind"])}
    for (kind, word), concepts in held.items():
        if not concepts:
            lacking[kind].append(word)
    return lacking


def _to_tell(database: OmopDatabase, lacking: dict[str, list[str]]) -> list[str]:
    told = [
        f"The table {table} is {'absent' if table in database.absent else 'empty'}: {so}."
        for table, so in _EMPTY.items()
        if not database.rows(f"SELECT 1 FROM {database.name(table)} LIMIT 1")
    ]
    told += [
        f"The table {table} is absent: nothing is asked of it." for table in database.absent if table not in _EMPTY
    ]
    words = [f"{kind} {word}" for kind, found in lacking.items() for word in found]
    if words:
        told.append(f"Not asked, as the site's vocabulary has no concept for it: {listed(words, most=len(words))}.")
    if lacking[EVENT]:
        told.append("The list of events is not counted as complete, as a kind of event could not be looked for.")
    if not database.rows(f"SELECT 1 FROM {database.name('cohort')} LIMIT 1"):
        told.append("No patient is asked about: nobody has a diagnosis of myositis by the day of screening.")
    return told
