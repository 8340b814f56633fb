"""One look for every figure: colours, symbols and words that mean the same everywhere.

Colours are from the Okabe-Ito palette, which people with any common colour vision deficiency can tell apart; nothing
is said by colour alone. Backgrounds are opaque white, so that a figure reads the same on a light and a dark page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import cycle
from types import MappingProxyType
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import TITLE_SIZE, wrapped
from myositis_tools.figures.parts.tool_bar import SENDS, Figure
from myositis_tools.groups import NOT_RECORDED

# What a criterion does to a patient: an inclusion that is met and an exclusion that is not met both let her pass.
PASSES, KEEPS_OUT, UNDECIDED = "passes", "keeps out", "undecided"
EFFECTS = (KEEPS_OUT, UNDECIDED, PASSES)
EFFECT_COLOURS = MappingProxyType({PASSES: colours.FITS, KEEPS_OUT: colours.DOES_NOT_FIT, UNDECIDED: colours.UNKNOWN})
EFFECT_TINTS = MappingProxyType(EFFECT_COLOURS | {PASSES: colours.FITS_TINT})
EFFECT_INKS = MappingProxyType(
    {PASSES: colours.FITS} | {effect: colours.ink_on(EFFECT_COLOURS[effect]) for effect in (KEEPS_OUT, UNDECIDED)}
)
EFFECT_SYMBOLS = MappingProxyType({PASSES: "●", KEEPS_OUT: "✕", UNDECIDED: "?"})
EFFECT_PATTERNS = MappingProxyType({PASSES: "", KEEPS_OUT: "/", UNDECIDED: "."})

DECISION_COLOURS = MappingProxyType(
    {"eligible": colours.FITS, "indeterminate": colours.UNKNOWN, "ineligible": colours.DOES_NOT_FIT}
)
# What a person reads; tables and code say eligible, indeterminate, ineligible.
DECISION_SYMBOLS = MappingProxyType({"eligible": "●", "indeterminate": "?", "ineligible": "✕"})

# Groups are told apart by colour and dash and marker.
GROUP_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
GROUP_MARKERS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
MOST_GROUPS = len(GROUP_MARKERS)

_LOOK_OF_NOT_RECORDED = (colours.NO_GROUP, "2px,6px", "hexagon")
CLASS_SIGNS = MappingProxyType({"none": "–", "minimal": "+", "moderate": "++", "major": "+++"})

_EDGE, _LINE, _LEGEND, _BOTTOM = 12, 22, 28, 56  # pixels above the title, a line of it, the legend, the axis's words
_HALF_A_LINE = 10  # plotly puts the middle of several lines where the first one belongs
FONT = "Open Sans, Segoe UI, Helvetica, Arial, sans-serif"


_AXIS = MappingProxyType(
    {
        "automargin": True,
        "gridcolor": colours.GRID,
        "linecolor": colours.QUIET,
        "zeroline": False,
        "title": {"font": {"size": 13}, "standoff": 8},
        "ticklabeloverflow": "allow",  # the margin makes room; to look for labels to hide takes a tenth of a second
    }
)


def figure(title: str, *, height: int, below: str = "", heads: int = 0, legend: bool = True) -> go.Figure:
    """An empty figure in the house style.

    The sentence that is its title stands on top, then what is said `below` it in small letters, the legend, and `heads`
    pixels for what is written above the picture; all of it is part of the `height`.
    """
    text = wrapped(title) + (
        f"<br><span style='font-size:12px;font-weight:400'>{wrapped(below, 12)}</span>" * bool(below)
    )
    below_title = _EDGE + _LINE * (1 + text.count("<br>"))
    return Figure(
        layout={
            "template": "none",
            "title": {
                "text": text,
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": _EDGE + _HALF_A_LINE * text.count("<br>"), "l": 12},
                "font": {"size": TITLE_SIZE, "color": colours.INK, "weight": 600},
            },
            "font": {"family": FONT, "size": 13, "color": colours.INK},
            "height": height,
            "margin": {"l": 10, "r": 20, "t": below_title + 10 + _LEGEND * legend + heads, "b": _BOTTOM},
            "paper_bgcolor": colours.PAPER,
            "plot_bgcolor": colours.PAPER,
            "colorway": list(colours.GROUPS),
            "hoverlabel": {
                "font": {"family": FONT, "size": 13, "color": colours.INK},
                "bgcolor": colours.PAPER,
                "bordercolor": colours.QUIET,
                "align": "left",
            },
            "legend": {
                "orientation": "h",
                "x": 0.005,
                "xref": "container",
                "y": 1 - (below_title + 4) / height,
                "yref": "container",
                "yanchor": "top",
                "traceorder": "normal",
                "font": {"size": 12},
            },
            "xaxis": {**_AXIS, "ticks": "outside"},
            "yaxis": dict(_AXIS),
            "modebar": {"remove": list(SENDS)},
        }
    )


def empty_figure(title: str, because: str, *, height: int = 160) -> go.Figure:
    """A titled figure with nothing to draw that says why."""
    drawn = figure(title, height=height, legend=False)
    text = wrapped(as_text([because])[0], size=13)
    drawn.add_annotation(
        text=text, x=0, y=1, xref="paper", yref="paper", showarrow=False, xanchor="left", yanchor="top"
    )
    drawn.update_xaxes(visible=False)
    drawn.update_yaxes(visible=False)
    return drawn


def lay_out(drawn: go.Figure, **parts: Any) -> None:
    """Change parts of the layout as `update_layout` does, all at once: it sets each part of an axis by itself."""
    before = drawn.layout.to_plotly_json()
    changed = {
        name: _merged(before.get(name) or {}, part) if isinstance(part, dict) else part for name, part in parts.items()
    }
    drawn.layout.update(changed, overwrite=True)


def _merged(before: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    inner = {key: _merged(before[key], value) for key, value in part.items() if isinstance(before.get(key), dict)}
    return before | part | inner


def far_apart(places: Sequence[float], least: float) -> list[float]:
    """As many of some places on an axis, from the first, as have room for their numbers."""
    kept = list(places[:1])
    for place in places[1:]:
        if place - kept[-1] >= least:
            kept.append(place)
    return kept


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in columns of plain numbers and objects: to take some of them then costs a tenth."""
    whole = {name: "int64" for name in rows if rows[name].dtype == "Int64" and rows[name].notna().all()}
    words = {name: "object" for name in rows if isinstance(rows[name].dtype, pd.StringDtype)}
    return rows.astype(whole | words)


def as_text(values: Iterable[object]) -> list[str]:
    """Text from a user's file as text: a figure would otherwise read tags in it."""
    return [escape(str(value), quote=False) for value in values]


def inked(text: str, ink: str) -> str:
    """A sign in its own ink; a list of colours would be looked at one by one, which costs more than the drawing."""
    return text if ink == colours.INK_ON_FILL or not text else f"<span style='color:{ink}'>{text}</span>"


def trace_id(text: str) -> str:
    """Name a trace after a text from a file: plotly puts the name into a CSS selector, where few signs may stand."""
    return "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}_" for sign in text)


def looks_of_groups(groups: Sequence[str]) -> Mapping[str, tuple[str, str, str]]:
    """Give each group its colour, dash and marker."""
    looks = dict(zip(groups, cycle(zip(colours.GROUPS, GROUP_DASHES, GROUP_MARKERS, strict=True)), strict=False))
    return looks | ({NOT_RECORDED: _LOOK_OF_NOT_RECORDED} if NOT_RECORDED in looks else {})
