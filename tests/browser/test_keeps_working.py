"""An app keeps working: a cell that runs again, a page that is opened again, a kernel that goes, an act done twice."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser.app import copied_code, open_app, wait_until
from tests.browser.conftest import run_all

pytestmark = pytest.mark.browser

# The widgets that the page holds, and the elements of the page.
_HELD = """async () => {
    const panel = window.jupyterapp.shell.currentWidget, kernel = panel.sessionContext.session.kernel;
    const count = (what) => document.querySelectorAll(what).length;
    return [count('*'), count('.mt-desk'), kernel._comms.size]; }"""


# A page that counts what the kernel sends it.
_COUNTED = """
window.received = 0;
window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { window.received += data.size ?? data.byteLength ?? data.length; });
  }
};
"""


def run_cell(page):
    """Run the notebook's cell once more, and wait until its app is there."""
    page.evaluate("() => { for (const one of document.querySelectorAll('.mt-desk')) one.dataset.old = 'yes'; }")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until(page, "() => document.querySelector('.mt-desk:not([data-old]) .mt-pane .main-svg')")
    expect(page.locator(".mt-desk")).to_have_count(1)


def test_a_cell_that_runs_twenty_times_leaves_one_app(page_of, notebook_of):
    page = page_of("lab", notebook_of("import myositis_tools as mt\n\nmt.apps.explore_effects()"))
    expect(page.locator(".mt-pane .main-svg").first).to_be_visible()
    run_cell(page)
    elements, apps, widgets = page.evaluate(_HELD)
    for _ in range(20):
        run_cell(page)
    after = page.evaluate(_HELD)
    assert after[1:] == [apps, widgets]
    assert after[0] < elements * 1.05


def test_two_apps_of_one_cell_are_both_alive_and_plotly_comes_once(page_of, notebook_of):
    source = "import myositis_tools as mt\n\ndisplay(mt.apps.explore_effects(), mt.apps.explore_design())"
    page = page_of("lab", notebook_of(source), script=_COUNTED)
    expect(page.locator(".mt-desk .mt-pane .main-svg").nth(1)).to_be_visible()
    assert 5e6 < page.evaluate("window.received") < 9e6  # plotly.js alone is 5 MB
    for place in range(2):
        desk = page.locator(".mt-desk").nth(place)
        before = desk.locator(".mt-headline").inner_text()
        drawer = desk.get_by_role("button", name="Controls", exact=True)
        if drawer.get_attribute("aria-expanded") == "false":
            drawer.click()
        desk.locator(".mt-controls select").first.select_option(index=1)
        expect(desk.locator(".mt-headline")).not_to_have_text(before)


def test_a_page_that_is_opened_again_shows_the_app(page_of):
    page = open_app(page_of, "lab", "eligibility")
    page.get_by_text("best case: passes").click()
    expect(page.locator(".mt-headline")).to_contain_text("99 fit")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    wait_until(page, "() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.reload()
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".mt-headline")).to_contain_text("99 fit")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".mt-headline")).to_contain_text("75 fit")
    page.get_by_role("tab", name="Exclusions").click()
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg:visible").first).to_be_visible()


def test_a_kernel_that_was_restarted_is_said_in_the_app(page_of):
    page = open_app(page_of, "lab", "eligibility")
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }")
    expect(page.locator(".mt-gone")).to_contain_text("Run the cell of the app again.")
    assert page.locator(".mt-body").evaluate("body => body.inert")
    run_all(page)
    expect(page.locator(".mt-gone:not(:empty)")).to_have_count(0)
    page.get_by_role("button", name="Reset to published").click()
    expect(page.locator(".mt-headline")).to_contain_text("75 fit")


def test_a_kernel_that_is_gone_is_said_on_a_page_of_its_own(page_of, shared):
    page = open_app(page_of, "app", "effects")
    shared.server("app", "effects").end_kernels()  # Voilà closes no connection then
    page.locator(".mt-controls select").first.select_option(index=1)
    expect(page.locator(".mt-gone")).not_to_be_empty()
    assert page.locator(".mt-body").evaluate("body => body.inert")


def test_a_page_that_is_left_gives_its_memory_back(page_of, shared):
    page = open_app(page_of, "app", "effects")
    server = shared.server("app", "effects")
    assert len(server.used_kernels()) == 1
    page.goto("about:blank")
    end = time.monotonic() + 15
    while server.used_kernels() and time.monotonic() < end:
        time.sleep(0.1)
    assert server.used_kernels() == []


def test_acts_work_each_time(page_of, tmp_path):
    page = open_app(page_of, "app", "eligibility")
    saved = tmp_path / "view.json"
    page.get_by_text("best case: passes").click()
    expect(page.locator(".mt-headline")).to_contain_text("99 fit")
    page.get_by_text("Export", exact=True).click()
    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="View (to restore later)").click()
    download.value.save_as(saved)
    assert json.loads(saved.read_text())["unknown"] == "best"
    for _ in range(2):
        page.get_by_role("button", name="Reset to published").click()
        expect(page.locator(".mt-headline")).to_contain_text("75 fit")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Restore view").click()
        chooser.value.set_files(saved)
        expect(page.locator(".mt-headline")).to_contain_text("99 fit")
    for _ in range(2):
        with page.expect_download() as picture:
            page.get_by_role("button", name="Figure (SVG)").click()
        assert picture.value.suggested_filename.endswith(".svg")
    copied_code(page)
    page.get_by_text("worst case: excludes").click()
    expect(page.locator(".mt-code").first).to_contain_text("unknown='worst'")
    assert "unknown='worst'" in copied_code(page)  # pressed while it still says that it was
    expect(page.get_by_role("button", name="Copy as code")).to_be_visible()
