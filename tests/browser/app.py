"""What every app is put through: it opens, draws and stays within the page, and its code can be copied."""

import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NeverCame

# Each app by the name of its command, and the call that opens it in a notebook.
CALLS = {
    "eligibility": "explore_eligibility",
    "trajectories": "explore_trajectories",
    "effects": "explore_effects",
    "design": "explore_design",
    "calculator": "calculate_total_improvement",
    "mapping": "map_columns",
    "eular_acr": "calculate_eular_acr",
    "haq_di": "calculate_haq_di",
    "mmt": "calculate_mmt",
}
NARROW, WIDE = 900, 1400

# How far the page reaches over its edge, the app over its box (in JupyterLab the page scrolls in one, on a page of its
# own no box does), what is cut off under it, each figure in sight over or under the width of its own.
_OVER = """() => {
    const page = document.documentElement;
    const box = document.querySelector('.jp-OutputArea-output:has(.mt-desk)');
    const plots = [...document.querySelectorAll('.js-plotly-plot')].filter(plot => plot.clientWidth);
    return {
        page: page.scrollWidth - window.innerWidth,
        box: window.jupyterapp ? box.scrollWidth - box.clientWidth : box.scrollHeight - box.clientHeight,
        cut: window.jupyterapp ? 0 : box.parentElement.scrollHeight - box.parentElement.clientHeight,
        figures: plots.map(plot => (plot.querySelector('.main-svg')?.clientWidth ?? 0) - plot.clientWidth),
        height: page.scrollHeight,
    }; }"""
# Nothing does, and it has been so for half a second.
_FITS = f"""() => {{
    const over = ({_OVER})(), now = JSON.stringify(over);
    const fits = over.page <= 0 && over.box <= 0 && over.cut <= 0 && over.figures.every(one => Math.abs(one) <= 1);
    if (!fits || now !== window.lastLook?.now) window.lastLook = {{ now, at: performance.now() }};
    return fits && performance.now() - window.lastLook.at > 500; }}"""


@cache
def app_named(name: str) -> Path:
    """A notebook of one cell that opens an app; a page of its own is opened by the same name."""
    cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    source = f"import myositis_tools as mt\n\nmt.apps.{CALLS[name]}()"
    content = {"cells": [cell | {"source": source}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    written = Path(tempfile.mkdtemp(), f"{name}.ipynb")
    written.write_text(json.dumps(content))
    return written


def wait_until(page: Page, condition: str, arg: object = None) -> None:
    """Wait until a function of the page is true; asked at each frame, as is usual, it would have the page draw each."""
    page.wait_for_function(condition, arg=arg, polling=100)


def open_app(
    page_of: Callable[..., Page],
    kind: str,
    name: str,
    *,
    width: int = WIDE,
    height: int = 1100,
    controls: bool = True,
    **more: Any,
) -> Page:
    """Open an app and wait until its picture, or its table, is drawn; whatever the width, it opens without overflowing.

    Where there is no room for its controls they are opened, unless they are to stay as a person finds them.
    """
    page = page_of(kind, app_named(name), width=width, height=height, **more)
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg, .mt-desk .dt-container tbody").first).to_be_visible()
    fits(page)
    drawer = page.get_by_role("button", name="Controls", exact=True)
    if controls and drawer.get_attribute("aria-expanded") == "false":
        drawer.click()
        expect(page.locator(".mt-controls")).to_be_visible()
        fits(page)
    return page


def fits(page: Page, width: int | None = None) -> None:
    """See that an app stays within a window of this width, as soon as everything has found its place."""
    if width is not None:
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    try:
        wait_until(page, _FITS)
    except NeverCame:
        pytest.fail(f"At {page.viewport_size['width']} pixels it does not fit: {page.evaluate(_OVER)}")


def click_in(page: Page, x: float, y: float) -> None:
    """Click in a figure once plotly has seen what the mouse is over: a click before that is lost."""
    plot = page.evaluate_handle("at => document.elementFromPoint(...at).closest('.js-plotly-plot')", [x, y])
    plot.evaluate("plot => { plot.seen = false; plot.once('plotly_hover', () => { plot.seen = true; }); }")
    page.mouse.move(x, y)
    wait_until(page, "plot => plot.seen", arg=plot)
    page.mouse.click(x, y)


def copied_code(page: Page) -> str:
    """Press *Copy as code* and give what the clipboard holds then."""
    button = page.get_by_role("button", name="Copy as code")
    button.evaluate(
        """button => { button.words = []; new MutationObserver(() => button.words.push(button.textContent))
            .observe(button, { childList: true }); }"""
    )
    pressed = button.element_handle()
    button.click()
    # it says so for a moment only, in which a slow machine may not look
    wait_until(page, "button => button.words.includes('Copied')", arg=pressed)
    return page.evaluate("navigator.clipboard.readText()")
