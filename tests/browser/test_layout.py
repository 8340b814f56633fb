"""Nothing overflows in the apps of one picture; the others are looked at tab by tab in tests of their own."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import open_app, width_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1400, 900])
@pytest.mark.parametrize("name", ["calculator", "design", "effects"])
def test_nothing_overflows(page_of, name, width):
    page = open_app(page_of, "app", name, width=width)
    page.wait_for_timeout(1000)
    assert width_of(page) <= width
    output = page.locator(".jp-OutputArea-output", has=page.locator(".mt-desk"))
    # the page scrolls, and no box in it
    assert output.evaluate("element => element.scrollHeight - element.clientHeight") == 0


@pytest.mark.parametrize("name", ["design", "trajectories"])
def test_the_output_of_a_narrow_jupyterlab_does_not_scroll_sideways(page_of, name):
    page = open_app(page_of, "lab", name, width=900)
    output = page.locator(".jp-OutputArea-output", has=page.locator(".mt-desk"))
    expect(output).to_be_visible()
    page.wait_for_timeout(1000)
    assert output.evaluate("element => element.scrollWidth - element.clientWidth") == 0
