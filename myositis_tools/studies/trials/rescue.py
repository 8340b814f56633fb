"""Rescue treatment: in which week a patient was given it, and what an estimand makes of what came after."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.errors import (
    ImpossibleValueError,
    OptionError,
    WrongTypeError,
    listed,
    require_option,
)
from myositis_tools.frames import is_number, require_columns

TREATMENT_POLICY, COMPOSITE = "treatment policy", "composite"
WHILE_ON_TREATMENT, HYPOTHETICAL = "while on treatment", "hypothetical"
# what is compared of a patient who was rescued before the week: what was seen all the same; a failure; what was seen
# last before rescue; what would have been seen without it, which nobody knows
ESTIMAND = "estimand"  # the column in which a result says it
ESTIMANDS = (TREATMENT_POLICY, COMPOSITE, WHILE_ON_TREATMENT, HYPOTHETICAL)


def require_estimand(estimand: str, rescue: str | None) -> None:
    """Refuse an estimand that is not known, or one that needs to know who was rescued.

    Raises
    ------
    OptionError
        If it is not one of `ESTIMANDS`, or there is no column of rescue.
    """
    require_option("estimand", estimand, ESTIMANDS)
    if estimand != TREATMENT_POLICY and rescue is None:
        raise OptionError(
            f"estimand={estimand!r} needs to know who was rescued.",
            expected="rescue= the column with the week in which a patient was given rescue treatment",
            hint="it is empty for a patient who was not",
        )


def one_each(said: pd.DataFrame, name: str) -> pd.Series:
    """What a column says of each patient of whom it says anything.

    Raises
    ------
    OptionError
        If it says two things of one patient.
    """
    known = said[["patient_id", name]].dropna().drop_duplicates()
    twice = known.loc[known["patient_id"].duplicated(), "patient_id"].unique()
    if len(twice):
        raise OptionError(
            f"Column {name} says two things of one patient.",
            where=f"patient {listed(twice, most=3)}",
            expected="one value a patient, the same at every visit or empty",
        )
    return known.set_index("patient_id")[name]


def rescue_weeks(said: pd.DataFrame, rescue: str | None, patients: pd.Index, baseline_week: int) -> Any:
    """The week of rescue of each patient, missing where there was none.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, OptionError
        If the column is not there, or holds what is no week after the baseline, or two weeks of one patient.
    """
    if rescue is None:
        return float("nan")
    require_columns(said, [rescue], expected="a column with the week of rescue treatment")
    found = one_each(said, rescue)
    if not all(map(is_number, found)):
        raise WrongTypeError(f"Column {rescue} holds what is no number.", expected="weeks since baseline, or empty")
    found = found.astype("float64")
    if (found <= baseline_week).any():
        raise ImpossibleValueError(
            f"Column {rescue} holds a week that is not after the baseline.",
            where=f"patient {listed(found.index[found <= baseline_week], most=3)}",
            expected=f"weeks above {baseline_week:g}, or empty",
        )
    return found.reindex(patients)
