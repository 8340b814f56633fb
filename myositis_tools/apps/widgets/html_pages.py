"""Pages that an app hands over."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts.tool_bar import with_tool_bar


def as_html_page(title: str, figures: Sequence[go.Figure], about: pd.DataFrame) -> bytes:
    """A page of figures that opens without a network, and says under them of what it was made."""
    parts = [
        figure.to_html(with_tool_bar(), full_html=False, include_plotlyjs=place == 0, div_id=f"figure-{place + 1}")
        for place, figure in enumerate(figures)
    ]
    heading = escape(title)
    words = "".join(
        f"<dt style='font-weight:600;margin-top:6px'>{escape(row.what)}</dt>"
        f"<dd style='white-space:pre-wrap'>{escape(row.words)}</dd>"
        for row in about.itertuples()
    )
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{heading}</title></head>"
        f"<body style='font-family:sans-serif;max-width:1100px;margin:auto'><h1 style='font-size:18px'>{heading}</h1>"
        f"{''.join(parts)}<dl style='font-size:13px;color:#444;overflow-wrap:anywhere'>{words}</dl></body></html>"
    ).encode()
