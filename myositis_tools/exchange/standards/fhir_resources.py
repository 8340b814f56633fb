"""The resources of a FHIR file or of the folder of a bulk export, each with what it is in: a Bundle, a report."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myositis_tools.errors import NotFoundError, WrongTypeError

Resource = Mapping[str, Any]
_LINES = ".ndjson"
_ENDINGS = (".json", _LINES)
_PACKED = ".gz"


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

    @property
    def kind(self) -> str:
        """Its type, such as ``Observation``."""
        return str(self.resource.get("resourceType"))

    def stated(self, name: str) -> Any:
        """What it says, or else the report that holds it."""
        return self.resource.get(name) or (self.within.get(name) if self.within is not self.resource else None)


@dataclass(frozen=True)
class Resources:
    """What was read.

    Parameters
    ----------
    held : list of Held
        The resources of the types that were asked for, and the address and the type of every other in a Bundle.
    counts : collections.Counter
        How many resources of each type there are.
    """

    held: list[Held]
    counts: Counter[str]

    def of(self, kinds: Collection[str]) -> list[Held]:
        """The resources of some types."""
        return [held for held in self.held if held.kind in kinds]


def read_resources(path: Path, kinds: Collection[str]) -> Resources:
    """Read the resources of some types from a file, or from every file of a folder, those that others contain as well.

    Lines are read one by one: what is not asked for is counted and let go of, so that a bulk export of a hospital
    takes the memory of what is asked for.

    Raises
    ------
    NotFoundError
        If there is no such file, or the folder holds none.
    WrongTypeError
        If a file holds no resource, or what is none, or cannot be read.
    """
    found = Resources([], Counter())
    for file in _files(path):
        before = found.counts.total()
        try:
            for held in (held for top in _top(file) for held in _within(top, "")):
                found.counts[held.kind] += 1
                if held.kind in kinds:
                    found.held.append(held)
                elif held.url and held.within is held.resource:
                    found.held.append(_address_of(held))
            if found.counts.total() == before and not path.is_dir():
                raise ValueError("it holds no resource")
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError, OSError, EOFError) as error:
            raise cannot_be_read(file, error) from error
    return found


def cannot_be_read(path: Path, error: Exception) -> WrongTypeError:
    """The error of a file that is no FHIR."""
    return WrongTypeError(
        f"{path.name} cannot be read as FHIR: {error}.",
        expected="a Bundle, a resource, a list of resources, or one resource a line",
    )


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotFoundError(f"There is no file {path}.", expected="a file or a folder of FHIR")
    files = [file for file in sorted(path.iterdir()) if file.is_file() and _ending(file) in _ENDINGS]
    if not files:
        raise NotFoundError(
            f"The folder {path.name} holds no FHIR.",
            expected="files that end in .ndjson or .json, packed with gzip (.gz) or not",
            hint="give the folder that a bulk export was saved in, and not the one above it",
        )
    return files


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() == _PACKED


def _ending(path: Path) -> str:
    return (path.with_suffix("") if _is_packed(path) else path).suffix.lower()


def _top(path: Path) -> Iterator[Any]:
    if _ending(path) != _LINES:
        stored = path.read_bytes()
        text = (gzip.decompress(stored) if _is_packed(path) else stored).decode("utf-8-sig")
        try:
            held = json.loads(text)
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
        else:
            yield from held if isinstance(held, list) else [held]
            return
    yield from _lines(path)


def _lines(path: Path) -> Iterator[Any]:
    """One resource a line; a line ends at its line feed and nowhere else: other ends of lines may stand in a note."""
    with gzip.open(path) if _is_packed(path) else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if text := line.decode("utf-8-sig").strip():
                try:
                    yield json.loads(text)
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


def _address_of(held: Held) -> Held:
    """What a reference to it needs: another patient may have the same id at another address."""
    bare = {name: held.resource[name] for name in ("resourceType", "id") if name in held.resource}
    return Held(bare, held.url, bare)
