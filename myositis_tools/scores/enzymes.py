"""Muscle enzymes in multiples of the upper limit of normal."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.frames import enter, has, refuse_values
from myositis_tools.rules import is_at_most
from myositis_tools.scores.arithmetic import compute_xuln


def to_xuln(labs: IntoFrameT) -> IntoFrameT:
    """Turn enzyme results into multiples of the upper limit of normal of the laboratory that measured them.

    Parameters
    ----------
    labs : pandas, Polars, DuckDB or PySpark frame
        One row a result. Columns ``test`` (``ck``, ``aldolase``, ``ldh``, ``alt`` or ``ast``), ``value`` (0 or
        more), ``unit`` (``U/L``, ``mU/L``, ``kU/L``, and ``kat/L`` from ``pkat/L`` to ``mkat/L``), ``upper_limit``
        (above 0, each row's own) and, if the limits are given in another unit than the values, ``upper_limit_unit``.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``xuln`` added.

    Raises
    ------
    MissingColumnError, WrongTypeError, UnknownWordError, ImpossibleValueError
        If a column is not there, or holds what cannot be: another unit, a negative value, an upper limit of 0.

    Missing data
    ------------
    Without a value, its unit or an upper limit ``xuln`` is missing. An empty ``upper_limit_unit`` means the unit of
    the value. A value of 0, and one without a unit beside a limit without one (40 and 200), would give the same in
    every unit; ``xuln`` is missing there too, for such a row was not read to its end.

    Source
    ------
    ``tables.load("unit_conversions")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import to_xuln
    >>> labs = pd.DataFrame({
    ...     "test": ["ck", "ck", "ast"],
    ...     "value": [1850.0, 15.5, 90.0],
    ...     "unit": ["U/L", "ukat/L", "U/L"],
    ...     "upper_limit": [200.0, 3.1, None],
    ... })
    >>> to_xuln(labs)["xuln"].tolist()
    [9.25, 5.0, nan]
    """
    limit_unit = ("upper_limit_unit",) if has(labs, "upper_limit_unit") else ()
    entrance = enter(labs, "labs", needs=("test", "value", "unit", "upper_limit", *limit_unit))
    refuse_values(
        entrance.frame,
        "upper_limit",
        is_at_most(nw.col("upper_limit"), 0),
        expected="more than 0",
        hint="leave it empty where the laboratory's upper limit is not known",
    )
    unit = nw.col("unit")
    xuln = compute_xuln(
        nw.col("value"), unit, nw.col("upper_limit"), nw.coalesce(nw.col(*limit_unit), unit) if limit_unit else unit
    )
    return entrance.leave(entrance.frame.with_columns(xuln=xuln), ["xuln"])
