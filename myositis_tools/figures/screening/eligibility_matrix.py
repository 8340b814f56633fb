"""Every criterion of every patient in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import listed, most_often, some_of, verb, within
from myositis_tools.figures.parts.theme import (
    DECISION_SYMBOLS,
    EFFECT_INKS,
    EFFECT_SYMBOLS,
    EFFECT_TINTS,
    EFFECTS,
    KEEPS_OUT,
    PASSES,
    UNDECIDED,
    as_text,
    empty_figure,
    figure,
)
from myositis_tools.frames import to_frame

_HEAD_HEIGHT = 18
_MOST_COLUMNS = 600  # as many as there are pixels to see them by
_SYMBOLS_UP_TO = 60  # patients: with more, a symbol no longer fits a column


@protocol_first
def eligibility_matrix_frame(protocol: Protocol, screening: Any) -> pd.DataFrame:
    """Give exactly what `plot_eligibility_matrix` draws.

    Parameters
    ----------
    protocol : Protocol
        The criteria, drawn from top to bottom.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.

    Returns
    -------
    pandas.DataFrame
        One row for each patient and criterion: ``patient_id, place, decision, criterion, label, kind, verdict,
        effect``. ``place`` is the patient's column: the eligible first, then the indeterminate, then the ineligible,
        and within them those with the fewest criteria in the way. ``effect`` is what the verdict does: ``passes``,
        ``keeps out`` or ``undecided``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.eligibility_matrix_frame(mt.TIME_IS_MUSCLE, mt.load_screening())
    >>> drawn["effect"].value_counts().to_dict()
    {'passes': 4310, 'keeps out': 390, 'undecided': 100}
    """
    return matrix_frame(protocol, to_frame(protocol.verdicts(screening)))


def matrix_frame(protocol: Protocol, verdicts: Any, *, first: int = 0, most: int | None = None) -> pd.DataFrame:
    """As `eligibility_matrix_frame`, from a narwhals frame of ``protocol.verdicts``; ``most`` columns from a first."""
    found = verdicts.collect() if isinstance(verdicts, nw.LazyFrame) else verdicts
    names = ["patient_id", "decision", *(each.key for each in protocol.criteria)]
    wide = pd.DataFrame({name: found[name].to_list() for name in names}, columns=names)
    effects = pd.DataFrame({each.key: _effect(wide[each.key], each.kind) for each in protocol.criteria})
    order = pd.DataFrame(
        {
            "decision": wide["decision"].map({word: place for place, word in enumerate(verdict.DECISIONS)}),
            "kept_out": (effects == KEEPS_OUT).sum(axis=1),
            "undecided": (effects == UNDECIDED).sum(axis=1),
            "pattern": reduce(add, [effects[each.key].astype(object) for each in protocol.criteria], ""),
        }
    ).sort_values(["decision", "kept_out", "undecided", "pattern"], kind="stable")
    shown = order.index[first : None if most is None else first + most]
    wide, effects = (each.loc[shown].set_axis(range(first, first + len(shown))) for each in (wide, effects))
    parts = [
        pd.DataFrame(
            {
                "patient_id": wide["patient_id"].astype(str),
                "place": wide.index,
                "decision": wide["decision"],
                "criterion": each.key,
                "label": each.label,
                "kind": each.kind,
                "verdict": wide[each.key],
                "effect": effects[each.key],
            }
        )
        for each in protocol.criteria
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _effect(verdicts: pd.Series, kind: str) -> pd.Series:
    good, bad = (verdict.MET, verdict.NOT_MET) if kind == "inclusion" else (verdict.NOT_MET, verdict.MET)
    return verdicts.map({good: PASSES, bad: KEEPS_OUT, verdict.UNKNOWN: UNDECIDED})


@protocol_first
def plot_eligibility_matrix(protocol: Protocol, screening: Any, *, highlight: Sequence[str] = ()) -> go.Figure:
    """Draw every criterion of every patient.

    Parameters
    ----------
    protocol, screening
        As in `eligibility_matrix_frame`.
    highlight : sequence of str
        Patients to point at.

    Returns
    -------
    plotly.graph_objects.Figure
        One column a patient and one row a criterion; colour, and up to sixty patients a symbol too, says whether the
        criterion lets the patient pass, keeps her out or cannot be decided. Hovering gives the words. Of more than six
        hundred patients neighbours with the same answers share a column as wide as they are many.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_eligibility_matrix(mt.TIME_IS_MUSCLE, mt.load_screening()).layout.title.text
    '75 of 300 patients fit; most are kept out by prior treatment, 91 patients'
    """
    return draw_eligibility_matrix(eligibility_matrix_frame(protocol, screening), highlight=highlight)


def draw_eligibility_matrix(cells: pd.DataFrame, *, highlight: Sequence[str] = ()) -> go.Figure:
    """Draw a frame made by `eligibility_matrix_frame`."""
    if cells.empty:
        return empty_figure("There is nobody to show", "There is no patient, or no criterion.")
    labels = list(dict.fromkeys(cells["label"]))
    patients = cells.drop_duplicates("place").sort_values("place")
    codes = {effect: code for code, effect in enumerate(EFFECTS)}
    matrix = cells["effect"].map(codes).to_numpy().reshape(len(labels), len(patients))
    words = (cells["effect"] + " (" + cells["verdict"] + ")").to_numpy(dtype=object).reshape(matrix.shape)
    firsts = _firsts(matrix, patients)
    drawn = figure(_title(cells), height=176 + 24 * len(labels), heads=3 * _HEAD_HEIGHT + 4)
    steps = [(code / 3, EFFECT_TINTS[effect]) for effect, code in codes.items()]
    scale = [pair for (start, colour) in steps for pair in ((start, colour), (start + 1 / 3, colour))]
    drawn.add_heatmap(
        uid="cells",
        z=matrix[:, firsts],
        x=[*(firsts - 0.5), len(patients) - 0.5],
        y=labels,
        customdata=words[:, firsts],
        text=[_names(patients, firsts)] * len(labels),
        zmin=-0.5,
        zmax=2.5,
        colorscale=scale,
        showscale=False,
        ygap=2,
        xgap=1 if len(patients) <= _SYMBOLS_UP_TO else 0,
        hovertemplate="%{text}<br>%{y}: %{customdata}<extra></extra>",
    )
    few = len(patients) <= _SYMBOLS_UP_TO
    for effect in reversed(EFFECTS):
        here = cells[cells["effect"] == effect] if few else cells.iloc[:0]
        drawn.add_scatter(
            uid=f"{effect}_symbols",
            x=[None, *here["place"]],
            y=[labels[0], *here["label"]],
            text=EFFECT_SYMBOLS[effect],
            mode="text",
            textfont={"color": EFFECT_INKS[effect]},
            hoverinfo="skip",
            showlegend=False,
        )
        drawn.add_scatter(
            uid=f"{effect}_legend",
            x=[None],
            y=[labels[0]],
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": EFFECT_TINTS[effect]},
            name=f"{EFFECT_SYMBOLS[effect]} {effect}",
        )
    for level, (place, text) in enumerate(_decision_heads(patients)):
        is_late = place > 0.8 * len(patients)  # there is no room to its right
        drawn.add_annotation(
            x=len(patients) - 0.5 if is_late else place - 0.5,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=_HEAD_HEIGHT * level,  # a decision with few patients is narrower than its own name
            text=text,
            showarrow=False,
            xanchor="right" if is_late else "left",
        )
        if place:
            drawn.add_vline(x=place - 0.5, line={"color": colours.INK, "width": 2})
    pointed_at = patients[patients["patient_id"].isin(list(highlight))]
    for place, name in zip(pointed_at["place"], as_text(pointed_at["patient_id"]), strict=True):
        drawn.add_annotation(
            x=place, y=0, yref="paper", yanchor="top", text=f"▲<br><b>{name}</b>", showarrow=False, xanchor="center"
        )
    drawn.update_xaxes(
        title_text="patients, one a column", tickvals=[], range=[-0.5, len(patients) - 0.5], showgrid=False
    )
    drawn.update_xaxes(title_standoff=34 if len(pointed_at) else 8)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def _firsts(matrix: np.ndarray, patients: pd.DataFrame) -> np.ndarray:
    """The columns that are drawn: of very many patients one for all neighbours with the same answers."""
    if len(patients) <= _MOST_COLUMNS:
        return np.arange(len(patients))
    decisions = patients["decision"].to_numpy(dtype=object)
    changes = (matrix[:, 1:] != matrix[:, :-1]).any(axis=0) | (decisions[1:] != decisions[:-1])
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _names(patients: pd.DataFrame, firsts: np.ndarray) -> list[str]:
    """Who stands in each column that is drawn, and what is decided."""
    counts = np.diff([*firsts, len(patients)])
    own = patients.iloc[firsts]
    decisions = own["decision"].map(verdict.DECISION_WORDS)
    return [
        f"{name}{f' and {count - 1} with the same answers' if count > 1 else ''} · {decision}"
        for name, count, decision in zip(as_text(own["patient_id"]), counts, decisions, strict=True)
    ]


def _title(cells: pd.DataFrame) -> str:
    patients = cells.drop_duplicates("place")
    fit, everyone = int((patients["decision"] == verdict.ELIGIBLE).sum()), len(patients)
    said = f"{some_of(fit, everyone)} {verb(fit, 'patient fits', 'patients fit')}"
    counts = cells["label"][cells["effect"] == KEEPS_OUT].value_counts()
    worst = most_often(counts.items())
    if not worst:
        return f"{said}; no criterion keeps anybody out"
    names = as_text([listed([within(label) for label in worst[:3]])])[0]
    return f"{said}; most are kept out by {names}, {counts.iloc[0]} patients"


def _decision_heads(patients: pd.DataFrame) -> list[tuple[int, str]]:
    """Where each decision's patients begin, with how many they are."""
    counts = patients["decision"].value_counts()
    firsts = patients.drop_duplicates("decision")
    return [
        (int(place), f"{DECISION_SYMBOLS[decision]} {verdict.DECISION_WORDS[decision]}: {counts[decision]}")
        for place, decision in zip(firsts["place"], firsts["decision"], strict=True)
    ]
