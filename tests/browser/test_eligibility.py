"""The eligibility explorer in a real browser: every control moved, a patient's card opened, the code copied."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import myositis_tools as mt
from tests.browser.app import NARROW, WIDE, click_in, copied_code, fits, open_app, wait_until

LIMITS, CRITERIA = len(mt.TIME_IS_MUSCLE.limits), len(mt.TIME_IS_MUSCLE.criteria)
TABS = ("Decisions", "Flow", "Exclusions", "One limit", "Nearly fits", "Measure next", "Matrix", "Patients")
TIMELINE = "[...document.querySelectorAll('.js-plotly-plot')].find(one => one.textContent.includes('ession within'))"
FLOW = "[...document.querySelectorAll('.mt-pane .js-plotly-plot')].find(plot => plot.clientWidth)"

pytestmark = pytest.mark.browser


def headline(page: Page) -> str:
    """What it says as soon as it has said so for two seconds: the mark beside a control comes before the sentence."""
    wait_until(
        page,
        """() => { const now = document.querySelector('.mt-headline').textContent;
           if (window.said?.now !== now) window.said = { now, at: performance.now() };
           return performance.now() - window.said.at > 2000; }""",
    )
    return page.locator(".mt-headline").inner_text()


def wait_for_other_headline(page: Page, before: str) -> None:
    expect(page.locator(".mt-headline")).not_to_have_text(before)


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = open_app(page_of, kind, "eligibility")
    expect(page.locator(".mt-headline")).to_contain_text("Of 300 screened: 75 fit, 24 are undecided, 201 do not fit")
    page.get_by_role("button", name="What counts as abnormal").click()
    page.get_by_role("button", name="Doses and durations").click()
    expect(page.locator(".mt-controls .noUi-handle:visible")).to_have_count(LIMITS)

    # every slider, by the keyboard: the model follows, and the difference from the record is marked
    handles = page.locator(".mt-controls .noUi-handle:visible")
    for place in range(LIMITS):
        handles.nth(place).focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".mt-changed")).to_have_count(place + 1)
    expect(page.locator(".mt-headline")).to_contain_text("than under the published criteria")

    # a number can be typed
    before = headline(page)
    duration = page.locator(".widget-readout").nth(1)
    duration.click()
    duration.fill("60")
    duration.press("Enter")
    wait_for_other_headline(page, before)
    expect(page.locator(".mt-note", has_text="published: 12 months")).to_be_visible()

    # undo takes the last step back, reset all of them
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".mt-headline")).to_have_text(before)
    page.get_by_role("button", name="Reset to published").click()
    expect(page.locator(".mt-changed")).to_have_count(0)
    expect(page.locator(".mt-headline")).to_contain_text("75 fit")

    # every criterion can be switched off: its row leaves the flow
    page.get_by_role("tab", name="Flow").click()
    boxes = page.locator(".mt-controls input[type=checkbox]")
    expect(boxes).to_have_count(CRITERIA)
    for place in range(CRITERIA - 1):
        boxes.nth(place).uncheck()
        wait_until(page, f"{FLOW}?.data?.[0]?.y?.length === {CRITERIA - place - 1}")
    page.get_by_role("button", name="Reset to published").click()
    wait_until(page, f"{FLOW}?.data?.[0]?.y?.length === {CRITERIA}")

    # how unknown is counted
    page.get_by_text("best case: passes").click()
    expect(page.locator(".mt-headline")).to_contain_text("99 fit")
    page.get_by_text("worst case: excludes").click()
    expect(page.locator(".mt-headline")).to_contain_text("225 do not fit")

    # the code that is copied reproduces the view
    expect(page.locator(".mt-code").first).to_contain_text("unknown='worst'")
    copied = copied_code(page)
    assert "mt.apps.explore_eligibility(" in copied
    assert "unknown='worst'" in copied
    page.get_by_text("keep as unknown", exact=True).click()
    expect(page.locator(".mt-headline")).to_contain_text("24 are undecided")


def test_a_patient_is_chosen_in_the_table_and_in_the_matrix(page_of):
    page = open_app(page_of, "app", "eligibility")
    page.get_by_role("tab", name="Patients").click()
    expect(page.locator("table.dataTable tbody tr:visible", has_text="P001")).to_be_visible()
    page.locator(".dt-search input:visible").fill("P062")
    row = page.locator("table.dataTable tbody tr:visible", has_text="P062")
    row.click()
    card = page.locator(".mt-card")
    expect(card).to_contain_text("Patient P062")
    expect(card).to_contain_text("IgA deficiency yes, antibodies not recorded")
    expect(card.locator("tbody tr")).to_have_count(CRITERIA)

    page.get_by_role("tab", name="Matrix").click()
    cells = page.locator(".jupyter-widget-tab .js-plotly-plot:visible .nsewdrag").first
    expect(cells).to_be_visible()
    fits(page)
    box = cells.bounding_box()
    click_in(page, box["x"] + box["width"] - 6, box["y"] + box["height"] / 2)
    expect(card).not_to_contain_text("Patient P062")
    expect(card).to_contain_text("does not fit")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_wash_out_is_moved_and_the_card_and_the_timeline_move_with_it(page_of, width):
    page = open_app(page_of, "app", "eligibility", width=width)
    page.get_by_role("tab", name="Patients").click()
    page.locator(".dt-search input:visible").fill("P012")
    page.locator("table.dataTable tbody tr:visible", has_text="P012").click()
    card = page.locator(".mt-card")
    expect(card).to_contain_text("rituximab, 29 days before screening, within 3 months")
    windows = page.locator(".mt-pane .js-plotly-plot:visible .ytick")
    expect(windows.filter(has_text="Immunosuppression within 3 months")).to_have_count(1)

    control = page.locator(".mt-controls .widget-vbox", has_text="Immunosuppression within (months)").last
    control.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(card).to_contain_text("rituximab, 29 days before screening, within 1 month")
    expect(windows.filter(has_text="Immunosuppression within 1 month (moved)")).to_have_count(1)
    wait_until(page, f"{TIMELINE}._fullLayout.xaxis.type === 'date'")
    page.keyboard.press("ArrowLeft")
    expect(card).to_contain_text("rituximab, 29 days before screening, not within 0 months")
    fits(page)


def test_what_lies_behind_the_counts(page_of):
    page = open_app(page_of, "app", "eligibility")
    titles = page.locator(".mt-pane .js-plotly-plot:visible .gtitle")
    for tab, count in (("Exclusions", 2), ("One limit", 1), ("Nearly fits", 1)):
        page.get_by_role("tab", name=tab).click()
        expect(titles).to_have_count(count)

    # a patient who is nearly eligible opens her card, with the medication before screening
    page.locator("table.dataTable tbody tr:visible", has_text="P017").click()
    expect(page.locator(".mt-card")).to_contain_text("Patient P017")
    expect(titles.last).to_contain_text("Patient P017")

    # another limit over its range
    page.get_by_role("tab", name="One limit").click()
    expect(titles.first).to_contain_text("published 18 years")
    page.locator(".mt-results select:visible").first.select_option(label="Disease duration below")
    expect(titles.first).to_contain_text("published 12 months")

    page.get_by_role("tab", name="Measure next").click()
    expect(page.locator("table.dataTable tbody tr:visible", has_text="FVC")).to_be_visible()


def test_another_trial_brings_its_own_controls(page_of):
    page = open_app(page_of, "app", "eligibility")
    trial = page.locator(".mt-controls select").first
    trial.select_option(label="ProDERM: intravenous immunoglobulin in dermatomyositis (NCT02728752)")
    expect(page.locator(".mt-title")).to_contain_text("ProDERM")
    boxes = page.locator(".mt-controls input[type=checkbox]")
    expect(boxes).to_have_count(len(mt.PROTOCOLS["proderm"].criteria))
    expect(page.locator(".mt-controls")).to_contain_text("A screening aid, not a recommendation.")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(boxes).to_have_count(CRITERIA)


def test_nothing_overflows(page_of):
    page = open_app(page_of, "app", "eligibility", width=NARROW)
    for width in (NARROW, WIDE):
        for tab in TABS:
            page.get_by_role("tab", name=tab).click()
            fits(page, width)


def test_files_are_handed_over(page_of):
    page = open_app(page_of, "app", "eligibility")
    page.get_by_text("Export", exact=True).click()
    for name, file, starts in (
        ("Decisions (CSV)", "eligibility_decisions.csv", b"\xef\xbb\xbfpatient_id,decision,because"),
        ("All tables (Excel)", "eligibility.xlsx", b"PK"),
        ("Figure (PNG)", "decisions.png", b"\x89PNG"),
        ("Figure (SVG)", "decisions.svg", b"<svg"),
        ("Figures (HTML)", "eligibility.html", b"<!doctype html>"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == file
        assert Path(download.value.path()).read_bytes().startswith(starts)
        expect(page.get_by_role("button", name=name)).to_be_visible()  # it no longer says that the file is being made
    names = []
    for _ in range(2):  # without the ids, then with them
        with page.expect_download() as download:
            page.get_by_role("button", name="Decisions (CSV)").click()
        names.append(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[1].partition(",")[0])
        page.get_by_text("With patient ids", exact=True).click()
    assert names == ["patient 1", "P001"]
