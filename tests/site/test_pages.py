"""The site in a real browser, from the disk: figures drawn, words found, pages for everybody, no host asked."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

SITE = (Path(__file__).parents[2] / "build/site").as_uri()
# One page of each kind.
KINDS = [
    "index.html",
    "learn.html",
    "notebooks/04_trajectories.html",
    "do/screen.html",
    "reference/screening.html",
    "reference/names/myositis_tools.scores.score_total_improvement.html",
    "reference/columns.html",
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


@pytest.fixture(params=["light", "dark"])
def page(browser, request):
    """A page on which no request may leave the site."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 1000}, color_scheme=request.param)
    page.emulate_media(reduced_motion="reduce")
    asked, wrong = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: wrong.append(str(one)))
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((SITE, "data:", "blob:"))] == []
    assert wrong == []


def problems(page):
    """What axe-core finds by the rules of WCAG, with the place of each; what plotly draws is plotly's own."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
    found = Axe().run(page, context={"exclude": [[".js-plotly-plot"]]}, options=options).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_for_everybody_and_fits(page, kind):
    page.goto(f"{SITE}/{kind}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    if page.locator("[data-figure]").count():
        page.wait_for_selector("[data-figure][data-drawn]")
    assert problems(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_figure_of_a_notebook_is_alive(page):
    page.goto(f"{SITE}/notebooks/04_trajectories.html")
    figures = page.locator(".mt-figure")
    for place in figures.all():
        place.scroll_into_view_if_needed()
        expect(place).to_have_attribute("data-drawn", "yes", timeout=20_000)
    assert figures.count() == page.locator(".mt-figure .main-svg:first-child").count()
    figures.first.hover()
    expect(figures.first.locator(".hoverlayer .hovertext").first).to_be_attached()


@pytest.mark.parametrize("word", ["TIS", "IVIg", "CK", "MMT-8", "REDCap", "RedCap", "wash-out", "Kaplan-Meier", "ADaM"])
def test_a_word_of_the_field_is_found(browser, word):
    page = browser.new_page()
    page.goto(f"{SITE}/search.html?q={word}")
    expect(page.locator("#search-results ul.search li").first).to_be_visible(timeout=20_000)
    page.close()
