"""Flat FHIR Observations of muscle enzymes as laboratory results, from a Bundle or from lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, WrongTypeError
from myositis_tools.exchange.reading import typed_as
from myositis_tools.tables import records

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
    A value, unit, limit or date that an observation does not state is missing. Observations that were entered in error
    or cancelled are left out.

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
    return typed_as(pd.DataFrame(rows, columns=list(_COLUMNS)), "labs", path.name)


def _resources(path: Path) -> Iterator[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".ndjson":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
        return
    held = json.loads(text)
    if held.get("resourceType") == "Bundle":
        yield from (entry.get("resource", {}) for entry in held.get("entry", []))
    else:
        yield held


def _row(resource: Mapping[str, Any], known: Mapping[str, str]) -> tuple[Any, ...] | None:
    if resource.get("resourceType") != "Observation":
        return None
    if resource.get("status") in ("entered-in-error", "cancelled"):
        return None
    coded = [str(each.get("code")) for each in resource.get("code", {}).get("coding", [])]
    code = next((each for each in coded if each in known), None)
    if code is None:
        return None
    value = resource.get("valueQuantity", {})
    high = next((each["high"] for each in resource.get("referenceRange", []) if "high" in each), {})
    patient = resource.get("subject", {}).get("reference", "").rpartition("/")[2] or None
    when = (resource.get("effectiveDateTime") or "")[:10] or None
    limit_unit = _unit(high) if high.get("value") is not None else None
    return (patient, when, known[code], value.get("value"), _unit(value), high.get("value"), limit_unit, code)


def _unit(quantity: Mapping[str, Any]) -> Any:
    return quantity.get("unit") or quantity.get("code")
