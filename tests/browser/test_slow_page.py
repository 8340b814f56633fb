"""A page that is slow to read plotly.js: what is chosen meanwhile and afterwards is drawn all the same.

anywidget waits two seconds for a module and then drops whatever the kernel says: a figure would stay as it was.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.app import app_named

SLOW = """
const { Blob } = window;
window.Blob = class extends Blob {
  constructor(parts, options) {
    const isLong = parts?.[0]?.length > 1e6;
    super(isLong ? ["await new Promise((done) => setTimeout(done, 6000));", ...parts] : parts, options);
  }
};
"""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_a_figure_follows_although_plotly_comes_late(page_of, kind):
    page = page_of(kind, app_named("trajectories"), script=SLOW)
    patient = page.locator(".mt-controls input[type=text]").last
    expect(patient).to_have_value("P011")
    assert page.locator(".mt-pane .js-plotly-plot").count() == 0
    if page.locator(".mt-controls").is_hidden():  # a notebook beside its list of files is narrow
        page.get_by_role("button", name="Controls", exact=True).click()
    patient.fill("P184")
    patient.press("Enter")
    profile = page.locator(".mt-pane .js-plotly-plot .gtitle", has_text="Patient")
    expect(profile).to_contain_text("Patient P184")
    patient.fill("P028")
    patient.press("Enter")
    expect(profile).to_contain_text("Patient P028")
