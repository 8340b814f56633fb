"""Muscle endurance: the Functional Index, versions 2 and 3, by muscle group."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import require_option
from myositis_tools.frames import enter
from myositis_tools.scores.items import divided, unverified, with_evidence, with_words
from myositis_tools.tables import records

VERSIONS = ("fi2", "fi3")


def score_functional_index(items: IntoFrameT, *, version: str) -> IntoFrameT:
    """Score the functional index: repetitions of each task as a percentage of the maximum; higher is better.

    The index is reported by muscle group: there is no total.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, whole numbers of repetitions. For ``fi2`` columns ``fi2_shoulder_flexion``,
        ``fi2_shoulder_abduction``, ``fi2_head_lift``, ``fi2_hip_flexion``, ``fi2_step_test``, ``fi2_heel_lift`` and
        ``fi2_toe_lift``; for ``fi3`` ``fi3_shoulder_flexion``, ``fi3_neck_flexion`` and ``fi3_hip_flexion``. A side
        is scored by itself: one row for each side that was tested.
    version : {"fi2", "fi3"}
        Functional Index-2 or Functional Index-3.

    Returns
    -------
    frame of the same kind
        The rows as they were, with a column ``<task>_percent`` for each task, ``missing`` and ``evidence``.

    Raises
    ------
    OptionError
        If `version` is neither.
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    A task without repetitions has no percentage and is named in ``missing``; the others keep theirs.

    Source
    ------
    ``tables.load("functional_index_tasks")``: maxima are not verified, which ``evidence`` says in every row.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_functional_index
    >>> visits = pd.DataFrame({"fi3_shoulder_flexion": [60, 30], "fi3_neck_flexion": [12, None], "fi3_hip_flexion": 6})
    >>> scored = score_functional_index(visits, version="fi3")
    >>> scored[["fi3_neck_flexion_percent", "missing"]]
       fi3_neck_flexion_percent                 missing
    0                      20.0
    1                       NaN  not done: neck flexion
    >>> scored["evidence"].tolist()[0]
    'unverified: tasks and most repetitions'
    """
    require_option("version", version, VERSIONS)
    rows = [row for row in records("functional_index_tasks") if row["version"] == version]
    rows = sorted(rows, key=lambda row: float(row["order"] or 0))
    tasks = {f"{version}_{row['task']}": row for row in rows}
    entrance = enter(items, "functional_index", needs=tasks)
    frame = entrance.frame.with_columns(
        **{f"{name}_percent": divided(nw.col(name) * 100, by=float(row["maximum"] or 0)) for name, row in tasks.items()}
    )
    not_done = [(nw.col(name).is_null(), str(row["label"])) for name, row in tasks.items()]
    frame = with_words(frame, "missing", {"not done: ": not_done})
    frame = with_evidence(frame, unverified(rows, "tasks and most repetitions"))
    return entrance.leave(frame, [*(f"{name}_percent" for name in tasks), "missing", "evidence"])
