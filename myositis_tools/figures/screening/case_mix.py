"""Whom the criteria leave out, as differences from those they keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import to_pandas
from myositis_tools.studies import case_mix
from myositis_tools.studies.screening.case_mix import NOT_RECORDED

_ROW_HEIGHT = 22


@protocol_first
def case_mix_frame(
    protocol: Protocol,
    screening: Any,
    describe: Sequence[str] | None = None,
    *,
    unknown: str = "itself",
    mask_below: int | None = None,
) -> pd.DataFrame:
    """Give exactly what `plot_case_mix` draws.

    Parameters
    ----------
    protocol, screening, describe, unknown, mask_below
        As in `myositis_tools.case_mix`.

    Returns
    -------
    pandas.DataFrame
        One row a word or number that has a difference, *not recorded* only where the groups differ in it: ``label``
        (with the word, or the unit of a number), ``kept``, ``left_out`` (as a percentage, or as a median in the unit of
        the label) and ``difference``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.case_mix_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn.loc[0, "label"]
    'age, years'
    """
    found = to_pandas(case_mix(protocol, screening, describe, unknown=unknown, mask_below=mask_below))
    all_recorded = (found["level"] == NOT_RECORDED) & (found["difference"] == 0)
    found = found[(found["column"] != "") & found["difference"].notna() & ~all_recorded]
    rows = [
        {
            "label": row["label"] + _added(row),
            **{group: _stated(row, group) for group in ("kept", "left_out")},
            "difference": row["difference"],
        }
        for row in found.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["label", "kept", "left_out", "difference"])


def _stated(row: dict[str, Any], group: str) -> str:
    if row["level"]:
        return f"{row[f'{group}_percent']:.0f} %"
    return f"{row[f'{group}_median']:.3g}"


def _added(row: dict[str, Any]) -> str:
    if row["level"]:
        return f": {row['level'].replace('_', ' ')}"
    return f", {row['unit']}" if row["unit"] else ""


def draw_case_mix(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `case_mix_frame`."""
    if frame.empty:
        return empty_figure("There is nothing to compare", "There are no two groups of patients to compare.")
    drawn = figure(_title(frame), height=140 + _ROW_HEIGHT * len(frame), heads=20)
    labels = as_text(frame["label"])
    most = max(0.5, frame["difference"].abs().max())
    for uid, here, symbol, colour, words in (
        ("more_kept", frame["difference"] >= 0, "circle", colours.FITS, "more, or higher, among the kept"),
        (
            "more_left_out",
            frame["difference"] < 0,
            "diamond",
            colours.DOES_NOT_FIT,
            "more, or higher, among the left out",
        ),
    ):
        own = frame[here]
        drawn.add_scatter(
            uid=uid,
            x=[None, *own["difference"]],
            y=[labels[0], *as_text(own["label"])],
            mode="markers",
            name=words,
            marker={"symbol": symbol, "size": 11, "color": colour},
            customdata=[
                "",
                *(f"kept {kept}, left out {out}" for kept, out in zip(own["kept"], own["left_out"], strict=True)),
            ],
            hovertemplate="%{y}<br>%{customdata}<br>standardised difference %{x:.2f}<extra></extra>",
        )
    for place, (name, head) in enumerate((("kept", "kept"), ("left_out", "left out"))):
        x = most * (1.35 + 0.5 * place)
        drawn.add_scatter(
            uid=f"{name}_text",
            x=[x] * len(frame),
            y=labels,
            text=as_text(frame[name]),
            mode="text",
            textfont={"size": 12},
            showlegend=False,
            hoverinfo="skip",
        )
        drawn.add_annotation(text=f"<b>{head}</b>", x=x, y=1, yref="paper", yanchor="bottom", showarrow=False)
    drawn.add_vline(x=0, line={"color": colours.INK, "width": 1})
    drawn.update_xaxes(
        range=[-1.1 * most, 2.15 * most],
        title_text="standardised difference, kept less left out",
        tickvals=_ticks(most),
    )
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, range=[len(frame) - 0.5, -0.5])
    return drawn


def _title(frame: pd.DataFrame) -> str:
    first = frame.loc[frame["difference"].abs().idxmax()]
    label, kept, out = as_text([within(first["label"]), first["kept"], first["left_out"]])
    return f"Those kept differ most from those left out in {label}: {kept} against {out}"


@protocol_first
@plots(case_mix_frame, draw_case_mix)
def plot_case_mix() -> None:
    """Draw the standardised differences (love plot) between those whom the criteria leave out and those they keep.

    Returns
    -------
    plotly.graph_objects.Figure
        A dot for each standardised difference, percentages or medians of both groups beside it.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_case_mix(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    'Those kept differ most from those left out in disease duration, months: 5 against 9'
    """


def _ticks(most: float) -> list[float]:
    step = 0.25 if most <= 1 else 0.5 if most <= 2 else 1.0
    return [place * step for place in range(-int(most / step), int(most / step) + 1)]
