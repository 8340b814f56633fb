"""The front door in a real browser: a spreadsheet is dropped, a question answered, a patient followed."""

import base64

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.app import NARROW, app_named, click_in, fits, wait_until
from tests.exchange.centre_workbooks import long_workbook, wide_workbook

pytestmark = pytest.mark.browser

COHORT = "import myositis_tools as mt\n\nmt.apps.open_cohort()"


def open_front(page_of, **options):
    """The page of its own, at the front page; any app's page is the same one."""
    page = page_of("app", app_named("calculator"), **options)
    page.get_by_role("navigation", name="Views").get_by_role("button", name="Cohort").click()
    expect(page.locator(".mt-drop")).to_be_visible()
    return page


def drop(page, *paths):
    """Drop files as a hand does: the browser makes them of what they hold."""
    files = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths]
    transfer = page.evaluate_handle(
        """files => { const held = new DataTransfer();
            for (const [name, content] of files) {
                const bytes = Uint8Array.from(atob(content), sign => sign.charCodeAt(0));
                held.items.add(new File([bytes], name)); }
            return held; }""",
        files,
    )
    page.dispatch_event(".mt-drop", "drop", {"dataTransfer": transfer})


def view(page, name):
    page.get_by_role("navigation", name="Views").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("by", ["drag", "button"])
def test_a_workbook_is_read_said_and_looked_at(page_of, tmp_path, by):
    page = open_front(page_of)
    expect(page.locator(".mt-headline")).to_contain_text("Sample cohort (synthetic): 300 patients")
    path = long_workbook(tmp_path / "ours.xlsx")
    for _ in range(2):  # the same file again is an act like the first
        if by == "drag":
            drop(page, path)
        else:
            page.set_input_files(".mt-drop-input", path)
        look = page.get_by_role("button", name="Look at 14 patients and 54 visits")
        expect(look).to_be_enabled()
        expect(page.locator(".mt-step").first).to_contain_text("ours.xlsx: 54 rows of visits, 14 rows of patients.")
        look.click()
        expect(page.locator(".mt-headline")).to_contain_text("ours.xlsx: 14 patients and 54 visits.")
        expect(look).to_be_disabled()
    expect(page.get_by_text("None of 14 patients fits TIME IS MUSCLE, 14 are undecided")).to_be_visible()
    fits(page, NARROW)


def test_a_question_is_answered_and_a_decision_taken(page_of, tmp_path):
    page = open_front(page_of)
    path = tmp_path / "ours.csv"
    path.write_text("Patient;PGA;Week;HAQ\nA;4;0;1\nA;3;12;0,5\nB;5;0;2\nB;5;0;1\nC;1;0;1\n")
    page.set_input_files(".mt-drop-input", path)
    expect(page.get_by_text("What does 'PGA' stand for?")).to_be_visible()
    page.get_by_role("button", name="Physician global activity, cm").click()
    expect(page.get_by_text("What does 'PGA' stand for?")).to_have_count(0)
    page.get_by_role("button", name="Leave this row out").first.click()
    page.get_by_role("button", name="Look at 3 patients and 4 visits").click()
    expect(page.locator(".mt-headline")).to_contain_text("ours.csv: 3 patients and 4 visits.")


def test_what_cannot_be_read_is_said_and_nothing_is_lost(page_of, tmp_path):
    page = open_front(page_of)
    page.set_input_files(".mt-drop-input", wide_workbook(tmp_path / "ours.xlsx"))
    page.get_by_role("button", name="Look at 14 patients").click()
    expect(page.locator(".mt-headline")).to_contain_text("ours.xlsx")
    (tmp_path / "notes.csv").write_text("hello\nworld\n")
    (tmp_path / "locked.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000))
    page.set_input_files(".mt-drop-input", [tmp_path / "notes.csv", tmp_path / "locked.xlsx"])
    alert = page.locator(".mt-error[role=alert]")
    expect(alert).to_contain_text("notes.csv: No table of patients is recognised")
    expect(alert).to_contain_text("locked.xlsx")
    page.evaluate(
        """() => { const held = new DataTransfer(), big = new File([new ArrayBuffer(1)], 'big.csv');
            Object.defineProperty(big, 'size', { value: 300e6 });
            const input = document.querySelector('.mt-drop-input');
            Object.defineProperty(input, 'files', { value: [big], configurable: true });
            input.dispatchEvent(new Event('change')); }"""
    )
    expect(page.get_by_text("big.csv is 300 MB; at most 200 MB can be dropped here.")).to_be_visible()
    expect(page.locator(".mt-headline")).to_contain_text("ours.xlsx")


def test_a_large_file_comes_whole_in_slices(page_of, tmp_path):
    page = open_front(page_of)
    rows = "".join(f"P{patient:06d},{week},1.5\n" for patient in range(300_000) for week in (0, 12, 26))
    (tmp_path / "visits.csv").write_text("patient_id,week,haq_di\n" + rows)
    assert (tmp_path / "visits.csv").stat().st_size > 12e6  # more than a server takes in one message
    page.set_input_files(".mt-drop-input", tmp_path / "visits.csv")
    expect(page.locator(".mt-headline")).to_contain_text("visits.csv: 300,000 patients and 900,000 visits.")


def test_a_patient_is_followed_through_all_views_and_a_link_brings_her_back(page_of):
    page = open_front(page_of)
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    place = page.evaluate(
        """() => { const plot = document.querySelector('.js-plotly-plot'), drawn = plot.querySelector('.points path');
            const box = drawn.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }"""
    )
    click_in(page, *place)
    chosen = page.locator(".mt-bar-patient")
    expect(chosen).to_be_visible()
    name = chosen.inner_text().removeprefix("Patient ")
    view(page, "Who fits")
    expect(page.locator(".mt-card")).to_contain_text(name)
    view(page, "Follow-up")
    expect(page.locator(".mt-desk")).to_contain_text(f"patient {name}")
    wait_until(page, "name => window.location.search.includes(name)", arg=name)
    address = page.url
    assert "view=follow_up" in address
    page.goto(address)
    expect(page.locator(".mt-bar-patient")).to_have_text(f"Patient {name}")
    expect(page.get_by_role("button", name="Follow-up")).to_have_attribute("aria-current", "page")
    page.locator(".mt-bar-patient").click()
    expect(page.get_by_label("Patient", exact=True)).to_have_value(name)
    for label in ("Trial", "Design", "Calculators"):
        view(page, label)
        expect(page.locator(".mt-headline").first).to_be_visible()
        expect(page.locator(".mt-error")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_front_page(page_of, scheme):
    page = open_front(page_of, color_scheme=scheme)
    page.get_by_role("button", name="Try an untidy workbook").click()
    expect(page.get_by_role("button", name="Leave this row out").first).to_be_visible()
    for step in ("1 Read", "2 Columns"):
        page.locator(".mt-step-row", has_text=step).get_by_role("button", name="change").click()
        expect(page.locator(".mt-step-row", has_text=step).get_by_role("button", name="hide")).to_be_visible()
    page.get_by_role("button", name="All headings of visits in own_data.xlsx").click()
    expect(page.get_by_text("Your own table")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(2)  # of the page, and of the columns in it
    found = Axe().run(page, context={"include": [[".mt-cohort"]]}).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []
    fits(page, NARROW)


def test_a_file_that_was_dropped_is_asked_for_after_a_reload(page_of, tmp_path):
    page = open_front(page_of)
    path = long_workbook(tmp_path / "ours.xlsx")
    page.set_input_files(".mt-drop-input", path)
    page.get_by_role("button", name="Look at 14 patients").click()
    view(page, "Follow-up")
    wait_until(page, "() => window.location.search.includes('follow_up')")
    page.reload()
    expect(page.locator(".mt-error[role=alert]")).to_contain_text("ours.xlsx was held by the page that you left")
    page.set_input_files(".mt-drop-input", path)
    page.get_by_role("button", name="Look at 14 patients").click()
    expect(page.get_by_text("14 of 14 patients were seen more than once").first).to_be_visible()


def test_in_a_notebook_the_line_of_code_is_copied(page_of, notebook_of):
    page = page_of("lab", notebook_of(COHORT))
    expect(page.locator(".mt-drop")).to_be_visible()
    view(page, "Follow-up")
    expect(page.locator(".mt-title", has_text="Disease activity over time")).to_be_visible()
    expect(page.locator(".mt-desk .js-plotly-plot .main-svg").first).to_be_visible()
    page.locator(".mt-bar-link").click()
    wait_until(page, "async () => (await navigator.clipboard.readText()).includes('open_cohort')")
    assert "view='follow_up'" in page.evaluate("navigator.clipboard.readText()")
