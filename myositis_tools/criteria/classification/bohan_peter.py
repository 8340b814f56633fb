"""The criteria of Bohan and Peter (1975) for polymyositis and dermatomyositis."""

from __future__ import annotations

from functools import cache, reduce
from operator import add

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import tables
from myositis_tools.criteria.classification.cases import TABLE, joined, not_recorded
from myositis_tools.frames import columns, enter
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.tables import records
from myositis_tools.verdict import count_true

NONE = "none"
CRITERIA = ("symmetric_proximal_weakness", "enzymes_elevated", "emg_compatible", "biopsy_compatible")
RASH, EXCLUDED = "dermatomyositis_rash", "better_explained"
ADDED = tuple(columns("bohan_peter"))
_FEWEST, _MOST = "_level_fewest", "_level_most"


@cache
def categories(disease: str) -> tuple[tables.Record, ...]:
    """The categories of dermatomyositis (``DM``) or polymyositis (``PM``), from the least certain upward."""
    rows = [row for row in records("bohan_peter") if row["disease"] == disease]
    return tuple(sorted(rows, key=lambda row: float(row["minimum_criteria"] or 0)))


def classify_bohan_peter(cases: IntoFrameT) -> IntoFrameT:
    """Classify cases by the criteria of Bohan and Peter for polymyositis and dermatomyositis.

    Four criteria are counted; with the rash the count makes dermatomyositis, without it polymyositis. A disease that
    explains the picture better excludes both.

    Parameters
    ----------
    cases : pandas, Polars, DuckDB or PySpark frame
        One row a case, yes/no: ``symmetric_proximal_weakness``, ``enzymes_elevated``, ``emg_compatible``,
        ``biopsy_compatible``, ``dermatomyositis_rash`` and ``better_explained`` (a neurological disease, a dystrophy,
        a granulomatous, infectious, metabolic or endocrine myopathy, or myasthenia).

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``criteria_min`` and ``criteria_max`` (how many of the four are met), ``category``
        (``definite``, ``probable`` or ``possible``, of ``DM`` or ``PM``; ``none``) and ``because``.

    Raises
    ------
    MissingColumnError, WrongTypeError
        If a column is not there or does not hold yes and no.

    Missing data
    ------------
    A criterion that is not recorded counts as not met and as met. ``category`` is given where every answer that could
    still come gives the same; a rash or an exclusion that is not recorded leaves it missing, unless it is ``none``
    either way. ``because`` names what is not recorded.

    Source
    ------
    ``tables.load("bohan_peter")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.criteria import classify_bohan_peter
    >>> cases = pd.DataFrame({
    ...     "symmetric_proximal_weakness": [True, True], "enzymes_elevated": [True, True],
    ...     "emg_compatible": [None, None], "biopsy_compatible": [True, False],
    ...     "dermatomyositis_rash": [True, False], "better_explained": [False, False]})
    >>> classify_bohan_peter(cases)[["criteria_min", "criteria_max", "category"]]
       criteria_min  criteria_max     category
    0           3.0           4.0  definite DM
    1           2.0           3.0          NaN
    """
    entrance = enter(cases, TABLE, needs=(*CRITERIA, RASH, EXCLUDED))
    answers = [nw.col(name) for name in CRITERIA]
    frame = entrance.frame.with_columns(
        criteria_min=count_true(answers), criteria_max=count_true(answers, null_counts=True)
    )
    for disease in ("DM", "PM"):
        frame = frame.with_columns(
            _level(nw.col("criteria_min"), disease).alias(_FEWEST + disease),
            _level(nw.col("criteria_max"), disease).alias(_MOST + disease),
        )
    frame = frame.with_columns(category=_category())
    frame = frame.with_columns(
        nw.col("criteria_min").cast(nw.Float64), nw.col("criteria_max").cast(nw.Float64), because=_because()
    )
    return entrance.leave(frame, ADDED)


def _level(count: nw.Expr, disease: str) -> nw.Expr:
    """Count the categories that are reached: 0 is none."""
    limits = [int(row["minimum_criteria"]) for row in categories(disease)]  # type: ignore[arg-type]
    return reduce(add, [(count >= limit).cast(nw.Int64) for limit in limits])


def _category() -> nw.Expr:
    rash, excluded = nw.col(RASH), nw.col(EXCLUDED)
    certain = {disease: nw.col(_FEWEST + disease) == nw.col(_MOST + disease) for disease in ("DM", "PM")}
    cannot_be = {disease: nw.col(_MOST + disease) == 0 for disease in ("DM", "PM")}
    is_none = excluded | (rash & cannot_be["DM"]) | (~rash & cannot_be["PM"]) | (cannot_be["DM"] & cannot_be["PM"])
    named = [
        (
            ~excluded & is_disease & certain[disease] & (nw.col(_FEWEST + disease) == number),
            nw.lit(str(row["category"])),
        )
        for disease, is_disease in (("DM", rash), ("PM", ~rash))
        for number, row in enumerate(categories(disease), start=1)
    ]
    return first_true([(is_none, nw.lit(NONE)), *named])


def _because() -> nw.Expr:
    fewest, most = nw.col("criteria_min"), nw.col("criteria_max")
    upward = nw.when(most > fewest).then(nw.concat_str(nw.lit(" to "), most.cast(nw.String)))
    of_all = nw.lit(f" of {len(CRITERIA)} criteria met")
    counted = nw.concat_str(fewest.cast(nw.String), upward, of_all, ignore_nulls=True)
    parts = [counted, *not_recorded([*CRITERIA, RASH, EXCLUDED])]
    excluded = nw.lit("excluded: another disease explains the picture better")
    return nw.when(nw.col(EXCLUDED).fill_null(False)).then(excluded).otherwise(joined(parts))
