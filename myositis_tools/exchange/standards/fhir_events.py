"""FHIR Conditions as a list of events: thromboses, and whatever else a site's own codes name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import require_option
from myositis_tools.exchange.standards.fhir_patients import Who
from myositis_tools.exchange.standards.fhir_resources import Held, Resource, Resources
from myositis_tools.exchange.standards.fhir_rows import (
    ENTERED_IN_ERROR,
    Told,
    codes_of,
    name_of,
    read_rows,
    status_of,
)
from myositis_tools.formatting import as_code
from myositis_tools.frames import columns
from myositis_tools.tables import records

_COLUMNS = ("event", "date", "code")
_EVENT = "event"  # of the kinds of ``tables/concept_codes.csv``
_ICD10, _SNOMED = "ICD10", "SNOMED"
_VOCABULARIES = {
    "http://snomed.info/sct": _SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": _SNOMED,
    "http://hl7.org/fhir/sid/icd-10": _ICD10,
    "http://hl7.org/fhir/sid/icd-10-cm": _ICD10,
    "http://hl7.org/fhir/sid/icd-10-nl": _ICD10,
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": _ICD10,
}
_REFUTED = ("refuted", ENTERED_IN_ERROR)
_UNCERTAIN = ("unconfirmed", "provisional", "differential")


@dataclass(frozen=True)
class _Code:
    vocabulary: str
    code: str
    with_narrower: bool
    event: str

    def holds(self, vocabulary: str | None, code: str) -> bool:
        if vocabulary != self.vocabulary:
            return False
        return code == self.code or (self.with_narrower and code.startswith(self.code))


def read_fhir_events(path: str | Path, *, events: Mapping[str, str | None] | None = None) -> pd.DataFrame:
    """Read a list of events from FHIR Conditions.

    Parameters
    ----------
    path : str or pathlib.Path
        A file, or the folder of a bulk export, as for `read_fhir_observations`.
    events : mapping, optional
        More codes and the event each stands for, such as a site's own of a reaction to a blood product; None leaves a
        code out. Of the narrower codes of SNOMED only those named here are known, for this package has no vocabulary.

    Returns
    -------
    pandas.DataFrame
        One row for each Condition whose code is known: ``patient_id, event, date, code``, as `derive_screening` takes
        them.

    Raises
    ------
    NotFoundError
        If there is no such file, or the folder holds none.
    OptionError
        If an event is not known.
    WrongTypeError
        If it holds no resources, or cannot be read as such.

    Warns
    -----
    ReadingWarning
        Of Conditions that are left out: of other codes, refuted or entered in error, of no patient, and those that are
        not confirmed, of which a person has to say whether they happened; of an onset that is not stated as a day,
        month or year. Each says how many, and which.

    Missing data
    ------------
    The date is that of the onset; the day on which a Condition was recorded is not, so that without an onset the date
    is missing. An onset of which only the month or the year is stated comes with its precision. That a patient is not
    in the list says nothing: ``events_recorded`` of the patients says whether the list is complete.

    Source
    ------
    ``tables.load("concept_codes")``; which of them are thrombotic, ``tables.load("event_kinds")``.

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_fhir_events
    >>> embolism = {"resourceType": "Condition", "subject": {"reference": "Patient/A"}, "onsetDateTime": "2021-03-09"}
    >>> embolism["code"] = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I26.9"}]}
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "conditions.ndjson").write_text(json.dumps(embolism))
    ...     found = read_fhir_events(Path(place, "conditions.ndjson"))
    >>> found.astype(str).to_numpy().tolist()
    [['A', 'pulmonary_embolism', '2021-03-09', 'I26.9']]
    """
    own = dict(events or {})
    for event in own.values():
        if event is not None:
            require_option("events", event, columns("events")["event"].words)
    told = Told(("Condition",), "Conditions")

    def rows_of(held: Held, who: Who, found: Resources) -> Iterator[dict[str, Any]]:  # noqa: ARG001 (of all readers)
        resource = held.resource
        known = _known(resource, own)
        if known is None:
            told.tell("of other codes are left out", name_of(resource.get("code")))
            return
        code, event = known
        if event is None or not _happened(resource, f"{event} ({code})", told) or not told.is_of_a_patient(held, who):
            return
        onset = resource.get("onsetDateTime") or (resource.get("onsetPeriod") or {}).get("start")
        if onset is None:
            told.tell("state no day, month or year of the onset, which is missing", f"{event} ({code})")
        yield {"event": event, "date": None if onset is None else str(onset)[:10], "code": code}

    return read_rows(Path(path), "events", _COLUMNS, told, rows_of)


def _known(resource: Resource, own: Mapping[str, str | None]) -> tuple[str, str | None] | None:
    """The first code that is known and its event; a site's own first, then the longest that holds it."""
    stated = codes_of(resource.get("code"))
    for _, code in stated:
        if code in own:
            return code, own[code]
    for system, code in stated:
        vocabulary = _VOCABULARIES.get(str(system))
        held = [each for each in _codes() if each.holds(vocabulary, code)]
        if held:
            return code, max(held, key=lambda each: len(each.code)).event
    return None


def _happened(resource: Resource, named: str, told: Told) -> bool:
    status = status_of(resource, "verificationStatus")
    if status in _REFUTED:
        told.tell("were refuted or entered in error, and are left out", str(status))
    elif status in _UNCERTAIN:
        told.tell("are not confirmed and are left out: a person has to say whether they happened", named)
    else:
        return True
    return False


@cache
def _codes() -> tuple[_Code, ...]:
    return tuple(
        # a code of ICD-10 begins with the wider one; of SNOMED only a vocabulary tells, which this package has not
        _Code(str(row["vocabulary"]), as_code(row["code"]), row["vocabulary"] == _ICD10, str(row["word"]))
        for row in records("concept_codes")
        if row["kind"] == _EVENT
    )
