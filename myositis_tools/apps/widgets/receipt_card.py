"""The card of a receipt: its table, and beneath it in words what else must be said."""

from __future__ import annotations

from collections.abc import Iterable

from myositis_tools.html_tables import Html, as_html


def receipt_card(table: Html, remarks: Iterable[tuple[str, str]]) -> str:
    """Put remarks, each under its heading, beneath a table."""
    said = "".join(f"<div class='mt-remark'><b>{as_html(head)}:</b> {as_html(text)}</div>" for head, text in remarks)
    return f"<div class='mt-card' role='region' aria-label='Receipt'>{table}{said}</div>"


def points_of(points: float, possible: float, more: str = "") -> Html:
    """Points earned of those possible; a question mark where they are not known."""
    earned = f"{points:.4g}" if points == points else "?"
    return Html(f"<b>{earned}</b> of {possible:.4g}{as_html(more)}")
