"""Figures follow a dark page at once and without the kernel: the style sheet says what becomes of each colour."""

from __future__ import annotations

from collections.abc import Mapping

from myositis_tools.figures.parts.theme import BLACK, GREY, INK, PALE

_PAGE = '[data-jp-theme-light="false"] .js-plotly-plot'
_WHITE = "#FFFFFF"
_ON_DARK_PAGES = {_WHITE: "#111111", INK: "#E8EDF1", BLACK: "#E8EDF1", GREY: "#A4AEB8", PALE: "#2C343C"}


def dark_figures(colours: Mapping[str, str] = _ON_DARK_PAGES) -> str:
    """Give the rules for a dark page; what is saved from a figure is as on a light one.

    Examples
    --------
    >>> print(dark_figures({"#FFFFFF": "#111111"}))
    [data-jp-theme-light="false"] .js-plotly-plot .main-svg { background: transparent !important; }
    [data-jp-theme-light="false"] .js-plotly-plot [style*="fill: rgb(255, 255, 255)"] { fill: #111111 !important; }
    [data-jp-theme-light="false"] .js-plotly-plot [style*="stroke: rgb(255, 255, 255)"] { stroke: #111111 !important; }
    """
    rules = [f"{_PAGE} .main-svg {{ background: transparent !important; }}"]
    for light, dark in colours.items():
        written = f"rgb({', '.join(str(int(light[place : place + 2], 16)) for place in (1, 3, 5))})"
        rules += [
            f'{_PAGE} [style*="{part}: {written}"] {{ {part}: {dark} !important; }}' for part in ("fill", "stroke")
        ]
    return "\n".join(rules)
