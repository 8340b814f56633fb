"""Protocols, one file a trial, read when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocol_file import read_shipped, shipped


class ShippedProtocols(Mapping[str, Protocol]):
    """The protocols that ship with the package, by key."""

    def __getitem__(self, key: str) -> Protocol:
        return read_shipped(key)

    def __iter__(self) -> Iterator[str]:
        return iter(shipped())

    def __len__(self) -> int:
        return len(shipped())

    def __contains__(self, key: object) -> bool:
        return key in shipped()

    def get(self, key: str, default: Any = None) -> Any:
        """Give a protocol, or the default where there is none."""
        return read_shipped(key) if key in shipped() else default

    def __repr__(self) -> str:
        """List them, a line each."""
        return "\n".join(f"{key}: {each.title} ({each.registration})" for key, each in self.items())


PROTOCOLS = ShippedProtocols()
