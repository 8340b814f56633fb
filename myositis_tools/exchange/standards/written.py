"""How the cells of an export are written: the options that its readers share with `read_table`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from myositis_tools.errors import WrongTypeError, require_option
from myositis_tools.exchange.files.column_types import typed_as, typed_columns
from myositis_tools.exchange.files.number_formats import DECIMALS, THOUSANDS, read_numbers
from myositis_tools.frames import Column

_ON_PROBLEM = ("refuse", "keep")
_KEPT = "on_problem='keep' reads such cells as they are"
_MAPPED, _PANDAS = "ColumnMapping", "pd."  # in a hint: what is done to a table that has been read


@dataclass(frozen=True)
class Written:
    """The signs of numbers, the form of dates, and what becomes of a cell that cannot be read."""

    decimal: str = "."
    thousands: str | None = None
    date_format: str | None = None
    on_problem: str = "refuse"

    def __post_init__(self) -> None:
        require_option("on_problem", self.on_problem, _ON_PROBLEM)
        require_option("decimal", self.decimal, DECIMALS)
        if self.thousands is not None:
            require_option("thousands", self.thousands, [sign for sign in THOUSANDS if sign != self.decimal])

    def numbers(self, values: pd.Series) -> pd.Series:
        """Read cells as numbers; one that is none is missing."""
        if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
            return values.astype("float64")
        return read_numbers(values.astype(object), self.decimal, self.thousands)

    def typed(
        self, frame: pd.DataFrame, kind: str, file: str, *, more: Mapping[str, Column] | None = None
    ) -> pd.DataFrame:
        """Give the columns of a kind of table, and `more`, their types; its index says in which line each row stands.

        Raises
        ------
        WrongTypeError
            If a cell cannot be read as its column's type, and is not to be kept.
        """
        how: dict[str, Any] = {"decimal": self.decimal, "thousands": self.thousands, "date_format": self.date_format}
        keep = self.on_problem == "keep"
        try:
            made = typed_as(frame, kind, file, keep=keep, **how)
            return typed_columns(made, more, file, keep=keep, **how) if more else made
        except WrongTypeError as error:
            raise WrongTypeError(
                error.what, where=error.where, expected=error.expected, hint=_hint_of_reader(error.hint)
            ) from None


def _hint_of_reader(hint: str) -> str:
    """What can be done about a cell where a file of a standard is read."""
    if _MAPPED in hint:
        return f"{hint}; {_KEPT}, and apply_mapping maps them"
    return f"mend these cells in the file; {_KEPT}" if _PANDAS in hint else hint
