"""What leaves: tables in which patients have numbers, without birth dates, free text and what nobody has described.

What is private stands in ``tables/private_columns.csv``. A column that ``tables/columns.csv`` does not define is the
user's own: nothing says what is in it, so it stays here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import pandas as pd

from myositis_tools.exchange.problems import as_text
from myositis_tools.frames import TEXT_DTYPE, Column, columns
from myositis_tools.tables import records

IDENTIFIER, BIRTH_DATE = "identifier", "birth date"
_NOT_LISTED = "another patient"


class Naming:
    """How the patients of one export are called: the same in all its tables and figures.

    Parameters
    ----------
    ids : iterable
        The patients in the order of the file; one that stands there again keeps the first number.
    identifiers : bool
        Whether patients keep their ids, and tables all that is in them.

    Examples
    --------
    >>> import pandas as pd
    >>> naming = Naming(["B", "A", "B"])
    >>> naming.table(pd.DataFrame({"patient_id": ["A", "B"], "birth_date": ["1970-01-01"] * 2, "tis": [40.0, 60.0]}))
      patient_id   tis
    0  patient 2  40.0
    1  patient 1  60.0
    """

    def __init__(self, ids: Iterable[Any], *, identifiers: bool = False) -> None:
        self.identifiers = identifiers
        known = as_text(pd.Series(list(ids), dtype=object)).dropna()
        self._numbers = {name: f"patient {number}" for number, name in enumerate(dict.fromkeys(known), start=1)}

    @property
    def words(self) -> str:
        """What has become of them, for whoever opens the file."""
        if self.identifiers:
            return "named by their ids"
        return (
            "numbered in the order of the file, the same in every table; birth dates, free text and columns that this "
            "package does not define are left out"
        )

    def name(self, patient_id: Any) -> str:
        """What a patient is called."""
        return str(patient_id) if self.identifiers else self._number(pd.Series([patient_id], dtype=object)).iloc[0]

    def table(self, table: pd.DataFrame, own: Collection[str] = ()) -> pd.DataFrame:
        """A table as it leaves; the one that is given stays as it is.

        Parameters
        ----------
        table : pandas.DataFrame
            Its columns ``patient_id`` and, in a table for people, *Patient* name the patients.
        own : collection of str
            Its columns that stay here, as `not_to_leave` gives them; a table of which this package made every column
            has none.
        """
        if self.identifiers:
            return table
        private = {BIRTH_DATE: _marked(BIRTH_DATE), IDENTIFIER: _marked(IDENTIFIER)}
        kept = table[[name for name in table.columns if name not in own and name not in private[BIRTH_DATE]]]
        return kept.assign(**{name: self._number(kept[name]) for name in kept.columns if name in private[IDENTIFIER]})

    def _number(self, ids: pd.Series) -> pd.Series:
        names = as_text(ids.astype(object))
        return names.map(lambda name: self._numbers.get(name, _NOT_LISTED), na_action="ignore").astype(TEXT_DTYPE)


def not_to_leave(names: Iterable[Any], *tables: str) -> list[str]:
    """Name those columns that stay here unless they are asked for.

    Parameters
    ----------
    names : iterable
        The columns of a table.
    *tables : str
        The tables of ``columns.csv`` that define them.

    Returns
    -------
    list of str
        Birth dates, free text, and what none of the tables defines. A column of identifiers is not among them: patients
        are numbered in it.

    Examples
    --------
    >>> not_to_leave(["patient_id", "haq_di", "birth_date", "remarks"], "visits", "patients")
    ['birth_date', 'remarks']
    """
    known: dict[str, Column] = {}
    for table in tables:
        known |= columns(table)
    return [name for name in names if name not in _identifiers() and (name not in known or known[name].private)]


@cache
def _identifiers() -> frozenset[str]:
    return frozenset(str(row["column"]) for row in records("private_columns") if row["private"] == IDENTIFIER)


@cache
def _marked(private: str) -> frozenset[str]:
    """The columns that are marked so, by their names and by their headings in a table for people."""
    marked = [
        columns(str(row["table"]))[str(row["column"])]
        for row in records("private_columns")
        if row["private"] == private
    ]
    return frozenset(word for column in marked for word in (column.name, column.heading))
