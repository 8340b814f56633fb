"""What a card is made of: sections of short lines, as many as fit, with a picture or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from myositis_tools.html_tables import Html

_SIGNS_PER_LINE = 104  # of the letters that a card is printed in, on the narrower of the two papers
_MOST_LINES = 3  # that one entry takes


@dataclass(frozen=True)
class CardLine:
    """An entry of a list: a sign, a name in bold, and what is said of it."""

    words: str
    name: str = ""
    sign: str = ""

    @property
    def height(self) -> int:
        """How many lines it takes on paper, at most."""
        return ceil((len(self.sign) + len(self.name) + len(self.words) + 2) / _SIGNS_PER_LINE)


@dataclass(frozen=True)
class CardSection:
    """A heading, what is said, and a picture or a table."""

    heading: str
    lines: tuple[CardLine, ...] = ()
    pictures: tuple[Html, ...] = ()
    table: str = ""
    key: tuple[tuple[str, str], ...] = ()


def shortened(text: object, most: int) -> str:
    """A text of a file with its blanks made one, cut where it is longer than there is room for."""
    words = " ".join(str(text).split())
    return words if len(words) <= most else f"{words[: most - 2].rstrip()} …"


def line(words: object, name: object = "", sign: str = "", *, most: int = _MOST_LINES) -> CardLine:
    """An entry that takes no more room than one may."""
    called = shortened(name, _SIGNS_PER_LINE)
    return CardLine(shortened(words, most * _SIGNS_PER_LINE - len(called) - 4), called, sign)


def fitting(lines: Sequence[CardLine], room: int) -> tuple[CardLine, ...]:
    """As many entries as fit into some lines; the others are counted."""
    if sum(one.height for one in lines) <= room:
        return tuple(lines)
    kept: list[CardLine] = []
    while sum(one.height for one in kept) + lines[len(kept)].height < room:
        kept.append(lines[len(kept)])
    return (*kept, CardLine(f"and {len(lines) - len(kept)} more."))
