"""Which criteria patients fail together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.frames import plain_rows
from myositis_tools.privacy.small_counts import Sum, hidden_counts, leave_counts, require_mask
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS
from myositis_tools.studies.screening.failed_criteria import OPEN, fails, fails_or_is_open, find_failures
from myositis_tools.verdict import ELIGIBLE, INDETERMINATE, INELIGIBLE

_COUNTS = ("patients", "unknown")
_SCHEMA = {
    "combination": nw.String,
    "size": nw.Int64,
    "decision": nw.String,
    **dict.fromkeys(_COUNTS, nw.Int64),
}


@protocol_first
def overlap(
    protocol: Protocol, screening: IntoFrameT, *, unknown: str = "itself", mask_below: int | None = None
) -> IntoFrameT:
    """Count the patients with each combination of failed criteria, as an UpSet plot shows them.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: ``itself`` is not failed and leaves those who fail nothing indeterminate,
        ``worst`` counts as failed, ``best`` as passed.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and those that they could be worked out of as well; a
        column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for what is promised.

    Returns
    -------
    frame of the same kind
        ``combination`` (the failed criteria, separated by ``"; "``), ``size`` (how many), ``decision``, ``patients``,
        ``unknown`` (those of them for whom a criterion is unknown), then a yes/no column for each criterion:
        whether the combination holds it. First come those who fail nothing, the eligible apart from the
        indeterminate and there even if there are none; then the combinations found, the most frequent first and those
        that are hidden last. Every patient is in one row.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.
    OptionError
        If `unknown` is not one of the three words, or `mask_below` is no whole number of at least 1.

    Missing data
    ------------
    Unless told otherwise, a criterion that is unknown is not failed: it is counted in ``unknown`` and makes no
    combination of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]])
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C", "D"], "age_years": [54, 17, None, 16],
    ...     "disease_duration_months": [5, 14, 5, 20],
    ...     "subtype": ["dermatomyositis", "polymyositis", "polymyositis", "dermatomyositis"]})
    >>> mt.overlap(protocol, patients).iloc[:, :5]
                combination  size       decision  patients  unknown
    0                           0       eligible         1        0
    1                           0  indeterminate         1        1
    2  adult; early_disease     2     ineligible         2        0
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    require_mask(mask_below)
    entrance = find_failures(protocol, screening)
    keys = [each.key for each in protocol.criteria]
    names = [fails(key) for key in keys]
    marked = entrance.frame.with_columns(_open=(nw.col(OPEN) > 0).cast(nw.Int64))
    if unknown == "worst":
        marked = marked.with_columns(fails_or_is_open(key) for key in keys)
    found = plain_rows(marked.group_by(*names).agg(nw.len().alias("_patients"), nw.col("_open").sum()))
    counts = {
        tuple(key for key, name in zip(keys, names, strict=True) if row[name]): (
            int(row["_patients"]),
            int(row["_open"]),
        )
        for row in found
    }
    everybody, waiting = counts.pop((), (0, 0))
    in_order = sorted(counts.items(), key=lambda one: (len(one[0]), [keys.index(key) for key in one[0]]))
    table = [
        ((), ELIGIBLE, everybody, waiting) if unknown == "best" else ((), ELIGIBLE, everybody - waiting, 0),
        ((), INDETERMINATE, 0, 0) if unknown == "best" else ((), INDETERMINATE, waiting, waiting),
        *((failed, INELIGIBLE, patients, is_waiting) for failed, (patients, is_waiting) in in_order),
    ]
    hidden = _hidden(table, mask_below)
    seen = {place: 0 if (place, "patients") in hidden else patients for place, (*_, patients, _) in enumerate(table)}
    places = [0, 1, *sorted(range(2, len(table)), key=lambda place: -seen[place])]
    table = [table[place] for place in places]
    hidden = {(places.index(place), name) for place, name in hidden}
    rows: dict[str, list[Any]] = {
        "combination": ["; ".join(failed) for failed, *_ in table],
        "size": [len(failed) for failed, *_ in table],
        "decision": [decision for _, decision, *_ in table],
        "patients": [patients for *_, patients, _ in table],
        "unknown": [is_waiting for *_, is_waiting in table],
    }
    rows |= {key: [key in failed for failed, *_ in table] for key in keys}
    schema = _SCHEMA | dict.fromkeys(keys, nw.Boolean)
    return leave_counts(entrance, rows, schema, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def _hidden(table: Sequence[tuple[Any, ...]], mask_below: int | None) -> set[tuple[int, str]]:
    """The cells that are hidden: every patient is in one row, and of each row some are waiting."""
    counts = {(place, name): row[2 + nth] for place, row in enumerate(table) for nth, name in enumerate(_COUNTS)}
    sums: list[Sum] = [(sum(row[2] for row in table), [(place, "patients") for place in range(len(table))])]
    for place, (_, decision, *_) in enumerate(table):
        others = [] if decision == INDETERMINATE else [f"known {place}"]
        sums.append(((place, "patients"), [(place, "unknown"), *others]))
    spare = {(place, "patients") for place, row in enumerate(table) if row[1] != INELIGIBLE}
    found: set[Any] = hidden_counts(counts, sums, mask_below, spare=spare)
    return found
