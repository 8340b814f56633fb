"""Flat FHIR Observations of muscle enzymes as laboratory results, from a Bundle or from lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, WrongTypeError
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.frames import columns
from myositis_tools.tables import records

_NEVER_MEASURED = ("entered-in-error", "cancelled")
_SYSTEMS = ("http://loinc.org", None)  # of the codes that are known here; an export may leave it out
_COLUMNS = ("patient_id", "date", "test", "value", "unit", "upper_limit", "upper_limit_unit", "code")


def codes() -> dict[str, str]:
    """The LOINC codes of the tests that are known, from ``tables/observation_codes.csv``."""
    return {str(row["code"]): str(row["test"]) for row in records("observation_codes")}


def read_fhir_observations(path: str | Path, *, tests: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read laboratory results from FHIR Observations, each with the upper limit that its own laboratory states.

    Parameters
    ----------
    path : str or pathlib.Path
        A Bundle (``.json``), or one resource a line (``.ndjson``).
    tests : mapping, optional
        More codes and the test each stands for, such as those of LDH and aldolase, whose LOINC codes were not confirmed
        and are not known here.

    Returns
    -------
    pandas.DataFrame
        One row an observation whose code is known: ``patient_id, date, test, value, unit, upper_limit,
        upper_limit_unit, code``; `to_xuln` makes multiples of the upper limit of it.

    Raises
    ------
    NotFoundError
        If there is no such file.
    WrongTypeError
        If it holds no resources.

    Missing data
    ------------
    A value, unit, limit or date that an observation does not state is missing, and so is a limit where it states
    several. A value beyond what could be measured stays the text that it is, such as ``<20``, for `validate` to list.
    Observations that were entered in error or cancelled are left out.

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
    known = codes() | dict(tests or {})
    try:
        rows = [row for resource in _resources(path) if (row := _row(resource, known)) is not None]
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise WrongTypeError(
            f"{path.name} cannot be read as FHIR: {error}.",
            expected="a Bundle, or one resource a line",
        ) from error
    return typed_as(pd.DataFrame(rows, columns=list(_COLUMNS)), "labs", path.name, keep=True)


def _resources(path: Path) -> Iterator[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".ndjson":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
        return
    held = json.loads(text)
    if not isinstance(held, dict) or "resourceType" not in held:
        raise ValueError("it holds no resource")
    if held["resourceType"] == "Bundle":
        yield from (entry.get("resource") or {} for entry in held.get("entry") or ())
    else:
        yield held


def _row(resource: Mapping[str, Any], known: Mapping[str, str]) -> tuple[Any, ...] | None:
    if resource.get("resourceType") != "Observation" or resource.get("status") in _NEVER_MEASURED:
        return None
    codings = _part(resource, "code").get("coding") or ()
    coded = [
        str(each.get("code")) for each in codings if each.get("system") in _SYSTEMS or each.get("code") not in codes()
    ]
    code = next((each for each in coded if each in known), None)
    if code is None:
        return None
    value, high = _part(resource, "valueQuantity"), _upper_limit(resource)
    measured = value.get("value")
    if measured is not None and value.get("comparator"):
        measured = f"{value['comparator']}{measured}"
    limit_unit = _unit(high) if high.get("value") is not None else None
    limits = (high.get("value"), limit_unit)
    return (_patient(resource), _day(resource), known[code], measured, _unit(value), *limits, code)


def _part(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return resource.get(name) or {}


def _patient(resource: Mapping[str, Any]) -> str | None:
    """The last part of the reference, whatever version of the patient it points to; else the patient's identifier."""
    subject = _part(resource, "subject")
    reference = str(subject.get("reference") or "").partition("/_history/")[0]
    return reference.rpartition("/")[2].removeprefix("urn:uuid:") or _part(subject, "identifier").get("value")


def _day(resource: Mapping[str, Any]) -> str | None:
    when = resource.get("effectiveDateTime") or _part(resource, "effectivePeriod").get("start")
    return (when or resource.get("effectiveInstant") or "")[:10] or None


def _upper_limit(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """The upper end of what is normal; a range of another kind, such as a critical one, is not it."""
    found = [each["high"] for each in resource.get("referenceRange") or () if each.get("high") and _is_normal(each)]
    return found[0] if found and all(each == found[0] for each in found) else {}


def _is_normal(stated: Mapping[str, Any]) -> bool:
    kinds = [each.get("code") for each in _part(stated, "type").get("coding") or ()]
    return not kinds or "normal" in kinds


def _unit(quantity: Mapping[str, Any]) -> Any:
    """The unit as coded where that is a word of ours, else as it is displayed."""
    code = quantity.get("code")
    return code if code in columns("labs")["unit"].words else quantity.get("unit") or code
