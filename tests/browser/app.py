"""What every app is put through: it opens and draws, its code can be copied, and it stays within the page."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

import myositis_tools as mt

PAGES = Path(mt.__file__).parent / "apps" / "pages"


def open_app(page_of: Callable[..., Page], kind: str, name: str, **size: int) -> Page:
    """Open an app and wait until its picture is drawn."""
    page = page_of(kind, PAGES / f"{name}.ipynb", **size)
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    return page


def copied_code(page: Page) -> str:
    """Press *Copy as code* and give what the clipboard holds then."""
    page.get_by_role("button", name="Copy as code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


def width_of(page: Page) -> int:
    """How wide the page is; wider than its window, something overflows."""
    return page.evaluate("document.documentElement.scrollWidth")
