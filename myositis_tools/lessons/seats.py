"""Which patients a seat is asked about: drawn by a hash that is the same on every machine and in every version."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from myositis_tools.errors import OptionError

Drawn = TypeVar("Drawn")


def require_seat(seat: object) -> None:
    """Refuse what is no number of a seat.

    Raises
    ------
    OptionError
        If it is no whole number of at least 0.
    """
    if isinstance(seat, bool) or not isinstance(seat, int) or seat < 0:
        raise OptionError(
            f"seat={seat!r} is no seat.", expected="a whole number of at least 0", hint="give the number of the seat"
        )


def drawn(text: str, among: Sequence[Drawn], count: int = 1) -> list[Drawn]:
    """Draw so many different ones; the same text draws the same ones.

    Python's own ``random`` may draw otherwise in another version, and its ``hash`` in another run.

    Examples
    --------
    >>> drawn("worse:7:0", ["P001", "P002", "P003"]) == drawn("worse:7:0", ["P001", "P002", "P003"])
    True
    """
    ranked = sorted(range(len(among)), key=lambda place: sha256(f"{text}:{place}".encode()).digest())
    return [among[place] for place in ranked[:count]]
