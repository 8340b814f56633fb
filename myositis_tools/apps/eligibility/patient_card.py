"""The patient's card: every criterion with its verdict, reason and source, as HTML."""

from __future__ import annotations

from html import escape

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.figures.parts.theme import (
    DECISION_SYMBOLS,
    EFFECT_COLOURS,
    EFFECT_SYMBOLS,
    KEEPS_OUT,
    PASSES,
    UNDECIDED,
)
from myositis_tools.figures.parts.verdict_effect import effect_of, stated

_HEADINGS = {KEEPS_OUT: "In the way", UNDECIDED: "Not decided", PASSES: "Lets pass"}


def patient_card(protocol: Protocol, checks: pd.DataFrame, decision: str) -> str:
    """Write the card of one patient.

    Parameters
    ----------
    protocol : Protocol
        The protocol that was checked.
    checks : pandas.DataFrame
        That patient's rows of ``protocol.check``.
    decision : str
        The patient's decision.

    Returns
    -------
    str
        HTML in which every text from the table is escaped.
    """
    if checks.empty:
        return "<div class='mt-note'>Choose a patient in the table, or click a column of the matrix, to see why.</div>"
    groups = {
        effect: checks[[effect_of(*row) == effect for row in zip(checks["kind"], checks["verdict"], strict=True)]]
        for effect in _HEADINGS
    }
    sections = "".join(_section(protocol, effect, rows) for effect, rows in groups.items() if len(rows))
    name = escape(str(checks["patient_id"].iloc[0]))
    return (
        f"<div class='mt-card' role='region' aria-label='Patient {name}'>"
        f"<b>Patient {name}</b> · {DECISION_SYMBOLS[decision]} {escape(decision)}{sections}</div>"
    )


def _section(protocol: Protocol, effect: str, rows: pd.DataFrame) -> str:
    lines = "".join(
        f"<tr><td style='white-space:nowrap'>{_sign(effect)} {escape(protocol.criterion(row.criterion).label)}</td>"
        f"<td>{escape(stated(row.kind, row.verdict))}</td><td>{escape(row.reason)}</td>"
        f"<td class='mt-note' title='{escape(protocol.criterion(row.criterion).words)}'>{escape(row.source)}</td></tr>"
        for row in rows.itertuples()
    )
    return (
        f"<div class='mt-heading'>{_HEADINGS[effect]}</div><table><thead><tr><th scope='col'>criterion</th>"
        f"<th scope='col'>verdict</th><th scope='col'>reason</th><th scope='col'>source</th></tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _sign(effect: str) -> str:
    look = f"color:{EFFECT_COLOURS[effect]};font-weight:700"
    return f"<span aria-label='{effect}' style='{look}'>{EFFECT_SYMBOLS[effect]}</span>"
