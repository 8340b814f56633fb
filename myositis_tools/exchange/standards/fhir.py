"""Flat FHIR Observations of muscle enzymes as laboratory results, from a file or the folder of a bulk export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import require_option
from myositis_tools.exchange.standards.fhir_patients import Who
from myositis_tools.exchange.standards.fhir_resources import Held, Resource, Resources
from myositis_tools.exchange.standards.fhir_rows import ENTERED_IN_ERROR, Told, codes_of, name_of, read_rows
from myositis_tools.exchange.standards.fhir_values import upper_limit_of, value_of
from myositis_tools.frames import columns
from myositis_tools.tables import records

_NEVER_MEASURED = (ENTERED_IN_ERROR, "cancelled")
# of the codes that are known here; an export may leave it out, or write it as an object identifier
_SYSTEMS = ("http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1", None)
_COLUMNS = ("date", "test", "value", "unit", "upper_limit", "upper_limit_unit", "code")


def codes() -> dict[str, str]:
    """The LOINC codes of the tests that are known, from ``tables/observation_codes.csv``."""
    return {str(row["code"]): str(row["test"]) for row in records("observation_codes")}


def read_fhir_observations(path: str | Path, *, tests: Mapping[str, str | None] | None = None) -> pd.DataFrame:
    """Read laboratory results from FHIR Observations, each with the upper limit that its own laboratory states.

    Parameters
    ----------
    path : str or pathlib.Path
        A Bundle, a resource or a list of them (``.json``), or one resource a line (``.ndjson``), packed with gzip
        (``.gz``) or not; or the folder of a bulk export, of which every such file is read.
    tests : mapping, optional
        More codes and the test each stands for, such as a laboratory's own; None leaves a code out.

    Returns
    -------
    pandas.DataFrame
        One row an observation, or component of one, whose code is known: ``patient_id, date, test, value, unit,
        upper_limit, upper_limit_unit, code``; `to_xuln` makes multiples of the upper limit of it. ``patient_id`` is the
        id of the patient, or the identifier where that is what is stated, as it is of a patient that is contained in
        the observation; where two servers or systems have the same, it is the full address. What a DiagnosticReport
        contains is read with it, and has its patient and its date where it states none.

    Raises
    ------
    NotFoundError
        If there is no such file, or the folder holds none.
    OptionError
        If a test is not known.
    WrongTypeError
        If it holds no resources, or cannot be read as such.

    Warns
    -----
    ReadingWarning
        Of observations that are left out (of other codes, entered in error or cancelled, or of no patient), and of what
        `read_fhir_medications` and `read_fhir_events` would read; of values that are read from a text, are no number or
        are not stated; of units and upper limits that contradict each other; of patients whom nobody can tell apart.
        Each says how many, and which.

    Missing data
    ------------
    A value, unit, limit or date that an observation does not state is missing, and so are a limit where it states
    several, and the ``patient_id`` of a patient who is contained in the observation without an identifier. A value
    beyond what could be measured stays the text that it is, such as ``<20``, for `validate` to list, and so does a
    text that is no number. Observations that were entered in error or cancelled are left out.

    Source
    ------
    ``tables.load("observation_codes")``.

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_fhir_observations
    >>> ck = {"resourceType": "Observation", "subject": {"reference": "Patient/A"}, "effectiveDateTime": "2024-05-01"}
    >>> ck["code"] = {"coding": [{"system": "http://loinc.org", "code": "2157-6"}]}
    >>> ck["valueQuantity"] = {"value": 900, "unit": "U/L"}
    >>> ck["referenceRange"] = [{"high": {"value": 180, "unit": "U/L"}}]
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "labs.ndjson").write_text(json.dumps(ck))
    ...     labs = read_fhir_observations(Path(place, "labs.ndjson"))
    >>> labs[["patient_id", "test", "value", "upper_limit"]].to_numpy().tolist()
    [['A', 'ck', 900, 180]]
    """
    path = Path(path)
    for test in (tests or {}).values():
        if test is not None:
            require_option("tests", test, columns("labs")["test"].words)
    reading = _Observations(MappingProxyType({**codes(), **(tests or {})}))
    return read_rows(path, "labs", _COLUMNS, reading.told, reading.rows)


@dataclass
class _Observations:
    """The rows of observations whose code is known."""

    known: Mapping[str, str | None]
    told: Told = field(default_factory=lambda: Told(("Observation",), "Observations"))

    def rows(self, held: Held, who: Who, found: Resources) -> Iterator[dict[str, Any]]:  # noqa: ARG002 (of all readers)
        """One row for each part of an Observation whose code is known."""
        resource = held.resource
        parts = [part for part in (resource.get("component") or ()) if self._code(part) is not None]
        whole = [resource] if self._code(resource) is not None else []
        if not parts and not whole:
            self.told.tell("of other codes are left out", name_of(resource.get("code")))
            return
        status = next((one["status"] for one in (resource, held.within) if one.get("status") in _NEVER_MEASURED), None)
        if status:
            self.told.tell("were entered in error or cancelled, and are left out", status)
            return
        if not self.told.is_of_a_patient(held, who):
            return
        for part in resource.get("component") or ():
            if self._code(part) is None:
                self.told.tell("have components of other codes, which are left out", name_of(part.get("code")))
        date = _day(resource) or _day(held.within)
        is_panel = parts and not any(name.startswith("value") for name in resource)
        for part in [*([] if is_panel else whole), *parts]:
            code = self._code(part)
            if code is None or self.known[code] is None:
                continue
            value, limit = value_of(part), upper_limit_of(part)
            for reason, text in [*value.reasons, *limit.reasons]:
                self.told.tell(reason, f"{self.known[code]} {text}")
            yield {
                "date": date,
                "test": self.known[code],
                "value": value.value,
                "unit": value.unit,
                "upper_limit": limit.value,
                "upper_limit_unit": limit.unit,
                "code": code,
            }

    def _code(self, part: Resource) -> str | None:
        """The first code that is known; of those that are known here only in their own system."""
        for system, code in codes_of(part.get("code")):
            if code in self.known and (system in _SYSTEMS or code not in codes()):
                return code
        return None


def _day(resource: Resource) -> str | None:
    when = resource.get("effectiveDateTime") or (resource.get("effectivePeriod") or {}).get("start")
    return str(when or resource.get("effectiveInstant") or "")[:10] or None
