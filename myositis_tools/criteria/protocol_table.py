"""One table of a protocol file: what it holds by key and type, and where it stands for an error."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from myositis_tools.errors import ProtocolError, listed, nearest
from myositis_tools.frames import is_number, number_of

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_IN_WORDS = {str: "text", bool: "true or false", float: "a number", list: "a list", dict: "a table"}


@dataclass(frozen=True)
class TomlTable:
    """A table of the file: it gives what it holds by key and type, and knows where it stands for an error."""

    values: Mapping[str, Any]
    file: str
    place: str

    def refuse(self, what: str, *, expected: str = "", hint: str = "") -> ProtocolError:
        """Make the error that names file and place."""
        where = ", ".join(filter(None, [self.file, self.place]))
        return ProtocolError(what, where=where, expected=expected, hint=hint)

    def only(self, allowed: Sequence[str]) -> None:
        """Refuse a key that is not allowed."""
        for key in self.values:
            if key not in allowed:
                raise self.refuse(
                    f"{key!r} is not known here.", expected=listed(allowed, most=20), hint=nearest(key, allowed)
                )

    def get(self, key: str, kind: type, *, default: Any = None) -> Any:
        """The value of a key; without a default it must be there."""
        if key not in self.values:
            if default is None:
                raise self.refuse(f"{key!r} is missing.", expected=f"{key} = {_IN_WORDS[kind]}")
            return default
        value = self.values[key]
        if not is_of(value, kind):
            raise self.refuse(f"{key} = {shown(value)} is not {_IN_WORDS[kind]}.", expected=_IN_WORDS[kind])
        if kind is float:
            return float(value)
        return " ".join(value.split()) if kind is str else value

    def text(self, key: str, default: str | None = None) -> str:
        """The text of a key, on one line; without a default it must say something."""
        found = str(self.get(key, str, default=default))
        if default is None and not found:
            raise self.refuse(f"{key!r} is empty.", expected=f"{key} = text")
        return found

    def number(self, key: str) -> float:
        """The number of a key."""
        return float(self.get(key, float))

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """The word of a key, one of those allowed."""
        found = self.text(key, default)
        if found not in allowed:
            raise self.refuse(
                f"{key} = {found!r} is not known.", expected=f"one of {listed(allowed)}", hint=nearest(found, allowed)
            )
        return found

    def name(self, key: str) -> str:
        """The text of a key that can be a name."""
        return self.checked_name(self.text(key))

    def checked_name(self, found: str) -> str:
        """Give a text back that can be a name."""
        if not _KEY.fullmatch(found):
            raise self.refuse(
                f"{found!r} cannot be a name.", expected="small letters, digits and _, beginning with a letter"
            )
        return found

    def table(self, key: str, place: str) -> TomlTable:
        """The table of a key, empty if there is none."""
        return replace(self, values=self.get(key, dict, default={}), place=place)


def is_of(value: Any, kind: type) -> bool:
    """Whether a value is of a kind; a float is any finite number, and no yes or no."""
    if kind is float:
        return is_number(value) and math.isfinite(number_of(value))
    return isinstance(value, kind)


def shown(value: Any) -> str:
    """Write a value for a message, cut if it is long."""
    said = str(value).lower() if isinstance(value, bool) else repr(value)
    return said if len(said) <= 60 else f"{said[:57]}..."
