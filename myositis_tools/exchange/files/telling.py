"""What a reader left out or read as other than it is stored is told where the caller stands."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import myositis_tools
from myositis_tools.errors import ReadingWarning, listed

_PACKAGE = str(Path(myositis_tools.__file__).parent)
_MOST = 5  # lines or cells named


def tell(what: str, *, where: str = "", hint: str = "") -> None:
    """Warn in the four parts of an error; the warning names the line of the caller's own code."""
    parts = [what, f"Where: {where}." if where else "", f"Hint: {hint}." if hint else ""]
    warnings.warn(" ".join(part for part in parts if part), ReadingWarning, stacklevel=_outside())


def _outside() -> int:
    """How many calls up the code of the package ends."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level


def lines(numbers: Iterable[Any]) -> str:
    """Lines of a file, as few as a person wants to read."""
    held = sorted(set(numbers))
    return f"line{'s' * (len(held) != 1)} {listed(held, most=_MOST)}"
