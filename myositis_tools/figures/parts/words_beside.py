"""What is written beside a picture: notes at its edges, and numbers of patients under its axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go


def write_at_edge(
    drawn: go.Figure, text: str, *, x: float = 0, at_top: bool = False, above: bool, shift: float = 0, colour: str = ""
) -> None:
    """Write a note from the left at the top or the bottom edge of the picture: above the edge or below it."""
    drawn.add_annotation(
        text=text,
        x=x,
        y=1 if at_top else 0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom" if above else "top",
        align="left",
        yshift=shift or None,
        showarrow=False,
        font={"size": 12} | ({"color": colour} if colour else {}),
    )


def add_numbers(
    drawn: go.Figure,
    counts: Mapping[tuple[str, Any], int],
    groups: Sequence[str],
    weeks: Sequence[float],
    *,
    uid: str,
    axis: str,
) -> None:
    """Write how many patients of each group there are under each week, a row a group on an axis of their own."""
    here = [(week, place, counts.get((group, week), 0)) for place, group in enumerate(groups) for week in weeks]
    drawn.add_scatter(
        uid=uid,
        x=[week for week, _, _ in here],
        y=[place for _, place, _ in here],
        text=[str(count) for _, _, count in here],
        mode="text",
        yaxis=axis,
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
