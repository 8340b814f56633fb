"""How much worse the missing would have to have done before the conclusion changes, as a field of conclusions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import NotFoundError, OptionError, UnknownWordError, listed, nearest
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.formatting import with_interval
from myositis_tools.frames import given_back
from myositis_tools.studies.trials.tipping_point import BETTER, NOT_SHOWN, WORSE

_COLUMNS = ("worse_by", "reference_better_by", "value", "low", "high", "conclusion", "is_tipped")
_CARRIED = ("week", "arm", "reference", "confidence", "not_known", "reference_not_known")
# of each conclusion its colour in the field and its sign
_LOOKS = {
    BETTER: (colours.IMPROVED_TINT, colours.IMPROVED, "●"),
    NOT_SHOWN: (colours.UNCHANGED_TINT, colours.QUIET, "○"),
    WORSE: (colours.WORSENED_TINT, colours.WORSENED, "✕"),
}


def tipping_point_frame(tipping: Any, *, arm: str | None = None) -> pd.DataFrame:
    """Give exactly what `plot_tipping_point` draws.

    Parameters
    ----------
    tipping : frame
        What `myositis_tools.tipping_point` gives.
    arm : str, optional
        The arm that is compared, where there are several.

    Returns
    -------
    pandas.DataFrame
        The rows of that arm, with ``text``: the sign of the conclusion and the mean difference.

    Raises
    ------
    MissingColumnError, NotFoundError, OptionError
        If it is no such table, or it is not clear which arm is meant.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> imputed = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=5)
    >>> drawn = mt.figures.tipping_point_frame(mt.tipping_point(imputed, 12))
    >>> drawn["text"].iloc[0]
    '● 14.4'
    """
    numbers = ("worse_by", "reference_better_by", "value", "low", "high")
    needs = (*_COLUMNS, *_CARRIED)
    given = given_back(tipping, needs, expected="a table that tipping_point gives", numbers=numbers)
    unknown = [word for word in dict.fromkeys(given["conclusion"]) if word not in _LOOKS]
    if unknown:
        raise UnknownWordError(
            f"Column conclusion holds words that are not allowed: {listed(map(repr, unknown))}.",
            expected=listed(_LOOKS),
        )
    arms = list(dict.fromkeys(given["arm"]))
    if arm is None and len(arms) > 1:
        raise OptionError("There are several arms.", expected=f"arm= one of {listed(repr(one) for one in arms)}")
    if arm is not None and arm not in arms:
        raise NotFoundError(f"There is no arm {arm!r}.", expected=listed(arms), hint=nearest(arm, arms))
    own = given if arm is None else given[given["arm"] == arm]
    own = own.sort_values(["reference_better_by", "worse_by"]).reset_index(drop=True)
    said = [
        f"{_LOOKS[conclusion][2]} {value:z.1f}".replace("-", "−")
        for conclusion, value in zip(own["conclusion"], own["value"], strict=True)
    ]
    return own[[*_CARRIED, *_COLUMNS]].assign(text=said)


def describe_tipping_point(frame: pd.DataFrame) -> str:
    """Say in a sentence when the conclusion changes; empty where the fillings as they are were not asked for."""
    start = frame[(frame["worse_by"] == 0) & (frame["reference_better_by"] == 0)]
    if start.empty:
        return ""
    first = start.iloc[0]
    arm, reference = first["arm"], first["reference"]
    counts = f"{first['not_known']:g} in {arm} and {first['reference_not_known']:g} in {reference}"
    missing = f"The score of {counts} is missing"
    said = {BETTER: f"{arm} is better", WORSE: f"{arm} is worse", NOT_SHOWN: "no difference is shown"}
    tipped = frame[frame["is_tipped"]]
    if tipped.empty:
        return f"{missing}: {said[first['conclusion']]}, however they had done within what is drawn."
    alone = {
        f"the missing of {arm}": ("worse", tipped.loc[tipped["reference_better_by"] == 0, "worse_by"]),
        f"the missing of {reference}": ("better", tipped.loc[tipped["worse_by"] == 0, "reference_better_by"]),
    }
    parts = [_moved(who, _nearest_to_nought(shifts), way) for who, (way, shifts) in alone.items() if len(shifts)]
    if not parts:
        total = tipped["worse_by"].abs() + tipped["reference_better_by"].abs()
        row = tipped.loc[total.idxmin()]
        moved = zip(alone, (row["worse_by"], row["reference_better_by"]), ("worse", "better"), strict=True)
        return f"{missing}: {said[first['conclusion']]}; that changes if {' and '.join(_moved(*one) for one in moved)}."
    return f"{missing}: {said[first['conclusion']]}; that changes if {', or if '.join(parts)}."


def _nearest_to_nought(shifts: pd.Series) -> float:
    return float(shifts.loc[shifts.abs().idxmin()])


def _moved(who: str, points: float, way: str) -> str:
    other = {"worse": "better", "better": "worse"}[way]
    return f"{who} did {abs(points):g} points {way if points >= 0 else other}"


def _title(frame: pd.DataFrame, arm: str, reference: str) -> str:
    """In how many of the cells the conclusion stands."""
    start = frame[(frame["worse_by"] == 0) & (frame["reference_better_by"] == 0)]
    first = start["conclusion"].iloc[0] if len(start) else frame["conclusion"].iloc[0]
    said = {
        BETTER: f"{arm} is better than {reference}",
        WORSE: f"{arm} is worse than {reference}",
        NOT_SHOWN: f"No difference between {arm} and {reference} is shown",
    }
    count = int((frame["conclusion"] == first).sum())
    if count == len(frame):
        return f"{said[first]}, whatever is assumed of the missing"
    return f"{said[first]} in {count} of {len(frame)} assumptions on the missing"


def draw_tipping_point(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `tipping_point_frame`."""
    if frame.empty:
        return empty_figure("There is no difference to put to the test", "There is nothing to compare.")
    week = frame["week"].iloc[0]
    arm, reference = (as_text([frame[name].iloc[0]])[0] for name in ("arm", "reference"))
    below = f"Mean difference in points at week {week:g}, had the patients with a missing score done otherwise"
    across, up = (sorted(set(frame[name])) for name in ("worse_by", "reference_better_by"))
    drawn = figure(_title(frame, arm, reference), below=below, height=min(720, 170 + 34 * max(len(up), 4)))
    names = list(_LOOKS)
    codes = frame["conclusion"].map(names.index)
    said = [
        f"{with_interval(row.value, row.low, row.high, '.1f', ' points')}<br>{row.conclusion}"
        for row in frame.itertuples()
    ]
    shape = (len(up), len(across))  # the frame is in this order
    fills = [look[0] for look in _LOOKS.values()]
    steps = [(place + end) / len(fills) for place in range(len(fills)) for end in (0, 1)]
    drawn.add_heatmap(
        uid="conclusions",
        x=[f"{one:g}" for one in across],
        y=[f"{one:g}" for one in up],
        z=codes.to_numpy().reshape(shape),
        zmin=-0.5,
        zmax=len(fills) - 0.5,
        colorscale=[[step, fills[place // 2]] for place, step in enumerate(steps)],
        showscale=False,
        text=frame["text"].to_numpy(dtype=object).reshape(shape),
        texttemplate="%{text}",
        textfont={"size": 11, "color": colours.INK_ON_FILL},
        customdata=np.array(said, dtype=object).reshape(shape),
        hovertemplate=f"missing of {arm} %{{x}} worse, of {reference} %{{y}} better<br>%{{customdata}}<extra></extra>",
        xgap=2,
        ygap=2,
    )
    for name, (_, colour, sign) in _LOOKS.items():
        drawn.add_scatter(
            uid=f"sign_{name.replace(' ', '_')}",
            x=[None],
            y=[None],
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": _LOOKS[name][0], "line": {"color": colour, "width": 2}},
            name=f"{sign} {arm} {name}" if name != NOT_SHOWN else f"{sign} no difference shown",
        )
    if 0 in across and 0 in up:
        x, y = across.index(0), up.index(0)
        drawn.add_shape(
            type="rect",
            x0=x - 0.5,
            x1=x + 0.5,
            y0=y - 0.5,
            y1=y + 0.5,
            line={"color": colours.INK, "width": 2},
        )
    drawn.update_xaxes(title_text=f"missing of {arm} worse than filled in by, points", type="category", showgrid=False)
    drawn.update_yaxes(title_text=f"missing of {reference} better by, points", type="category", showgrid=False)
    return drawn


@plots(tipping_point_frame, draw_tipping_point)
def plot_tipping_point() -> None:
    """Draw a tipping point analysis: the conclusion over how much worse the missing had done.

    Returns
    -------
    plotly.graph_objects.Figure
        One field a pair, with the mean difference in points; conclusions by colour, sign and word; the fillings as they
        are have a frame.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> imputed = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=5)
    >>> tipping = mt.tipping_point(imputed, 12)
    >>> mt.figures.plot_tipping_point(tipping).layout.title.text.partition("<br>")[0]
    'IVIg is better than placebo in 13 of 121 assumptions on the missing'
    """
