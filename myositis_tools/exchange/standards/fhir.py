"""Flat FHIR Observations of muscle enzymes as laboratory results, from a Bundle, a list or lines of JSON."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, ReadingWarning, WrongTypeError, listed, require_option
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.standards.fhir_patients import Patients, Who, names_of
from myositis_tools.exchange.standards.fhir_resources import Held, kinds_of, read_resources
from myositis_tools.exchange.standards.fhir_values import upper_limit_of, value_of
from myositis_tools.frames import columns
from myositis_tools.tables import records

_NEVER_MEASURED = ("entered-in-error", "cancelled")
# of the codes that are known here; an export may leave it out, or write it as an object identifier
_SYSTEMS = ("http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1", None)
_COLUMNS = ("patient_id", "date", "test", "value", "unit", "upper_limit", "upper_limit_unit", "code")


def codes() -> dict[str, str]:
    """The LOINC codes of the tests that are known, from ``tables/observation_codes.csv``."""
    return {str(row["code"]): str(row["test"]) for row in records("observation_codes")}


def read_fhir_observations(path: str | Path, *, tests: Mapping[str, str | None] | None = None) -> pd.DataFrame:
    """Read laboratory results from FHIR Observations, each with the upper limit that its own laboratory states.

    Parameters
    ----------
    path : str or pathlib.Path
        A Bundle, a resource or a list of them (``.json``), or one resource a line (``.ndjson``).
    tests : mapping, optional
        More codes and the test each stands for, such as those of LDH and aldolase, whose LOINC codes were not confirmed
        and are not known here; None leaves a code out.

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
        If there is no such file.
    OptionError
        If a test is not known.
    WrongTypeError
        If it holds no resources, or cannot be read as such.

    Warns
    -----
    ReadingWarning
        Of observations that are left out (of other codes, entered in error or cancelled, or of no patient); of values
        that are read from a text, are no number or are not stated; of units and upper limits that contradict each
        other; of patients whom nobody can tell apart. Each says how many, and which.

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
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", expected="FHIR Observations")
    for test in (tests or {}).values():
        if test is not None:
            require_option("tests", test, columns("labs")["test"].words)
    reading = _Observations(MappingProxyType({**codes(), **(tests or {})}))
    try:
        table = reading.table(read_resources(path))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise WrongTypeError(
            f"{path.name} cannot be read as FHIR: {error}.",
            expected="a Bundle, a resource, a list of resources, or one resource a line",
        ) from error
    table = typed_as(table, "labs", path.name, keep=True)
    for sentence in reading.told():
        warnings.warn(sentence, ReadingWarning, stacklevel=2)
    return table


@dataclass
class _Observations:
    """The rows of a file, and what is to be told of them, by reason."""

    known: Mapping[str, str | None]
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    observations: int = 0
    said: list[str] = field(default_factory=list)

    def table(self, found: list[Held]) -> pd.DataFrame:
        """One row for each part of an Observation whose code is known."""
        patients = Patients(found)
        rows: list[dict[str, Any]] = []
        who: list[Who] = []
        for held in found:
            if held.resource.get("resourceType") != "Observation":
                continue
            self.observations += 1
            for row in self._rows(held, patients.of(held)):
                rows.append(row)
                who.append(patients.of(held))
        names, told = names_of(who)
        self.said += told
        if not self.observations:
            counted = listed(f"{kind} ({count})" for kind, count in kinds_of(found).most_common())
            self.said.append(f"The file holds no Observation: {counted}.")
        made = pd.DataFrame(rows, columns=[name for name in _COLUMNS if name != "patient_id"])
        made.insert(0, "patient_id", pd.Series(names, dtype=object))
        return made

    def told(self) -> list[str]:
        """A sentence for each reason."""
        counted = (
            f"Observations {reason}, {sum(held.values())} of {self.observations}: "
            f"{listed((f'{name} ({count})' for name, count in held.most_common()))}."
            for reason, held in self.reasons.items()
        )
        return [*counted, *self.said]

    def _rows(self, held: Held, who: Who) -> Iterator[dict[str, Any]]:
        resource = held.resource
        parts = [part for part in (resource.get("component") or ()) if self._code(part) is not None]
        whole = [resource] if self._code(resource) is not None else []
        if not parts and not whole:
            self._tell("of other codes are left out", _name_of(resource))
            return
        status = next((one["status"] for one in (resource, held.within) if one.get("status") in _NEVER_MEASURED), None)
        if status:
            self._tell("were entered in error or cancelled, and are left out", status)
            return
        if who.type != "Patient":
            self._tell("are of no patient, and are left out", who.type)
            return
        if who.id is None:
            self._tell("have no identifier of a patient, which is missing", _reference(held))
        for part in resource.get("component") or ():
            if self._code(part) is None:
                self._tell("have components of other codes, which are left out", _name_of(part))
        date = _day(resource) or _day(held.within)
        is_panel = parts and not any(name.startswith("value") for name in resource)
        for part in [*([] if is_panel else whole), *parts]:
            code = self._code(part)
            if code is None or self.known[code] is None:
                continue
            value, limit = value_of(part), upper_limit_of(part)
            for reason, text in [*value.reasons, *limit.reasons]:
                self._tell(reason, f"{self.known[code]} {text}")
            yield {
                "date": date,
                "test": self.known[code],
                "value": value.value,
                "unit": value.unit,
                "upper_limit": limit.value,
                "upper_limit_unit": limit.unit,
                "code": code,
            }

    def _code(self, part: Mapping[str, Any]) -> str | None:
        """The first code that is known; of those that are known here only in their own system."""
        for each in (part.get("code") or {}).get("coding") or ():
            code = str(each.get("code"))
            if code in self.known and (each.get("system") in _SYSTEMS or code not in codes()):
                return code
        return None

    def _tell(self, reason: str, what: str) -> None:
        self.reasons.setdefault(reason, Counter())[what] += 1


def _name_of(part: Mapping[str, Any]) -> str:
    """The code of what was measured, or the words for it."""
    stated = part.get("code") or {}
    said = [str(each["code"]) for each in stated.get("coding") or () if each.get("code")]
    return said[0] if said else str(stated.get("text") or "no code")


def _reference(held: Held) -> str:
    subject = held.stated("subject") or {}
    return str(subject.get("reference") or "no subject")


def _day(resource: Mapping[str, Any]) -> str | None:
    when = resource.get("effectiveDateTime") or (resource.get("effectivePeriod") or {}).get("start")
    return str(when or resource.get("effectiveInstant") or "")[:10] or None
