"""The receipt of a sheet as HTML: each item with its answer and its points, and in words what else must be said."""

from __future__ import annotations

import pandas as pd

from myositis_tools.apps.forms.model import SheetModel
from myositis_tools.apps.widgets.receipt_card import points_of, receipt_card
from myositis_tools.html_tables import Cell, html_table, with_note
from myositis_tools.tables import DOUBTS

_HEADS = ("item", "answer", Cell("points", look="mt-number"))


def form_receipt(model: SheetModel) -> str:
    """Write the receipt, of which there is none where nothing counts; every text is escaped."""
    if not model.counts:
        return ""
    rows = [_row(row) for _, row in model.result.receipt.iterrows()]
    return receipt_card(html_table(_HEADS, rows), model.result.remarks)


def _row(row: pd.Series) -> tuple[str | Cell, ...]:
    doubt = DOUBTS.get(str(row["evidence"]), "")
    is_known = row["points"] == row["points"]
    still = f" (up to {row['points_open']:.4g} more)" if row["points_open"] and is_known else ""
    return (
        Cell(with_note(row["label"], f"({doubt})" if doubt else ""), hint=str(row["source"])),
        str(row["answer"]),
        points_of(row["points"], row["points_possible"], still),
    )
