"""Which criteria patients fail together, as an UpSet plot."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import listed, within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.parts.tool_bar import Figure
from myositis_tools.formatting import many
from myositis_tools.frames import to_pandas
from myositis_tools.privacy.small_counts import said
from myositis_tools.studies import overlap
from myositis_tools.verdict import INELIGIBLE

MOST_COMBINATIONS = 20
_ROW_HEIGHT = 26


@protocol_first
def overlap_frame(
    protocol: Protocol, screening: Any, *, unknown: str = "itself", mask_below: int | None = None
) -> pd.DataFrame:
    """Give exactly what `plot_overlap` draws.

    Parameters
    ----------
    protocol, screening, unknown, mask_below
        As in `myositis_tools.overlap`.

    Returns
    -------
    pandas.DataFrame
        One row a combination of failed criteria and criterion in it, the most frequent combination first, as many as
        are drawn: ``place``, ``combination``, ``criterion``, ``label``, ``patients`` (missing if hidden),
        ``fails`` (patients who fail the criterion, over all combinations that are not hidden) and ``combinations``
        (how many there are).

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.overlap_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn[["combination", "label", "patients"]].head(2)
              combination               label  patients
    0  minimal_disability  Minimal disability        18
    1       early_disease       Early disease        16
    """
    found = to_pandas(overlap(protocol, screening, unknown=unknown, mask_below=mask_below))
    found = found[found["decision"] == INELIGIBLE].reset_index(drop=True)
    rows = []
    for each in protocol.criteria:
        holds = found[found[each.key].astype(bool)]
        fails = holds["patients"].sum()
        rows += [
            (place, row["combination"], each.key, each.label, row["patients"], fails, len(found))
            for place, row in holds.iterrows()
            if place < MOST_COMBINATIONS
        ]
    names = ["place", "combination", "criterion", "label", "patients", "fails", "combinations"]
    return pd.DataFrame(rows, columns=names).sort_values("place", kind="stable").reset_index(drop=True)


def draw_overlap(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `overlap_frame`."""
    if frame.empty:
        return empty_figure("No criteria are failed together", "No patient fails a criterion.")
    sets = frame.drop_duplicates("criterion").sort_values("fails", ascending=False, kind="stable")
    labels = as_text(sets["label"])
    rows = dict(zip(sets["criterion"], range(len(sets)), strict=True))
    columns = frame.drop_duplicates("place")
    height = 340 + _ROW_HEIGHT * len(sets)
    look = figure(_title(frame), height=height, legend=False, heads=20).layout.to_plotly_json()
    axes = {name: look.pop(name) for name in ("xaxis", "yaxis")}
    matrix = _ROW_HEIGHT * len(sets) / (height - 120)
    drawn = Figure(
        make_subplots(
            rows=2,
            cols=2,
            column_widths=[0.22, 0.78],
            row_heights=[1 - matrix, matrix],
            horizontal_spacing=0.01,
            vertical_spacing=0.03,
            shared_xaxes="columns",
            specs=[[None, {}], [{}, {}]],
        )
    )
    drawn.update_layout(look)
    drawn.update_xaxes(axes["xaxis"])
    drawn.update_yaxes(axes["yaxis"])
    bars = {
        "marker": {"color": colours.DOES_NOT_FIT},
        "textposition": "outside",
        "cliponaxis": False,
        "showlegend": False,
    }
    drawn.add_bar(
        uid="combinations",
        x=columns["place"],
        y=columns["patients"],
        text=[said(count) for count in columns["patients"]],
        customdata=[text.replace("; ", "<br>").replace("_", " ") for text in as_text(columns["combination"])],
        hovertemplate="%{customdata}<br>%{y} patients<extra></extra>",
        row=1,
        col=2,
        **bars,
    )
    drawn.add_bar(
        uid="sets",
        y=list(range(len(sets))),
        x=sets["fails"],
        text=[f"{count:g}" for count in sets["fails"]],
        orientation="h",
        customdata=labels,
        hovertemplate="%{customdata}<br>%{x} patients fail it<extra></extra>",
        row=2,
        col=1,
        **bars,
    )
    every = [(place, row) for place in columns["place"] for row in range(len(sets))]
    drawn.add_scatter(
        uid="empty",
        x=[place for place, _ in every],
        y=[row for _, row in every],
        mode="markers",
        marker={"size": 10, "color": colours.GRID},
        hoverinfo="skip",
        showlegend=False,
        row=2,
        col=2,
    )
    lines = frame.assign(row=frame["criterion"].map(rows)).sort_values(["place", "row"])
    x: list[Any] = []
    y: list[Any] = []
    for place, own in lines.groupby("place"):
        x += [*([place] * len(own)), None]
        y += [*own["row"], None]
    drawn.add_scatter(
        uid="dots",
        x=x,
        y=y,
        mode="lines+markers",
        marker={"size": 12, "color": colours.INK},
        line={"color": colours.INK, "width": 2},
        customdata=[None if row is None else labels[int(row)] for row in y],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        row=2,
        col=2,
    )
    most = len(sets) - 0.5
    drawn.update_yaxes(range=[most, -0.5], showgrid=False, row=2)
    drawn.update_yaxes(tickvals=list(range(len(sets))), ticktext=labels, row=2, col=1)
    drawn.update_yaxes(visible=False, row=2, col=2)
    drawn.update_xaxes(
        range=[1.4 * max(sets["fails"].max(), 1), 0],
        title_text="patients who fail it",
        ticks="",
        showticklabels=False,
        row=2,
        col=1,
    )
    drawn.update_xaxes(
        range=[-0.6, len(columns) - 0.4], showgrid=False, showticklabels=False, ticks="", showline=False, col=2
    )
    drawn.update_yaxes(title_text="patients", linecolor=colours.QUIET, row=1, col=2)
    shown, of = len(columns), frame["combinations"].iloc[0]
    if shown < of:
        drawn.add_annotation(
            text=f"the {shown} most frequent of {of} combinations",
            x=1,
            y=1,
            xref="paper",
            yref="paper",
            xanchor="right",
            yanchor="bottom",
            showarrow=False,
        )
    drawn.update_layout(bargap=0.35, margin={"b": 56})
    return drawn


def _title(frame: pd.DataFrame) -> str:
    first = frame[frame["place"] == frame["place"].min()]
    count = first["patients"].iloc[0]
    names = as_text([listed([within(label) for label in first["label"]])])[0]
    how = "together" if len(first) > 1 else "alone"
    return f"Failed most often {how}: {names}" + ("" if pd.isna(count) else f" ({many(int(count))})")


@protocol_first
@plots(overlap_frame, draw_overlap)
def plot_overlap() -> None:
    """Draw an UpSet plot: how many patients fail which criteria together.

    Returns
    -------
    plotly.graph_objects.Figure
        A column a combination, the most frequent first and at most twenty: its patients as a bar, its criteria as
        joined dots. On the left the patients who fail each criterion.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_overlap(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    'Failed most often alone: minimal disability (18 patients)'
    """
