"""Pages that an app hands over."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go


def as_html_page(title: str, figures: Sequence[go.Figure]) -> bytes:
    """A page of figures that opens without a network."""
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=place == 0, div_id=f"figure-{place + 1}")
        for place, figure in enumerate(figures)
    ]
    heading = escape(title)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{heading}</title></head>"
        f"<body style='font-family:sans-serif;max-width:1100px;margin:auto'><h1 style='font-size:18px'>{heading}</h1>"
        f"{''.join(parts)}<p>For research and teaching, not for care.</p></body></html>"
    ).encode()
