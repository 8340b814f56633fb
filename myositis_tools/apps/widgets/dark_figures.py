"""Figures follow a dark page at once and without the kernel: the style sheet says what becomes of each colour."""

from __future__ import annotations

from collections.abc import Mapping

from myositis_tools.figures.parts.colours import on_dark_pages

_PAGE = '[data-jp-theme-light="false"] .js-plotly-plot'


def dark_figures(colours: Mapping[str, str] | None = None) -> str:
    """Give the rules for a dark page; what is saved from a figure is as on a light one.

    Examples
    --------
    >>> print(dark_figures({"#FFFFFF": "#111111"}))
    [data-jp-theme-light="false"] .js-plotly-plot .main-svg { background: transparent !important; }
    [data-jp-theme-light="false"] .js-plotly-plot [style*="fill: rgb(255, 255, 255)"] { fill: #111111 !important; }
    [data-jp-theme-light="false"] .js-plotly-plot [style*="stroke: rgb(255, 255, 255)"] { stroke: #111111 !important; }
    """
    rules = [f"{_PAGE} .main-svg {{ background: transparent !important; }}"]
    for light, dark in (on_dark_pages() if colours is None else colours).items():
        written = f"rgb({', '.join(str(int(light[place : place + 2], 16)) for place in (1, 3, 5))})"
        rules += [
            f'{_PAGE} [style*="{part}: {written}"] {{ {part}: {dark} !important; }}' for part in ("fill", "stroke")
        ]
    return "\n".join(rules)
