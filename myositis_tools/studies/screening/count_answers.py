"""Which criteria the records at hand can answer at all, and in how many patients."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.frames import plain_rows
from myositis_tools.rules import why
from myositis_tools.studies.screening.failed_criteria import fails, flag, is_open
from myositis_tools.studies.screening.next_measurements import say_most_frequent

_COUNTS = ("answered", "excluded", "unknown")
_SCHEMA = {"criterion": nw.String, "kind": nw.String, **dict.fromkeys(_COUNTS, nw.Int64), "because": nw.String}


@protocol_first
def count_answers(protocol: Protocol, screening: IntoFrameT) -> IntoFrameT:
    """Data feasibility: count the patients in whom the records answer each criterion, and say why not in the others.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.

    Returns
    -------
    frame of the same kind
        One row a criterion, in the protocol's order: ``criterion``, ``kind``, ``answered`` (patients in whom it is met
        or not met), ``excluded`` (those of them whom it excludes), ``unknown``, and ``because``: why it is unknown, the
        most frequent reasons first, with the number of patients. Small counts are shown: the table is for the site
        itself, and `attrition` with ``mask_below`` is for others.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    It is the subject. A criterion that nobody's records answer has zero in ``answered``.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]], "iim_subtype")
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [17, 54, None], "disease_duration_months": [None, None, None]})
    >>> mt.screening.count_answers(protocol, patients)[["criterion", "answered", "excluded", "unknown"]]
           criterion  answered  excluded  unknown
    0          adult         2         1        1
    1  early_disease         0         0        3
    """
    entrance = protocol.enter(screening)
    frame, _ = flag(protocol, entrance.frame)
    of = {"excluded": fails, "unknown": is_open}
    keys = [each.key for each in protocol.criteria]
    sums = {f"{key} {count}": nw.col(name(key)).sum() for key in keys for count, name in of.items()}
    (found,) = plain_rows(frame.select(nw.len().alias("patients"), **sums))
    table = [
        {count: int(found[f"{key} {count}"] or 0) for count in of}
        | {"answered": int(found["patients"]) - int(found[f"{key} unknown"] or 0)}
        for key in keys
    ]
    because = [
        say_most_frequent(each.answer(frame.filter(nw.col(is_open(each.key)) == 1)), why(each.asked))
        if row["unknown"]
        else ""
        for each, row in zip(protocol.criteria, table, strict=True)
    ]
    rows: dict[str, list[Any]] = {
        "criterion": keys,
        "kind": [each.kind for each in protocol.criteria],
        **{name: [row[name] for row in table] for name in _COUNTS},
        "because": because,
    }
    return entrance.leave_rows(rows, _SCHEMA)
