"""Cells that say the response of patients at visits by colour and sign."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.figures.parts.rows_of_patients import add_key, grid
from myositis_tools.studies.follow_up.response_states import NOT_CERTAIN


def add_response_cells(
    drawn: go.Figure,
    cells: pd.DataFrame,
    shape: tuple[int, int],
    *,
    signs: Sequence[str],
    said: Sequence[str],
    edges: Sequence[float] | None = None,
) -> None:
    """Draw a cell a row of `cells`, where its ``row`` and ``column`` say, in the colour of what is ``shown``.

    Text of the cells themselves is drawn faster than points of text. With `edges` the columns are as wide as that.
    """
    places = {name: place for place, name in enumerate(LOOKS)}
    steps = [((place + end) / len(LOOKS), _fill(name)) for place, name in enumerate(LOOKS) for end in (0, 1)]
    drawn.add_heatmap(
        uid="cells",
        x=edges,
        z=grid(cells, cells["shown"].map(places), shape),
        text=grid(cells, signs, shape, ""),
        texttemplate="%{text}",
        textfont={"size": 11, "color": colours.INK_ON_FILL},
        hovertext=grid(cells, said, shape, ""),
        customdata=grid(cells, cells["patient_id"], shape, ""),
        colorscale=steps,
        zmin=-0.5,
        zmax=len(LOOKS) - 0.5,
        xgap=3 if edges is None else 1,
        ygap=2 if edges is None else 6,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _fill(name: str) -> str:
    """The colour of a cell: a tint, for a page of them in full colour is a wall."""
    return {**colours.CLASS_TINTS, NOT_CERTAIN: colours.UNKNOWN_TINT}.get(name, LOOKS[name][0])


def add_response_key(drawn: go.Figure, there: Collection[str]) -> None:
    """Explain what is there, in the order of the classes."""
    for name, (_, sign, _) in LOOKS.items():
        add_key(drawn, name, sign, _fill(name), is_there=name in there)
