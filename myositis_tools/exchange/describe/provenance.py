"""Of what a file was made, so that another person can make it again: version, day, options, data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.frames import to_pandas

NOT_FOR_CARE = "for research and teaching, not for care"
_PIECE = 1024**2  # bytes
_ALL_WHOLE = 2**53  # from here on a float holds no fractions, and not every whole number


def package() -> str:
    """The package and its version."""
    try:
        return f"myositis_tools {version('myositis_tools')}"
    except PackageNotFoundError:
        return "myositis_tools (not installed)"


def fingerprint(table: pd.DataFrame) -> str:
    """The SHA-256 of a table written as CSV: the same table has the same, whatever file or engine it came from."""
    shown = table.copy(deep=False)
    for place in range(shown.shape[1]):
        shown.isetitem(place, _shortest(table.iloc[:, place]))
    return sha256(shown.to_csv(index=False, lineterminator="\n").encode("utf-8", "backslashreplace")).hexdigest()


def _shortest(values: pd.Series) -> pd.Series:
    """Whole numbers without a decimal point, also where a gap or an engine has made floats of them."""
    if not pd.api.types.is_float_dtype(values.dtype):
        return values
    held = values.dropna()
    return values.astype("Int64") if (held % 1 == 0).all() and (held.abs() < _ALL_WHOLE).all() else values


def table_in_words(table: Any) -> str:
    """Which table it was, by size and content."""
    rows = to_pandas(table)
    return f"{len(rows)} rows, {rows.shape[1]} columns, {content_in_words(rows)}"


def content_in_words(table: Any) -> str:
    """Which table it was, by content alone."""
    return f"SHA-256 of its CSV {fingerprint(to_pandas(table))}"


def file_in_words(path: Path, rows: int) -> str:
    """Which file it was, by name and content."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return f"{path.name}, {rows} rows, SHA-256 {digest.hexdigest()}"


def about(said: Iterable[tuple[str, str]], made_on: date | None = None) -> pd.DataFrame:
    """A table that goes with others: by what and when they were made, and what else is `said` of them."""
    made = [("made by", f"{package()}; {NOT_FOR_CARE}"), ("made on", (made_on or date.today()).isoformat())]
    return pd.DataFrame([*made, *said], columns=["what", "words"])
