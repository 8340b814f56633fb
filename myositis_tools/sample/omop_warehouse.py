"""The sample cohort as a hospital's warehouse would hold it: an OMOP database with a small vocabulary of its own.

Every concept has a number of the range that OMOP leaves to sites, so that none is taken for one of OHDSI's. Of what
the cohort records a warehouse loses much, and so does this one: no indication, no core set measure, no consent; the end
of a course that is still taken is filled in; what happened before a patient was first seen is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pandas as pd

from myositis_tools.errors import needs_package
from myositis_tools.formatting import as_code
from myositis_tools.sample.cohort import Cohort
from myositis_tools.tables import records

_FIRST_OF_A_SITE = 2_000_000_001
_SUPPLY_DAYS = 30
_LIMIT = 100.0  # of each enzyme, in units of no laboratory
_SECOND_CODE = {"methotrexate": "L01BA01", "diclofenac": "M02AA15"}  # one drug has several codes, by route
_MG = 5.0  # in one tablet
_ENZYMES = ("ck", "aldolase", "ldh", "alt", "ast")


def write_omop(cohort: Cohort) -> Any:
    """Write a cohort into an OMOP database in memory, and give the connection to it.

    Raises
    ------
    MissingPackageError
        If DuckDB is not installed.
    """
    with needs_package("duckdb"):
        import duckdb

    vocabulary = _Vocabulary()
    patients = cohort.patients.reset_index(drop=True)
    people = {who: place + 1 for place, who in enumerate(patients["patient_id"])}
    days = dict(zip(patients["patient_id"], patients["screening_date"], strict=True))
    first_seen = {who: _day(days[who]) - timedelta(days=365 * (2 + people[who] % 12)) for who in people}
    tables = {
        "person": _persons(patients, people, vocabulary),
        "observation_period": _periods(patients, people, first_seen),
        "condition_occurrence": _conditions(cohort, people, first_seen, vocabulary),
        "drug_exposure": _drugs(cohort, people, vocabulary),
        "measurement": _measurements(cohort, people, days, vocabulary),
        "observation": _observations(cohort, people, days, vocabulary),
    }
    tables |= vocabulary.tables()
    connection = duckdb.connect()
    for name, rows in tables.items():
        _write(connection, name, rows)
    return connection


class _Vocabulary:
    """Concepts as they are first asked for, each with those above it."""

    def __init__(self) -> None:
        self._numbers = count(_FIRST_OF_A_SITE)
        self._concepts: dict[tuple[str, str], dict[str, Any]] = {}
        self._above: set[tuple[int, int]] = set()
        self._strengths: list[dict[str, Any]] = []
        self._words: dict[tuple[str, str], int] = {}
        for row in records("concept_codes"):
            number = self.concept(str(row["vocabulary"]), as_code(row["code"]), str(row["name"]))
            self._words.setdefault((str(row["kind"]), str(row["word"])), number)
        for row in records("observation_codes"):
            number = self.concept("LOINC", str(row["code"]), f"{row['test']} in serum or plasma")
            self._words.setdefault(("enzyme", str(row["test"])), number)

    def concept(self, vocabulary: str, code: str, name: str, concept_class: str = "", *above: int) -> int:
        """Give the number of a concept."""
        known = self._concepts.get((vocabulary, code))
        if known:
            return int(known["concept_id"])
        number = next(self._numbers)
        self._concepts[vocabulary, code] = {
            "concept_id": number,
            "concept_name": name,
            "vocabulary_id": vocabulary,
            "concept_class_id": concept_class,
            "concept_code": code,
        }
        self._above |= {(one, number) for one in (number, *above)}
        return number

    def word(self, kind: str, word: str) -> int:
        """Give the concept of a set, or nothing."""
        return self._words.get((kind, word), 0)

    def drug(self, name: str, atc: str, route: str) -> int:
        """Give the concept of a drug of a list, which its ingredient and its ATC codes stand above."""
        codes = dict.fromkeys([atc, _SECOND_CODE.get(name, atc)])
        above = [self.concept("ATC", code, name, "ATC 5th") for code in codes]
        ingredient = self.concept("RxNorm", f"synthetic {name}", name, "Ingredient")
        is_new = ("RxNorm", f"synthetic {name} {route}") not in self._concepts
        number = self.concept(
            "RxNorm", f"synthetic {name} {route}", f"{name}, {route}", "Clinical Drug", ingredient, *above
        )
        if is_new and route == "oral":
            self._strengths.append(
                {
                    "drug_concept_id": number,
                    "ingredient_concept_id": ingredient,
                    "amount_value": _MG,
                    "amount_unit_concept_id": self.word("milligram", "mg"),
                }
            )
        return number

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Give the tables of the vocabulary."""
        return {
            "concept": list(self._concepts.values()),
            "concept_ancestor": [
                {"ancestor_concept_id": above, "descendant_concept_id": below} for above, below in sorted(self._above)
            ],
            "drug_strength": self._strengths,
        }


def _persons(patients: pd.DataFrame, people: dict[str, int], vocabulary: _Vocabulary) -> list[dict[str, Any]]:
    rows = []
    for who, sex, birth in zip(patients["patient_id"], patients["sex"], patients["birth_date"], strict=True):
        is_known = not pd.isna(birth)
        rows.append(
            {
                "person_id": people[who],
                "gender_concept_id": vocabulary.word("sex", "" if pd.isna(sex) else sex),
                "year_of_birth": birth.year if is_known else None,
                "month_of_birth": birth.month if is_known else None,
                "day_of_birth": birth.day if is_known and people[who] % 7 else None,
                "person_source_value": who,
            }
        )
    return rows


def _periods(patients: pd.DataFrame, people: dict[str, int], first_seen: dict[str, date]) -> list[dict[str, Any]]:
    """Write who is observed since when: nobody whose lists the cohort does not call complete."""
    whole = patients["medications_recorded"].fillna(False) & patients["events_recorded"].fillna(False)
    kept = patients[whole.astype(bool) & patients["screening_date"].notna()]
    return [
        {
            "person_id": people[who],
            "observation_period_start_date": first_seen[who],
            "observation_period_end_date": _day(day),
        }
        for who, day in zip(kept["patient_id"], kept["screening_date"], strict=True)
    ]


def _conditions(
    cohort: Cohort, people: dict[str, int], first_seen: dict[str, date], vocabulary: _Vocabulary
) -> list[dict[str, Any]]:
    """Write diagnoses, some weeks after the first symptom, and the events since a patient was first seen."""
    rows = []
    log = cohort.patients
    columns = (log[name] for name in ("patient_id", "subtype", "symptom_onset_date", "screening_date"))
    for who, subtype, onset, screened in zip(*columns, strict=True):
        if pd.isna(subtype) or pd.isna(onset) or pd.isna(screened):
            continue
        concept = vocabulary.word("diagnosis", subtype) or vocabulary.concept("SNOMED", "synthetic", "myositis, other")
        rows.append((people[who], concept, min(_day(onset) + timedelta(days=people[who] % 90), _day(screened))))
    events = cohort.events
    for who, event, day in zip(events["patient_id"], events["event"], events["date"], strict=True):
        if who in people and not pd.isna(day) and _day(day) >= first_seen[who]:
            rows.append((people[who], vocabulary.word("event", event), _day(day)))
    return [
        {"person_id": who, "condition_concept_id": concept, "condition_start_date": day} for who, concept, day in rows
    ]


def _drugs(cohort: Cohort, people: dict[str, int], vocabulary: _Vocabulary) -> list[dict[str, Any]]:
    names = ("patient_id", "drug", "atc", "route", "dose_mg_day", "start_date", "stop_date")
    rows = []
    for who, drug, atc, route, dose, start, stop in zip(*(cohort.medications[name] for name in names), strict=True):
        if who not in people or pd.isna(start):
            continue
        is_stopped = not pd.isna(stop)
        supply = (_day(stop) - _day(start)).days + 1 if is_stopped else _SUPPLY_DAYS
        rows.append(
            {
                "person_id": people[who],
                "drug_concept_id": vocabulary.drug(drug, atc, route),
                "drug_exposure_start_date": _day(start),
                "drug_exposure_end_date": _day(start) + timedelta(days=supply - 1),
                "verbatim_end_date": _day(stop) if is_stopped else None,
                "quantity": None if pd.isna(dose) else dose * supply / _MG,
                "days_supply": supply,
                "route_concept_id": vocabulary.concept("SNOMED", f"synthetic {route}", route.capitalize()),
                "drug_source_value": drug,
            }
        )
    return rows


def _measurements(
    cohort: Cohort, people: dict[str, int], days: dict[str, Any], vocabulary: _Vocabulary
) -> list[dict[str, Any]]:
    """Write the enzymes at screening; the laboratory of some patients states no upper limit."""
    visits = cohort.visits[cohort.visits["week"] == 0]
    rows = []
    for enzyme in _ENZYMES:
        for who, found in zip(visits["patient_id"], visits[f"{enzyme}_xuln"], strict=True):
            if who in people and not pd.isna(found) and not pd.isna(days[who]):
                rows.append(
                    {
                        "person_id": people[who],
                        "measurement_concept_id": vocabulary.word("enzyme", enzyme),
                        "measurement_date": _day(days[who]),
                        "value_as_number": found * _LIMIT,
                        "range_high": _LIMIT if people[who] % 10 else None,
                    }
                )
    return rows


def _observations(
    cohort: Cohort, people: dict[str, int], days: dict[str, Any], vocabulary: _Vocabulary
) -> list[dict[str, Any]]:
    """Write the events of which nobody knows the day, as a history that was taken at screening."""
    history = vocabulary.concept("SNOMED", "synthetic history", "history of an event")
    events = cohort.events
    return [
        {
            "person_id": people[who],
            "observation_concept_id": history,
            "observation_date": _day(days[who]),
            "value_as_concept_id": vocabulary.word("event", event),
        }
        for who, event, day in zip(events["patient_id"], events["event"], events["date"], strict=True)
        if who in people and pd.isna(day) and not pd.isna(days[who])
    ]


def _write(connection: Any, table: str, rows: Iterable[dict[str, Any]]) -> None:
    columns = [row for row in records("omop_columns") if row["table"] == table]
    typed = [f"{row['column']} {row['type']}" for row in columns]
    names = [str(row["column"]) for row in columns]
    connection.execute(f"CREATE TABLE {table} ({', '.join(typed)})")
    values = [[None if pd.isna(row.get(name)) else row.get(name) for name in names] for row in rows]
    if values:
        marks = ", ".join("?" for _ in names)
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)


def _day(when: Any) -> date:
    found: date = pd.Timestamp(when).date()
    return found
