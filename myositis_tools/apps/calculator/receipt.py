"""The receipt as HTML: each measure with its points, and in words what the total hides."""

from __future__ import annotations

import pandas as pd

from myositis_tools.apps.calculator.model import CalculatorModel
from myositis_tools.apps.widgets.receipt_card import points_of, receipt_card
from myositis_tools.html_tables import Cell, html_table, with_note
from myositis_tools.tables import DOUBTS

_NUMBER = "mt-number"
_HEADS: tuple[str | Cell, ...] = (
    "measure",
    *(Cell(name, look=_NUMBER) for name in ("baseline", "now", "change")),
    "band",
    *(Cell(name, look=_NUMBER) for name in ("points", "running total")),
)


def score_receipt(model: CalculatorModel) -> str:
    """Write the receipt; every text is escaped."""
    rows = [_row(row) for _, row in model.receipt.iterrows()]
    return receipt_card(html_table(_HEADS, rows), _remarks(model))


def _row(row: pd.Series) -> tuple[str | Cell, ...]:
    doubt, source = DOUBTS.get(str(row["evidence"]), ""), str(row["source"])
    label = with_note(row["label"], str(row["unit"] or ""))
    is_known = row["change_percent"] == row["change_percent"]
    change: tuple[str | Cell, ...] = (Cell(with_note("", str(row["missing"])), span=2),)
    if is_known:
        change = (_change(row["change_percent"]), str(row["band"]))
    return (
        Cell(with_note(label, f"(range: {doubt})" if doubt else "", hint=source), hint=source),
        _number(row["baseline"]),
        _number(row["value"]),
        *change,
        points_of(row["points"], row["points_possible"]),
        _number(row["running_total"]),
    )


def _change(percent: float) -> str:
    sign = "▲ better" if percent > 0 else "▼ worse" if percent < 0 else "unchanged"
    return sign if percent == 0 else f"{sign} {abs(percent):.4g} %"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.4g}"


def _remarks(model: CalculatorModel) -> list[tuple[str, str]]:
    said = []
    if model.needs_limit:
        said.append(("Enzyme", "the result cannot be used without the laboratory's upper limit of normal."))
    if model.bounds:
        said.append(("Bounds", f"{model.bounds}."))
    if model.step_up:
        said.append(("Smallest change that earns points", f"{model.step_up}."))
    left = model.receipt["points_to_next_class"].iloc[0]
    if left == left:
        said.append(("Next response category", f"{left:g} points to {model.receipt['next_class'].iloc[0]}."))
    worse = "; ".join(model.worse) or "no measure worsened"
    said.append(("Worsening, which the score does not count", f"{worse}."))
    if model.ceiling:
        said.append(("Ceiling", model.ceiling))
    if model.remark:
        said.append(("This example", model.remark))
    return said
