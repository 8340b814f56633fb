"""Cells and rows that cannot be used, and what a person decides about them: no value is changed without her."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from myositis_tools.exchange import validate
from myositis_tools.frames import find_kind


@dataclass(frozen=True)
class Trouble:
    """An error that a person can settle.

    Attributes
    ----------
    row : int
        The position of the row.
    column, value, problem : str
        The column, what stands in the cell, and what is wrong.
    is_of_row : bool
        Whether the row cannot be used, and not the cell alone: without its patient or week nobody knows whose it is.
    """

    row: int
    column: str
    value: str
    problem: str
    is_of_row: bool


class CheckedTable:
    """A table with what a person decided about its errors, and the errors that are left.

    Parameters
    ----------
    table : pandas.DataFrame
        The table; it stays as it is.
    kind : str
        What it holds, as in `validate`.
    decided : collection of Trouble
        Cells that count as not recorded, and rows that are left out.
    """

    def __init__(self, table: pd.DataFrame, kind: str, decided: Collection[Trouble]) -> None:
        self._given, self._kind, self.decided = table, kind, tuple(decided)

    @cached_property
    def _kept(self) -> list[int]:
        """The positions of the rows that are kept."""
        left_out = {each.row for each in self.decided if each.is_of_row}
        return [row for row in range(len(self._given)) if row not in left_out]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table as it was decided; its index says where each row stands."""
        cells = [each for each in self.decided if not each.is_of_row]
        made = self._given.copy()
        for column in dict.fromkeys(each.column for each in cells):
            wrong = {each.row for each in cells if each.column == column}
            made[column] = made[column].where([row not in wrong for row in range(len(made))])
        return (made.infer_objects() if cells else made).iloc[self._kept]

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The problems that are left, as `validate` lists them, with the place of each row in words."""
        found = validate(self.table, self._kind)
        places = self.table.index
        return found.assign(
            place=[place_of(places[int(row)]) if pd.notna(row) else "whole column" for row in found["row"]]
        )

    @property
    def errors(self) -> pd.DataFrame:
        """The problems that stop a calculation."""
        return self.problems[self.problems["severity"] == "error"]

    @cached_property
    def troubles(self) -> list[Trouble]:
        """The errors that are left and that a person can settle."""
        kind = find_kind(self._kind)
        names = {"patient_id", *kind.keys, *kind.required}
        made = []
        for each in self.errors[self.errors["row"].notna()].itertuples():
            value, column = each.value if isinstance(each.value, str) else "", str(each.column)
            is_a_cell = bool(value) and column in self.table.columns and column not in names
            made.append(Trouble(self._kept[int(each.row)], column, value, str(each.problem), not is_a_cell))
        return made

    @property
    def has_errors_of_columns(self) -> bool:
        """Whether a whole column is missing or wrong, which no decision about cells and rows mends."""
        return bool(self.errors["row"].isna().any())


def place_of(index: object) -> str:
    """Where a row stands in its file, as the index of a table that was read says."""
    return index if isinstance(index, str) else f"line {int(index) + 2}"  # type: ignore[call-overload]
