"""Two numbers of each patient against each other, how each is spread, and who lacks one of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.joint_frame import (
    CELL,
    HIGHLIGHT,
    NEITHER,
    NOT_SEEN,
    PATIENT,
    SPREAD,
    X_ONLY,
    Y_ONLY,
)
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, lay_out, looks_of_groups, plain
from myositis_tools.figures.parts.words_beside import write_at_edge
from myositis_tools.figures.patient.total_improvement import add_class_limits
from myositis_tools.formatting import between, many
from myositis_tools.studies.follow_up.followed_cohort import LEFT_OUT, NOBODY_FOLLOWED, say_left_out
from myositis_tools.studies.follow_up.groups_of_patients import in_order

_MAIN, _ASIDE = 0.76, 0.89  # of the figure: where the points end, and where the spread beside them begins
_LEGEND_OF_CELLS = {
    "title": {"text": "patients", "side": "top", "font": {"size": 12}},
    "orientation": "h",
    "thickness": 10,
    "len": 1 - _ASIDE,
    "x": (1 + _ASIDE) / 2,
    "y": 1,
    "yanchor": "top",
    "nticks": 3,
    "outlinewidth": 0,
}


def draw_joint(
    frame: pd.DataFrame,
    *,
    title: str,
    x_title: str,
    y_title: str,
    names: tuple[str, str],
    population: str | None = None,
) -> go.Figure:
    """Draw a frame made by `arrange_joint`.

    Parameters
    ----------
    frame : pandas.DataFrame
        What is drawn.
    title, x_title, y_title : str
        The words above and at the axes.
    names : tuple of str
        What to call the two in a sentence.
    population : str, optional
        Whose class limits are drawn, where the second is the Total Improvement Score.
    """
    alone, cells = frame[frame["part"] == PATIENT], frame[frame["part"] == CELL]
    if alone.empty and cells.empty:
        found = frame["part"].isin([X_ONLY, Y_ONLY, NEITHER, NOT_SEEN]).sum()
        return empty_figure(
            f"{title} cannot be drawn", f"None of {many(int(found))} has both." if found else NOBODY_FOLLOWED
        )
    frame, alone, cells = plain(frame), plain(alone), plain(cells)
    drawn = figure(f"{title} are both known of {_known_of(frame)}", height=600, heads=44)
    groups = in_order(frame.loc[frame["group"].notna(), "group"])
    looks = looks_of_groups(groups)
    spans = {axis: _span(frame, axis) for axis in ("x", "y")}
    if len(cells):
        _add_cells(drawn, cells)
    for place, name in enumerate(groups):
        own = frame[frame["group"] == name]
        if alone.empty:
            _add_legend(drawn, own, name, looks[name], place)
        else:
            _add_patients(drawn, own, name, looks[name], names, place)
            _add_lacking(drawn, own, name, looks[name], spans, names, place)
        _add_spread(drawn, own[own["part"] == SPREAD], looks[name], place)
    _add_highlight(drawn, frame[frame["part"] == HIGHLIGHT], spans)
    if population is not None:
        add_class_limits(drawn, population, *spans["x"])
    _arrange(drawn, len(groups), spans, x_title, y_title)
    _say(drawn, frame, names)
    return drawn


def _known_of(frame: pd.DataFrame) -> str:
    """How many patients have both, and of how many that were followed."""
    parts = frame["part"]
    both = int((parts == PATIENT).sum() + frame.loc[parts == CELL, "patients"].fillna(0).sum())
    return many(both, both + int(parts.isin([X_ONLY, Y_ONLY, NEITHER, NOT_SEEN]).sum()))


def _span(frame: pd.DataFrame, axis: str) -> tuple[float, float]:
    """From the least to the greatest that is drawn, with a strip below it for those who lack it."""
    values = frame[[axis, f"{axis}_min", f"{axis}_max"]]
    low, high = float(np.nanmin(values.to_numpy())), float(np.nanmax(values.to_numpy()))
    wide = high - low or 1.0
    return low - 0.1 * wide, high + 0.05 * wide


def _strip(span: tuple[float, float]) -> float:
    return span[0] + 0.03 * (span[1] - span[0])


def _add_patients(
    drawn: go.Figure,
    own: pd.DataFrame,
    group: str,
    look: tuple[str, str, str],
    names: tuple[str, str],
    place: int,
) -> None:
    colour, _, marker = look
    rows = own[own["part"] == PATIENT]
    exact = rows[rows["x"].notna() & rows["y"].notna()]
    drawn.add_scatter(
        uid=f"bounds_{place}",
        **_brackets(rows),
        mode="lines",
        line={"color": colour, "width": 1.5},
        opacity=0.6,
        hoverinfo="skip",
        showlegend=False,
    )
    drawn.add_scatter(
        uid=f"patients_{place}",
        x=rows["x"].fillna((rows["x_min"] + rows["x_max"]) / 2),
        y=rows["y"].fillna((rows["y_min"] + rows["y_max"]) / 2),
        mode="markers",
        marker={
            "color": [colour if is_exact else colours.PAPER for is_exact in rows.index.isin(exact.index)],
            "symbol": marker,
            "size": 9,
            "line": {"color": colour, "width": 1.5},
        },
        customdata=rows["patient_id"],
        text=[_in_words(row, names) for row in rows.itertuples()],
        name=f"{as_text([group])[0]}: {len(rows)} with both",
        hovertemplate="%{text}<extra></extra>",
    )


def _brackets(rows: pd.DataFrame) -> dict[str, list[float | None]]:
    """A line between the bounds of what is not certain."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row in rows.itertuples():
        middle_x = row.x if row.x == row.x else (row.x_min + row.x_max) / 2
        middle_y = row.y if row.y == row.y else (row.y_min + row.y_max) / 2
        if row.y_min < row.y_max:
            x, y = [*x, middle_x, middle_x, None], [*y, row.y_min, row.y_max, None]
        if row.x_min < row.x_max:
            x, y = [*x, row.x_min, row.x_max, None], [*y, middle_y, middle_y, None]
    return {"x": x, "y": y}


def _in_words(row: Any, names: tuple[str, str]) -> str:
    bounds = zip(names, (row.x_min, row.y_min), (row.x_max, row.y_max), strict=True)
    said = [f"{name} {between(low, high, '.4g')}" for name, low, high in bounds]
    return "<br>".join([", ".join(as_text([row.patient_id, row.group])), *said])


def _add_lacking(
    drawn: go.Figure,
    own: pd.DataFrame,
    group: str,
    look: tuple[str, str, str],
    spans: dict[str, tuple[float, float]],
    names: tuple[str, str],
    place: int,
) -> None:
    """Who has one of the two stands at the edge where the other would be."""
    colour, _, marker = look
    without_x, without_y = own[own["part"] == Y_ONLY], own[own["part"] == X_ONLY]
    middle = {axis: own[axis].fillna((own[f"{axis}_min"] + own[f"{axis}_max"]) / 2) for axis in ("x", "y")}
    drawn.add_scatter(
        uid=f"lacking_{place}",
        x=[*[_strip(spans["x"])] * len(without_x), *middle["x"][without_y.index]],
        y=[*middle["y"][without_x.index], *[_strip(spans["y"])] * len(without_y)],
        mode="markers",
        marker={"color": colour, "symbol": f"{marker}-open-dot", "size": 9},
        customdata=[*without_x["patient_id"], *without_y["patient_id"]],
        text=[
            f"{name}: without {words}"
            for rows, words in ((without_x, names[0]), (without_y, names[1]))
            for name in as_text(rows["patient_id"])
        ],
        name=f"{as_text([group])[0]}: one of the two not known",
        showlegend=bool(len(without_x) + len(without_y)),
        hovertemplate="%{text}<extra></extra>",
    )


def _add_legend(drawn: go.Figure, own: pd.DataFrame, group: str, look: tuple[str, str, str], place: int) -> None:
    counts = own[own["part"] == SPREAD].set_index("axis")["patients"]
    drawn.add_scatter(
        uid=f"patients_{place}",
        x=[None],
        y=[None],
        mode="markers",
        marker={"color": look[0], "symbol": look[2], "size": 9},
        name=f"{as_text([group])[0]}: n {counts.get('x', 0)} across, {counts.get('y', 0)} up",
    )


def _add_cells(drawn: go.Figure, cells: pd.DataFrame) -> None:
    across, up = (_grid(cells[axis]) for axis in ("x", "y"))
    counts = np.zeros((len(up), len(across)))
    counts[np.searchsorted(up, cells["y"] - 1e-9), np.searchsorted(across, cells["x"] - 1e-9)] = cells["patients"]
    drawn.add_heatmap(
        uid="cells",
        x=across,
        y=up,
        z=[[count or None for count in row] for row in counts.tolist()],
        colorscale=[[0, colours.SHARE[0]], [1, colours.SHARE[2]]],
        hoverongaps=False,
        colorbar=_LEGEND_OF_CELLS,
        hovertemplate="about %{x:.4g} and %{y:.4g}: %{z} patients<extra></extra>",
    )


def _grid(values: pd.Series) -> np.ndarray:
    known = np.unique(values)
    if len(known) < 2:
        return known
    step = min(after - before for before, after in pairwise(known))
    return np.round(known[0] + step * np.arange(round((known[-1] - known[0]) / step) + 1), 9)


def _add_spread(drawn: go.Figure, rows: pd.DataFrame, look: tuple[str, str, str], place: int) -> None:
    for axis, orientation, cell in (
        ("x", "h", {"xaxis": "x", "yaxis": "y2"}),
        ("y", "v", {"xaxis": "x2", "yaxis": "y"}),
    ):
        own = rows[rows["axis"] == axis]
        at = {"y" if axis == "x" else "x": [place] * len(own)}
        drawn.add_box(
            uid=f"spread_{axis}_{place}",
            orientation=orientation,
            q1=own["q1"],
            median=own["median"],
            q3=own["q3"],
            lowerfence=own["low"],
            upperfence=own["high"],
            **at,
            width=0.6,
            line={"color": look[0], "width": 2},
            fillcolor=colours.PAPER,
            showlegend=False,
            hoverinfo="skip",
            **cell,
        )


def _add_highlight(drawn: go.Figure, rows: pd.DataFrame, spans: dict[str, tuple[float, float]]) -> None:
    at = {}
    for axis in ("x", "y"):
        middle = rows[axis].fillna((rows[f"{axis}_min"] + rows[f"{axis}_max"]) / 2)
        at[axis] = middle.fillna(_strip(spans[axis]))
    drawn.add_scatter(
        uid="highlight",
        **at,
        mode="markers+text",
        text=[f"<b>{name}</b>" for name in as_text(rows["patient_id"])],
        textposition="top center",
        marker={"symbol": "circle-open", "size": 16, "color": colours.INK, "line": {"width": 3}},
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _arrange(drawn: go.Figure, groups: int, spans: dict[str, tuple[float, float]], x_title: str, y_title: str) -> None:
    side = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "fixedrange": True}
    beside = {**side, "range": [-0.6, groups - 0.4], "showline": False}
    across, up = spans["x"], spans["y"]
    lay_out(
        drawn,
        xaxis={"domain": [0, _MAIN], "range": list(across), "tickvals": _ticks(across), "title": {"text": x_title}},
        yaxis={"domain": [0, _MAIN], "range": list(up), "tickvals": _ticks(up), "title": {"text": y_title}},
        xaxis2={"domain": [_ASIDE, 1], "anchor": "y", **beside},
        yaxis2={"domain": [_MAIN + 0.03, 1], "anchor": "x", **beside},
        boxmode="overlay",
        hovermode="closest",
        margin={"b": 56},
        shapes=[
            {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": _edge(up), "y1": _edge(up), "line": _EDGE},
            {"type": "line", "y0": 0, "y1": 1, "yref": "y domain", "x0": _edge(across), "x1": _edge(across)}
            | {"line": _EDGE},
        ],
    )
    for place in (
        {"x": _strip(across), "y": 1, "yref": "y domain", "yanchor": "top"},
        {"y": _strip(up), "x": 1, "xref": "x domain", "xanchor": "right"},
    ):
        drawn.add_annotation(text="<b>?</b>", showarrow=False, **place)


def _edge(span: tuple[float, float]) -> float:
    """Where the strip of those who lack the number ends."""
    return span[0] + 0.07 * (span[1] - span[0])


def _ticks(span: tuple[float, float]) -> list[float]:
    """Round numbers above the strip."""
    low, high = _edge(span), span[1]
    rough = (high - low) / 5
    size = 10 ** np.floor(np.log10(rough))
    step = next(size * one for one in (1, 2, 2.5, 5, 10) if size * one >= rough)
    first = np.ceil((low - 1e-9) / step)
    return [round(float(place * step), 9) for place in np.arange(first, np.floor(high / step) + 1)]


_EDGE = {"color": colours.QUIET, "width": 1, "dash": "dot"}


def _say(drawn: go.Figure, frame: pd.DataFrame, names: tuple[str, str]) -> None:
    counts = frame["part"].value_counts()
    said = [
        f"{counts[part]} {words}"
        for part, words in (
            (Y_ONLY, f"without {names[0]}"),
            (X_ONLY, f"without {names[1]}"),
            (NEITHER, "with neither"),
            (NOT_SEEN, NOT_SEEN),
        )
        if counts.get(part)
    ]
    left_out = say_left_out(int(frame.loc[frame["part"] == LEFT_OUT, "patients"].fillna(0).sum()))
    lines = [said, [left_out, "boxes: quartiles, and 5 to 95 %"]]
    text = "<br>".join(" · ".join(part for part in line if part) for line in lines if line)
    write_at_edge(drawn, text, at_top=True, above=True, shift=6, colour=colours.INK)
