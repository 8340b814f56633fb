"""Who is one criterion away, as a strip of gaps for each criterion that has a number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scales import axis_around
from myositis_tools.figures.parts.sentences import verb
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.parts.tool_bar import Figure
from myositis_tools.formatting import many
from myositis_tools.frames import to_pandas
from myositis_tools.studies import near_misses

_ROW_HEIGHT = 96
_FEW = 3  # patients of a strip that are written beside their marks


@protocol_first
def near_misses_frame(protocol: Protocol, screening: Any, *, unknown: str = "itself") -> pd.DataFrame:
    """Give exactly what `plot_near_misses` draws.

    Parameters
    ----------
    protocol, screening, unknown
        As in `myositis_tools.near_misses`.

    Returns
    -------
    pandas.DataFrame
        One row a patient who fails one criterion alone and is short of one number: ``patient_id, label, part, value,
        limit, gap, unit, also_unknown``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.near_misses_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn[["patient_id", "label", "gap", "unit"]].head(2)
      patient_id          label  gap    unit
    0       P058          Adult  3.0   years
    1       P017  Early disease  0.0  months
    """
    found = to_pandas(near_misses(protocol, screening, unknown=unknown))
    found = found[found["gap"].notna()]
    found = found.assign(label=found["criterion"].map({each.key: each.label for each in protocol.criteria}))
    order = {each.key: place for place, each in enumerate(protocol.criteria)}
    found = found.iloc[found["criterion"].map(order).argsort(kind="stable")] if len(found) else found
    names = ["patient_id", "label", "part", "value", "limit", "gap", "unit", "also_unknown"]
    return found[names].reset_index(drop=True)


def draw_near_misses(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `near_misses_frame`."""
    if frame.empty:
        return empty_figure("Nobody is one number away", "Nobody fails one criterion alone by a number.")
    strips = list(frame.groupby(["label", "part", "unit"], sort=False))
    height = 150 + _ROW_HEIGHT * len(strips)
    drawn = figure(_title(frame), height=height, heads=44)
    look = drawn.layout.to_plotly_json()
    heads = [f"{label}: {part}, {unit} · {many(len(own))}" for (label, part, unit), own in strips]
    drawn = Figure(
        make_subplots(
            rows=len(strips),
            cols=1,
            subplot_titles=as_text(heads),
            vertical_spacing=min(0.9 / len(strips), 64 / (height - 150)),
        )
    )
    axes = {name: look.pop(name) for name in ("xaxis", "yaxis")}
    drawn.update_annotations(x=0, xanchor="left", font={"size": 13}, yshift=16)
    drawn.update_layout(look)
    drawn.update_xaxes(axes["xaxis"])
    for row, (_, strip) in enumerate(strips, start=1):
        # a window has as many days as the months before a patient's screening: marks stand by their own distance
        limit = strip["limit"].iloc[0]
        own = strip.assign(at=strip["value"] - strip["limit"] + limit)
        for uid, here, symbol, colour, words in (
            ("ready", own["also_unknown"] == "", "circle", colours.NEARLY, "fails nothing else"),
            ("open", own["also_unknown"] != "", "diamond", colours.UNKNOWN, "another criterion is unknown"),
        ):
            some = own[here]
            drawn.add_scatter(
                uid=f"{uid}_{row}",
                x=[None, *some["at"]],
                y=[0, *((place % 5 - 2) / 4 for place in range(len(some)))],
                mode="markers+text",
                text=["", *(f"{value:g}" if len(own) <= _FEW else "" for value in some["value"])],
                textposition="middle right",
                textfont={"size": 12},
                name=words,
                legendgroup=uid,
                showlegend=row == 1,
                marker={
                    "symbol": symbol,
                    "size": 11,
                    "color": colour,
                    "opacity": 0.85,
                    "line": {"color": colours.DOES_NOT_FIT if uid == "ready" else colours.PAPER, "width": 1},
                },
                customdata=["", *(_said(one) for one in some.to_dict("records"))],
                hovertemplate="%{customdata}<extra></extra>",
                row=row,
                col=1,
            )
        drawn.add_vline(x=limit, line={"color": colours.INK, "width": 2}, row=row, col=1)
        drawn.add_annotation(
            text=f"limit {limit:g}", x=limit, y=1, yanchor="bottom", xanchor="center", showarrow=False,
            font={"size": 12}, row=row, col=1,
        )  # fmt: skip
        is_whole = (own["at"] % 1 == 0).all() and limit % 1 == 0
        axis = axis_around([*own["at"], *_counted_of(own["unit"].iloc[0])], limit, whole=is_whole)
        drawn.update_xaxes(**axis, row=row, col=1)
    drawn.update_yaxes(visible=False, range=[-1, 1])
    drawn.update_xaxes(gridcolor=colours.GRID)
    return drawn


def _counted_of(unit: str) -> list[float]:
    """Both ends of a count that is told as ``of 5``."""
    return [0.0, float(unit[3:])] if unit.startswith("of ") and unit[3:].isdigit() else []


def _title(frame: pd.DataFrame) -> str:
    counts = frame["part"].value_counts()
    said = f"{many(len(frame))} {verb(len(frame), 'misses', 'miss')} one limit alone"
    part = as_text([counts.index[0]])[0]
    return f"{said}, by {part}" if len(counts) == 1 else f"{said}, most often by {part}: {counts.iloc[0]}"


@protocol_first
@plots(near_misses_frame, draw_near_misses)
def plot_near_misses() -> None:
    """Draw how far those who fail one criterion alone are from its limit, in clinical units.

    Returns
    -------
    plotly.graph_objects.Figure
        A strip for each criterion and part: a mark a patient at her value, the limit as a line. A diamond stands for a
        patient for whom another criterion is unknown. Patients who are short of no number are not drawn.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_near_misses(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    '43 patients miss one limit alone, most often by MMT loss: 17'
    """


def _said(one: dict[str, Any]) -> str:
    patient, waiting = as_text([one["patient_id"], one["also_unknown"].replace("_", " ")])
    said = f"{patient}<br>{one['part']} {one['value']:g}, limit {one['limit']:g}<br>gap {one['gap']:g} {one['unit']}"
    return said + (f"<br>also unknown: {waiting}" if waiting else "")
