"""Cells as a file holds them: each different one is looked at once, and what looks empty is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd


class _YesNo:
    """A yes or no while different cells are looked for: Python holds that True is 1."""

    def __init__(self, *, value: bool) -> None:
        self.value = value


_YES, _NO = _YesNo(value=True), _YesNo(value=False)


def different_cells(values: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """The different cells of a column, and for each row which of them it holds (-1 where it is empty).

    Examples
    --------
    >>> codes, cells = different_cells(pd.Series([1, True, None, 1], dtype=object))
    >>> codes.tolist(), cells
    ([0, 1, -1, 0], [1, True])
    """
    if values.dtype == object and any(isinstance(cell, bool | np.bool_) for cell in values):
        values = values.map(lambda cell: (_YES if cell else _NO) if isinstance(cell, bool | np.bool_) else cell)
    codes, found = pd.factorize(values)
    cells = np.asarray(found, dtype=object)  # a string array of pandas is slow to walk through
    return codes, [cell.value if isinstance(cell, _YesNo) else cell for cell in cells]


def by_word(values: pd.Series, change: Callable[[str], Any]) -> pd.Series:
    """Change each different text once; a column has few."""
    codes, words = different_cells(values)
    made = [change(word) if isinstance(word, str) else word for word in words]
    if all(new == old for new, old in zip(made, words, strict=True)):
        return values
    made.append(None)  # at place -1: what is missing
    return pd.Series([made[code] for code in codes], index=values.index, dtype=object)


def is_empty(frame: pd.DataFrame) -> pd.Series:
    """Where a row has no cell; a table has few such rows, or none."""
    empty = pd.Series(data=True, index=frame.index)
    for name in frame.columns:
        if not empty.any():
            break
        empty &= frame[name].isna()
    return empty


def refuse_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Refuse cells that hold more than one value."""
    for name in frame.columns:
        held = frame[name] if frame[name].dtype == object else ()
        if any(isinstance(value, list | dict | tuple | np.ndarray) for value in held):
            raise ValueError(f"column {name} holds lists")
    return frame


def without_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """A cell of nothing but spaces looks empty, and is."""
    made = {}
    for name in _texts_of(frame):
        values = frame[name]
        cleared = by_word(values, lambda word: word if word.strip() else None)
        if cleared is not values:
            made[name] = cleared
    if not made:
        return frame
    cleared = frame.assign(**made)
    return cleared.loc[~is_empty(cleared).to_numpy()]


def _texts_of(frame: pd.DataFrame) -> list[str]:
    return [
        name for name in frame.columns if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name].dtype)
    ]
