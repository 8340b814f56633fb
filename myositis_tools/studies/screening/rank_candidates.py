"""The patients whom nothing excludes, those with the least left to find out first."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.frames import in_order
from myositis_tools.studies.screening.failed_criteria import FAILED, OPEN, flag

_COLUMNS = ("patient_id", "decision", "criteria_open", "because")


@protocol_first
def rank_candidates(protocol: Protocol, screening: IntoFrameT) -> IntoFrameT:
    """Screening list (pre-screening log): the patients whom no criterion excludes, the most promising first.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.

    Returns
    -------
    frame of the same kind
        One row a patient who is not excluded: ``patient_id``, ``decision``, ``criteria_open`` (how many criteria are
        unknown) and ``because`` (which, and why), in the order of ``criteria_open`` and then of ``patient_id``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    It is what the list is ranked by. `near_misses` lists those whom one criterion excludes, `next_measurements` says
    which value would decide most.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]], "iim_subtype")
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [None, 17, 54], "disease_duration_months": [None, 5, None]})
    >>> mt.screening.rank_candidates(protocol, patients)[["patient_id", "criteria_open"]]
      patient_id  criteria_open
    0          C              1
    1          A              2
    """
    entrance = protocol.enter(screening)
    frame, _ = flag(protocol, entrance.frame)
    frame = protocol.decided(frame)
    kept = frame.filter(nw.col(FAILED) == 0).with_columns(criteria_open=nw.col(OPEN).cast(nw.Int64))
    listed = kept.sort("criteria_open", "patient_id").select(*_COLUMNS)
    return in_order(entrance.leave_new(listed), {"decision": verdict.DECISIONS})
