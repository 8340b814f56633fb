"""The design app in a real browser: every control moved, trials simulated with progress, and stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import NARROW, WIDE, copied_code, fits, open_app, wait_until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = open_app(page_of, kind, "design", width=NARROW if kind == "lab" else WIDE)
    fits(page, WIDE)
    headline, code = page.locator(".mt-headline"), page.locator(".mt-code").first
    expect(headline).to_contain_text("24 patients per arm")
    menus = page.locator(".mt-controls select")

    # sliders, by the keyboard: the sentence on top and the line in the figure follow
    sliders = page.locator(".mt-controls .noUi-handle")
    sliders.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(headline).to_contain_text("30 patients per arm")
    wait_until(page, "document.querySelector('.mt-pane .js-plotly-plot').layout.shapes.some(s => s.x0 === 30)")
    sliders.nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(headline).to_contain_text("0.75 times the assumed difference")

    # endpoint and class; all of it was worked out beforehand
    menus.nth(0).select_option(label="time to response")
    menus.nth(1).select_option(label="major")
    expect(headline).to_contain_text("time to major response")
    page.locator(".mt-controls label", has_text="twice the drop-out").click()
    expect(code).to_contain_text("drop_out='twice the drop-out'")
    expect(page.get_by_role("button", name="Simulate", exact=True)).to_be_disabled()

    # the pictures and the tables
    for name in ("By effect", "Endpoints"):
        page.get_by_role("tab", name=name).click()
        expect(page.locator(".mt-pane .js-plotly-plot .main-svg:visible").first).to_be_visible()
    page.get_by_role("tab", name="Numbers").click()
    expect(page.locator("table.dataTable:visible tbody tr").nth(3)).to_be_visible()
    page.get_by_role("tab", name="Assumptions").click()
    expect(page.locator("table.dataTable:visible tbody tr", has_text="response mean").first).to_be_visible()
    page.locator(".dt-search input:visible").fill("dropout chance")
    expect(page.locator("table.dataTable:visible tbody tr", has_text="dropout chance").first).to_be_visible()
    page.get_by_role("tab", name="By effect").click()

    # numbers are typed, and what cannot be is a sentence
    fields = page.locator(".mt-controls input[type=text]:visible, .mt-controls input[type=number]:visible")
    visits = fields.nth(0)
    visits.fill("0, twelve")
    visits.press("Enter")
    expect(page.locator(".mt-error")).to_contain_text("is not a list of weeks")
    visits.fill("0, 12")
    visits.press("Enter")
    expect(page.locator(".mt-error")).to_have_count(0)
    expect(headline).to_contain_text("not simulated yet")
    for place, typed in ((1, "0.1"), (2, "0.9")):
        fields.nth(place).fill(typed)
        fields.nth(place).press("Enter")
        expect(code).to_contain_text(f"{('alpha', 'target')[place - 1]}={typed}")

    # simulate, and stop; what was done is kept
    menus.nth(3).select_option(label="5,000")
    page.get_by_role("button", name="Simulate", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Simulate", exact=True)).to_be_visible()
    menus.nth(3).select_option(label="1,000")
    page.get_by_role("button", name="Simulate", exact=True).click()
    expect(headline).to_contain_text("simulated trials")
    expect(page.locator(".mt-results").get_by_text("Pre-computed; no simulation needed.")).to_be_visible()

    assert "mt.apps.explore_design(" in copied_code(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(code).to_contain_text("trials=5000")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(headline).to_contain_text("24 patients per arm")
    expect(page.locator(".mt-error")).to_have_count(0)
