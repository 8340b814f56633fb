"""The share of responders by each week, exactly as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals as nw
import pandas as pd

from myositis_tools.errors import OptionError, require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.frames import Entrance, to_pandas
from myositis_tools.groups import ARM
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from myositis_tools.studies.follow_up.groups_of_patients import require_patients
from myositis_tools.studies.response.response_curve import CURVE, curve_of_times
from myositis_tools.studies.response.response_over_time import visit_levels
from myositis_tools.studies.response.time_to_response import first_times, time_to_response
from myositis_tools.studies.trials.rescue import rescue_weeks

SEEN, BETWEEN_VISITS, LEFT_OUT, HIGHLIGHT = "first seen", "between visits", "left out", "highlight"


@shows_score
def time_to_response_frame(
    visits: Any,
    *,
    level: str = "moderate",
    sustained: bool = False,
    group: str | None = ARM,
    rescue: str | None = None,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_time_to_response` draws: `response_curve`, in pandas.

    Parameters
    ----------
    visits, level, sustained, group, rescue, weeks, **score_options
        As in `response_curve`.
    highlight : sequence of str
        Patients to point at.

    Returns
    -------
    pandas.DataFrame
        As `response_curve`; with `highlight` also a row of estimate ``highlight`` a patient pointed at, with her
        ``patient_id``, ``event``, the ``week`` at which it was seen, and ``after_week`` and ``by_week``, between which
        it came.

    Raises
    ------
    OptionError
        If there are more groups than can be told apart.
    NotFoundError
        If a patient pointed at is not there.
    MyositisToolsError
        Whatever `response_curve` refuses.

    Missing data
    ------------
    As in `response_curve`.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> visits = mt.load_visits()
    >>> frame = mt.figures.time_to_response_frame(visits[visits["arm"].notna()], group="arm")
    >>> frame.loc[frame["week"] == 26, ["estimate", "group", "percent"]].round(1)
              estimate    group  percent
    4       first seen     IVIg     78.3
    10  between visits     IVIg     78.3
    17      first seen  placebo     45.9
    23  between visits  placebo     49.4
    """
    times = time_to_response(
        to_pandas(visits),
        level=level,
        sustained=sustained,
        group=group,
        rescue=rescue,
        weeks=weeks,
        **score_options,
    )
    baseline_week = ScoreOptions(**score_options).baseline_week
    return _curves(times, baseline_week=baseline_week, has_rescue=rescue is not None, highlight=highlight)


def arrange_time_to_response(
    cohort: FollowedCohort,
    *,
    level: str = "moderate",
    sustained: bool = False,
    population: str = "adult",
    rescue: str | None = None,
    highlight: Sequence[str] = (),
) -> pd.DataFrame:
    """As `time_to_response_frame`, from visits that are scored; those at the weeks of the cohort."""
    names = [one.name for one in classes(population)]
    require_option("level", level, names[1:])
    own = cohort.visits.loc[
        cohort.visits["week"].isin(cohort.weeks).to_numpy(), ["patient_id", "week", "tis_min", "tis_max"]
    ]
    seen = visit_levels(nw.from_native(own), population, cohort.baseline_week).to_native()
    people = pd.DataFrame({"group": cohort.groups.astype(object)}).sort_index()
    people.index.name = "patient_id"
    people["rescue"] = rescue_weeks(cohort.visits, rescue, people.index, cohort.baseline_week)
    times = first_times(people, seen, names.index(level), sustained=sustained, baseline_week=cohort.baseline_week)
    return _curves(times, baseline_week=cohort.baseline_week, has_rescue=rescue is not None, highlight=highlight)


def _curves(times: pd.DataFrame, *, baseline_week: int, has_rescue: bool, highlight: Sequence[str]) -> pd.DataFrame:
    own = times["patient_id"].astype(str)
    require_patients(highlight, pd.Index(own))
    rows = curve_of_times(times, baseline_week=baseline_week, has_rescue=has_rescue)
    frame = Entrance(times, nw.from_native(times)).leave_rows(rows, CURVE)
    found = frame["group"].nunique()
    if found > len(colours.GROUPS) - 1:
        raise OptionError(
            f"There are {found} groups, more than can be told apart.",
            expected=f"at most {len(colours.GROUPS) - 1} groups",
            hint="group by a column of a few words, such as arm or subtype",
        )
    if not highlight:
        return frame
    names = ["patient_id", "group", "event", "week", "after_week", "by_week"]
    pointed_at = times.loc[own.isin(list(highlight)).to_numpy(), names]
    return pd.concat([frame, pointed_at.assign(estimate=HIGHLIGHT)], ignore_index=True)
