"""Whom each criterion excludes, as bars."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scales import whole_steps
from myositis_tools.figures.parts.sentences import average, verb, within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import to_pandas
from myositis_tools.privacy.small_counts import said
from myositis_tools.studies import influence

# of each bar its words, its colour and its pattern
_BARS = {
    "fails": ("fails it", colours.DOES_NOT_FIT, "/"),
    "share": ("patients lost to it, on average over all orders (Shapley share)", colours.QUIET, "."),
    "fails_only_this": ("fails only this", colours.NEARLY, ""),
}
_ROW_HEIGHT = 44


@protocol_first
def influence_frame(
    protocol: Protocol, screening: Any, *, unknown: str = "itself", mask_below: int | None = None
) -> pd.DataFrame:
    """Give exactly what `plot_influence` draws.

    Parameters
    ----------
    protocol, screening, unknown, mask_below
        As in `myositis_tools.influence`.

    Returns
    -------
    pandas.DataFrame
        One row a criterion, the largest share first: ``criterion, label, fails, share, fails_only_this,
        gain_if_dropped, unknown``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.influence_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn[["label", "fails", "fails_only_this"]].head(2)
                 label  fails  fails_only_this
    0  Prior treatment     91               15
    1    Early disease     80               16
    """
    found = to_pandas(influence(protocol, screening, unknown=unknown, mask_below=mask_below))
    labels = {each.key: each.label for each in protocol.criteria}
    found["label"] = found["criterion"].map(labels)
    names = ["criterion", "label", *_BARS, "gain_if_dropped", "unknown"]
    return found.sort_values("share", ascending=False, kind="stable", na_position="last")[names].reset_index(drop=True)


def draw_influence(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `influence_frame`."""
    if frame.empty or not frame["fails"].fillna(1).sum():
        return empty_figure("No criterion excludes anybody", "No patient fails a criterion.")
    drawn = figure(_title(frame), height=150 + _ROW_HEIGHT * len(frame))
    labels = as_text(frame["label"])
    gains = [said(gain) for gain in frame["gain_if_dropped"]]
    for name, (words, colour, pattern) in _BARS.items():
        numbers = ["" if pd.isna(value) else average(value) for value in frame[name]]
        drawn.add_bar(
            uid=name,
            y=labels,
            x=frame[name],
            orientation="h",
            name=words,
            text=numbers,
            textposition="outside",
            cliponaxis=False,
            customdata=gains,
            marker={
                "color": colour,
                "pattern": {
                    "shape": pattern,
                    "fgcolor": colours.PAPER,
                    "size": 6,
                    "solidity": 0.25,
                    "fillmode": "overlay",
                },
            },
            hovertemplate=f"%{{y}}<br>{words}: %{{text}}<br>gain if dropped: %{{customdata}}<extra></extra>",
        )
    drawn.update_layout(barmode="group", bargap=0.25)
    drawn.update_xaxes(title_text="patients", rangemode="tozero", dtick=whole_steps(frame["fails"].max()))
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def _title(frame: pd.DataFrame) -> str:
    known = frame[frame["fails"].notna()]
    if known.empty:
        return "Every count is too small to be shown"
    first = known.loc[known["fails"].astype("float64").idxmax()]
    fails = int(first["fails"])
    label = as_text([within(first["label"])])[0]
    said, alone = f"Most patients fail {label}: {fails}", first["fails_only_this"]
    return said if pd.isna(alone) else f"{said}, of whom {int(alone)} {verb(alone, 'fails', 'fail')} nothing else"


@protocol_first
@plots(influence_frame, draw_influence)
def plot_influence() -> None:
    """Draw the impact of each criterion: who fails it, who fails it alone, and its Shapley share of the loss.

    Returns
    -------
    plotly.graph_objects.Figure
        Three bars a criterion, told apart by colour and pattern; a hidden count has none.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_influence(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    'Most patients fail prior treatment: 91, of whom 15 fail nothing else'
    """
