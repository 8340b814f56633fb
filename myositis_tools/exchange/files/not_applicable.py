"""*Not applicable* as an answer to yes or no: neither, and never a reason to refuse the whole table.

A man who is asked for a pregnancy has no answer to give: the cell is left empty, and a criterion on pregnancy says of
him that it cannot apply. For anybody else an empty cell is not recorded, which is unknown.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache

import pandas as pd

from myositis_tools.errors import ReadingWarning, listed
from myositis_tools.exchange.files.cells import different_cells
from myositis_tools.formatting import counted
from myositis_tools.frames import Column
from myositis_tools.tables import records

NOT_APPLICABLE = "not applicable"
_NOT_IN_MEN = ("pregnant", "trying_to_conceive")


def without_not_applicable(frame: pd.DataFrame, known: Mapping[str, Column]) -> pd.DataFrame:
    """Empty the cells of yes/no columns that say that the question does not apply, and tell how many there are."""
    made = {}
    for name, column in known.items():
        if column.type != "yes_no" or name not in frame:
            continue
        values = frame[name]
        if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
            continue
        said = [cell for cell in different_cells(values)[1] if isinstance(cell, str)]
        marked = values.isin([cell for cell in said if cell.strip().casefold() in _words()])
        if marked.any():
            made[name] = values.mask(marked)
            warnings.warn(_told(name, values[marked], frame.get("sex")), ReadingWarning, stacklevel=5)
    return frame.assign(**made) if made else frame


def _told(name: str, cells: pd.Series, sex: pd.Series | None) -> str:
    words = listed([repr(word) for word in dict.fromkeys(cells)], most=3)
    said = f"{words} under {name} in {counted(len(cells), 'row')} says that the question does not apply"
    if name not in _NOT_IN_MEN:
        return f"{said}; it is read as not recorded."
    men = 0 if sex is None else int((sex.reindex(cells.index) == "male").sum())
    parts = [f"in {men} of men, where no {name.replace('_', ' ')} is looked for"] if men else []
    if others := len(cells) - men:
        parts.append(f"in {others} of women or of unknown sex it is not recorded, and so unknown: fill it in")
    return f"{said}; it is left empty: {'; '.join(parts)}."


@cache
def _words() -> frozenset[str]:
    rows = [row for row in records("word_synonyms") if row["of"] == "yes_no" and row["word"] == NOT_APPLICABLE]
    return frozenset(str(row["synonym"]).casefold() for row in rows)
