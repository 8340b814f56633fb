"""Which share of the patients has responded by each week: as first seen at visits, and as it lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.findings import by_group
from myositis_tools.figures.followup.joint_frame import HIGHLIGHT
from myositis_tools.figures.followup.time_to_response_frame import (
    BETWEEN_VISITS,
    LEFT_OUT,
    SEEN,
    time_to_response_frame,
)
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.theme import (
    as_text,
    empty_figure,
    far_apart,
    figure,
    lay_out,
    looks_of_groups,
    plain,
    trace_id,
)
from myositis_tools.figures.parts.words_beside import add_numbers, write_at_edge
from myositis_tools.formatting import many, with_interval
from myositis_tools.studies.response.time_to_response import RESCUE, RESPONSE, UNKNOWN

COMPETING = ("response before rescue", "rescue")
_PICTURE, _AXIS, _ROW = 320, 62, 20  # pixels: the picture, its axis, a group's numbers at risk
_TOP, _BOTTOM = 138, 10  # pixels: what is said above, and below the numbers
_FOOT = 3.0  # percent: where patients pointed at stand
_LEAST_APART = 0.06  # of the time shown: weeks closer than that would overprint each other
_PANELS = ([0, 0.475], [0.525, 1])
_SAID = (
    "<b>First seen at a visit</b><br>Kaplan-Meier, 95 % interval<br>dated to that visit, hence too late",
    "<b>Between visits</b><br>interval-censored<br>where in the shading is not known",
)


def draw_time_to_response(frame: pd.DataFrame, *, level: str, sustained: bool = False) -> go.Figure:
    """Draw a frame made by `time_to_response_frame`."""
    better = "" if level == "major" else " or better"
    what = f"{'lasting ' if sustained else ''}{level} improvement{better}"
    drawn_rows = frame[~frame["estimate"].isin([LEFT_OUT, HIGHLIGHT])]
    if drawn_rows.empty:
        return empty_figure(f"Nobody can be followed to {what}", _left_out(frame) or "There is no visit to draw.")
    frame, drawn_rows = plain(frame), plain(drawn_rows)
    groups = list(dict.fromkeys(drawn_rows["group"]))
    looks = looks_of_groups(groups)
    room = _ROW * len(groups) + _AXIS + _PICTURE  # pixels
    drawn = figure(_title(drawn_rows, what), height=room + _TOP + _BOTTOM, heads=66)
    for group in groups:
        own = drawn_rows[drawn_rows["group"] == group]
        _add_steps(drawn, own[own["estimate"] == SEEN], group, looks[group])
        _add_competing(drawn, own, group, looks[group])
        _add_between(drawn, own[own["estimate"] == BETWEEN_VISITS], group, looks[group])
    weeks = sorted(drawn_rows["week"].dropna().unique())
    ticks = far_apart(weeks, _LEAST_APART * (weeks[-1] - weeks[0]))
    seen = drawn_rows[drawn_rows["estimate"] == SEEN]
    at_risk = {(row.group, row.week): int(row.at_risk) for row in seen.itertuples()}
    add_numbers(drawn, at_risk, groups, ticks, uid="at_risk", axis="y3")
    _arrange(drawn, groups, ticks, room, drawn_rows["week"].max())
    _add_patients(drawn, frame[frame["estimate"] == HIGHLIGHT], drawn_rows["week"].max())
    for text, (start, _) in zip(_SAID, _PANELS, strict=True):
        write_at_edge(drawn, text, x=start, at_top=True, above=True)
    write_at_edge(drawn, _left_out(frame).replace(": ", ":<br>"), x=_PANELS[1][0], above=True)
    return drawn


@plots(time_to_response_frame, draw_time_to_response)
def plot_time_to_response() -> None:
    """Draw Kaplan-Meier and interval-censored curves: which share of the patients has responded by each week.

    Returns
    -------
    plotly.graph_objects.Figure
        Kaplan-Meier steps with their interval and the numbers at risk under the axis, and beside them the
        interval-censored estimate: anywhere in its shading. Groups differ in colour, dash and marker. With `rescue`
        thin lines are the cumulative incidences of response and of rescue, each competing with the other.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> visits = mt.load_visits()
    >>> mt.figures.plot_time_to_response(visits[visits["arm"].notna()], group="arm").layout.title.text
    'By week 52, 78 % (IVIg) and 66 % (placebo) had reached moderate improvement or better'
    """


def _title(rows: pd.DataFrame, what: str) -> str:
    """The share of each group that had responded when it was last seen."""
    seen = rows[(rows["estimate"] == SEEN) & rows["percent"].notna()]
    last = seen.sort_values("week").groupby("group", sort=False)["percent"].last()
    if last.empty:
        return f"Nobody was seen to reach {what}"
    names = [str(name) for name in dict.fromkeys(seen["group"])]
    said = by_group({name: f"{last[name]:.0f} %" for name in names})
    return f"By week {seen['week'].max():g}, {said} had reached {what}"


def _left_out(frame: pd.DataFrame) -> str:
    count = int(frame.loc[frame["estimate"] == LEFT_OUT, "at_risk"].sum())
    return (
        f"{many(count)} {'is' if count == 1 else 'are'} left out: no visit says anything of the class." if count else ""
    )


def _add_steps(drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[str, str, str]) -> None:
    """Kaplan-Meier; its interval is drawn as steps too, from where there is one to the last patient seen."""
    colour, dash, marker = look
    name = as_text([group])[0]
    rows = rows[rows["percent"].notna()]
    known = rows[rows["lower"].notna()]
    weeks, lower = as_steps(known["week"], known["lower"])
    _, upper = as_steps(known["week"], known["upper"])
    drawn.add_scatter(
        uid=trace_id(f"interval {group}"),
        x=[*weeks, *weeks[::-1]],
        y=[*upper, *lower[::-1]],
        fill="toself",
        fillcolor=colours.with_opacity(colour, 0.14),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        legendgroup=group,
        showlegend=False,
    )
    said = [with_interval(row.percent, row.lower, row.upper, ".1f", " %") for row in rows.itertuples()]
    drawn.add_scatter(
        uid=trace_id(f"steps {group}"),
        x=rows["week"],
        y=rows["percent"],
        customdata=list(zip(said, rows["at_risk"], rows["events"], rows["censored"], strict=True)),
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2.5, "shape": "hv"},
        marker={"symbol": marker, "size": 7, "line": {"color": colours.PAPER, "width": 1}},
        name=name,
        legendgroup=group,
        hovertemplate=f"{name}, week %{{x}}<br>first seen in %{{customdata[0]}}<br>%{{customdata[1]:g}} at risk, "
        "%{customdata[2]:g} responded, %{customdata[3]:g} censored<extra></extra>",
    )


def as_steps(weeks: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Level until the next week, then up or down at once."""
    x: list[float] = []
    y: list[float] = []
    for week, value in zip(weeks, values, strict=True):
        if x:
            x, y = [*x, week], [*y, y[-1]]
        x, y = [*x, week], [*y, value]
    return x, y


def _add_competing(drawn: go.Figure, own: pd.DataFrame, group: str, look: tuple[str, str, str]) -> None:
    for name, width, dash in zip(COMPETING, (1, 1.5), ("solid", "dot"), strict=True):
        rows = own[(own["estimate"] == name) & own["percent"].notna()]
        said = f"{as_text([group])[0]}: {name}"
        drawn.add_scatter(
            uid=trace_id(f"{name} {group}"),
            x=rows["week"],
            y=rows["percent"],
            mode="lines+markers",
            line={"color": look[0], "dash": dash, "width": width, "shape": "hv"},
            marker={"symbol": f"{look[2]}-open", "size": 6, "color": look[0]},
            name=said,
            showlegend=bool(len(rows)),
            hovertemplate=f"{said}<br>%{{y:.1f}} % by week %{{x}}, the other competing<extra></extra>",
        )


def _add_between(drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[str, str, str]) -> None:
    """The shading lies between rising as soon and rising as late as the intervals allow."""
    colour, dash, marker = look
    name = as_text([group])[0]
    rises = rows[rows["week"].notna() & rows["after_week"].notna()]
    start = rows["week"].iloc[0]
    end = rows.loc[rows["week"].isna(), "after_week"].max()
    end = rows["week"].max() if end != end else end
    reached = rises["percent"].max() if len(rises) else 0.0
    soonest = as_steps([start, *rises["after_week"], end], [0.0, *rises["percent"], reached])
    latest = as_steps([start, *rises["week"], end], [0.0, *rises["percent"], reached])
    drawn.add_scatter(
        uid=trace_id(f"between {group}"),
        x=[*soonest[0], *latest[0][::-1]],
        y=[*soonest[1], *latest[1][::-1]],
        fill="toself",
        fillcolor=colours.with_opacity(colour, 0.28),
        line={"color": colour, "dash": dash, "width": 1.5},
        mode="lines",
        hoverinfo="skip",
        legendgroup=group,
        showlegend=False,
        xaxis="x2",
        yaxis="y2",
    )
    drawn.add_scatter(
        uid=trace_id(f"by {group}"),
        x=rises["week"],
        y=rises["percent"],
        customdata=rises["after_week"],
        mode="markers",
        marker={"color": colour, "symbol": marker, "size": 8, "line": {"color": colours.PAPER, "width": 1}},
        legendgroup=group,
        showlegend=False,
        xaxis="x2",
        yaxis="y2",
        hovertemplate=f"{name}<br>%{{y:.1f}} % by week %{{x}};<br>the last of them after week %{{customdata}}"
        "<extra></extra>",
    )


def _add_patients(drawn: go.Figure, rows: pd.DataFrame, last: float) -> None:
    """Those pointed at, at the foot of both panels: when it was seen, and between which visits it came."""
    at = rows[rows["week"].notna()] if len(rows) else rows
    symbols = {RESPONSE: "diamond", RESCUE: "star"}
    drawn.add_scatter(
        uid="highlight",
        x=at["week"],
        y=[_FOOT] * len(at),
        mode="markers+text",
        text=[f"  <b>{name}</b>" for name in as_text(at["patient_id"])] if len(at) else [],
        textposition="middle right",
        marker={
            "symbol": [symbols.get(event, "x") for event in at["event"]] if len(at) else [],
            "size": 11,
            "color": colours.INK,
        },
        hovertemplate=[_event(row) for row in at.itertuples()],
        showlegend=False,
    )
    x: list[float | None] = []
    for row in at.itertuples():
        x += [row.after_week, row.by_week if row.by_week == row.by_week else last, None]
    drawn.add_scatter(
        uid="highlight_between",
        x=x or [None],
        y=[_FOOT, _FOOT, None] * len(at) or [None],
        mode="lines+markers",
        line={"color": colours.INK, "width": 4},
        marker={"symbol": "line-ns", "size": 10, "color": colours.INK, "line": {"width": 2}},
        name="; ".join(_event(row) for row in rows.itertuples()) if len(rows) else "",
        showlegend=bool(len(rows)),
        hoverinfo="skip",
        xaxis="x2",
        yaxis="y2",
    )


def _event(row: Any) -> str:
    name = as_text([row.patient_id])[0]
    if row.event == RESPONSE:
        return f"{name}: response between weeks {row.after_week:g} and {row.by_week:g}"
    if row.event == RESCUE:
        return f"{name}: rescue in week {row.week:g}"
    if row.event == UNKNOWN:
        return f"{name}: no visit says anything of the class"
    return f"{name}: no response seen by week {row.week:g}"


def _arrange(drawn: go.Figure, groups: Sequence[str], ticks: Sequence[float], room: int, last: float) -> None:
    picture = [1 - _PICTURE / room, 1]
    side = 0.04 * (last - ticks[0] or 1)
    across = {
        **drawn.layout.xaxis.to_plotly_json(),
        "tickvals": list(ticks),
        "range": [ticks[0] - side, last + side],
    }
    along = {**drawn.layout.yaxis.to_plotly_json(), "domain": picture, "range": [-3, 103], "ticksuffix": " %"}
    across["title"] = {**across["title"], "text": "weeks since baseline"}
    lay_out(
        drawn,
        xaxis={**across, "domain": _PANELS[0], "anchor": "y"},
        xaxis2={**across, "domain": _PANELS[1], "anchor": "y2"},
        yaxis={**along, "title": {**along["title"], "text": "patients who responded"}},
        yaxis2={**along, "anchor": "x2", "matches": "y", "showticklabels": False},
        yaxis3={
            "domain": [0, _ROW * len(groups) / room],
            "range": [len(groups) - 0.5, -0.5],
            "tickvals": list(range(len(groups))),
            "ticktext": [f"at risk, {name}  " for name in as_text(groups)],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        hovermode="closest",
        margin={"b": _BOTTOM},
    )
