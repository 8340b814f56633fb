"""The calculators for one sheet in a real browser: every control moved, the receipt followed, the code copied."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import NARROW, WIDE, copied_code, fits, open_app

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "kind"), [("eular_acr", "lab"), ("haq_di", "app"), ("mmt", "lab")])
def test_every_control(page_of, name, kind):
    page = open_app(page_of, kind, name)
    headline = page.locator(".mt-headline")
    code = page.locator(".mt-code").first

    page.get_by_role("button", name="Empty all fields").click()
    expect(headline).to_contain_text("No answer has been entered yet")

    # the last button of each group is its highest answer; each changes the code
    groups = page.locator(".mt-controls .mt-choice:visible")
    for place in range(groups.count()):
        before = code.text_content()
        groups.nth(place).locator("button").last.click()
        expect(code).not_to_have_text(before)

    # each field that is typed into
    fields = page.locator(".mt-controls .mt-line input[type=text]:visible")
    for place in range(fields.count()):
        before = code.text_content()
        fields.nth(place).fill("9")
        fields.nth(place).press("Tab")
        expect(code).not_to_have_text(before)

    # every menu
    menus = page.locator(".mt-controls select")
    for place in range(menus.count()):
        before = code.text_content()
        menus.nth(place).select_option(index=1)
        if place != 1:  # the side matters to the one-sided scale alone, which the first menu has chosen
            expect(code).not_to_have_text(before)

    expect(page.locator(".mt-error")).to_have_count(0)
    assert "sheet = pd.DataFrame([{" in copied_code(page)
    before = code.text_content()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(code).not_to_have_text(before)
    page.get_by_role("button", name="Reset", exact=True).click()


@pytest.mark.parametrize("name", ["eular_acr", "haq_di"])
def test_nothing_overflows(page_of, name):
    page = open_app(page_of, "app", name, width=NARROW)
    parts = page.locator(".mt-controls > .widget-vbox:has(> .widget-html .mt-heading):visible")
    expect(parts.first).to_be_visible()
    fits(page, WIDE)
