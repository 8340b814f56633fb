"""The flow of patients in the manner of a CONSORT diagram: boxes, arrows and exact numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import narwhals as nw
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import listed, verb
from myositis_tools.figures.parts.theme import DECISION_COLOURS, DECISION_SYMBOLS, as_text, empty_figure, figure
from myositis_tools.figures.screening.attrition import answers_of_all
from myositis_tools.formatting import many
from myositis_tools.frames import to_frame
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS, count_flow
from myositis_tools.verdict import ELIGIBLE, INDETERMINATE, INELIGIBLE

SCREENED, EXCLUDED, NOT_EXCLUDED, UNDECIDED, KEPT = "screened", "excluded", "fail no criterion", "undecided", "eligible"
_NAMES = ("box", "criterion", "label", "patients", "fail_of_all", "unknown_of_all")
_LINE, _PADDING, _GAP = 17, 9, 22
_FIGURE_SPACE = "\u2007"
_LEFT, _RIGHT = (0.0, 0.32), (0.42, 1.0)
_COLOURS = {EXCLUDED: INELIGIBLE, UNDECIDED: INDETERMINATE, KEPT: ELIGIBLE}


@protocol_first
def consort_frame(protocol: Protocol, screening: Any, *, unknown: str = "itself") -> pd.DataFrame:
    """Give exactly what `plot_consort` draws.

    Parameters
    ----------
    protocol : Protocol
        The criteria and their order.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: with ``itself`` the patients who fail nothing and for whom something is unknown
        have a box of their own, ``worst`` counts them as excluded, ``best`` as eligible.

    Returns
    -------
    pandas.DataFrame
        ``box, criterion, label, patients``: a row for the total of each box, without a criterion, and one for each
        reason in it. An excluded patient is counted at the first criterion she fails, an undecided one at the first
        that is unknown; every patient is in one box. ``fail_of_all`` and ``unknown_of_all`` say how many of all
        patients fail the criterion, and for how many it is unknown, wherever they are counted.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.consort_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> frame.loc[frame["criterion"] == "", "box"].tolist()
    ['screened', 'excluded', 'fail no criterion', 'undecided', 'eligible']
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    verdicts = to_frame(protocol.verdicts(screening))
    excluded = count_flow(protocol, verdicts, unknown="worst" if unknown == "worst" else "best")
    waiting = verdicts.filter(nw.col("decision") == INDETERMINATE)
    left_open = count_flow(protocol, waiting, unknown="itself")["unknown"] if unknown == "itself" else []
    everyone = excluded["remaining_before"][0] if protocol.criteria else 0
    out, wait = sum(excluded["excluded"]), sum(left_open)
    told = answers_of_all(protocol, verdicts)
    answers = zip(told["fail_of_all"], told["unknown_of_all"], strict=True)
    of_all = dict(zip((each.key for each in protocol.criteria), answers, strict=True))
    rows: list[tuple[str, str, str, int]] = [(SCREENED, "", SCREENED, everyone), (EXCLUDED, "", EXCLUDED, out)]
    labels = [(each.key, each.label) for each in protocol.criteria]
    rows += [(EXCLUDED, *names, count) for names, count in zip(labels, excluded["excluded"], strict=True)]
    if unknown == "itself":
        rows += [(NOT_EXCLUDED, "", NOT_EXCLUDED, everyone - out), (UNDECIDED, "", "undecided", wait)]
        rows += [(UNDECIDED, *names, count) for names, count in zip(labels, left_open, strict=True) if count]
    rows.append((KEPT, "", KEPT, everyone - out - wait))
    found = pd.DataFrame([(*row, *of_all.get(row[1], (None, None))) for row in rows], columns=list(_NAMES))
    return found.astype(dict.fromkeys(_NAMES[4:], "Int64"))


def draw_consort(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `consort_frame`."""
    if not frame.loc[frame["box"] == SCREENED, "patients"].sum():
        return empty_figure("There is nobody to count", "There is no patient, or no criterion.")
    tops: dict[str, tuple[float, float]] = {}
    below = 0.0
    for box, lines in frame.groupby("box", sort=False).size().items():
        height = _LINE * lines + 2 * _PADDING
        tops[str(box)] = (below, below + height)
        below += height + _GAP
    drawn = figure(_title(frame), height=round(below + 76), legend=False)
    for box, (top, bottom) in tops.items():
        own = frame[frame["box"] == box]
        _add_box(drawn, box, own, top, bottom)
    _add_arrows(drawn, tops)
    drawn.add_scatter(  # the axes are there only if something is drawn on them
        uid="flow", x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip", showlegend=False
    )
    drawn.update_xaxes(range=[-0.005, 1.005], visible=False, fixedrange=True)
    drawn.update_yaxes(range=[below - _GAP + 2, -2], visible=False, fixedrange=True)
    drawn.update_layout(margin={"b": 16, "l": 10, "r": 10})
    return drawn


@protocol_first
@plots(consort_frame, draw_consort)
def plot_consort() -> None:
    """Draw a CONSORT flow diagram: screened, excluded for which reason, undecided and eligible, in exact numbers.

    Returns
    -------
    plotly.graph_objects.Figure
        Every criterion has its line, those that exclude nobody too.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_consort(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    'Of 300 patients, 201 are excluded, 24 are undecided and 75 are eligible'
    """


def _title(frame: pd.DataFrame) -> str:
    counts = frame[frame["criterion"] == ""].set_index("box")["patients"]
    everyone, out, wait, kept = (int(counts.get(box, 0)) for box in (SCREENED, EXCLUDED, UNDECIDED, KEPT))
    told = [(EXCLUDED, out), (UNDECIDED, wait)] if wait else [(EXCLUDED, out)]
    said = [f"{count} {verb(count, 'is', 'are')} {word}" for word, count in [*told, (KEPT, kept)]]
    return f"Of {many(everyone)}, {listed(said)}"


def _of_all(row: Any) -> str:
    """What the criterion answers over all patients, where that is another number than in its box."""
    if row.box != EXCLUDED or (row.fail_of_all == row.patients and not row.unknown_of_all):
        return ""
    waits = f", unknown in {row.unknown_of_all}" if row.unknown_of_all else ""
    said = f"  (of all patients {row.fail_of_all} {verb(row.fail_of_all, 'fails', 'fail')} it{waits})"
    return f"<span style='color:{colours.QUIET}'>{said}</span>"


def _add_box(drawn: go.Figure, box: str, own: pd.DataFrame, top: float, bottom: float) -> None:
    left, right = _RIGHT if box in (EXCLUDED, UNDECIDED) else _LEFT
    decision = _COLOURS.get(box)
    edge = DECISION_COLOURS[decision] if decision else colours.INK
    sign = f"{DECISION_SYMBOLS[decision]} " if decision else ""
    drawn.add_shape(
        type="rect", x0=left, x1=right, y0=top, y1=bottom, line={"color": edge, "width": 2}, fillcolor=colours.PAPER
    )
    head = own.iloc[0]
    texts = [f"<b>{sign}{head['label'].capitalize()}: {head['patients']}</b>"]
    reasons = own.iloc[1:]
    counts = reasons["patients"].astype(str)
    width = max(map(len, counts), default=0)
    texts += [  # a figure space is as wide as a digit
        f"{count.rjust(width, _FIGURE_SPACE)}  {label}{_of_all(reason)}"
        for count, label, reason in zip(counts, as_text(reasons["label"]), reasons.itertuples(), strict=True)
    ]
    drawn.add_annotation(
        text="<br>".join(texts),
        x=left + 0.012,
        y=top + _PADDING - 3,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        font={"size": 13, "color": colours.INK},
    )


def _add_arrows(drawn: go.Figure, tops: dict[str, tuple[float, float]]) -> None:
    middle = (_LEFT[0] + _LEFT[1]) / 2
    stem = [box for box in tops if box not in (EXCLUDED, UNDECIDED)]
    for above, under in pairwise(stem):
        _add_arrow(drawn, middle, tops[above][1], middle, tops[under][0])
        for side in (EXCLUDED, UNDECIDED):
            if side in tops and tops[above][1] < tops[side][0] < tops[under][0]:
                level = tops[side][0] + _LINE / 2 + _PADDING
                _add_arrow(drawn, middle, level, _RIGHT[0], level)


def _add_arrow(drawn: go.Figure, from_x: float, from_y: float, to_x: float, to_y: float) -> None:
    drawn.add_annotation(
        x=to_x, y=to_y, ax=from_x, ay=from_y, xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowsize=1, arrowwidth=1.5, arrowcolor=colours.INK,
    )  # fmt: skip
