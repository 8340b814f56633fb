"""The receipt of a Total Improvement Score as a picture: points earned, within reach, out of reach, not known."""

from __future__ import annotations

from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.patient.total_improvement import (
    MEASURE_COLOURS,
    MEASURE_PATTERNS,
    MOST_POINTS,
    rows_of,
)
from myositis_tools.frames import to_pandas
from myositis_tools.scores import explain_total_improvement
from myositis_tools.scores.improvement import is_worsened
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.tables import records, source

_PARTS = {
    "points": ("earned", None),
    "within_reach": ("not earned, within reach", colours.GRID),
    "out_of_reach": ("out of reach from this baseline", colours.BEYOND),
    "not_known": ("not known: a value is missing", colours.UNKNOWN),
}


@shows_score
def receipt_frame(
    visits: Any, patient_id: str | int, week: int, **score_options: Unpack[ScoreKeywords]
) -> pd.DataFrame:
    """Give exactly what `plot_receipt` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `explain_total_improvement`.
    patient_id : str or int
        The patient.
    week : int
        The visit.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row a measure: ``measure, label, unit, baseline, value, change_percent, band, points_possible, missing``
        and the parts of its bar, which add up to ``points_possible``: ``points`` (earned), ``within_reach``,
        ``out_of_reach`` (the scale ends before them) and ``not_known``.

    Raises
    ------
    MyositisToolsError
        Whatever `explain_total_improvement` refuses.

    Missing data
    ------------
    Where a value is missing, what the scale still allows is ``not_known``.

    Source
    ------
    As in `explain_total_improvement`.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import receipt_frame
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A"], "week": [0, 26], "physician_global_cm": [6.0, 3.9],
    ...     "patient_global_cm": [5.0, 3.0], "mmt8_150": [146, 150], "haq_di": [0.0, 0.0],
    ...     "ck_xuln": [8.0, None], "extramuscular_cm": [3.0, 0.5]})
    >>> receipt_frame(visits, "A", 26)[["measure", "points", "within_reach", "out_of_reach", "not_known"]].iloc[[2, 4]]
      measure  points  within_reach  out_of_reach  not_known
    2     mmt    10.0           0.0          22.5        0.0
    4  enzyme     0.0           0.0           0.0        7.5
    """
    own = rows_of(to_pandas(visits), patient_id)
    return arrange_receipt(explain_total_improvement(own, patient_id, week, **score_options))


def arrange_receipt(receipt: pd.DataFrame) -> pd.DataFrame:
    """As `receipt_frame`, from what `explain_total_improvement` gives."""
    names = ["measure", "label", "unit", "baseline", "value", "change_percent", "band", "points_possible", "missing"]
    frame = receipt[names].copy()
    known = receipt["points"].notna()
    frame["points"] = receipt["points"].fillna(0.0)
    # without a change nothing lies beyond what is open; without an end of the scale nothing is out of reach
    at_most = receipt["points_possible"].mask(
        receipt["change_percent"].isna(), frame["points"] + receipt["points_open"]
    )
    reachable = receipt["points_reachable"].fillna(at_most).fillna(receipt["points_possible"])
    frame["within_reach"] = (reachable - frame["points"]).where(known, 0.0)
    frame["not_known"] = reachable.where(~known, 0.0)
    frame["out_of_reach"] = receipt["points_possible"] - reachable
    return frame


@shows_score
def plot_receipt(visits: Any, patient_id: str | int, week: int, **score_options: Unpack[ScoreKeywords]) -> go.Figure:
    """Draw the breakdown of one patient's Total Improvement Score at one visit.

    Parameters
    ----------
    visits, patient_id, week, **score_options
        As in `receipt_frame`.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a measure with the points earned of those possible, what is out of reach hatched; beneath, all points on
        a bar to 100 with the limits of the classes.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_receipt(mt.load_visits(), "P184", 12).layout.title.text
    'Patient P184, week 12: 80 of 100 points earned, up to 12.5<br>more not known, 7.5 out of reach from the baseline'
    """
    frame = receipt_frame(visits, patient_id, week, **score_options)
    who = f"Patient {as_text([patient_id])[0]}, week {week:g}"
    return draw_receipt(frame, title=who, population=ScoreOptions(**score_options).population)


def draw_receipt(frame: pd.DataFrame, *, title: str, population: str = "adult") -> go.Figure:
    """Draw a frame made by `receipt_frame`; the title says of whom it is."""
    if frame["change_percent"].isna().all():
        said = list(dict.fromkeys(text for text in frame["missing"] if text))
        return empty_figure(title, f"No points yet: {'; '.join(said[:2])}{' ...' if len(said) > 2 else ''}.")
    drawn = figure(f"{title}: {_found(frame)}", height=450)
    labels = as_text(frame["label"])
    for part, (words, colour) in _PARTS.items():
        own = [MEASURE_COLOURS[measure] for measure in frame["measure"]]
        pattern = {"out_of_reach": "/", "not_known": "."}.get(part, "")
        drawn.add_bar(
            uid=part,
            y=labels,
            x=frame[part],
            orientation="h",
            name=words,
            marker={
                "color": own if colour is None else colour,
                "line": {"color": colours.QUIET, "width": 1},
                "pattern": {
                    "shape": [MEASURE_PATTERNS[measure]["shape"] for measure in frame["measure"]]
                    if colour is None
                    else pattern,
                    "fgcolor": [colours.PAPER if colour is None else colours.QUIET] * len(frame),
                    "fillmode": "overlay",
                    "solidity": 0.2,
                    "size": 6,
                },
            },
            customdata=list(zip(frame["points_possible"], as_text(map(_in_words, frame.itertuples())), strict=True)),
            hovertemplate=f"%{{y}}: %{{customdata[1]}}<br>{words}: %{{x:g}} of %{{customdata[0]:g}} points"
            "<extra></extra>",
            showlegend=part != "points",
        )
    drawn.add_scatter(
        uid="numbers",
        y=labels,
        x=frame["points_possible"],
        text=[
            f" ? of {row.points_possible:g}" if row.not_known else f" {row.points:g} of {row.points_possible:g}"
            for row in frame.itertuples()
        ],
        mode="text",
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    _add_total(drawn, frame, population)
    possible = float(frame["points_possible"].max())
    drawn.update_layout(
        barmode="stack",
        xaxis={"anchor": "y", "range": [0, possible * 1.2], "visible": False},
        yaxis={"domain": [0.42, 1], "autorange": "reversed", "showgrid": False},
        xaxis2={
            "anchor": "y2",
            "range": [0, 1.01 * MOST_POINTS],
            "title": {"text": "Total Improvement Score, points · higher is better", "font": {"size": 13}},
            "gridcolor": colours.GRID,
            "zeroline": False,
        },
        yaxis2={"domain": [0.06, 0.24], "range": [-0.5, 0.9], "visible": False, "fixedrange": True},
    )
    return drawn


def _found(frame: pd.DataFrame) -> str:
    """What was earned, and what could not be earned any more."""
    earned, open_, lost = (float(frame[part].sum()) for part in ("points", "not_known", "out_of_reach"))
    said = f"{earned:g} of {MOST_POINTS:g} points earned"
    said += f", up to {open_:g} more not known" if open_ else ""
    return said + (f", {lost:g} out of reach from the baseline" if lost else "")


def _in_words(row: Any) -> str:
    if row.missing:
        return str(row.missing)
    unit = f" {row.unit}" if row.unit else ""
    return f"{row.baseline:g} to {row.value:g}{unit}, {say_change(row.measure, row.change_percent)}"


def say_change(measure: str, percent: float) -> str:
    """Say a change in percent of the range in words: nobody should have to know which sign is good, or what counts."""
    size = f"{abs(percent):.4g} % of range"
    if percent == 0:
        return "unchanged"
    if percent > 0:
        return f"better by {size}"
    return f"worse by {size}" if is_worsened(percent, measure) else f"worse by {size}, too little to count as worsened"


def _add_total(drawn: go.Figure, frame: pd.DataFrame, population: str) -> None:
    place = {"xaxis": "x2", "yaxis": "y2"}
    reached = frame["points"].cumsum()
    drawn.add_bar(
        uid="total",
        y=[0] * len(frame),
        x=frame["points"],
        base=reached - frame["points"],
        width=0.8,
        orientation="h",
        marker={
            "color": [MEASURE_COLOURS[measure] for measure in frame["measure"]],
            "line": {"color": colours.PAPER, "width": 1},
            "pattern": {
                "shape": [MEASURE_PATTERNS[measure]["shape"] for measure in frame["measure"]],
                "fgcolor": [colours.PAPER] * len(frame),
                "fillmode": "overlay",
                "solidity": 0.2,
                "size": 6,
            },
        },
        customdata=list(zip(as_text(frame["label"]), frame["points"], strict=True)),
        hovertemplate="%{customdata[0]}: %{customdata[1]:g} points<extra></extra>",
        showlegend=False,
        **place,
    )
    drawn.add_bar(
        uid="total_not_known",
        y=[0],
        x=[frame["not_known"].sum()],
        base=[reached.iloc[-1]],
        width=0.8,
        orientation="h",
        marker={
            "color": colours.UNKNOWN,
            "line": {"color": colours.QUIET, "width": 1},
            "pattern": {"shape": ".", "fgcolor": colours.QUIET, "fillmode": "overlay", "solidity": 0.2, "size": 6},
        },
        customdata=[frame["not_known"].sum()],
        hovertemplate="not known: up to %{customdata:g} points more<extra></extra>",
        showlegend=False,
        **place,
    )
    _add_limits(drawn, population, **place)


def _add_limits(drawn: go.Figure, population: str, **place: Any) -> None:
    limits = [row for row in records("improvement_classes") if row["population"] == population and row["minimum_score"]]
    ends = [(limit["minimum_score"], end) for limit in limits for end in (-0.45, 0.5, None)]  # a gap after each line
    drawn.add_scatter(
        uid="limits",
        x=[score for score, _ in ends],
        y=[end for _, end in ends],
        mode="lines",
        line={"color": colours.INK, "dash": "dot", "width": 2},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
        **place,
    )
    drawn.add_scatter(
        uid="limit_names",
        x=[limit["minimum_score"] for limit in limits],
        y=[0.55] * len(limits),
        text=[f"{limit['minimum_score']:g} {limit['response']}" for limit in limits],
        mode="text",
        textposition="top center",
        textfont={"color": colours.INK, "size": 12},
        customdata=as_text(
            f"{source(str(limit['source'])).citation} {limit['place']} ({limit['evidence']})" for limit in limits
        ),
        hovertemplate=f"%{{text}} ({population})<br>%{{customdata}}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
        **place,
    )
