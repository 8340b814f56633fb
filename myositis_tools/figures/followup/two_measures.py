"""Any two measures of each patient against each other, at one visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import NotFoundError, listed, require_option
from myositis_tools.figures.followup.joint import draw_joint
from myositis_tools.figures.followup.joint_frame import arrange_joint
from myositis_tools.figures.followup.trajectory_words import axis_title
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort, read_cohort
from myositis_tools.studies.follow_up.groups_of_patients import require_patients
from myositis_tools.studies.follow_up.measures import Measure, measure_named
from myositis_tools.studies.follow_up.trajectories import SCALES, require_scale, rescaled


@shows_score
def two_measures_frame(
    visits: Any,
    *,
    x: str,
    y: str,
    week: int,
    scale: str = "measured",
    group: str | None = ARM,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_two_measures` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, with the two measures; for one of the score, what `score_total_improvement` needs.
    x, y : str
        Numbers among the columns of visits, or of the score.
    week : int
        The visit.
    scale : {"measured", "change", "percent_of_range"}
        As in `trajectory_frame`; what is of the score is a change already, and stays as it is.
    group, highlight, **score_options
        As in `waterfall_frame`.

    Returns
    -------
    pandas.DataFrame
        A row of part ``patient`` a patient with both: ``group, patient_id, x, y``, and bounds ``x_min, x_max, y_min,
        y_max``, which differ from them where a score is not certain; of more than 200, rows of part ``cell`` count the
        ``patients`` about a point instead. ``x only``, ``y only``, ``neither`` and ``not seen`` are the others;
        ``spread`` are quantiles of what is known along an ``axis`` in a group; ``highlight`` are those pointed at;
        ``left out`` counts those never seen after the baseline.

    Raises
    ------
    OptionError, NotFoundError, MissingColumnError
        If a measure, a scale, the visit or a patient is not there.
    MyositisToolsError
        Whatever the door and the score refuse.

    Missing data
    ------------
    Who has one of the two is shown at the edge where the other would be, and counted; nothing is filled in.

    Source
    ------
    Ranges: ``tables.load("core_set_ranges")`` and ``enzymes``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import two_measures_frame
    >>> visits = pd.DataFrame({"patient_id": ["A", "A", "B", "B"], "week": [0, 12, 0, 12],
    ...                        "mmt8_150": [100, 120, 110, 130], "ck_xuln": [9.0, 3.0, 4.0, None]})
    >>> frame = two_measures_frame(visits, x="ck_xuln", y="mmt8_150", week=12)
    >>> frame.loc[frame["patient_id"].notna(), ["part", "patient_id", "x", "y"]]
          part patient_id    x      y
    0  patient          A  3.0  120.0
    1   y only          B  NaN  130.0
    """
    one, other = measure_named(x), measure_named(y)
    only = None if one.is_scored or other.is_scored else list(dict.fromkeys((x, y)))
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group, only=only)
    return arrange_two_measures(cohort, one, other, week=week, scale=scale, highlight=highlight)


def arrange_two_measures(
    cohort: FollowedCohort, x: Measure, y: Measure, *, week: int, scale: str = "measured", highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """As `two_measures_frame`, from visits that are checked and scored."""
    require_option("scale", scale, SCALES)
    require_patients(highlight, pd.Index(cohort.groups.index))
    if len(cohort.followed) and week not in cohort.weeks:
        raise NotFoundError(f"There is no visit at week {week}.", expected=f"one of {listed(cohort.weeks, most=30)}")
    values = pd.DataFrame({"group": cohort.group_of.to_numpy(), "patient_id": cohort.followed.to_numpy()})
    is_seen = _column(cohort, "week", week).notna().to_numpy()
    for axis, measure in (("x", x), ("y", y)):
        if not measure.is_scored:
            require_scale(measure, scale)
        found = _column(cohort, measure.column, week)
        if not measure.is_scored and scale != "measured":
            before = _column(cohort, measure.column, cohort.baseline_week)
            both = pd.DataFrame({cohort.baseline_week: before, week: found})
            found = rescaled(both, measure, scale, cohort.baseline_week)[week]
        values[axis] = found.to_numpy()
        for end in ("min", "max"):
            bound = _column(cohort, f"tis_{end}", week) if measure.column == "tis" else found
            values[f"{axis}_{end}"] = bound.to_numpy()
    return arrange_joint(values, is_seen=is_seen, left_out=cohort.left_out, highlight=highlight)


def _column(cohort: FollowedCohort, name: str, week: int) -> pd.Series:
    """A column at a visit, of each patient who is followed."""
    own = cohort.visits[(cohort.visits["week"] == week).to_numpy()]
    places = pd.Index(own["patient_id"]).get_indexer(cohort.followed)
    values = np.append(own[name].to_numpy(dtype="float64"), np.nan)
    return pd.Series(values[places], index=cohort.followed)


def draw_two_measures(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    week: int,
    scale: str = "measured",
    baseline_week: int = 0,
    population: str = "adult",
) -> go.Figure:
    """Draw a frame made by `two_measures_frame`."""
    one, other = measure_named(x), measure_named(y)
    titles = [
        axis_title(measure, "measured" if measure.is_scored else scale, baseline_week) for measure in (one, other)
    ]
    return draw_joint(
        frame,
        title=f"Week {week}: {one.label} and {other.label}",
        x_title=titles[0].replace("<br>", ", ", 1),
        y_title=titles[1],
        names=(one.label, other.label),
        population=population if y == "tis" else None,
    )


@plots(two_measures_frame, draw_two_measures)
def plot_two_measures() -> None:
    """Draw a scatter plot of two measures of each patient at one visit, with their distributions.

    Returns
    -------
    plotly.graph_objects.Figure
        A point a patient, with how each measure is spread beside it; open points with a line are scores that are not
        certain, points at the edge lack one of the two. Of more than 200 patients, cells that count them.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_two_measures(mt.load_visits(), x="mmt8_150", y="haq_di", week=12).layout.title.text
    'Week 12: MMT-8 (of 150) and HAQ-DI are both known of 43 of 46 patients'
    """
