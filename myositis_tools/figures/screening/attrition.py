"""The flow of patients through the criteria, as bars."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.theme import (
    EFFECT_COLOURS,
    EFFECT_PATTERNS,
    KEEPS_OUT,
    PASSES,
    UNDECIDED,
    empty_figure,
    figure,
)
from myositis_tools.frames import to_frame
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS, count_flow

_PART_NAMES = {PASSES: "left", UNDECIDED: "unknown here", KEEPS_OUT: "excluded here"}
_ROW_HEIGHT = 26


@protocol_first
def attrition_frame(protocol: Protocol, screening: Any, *, unknown: str = "itself") -> pd.DataFrame:
    """Give exactly what `plot_attrition` draws.

    Parameters
    ----------
    protocol : Protocol
        The criteria and their order.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        As in `myositis_tools.attrition`.

    Returns
    -------
    pandas.DataFrame
        One row a criterion: ``criterion, label, kind, remaining_before, left, unknown_here, excluded_here``; the last
        three are the parts of the bar and add up to ``remaining_before``.
    """
    return flow_frame(protocol, to_frame(protocol.verdicts(screening)), unknown=unknown)


def flow_frame(protocol: Protocol, verdicts: Any, *, unknown: str) -> pd.DataFrame:
    """As `attrition_frame`, from a narwhals frame of ``protocol.verdicts``."""
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    steps = pd.DataFrame(count_flow(protocol, verdicts, unknown=unknown))
    open_apart = steps["unknown"] if unknown == "itself" else 0 * steps["unknown"]
    return pd.DataFrame(
        {
            "criterion": steps["criterion"],
            "label": [protocol.criterion(key).label for key in steps["criterion"]],
            "kind": steps["kind"],
            "remaining_before": steps["remaining_before"],
            "left": steps["remaining_after"],
            "unknown_here": open_apart,
            "excluded_here": steps["excluded"],
        }
    )


def draw_attrition(steps: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `attrition_frame`."""
    title = "From screened to eligible"
    if steps.empty or not steps["remaining_before"].iloc[0]:
        return empty_figure(title, "There is no patient, or no criterion, to count.")
    everyone = int(steps["remaining_before"].iloc[0])
    drawn = figure(title, height=164 + _ROW_HEIGHT * len(steps))
    for effect, column in ((PASSES, "left"), (UNDECIDED, "unknown_here"), (KEEPS_OUT, "excluded_here")):
        drawn.add_bar(
            uid=column,
            y=steps["label"],
            x=steps[column],
            orientation="h",
            name=_PART_NAMES[effect],
            marker={
                "color": EFFECT_COLOURS[effect],
                "pattern": {
                    "shape": EFFECT_PATTERNS[effect],
                    "fgcolor": colours.PAPER,
                    "size": 6,
                    "solidity": 0.2,
                    "fillmode": "overlay",
                },
            },
            hovertemplate=f"%{{y}}<br>{_PART_NAMES[effect]}: %{{x}}<extra></extra>",
        )
    for place, (head, column, sign) in enumerate(
        (("excluded", "excluded_here", "−"), ("unknown", "unknown_here", "?"), ("left", "left", ""))
    ):
        drawn.add_scatter(
            uid=f"{column}_text",
            y=[*steps["label"]],
            x=[everyone * (1.09 + 0.14 * place)] * len(steps),
            text=[f"{sign}{count}" for count in steps[column]],
            mode="text",
            showlegend=False,
            hoverinfo="skip",
            cliponaxis=False,
        )
        drawn.add_annotation(
            text=head, x=everyone * (1.09 + 0.14 * place), y=1, yref="paper", yanchor="bottom", showarrow=False
        )
    drawn.update_layout(barmode="stack", bargap=0.3, margin={"t": 80})
    drawn.update_xaxes(
        range=[0, everyone * 1.45],
        title_text=f"patients, of {everyone} screened",
        showline=False,
        tickmode="array",
        tickvals=_ticks(everyone),
    )
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


@protocol_first
@plots(attrition_frame, draw_attrition)
def plot_attrition() -> None:
    """Draw attrition: how many patients are left after each criterion.

    Returns
    -------
    plotly.graph_objects.Figure
        One bar a criterion, criteria that exclude nobody included; numbers stand beside the bars.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_attrition(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    'From screened to eligible'
    """


def _ticks(everyone: int) -> list[int]:
    """Round marks from nobody to everybody, none under the columns of numbers."""
    step = next(
        (step for size in range(9) for step in (10**size, 2 * 10**size, 5 * 10**size) if everyone / step <= 6), everyone
    )
    return list(range(0, everyone + 1, step))
