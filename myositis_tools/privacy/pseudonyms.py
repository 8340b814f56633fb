"""What leaves: tables in which patients have numbers, without birth dates, free text and what nobody has described.

What is private stands in ``tables/private_columns.csv``, and does not hang on a heading alone: a column of visits with
dates that cannot be of visits stays here, for a birth date may hide in it. A column that ``tables/columns.csv`` does
not define is the user's own: nothing says what is in it, so it stays here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from myositis_tools.errors import PrivacyWarning
from myositis_tools.formatting import counted, written_values
from myositis_tools.frames import DATES_OF_VISITS, TEXT_DTYPE, Column, columns, dates_of_no_visit, with_bounds
from myositis_tools.tables import records

IDENTIFIER, BIRTH_DATE = "identifier", "birth date"
_PATIENT = "patient "
_NOT_LISTED = "another patient"
_DATED = {"visit_date": "visits", "screening_date": "screening"}


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
        known = written_values(pd.Series(list(ids), dtype=object)).dropna()
        self._numbers = {name: f"{_PATIENT}{number}" for number, name in enumerate(dict.fromkeys(known), start=1)}

    @classmethod
    def by_number(cls, numbers: Mapping[str, int], *, identifiers: bool = False) -> Naming:
        """Name patients by numbers that they have already, such as some of those of a larger file."""
        naming = cls((), identifiers=identifiers)
        naming._numbers = {name: f"{_PATIENT}{number}" for name, number in numbers.items()}
        return naming

    @property
    def words(self) -> str:
        """What has become of them, for anyone who opens the file."""
        if self.identifiers:
            return "named by their ids"
        return (
            "numbered in the order of the file, the same in every table; birth dates, free text and columns that this "
            "package does not define are left out"
        )

    def name(self, patient_id: Any) -> str:
        """What a patient is called."""
        return str(patient_id) if self.identifiers else self._numbers.get(str(patient_id), _NOT_LISTED)

    def in_title(self, patient_id: Any) -> str:
        """The same where the word *patient* stands before it."""
        name = self.name(patient_id)
        return name if self.identifiers else name.removeprefix(_PATIENT)

    def table(
        self, table: pd.DataFrame, described: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table
    ) -> pd.DataFrame:
        """A table as it leaves; the one that is given stays as it is.

        Parameters
        ----------
        table : pandas.DataFrame
            Its columns ``patient_id`` and, in a table for people, *Patient* name the patients.
        described : callable
            Gives the part of it that somebody has described, as `described_by` does; a table of which this package
            made every column is that part. It is not asked where tables keep all that is in them.
        """
        if self.identifiers:
            return table
        kept = described(table)
        kept = kept[[name for name in kept.columns if name not in _marked(BIRTH_DATE)]]
        kept = _without_hidden_birth_dates(kept)
        return kept.assign(**{name: self._number(kept[name]) for name in kept.columns if name in _marked(IDENTIFIER)})

    def _number(self, ids: pd.Series) -> pd.Series:
        names = written_values(ids.astype(object))
        return names.map(lambda name: self._numbers.get(name, _NOT_LISTED), na_action="ignore").astype(TEXT_DTYPE)


def _without_hidden_birth_dates(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out a column of visits in which a date cannot be of one; a birth date may hide there."""

    def of(*names: str) -> pd.Series | None:
        return next((table[name] for name in names if name in table), None)

    who, week = of("patient_id", "Patient"), of("week", "Week")
    hidden = {}
    for column in [columns(_DATED[name])[name] for name in DATES_OF_VISITS]:
        by = (who, week) if column.table == "visits" else ()
        for name in [name for name in (column.name, column.heading) if name in table]:
            if found := dates_of_no_visit(table[name], *by):
                hidden[name] = found[0]
    for name, first in hidden.items():
        many = int(first.rows.sum())
        said = f"{counted(many, 'date')} {'is' if many == 1 else 'are'} {first.problem}, as a birth date would be"
        warnings.warn(
            f"{name} is left out of the numbered table: {said}. validate lists them.",
            PrivacyWarning,
            stacklevel=3,
        )
    return table.drop(columns=list(hidden))


def patients_of(table: pd.DataFrame) -> list[Any]:
    """The patients of a table, row by row; none where no column names them."""
    return [patient for name in table.columns if name in _identifiers() for patient in table[name]]


def not_described(names: Iterable[Any], *tables: str) -> list[Any]:
    """Name those columns that stay here unless they are asked for.

    Parameters
    ----------
    names : iterable
        The columns of a table.
    *tables : str
        The tables of ``columns.csv`` that define them.

    Returns
    -------
    list
        Birth dates, free text, and what none of the tables defines. A column of identifiers is not among them: patients
        are numbered in it.

    Examples
    --------
    >>> not_described(["patient_id", "haq_di", "birth_date", "remarks"], "visits", "patients")
    ['birth_date', 'remarks']
    """
    names = list(names)
    known = _columns_of(*tables, present=names)
    return [name for name in names if name not in _identifiers() and (name not in known or known[name].private)]


def described_by(*tables: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Give what takes from a table the columns that some tables of ``columns.csv`` define, and their legible cells.

    Examples
    --------
    >>> import pandas as pd
    >>> visits = pd.DataFrame({"patient_id": ["A", "B"], "haq_di": ["1.5", "see letter"], "remarks": ["", "calls"]})
    >>> described_by("visits")(visits)
      patient_id haq_di
    0          A    1.5
    1          B    NaN
    """

    def described(table: pd.DataFrame) -> pd.DataFrame:
        known = _columns_of(*tables, present=list(table.columns))
        kept = table.drop(columns=not_described(table.columns, *tables))
        return kept.assign(**{name: _legible(kept[name], known[name]) for name in kept.columns if name in known})

    return described


def _columns_of(*tables: str, present: Collection[Any]) -> Mapping[str, Column]:
    """What some tables define, and the bounds of its numbers that are present."""
    known: dict[str, Column] = {}
    for table in tables:
        known |= columns(table)
    return with_bounds(known, present)


def _legible(values: pd.Series, column: Column) -> pd.Series:
    """Without the texts that somebody wrote where a number, a date or a word of a list belongs."""
    is_text = values.dtype == object or pd.api.types.is_string_dtype(values.dtype)
    if column.type == "text" or not is_text:
        return values
    written = values.map(lambda value: isinstance(value, str) and value not in column.words and _is_wordy(value))
    return values.mask(written.astype(bool))


def _is_wordy(text: str) -> bool:
    return any(map(str.isalpha, text)) or not any(map(str.isdigit, text))


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
