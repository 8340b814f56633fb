"""The flow of patients through the criteria, as bars."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd
import plotly.graph_objects as go

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scales import whole_steps
from myositis_tools.figures.parts.sentences import listed, most_often, some_of, verb, within
from myositis_tools.figures.parts.theme import (
    EFFECT_PATTERNS,
    EFFECT_TINTS,
    KEEPS_OUT,
    PASSES,
    UNDECIDED,
    as_text,
    empty_figure,
    figure,
)
from myositis_tools.frames import to_frame
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS, count_flow

_PART_NAMES = {PASSES: "left", UNDECIDED: "unknown", KEEPS_OUT: "excluded"}
_OF_ALL = {KEEPS_OUT: "fail_of_all", UNDECIDED: "unknown_of_all", PASSES: "pass_of_all"}
_ROW_HEIGHT = 26
_FLOW_PARTS = {PASSES: "left", UNDECIDED: "unknown_here", KEEPS_OUT: "excluded_here"}
_ALL_NAMES = {KEEPS_OUT: "fail it, of all", UNDECIDED: "unknown, of all", PASSES: "pass it, of all"}
_FLOW, _ALL = (0.0, 0.4), (0.8, 1.0)  # of the width: the flow, and what each criterion answers over all patients
_NUMBERS = (0.41, 0.79)
_COLUMNS = (0.445, 0.535, 0.61, 0.69, 0.76)  # where the columns of numbers stand


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
        three are the parts of the bar and add up to ``remaining_before``. ``fail_of_all``, ``unknown_of_all`` and
        ``pass_of_all`` are its answers over all patients, whoever was left to ask in the flow.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.attrition_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn[["label", "remaining_before", "excluded_here", "unknown_here", "left"]].head(2)
             label  remaining_before  excluded_here  unknown_here  left
    0        Adult               300              4             2   294
    1  IIM subtype               294             19             2   273
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
            **answers_of_all(protocol, verdicts),
        }
    )


def answers_of_all(protocol: Protocol, verdicts: Any) -> dict[str, list[int]]:
    """How many of all patients fail each criterion, for how many it is unknown, and how many pass."""
    words = {each.key: verdict.NOT_MET if each.kind == "inclusion" else verdict.MET for each in protocol.criteria}
    asked = {f"{key} fails": nw.col(key) == word for key, word in words.items()}
    asked |= {f"{key} is open": nw.col(key) == verdict.UNKNOWN for key in words}
    counted = verdicts.select(nw.len().alias("all"), **{name: one.cast(nw.Int64).sum() for name, one in asked.items()})
    found = (counted.collect() if isinstance(counted, nw.LazyFrame) else counted).rows(named=True)[0]
    fail, is_open = ([int(found[f"{key} {end}"] or 0) for key in words] for end in ("fails", "is open"))
    passed = [int(found["all"]) - one - other for one, other in zip(fail, is_open, strict=True)]
    return dict(zip(_OF_ALL.values(), (fail, is_open, passed), strict=True))


def draw_attrition(steps: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `attrition_frame`."""
    if steps.empty or not steps["remaining_before"].iloc[0]:
        return empty_figure("There is nobody to count", "There is no patient, or no criterion.")
    everyone = int(steps["remaining_before"].iloc[0])
    drawn = figure(attrition_title(steps), height=124 + _ROW_HEIGHT * len(steps), heads=44, legend=False)
    labels = as_text(steps["label"])
    for axis, columns, shown in (
        ("x", _FLOW_PARTS, True),
        ("x2", _OF_ALL, False),
    ):
        for effect, column in columns.items():
            name = _PART_NAMES[effect] if shown else _ALL_NAMES[effect]
            drawn.add_bar(
                uid=column,
                y=labels,
                x=steps[column],
                xaxis=axis,
                orientation="h",
                showlegend=False,
                marker=_filled(effect),
                hovertemplate=f"%{{y}}<br>{name}: %{{x}}<extra></extra>",
            )
    heads = [("excluded", "excluded_here"), ("unknown", "unknown_here"), ("left", "left")]
    heads += [("fail", "fail_of_all"), ("unknown", "unknown_of_all")]
    for x, (head, column) in zip(_COLUMNS, heads, strict=True):
        ink = colours.FITS if head == "left" else colours.INK
        drawn.add_scatter(
            uid=f"{column}_text",
            y=labels,
            x=[x] * len(steps),
            xaxis="x3",
            text=[str(count) if count else "–" for count in steps[column]],
            mode="text",
            showlegend=False,
            hoverinfo="skip",
            cliponaxis=False,
        )
        _write_head(drawn, f"<b>{head}</b>", x, ink)
    _write_head(drawn, f"one after the other, from {everyone}", _FLOW[0], colours.QUIET, shift=22, anchor="left")
    _write_head(drawn, f"over all {everyone}", _COLUMNS[3] - 0.02, colours.QUIET, shift=22, anchor="left")
    bare = {"visible": False, "fixedrange": True}
    drawn.update_layout(
        barmode="stack",
        bargap=0.3,
        margin={"b": 16},
        xaxis={"domain": _FLOW, "range": [0, everyone], "showline": False, "ticks": "", "showticklabels": False},
        xaxis2={"domain": _ALL, "range": [0, everyone], **bare},
        xaxis3={"domain": _NUMBERS, "range": _NUMBERS, **bare},
    )
    drawn.update_xaxes(dtick=whole_steps(everyone), selector=0)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def attrition_title(steps: pd.DataFrame) -> str:
    """Who is left, and which criterion most of all patients fail."""
    everyone, left = int(steps["remaining_before"].iloc[0]), int(steps["left"].iloc[-1])
    said = f"{some_of(left, everyone)} {verb(left, 'patient is', 'patients are')} left"
    worst = most_often(zip(steps["label"], steps["fail_of_all"], strict=True))
    if not worst:
        open_of = int(steps["unknown_of_all"].max())
        unknown = steps.loc[steps["unknown_of_all"] == open_of, "label"].to_list()
        what = as_text([within(unknown[0])])[0] if len(unknown) == 1 else f"{len(unknown)} criteria"
        is_open = f", and {what} {verb(len(unknown), 'is', 'are')} unknown in {open_of}" if open_of else ""
        return f"{said}; nobody fails a criterion{is_open}"
    most = int(steps["fail_of_all"].max())
    each = " each" if len(worst) > 1 else ""
    names = as_text([listed([within(label) for label in worst[:3]])])[0]
    return f"{said}; most often failed is {names}, by {most} of all {everyone}{each}"


def _filled(effect: str) -> dict[str, Any]:
    pattern = {"shape": EFFECT_PATTERNS[effect], "fgcolor": colours.PAPER, "size": 6, "solidity": 0.2}
    return {"color": EFFECT_TINTS[effect], "pattern": {**pattern, "fillmode": "overlay"}}


def _write_head(drawn: go.Figure, text: str, x: float, ink: str, *, shift: float = 2, anchor: str = "center") -> None:
    drawn.add_annotation(
        text=text, x=x, y=1, xref="paper", yref="paper", xanchor=anchor, yanchor="bottom", yshift=shift,
        showarrow=False, font={"size": 12, "color": ink},
    )  # fmt: skip


@protocol_first
@plots(attrition_frame, draw_attrition)
def plot_attrition() -> None:
    """Draw attrition: how many patients are left after each criterion, and how many of all fail each.

    Returns
    -------
    plotly.graph_objects.Figure
        One bar a criterion, criteria that exclude nobody included; numbers stand beside the bars. What each criterion
        answers over all patients stands beside the flow, since nobody may be left in it to ask.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_attrition(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    '75 of 300 patients are left; most often failed is prior treatment, by 91 of all 300'
    """
