"""How much prednisone each patient took up to a visit, against her Total Improvement Score there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, listed, require_option
from myositis_tools.figures.followup.joint import draw_joint
from myositis_tools.figures.followup.joint_frame import arrange_joint
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.frames import has
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort, read_cohort
from myositis_tools.studies.follow_up.groups_of_patients import require_patients
from myositis_tools.studies.follow_up.measures import measure_named

EXPOSURES = ("mean", "cumulative")
_DOSE, _DAYS_A_WEEK, _MG_IN_A_GRAM = "prednisone_mg_day", 7, 1000


@shows_score
def prednisone_and_response_frame(
    visits: Any,
    *,
    week: int,
    exposure: str = "mean",
    group: str | None = ARM,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_prednisone_and_response` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with ``prednisone_mg_day``, the daily dose at each visit.
    week : int
        The visit, after the baseline.
    exposure : {"mean", "cumulative"}
        The mean dose in milligrams a day, or the total in grams, from the baseline to the visit.
    group, highlight, **score_options
        As in `waterfall_frame`.

    Returns
    -------
    pandas.DataFrame
        As `two_measures_frame`, with the exposure as ``x`` and the score as ``y``. Doses are known at visits only:
        ``x_min`` and ``x_max`` take each time between two visits at the lower and at the higher of their doses, ``x``
        lets the dose change evenly between them.

    Raises
    ------
    OptionError
        If the exposure is none, or the visit is not after the baseline.
    MissingColumnError, NotFoundError
        If there is no column of doses, no such visit or patient.
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or the column to group by.

    Missing data
    ------------
    A visit up to then at which the dose was not recorded makes the exposure unknown, and so does a baseline without a
    dose. A visit that did not take place does not: the time is then between the visits that did. Whose exposure or
    score is unknown stands at the edge, and is counted.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.prednisone_and_response_frame(mt.load_visits(), week=12, group="arm")
    >>> frame.loc[frame["patient_id"] == "P050", ["x_min", "x", "x_max", "y"]].round(1).head(1)
       x_min     x  x_max     y
    4   36.7  47.1   57.5  75.0
    """
    require_option("exposure", exposure, EXPOSURES)
    if not has(visits, _DOSE):
        raise MissingColumnError(
            f"There is no column {_DOSE!r}.",
            expected=f"{measure_named(_DOSE).title} at each visit",
            hint="mt.prednisone_equivalent makes it from other glucocorticoids",
        )
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group)
    return arrange_prednisone(cohort, week=week, exposure=exposure, highlight=highlight)


def arrange_prednisone(
    cohort: FollowedCohort, *, week: int, exposure: str = "mean", highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """As `prednisone_and_response_frame`, from visits that are scored."""
    require_patients(highlight, pd.Index(cohort.groups.index))
    if week <= cohort.baseline_week:
        raise OptionError(
            f"week={week} is not after the baseline.", expected=f"a visit after week {cohort.baseline_week}"
        )
    if len(cohort.followed) and week not in cohort.weeks:
        raise NotFoundError(f"There is no visit at week {week}.", expected=f"one of {listed(cohort.weeks, most=30)}")
    found = cohort.at(week) if len(cohort.followed) else pd.DataFrame(columns=["group", "patient_id", "tis_min"])
    values = pd.DataFrame({"group": found["group"], "patient_id": found["patient_id"]})
    taken = _taken(cohort, week)
    span = (week - cohort.baseline_week) * _DAYS_A_WEEK
    for name in ("x_min", "x", "x_max"):
        values[name] = taken[name].to_numpy() / (span if exposure == "mean" else _MG_IN_A_GRAM)
    for name, column in (("y", "tis"), ("y_min", "tis_min"), ("y_max", "tis_max")):
        values[name] = found[column].to_numpy(dtype="float64") if len(found) else []
    own = cohort.visits.loc[(cohort.visits["week"] == week).to_numpy(), "patient_id"]
    is_seen = cohort.followed.isin(own)
    return arrange_joint(values, is_seen=is_seen, left_out=cohort.left_out, highlight=highlight)


def _taken(cohort: FollowedCohort, week: int) -> pd.DataFrame:
    """Milligrams from the baseline to a visit, where every dose is known: at least, changing evenly, and at most.

    One row a followed patient.
    """
    visits, first = cohort.visits, cohort.baseline_week
    own = visits[["week", _DOSE]].assign(place=cohort.places)
    own = own[(own["week"] >= first) & (own["week"] <= week) & (own["place"] >= 0)].sort_values(["place", "week"])
    of_each = own.groupby("place")
    days = of_each["week"].diff() * _DAYS_A_WEEK
    dose = own[_DOSE].astype("float64")
    before = of_each[_DOSE].shift().astype("float64")
    pieces = pd.DataFrame(
        {
            "place": own["place"],
            "x_min": days * np.fmin(dose, before),
            "x": days * (dose + before) / 2,
            "x_max": days * np.fmax(dose, before),
        }
    )
    names = ["x_min", "x", "x_max"]
    total = pieces.groupby("place")[names].sum(min_count=1)
    is_whole = (
        (of_each["week"].min() == first) & (of_each["week"].max() == week) & (of_each[_DOSE].count() == of_each.size())
    )
    return total.where(is_whole, np.nan).reindex(range(len(cohort.followed)))


def draw_prednisone_and_response(
    frame: pd.DataFrame, *, week: int, exposure: str = "mean", baseline_week: int = 0, population: str = "adult"
) -> go.Figure:
    """Draw a frame made by `prednisone_and_response_frame`."""
    dose = measure_named(_DOSE)
    words = {"mean": f"Mean dose of {dose.label}, {dose.unit}", "cumulative": f"Total of {dose.label}, g"}
    return draw_joint(
        frame,
        title=f"{dose.label.capitalize()} from week {baseline_week} to {week} and the score",
        x_title=f"{words[exposure]}, from the doses at visits",
        y_title="Total Improvement Score, points<br>higher is better",
        names=(f"{exposure} dose", "score"),
        population=population,
    )


@plots(prednisone_and_response_frame, draw_prednisone_and_response)
def plot_prednisone_and_response() -> None:
    """Draw a scatter plot of steroid sparing: prednisone up to a visit against the Total Improvement Score there.

    Returns
    -------
    plotly.graph_objects.Figure
        A point a patient, with a line across from the least to the most she can have taken, and how both are spread.
        It shows what went together, not what caused what: the dose follows the response, too.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_prednisone_and_response(mt.load_visits(), week=12, group="arm").layout.title.text
    'Prednisone from week 0 to 12 and the score are both known of 41 of 46 patients'
    """
