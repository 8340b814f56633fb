"""Who fits: one mark a patient, by decision, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol import BETWEEN_REASONS
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import some_of, trial_name, verb
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, lay_out
from myositis_tools.formatting import counted, many
from myositis_tools.frames import to_frame
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS

FITS, UNDECIDED, NEARLY, DOES_NOT_FIT = "fits", "undecided", "nearly fits", "does not fit"
STANDINGS = (FITS, UNDECIDED, NEARLY, DOES_NOT_FIT)
_COLUMNS = ("patient_id", "standing", "place", "decision", "failed", "unknown", "reason", "trial")
# Of each standing its symbol and its size, and what stands beside its marks for one and for several.
_LOOKS: MappingProxyType[str, tuple[dict[str, Any], str, str]] = MappingProxyType(
    {
        FITS: ({"symbol": "circle", "size": 11, "color": colours.FITS}, "fits", "fit"),
        UNDECIDED: ({"symbol": "circle", "size": 9}, "undecided", "undecided"),
        NEARLY: ({"symbol": "circle", "size": 9, "color": colours.PAPER}, "nearly fits", "nearly fit"),
        DOES_NOT_FIT: ({"symbol": "circle", "size": 5, "color": colours.DOES_NOT_FIT}, "does not fit", "do not fit"),
    }
)
_MOST_MARKS, _MOST_REASONS = 1000, 2
_IN_A_ROW, _ROW, _BETWEEN = 50, 17, 0.9


@protocol_first
def decision_marks_frame(protocol: Protocol, screening: Any, *, unknown: str = "itself") -> pd.DataFrame:
    """Give exactly what `plot_decision_marks` draws.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: with ``itself`` it is neither passed nor failed, ``worst`` counts it as failed,
        ``best`` as passed.

    Returns
    -------
    pandas.DataFrame
        One row a patient, the nearest first: ``patient_id``, ``standing`` (``fits``, ``undecided``, ``nearly fits``
        where one criterion alone is failed, or ``does not fit``), ``place`` among those of her standing, ``decision``,
        how many criteria she ``failed`` and how many are ``unknown``, ``reason`` (what decided, at most two of them
        named, of more than a thousand patients the criteria alone; empty where she fits) and ``trial``.

    Raises
    ------
    OptionError
        If `unknown` is not one of the three words.
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    Whoever fails nothing and for whom something is unknown is *undecided*, unless told otherwise; whoever fails one
    criterion is *nearly fits* though another may be unknown, and stands behind those for whom nothing is.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.decision_marks_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> frame["standing"].value_counts(sort=False).to_dict()
    {'fits': 75, 'undecided': 24, 'nearly fits': 94, 'does not fit': 107}
    """
    rows = _collected(to_frame(protocol.verdicts(screening)))
    reasons = _collected(to_frame(protocol.decide(screening)))["because"] if len(rows) <= _MOST_MARKS else None
    return marks_frame(protocol, rows, reasons, unknown=unknown)


def marks_frame(
    protocol: Protocol, verdicts: pd.DataFrame, because: Sequence[str] | None, *, unknown: str
) -> pd.DataFrame:
    """As `decision_marks_frame`, from ``protocol.verdicts``, and the ``because`` of ``protocol.decide`` if wanted."""
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    asked = verdicts[[each.key for each in protocol.criteria]].to_numpy(dtype=object)
    against = np.array([verdict.NOT_MET if each.kind == "inclusion" else verdict.MET for each in protocol.criteria])
    is_failed, is_open = asked == against, asked == verdict.UNKNOWN
    if unknown != "itself":
        is_failed, is_open = is_failed | (is_open & (unknown == "worst")), is_open & False
    failed, waiting = is_failed.sum(axis=1), is_open.sum(axis=1)
    standing = np.select([(failed == 0) & (waiting == 0), failed == 0, failed == 1], [0, 1, 2], 3)
    decide = np.where((failed == 0)[:, None], is_open, is_failed)
    first = np.where(decide.any(axis=1), decide.argmax(axis=1), 0)
    if because is None:
        labels = np.array([each.label for each in protocol.criteria], dtype=object)
        because = [BETWEEN_REASONS.join(labels[row]) for row in decide]
    found = pd.DataFrame(
        {
            "patient_id": verdicts["patient_id"].astype(str),
            "standing": np.array(STANDINGS, dtype=object)[standing],
            "decision": verdicts["decision"].astype(object),
            "failed": failed,
            "unknown": waiting,
            "reason": [_few(text) if code else "" for code, text in zip(standing, because, strict=True)],
            "trial": trial_name(protocol),
        }
    ).iloc[np.lexsort((first, waiting, failed, standing))]
    return found.assign(place=found.groupby("standing").cumcount())[list(_COLUMNS)].reset_index(drop=True)


def _collected(frame: Any) -> pd.DataFrame:
    rows = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return pd.DataFrame(rows.to_dict(as_series=False))


def _few(because: str) -> str:
    """The first reasons, and how many more there are."""
    reasons = because.split(BETWEEN_REASONS)
    more = len(reasons) - _MOST_REASONS
    return BETWEEN_REASONS.join(reasons[:_MOST_REASONS]) + (f"{BETWEEN_REASONS}and {more} more" if more > 0 else "")


def draw_decision_marks(frame: pd.DataFrame, *, highlight: Sequence[str] = ()) -> go.Figure:
    """Draw a frame made by `decision_marks_frame`."""
    if frame.empty:
        return empty_figure("There is no patient to decide about", "Open a table of patients to see who fits.")
    counts = {name: int((frame["standing"] == name).sum()) for name in STANDINGS}
    bundle = _bundle(len(frame))
    marks = frame[frame["place"] % bundle == 0]
    x, y, middles, last = _laid_out(marks, bundle)
    drawn = figure(_title(frame, counts), height=round(96 + _ROW * last) + 26 * (bundle > 1), legend=False)
    texts, names = _told(frame, marks, bundle), marks["patient_id"].to_numpy(dtype=object)
    for name in STANDINGS:
        here = (marks["standing"] == name).to_numpy()
        look, _, _ = _LOOKS[name]
        drawn.add_scatter(
            uid=name.replace(" ", "_"),
            x=x[here],
            y=y[here],
            mode="markers",
            marker={**look, **_line_of(name)},
            text=texts[here],
            customdata=names[here],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    _point_at(drawn, frame, marks, (x, y), highlight, bundle)
    said = [(middles[name], f"<b>{counts[name]}</b> {_words(name, counts[name])}") for name in middles]
    if bundle > 1:
        drawn.add_annotation(
            text=f"one mark is {many(bundle)}", x=0, y=0, xref="paper", yref="paper", yanchor="top", showarrow=False,
            xanchor="left", font={"size": 12, "color": colours.QUIET},
        )  # fmt: skip
    bare = {"showgrid": False, "showline": False, "ticks": "", "fixedrange": True}
    lay_out(
        drawn,
        hovermode="closest",
        margin={"b": 10 + 26 * (bundle > 1)},
        xaxis={**bare, "range": [-0.8, _IN_A_ROW - 0.2], "showticklabels": False},
        yaxis={
            **bare,
            "range": [last - 0.4, -0.7],
            "tickvals": [at for at, _ in said],
            "ticktext": [words for _, words in said],
        },
    )
    return drawn


@protocol_first
def plot_decision_marks(
    protocol: Protocol, screening: Any, *, highlight: Sequence[str] = (), unknown: str = "itself"
) -> go.Figure:
    """Draw a mark a patient by what is decided: who fits, who is undecided, who nearly fits and who does not.

    Parameters
    ----------
    protocol, screening, unknown
        As in `decision_marks_frame`.
    highlight : sequence of str
        Patients to point at.

    Returns
    -------
    plotly.graph_objects.Figure
        Marks in rows under one another, the nearest first; hovering says the patient and what decided, and
        ``customdata`` holds her name. Of more than a thousand patients a mark stands for several, as the figure says.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_decision_marks(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    '75 of 300 patients fit TIME IS MUSCLE, 24 are undecided'
    """
    return draw_decision_marks(decision_marks_frame(protocol, screening, unknown=unknown), highlight=highlight)


def _title(frame: pd.DataFrame, counts: dict[str, int]) -> str:
    trial, fit, wait = as_text([frame["trial"].iloc[0]])[0], counts[FITS], counts[UNDECIDED]
    everyone = counted(len(frame), "patient")
    said = f"{some_of(fit, len(frame)).replace(str(len(frame)), everyone)} {verb(max(fit, 1), 'fits', 'fit')} {trial}"
    return said + (f", {wait} {verb(wait, 'is', 'are')} undecided" if wait else "")


def _words(name: str, count: int) -> str:
    _, one, several = _LOOKS[name]
    return verb(count, one, several) + (",<br>one criterion away" if name == NEARLY else "")


def _bundle(patients: int) -> int:
    """How many patients a mark stands for: one, or a round number of them."""
    sizes = (size * 10**power for power in range(9) for size in (1, 2, 5))
    return next(size for size in sizes if patients / size <= _MOST_MARKS)


def _laid_out(marks: pd.DataFrame, bundle: int) -> tuple[np.ndarray, np.ndarray, dict[str, float], float]:
    """Where the marks stand, where the words beside each standing do, and how many rows there are."""
    place = marks["place"].to_numpy() // bundle
    y, middles, top = place // _IN_A_ROW * 1.0, {}, 0.0
    for name in STANDINGS:
        here = (marks["standing"] == name).to_numpy()
        rows = max(-(-int(here.sum()) // _IN_A_ROW), 1)
        y[here] += top
        middles[name] = top + (rows - 1) / 2
        top += max(rows, 1 + (name == NEARLY)) + _BETWEEN
    return place % _IN_A_ROW, y, middles, top - _BETWEEN


def _line_of(name: str) -> dict[str, Any]:
    """An undecided patient's mark is half full: what is known of her speaks for her."""
    if name == UNDECIDED:
        half = {"color": colours.UNKNOWN, "gradient": {"type": "horizontal", "color": colours.PAPER}}
        return {**half, "line": {"color": colours.UNKNOWN, "width": 2}}
    return {"line": {"color": colours.DOES_NOT_FIT, "width": 2}} if name == NEARLY else {}


def _told(frame: pd.DataFrame, marks: pd.DataFrame, bundle: int) -> np.ndarray:
    """What is read over each mark."""
    reasons = (text.replace(BETWEEN_REASONS, "<br>") for text in as_text(marks["reason"]))
    rows = zip(as_text(marks["patient_id"]), marks["standing"], marks["place"], reasons, strict=True)
    totals = frame["standing"].value_counts()
    told = []
    for patient, standing, place, reason in rows:
        here = min(bundle, int(totals[standing]) - place)
        head = f"<b>{patient}</b>" + (f" and {many(here - 1)} beside her" if here > 1 else "")
        told.append(f"{head}: {standing}<br>{reason}" if reason else f"{head}: {standing}")
    return np.asarray(told, dtype=object)


def _point_at(
    drawn: go.Figure,
    frame: pd.DataFrame,
    marks: pd.DataFrame,
    at: tuple[np.ndarray, np.ndarray],
    highlight: Sequence[str],
    bundle: int,
) -> None:
    """A ring around the mark of each chosen patient, with her name."""
    chosen = frame[frame["patient_id"].isin([str(name) for name in highlight])]
    spots = {key: spot for spot, key in enumerate(zip(marks["standing"], marks["place"] // bundle, strict=True))}
    here = [spots[key] for key in zip(chosen["standing"], chosen["place"] // bundle, strict=True)]
    drawn.add_scatter(
        uid="highlight",
        x=at[0][here],
        y=at[1][here],
        mode="markers",
        marker={"symbol": "circle-open", "size": 18, "color": colours.INK, "line": {"width": 2}},
        customdata=chosen["patient_id"],
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    for spot, name in zip(here, as_text(chosen["patient_id"]), strict=True):
        is_late = at[0][spot] > _IN_A_ROW / 2  # there is no room to its right
        drawn.add_annotation(
            x=at[0][spot],
            y=at[1][spot],
            text=f"<b>{name}</b>",
            xanchor="right" if is_late else "left",
            xshift=-12 if is_late else 12,
            bgcolor=colours.PAPER,
            borderpad=1,
            showarrow=False,
        )
