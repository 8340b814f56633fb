"""Every patient's change from the baseline as a line from one point: the trajectories, all begun at nought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.trajectories import draw_trajectories, trajectory_frame
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.measures import measure_named

_LINES, _LEFT_OUT = ("individual", "highlight"), "left out"


@shows_score
def spider_frame(
    visits: Any,
    *,
    measure: str = "tis",
    group: str | None = ARM,
    highlight: Sequence[str] = (),
    weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_spider` draws: `trajectory_frame`, begun at nought.

    Parameters
    ----------
    visits, group, highlight, weeks, **score_options
        As in `trajectory_frame`.
    measure : str
        The Total Improvement Score, or another measure, which is then drawn as change in percent of its range,
        improvement positive.

    Returns
    -------
    pandas.DataFrame
        As `trajectory_frame`, with a row at the baseline, and ``not_seen_again``: true in the last row with a value of
        a patient's line that ends before the last planned visit.

    Raises
    ------
    MyositisToolsError
        Whatever `trajectory_frame` refuses.

    Missing data
    ------------
    As in `trajectory_frame`: gaps; a line that ends early ends with a mark.

    Source
    ------
    As in `trajectory_frame`.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import spider_frame
    >>> visits = pd.DataFrame({"patient_id": ["A", "A", "B", "B", "B"], "week": [0, 12, 0, 12, 26],
    ...                        "mmt8_150": [100, 115, 110, 95, 110]})
    >>> spider_frame(visits, measure="mmt8_150")[["patient_id", "week", "value", "not_seen_again"]]
      patient_id  week  value  not_seen_again
    0          A     0    0.0           False
    1          A    12   10.0            True
    2          A    26    NaN           False
    3          B     0    0.0           False
    4          B    12  -10.0           False
    5          B    26    0.0           False
    """
    is_scored = measure_named(measure).is_scored
    frame = trajectory_frame(
        visits,
        measure=measure,
        group=group,
        scale="measured" if is_scored else "percent_of_range",
        show="individuals",
        highlight=highlight,
        weeks=weeks,
        **score_options,
    )
    return begun_at_nought(frame, ScoreOptions(**score_options).baseline_week) if is_scored else _with_endings(frame)


def begun_at_nought(frame: pd.DataFrame, baseline_week: int) -> pd.DataFrame:
    """Put the baseline, from which a score is counted, before what `trajectory_frame` gives of it."""
    rows = frame[frame["part"] != _LEFT_OUT]
    start = rows.drop_duplicates(["part", "group", "patient_id"]).assign(week=baseline_week)
    is_line = start["part"].isin(_LINES)
    start["value"] = is_line.map({True: 0.0, False: float("nan")})
    start[["lower", "upper"]] = start[["lower", "upper"]].where(is_line, 0.0)
    start["patients"] = start["patients"] + start["missing"]  # of shares: everybody begins at nought
    start["missing"] = start["missing"].where(is_line, 0)
    both = pd.concat([start.astype(frame.dtypes.to_dict()), rows])
    both["order"] = both.groupby(["part", "group", "patient_id"], sort=False, dropna=False).ngroup()
    both = both.sort_values(["order", "week"], kind="stable").drop(columns="order")
    rest = frame[frame["part"] == _LEFT_OUT]
    return _with_endings(pd.concat([both, rest], ignore_index=True) if len(rest) else both.reset_index(drop=True))


def _with_endings(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame[(frame["part"] == "individual") & frame["value"].notna()]
    last = known.groupby("patient_id")["week"].max()
    is_last = frame["week"] == frame["patient_id"].map(last)
    ends = (frame["part"] == "individual") & is_last.fillna(False) & (frame["week"] < frame["week"].max())
    return frame.assign(not_seen_again=ends.fillna(False).astype(bool))


def draw_spider(
    frame: pd.DataFrame, *, measure: str = "tis", baseline_week: int = 0, population: str = "adult"
) -> go.Figure:
    """Draw a frame made by `spider_frame`."""
    chosen = measure_named(measure)
    scale = "measured" if chosen.is_scored else "percent_of_range"
    drawn = draw_trajectories(frame, measure=measure, scale=scale, baseline_week=baseline_week, population=population)
    if not drawn.data:
        return drawn
    ends = frame[frame["not_seen_again"]]
    drawn.add_scatter(
        uid="not_seen_again",
        x=ends["week"],
        y=ends["value"],
        mode="markers",
        marker={"symbol": "x-thin", "size": 9, "line": {"color": colours.INK, "width": 2}},
        customdata=ends["patient_id"],
        text=as_text(ends["patient_id"]),
        name="not seen again with a value",
        showlegend=bool(len(ends)),
        hovertemplate="%{text}<br>no value after week %{x}<extra></extra>",
    )
    return drawn


@plots(spider_frame, draw_spider)
def plot_spider() -> None:
    """Draw a spider plot: every patient's change from the baseline.

    Returns
    -------
    plotly.graph_objects.Figure
        A line a patient from nought, with a mark where she was not seen again; of more than 200 patients the shares
        that `plot_trajectories` draws.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_spider(mt.load_visits(), group="arm").layout.title.text
    'Total Improvement Score reaches a median of 65<br>(IVIg) and 48.8 (placebo) points at week 52'
    """
