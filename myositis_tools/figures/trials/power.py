"""Power over the size of a trial or over its effect, with what the number of simulated trials leaves open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import OptionError, require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, looks_of_groups, trace_id
from myositis_tools.frames import given_back

SIZE, EFFECT = "patients_per_arm", "effect"
OVER = (SIZE, EFFECT)
_NAMES_A_SCENARIO = ("assumptions", EFFECT, SIZE, "endpoint", "level", "week", "missing", "alpha")
_TEST = "analysis"
_DRAWN = ("power", "standard_error", "low", "high", "trials")
_AXES = {SIZE: "patients per arm", EFFECT: "difference between the arms, as a multiple of the assumed one"}
_OF_A_POINT = {SIZE: "patients per arm", EFFECT: "times the assumed difference"}
_MOST_TICKS = 12


def power_frame(power: Any, *, over: str = SIZE) -> pd.DataFrame:
    """Give exactly what `plot_power` draws.

    Parameters
    ----------
    power : frame
        What `myositis_tools.power_over` or `load_power` gives.
    over : {"patients_per_arm", "effect"}
        What runs along the axis.

    Returns
    -------
    pandas.DataFrame
        One row a point: ``scenario`` (named by what differs between the lines), what runs along the axis,
        ``analysis`` (the test that it rests on), ``power``, ``standard_error``, ``low``, ``high``, ``trials``.

    Raises
    ------
    MissingColumnError
        If it is not a table of power.
    OptionError
        If `over` is neither of the two words.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.power_frame(mt.data.load_power())
    >>> bool(drawn["power"].between(drawn["low"], drawn["high"]).all())
    True
    """
    require_option("over", over, OVER)
    needs, numbers = (*_NAMES_A_SCENARIO, _TEST, *_DRAWN), (*_DRAWN, over)
    given = given_back(power, needs, expected="a table that power_over gives", numbers=numbers)
    given = given.reset_index(drop=True)
    naming = [name for name in _NAMES_A_SCENARIO if name != over]
    usual = ["endpoint", EFFECT if over == SIZE else SIZE]
    differs = [name for name in naming if len(set(given[name])) > 1] or usual
    words = [", ".join(_words(name, row[name]) for name in differs if row[name] != "") for _, row in given.iterrows()]
    drawn = given[[over, _TEST, *_DRAWN]].copy()
    drawn.insert(0, "scenario", words)
    order = {name: place for place, name in enumerate(dict.fromkeys(drawn["scenario"]))}
    if drawn.empty:
        return drawn.reset_index(drop=True)
    return drawn.iloc[np.lexsort([drawn[over], drawn["scenario"].map(order)])].reset_index(drop=True)


def plot_power(power: Any, *, over: str = SIZE, target: float | None = None) -> go.Figure:
    """Draw power curves over sample size or effect, a line a scenario, with the Monte-Carlo error and the test's name.

    A power is one of a test. Responders are compared by Fisher's exact test, which is cautious in small trials (see
    `simulate_trial`): by another test of responders a trial would need fewer patients.

    Parameters
    ----------
    power : frame
        As in `power_frame`.
    over : {"patients_per_arm", "effect"}
        What runs along the axis.
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
    'Power goes up to 90%, at 24 patients per arm'
    """
    if target is not None and not 0 < target < 1:
        raise OptionError(f"target={target!r} cannot be.", expected="a share between 0 and 1")
    return draw_power(power_frame(power, over=over), over=over, target=target)


def draw_power(
    frame: pd.DataFrame, *, over: str = SIZE, target: float | None = None, chosen: float | None = None
) -> go.Figure:
    """Draw a frame made by `power_frame`; what is chosen on the axis is marked."""
    if frame.empty:
        return empty_figure("There is no power to draw", "No scenario was simulated.")
    scenarios = list(frame.groupby("scenario", sort=False))
    drawn = figure(_title(frame, over, target), height=420 + 12 * len(scenarios))
    looks = looks_of_groups([name for name, _ in scenarios])
    for name, rows in scenarios:
        colour, dash, symbol = looks[name]
        _add_band(drawn, name, rows, over, colour)
        drawn.add_scatter(
            uid=trace_id(name),
            x=rows[over],
            y=rows["power"],
            mode="lines+markers",
            name=as_text([name])[0],
            legendgroup=name,
            line={"color": colour, "width": 2, "dash": dash},
            marker={"symbol": symbol, "size": 8, "color": colour},
            customdata=rows[["low", "high", "trials", _TEST]],
            hovertemplate="%{x} " + _OF_A_POINT[over] + ": %{y:.1%}<br>%{customdata[0]:.1%} to %{customdata[1]:.1%}, "
            "%{customdata[2]} trials, %{customdata[3]}<extra>%{fullData.name}</extra>",
            showlegend=True,
        )
    if target is not None:
        drawn.add_hline(
            y=target,
            line={"color": colours.QUIET, "width": 1, "dash": "dot"},
            annotation={"text": f"target {100 * target:g}%", "font": {"color": colours.QUIET}},
            annotation_position="top left",  # where the curves begin
        )
    if chosen is not None:
        drawn.add_vline(x=chosen, line={"color": colours.INK, "width": 1})
    places = sorted(set(frame[over]))
    drawn.update_xaxes(title_text=_AXES[over], tickvals=places if len(places) <= _MOST_TICKS else None)
    tests = " or ".join(as_text(dict.fromkeys(frame[_TEST])))
    drawn.update_yaxes(title_text=f"share of trials significant<br>by {tests}", range=[-0.02, 1.02], tickformat=".0%")
    return drawn


def _title(frame: pd.DataFrame, over: str, target: float | None) -> str:
    """From where on the target is reached, or the most power that was seen."""
    best = frame.loc[frame["power"].idxmax()]
    where = {SIZE: "patients per arm", EFFECT: "times the assumed difference"}[over]
    if target is not None:
        reached = frame[frame["power"] >= target]
        if len(reached):
            return f"Power reaches {target:.0%} from {reached[over].min():g} {where}"
        return f"Power does not reach {target:.0%}: at most {best['power']:.0%}, at {best[over]:g} {where}"
    return f"Power goes up to {best['power']:.0%}, at {best[over]:g} {where}"


def _add_band(drawn: go.Figure, name: str, rows: pd.DataFrame, over: str, colour: str) -> None:
    """The interval as one closed outline, there and back."""
    drawn.add_scatter(
        uid=f"{trace_id(name)}_band",
        x=[*rows[over], *rows[over][::-1]],
        y=[*rows["low"], *rows["high"][::-1]],
        mode="lines",
        fill="toself",
        fillcolor=colours.with_opacity(colour, 0.15),
        line={"width": 0},
        legendgroup=name,
        showlegend=False,
        hoverinfo="skip",
    )


def _words(column: str, found: Any) -> str:
    if column == EFFECT:
        return "no effect" if found == 0 else f"effect × {found:g}"
    if column == SIZE:
        return f"{found:g} per arm"
    if column == "week":
        return f"week {found:g}"
    if column == "alpha":
        return f"alpha {found:g}"
    if column == "endpoint" and found == "time_to":
        return "time to response"
    return str(found).replace("_", " ") if column == "missing" else str(found)
