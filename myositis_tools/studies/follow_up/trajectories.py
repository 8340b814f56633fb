"""A measure over time: a line a patient, and what the patients of a group have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from myositis_tools.errors import OptionError, needs_package, require_option
from myositis_tools.groups import EVERYBODY
from myositis_tools.studies.follow_up.followed_cohort import put_together
from myositis_tools.studies.follow_up.groups_of_patients import in_order, require_patients
from myositis_tools.studies.follow_up.measures import Measure

SCALES = ("measured", "change", "percent_of_range")
SHOWN = ("individuals", "summary", "both")
SUMMARIES = ("median", "mean")
MOST_LINES = 200  # patients: more lines than that are a blot, and shares of them say more
OUTER, INNER = ("5 to 95 %", 0.05, 0.95), ("25 to 75 %", 0.25, 0.75)
_CONFIDENCE = 0.95
_COLUMNS = ("part", "group", "patient_id", "week", "value", "lower", "upper", "patients", "missing")


def arrange_trajectories(
    visits: pd.DataFrame,
    measure: Measure,
    *,
    groups: pd.Series | None,
    scale: str,
    show: str,
    summary: str,
    highlight: Sequence[str],
    weeks: Sequence[int] | None,
    baseline_week: int,
) -> pd.DataFrame:
    """As `trajectory_frame`, from visits that are checked and scored and the group of each patient."""
    for name, value, allowed in (("scale", scale, SCALES), ("show", show, SHOWN), ("summary", summary, SUMMARIES)):
        require_option(name, value, allowed)
    require_scale(measure, scale)
    wide = _by_week(visits, measure.column)
    require_patients(highlight, wide.index)
    followed = np.bincount(wide.index.get_indexer(visits["patient_id"]), minlength=len(wide)) > 1
    left_out = int((~followed).sum())
    wide = rescaled(wide, measure, scale, baseline_week)[followed]
    if measure.is_scored:
        wide = wide.loc[:, wide.columns > baseline_week]
    if weeks is not None:
        wide = wide.loc[:, wide.columns.isin(list(weeks))]
    of_each = pd.Series(EVERYBODY, index=wide.index) if groups is None else groups.reindex(wide.index)
    parts = []
    for group in in_order(of_each):
        own = wide[(of_each == group).to_numpy()]
        if show != "summary":
            parts += [_individuals(own, group)] if len(wide) <= MOST_LINES else _shares(own, group)
        if show != "individuals":
            parts.append(_summary(own, group, summary))
    pointed_at = [name for name in highlight if name in wide.index]
    parts += [_individuals(wide.loc[[name]], of_each[name], part="highlight") for name in pointed_at]
    frame = put_together(parts, _COLUMNS, left_out)
    return frame.assign(
        **{name: frame[name].astype("Int64") for name in ("week", "patients", "missing")},
        **{name: frame[name].astype("float64") for name in ("value", "lower", "upper")},
    )


def require_scale(measure: Measure, scale: str) -> None:
    """Refuse a change of what is a change already, and percent of a range that nobody states.

    Raises
    ------
    OptionError
        If the measure cannot be drawn on the scale.
    """
    if scale != "measured" and measure.is_scored:
        raise OptionError(
            f"{measure.label} cannot be drawn as change.",
            expected="scale='measured'",
            hint="the score is itself made of changes since baseline",
        )
    if scale == "percent_of_range" and measure.percent_per_unit is None:
        raise OptionError(
            f"The range of {measure.label} is not known.",
            expected="scale='measured' or 'change'",
            hint="only scales with a range that a source states can be drawn in percent of it",
        )


def _by_week(visits: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a patient, in the order of the table, and one column a week."""
    places, patients = pd.factorize(visits["patient_id"])
    when, weeks = pd.factorize(visits["week"], sort=True)
    values = np.full((len(patients), len(weeks)), np.nan)
    values[places, when] = visits[column].to_numpy(dtype="float64")
    return pd.DataFrame(values, index=pd.Index(patients), columns=weeks)


def rescaled(wide: pd.DataFrame, measure: Measure, scale: str, baseline_week: int) -> pd.DataFrame:
    """Give values, one row a patient and one column a week, on another scale."""
    if scale == "measured":
        return wide
    before = wide[baseline_week] if baseline_week in wide.columns else pd.Series(np.nan, index=wide.index)
    change = wide.sub(before, axis=0)
    if scale == "change":
        return change
    return change * ((measure.percent_per_unit or 0) * (-1 if measure.better == "lower" else 1))


def _individuals(wide: pd.DataFrame, group: str, *, part: str = "individual") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": part,
            "group": group,
            "patient_id": np.repeat(wide.index.to_numpy(), wide.shape[1]),
            "week": np.tile(wide.columns.to_numpy(), len(wide)),
            "value": wide.to_numpy(dtype="float64").ravel(),
        }
    )


def _summary(wide: pd.DataFrame, group: str, summary: str) -> pd.DataFrame:
    counts = wide.notna().sum()
    if summary == "median":
        middle, lower, upper = wide.median(), wide.quantile(INNER[1]), wide.quantile(INNER[2])
    else:
        with needs_package("scipy"):
            from scipy.special import stdtrit  # of the extras, and slow to load

        # Student's t; a single patient has no interval
        middle, error = wide.mean(), wide.sem() * stdtrit(counts.clip(lower=1) - 1, (1 + _CONFIDENCE) / 2)
        lower, upper = middle - error, middle + error
    return pd.DataFrame(
        {
            "part": "summary",
            "group": group,
            "week": wide.columns,
            "value": middle.to_numpy(),
            "lower": lower.to_numpy(),
            "upper": upper.to_numpy(),
            "patients": counts.to_numpy(),
            "missing": len(wide) - counts.to_numpy(),
        }
    )


def _shares(wide: pd.DataFrame, group: str) -> list[pd.DataFrame]:
    """Shares of the patients in place of their lines."""
    return [
        pd.DataFrame(
            {
                "part": part,
                "group": group,
                "week": wide.columns,
                "lower": wide.quantile(low).to_numpy(),
                "upper": wide.quantile(high).to_numpy(),
                "patients": wide.notna().sum().to_numpy(),
                "missing": wide.isna().sum().to_numpy(),
            }
        )
        for part, low, high in (OUTER, INNER)
    ]
