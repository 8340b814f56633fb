"""How the pool of patients changes with a limit, as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scales import whole_steps
from myositis_tools.figures.parts.sentences import verb, within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.formatting import many
from myositis_tools.frames import to_pandas
from myositis_tools.studies import sensitivity


@protocol_first
def sensitivity_frame(
    protocol: Protocol,
    screening: Any,
    limit: str,
    values: Sequence[float] | None = None,
    *,
    mask_below: int | None = None,
) -> pd.DataFrame:
    """Give exactly what `plot_sensitivity` draws.

    Parameters
    ----------
    protocol, screening, limit, values, mask_below
        As in `myositis_tools.sensitivity`.

    Returns
    -------
    pandas.DataFrame
        One row a value: ``label, value, unit, is_published, is_current, worst, best``; in the worst case whatever is
        unknown is failed, in the best it is passed.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.sensitivity_frame(mt.TIME_IS_MUSCLE, mt.load_screening(), "minimum_age_years")
    >>> drawn.loc[drawn["is_published"], ["value", "unit", "worst", "best"]].to_numpy().tolist()
    [[18.0, 'years', 75, 99]]
    """
    found = to_pandas(sensitivity(protocol, screening, limit, values, mask_below=mask_below))
    best = found["eligible"] + found["indeterminate"]
    found = found.assign(label=protocol.limits[limit].label, worst=found["eligible"], best=best)
    return found[["label", "value", "unit", "is_published", "is_current", "worst", "best"]]


def draw_sensitivity(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `sensitivity_frame`."""
    label, unit = (as_text([frame[name].iloc[0]])[0] for name in ("label", "unit"))
    if not frame["best"].fillna(1).any():
        return empty_figure(f"{label}: no value lets anybody in", "No patient is or may be eligible at any value.")
    drawn = figure(_title(frame, unit), height=420, heads=24, legend=False)
    drawn.add_scatter(
        uid="worst",
        x=frame["value"],
        y=frame["worst"],
        mode="lines",
        name="eligible",
        showlegend=False,
        line={"color": colours.FITS, "width": 3, "shape": "linear"},
        hovertemplate=f"%{{x:g}} {unit}<br>eligible: %{{y}}<extra></extra>",
    )
    drawn.add_scatter(
        uid="best",
        x=frame["value"],
        y=frame["best"],
        mode="lines",
        name="eligible or undecided",
        showlegend=False,
        line={"color": colours.UNKNOWN, "width": 2, "dash": "dash"},
        fill="tonexty",
        fillcolor=colours.UNKNOWN_TINT,
        hovertemplate=f"%{{x:g}} {unit}<br>eligible or undecided: %{{y}}<extra></extra>",
    )
    marks = [("is_published", "published", "dot", colours.QUIET)]
    if not (frame["is_published"] & frame["is_current"]).any():
        marks.append(("is_current", "now", "solid", colours.INK))
    for place, (flag, words, dash, colour) in enumerate(marks):
        value = frame.loc[frame[flag], "value"].iloc[0]
        drawn.add_vline(x=value, line={"color": colour, "width": 2, "dash": dash})
        drawn.add_annotation(
            text=f"{words}: {value:g} {unit}".strip(),
            x=value,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=16 * place,
            xanchor="right" if value > frame["value"].median() else "left",
            showarrow=False,
        )
    for column, words, ink in (
        ("best", "eligible if all that is unknown passes", colours.INK),
        ("worst", "eligible", colours.FITS),
    ):
        drawn.add_annotation(
            text=words, x=frame["value"].iloc[-1], y=frame[column].iloc[-1], xanchor="right", yanchor="bottom",
            showarrow=False, font={"size": 12, "color": ink},
        )  # fmt: skip
    drawn.update_xaxes(title_text=f"{label} ({unit})" if unit else label)
    most = max(frame["best"].max(), 1)
    drawn.update_yaxes(title_text="patients", range=[0, 1.12 * most], dtick=whole_steps(most))
    return drawn


def _title(frame: pd.DataFrame, unit: str) -> str:
    """What the published value gives, and the value that gives most."""
    label = as_text([within(frame["label"].iloc[0])])[0]
    known = frame[frame["worst"].notna()]
    published = known[known["is_published"]]
    if published.empty:
        return f"Who is eligible changes with {label}"
    here, most = published.iloc[0], known.loc[known["worst"].astype("float64").idxmax()]
    count = int(here["worst"])
    said = f"{many(count)} {verb(count, 'is', 'are')} eligible at the published {here['value']:g} {unit}".strip()
    if most["worst"] <= count:
        return f"{said}, and at no other value more"
    return f"{said}, {int(most['worst'])} at {most['value']:g}"


@protocol_first
@plots(sensitivity_frame, draw_sensitivity)
def plot_sensitivity() -> None:
    """Draw a sensitivity analysis: how many patients are eligible over the range of a limit, worst to best case.

    Returns
    -------
    plotly.graph_objects.Figure
        The eligible as a line, those who may be as a band above it; lines mark the published value and, if it is
        another, the protocol's own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.plot_sensitivity(mt.TIME_IS_MUSCLE, mt.load_screening(), "minimum_age_years")
    >>> drawn.layout.title.text
    '75 patients are eligible at the published 18 years, and at no other value more'
    """
