"""One row a patient, or one row a patient and visit: the same numbers in two shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from myositis_tools.errors import DuplicateRowError, MissingColumnError, WrongTypeError, listed
from myositis_tools.frames import checked_pandas, refuse_nested, to_pandas

_KEYS = ("patient_id", "week")


def wide_to_long(table: Any, *, mark: str = "_w", drop_empty: bool = False) -> pd.DataFrame:
    """Pivot wide visits to long: headings such as ``mmt8_150_w12`` become one row per patient and week.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        One row a patient, with ``patient_id``. Columns without a week are repeated on every row.
    mark : str
        What stands between the measure and the week.
    drop_empty : bool
        Whether a week in which nothing was measured gets no row. A patient without any value then has none at all.

    Returns
    -------
    pandas.DataFrame
        ``patient_id, week``, the columns without a week, then one column a measure; patients in their order, weeks
        ascending.

    Raises
    ------
    MissingColumnError
        If there is no ``patient_id`` or no heading with a week.
    DuplicateRowError
        If a patient stands twice, or a measure twice in a week.

    Missing data
    ------------
    A measure that has no column for a week is missing in that week.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.exchange import wide_to_long
    >>> wide_to_long(pd.DataFrame({"patient_id": ["A"], "haq_di_w0": [1.5], "haq_di_w12": [0.5]}))
      patient_id  week  haq_di
    0          A     0     1.5
    1          A    12     0.5
    """
    frame = refuse_nested(to_pandas(table))
    pattern = re.compile(f"(.+){re.escape(mark)}(-?\\d+)", re.IGNORECASE)
    found = {name: match for name in map(str, frame.columns) if (match := pattern.fullmatch(name))}
    _require(frame, ["patient_id"])
    if not found:
        raise MissingColumnError(
            f"No heading names a measure and a week with {mark!r} between them.",
            where=f"columns present: {listed(frame.columns)}",
            expected=f"headings such as mmt8_150{mark}12",
        )
    at: dict[tuple[str, int], str] = {}
    for name, match in found.items():
        other = at.setdefault((match[1], int(match[2])), name)
        if other != name:
            raise DuplicateRowError(
                "Two headings name the same measure and week.",
                where=f"{other} and {name}",
                expected="one column for each measure and week",
            )
    doubled = frame["patient_id"][frame["patient_id"].duplicated()]
    if len(doubled):
        raise DuplicateRowError(
            "The wide table holds a patient twice.",
            where=f"patient_id {listed(doubled.unique(), most=3)}",
            expected="one row for each patient_id",
        )
    measures = list(dict.fromkeys(match[1] for match in found.values()))
    same = [name for name in frame.columns if name not in found and name != "patient_id"]
    weeks = sorted({int(match[2]) for match in found.values()})
    parts = []
    for week in weeks:
        made = {name: frame[at[name, week]] if (name, week) in at else None for name in measures}
        part = frame[["patient_id", *same]].assign(week=week, **made)
        parts.append(part.loc[part[measures].notna().any(axis=1)] if drop_empty else part)
    long = pd.concat([part.dropna(axis=1, how="all") for part in parts], ignore_index=False)
    long = long.assign(_place=long.index).sort_values(["_place", "week"], kind="stable").reset_index(drop=True)
    return long.reindex(columns=[*_KEYS, *same, *measures])


def long_to_wide(table: Any, *, mark: str = "_w", same: Sequence[str] = ()) -> pd.DataFrame:
    """Pivot long visits to wide: one row per patient, with headings such as ``mmt8_150_w12``.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        One row a patient and week, with ``patient_id`` and ``week``.
    mark : str
        What to put between the measure and the week.
    same : sequence of str
        Columns that say the same on all rows of a patient, such as ``arm``; they keep their heading.

    Returns
    -------
    pandas.DataFrame
        One row a patient, in their order.

    Raises
    ------
    MissingColumnError
        If a column is not there.
    DuplicateRowError
        If a visit stands twice.
    WrongTypeError
        If a column of `same` says two things of one patient.

    Missing data
    ------------
    A visit that did not take place is missing in all its columns, as one in which nothing was measured is.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.exchange import long_to_wide
    >>> visits = pd.DataFrame({"patient_id": ["A", "A"], "week": [0, 12], "haq_di": [1.5, 0.5]})
    >>> long_to_wide(visits).columns.tolist()
    ['patient_id', 'haq_di_w0', 'haq_di_w12']
    """
    frame = to_pandas(table)
    _require(frame, [*_KEYS, *same])
    frame = checked_pandas(refuse_nested(frame), "visits", _KEYS)
    doubled = frame[frame.duplicated(list(_KEYS))]
    if len(doubled):
        first = doubled.iloc[0]
        raise DuplicateRowError(
            "The table holds a visit twice.",
            where=f"patient_id {first['patient_id']}, week {first['week']}",
            expected="one row for each patient_id and week",
        )
    for name in same:
        if frame[["patient_id", name]].drop_duplicates()["patient_id"].duplicated().any():
            raise WrongTypeError(
                f"Column {name} says two things of one patient.",
                expected="the same on all rows of a patient",
                hint="leave it out of same=[...], and it gets a column a week",
            )
    patients = frame.drop_duplicates("patient_id")[["patient_id", *same]].reset_index(drop=True)
    measures = [name for name in frame.columns if name not in (*_KEYS, *same)]
    weeks = sorted({int(week) for week in frame["week"].dropna()})
    rows = {week: frame[frame["week"] == week].set_index("patient_id") for week in weeks}
    made = {
        f"{name}{mark}{week}": rows[week][name].reindex(patients["patient_id"]).array
        for name in measures
        for week in weeks
    }
    return pd.concat([patients, pd.DataFrame(made, index=patients.index)], axis=1)


def _require(frame: pd.DataFrame, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in frame]
    if absent:
        raise MissingColumnError(
            f"The table lacks {'a column' if len(absent) == 1 else 'columns'}: {listed(absent)}.",
            where=f"columns present: {listed(frame.columns)}",
        )
