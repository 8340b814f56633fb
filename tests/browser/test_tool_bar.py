"""Every button of a figure's tool bar is pressed, wherever a figure is shown: nothing leaves and no page opens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import plotly
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, Request

import myositis_tools as mt
from myositis_tools.apps.widgets.html_pages import as_html_page
from tests.browser.app import open_app
from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

SHOWS = "import myositis_tools as mt\nmt.figures.plot_case_mix(mt.TIME_IS_MUSCLE, mt.load_screening())"
LEAVES = ("share", "cloud", "studio", "produced with plotly")


@pytest.fixture
def file_page(shared: object) -> Iterator[Callable[[Path], Page]]:
    """Open a saved page from the disk."""
    context = shared.browser().new_context()

    def open_file(path: Path) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(path.as_uri())
        return page

    yield open_file
    context.close()


def buttons_of(page: Page) -> list[str]:
    """What the buttons of the tool bars say, each kind once."""
    page.locator(".js-plotly-plot .modebar-btn").first.wait_for(state="attached")
    said = page.locator(".js-plotly-plot .modebar-btn").evaluate_all(
        "all => all.map(one => one.dataset.title + (one.href ? ' ' + one.href : ''))"
    )
    return list(dict.fromkeys(said))


def pressed(page: Page) -> tuple[list[str], list[str]]:
    """Press every button, and what they bring up; give what they say, and what left the page or was opened by it."""
    left: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:", "file:")):
            left.append(request.url)

    page.context.on("request", note)
    page.context.on("page", lambda opened: left.append(f"a page: {opened.url}"))
    said = buttons_of(page)
    for plot in page.locator(".js-plotly-plot").all()[:2]:
        for button in plot.locator(".modebar-btn").all():
            button.evaluate("one => one.click()")  # the bar is there only while the mouse is over the figure
            page.wait_for_timeout(150)
            # all at once: the first one pressed may close the dialog with the others
            page.locator(".plotly-cloud-dialog button").evaluate_all("all => all.forEach(one => one.click())")
    page.wait_for_timeout(500)
    return said, left


def check(page: Page) -> None:
    said, left = pressed(page)
    assert any("Download plot" in words for words in said)
    assert any("Zoom" in words for words in said)
    assert [words for words in said if any(leaves in words.lower() for leaves in (*LEAVES, "http"))] == []
    assert left == []


def test_in_a_notebook(page_of, notebook_of):
    check(page_of("lab", notebook_of(SHOWS)))


def test_in_an_app(page_of):
    check(open_app(page_of, "app", "effects"))


def test_in_a_saved_report(file_page, tmp_path):
    check(file_page(mt.report_cohort(mt.load_screening(), mt.load_visits()).save(tmp_path / "report.html")))


def test_in_a_page_that_an_app_or_a_figure_wrote(file_page, tmp_path):
    drawn = mt.figures.plot_case_mix(mt.TIME_IS_MUSCLE, mt.load_screening())
    about = pd.DataFrame({"what": ["a"], "words": ["b"]})
    (tmp_path / "app.html").write_bytes(as_html_page("a", [drawn, drawn], about))
    drawn.write_html(tmp_path / "own.html")
    for name in ("app.html", "own.html"):
        check(file_page(tmp_path / name))


@pytest.mark.skipif(plotly.__version__.startswith("6."), reason="plotly 6 shares nothing by itself")
def test_a_figure_of_plotly_s_own_is_found_out(file_page, tmp_path):
    go.Figure(go.Scatter(x=[1, 2], y=[3, 4])).write_html(tmp_path / "plain.html")
    said, left = pressed(file_page(tmp_path / "plain.html"))
    assert any("Share chart" in words for words in said)
    assert any("https://plotly.com/" in words for words in said)
    assert any("plotly" in what for what in left)
