"""The mapping app in a real browser: suggestions accepted one by one and together, every kind of control moved."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

import myositis_tools as mt

PAGE = Path(mt.__file__).parent / "apps" / "pages" / "mapping.ipynb"

pytestmark = pytest.mark.browser


@pytest.fixture
def notebook(tmp_path) -> Path:
    """A notebook of one cell that opens the app."""
    folder = tmp_path / "made"
    folder.mkdir()
    cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": []}
    cell["source"] = "import myositis_tools as mt\n\nmt.apps.map_columns()"
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    content = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "mapping.ipynb").write_text(json.dumps(content))
    return folder / "mapping.ipynb"


def test_a_table_is_mapped_with_consent(page_of, notebook):
    page = page_of("lab", notebook, width=1700)
    headline, code = page.locator(".mt-headline"), page.locator(".mt-code").first
    expect(headline).to_have_text("None of 12 headings is mapped yet; 9 suggestions wait for your consent.")

    # one suggestion, its unit, and back
    page.locator("button[title='Accept for VAS arts (mm)']").click()
    expect(headline).to_contain_text("1 of 12 headings are mapped")
    expect(code).to_contain_text("ColumnMapping('VAS arts (mm)', 'physician_global_cm', unit='mm')")
    page.locator(".mt-controls select[title='Unit of VAS arts (mm)']").select_option(label="in cm")
    expect(headline).to_contain_text("errors")
    expect(code).not_to_contain_text("unit='mm'")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(code).to_contain_text("unit='mm'")

    page.get_by_role("button", name="Accept likely suggestions").click()
    expect(headline).to_contain_text("9 of 12 headings are mapped.")
    page.locator(".mt-controls select[title='Decimal sign']").select_option(label="comma: 1,5")
    page.locator(".mt-controls select[title='How dates are written']").select_option(label="31-3-2026")
    words = page.locator(".mt-controls input[type=text]").first
    words.fill("n.b.")
    words.press("Tab")
    expect(headline).to_have_text("9 of 12 headings are mapped. 88 rows: 2 errors, 1 warning.")

    # what is no likely suggestion is chosen by hand, and refused where the column is taken
    page.locator(".mt-controls select[title='Column for HAQ']").select_option(index=1)
    expect(headline).to_have_text("10 of 12 headings are mapped. 88 rows: 3 errors, 1 warning.")
    page.locator(".mt-controls select[title='Column for Centrum']").select_option(label="HAQ-DI")
    expect(page.locator(".mt-error")).to_contain_text("names a column twice: haq_di")
    page.locator(".mt-controls select[title='Column for Centrum']").select_option(label="Arm")
    expect(page.locator(".mt-error")).to_have_count(0)
    page.locator(".mt-controls select[title='Upper limit of CK']").select_option(index=0)
    expect(headline).to_contain_text("warnings")
    page.get_by_role("button", name="Undo", exact=True).click()

    for name in ("Preview", "Missing values", "Code", "Problems"):
        page.locator(".lm-TabBar-tab", has_text=name).first.click()
    page.locator(".lm-TabBar-tab", has_text="Missing values").first.click()
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    page.get_by_role("button", name="Copy as code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "mt.apply_mapping(table, mapping)" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save mapping").click()
    assert download.value.suggested_filename == "visits.toml"
    assert 'column = "physician_global_cm"' in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(headline).to_contain_text("None of 12 headings")


@pytest.mark.parametrize("width", [1400, 900])
def test_it_opens_without_code_and_nothing_overflows(page_of, width):
    page = page_of("app", PAGE, width=width)
    page.get_by_role("button", name="Accept likely suggestions").click()
    expect(page.locator(".mt-headline")).to_contain_text("9 of 12 headings are mapped.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Figures (HTML)").click()
    assert "myositis_tools" in Path(download.value.path()).read_text(encoding="utf-8").partition("made by")[2]
