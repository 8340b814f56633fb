"""An upper limit of normal as somebody types it: one number, or one for each word under a heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from myositis_tools.errors import MappingError
from myositis_tools.exchange.mapping.keys_of_mappings import BY

EXAMPLE = "170, or Geslacht: v = 170, m = 200"


def limit_in_words(text: str) -> float | dict[str, Any] | None:
    """Read an upper limit that was typed; nothing takes it back.

    Raises
    ------
    MappingError
        If it is neither a number nor numbers by the words under a heading.

    Examples
    --------
    >>> limit_in_words("7,6"), limit_in_words("Geslacht: v = 170, m = 200")
    (7.6, {'by': 'Geslacht', 'v': 170.0, 'm': 200.0})
    """
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    heading, _, rest = text.rpartition(":")
    parts = [re.fullmatch(r"(.+?)\s*=\s*(\d+(?:[.,]\d+)?)", part.strip()) for part in re.split(r"[,;]\s+|;", rest)]
    numbers = [part for part in parts if part is not None]
    if not heading or len(numbers) < len(parts):
        raise MappingError(f"{text!r} is no upper limit.", expected=EXAMPLE)
    return {BY: heading.strip()} | {part[1]: float(part[2].replace(",", ".")) for part in numbers}


def words_of_limit(limit: Any) -> str:
    """An upper limit in numbers as it is typed.

    Examples
    --------
    >>> words_of_limit({"by": "Geslacht", "v": 170.0, "m": 200.0}), words_of_limit("ULN CK")
    ('Geslacht: v = 170, m = 200', '')
    """
    if isinstance(limit, Mapping):
        return f"{limit[BY]}: " + ", ".join(f"{word} = {number:g}" for word, number in limit.items() if word != BY)
    return "" if limit is None or isinstance(limit, str) else f"{limit:g}"
