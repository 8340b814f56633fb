"""The card of a patient in a real browser: printed alone on one page, saved, seen side by side and on a narrow page."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

from tests.browser.app import NARROW, app_named, click_in, fits, wait_until

pytestmark = pytest.mark.browser

# A printer that keeps what it is given.
_PRINTER = "window.print = () => { (window.top.printed ??= []).push(document.documentElement.outerHTML); }"


def open_cards(page_of, *, beside="nobody", **options):
    """The cards of two patients, reached as a person does: a mark, the patient of the bar, the menus."""
    page = page_of("app", app_named("calculator"), **options)
    page.context.add_init_script(_PRINTER)  # for frames that are made from now on
    page.get_by_role("navigation", name="Views").get_by_role("button", name="Cohort").click()
    mark = page.locator(".mt-pane .js-plotly-plot .points path").first
    expect(mark).to_be_visible()
    for _ in range(20):  # the picture may still move while the page is laid out
        with suppress(Error):  # the mark that was found has been drawn anew
            mark.scroll_into_view_if_needed()
            box = mark.bounding_box()
            click_in(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.wait_for_timeout(2000)
        if page.locator(".mt-bar-patient").is_visible():
            break
    page.locator(".mt-bar-patient").click()
    page.get_by_label("Patient", exact=True).select_option("P184")
    page.get_by_label("Beside her or him").select_option(beside)
    expect(page.locator(".patient-card").first).to_contain_text("Patient P184")
    if beside != "nobody":
        expect(page.locator(".patient-card").last).to_contain_text(f"Patient {beside}")
    return page


def test_a_card_is_printed_alone_on_one_page(page_of, tmp_path):
    page = open_cards(page_of, beside="P084")
    expect(page.locator(".patient-card")).to_have_count(2)
    for place, name in enumerate(("P184", "P084")):
        if place:
            page.get_by_label("With patient id").check()
        page.get_by_role("button", name="Print card").nth(place).click()
        wait_until(page, "place => window.printed?.length === place + 1", arg=place)
        printed = page.evaluate("place => window.printed[place]", place)
        assert printed.count("<article") == 1
        assert "mt-bar" not in printed
        assert (name in printed) is bool(place)  # named where it is asked for
        sheet = page.context.new_page()
        sheet.set_content(printed)
        for paper in ("A4", "Letter"):
            pdf = sheet.pdf(format=paper, path=tmp_path / f"{name}_{paper}.pdf")
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
        sheet.close()
    page.get_by_role("button", name="Print card").first.click()  # an act is an act, the second time too
    wait_until(page, "() => window.printed.length === 3")
    expect(page.locator("iframe[title='What is printed']")).to_have_count(2)  # one for each card, not one for each act


def test_a_card_is_saved_and_leads_to_the_other_views(page_of):
    page = open_cards(page_of)
    with page.expect_download() as handed:
        page.get_by_role("button", name="Save card (HTML)").click()
    assert handed.value.suggested_filename == "patient_card.html"
    saved = Path(handed.value.path()).read_text(encoding="utf-8")
    assert "Patient (not named)" in saved
    assert "P184" not in saved
    page.get_by_role("button", name="Course").click()
    expect(page.locator(".mt-desk")).to_contain_text("patient P184")
    page.locator(".mt-bar-patient").click()
    page.get_by_role("button", name="Who fits").last.click()
    expect(page.locator(".mt-card")).to_contain_text("P184")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_cards_stay_on_a_narrow_page_and_axe_finds_nothing(page_of, scheme):
    page = open_cards(page_of, beside="P084", width=NARROW, color_scheme=scheme)
    fits(page, NARROW)
    found = Axe().run(page, context={"include": [[".mt-desk"]]}).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found] == []
    paper = page.locator(".patient-card").first.evaluate("card => getComputedStyle(card).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is (scheme == "light")
