"""The problems of a table, counted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.frames import columns, given_back


def summarise_problems(problems: Any) -> pd.DataFrame:
    """Count the problems of `validate`: one row for each column and problem, errors and frequent problems first.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    problems : pandas, Polars, DuckDB, PySpark or pyarrow table
        What `validate` gave.

    Returns
    -------
    pandas.DataFrame
        ``severity, column, problem, rows`` (0 where a whole column is meant), ``patients, values`` (the first different
        ones), ``hint``.

    Missing data
    ------------
    A table without problems gives no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({"patient_id": ["A", "A"], "week": [0, 12], "haq_di": [9, 8]})
    >>> mt.summarise_problems(mt.validate(visits, "visits"))[["severity", "column", "problem", "rows", "values"]]
      severity  column       problem  rows values
    0    error  haq_di  out of range     2   9, 8
    """
    needed = ("severity", "column", "problem", "row", "patient_id", "value", "hint")
    table = given_back(problems, needed, expected="a table that validate gives")
    names = list(columns("problems_summary"))
    if table.empty:
        return pd.DataFrame(columns=names).astype({"rows": "int64", "patients": "int64"})
    made = table.groupby(["severity", "column", "problem"], sort=False).agg(
        rows=("row", "count"),
        patients=("patient_id", "nunique"),
        values=("value", lambda values: listed(list(dict.fromkeys(values.dropna())), most=3)),
        hint=("hint", "first"),
    )
    made = made.astype({"rows": "int64", "patients": "int64"})
    made = made.reset_index().sort_values(["severity", "rows", "column"], ascending=[True, False, True], kind="stable")
    return made[names].reset_index(drop=True)
