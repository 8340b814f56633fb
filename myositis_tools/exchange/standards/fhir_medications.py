"""FHIR MedicationRequests and MedicationStatements as a medication list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.exchange.standards.cdisc_courses import milligrams, times_a_day
from myositis_tools.exchange.standards.fhir_patients import Who
from myositis_tools.exchange.standards.fhir_resources import Held, Resource, Resources
from myositis_tools.exchange.standards.fhir_rows import (
    ENTERED_IN_ERROR,
    Told,
    codes_of,
    name_of,
    read_rows,
    status_of,
    words_of,
)
from myositis_tools.exchange.standards.stated_units import unit_of

_REQUEST = "MedicationRequest"
_KINDS = (_REQUEST, "MedicationStatement")
_COLUMNS = ("drug", "atc", "dose_mg_day", "route", "start_date", "stop_date", "still_taken")
_ATC = ("http://www.whocc.no/atc", "https://www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73")
# of nothing that was given: withdrawn before it began, or never ordered
_NEVER_TAKEN = (ENTERED_IN_ERROR, "cancelled", "draft", "not-taken", "intended")
_NOT_ORDERED = ("proposal", "plan", "option")
_GOES_ON = ("active", "recorded")
_ENDED = ("stopped", "completed", "ended")
_BETWEEN_CODES = "|"  # of ``atc`` in ``tables/columns.csv``
_DAY = "d"
_HOUR = "h"


def read_fhir_medications(path: str | Path) -> pd.DataFrame:
    """Read a medication list from FHIR MedicationRequests and MedicationStatements.

    Parameters
    ----------
    path : str or pathlib.Path
        A file, or the folder of a bulk export, as for `read_fhir_observations`.

    Returns
    -------
    pandas.DataFrame
        One row each that was ordered or taken: ``patient_id, drug, atc, dose_mg_day, route, start_date, stop_date,
        still_taken``, as `derive_screening` takes them.

    Raises
    ------
    NotFoundError
        If there is no such file, or the folder holds none.
    WrongTypeError
        If it holds no resources, or cannot be read as such.

    Warns
    -----
    ReadingWarning
        Of what is left out (entered in error, cancelled, only planned, not to be given, or of no patient); of a start
        that is the day of the order; of a course that ended on a day not stated; of doses that are not so many
        milligrams a day, and of drugs without an ATC code. Each says how many, and which.

    Missing data
    ------------
    The start is that of the period of the dosage or of the statement, else the day of the order. Without an end of that
    period ``stop_date`` is missing, and ``still_taken`` is no where the status says that it ended (stopped or
    completed), which leaves open when; an end of the supply is not a stop. A dose is missing where it is as needed,
    in more than one part, not daily, or in a unit that is no mass; ``atc`` where the file states none, so that the drug
    is known by its name alone. Of several codes, with a bar between, known is what all of them say. Whether the list is
    complete is not said by the file: ``medications_recorded`` of the patients says it.

    Source
    ------
    The statuses, as HL7 FHIR R4 and R5 define them; ``tables.load("cdisc_frequencies")`` for times a day.

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_fhir_medications
    >>> course = {"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/A"}}
    >>> course["effectivePeriod"] = {"start": "2024-05-01", "end": "2024-06-01"}
    >>> course["medicationCodeableConcept"] = {"text": "prednisone", "coding": [
    ...     {"system": "http://www.whocc.no/atc", "code": "H02AB07"}]}
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "courses.ndjson").write_text(json.dumps(course))
    ...     courses = read_fhir_medications(Path(place, "courses.ndjson"))
    >>> courses[["patient_id", "drug", "atc", "start_date"]].astype(str).to_numpy().tolist()
    [['A', 'prednisone', 'H02AB07', '2024-05-01']]
    """
    told = Told(_KINDS, "MedicationRequests and MedicationStatements")

    def rows_of(held: Held, who: Who, found: Resources) -> Iterator[dict[str, Any]]:
        if not _was_given(held.resource, told) or not told.is_of_a_patient(held, who):
            return
        yield _course(held, found, told)

    return read_rows(Path(path), "medications", _COLUMNS, told, rows_of, ("Medication",))


def _was_given(resource: Resource, told: Told) -> bool:
    status, intent = status_of(resource, "status"), status_of(resource, "intent")
    if status in _NEVER_TAKEN:
        told.tell("were entered in error or never given, and are left out", status)
    elif resource.get("doNotPerform"):
        told.tell("say what is not to be given, and are left out", "doNotPerform")
    elif intent in _NOT_ORDERED:
        told.tell("are no order, and are left out", intent)
    else:
        return True
    return False


def _course(held: Held, found: Resources, told: Told) -> dict[str, Any]:
    resource = held.resource
    drug = _drug(held, found)
    named = words_of(drug) or name_of(drug)
    start, stop = _period(resource)
    status = status_of(resource, "status")
    if start is None and (written := resource.get("authoredOn")):
        told.tell("state no start, which is the day they were written", named)
        start = written
    if stop is None and status in _ENDED:
        told.tell("ended on a day that is not stated, by screening at the latest", named)
    elif stop is None and status not in _GOES_ON:
        told.tell("do not say whether they go on, and are taken to", f"{named}: {status or 'no status'}")
    return {
        "drug": words_of(drug),
        "atc": _atc(drug, named, told),
        "dose_mg_day": _milligrams_a_day(resource, named, told),
        "route": _route(resource),
        "start_date": _date(start),
        "stop_date": _date(stop),
        "still_taken": False if stop is None and status in _ENDED else None,
    }


def _drug(held: Held, found: Resources) -> Mapping[str, Any]:
    """What the drug is called and coded as, here or in the Medication that is referred to."""
    resource = held.resource
    stated = resource.get("medication") or {}  # of R5, which holds both
    concept = resource.get("medicationCodeableConcept") or stated.get("concept")
    if concept:
        return dict(concept)
    reference = str((resource.get("medicationReference") or stated.get("reference") or {}).get("reference") or "")
    for other in found.of(("Medication",)):
        name = str(other.resource.get("id") or "")
        is_contained = reference == f"#{name}" and other.within is held.within
        is_named = other.within is other.resource and name and reference.rpartition("/")[2] == name
        if is_contained or is_named or (other.url and reference == other.url):
            return dict(other.resource.get("code") or {})
    return {}


def _atc(drug: Mapping[str, Any], named: str, told: Told) -> str | None:
    """The codes that the drug may have: it has one for each route, and known is what all of them say."""
    stated = list(dict.fromkeys(code for system, code in codes_of(drug) if system in _ATC))
    if not stated:
        told.tell("have no ATC code", named)
    return _BETWEEN_CODES.join(stated) or None


def _period(resource: Resource) -> tuple[Any, Any]:
    """The first and the last day, as the dosage or the statement says."""
    periods = [resource.get("effectivePeriod") or {}]
    periods += [
        ((each.get("timing") or {}).get("repeat") or {}).get("boundsPeriod") or {} for each in _dosages(resource)
    ]
    starts = [str(each["start"]) for each in periods if each.get("start")]
    ends = [str(each.get("end") or "") for each in periods if each]
    start = min(starts, default=None) or resource.get("effectiveDateTime")
    return start, max(ends) if ends and all(ends) else None


def _dosages(resource: Resource) -> list[Resource]:
    return list(resource.get("dosageInstruction") or resource.get("dosage") or ())


def _milligrams_a_day(resource: Resource, named: str, told: Told) -> float | None:
    dosages = _dosages(resource)
    if not dosages:
        return None
    dose = _daily(dosages[0]) if len(dosages) == 1 else None
    if dose is None:
        told.tell("have a dose that is not so many milligrams a day, which is missing", named)
    return dose


def _daily(dosage: Resource) -> float | None:
    amounts = [each.get("doseQuantity") or {} for each in dosage.get("doseAndRate") or ()]
    if (
        len(amounts) != 1
        or dosage.get("asNeededBoolean")
        or dosage.get("asNeeded")
        or dosage.get("asNeededCodeableConcept")
    ):
        return None
    times = _times(dosage.get("timing") or {})
    unit = unit_of(str(amounts[0].get("code") or amounts[0].get("unit") or ""))
    factor, value = milligrams().get(unit or ""), amounts[0].get("value")
    return None if times is None or factor is None or value is None else value * factor * times


def _times(timing: Mapping[str, Any]) -> float | None:
    """How often a day; None of what is not every day alike."""
    repeat = timing.get("repeat") or {}
    if any(repeat.get(name) for name in ("dayOfWeek", "count", "frequencyMax", "periodMax")):
        return None
    if repeat.get("period") and repeat.get("frequency"):
        hours = {_DAY: 24, _HOUR: 1}.get(str(repeat.get("periodUnit")))
        if hours is None or repeat["period"] * hours > 24:
            return None
        return float(repeat["frequency"] * 24 / (repeat["period"] * hours))
    return times_a_day().get(name_of(timing.get("code")).upper())


def _route(resource: Resource) -> str | None:
    stated = {
        words_of(each.get("route")) or name_of(each.get("route")) for each in _dosages(resource) if each.get("route")
    }
    return stated.pop() if len(stated) == 1 else None


def _date(stated: Any) -> str | None:
    return None if stated is None else str(stated)[:10]
