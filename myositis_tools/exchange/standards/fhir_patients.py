"""Whose a FHIR Observation is: two patients never become one, and where nobody can say whose it is, it is nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myositis_tools.errors import listed
from myositis_tools.exchange.standards.fhir_resources import Held, Resource

_REFERENCE = re.compile(r"(?:(?P<server>.*)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/]+)")
_CONDITIONAL = re.compile(r"(?:.*/)?Patient\?identifier=(?:(?P<system>.*)\|)?(?P<id>[^|&]+)")
_UUID = "urn:uuid:"


@dataclass(frozen=True)
class Who:
    """A patient as a reference names one: an identifier, and the server or the system that it is one of."""

    id: str | None
    space: str = ""
    is_identifier: bool = False
    type: str = "Patient"

    @property
    def full(self) -> str | None:
        """The identifier that is one of its kind anywhere."""
        if not self.space or self.id is None:
            return self.id
        return f"{self.space}|{self.id}" if self.is_identifier else f"{self.space}/{self.type}/{self.id}"


class Patients:
    """The patients of a file."""

    def __init__(self, found: Sequence[Held]) -> None:
        self._by_url = {held.url: held.resource for held in found if held.url and held.within is held.resource}

    def of(self, held: Held) -> Who:
        """Find whose a resource is."""
        subject = held.stated("subject") or {}
        reference = str(subject.get("reference") or "").partition("/_history/")[0]
        if not reference:
            return _by_identifier(subject.get("identifier") or {})
        if reference.startswith("#"):
            return _contained(reference, held.within)
        if reference in self._by_url:
            return self._in_bundle(reference)
        if asked := _CONDITIONAL.fullmatch(reference):
            return Who(asked["id"], asked["system"] or "", is_identifier=True)
        if found := _REFERENCE.fullmatch(reference):
            return Who(found["id"], found["server"] or _server(held.url), type=found["type"])
        return Who(reference.removeprefix(_UUID))

    def _in_bundle(self, url: str) -> Who:
        """Another reference to it may be by its own id."""
        resource = self._by_url[url]
        kind = str(resource.get("resourceType") or "Patient")
        named = resource.get("id") or url.rpartition("/")[2].removeprefix(_UUID)
        return Who(str(named), _server(url), type=kind)


def names_of(patients: Sequence[Who]) -> tuple[list[str | None], list[str]]:
    """The identifier of each, in full where two patients have the same, and a word on those."""
    spaces: dict[str, set[tuple[str, bool]]] = {}
    for who in patients:
        if who.id is not None:
            spaces.setdefault(who.id, set()).add((who.space, who.is_identifier))
    shared = {name for name, held in spaces.items() if len(_distinct(held)) > 1}
    told = []
    if shared:
        told.append(
            f"Patients of several servers or systems have the same identifier, {len(shared)} of {len(spaces)}: "
            f"{listed(sorted(shared), most=5)}; their patient_id is the full address."
        )
    return [who.full if who.id in shared else who.id for who in patients], told


def _distinct(spaces: set[tuple[str, bool]]) -> set[tuple[str, bool]]:
    """A reference that names no server is one to the server that others name, if there is one such."""
    servers = {space for space in spaces if not space[1]}
    named = {space for space in servers if space[0]}
    return spaces - {("", False)} if len(named) == 1 else spaces


def _by_identifier(identifier: Mapping[str, Any]) -> Who:
    value = identifier.get("value")
    return Who(None if value is None else str(value), str(identifier.get("system") or ""), is_identifier=True)


def _contained(reference: str, within: Resource) -> Who:
    """The identifier of a patient that is part of the resource; its id, such as p1, means another one elsewhere."""
    for each in within.get("contained") or ():
        if str(each.get("id") or "").removeprefix("#") == reference.removeprefix("#"):
            stated = [one for one in each.get("identifier") or () if one.get("value")]
            who = _by_identifier(stated[0] if stated else {})
            return Who(who.id, who.space, is_identifier=True, type=str(each.get("resourceType") or "Patient"))
    return Who(None, is_identifier=True)


def _server(url: str) -> str:
    found = _REFERENCE.fullmatch(url)
    return (found["server"] or "") if found and "://" in url else ""
