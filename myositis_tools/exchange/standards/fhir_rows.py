"""A table from the resources of one kind: its rows, whose they are, and what a person is told of those left out."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import ReadingWarning, listed
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.standards.fhir_patients import Patients, Who, names_of
from myositis_tools.exchange.standards.fhir_resources import Held, Resource, Resources, cannot_be_read, read_resources

ENTERED_IN_ERROR = "entered-in-error"
_PATIENT = "Patient"
# what another function reads is not left out without a word
_READ_BY = MappingProxyType(
    {
        "Observation": "mt.io.read_fhir_observations",
        "MedicationRequest": "mt.io.read_fhir_medications",
        "MedicationStatement": "mt.io.read_fhir_medications",
        "Condition": "mt.io.read_fhir_events",
    }
)


@dataclass
class Told:
    """What is to be told of the resources of some types, by reason.

    Parameters
    ----------
    kinds : tuple of str
        The types, such as ``Observation``.
    name : str
        What they are called together, such as ``Observations``.
    """

    kinds: tuple[str, ...]
    name: str
    count: int = 0
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def tell(self, reason: str, what: str) -> None:
        """Count one more for a reason."""
        self.reasons.setdefault(reason, Counter())[what] += 1

    def is_of_a_patient(self, held: Held, who: Who) -> bool:
        """Whether it is a patient's; one without an identifier is kept, and told."""
        if who.type != _PATIENT:
            self.tell("are of no patient, and are left out", who.type)
            return False
        if who.id is None:
            self.tell("have no identifier of a patient, which is missing", _reference(held))
        return True

    def sentences(self) -> list[str]:
        """A sentence for each reason."""
        counted = (
            f"{self.name} {reason}, {held.total()} of {self.count}: "
            f"{listed(f'{name} ({count})' for name, count in held.most_common())}."
            for reason, held in self.reasons.items()
        )
        return [*counted, *self.said]


def read_rows(
    path: Path,
    kind: str,
    names: tuple[str, ...],
    told: Told,
    rows_of: Callable[[Held, Who, Resources], Iterator[dict[str, Any]]],
    referred_to: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Give the table `kind` of the resources that `told` is about, and tell; `rows_of` makes the rows of one.

    It is called by the public reader itself, whose caller the warnings point at.

    Raises
    ------
    NotFoundError, WrongTypeError
        As `read_resources`.
    """
    found = read_resources(path, (*told.kinds, _PATIENT, *referred_to))
    rows: list[dict[str, Any]] = []
    owners: list[Who] = []
    try:
        patients = Patients(found.held)
        for held in found.of(told.kinds):
            told.count += 1
            who = patients.of(held)
            for row in rows_of(held, who, found):
                rows.append(row)
                owners.append(who)
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise cannot_be_read(path, error) from error
    identifiers, said = names_of(owners)
    told.said += [*said, *_said_of_others(found, told)]
    table = pd.DataFrame(rows, columns=list(names))
    table.insert(0, "patient_id", pd.Series(identifiers, dtype=object))
    table = typed_as(table, kind, path.name, keep=True)
    for sentence in told.sentences():
        warnings.warn(sentence, ReadingWarning, stacklevel=3)
    return table


def name_of(concept: Mapping[str, Any] | None) -> str:
    """The first code of a concept, or the words for it."""
    stated = concept or {}
    said = [str(each["code"]) for each in stated.get("coding") or () if each.get("code")]
    return said[0] if said else str(stated.get("text") or "no code")


def words_of(concept: Mapping[str, Any] | None) -> str | None:
    """The words of a concept: its text, or else how its first code with a name is displayed."""
    stated = concept or {}
    shown = [str(each["display"]) for each in stated.get("coding") or () if each.get("display")]
    return str(stated["text"]) if stated.get("text") else next(iter(shown), None)


def codes_of(concept: Mapping[str, Any] | None) -> list[tuple[str | None, str]]:
    """Each code of a concept with its system."""
    coded = [each for each in (concept or {}).get("coding") or () if each.get("code")]
    return [(each.get("system"), str(each["code"])) for each in coded]


def status_of(resource: Resource, *names: str) -> str | None:
    """A status, whether it is a word or a concept."""
    for name in names:
        stated = resource.get(name)
        if isinstance(stated, Mapping):
            return name_of(stated)
        if stated:
            return str(stated)
    return None


def _said_of_others(found: Resources, told: Told) -> list[str]:
    """What the file holds beside: all of it if it has none of these, else what another function reads."""
    if not told.count:
        counted = listed(f"{kind} ({count})" for kind, count in found.counts.most_common())
        return [f"The file holds no {' or '.join(told.kinds)}: {counted}."]
    others: dict[str, list[str]] = {}
    for kind, count in found.counts.most_common():
        if kind in _READ_BY and kind not in told.kinds:
            others.setdefault(_READ_BY[kind], []).append(f"{kind} ({count})")
    return [f"The file also holds {listed(held)}, which {reader} reads." for reader, held in others.items()]


def _reference(held: Held) -> str:
    subject = held.stated("subject") or {}
    return str(subject.get("reference") or "no subject")
