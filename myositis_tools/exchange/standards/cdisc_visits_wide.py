"""The parameters of CDISC's visits, one row a value, as one row a visit with its values in the unit of their column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from myositis_tools.errors import DuplicateRowError, listed
from myositis_tools.exchange.standards.stated_units import in_unit_of_column, require_units
from myositis_tools.exchange.standards.written import Written
from myositis_tools.frames import NUMERIC, Column, columns

KEYS = ["patient_id", "week"]
_OF_VISIT = {"visit_date": "date", "arm": "arm"}  # said again on every row of a visit
_STATED_IN = {"QS": "QSSTRESU, QSTEST", "ADaM": "AVALU, PARAM"}


def known_columns() -> dict[str, Column]:
    """The columns that a parameter can be: of the visits, and of their score."""
    return dict(columns("responses")) | dict(columns("visits"))


def in_own_units(
    frame: pd.DataFrame, domain: str, units: Mapping[str, str], written: Written, file: str
) -> tuple[pd.DataFrame, list[str]]:
    """The values in the unit of their column, and a word on those that were converted; `parameter` is the column.

    Raises
    ------
    OptionError, WrongTypeError
        If a unit is not known, or a value is no number.
    """
    known = known_columns()
    present = [name for name in frame["parameter"].unique() if name in known and known[name].type in NUMERIC]
    asked = require_units(units, {name: known[name] for name in present})
    made, converted = frame["value"].astype(object), []
    for name in present:
        rows = frame[frame["parameter"] == name]
        numbers = written.numbers(rows["value"])
        stated = pd.DataFrame({each: rows.get(each, "") for each in ("unit", "named")}, index=rows.index)
        numbers, said = in_unit_of_column(numbers, stated, known[name], asked.get(name), where=_STATED_IN[domain])
        converted += said
        cells = numbers.astype(object).where(numbers.notna(), rows["value"])
        # the line of the file is still known here
        typed = written.typed(cells.to_frame(name), "visits", file, more={name: known[name]})
        made.loc[rows.index] = typed[name].astype(object)
    told = [f"Values of {domain} are converted to the unit of their column: {'; '.join(converted)}."]
    return frame.assign(value=made), told if converted else []


def one_row_a_visit(
    frame: pd.DataFrame, domain: str, order: Sequence[str], *, hint: str
) -> tuple[pd.DataFrame, list[str]]:
    """Spread the parameters over columns, in the order of `order`; a visit of several dates or arms has none.

    Raises
    ------
    DuplicateRowError
        If a parameter stands twice in a visit.
    """
    doubled = frame[frame.duplicated([*KEYS, "parameter"])]
    if len(doubled):
        first = doubled.iloc[0]
        raise DuplicateRowError(
            f"The {domain} data set holds a parameter of a visit twice.",
            where=f"patient_id {first['patient_id']}, week {first['week']:g}, {first['parameter']}",
            expected="one row for each patient, visit and parameter",
            hint=hint,
        )
    rows, told = frame[KEYS].drop_duplicates(), []
    for name in [name for name in _OF_VISIT if name in frame]:
        said = frame[[*KEYS, name]].dropna(subset=name).drop_duplicates()
        several = said[said.duplicated(KEYS, keep=False)]
        rows = rows.merge(said.drop(several.index), on=KEYS, how="left")
        if len(several):
            visits = several[KEYS].drop_duplicates()
            which = listed((f"{row.patient_id} week {row.week:g}" for row in visits.itertuples()), most=5)
            told.append(
                f"Visits of {domain} whose parameters have more than one {_OF_VISIT[name]} have none, "
                f"{len(visits)} of {len(rows)}: {which}."
            )
    words = columns("responses")
    present = set(frame["parameter"].unique())
    for column in [column for column in order if column in present]:
        is_word = column in words and words[column].words
        held = "word" if is_word and "word" in frame else "value"
        values = frame.loc[frame["parameter"] == column, [*KEYS, held]]
        rows = rows.merge(values.rename(columns={held: column}), on=KEYS, how="left")
    return rows, told
