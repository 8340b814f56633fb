"""The effects explorer in a real browser: every control moved, the tipping point asked for, the code copied."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import copied_code, open_app, wait_until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = open_app(page_of, kind, "effects")
    headline, code = page.locator(".mt-headline"), page.locator(".mt-code").first
    expect(headline).to_contain_text("mean difference of the score")
    menus = page.locator(".mt-controls select")

    # what is compared, and when
    menus.nth(0).select_option(label="responders, difference")
    expect(headline).to_contain_text("difference of responders (moderate or better)")
    menus.nth(1).select_option(label="week 26")
    expect(headline).to_contain_text("At week 26")
    wait_until(page, "document.querySelector('.mt-pane .js-plotly-plot').layout.title.text.includes('responders')")

    # responder and missing
    for words, said in (("minimal", "level='minimal'"), ("worst case", "missing='worst'")):
        page.locator(".mt-controls label", has_text=words).first.click()
        expect(code).to_contain_text(said)

    # one interval alone
    menus.nth(2).select_option(label="Newcombe")
    expect(code).to_contain_text("interval='newcombe'")

    # subgroups, then a baseline to adjust for
    menus.nth(4).select_option(label="Sex")
    expect(code).to_contain_text("by='sex'")
    expect(page.locator(".mt-pane .annotation-text", has_text="interaction p =").first).to_be_visible()
    menus.nth(4).select_option(label="no subgroups")
    menus.nth(0).select_option(label="score, mean difference")
    menus.nth(3).select_option(["Sex"])
    expect(headline).to_contain_text("the adjusted mean difference")

    # what takes longer is asked for
    page.get_by_role("tab", name="Tipping point", exact=True).click()
    expect(page.locator(".mt-results").get_by_text("Switch on 'Tipping point'")).to_be_visible()
    page.locator(".mt-controls label", has_text="Tipping point").click()
    expect(page.locator(".mt-results").get_by_text("is missing:")).to_be_visible()
    page.locator(".mt-controls label", has_text="Permutation test").click()
    expect(code).to_contain_text("permutation=True")
    page.get_by_role("tab", name="Methods", exact=True).click()
    expect(page.locator(".mt-results").get_by_text("put together by Rubin's rules")).to_be_visible()
    page.get_by_role("tab", name="Table", exact=True).click()
    expect(page.locator("table.dataTable tbody tr", has_text="adjusted")).to_be_visible()

    # the code that is copied is the code that is shown
    assert "mt.apps.explore_effects(" in copied_code(page)

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(code).not_to_contain_text("permutation=True")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(code).not_to_contain_text("adjust=")
