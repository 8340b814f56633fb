"""The receipt as HTML: each measure with its points, and in words what the total hides."""

from __future__ import annotations

from html import escape

import pandas as pd

from myositis_tools.apps.calculator.model import CalculatorModel

_HEADS = ("measure", "baseline", "now", "change", "band", "points", "running total")
_DOUBT = {"secondary": "range from a secondary source", "unverified": "range not verified", "decision": "range decided"}


def receipt_slip(model: CalculatorModel) -> str:
    """Write the receipt; every text is escaped."""
    rows = "".join(_row(row) for _, row in model.receipt.iterrows())
    heads = "".join(
        f"<th scope='col'{' class=mt-number' if head in _HEADS[1:4] + _HEADS[5:] else ''}>{head}</th>"
        for head in _HEADS
    )
    return (
        f"<div class='mt-card' role='region' aria-label='Receipt'><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_remarks(model)}</div>"
    )


def _row(row: pd.Series) -> str:
    doubt = _DOUBT.get(str(row["evidence"]), "")
    mark = f" <span class='mt-note' title='{escape(str(row['source']))}'>({escape(doubt)})</span>" if doubt else ""
    unit = f" <span class='mt-note'>{escape(str(row['unit']))}</span>" if row["unit"] else ""
    known = row["points"] == row["points"]
    change = _change(row["change_percent"]) if known else f"<span class='mt-note'>{escape(str(row['missing']))}</span>"
    points = f"<b>{row['points']:g}</b>" if known else "<b>?</b>"
    cells = (
        f"<td title='{escape(str(row['source']))}'>{escape(str(row['label']))}{unit}{mark}</td>",
        _number(row["baseline"]),
        _number(row["value"]),
        f"<td class='mt-number'>{change}</td>" if known else f"<td colspan='2'>{change}</td>",
        f"<td>{escape(str(row['band']))}</td>" if known else "",
        f"<td class='mt-number'>{points} of {row['points_possible']:g}</td>",
        _number(row["running_total"]),
    )
    return f"<tr>{''.join(cells)}</tr>"


def _change(percent: float) -> str:
    sign = "▲ better" if percent > 0 else "▼ worse" if percent < 0 else "unchanged"
    return sign if percent == 0 else f"{sign} {abs(percent):.4g} %"


def _number(value: float) -> str:
    return f"<td class='mt-number'>{'–' if value != value else f'{value:.4g}'}</td>"


def _remarks(model: CalculatorModel) -> str:
    said = []
    if model.needs_limit:
        said.append(("Enzyme", "without the laboratory's upper limit of normal the result cannot be used."))
    if model.bounds:
        said.append(("Bounds", f"{model.bounds}."))
    if model.step_up:
        said.append(("Nearest step up", f"{model.step_up}."))
    left = model.receipt["points_to_next_class"].iloc[0]
    if left == left:
        said.append(("Next class", f"{left:g} points to {model.receipt['next_class'].iloc[0]}."))
    worse = "; ".join(model.worse) or "nothing got worse"
    said.append(("Worsening, which the score does not see", f"{worse}."))
    if model.ceiling:
        said.append(("Ceiling", model.ceiling))
    if model.remark:
        said.append(("This example", model.remark))
    return "".join(f"<div style='margin-top:6px'><b>{escape(head)}:</b> {escape(text)}</div>" for head, text in said)
