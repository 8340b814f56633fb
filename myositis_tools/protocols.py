"""Protocols: the criteria of trials as data; read, tested, compared."""

from myositis_tools.criteria import PROTOCOLS, Criterion, Protocol, read_protocol
from myositis_tools.studies import assure, compare_protocols, protocol_differences

__all__ = [
    "PROTOCOLS",
    "Criterion",
    "Protocol",
    "assure",
    "compare_protocols",
    "protocol_differences",
    "read_protocol",
]


def __dir__() -> list[str]:
    return __all__
