"""The Observations of a FHIR file, each with what it is in: a Bundle, a list, lines of JSON, a report that holds it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """A resource of a file.

    Parameters
    ----------
    resource : mapping
        As it stands.
    url : str
        Its address in the Bundle, if it has one.
    within : mapping
        The resource that it is contained in, or itself: where a reference such as ``#p1`` leads.
    """

    resource: Resource
    url: str = ""
    within: Resource = field(default_factory=dict)

    def stated(self, name: str) -> Any:
        """What it says, or else the report that holds it."""
        return self.resource.get(name) or (self.within.get(name) if self.within is not self.resource else None)


def read_resources(path: Path) -> list[Held]:
    """Every resource of a file, those that others contain as well.

    Raises
    ------
    ValueError
        If it holds none, or what is no resource.
    """
    found = [held for each in _top(path) for held in _within(each, "")]
    if not found:
        raise ValueError("it holds no resource")
    return found


def kinds_of(found: list[Held]) -> Counter[str]:
    """How many there are of each type."""
    return Counter(str(held.resource.get("resourceType")) for held in found)


def _top(path: Path) -> Iterator[Any]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() != ".ndjson":
        try:
            held = json.loads(text)
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
        else:
            yield from held if isinstance(held, list) else [held]
            return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number} is no JSON ({error.msg})") from error


def _within(resource: Any, url: str) -> Iterator[Held]:
    if not isinstance(resource, dict) or "resourceType" not in resource:
        raise ValueError("it holds no resource")
    if resource["resourceType"] == "Bundle":
        for entry in resource.get("entry") or ():
            if entry.get("resource"):
                yield from _within(entry["resource"], str(entry.get("fullUrl") or ""))
        return
    yield Held(resource, url, resource)
    yield from (Held(each, url, resource) for each in resource.get("contained") or ())
