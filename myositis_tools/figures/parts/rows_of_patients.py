"""Figures with a row a patient under a heading a group: where the rows stand and what is written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.theme import as_text, lay_out, plain
from myositis_tools.figures.parts.words_beside import write_at_edge
from myositis_tools.formatting import many

MOST_PATIENTS = 48  # rows that can be read on one page
BLANK_AXIS = MappingProxyType({"showgrid": False, "ticks": "", "showline": False})  # cells are all that is drawn


def in_rows(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the ``row`` they stand in: the place of the patient, below the headings of her group and those before.

    The columns come back as plain numbers and objects.
    """
    headings = {name: count for count, name in enumerate(dict.fromkeys(cells["group"]), start=1)}
    return plain(cells.assign(row=(cells["place"] + cells["group"].map(headings)).astype("int64")))


def grid(cells: pd.DataFrame, values: Any, shape: tuple[int, int], empty: Any = None) -> list[list[Any]]:
    """Lay a value a cell out by ``row`` and ``column``, as a heatmap takes it."""
    laid = np.full(shape, empty, dtype=object)
    laid[cells["row"].to_numpy(), cells["column"].to_numpy()] = np.asarray(values, dtype=object)
    return laid.tolist()


def name_rows(drawn: go.Figure, cells: pd.DataFrame, **axis: Any) -> None:
    """Name each patient beside her row and frame those pointed at; `axis` is of the horizontal axis."""
    patients = cells.drop_duplicates("row")
    rows, is_pointed_at = patients["row"].tolist(), patients["highlighted"].tolist()
    names = zip(as_text(patients["patient_id"]), is_pointed_at, strict=True)
    lay_out(
        drawn,
        xaxis=axis,
        yaxis={
            **BLANK_AXIS,
            "tickfont": {"size": 11},
            "tickvals": rows,
            "ticktext": [f"<b>▶ {name}</b>" if is_marked else name for name, is_marked in names],
            "range": [max(rows) + 0.5, -0.5],
        },
    )
    for row, is_marked in zip(rows, is_pointed_at, strict=True):
        if is_marked:
            line = {"color": colours.INK, "width": 2}
            drawn.add_shape(type="rect", xref="x domain", x0=0, x1=1, y0=row - 0.5, y1=row + 0.5, line=line)


def head_groups(drawn: go.Figure, cells: pd.DataFrame) -> None:
    """Write above the rows of each group how many of its patients they are."""
    for name, own in cells.groupby("group", sort=False):
        shown, of = own["patient_id"].nunique(), int(own["patients"].iloc[0])
        drawn.add_annotation(
            text=f"<b>{as_text([name])[0]}</b>, {many(shown, of)}",
            xref="x domain",
            x=0,
            y=int(own["row"].min()) - 1,
            xanchor="left",
            showarrow=False,
        )


def say_at_edge(drawn: go.Figure, said: Sequence[str], *, at_top: bool = False) -> None:
    """Write what goes for all rows above or below them."""
    text = ("<br>" if at_top else " · ").join(part for part in said if part)
    write_at_edge(drawn, text, at_top=at_top, above=at_top, shift=4 if at_top else -6)


def add_key(drawn: go.Figure, name: str, sign: str, colour: str, *, is_there: bool) -> None:
    """Explain a colour of cells in the legend, which a heatmap does not do by itself."""
    drawn.add_scatter(
        uid=f"legend_{name.replace(' ', '_')}",
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "size": 12, "color": colour, "line": {"color": colours.QUIET, "width": 1}},
        name=f"{sign} {name}".strip(),
        showlegend=is_there,
    )
