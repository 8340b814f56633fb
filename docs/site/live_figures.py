"""A plotly figure as a small file beside the page, which the page loads when the figure comes into sight.

The file is a script and not data, for a page opened from the disk may load scripts and nothing else.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

USUAL_HEIGHT = 450  # pixels, of a figure that names none


def save_figure(folder: Path, name: str, figure: dict[str, Any]) -> None:
    """Save it where `figures.js` looks for it."""
    drawn = json.dumps({"data": figure["data"], "layout": figure["layout"]}, ensure_ascii=False)
    (folder / f"{name}.js").write_text(f"window.myositisFigures[{json.dumps(name)}] = {drawn};\n", encoding="utf-8")


def place_of(name: str, figure: dict[str, Any], *, thumbnail: bool = False) -> str:
    """The place on a page where it will be drawn."""
    title = " ".join(figure["layout"].get("title", {}).get("text", "Figure").replace("<br>", " ").split())
    height = figure["layout"].get("height", USUAL_HEIGHT)
    if thumbnail:
        return f'<span class="mt-thumbnail" data-figure="{name}" data-height="{height}" aria-hidden="true"></span>'
    return (
        f'<figure class="mt-figure" data-figure="{name}" style="min-height: {height}px" '
        f'aria-label="{escape(title)}"></figure>'
    )
