"""How patients move between the classes of response from visit to visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals as nw
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.class_flow_counts import CLASS, FLOW, count_states, hide_few
from myositis_tools.figures.followup.findings import BEST, say_responses
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, inked, plain
from myositis_tools.formatting import many
from myositis_tools.frames import Entrance
from myositis_tools.groups import ARM, NOT_RECORDED
from myositis_tools.privacy.small_counts import MASKED, is_small, leave_counts, require_mask
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    FollowedCohort,
    put_together,
    read_cohort,
    say_left_out,
)
from myositis_tools.studies.follow_up.groups_of_patients import in_order, require_patients
from myositis_tools.studies.follow_up.response_states import GONE, NO_VISIT, STATES

HIGHLIGHT = "highlight"
_HALF = 0.16  # of the way between two visits: half a bar
_PANEL, _GAP = 330, 0.16  # pixels of a group, and the room for its name as a share of it
_LEAST_WRITTEN = 4.0  # percent of the patients: a lower bar has no room for its number
_CURVE = np.linspace(0, 1, 11)
_COLUMNS = ("part", "group", "week", "shown", "next_week", "next_shown", "patients", "of", "patient_id")
_SCHEMA = {
    **dict.fromkeys(("part", "group"), nw.String),
    "week": nw.Int64,
    "shown": nw.String,
    "next_week": nw.Float64,
    "next_shown": nw.String,
    "patients": nw.Int64,
    "of": nw.Int64,
}


@shows_score
def class_flow_frame(
    visits: Any,
    *,
    group: str | None = ARM,
    weeks: Sequence[int] | None = None,
    mask_below: int | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_class_flow` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    group, weeks, **score_options
        As in `response_calendar_frame`.
    mask_below : int, optional
        Hide counts of at least 1 and below this, and those that they could be worked out of as well; see
        `myositis_tools.privacy.small_counts` for what is promised. Between two visits no way is counted if few went
        one of them or a count is hidden at either visit. ``no visit`` then counts those who are not seen again as well,
        since how many they are would tell the ways, and those never seen after the baseline where they are few.
    highlight : sequence of str
        Patients whose way is drawn.

    Returns
    -------
    pandas.DataFrame
        A row of part ``class`` counts the ``patients`` of a ``group`` (``of`` how many) in a state ``shown`` at a
        ``week``: a class, ``not certain``, ``no visit`` (she came again) or ``not seen again``. A row of part ``flow``
        counts those who went from it to ``next_shown`` at ``next_week``. ``highlight`` is a state of a ``patient_id``
        pointed at; ``left out`` counts those never seen after the baseline. ``masked`` names what is hidden, if that is
        asked for; a ``flow`` without states stands for all ways of a group between two visits.

    Raises
    ------
    NotFoundError
        If a patient pointed at is not there.
    OptionError
        If `mask_below` is no count.
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or the column to group by.

    Missing data
    ------------
    Whoever was followed stands in every column: an uncertain class, a missed visit and drop-out are states of their
    own.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.class_flow_frame(mt.load_visits(), group="arm")
    >>> at_12 = (frame["part"] == "class") & (frame["week"] == 12) & (frame["group"] == "IVIg")
    >>> frame.loc[at_12, ["shown", "patients"]].to_numpy().tolist()
    [['major', 6], ['moderate', 8], ['minimal', 7], ['none', 0], ['not certain', 2]]
    """
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group, weeks=weeks)
    return arrange_class_flow(cohort, mask_below=mask_below, highlight=highlight)


def arrange_class_flow(
    cohort: FollowedCohort, *, mask_below: int | None = None, highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """As `class_flow_frame`, from visits that are scored."""
    require_patients(highlight, pd.Index(cohort.groups.index))
    require_mask(mask_below)
    states, group_of, no_visit = cohort.states, cohort.group_of, STATES.index(NO_VISIT)
    if mask_below is not None:
        states = states.replace(STATES.index(GONE), no_visit)
    never_seen = cohort.left_out
    if is_small(never_seen, mask_below):
        group_of = cohort.groups.astype(object).where(cohort.groups.notna(), NOT_RECORDED)
        states, never_seen = states.reindex(group_of.index, fill_value=no_visit), 0
    rows: list[tuple[Any, ...]] = []
    for name in in_order(group_of):
        rows += count_states(states.to_numpy()[(group_of == name).to_numpy()], name, cohort.later_weeks)
    rows, hidden = hide_few(rows, mask_below)
    columns = {name: [row[place] for row in rows] for place, name in enumerate(_SCHEMA)}
    entrance = Entrance(cohort.visits, nw.from_native(cohort.visits))
    frame = leave_counts(entrance, columns, _SCHEMA, counts=["patients", "of"], hidden=hidden, mask_below=mask_below)
    parts = [frame, *(_way(states, group_of[name], name) for name in highlight if name in states.index)]
    frame = put_together(parts, [*_COLUMNS, *([MASKED] if mask_below is not None else [])], never_seen)
    whole = ("week", "next_week", "patients", "of")
    return frame.assign(**{name: frame[name].astype("Int64") for name in whole})


def _way(states: pd.DataFrame, group: str, patient: str) -> pd.DataFrame:
    table = {"part": HIGHLIGHT, "group": group, "patient_id": patient, "week": list(states.columns)}
    return pd.DataFrame(table | {"shown": [STATES[code] for code in states.loc[patient]]})


def draw_class_flow(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `class_flow_frame`."""
    counts = frame[frame["part"] == CLASS]
    if counts.empty:
        return empty_figure("Nobody was followed", NOBODY_FOLLOWED)
    weeks = sorted(int(week) for week in counts["week"].unique())
    groups = list(dict.fromkeys(counts["group"]))
    drawn = figure(_title(counts, weeks[-1]), height=_PANEL * len(groups) + 128)
    flows, ways = (frame[frame["part"] == part] for part in (FLOW, HIGHLIGHT))
    bars, bands = _placed(plain(counts), plain(flows), groups, weeks)
    for rows, add in ((bands, _add_bands), (bars, _add_bars)):
        of_state = dict(iter(rows.groupby("shown")))
        for state in STATES:
            add(drawn, of_state.get(state, rows[:0]), state)
    _add_words(drawn, bars, bands)
    _add_ways(drawn, plain(ways), bars)
    for place, name in enumerate(groups):
        of = counts.loc[counts["group"] == name, "of"].iloc[0]
        drawn.add_annotation(
            text=f"<b>{as_text([name])[0]}</b>, {'size hidden' if pd.isna(of) else many(int(of))}",
            x=-_HALF,
            y=_floor(place, groups) + 101,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    drawn.update_xaxes(
        tickvals=list(range(len(weeks))),
        ticktext=[f"week {week}" for week in weeks],
        range=[-0.3, len(weeks) - 0.7],
        showgrid=False,
        zeroline=False,
    )
    ticks = [(_floor(place, groups) + share, f"{share} %") for place in range(len(groups)) for share in (0, 50, 100)]
    drawn.update_yaxes(
        title_text="patients, the best class on top",
        tickvals=[at for at, _ in ticks],
        ticktext=[words for _, words in ticks],
        range=[-2, _floor(0, groups) + 100 * (1 + _GAP)],
        showgrid=False,
    )
    drawn.update_layout(barmode="overlay", hovermode="closest", margin={"b": 52})
    _say(drawn, frame)
    return drawn


@plots(class_flow_frame, draw_class_flow)
def plot_class_flow() -> None:
    """Draw a Sankey (alluvial) diagram: how patients move between classes of response from visit to visit.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a visit, the best class on top, and bands of those who went from one state to another; a panel a group, in
        percent of its patients, with their numbers.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_class_flow(mt.load_visits(), group="arm").layout.title.text
    'At week 52, 13 of 23 (IVIg) and 8 of 23 (placebo) have a major response'
    """


def _title(counts: pd.DataFrame, week: int) -> str:
    best = counts[(counts["week"] == week) & (counts["shown"] == BEST)]
    known = best[best["patients"].notna() & best["of"].notna()]
    if len(known) < len(best) or best.empty:
        return f"How patients move between classes of response until week {week}"
    rows = zip(known["group"], known["patients"], known["of"], strict=True)
    return say_responses({str(name): (int(count), int(of)) for name, count, of in rows}, week)


def _floor(place: int, groups: Sequence[str]) -> float:
    """Where a group's panel begins; the first stands on top."""
    return 100 * (1 + _GAP) * (len(groups) - 1 - place)


def _placed(
    counts: pd.DataFrame, flows: pd.DataFrame, groups: Sequence[str], weeks: Sequence[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where each bar stands, in percent of its group, and at both ends each band; a hidden count has no height."""
    order = {state: place for place, state in enumerate(STATES)}
    floors = {name: _floor(place, groups) for place, name in enumerate(groups)}
    columns = {week: place for place, week in enumerate(weeks)}
    height = {"height": lambda rows: 100 * rows["patients"].astype("float64") / rows["of"].astype("float64")}
    bars = counts.assign(**height, at=counts["week"].map(columns), order=counts["shown"].map(order))
    bars = bars.sort_values(["group", "week", "order"])
    bars["height"] = bars["height"].fillna(0.0)
    bars["top"] = bars["group"].map(floors) + 100 - bars.groupby(["group", "week"])["height"].cumsum() + bars["height"]
    keys = zip(bars["group"], bars["week"], bars["shown"], strict=True)
    tops = dict(zip(keys, bars["top"], strict=True))
    bands = flows[flows["patients"].notna()].assign(**height)
    bands = bands.assign(at=bands["week"].map(columns), order=bands["shown"].map(order))
    bands["next_order"] = bands["next_shown"].map(order)
    for here, there, name in (
        (["group", "week", "shown"], "next_order", "top_left"),
        (["group", "next_week", "next_shown"], "order", "top_right"),
    ):
        bands = bands.sort_values([*here, there])
        above = bands.groupby(here)["height"].cumsum() - bands["height"]
        bands[name] = [tops[key] for key in zip(*(bands[part] for part in here), strict=True)] - above
    return bars, bands.sort_values(["group", "week", "order", "next_order"])


def _add_bands(drawn: go.Figure, bands: pd.DataFrame, state: str) -> None:
    smooth, gap = _CURVE**2 * (3 - 2 * _CURVE), np.full((len(bands), 1), np.nan)
    at, left, right, height = (bands[name].to_numpy()[:, None] for name in ("at", "top_left", "top_right", "height"))
    across = at + _HALF + _CURVE * (1 - 2 * _HALF)
    upper = left + (right - left) * smooth
    x = np.hstack([across, across[:, ::-1], gap]).ravel()  # arrays: plotly looks at every number of a list
    y = np.hstack([upper, (upper - height)[:, ::-1], gap]).ravel()
    colour, _, _ = LOOKS[state]
    drawn.add_scatter(
        uid=f"flow_{state.replace(' ', '_')}",
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=colour,
        opacity=0.45,
        line={"width": 0.5, "color": colours.QUIET},
        hoverinfo="skip",
        showlegend=False,
    )


def _add_bars(drawn: go.Figure, bars: pd.DataFrame, state: str) -> None:
    colour, sign, _ = LOOKS[state]
    at, height, top = (bars[name].to_numpy() for name in ("at", "height", "top"))
    told = zip(as_text(bars["group"]), bars["week"], bars["patients"], bars["of"], strict=True)
    drawn.add_bar(
        uid=f"class_{state.replace(' ', '_')}",
        x=at,
        y=height,
        base=top - height,
        width=2 * _HALF,
        marker={"color": colour, "line": {"color": colours.QUIET, "width": 1}},
        text=[f"{group}, week {week}<br>{state}: {_number(count)} of {_number(of)}" for group, week, count, of in told],
        textposition="none",
        name=f"{sign} {state}",
        legendrank=1000 + list(LOOKS).index(state),  # from none to major, as everywhere
        showlegend=bool(len(bars)),
        hovertemplate="%{text}<extra></extra>",
    )


def _number(count: Any) -> str:
    return "hidden" if pd.isna(count) else str(count)


def _add_words(drawn: go.Figure, bars: pd.DataFrame, bands: pd.DataFrame) -> None:
    written = bars[bars["height"] >= _LEAST_WRITTEN]
    numbers = zip(written["shown"], written["patients"], strict=True)
    drawn.add_scatter(
        uid="numbers",
        x=written["at"].to_numpy(),
        y=(written["top"] - written["height"] / 2).to_numpy(),
        mode="text",
        text=[inked(f"{LOOKS[state][1]} {count}", LOOKS[state][2]) for state, count in numbers],
        textfont={"size": 11, "color": colours.INK_ON_FILL},
        hoverinfo="skip",
        showlegend=False,
    )
    names = ("patients", "shown", "week", "next_shown", "next_week")
    ways = zip(as_text(bands["group"]), *(bands[name] for name in names), strict=True)
    drawn.add_scatter(
        uid="ways",
        x=(bands["at"] + 0.5).to_numpy(),
        y=((bands["top_left"] + bands["top_right"]) / 2 - bands["height"] / 2).to_numpy(),
        mode="markers",
        marker={"size": 14, "opacity": 0},
        text=[
            f"{group}: {many(int(count))}<br>{state} at week {week}, {following} at week {later}"
            for group, count, state, week, following, later in ways
        ],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _add_ways(drawn: go.Figure, rows: pd.DataFrame, bars: pd.DataFrame) -> None:
    """The patients pointed at go through the bars they are in, beneath their numbers."""
    keys = zip(bars["group"], bars["week"], bars["shown"], strict=True)
    middle = dict(zip(keys, zip(bars["at"], bars["top"] - 0.8 * bars["height"], strict=True), strict=True))
    x: list[float | None] = []
    y: list[float | None] = []
    for _, own in rows.groupby("patient_id", sort=False):
        at = [middle[key] for key in zip(own["group"], own["week"], own["shown"], strict=True)]
        x += [*(place for place, _ in at), None]
        y += [*(height for _, height in at), None]
    drawn.add_scatter(
        uid="highlight",
        x=x,
        y=y,
        mode="lines+markers",
        line={"color": colours.INK, "width": 2.5},
        marker={"color": colours.PAPER, "size": 7, "line": {"color": colours.INK, "width": 2}},
        name=f"way of patient {', '.join(as_text(rows['patient_id'].unique()))}",
        showlegend=bool(len(rows)),
        hoverinfo="skip",
    )


def _say(drawn: go.Figure, frame: pd.DataFrame) -> None:
    said = ["percent of the group's patients", say_left_out(_sum(frame[frame["part"] == LEFT_OUT]))]
    if MASKED in frame.columns and frame[MASKED].fillna("").ne("").any():
        said.append("small counts are hidden")
    drawn.add_annotation(
        text=" · ".join(part for part in said if part),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        yshift=-28,
        showarrow=False,
        font={"size": 12, "color": colours.QUIET},
    )


def _sum(rows: pd.DataFrame) -> int:
    return int(rows["patients"].fillna(0).sum())
