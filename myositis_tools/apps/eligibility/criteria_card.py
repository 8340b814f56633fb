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
from myositis_tools.html_tables import Cell, Html, as_html, html_table
from myositis_tools.verdict import DECISION_WORDS

_COLUMNS = ("criterion", "answer", "reason", "source")
_NOBODY = "Choose a patient to see why: click a mark, a column of the matrix, or a row of the table."
_HEADINGS = {KEEPS_OUT: "Reasons for exclusion", UNDECIDED: "Unknown", PASSES: "Fulfilled"}


def criteria_card(protocol: Protocol, checks: pd.DataFrame, decision: str) -> str:
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
        return f"<div class='mt-note'>{_NOBODY}</div>"
    groups = {
        effect: checks[[effect_of(*row) == effect for row in zip(checks["kind"], checks["verdict"], strict=True)]]
        for effect in _HEADINGS
    }
    sections = "".join(_section(protocol, effect, rows) for effect, rows in groups.items() if len(rows))
    name = escape(str(checks["patient_id"].iloc[0]))
    return (
        f"<div class='mt-card' role='region' aria-label='Patient {name}'>"
        f"<b>Patient {name}</b> · {DECISION_SYMBOLS[decision]} {DECISION_WORDS[decision]}{sections}</div>"
    )


def _section(protocol: Protocol, effect: str, rows: pd.DataFrame) -> str:
    lines = [
        (
            Cell(Html(f"{_sign(effect)} {as_html(criterion.label)}"), look="mt-unbroken"),
            stated(row.kind, row.verdict),
            row.reason,
            Cell(row.source, hint=criterion.words, look="mt-note"),
        )
        for row in rows.itertuples()
        for criterion in [protocol.criterion(row.criterion)]
    ]
    return f"<div class='mt-heading'>{_HEADINGS[effect]}</div>" + html_table(_COLUMNS, lines)


def _sign(effect: str) -> Html:
    look = f"color:{EFFECT_COLOURS[effect]};font-weight:700"
    return Html(f"<span aria-label='{effect}' style='{look}'>{EFFECT_SYMBOLS[effect]}</span>")
