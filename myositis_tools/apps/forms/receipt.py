"""The receipt of a sheet as HTML: each item with its answer and its points, and in words what else must be said."""

from __future__ import annotations

from html import escape

import pandas as pd

from myositis_tools.apps.forms.form import Answer

_HEADS = ("item", "answer", "points")


def sheet_slip(answer: Answer) -> str:
    """Write the receipt; every text is escaped."""
    rows = "".join(_row(row) for _, row in answer.receipt.iterrows())
    heads = "".join(f"<th scope='col'{_align(head)}>{head}</th>" for head in _HEADS)
    remarks = "".join(
        f"<div style='margin-top:6px'><b>{escape(head)}:</b> {escape(text)}</div>" for head, text in answer.remarks
    )
    return (
        f"<div class='mt-card' role='region' aria-label='Receipt'><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{remarks}</div>"
    )


def _align(head: str) -> str:
    return " class='mt-number'" if head == "points" else ""


def _row(row: pd.Series) -> str:
    doubt = (
        "" if row["evidence"] in ("", "verified") else f" <span class='mt-note'>({escape(str(row['evidence']))})</span>"
    )
    points = f"<b>{row['points']:.4g}</b>" if row["points"] == row["points"] else "<b>?</b>"
    still = f" (up to {row['points_open']:.4g} more)" if row["points_open"] and row["points"] == row["points"] else ""
    return (
        f"<tr><td title='{escape(str(row['source']))}'>{escape(str(row['label']))}{doubt}</td>"
        f"<td>{escape(str(row['answer']))}</td>"
        f"<td class='mt-number'>{points} of {row['points_possible']:.4g}{still}</td></tr>"
    )
