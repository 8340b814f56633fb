"""The scale of a measure, and where on it a value counts as abnormal: the limits with which TIME IS MUSCLE asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import PROTOCOLS
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.scales import round_step
from myositis_tools.scores.core_set import enzyme_instruments
from myositis_tools.studies.follow_up.measures import Measure

_AROUND = 0.04  # of the scale, so that its ends can be seen


def add_scale(drawn: go.Figure, rows: pd.DataFrame, measure: Measure, cell: Mapping[str, str]) -> None:
    """Give a panel the whole scale, an enzyme's from nought to what is seen, and shade where it is abnormal."""
    limit, most = abnormal_from(measure), top_of_scale(rows, measure)
    low, high = -_AROUND * most, (1 + _AROUND) * most
    axis = {"range": [low, high], "tick0": 0, "dtick": round_step(most / 4), "rangemode": "normal"}
    drawn.layout[f"yaxis{cell['yaxis'][1:]}"].update(axis)
    if limit is None:
        return
    ends = (limit, high) if measure.better == "lower" else (low, limit)
    drawn.add_shape(
        type="rect", xref=f"{cell['xaxis']} domain", yref=cell["yaxis"], x0=0, x1=1, y0=ends[0], y1=ends[1],
        fillcolor=colours.ABNORMAL, line={"width": 0}, layer="below",
    )  # fmt: skip


def top_of_scale(rows: pd.DataFrame, measure: Measure) -> float:
    """The end of a measure's scale; where it has none, or is an enzyme, what is seen and twice the limit."""
    most = measure.maximum if measure.maximum and not _is_enzyme(measure) else None
    return most or float(max([*rows["value"].dropna(), 2 * (abnormal_from(measure) or 0.5)]))


@cache
def abnormal_from(measure: Measure) -> float | None:
    """The value from which a measure counts as abnormal; None where the protocol has no limit for it."""
    limits = PROTOCOLS["time_is_muscle"].limits
    if measure.column.startswith("mmt") and measure.maximum:
        return float(measure.maximum * (1 - limits["minimum_mmt_loss_percent"].value / 100))
    name = "abnormal_enzyme_xuln" if _is_enzyme(measure) else f"abnormal_{measure.column}"
    return float(limits[name].value) if name in limits else None


def _is_enzyme(measure: Measure) -> bool:
    return measure.column in {one.column.name for one in enzyme_instruments()} and measure.column.endswith("_xuln")
