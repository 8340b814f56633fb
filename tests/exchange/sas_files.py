"""A small SAS data set, written by its publicly described layout, for nothing else here writes one.

One page, 32 bit, little endian, not compressed: M. Shotwell, C. Cummins, D. Costanzo, SAS7BDAT File Format, version
1.1. What SAS itself wrote is in ``genuine/``.
"""

import struct
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_HEADER, _PAGE, _PAGE_HEADER, _POINTER = 1024, 65536, 24, 12
_MIX_PAGE = 0x0200  # definitions and rows on one page
_HAS_DELETED = 0x0080
_ENCODINGS = {"utf-8": 20, "latin-1": 29, "cp1252": 62}
_MISSING = bytes(5) + b"\xfe\xff\xff"
_FIRST_DAY = datetime(1960, 1, 1)


def sas7bdat(
    table: pd.DataFrame,
    *,
    encoding: str = "utf-8",
    deleted: Sequence[int] = (),
    days: str = "DATE",
    length: int = 8,
) -> bytes:
    """The bytes of a data set: days have the format `days`, with a clock DATETIME; texts are filled up with blanks.

    The places in `deleted` are rows that SAS deleted: they stay where they are, and are marked. Of each number `length`
    bytes are kept.
    """
    columns = [_Column(name, table[name].tolist(), encoding, days, length) for name in table.columns]
    rows = b"".join(b"".join(cells) for cells in zip(*(column.cells for column in columns), strict=True))
    row_length = sum(column.width for column in columns)

    texts, places = bytearray(16), {}  # every name and format once, and where it stands
    for word in dict.fromkeys(word for column in columns for word in (column.name, column.format)):
        places[word] = (0, len(texts), len(word.encode()))
        texts += word.encode() + bytes(-len(word.encode()) % 4)

    sizes = bytearray(476)
    struct.pack_into("<III", sizes, 16, row_length, len(table), len(deleted))
    struct.pack_into("<II", sizes, 32, len(columns), 0)
    struct.pack_into("<I", sizes, 56, len(table))
    names = b"".join(struct.pack("<HHHH", *places[column.name], 0) for column in columns)
    attributes, offset = b"", 0
    for column in columns:
        attributes += struct.pack("<IIHBB", offset, column.width, 0, column.type, 0)
        offset += column.width
    parts = [
        (0xF7F7F7F7, bytes(sizes)),
        (0xF6F6F6F6, struct.pack("<II", len(columns), 0)),
        (0xFFFFFFFD, _counted(bytes(texts))),
        (0xFFFFFFFF, _counted(bytes(8) + names)),
        (0xFFFFFFFC, _counted(bytes(8) + attributes)),
        *((0xFFFFFBFE, bytes(30) + struct.pack("<HHH", *places[column.format]) + bytes(12)) for column in columns),
    ]
    return _header(encoding) + _page(parts, rows, len(table), deleted)


class _Column:
    def __init__(self, name: str, values: list, encoding: str, days: str, length: int) -> None:
        held = [value for value in values if not pd.isna(value)]
        self.name, self.type, self.width = str(name), 1, length
        self.format = "BEST"
        if held and all(isinstance(value, str) for value in held):
            texts = ["" if pd.isna(value) else value for value in values]
            self.type, self.format = 2, "$"
            self.width = max(1, *(len(text.encode(encoding)) for text in texts))
            self.cells = [text.encode(encoding).ljust(self.width) for text in texts]
            return
        if held and all(isinstance(value, datetime) for value in held):
            with_clock = any((value.hour, value.minute, value.second) != (0, 0, 0) for value in held)
            self.format = "DATETIME" if with_clock else days
        one = pd.Timedelta(days=1) if self.format == days else pd.Timedelta(seconds=1)
        numbers = [value if pd.isna(value) or not isinstance(value, date) else (value - _FIRST_DAY) / one
                   for value in values]  # fmt: skip
        cells = [_MISSING if pd.isna(number) else struct.pack("<d", number) for number in numbers]
        self.cells = [cell[8 - length :] for cell in cells]


def _counted(content: bytes) -> bytes:
    """A part that begins with the length of what is in it, and ends with eight bytes of nothing."""
    return struct.pack("<H", len(content)) + content[2:] + bytes(8)


def _page(parts: list[tuple[int, bytes]], rows: bytes, row_count: int, deleted: Sequence[int]) -> bytes:
    page = bytearray(_PAGE)
    struct.pack_into("<HHH", page, 16, _MIX_PAGE | (_HAS_DELETED if deleted else 0), len(parts) + row_count, len(parts))
    end = _PAGE
    for place, (signature, content) in enumerate(parts):
        part = struct.pack("<I", signature) + content
        end -= len(part)
        page[end : end + len(part)] = part
        struct.pack_into("<IIBB", page, _PAGE_HEADER + place * _POINTER, end, len(part), 0, 0)
    start = _PAGE_HEADER + len(parts) * _POINTER
    start += -start % 8
    if start + len(rows) > end:
        raise ValueError("more rows than one page holds")
    page[start : start + len(rows)] = rows
    for row in deleted:  # a bit a row, the first one highest
        page[start + len(rows) + row // 8] |= 0x80 >> row % 8
    return bytes(page)


def _header(encoding: str) -> bytes:
    header = bytearray(_HEADER)
    header[:32] = _MAGIC
    header[32:40] = bytes.fromhex("22222222 00 01 22".replace(" ", "")) + b"2"
    header[70] = _ENCODINGS[encoding]
    header[84:164] = b"SAS FILE" + b"VISITS".ljust(32) + b" " * 32 + b"DATA    "
    struct.pack_into("<III", header, 196, _HEADER, _PAGE, 1)
    header[216:224] = b"9.0401M2"
    return bytes(header)
