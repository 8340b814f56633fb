"""Power over the size of a trial, with what the number of simulated trials leaves open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import MissingColumnError, OptionError
from myositis_tools.figures.measures import as_pandas
from myositis_tools.figures.theme import (
    GREY,
    GROUP_COLOURS,
    GROUP_DASHES,
    GROUP_MARKERS,
    as_text,
    empty_figure,
    figure,
    trace_id,
)

_NAMES_A_SCENARIO = ("assumptions", "effect", "endpoint", "level", "week", "missing", "alpha")
_DRAWN = ("patients_per_arm", "power", "standard_error", "low", "high", "trials")
_TITLE = "Power by size of the trial"


def power_frame(power: Any) -> pd.DataFrame:
    """Give exactly what `plot_power` draws.

    Parameters
    ----------
    power : frame
        What `myositis_tools.power_over` gives.

    Returns
    -------
    pandas.DataFrame
        One row a point: ``scenario`` (named by what differs between the lines), ``patients_per_arm``, ``power``,
        ``standard_error``, ``low``, ``high``, ``trials``.

    Raises
    ------
    MissingColumnError
        If it is not a table of power.
    """
    given = as_pandas(power)
    for name in (*_NAMES_A_SCENARIO, *_DRAWN):
        if name not in given:
            raise MissingColumnError(f"There is no column {name}.", expected="a table that power_over gives")
    given = given.reset_index(drop=True)
    differs = [name for name in _NAMES_A_SCENARIO if len(set(given[name])) > 1] or ["endpoint", "effect"]
    words = [", ".join(_words(name, row[name]) for name in differs if row[name] != "") for _, row in given.iterrows()]
    drawn = given[list(_DRAWN)].copy()
    drawn.insert(0, "scenario", words)
    order = {name: place for place, name in enumerate(dict.fromkeys(drawn["scenario"]))}
    place = np.lexsort([drawn["patients_per_arm"], drawn["scenario"].map(order)]) if len(drawn) else []
    return drawn.iloc[place].reset_index(drop=True)


def plot_power(power: Any, *, target: float | None = None) -> go.Figure:
    """Draw power over patients per arm, a line a scenario, with the interval that the number of trials leaves.

    Parameters
    ----------
    power : frame
        As in `power_frame`.
    target : float, optional
        A power to reach, drawn as a line; there is none by default.

    Returns
    -------
    plotly.graph_objects.Figure
        Scenarios are told apart by colour, dash and marker; the band is the Monte-Carlo interval.

    Raises
    ------
    MissingColumnError
        If it is not a table of power.
    OptionError
        If the target is not between 0 and 1.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> assumed = mt.TrialAssumptions.of_sample()
    >>> power = mt.power_over(assumed, patients_per_arm=[12, 24], trials=50, seed=1)
    >>> mt.figures.plot_power(power).layout.title.text
    'Power by size of the trial'
    """
    if target is not None and not 0 < target < 1:
        raise OptionError(f"target={target!r} cannot be.", expected="a share between 0 and 1")
    return draw_power(power_frame(power), target=target)


def draw_power(frame: pd.DataFrame, *, target: float | None = None) -> go.Figure:
    """Draw a frame made by `power_frame`."""
    if frame.empty:
        return empty_figure(_TITLE, "No scenario was simulated.")
    scenarios = list(frame.groupby("scenario", sort=False))
    drawn = figure(_TITLE, height=440 + 12 * len(scenarios))
    for place, (name, rows) in enumerate(scenarios):
        colour = GROUP_COLOURS[place % len(GROUP_COLOURS)]
        _add_band(drawn, name, rows, colour)
        drawn.add_scatter(
            uid=trace_id(name),
            x=rows["patients_per_arm"],
            y=rows["power"],
            mode="lines+markers",
            name=as_text([name])[0],
            legendgroup=name,
            line={"color": colour, "width": 2, "dash": GROUP_DASHES[place % len(GROUP_DASHES)]},
            marker={"symbol": GROUP_MARKERS[place % len(GROUP_MARKERS)], "size": 8, "color": colour},
            customdata=rows[["low", "high", "trials"]],
            hovertemplate="%{x} patients per arm: %{y:.1%}<br>%{customdata[0]:.1%} to %{customdata[1]:.1%}, "
            "%{customdata[2]} trials<extra>%{fullData.name}</extra>",
            showlegend=True,
        )
    if target is not None:
        drawn.add_hline(
            y=target,
            line={"color": GREY, "width": 1, "dash": "dot"},
            annotation={"text": f"target {target:.0%}", "font": {"color": GREY}},
            annotation_position="top right",
        )
    sizes = sorted(set(frame["patients_per_arm"]))
    drawn.update_xaxes(title_text="patients per arm", tickvals=sizes if len(sizes) <= 12 else None)
    drawn.update_yaxes(title_text="share of trials significant", range=[-0.02, 1.02], tickformat=".0%")
    return drawn


def _add_band(drawn: go.Figure, name: str, rows: pd.DataFrame, colour: str) -> None:
    """The interval as one closed outline, there and back."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    drawn.add_scatter(
        uid=f"{trace_id(name)}_band",
        x=[*rows["patients_per_arm"], *rows["patients_per_arm"][::-1]],
        y=[*rows["low"], *rows["high"][::-1]],
        mode="lines",
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.15)",
        line={"width": 0},
        legendgroup=name,
        showlegend=False,
        hoverinfo="skip",
    )


def _words(column: str, found: Any) -> str:
    if column == "effect":
        return "no effect" if found == 0 else f"effect × {found:g}"
    if column == "week":
        return f"week {found:g}"
    if column == "alpha":
        return f"alpha {found:g}"
    return str(found).replace("_", " ") if column == "missing" else str(found)
