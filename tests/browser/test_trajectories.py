"""The trajectory explorer in a real browser: every control moved, a patient chosen, the code copied."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

import myositis_tools as mt

PAGE = Path(mt.__file__).parent / "apps" / "pages" / "trajectories.ipynb"

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = page_of(kind, PAGE)
    headline = page.locator(".mt-headline")
    expect(headline).to_contain_text("patients were seen more than once")
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    menus = page.locator(".mt-controls select")

    # measure and grouping: the sentence on top and the axis follow
    menus.nth(0).select_option(label="Total Improvement Score, points")
    expect(headline).to_contain_text("Total Improvement Score")
    page.wait_for_function(
        "document.querySelector('.mt-pane .js-plotly-plot').layout.yaxis.title.text.includes('Total Improvement Score')"
    )
    menus.nth(1).select_option(label="subtype")
    expect(headline).to_contain_text("by subtype")

    # scale, lines or summary, median or mean
    menus.nth(0).select_option(index=0)
    for words, code in (
        ("change since baseline", "scale='change'"),
        ("% of range, up is better", "scale='percent_of_range'"),
        ("summary of each group", "show='summary'"),
        ("mean with", "summary='mean'"),
    ):
        page.locator(".mt-controls label", has_text=words).first.click()
        expect(page.locator(".mt-code").first).to_contain_text(code)

    # visits
    menus.nth(2).select_option(["week 0", "week 12"])
    expect(page.locator(".mt-code").first).to_contain_text("weeks=")

    # a patient, by name; a name that is nobody's is a sentence, not a traceback
    field = page.locator(".mt-controls input[type=text]")
    field.fill("P073")
    field.press("Enter")
    expect(page.locator(".mt-code").first).to_contain_text("patient_id='P073'")
    field.fill("P999999")
    field.press("Enter")
    expect(page.locator(".mt-error")).to_contain_text("P999999")
    field.fill("P051")
    field.press("Enter")
    expect(page.locator(".mt-error")).to_have_count(0)
    expect(page.locator(".mt-code").first).to_contain_text("patient_id='P051'")

    # or in the table
    page.get_by_role("tab", name="Patients").click()
    expect(page.locator("table.dataTable tbody tr", has_text="P051")).to_be_visible()  # not the row "No data"
    page.locator(".dt-search input").fill("P106")
    page.locator("table.dataTable tbody tr", has_text="P106").click()
    expect(page.locator(".mt-code").first).to_contain_text("patient_id='P106'")

    # the code that is copied is the code that is shown
    page.get_by_role("button", name="Copy as code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "mt.apps.explore_trajectories(" in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".mt-code").first).to_contain_text("patient_id='P051'")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator(".mt-code").first).not_to_contain_text("summary='mean'")


@pytest.mark.parametrize("width", [1400, 900])
def test_nothing_overflows(page_of, width):
    page = page_of("app", PAGE, width=width)
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    page.wait_for_timeout(1000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
