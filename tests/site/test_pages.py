"""The site in a real browser, from the disk: figures drawn, words found, pages for everybody, no host asked."""

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[2] / "build/site"
SITE = FOLDER.as_uri()
# One page of each kind.
KINDS = [
    "index.html",
    "learn.html",
    "notebooks/04_trajectories.html",
    "do/screen.html",
    "reference/screening.html",
    "reference/names/myositis_tools.scores.score_total_improvement.html",
    "search.html",
    "reference/command_line.html",
    "reference/protocol_files/time_is_muscle.html",
    "gallery/index.html",
    "gallery/plot_attrition.html",
    "glossary.html",
    "evidence/index.html",
    "evidence/decisions.html",
]
WIDTHS = (1400, 900)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MYOSITIS_TOOLS_CHROMIUM") or None, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page on which no request may leave the site."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 1000})
    page.emulate_media(reduced_motion="reduce")
    asked, wrong = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: wrong.append(str(one)))
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((SITE, "data:", "blob:"))] == []
    assert wrong == []


def problems(page, *rules):
    """What axe-core finds by the rules of WCAG, with the place of each; what plotly draws is plotly's own."""
    options = {"runOnly": rules or ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
    found = Axe().run(page, context={"exclude": [[".js-plotly-plot"]]}, options=options).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_for_everybody_and_fits(page, kind):
    page.goto(f"{SITE}/{kind}")
    expect(page.locator("main h1")).to_have_count(1)
    assert problems(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert problems(page, "color-contrast") == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("kind", "least"), [("notebooks/04_trajectories", 3), ("gallery/index", 30)])
def test_every_figure_of_a_page_is_drawn(page, kind, least):
    page.goto(f"{SITE}/{kind}.html")
    places = page.locator("[data-figure]")
    for place in places.all():
        place.scroll_into_view_if_needed()
        expect(place).to_have_attribute("data-drawn", "yes", timeout=20_000)
    assert places.count() == page.locator("[data-figure] .main-svg:first-child").count() >= least


def test_a_figure_answers_the_pointer_and_follows_a_dark_page(page):
    page.goto(f"{SITE}/gallery/plot_attrition.html")
    figure = page.locator(".mt-figure[data-drawn]")
    figure.locator(".points path").first.hover(force=True)  # what catches the pointer lies above
    expect(figure.locator(".hoverlayer .hovertext").first).to_be_attached()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.gtitle')).fill === 'rgb(232, 236, 240)'")
    page.goto(f"{SITE}/notebooks/04_trajectories.html")  # where the theme would put it on a light ground
    behind = page.locator(".text_html:has(.mt-figure)").first
    expect(behind).to_have_css("background-color", "rgba(0, 0, 0, 0)")


class Silent(SimpleHTTPRequestHandler):
    """It tells nobody what was asked."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def host():
    """The site on a server, for the words around what a search has found are fetched."""
    handler = partial(Silent, directory=FOLDER)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_words_of_the_field_are_found(browser, host):
    page = browser.new_page()
    for word in ("TIS", "IVIg", "CK", "MMT-8", "REDCap", "RedCap", "wash-out", "Kaplan-Meier", "ADaM", "steroid"):
        page.goto(f"{host}/search.html?q={word}")
        expect(page.locator("#search-results ul.search li").first, word).to_be_visible(timeout=20_000)
    page.close()
