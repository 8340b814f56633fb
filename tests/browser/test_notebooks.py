"""Each notebook runs from top to bottom in a real JupyterLab, and shows its figures and apps."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.app import wait_until

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.browser

_OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code').flatMap(cell => cell.model.outputs.toJSON())"""

_FITS = """figure => Math.abs(figure.querySelector('.main-svg').getBoundingClientRect().width
    - figure.getBoundingClientRect().width) <= 4"""


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(page_of, notebook):
    page = page_of("lab", notebook)
    outputs = page.evaluate(_OUTPUTS)
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    if not any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs):
        expect(page.locator(".jp-OutputArea-output table").first).to_be_attached()
        return
    if notebook.stem == "20_course":  # an exercise has no picture before its solution
        expect(page.locator(".mt-exercise .mt-title").first).to_be_visible()
        assert page.locator(".mt-error").count() == 0
        return
    page.locator(".mt-headline").first.scroll_into_view_if_needed()
    expect(page.locator(".mt-headline").first).to_be_visible()
    behind = page.get_by_role("tab", name="Missing values")  # the one app whose picture is not the first tab
    if behind.count():
        behind.first.click()
    figures = page.locator(".mt-pane .js-plotly-plot")
    expect(figures.locator(".main-svg").first).to_be_visible()
    assert page.locator(".mt-error").count() == 0
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        wait_until(page, _FITS, arg=figure.element_handle())
