"""The receipt as HTML: each measure with its points, and in words what the total hides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myositis_tools.apps.calculator.model import CalculatorModel
from myositis_tools.apps.widgets.receipt_card import points_of, receipt_card
from myositis_tools.html_tables import Cell, html_table, with_note
from myositis_tools.scores.improvement import is_worsened
from myositis_tools.tables import DOUBTS

_NUMBER = "mt-number"
_HEADS: tuple[str | Cell, ...] = (
    "measure",
    *(Cell(name, look=_NUMBER) for name in ("baseline", "now")),
    "change, in % of the range",
    Cell("points", look=_NUMBER),
    Cell("running total", look=f"{_NUMBER} mt-running"),
)


def score_receipt(model: CalculatorModel) -> str:
    """Write the receipt, of which there is none yet where nothing was entered; every text is escaped."""
    if not model.findings.has_values:
        return ""
    rows = zip(model.receipt.to_dict("records"), model.findings.frame["missing"], strict=True)
    remarks = list(model.findings.remarks)
    if model.example is not None and model.example.remark:
        remarks.append(("This example", model.example.remark))
    return receipt_card(html_table(_HEADS, [_row(row, missing) for row, missing in rows]), remarks)


def _row(row: Mapping[str, Any], missing: str) -> tuple[str | Cell, ...]:
    doubt, source = DOUBTS.get(str(row["evidence"]), ""), str(row["source"])
    label = with_note(row["label"], str(row["unit"] or ""))
    is_known = row["change_percent"] == row["change_percent"]
    change = (
        _change(row["measure"], row["change_percent"], row["band"])
        if is_known
        else with_note("", missing.removeprefix(f"{row['label']} "))
    )
    return (
        Cell(with_note(label, f"(range: {doubt})" if doubt else "", hint=source), hint=source),
        _number(row["baseline"]),
        _number(row["value"]),
        change,
        points_of(row["points"], row["points_possible"]),
        _number(row["running_total"]),
    )


def _change(measure: str, percent: float, band: str) -> str:
    """The change with the band it falls in; what is too little to count as worsened is not said to be it."""
    size = f"{abs(percent):.4g} %"
    if percent == 0:
        return "unchanged"
    if percent > 0:
        return with_note(f"▲ better {size}", f"({band})".replace(" %", "\N{NO-BREAK SPACE}%"))
    return f"▼ worse {size}" if is_worsened(percent, measure) else with_note(f"▽ worse {size}", "too little to count")


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.4g}"
