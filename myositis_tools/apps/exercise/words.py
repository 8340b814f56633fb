"""The words of the classroom's buttons and labels, a row of `tables/exercise_controls.csv` each, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from myositis_tools.tables import records


@cache
def control_words(language: str) -> Mapping[str, str]:
    """Every word of a control by its key, in one language."""
    return MappingProxyType({str(row["item"]): str(row[language]) for row in records("exercise_controls")})


def control_word(language: str, item: str, **values: Any) -> str:
    """Give one word, with values for what stands between its braces; numbers as the language writes them.

    Examples
    --------
    >>> control_word("nl", "progress", done=2, all=13)
    '2 van 13 opgaven beslist'
    """
    written = {name: _written(value, language) for name, value in values.items()}
    return control_words(language)[item].format(**written)


def _written(value: Any, language: str) -> Any:
    if not isinstance(value, float):
        return value
    return f"{value:g}".replace(".", "." if language == "en" else ",")
