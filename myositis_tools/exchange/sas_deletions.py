"""Rows that were deleted in a SAS data set: SAS only marks them, and readers that do not look bring them back.

Where the counts stand: M. Shotwell, C. Cummins, D. Costanzo, SAS7BDAT File Format, version 1.1 (row size subheader).
"""

from __future__ import annotations

import struct
from pathlib import Path

_WIDE, _SHIFTED = 0x33, 0x33  # marks of a file of 64 bits, and of a header that is shifted by four bytes
_SIGNATURE = b"\xf7\xf7\xf7\xf7"  # of the part that says how many rows there are


def counted_rows(path: Path) -> tuple[int, int]:
    """How many rows a data set says it has, those marked as deleted among them, and how many of these there are.

    Both are 0 where it does not say so in its usual place.
    """
    try:
        return _counted(path)
    except (struct.error, MemoryError, OverflowError):
        return 0, 0


def _counted(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        head = file.read(256)
        order = "<" if head[37:38] == b"\x01" else ">"
        wide = head[32:33] == bytes([_WIDE])
        shift = 4 if head[35:36] == bytes([_SHIFTED]) else 0
        header, page = struct.unpack_from(f"{order}II", head, 196 + shift)
        file.seek(header)
        content = file.read(min(page, 1 << 24))
    word, size = ("Q", 8) if wide else ("I", 4)
    first = 40 if wide else 24
    (parts,) = struct.unpack_from(f"{order}H", content, first - 4)
    for place in range(parts):
        offset, _ = struct.unpack_from(f"{order}{word}{word}", content, first + place * (2 * size + (8 if wide else 4)))
        if _SIGNATURE in content[offset : offset + size]:
            return struct.unpack_from(f"{order}{word}{word}", content, offset + 6 * size)  # type: ignore[return-value]
    return 0, 0
