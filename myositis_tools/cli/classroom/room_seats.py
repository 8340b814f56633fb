"""The seats of a class, handed out by number: nobody is asked for a name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_LAST = ".last_seat"


@dataclass
class RoomSeats:
    """Hands out one seat after the other, and goes on where it was when the class is started again.

    Parameters
    ----------
    folder : pathlib.Path
        Where the answers are kept; the number of the last seat stands beside them.
    """

    folder: Path

    @property
    def last(self) -> int:
        """The last seat that was handed out."""
        try:
            return max(0, int((self.folder / _LAST).read_text(encoding="ascii")))
        except (OSError, ValueError):
            return 0

    def next(self) -> int:
        """Hand out a seat."""
        number = self.last + 1
        (self.folder / _LAST).write_text(str(number), encoding="ascii")
        return number
