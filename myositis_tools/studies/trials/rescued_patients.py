"""Who was given rescue treatment before a week, and what an estimand makes of each of them."""

from __future__ import annotations

from typing import Unpack

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import leave_scored, read_arms
from myositis_tools.studies.trials.rescue import TREATMENT_POLICY


@takes_options
def rescued_patients(
    visits: IntoFrameT,
    week: int,
    *,
    rescue: str,
    estimand: str = TREATMENT_POLICY,
    group: str = ARM,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Intercurrent events: the patients who were given rescue treatment, and how an estimand counts each of them.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the columns of arms and of rescue.
    week : int
        The visit at which the arms are compared.
    rescue, estimand, group, **score_options
        As in `compare_responders`.

    Returns
    -------
    frame of the same kind
        One row a patient who was rescued before the week: ``patient_id``, ``arm``, ``rescue_week``, ``estimand``,
        ``counted`` (in words), ``tis_min`` and ``tis_max``: the score she counts with, or the bounds of what is not
        known of it.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError, WrongTypeError, ImpossibleValueError
        If an option, a column or the week is not there, or rescue is no week after the baseline.

    Missing data
    ------------
    An empty week means that a patient was not rescued. A patient whose score counts as not known is left to the
    strategy for missing scores of the comparison.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A"] * 3, "week": [0, 4, 12], "physician_global_cm": [6.0, 5.0, 1.0],
    ...     "patient_global_cm": [5.0, 5.0, 1.0], "mmt8_150": [120, 121, 147], "haq_di": [1.5, 1.5, 0.5],
    ...     "ck_xuln": [8.0, 6.0, 1.0], "extramuscular_cm": [3.0] * 3, "arm": ["IVIg"] * 3, "rescued": [6.0] * 3})
    >>> said = ["patient_id", "rescue_week", "counted", "tis_min", "tis_max"]
    >>> mt.rescued_patients(visits, 12, rescue="rescued", estimand="while on treatment")[said]
      patient_id  rescue_week            counted  tis_min  tis_max
    0          A          6.0  as seen at week 4     10.0     10.0
    """
    scoring = ScoreOptions(**score_options)
    entrance, arms = read_arms(visits, week, group, scoring, rescue=rescue, estimand=estimand)
    schema = {
        **dict.fromkeys(("patient_id", "arm"), nw.String),
        "rescue_week": nw.Float64,
        **dict.fromkeys(("estimand", "counted"), nw.String),
        **dict.fromkeys(("tis_min", "tis_max"), nw.Float64),
    }
    rows = [
        {
            "patient_id": one.name,
            "arm": arm,
            "rescue_week": one.rescue_week,
            "estimand": estimand,
            "counted": one.counted,
            "tis_min": one.score_bounds[0],
            "tis_max": one.score_bounds[1],
        }
        for arm, patients in arms.items()
        for one in patients
        if one.rescue_week is not None
    ]
    return leave_scored(entrance, rows, schema, scoring)
