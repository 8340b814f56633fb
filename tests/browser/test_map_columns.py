"""The mapping app in a real browser: suggestions accepted one by one and together, every control moved."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.app import NARROW, WIDE, app_named, copied_code, fits

pytestmark = pytest.mark.browser


def test_a_table_is_mapped_with_consent(page_of, notebook_of):
    page = page_of("lab", notebook_of("import myositis_tools as mt\n\nmt.apps.map_columns()"), width=1700)
    headline, code = page.locator(".mt-headline"), page.locator(".mt-code").first
    expect(headline).to_have_text("None of 12 headings is mapped yet; 10 suggestions wait for your consent.")

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
    expect(headline).to_contain_text("10 of 12 headings are mapped.")
    expect(page.locator(".mt-controls", has_text="'17-1-2023' has the day first: choose '31-3-2026'")).to_be_visible()
    page.locator(".mt-controls select[title='Decimal sign']").select_option(label="comma: 1,5")
    page.locator(".mt-controls select[title='How dates are written']").select_option(label="31-3-2026")
    words = page.locator(".mt-controls input[title='Words for not recorded']")
    words.fill("n.b.")
    words.press("Tab")
    expect(headline).to_have_text("10 of 12 headings are mapped. 88 rows: 3 errors, 1 warning.")

    # what is not wanted is taken back, chosen by hand, and refused where the column is taken
    page.locator(".mt-controls select[title='Column for HAQ']").select_option(index=0)
    expect(headline).to_contain_text("9 of 12 headings are mapped; 1 suggestion waits for your consent.")
    page.locator(".mt-controls select[title='Column for HAQ']").select_option(index=1)
    expect(headline).to_have_text("10 of 12 headings are mapped. 88 rows: 3 errors, 1 warning.")
    page.locator(".mt-controls select[title='Column for Centrum']").select_option(label="HAQ-DI")
    expect(page.locator(".mt-error")).to_contain_text("names a column twice: haq_di")
    page.locator(".mt-controls select[title='Column for Centrum']").select_option(label="Arm")
    expect(page.locator(".mt-error")).to_have_count(0)
    page.locator(".mt-controls select[title='Upper limit of CK']").select_option(index=0)
    expect(headline).to_contain_text("warnings")
    page.get_by_role("button", name="Undo", exact=True).click()

    page.locator(".lm-TabBar-tab", has_text="Missing values").first.click()
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    assert "mt.apply_mapping(table, mapping)" in copied_code(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save mapping").click()
    assert download.value.suggested_filename == "visits.toml"
    assert 'column = "physician_global_cm"' in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(headline).to_contain_text("None of 12 headings")


def titles(page, kind):
    """The headings that have a control of a kind in sight."""
    found = page.locator(f".mt-controls [title^='{kind} ']:visible")
    return [one.get_attribute("title").removeprefix(f"{kind} ") for one in found.all()]


def test_every_control(page_of):
    page = page_of("lab", app_named("mapping"))
    headline, code = page.locator(".mt-headline"), page.locator(".mt-code").first
    expect(headline).to_contain_text("None of 12 headings is mapped yet")

    def of(kind, name):
        return page.locator(f".mt-controls [title='{kind} {name}']")

    def mapped(name, *words):
        return re.compile(rf"ColumnMapping\({re.escape(repr(name))}, .*" + ".*".join(map(re.escape, words)))

    # how cells are written: the code says it
    for title, label, said in (
        ("Decimal sign", "comma: 1,5", "decimal=','"),
        ("Sign between thousands", "point: 1.234", "thousands='.'"),
        ("How dates are written", "31-3-2026", "date_format='%d-%m-%Y'"),
    ):
        page.locator(f".mt-controls select[title='{title}']").select_option(label=label)
        expect(code).to_contain_text(said)
    words = page.locator(".mt-controls input[title='Words for not recorded']")
    words.fill("n.b., -99")
    words.press("Tab")
    expect(code).to_contain_text("missing=('n.b.', '-99')")

    # each suggestion, by its own button; the preview has the columns
    offered = titles(page, "Accept for")
    assert len(offered) == 10
    for count, name in enumerate(offered, start=1):
        of("Accept for", name).click()
        expect(headline).to_contain_text(f"{count} of 12 headings")
        expect(code).to_contain_text(mapped(name))
        expect(of("Accept for", name)).to_be_hidden()
    expect(page.get_by_role("button", name="Accept likely suggestions")).to_be_disabled()
    page.get_by_role("tab", name="Preview").click()
    for column in ("visit_date", "physician_global_cm", "haq_di", "ck_xuln"):
        expect(page.locator("table.dataTable:visible thead th", has_text=column).first).to_be_visible()
    expect(page.locator("table.dataTable:visible tbody tr", has_text="2023-01-05").first).to_be_visible()

    # each unit, and each upper limit
    units = titles(page, "Unit of")
    assert len(units) == 4
    for name in units:
        menu = of("Unit of", name)
        chosen = menu.evaluate("one => one.selectedIndex")
        place = 2 if chosen == 1 else 1  # not the column's own unit, which needs no word
        unit = menu.locator("option").nth(place).inner_text().replace("\N{NO-BREAK SPACE}", " ").removeprefix("in ")
        menu.select_option(index=place)
        expect(code).to_contain_text(mapped(name, f"unit={unit!r}"))
    assert titles(page, "Upper limit of") == ["CK"]
    for label, said in (("no column holds an upper limit", False), ("divide by CK bovengrens", True)):
        of("Upper limit of", "CK").select_option(label=label)
        shown = expect(code)
        (shown.to_contain_text if said else shown.not_to_contain_text)("upper_limit='CK bovengrens'")
    assert titles(page, "Limit in numbers of") == ["CK"]
    for kind, name, typed, said in (
        ("Limit in numbers of", "CK", "170", "upper_limit=170.0"),
        ("Limit in numbers of", "CK", "Centrum: A = 170, B = 200", "'by': 'Centrum', 'A': 170.0, 'B': 200.0"),
        ("Words for not recorded under", "HAQ", "9, 99", "missing=['9', '99']"),
    ):
        of(kind, name).fill(typed)
        of(kind, name).press("Tab")
        expect(code).to_contain_text(said)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(code).not_to_contain_text("'99'")

    # each column: another where none was, none where one was
    headings = titles(page, "Column for")
    assert len(headings) == 12
    for name, label, column in (("CK bovengrens", "CK, U/L", "ck_u_l"), ("Centrum", "Arm", "arm")):
        of("Column for", name).select_option(label=label)
        expect(code).to_contain_text(mapped(name, column))
    for name in headings:
        of("Column for", name).select_option(label="not mapped: kept as it is")
        expect(code).not_to_contain_text(mapped(name))
    expect(headline).to_contain_text("None of 12 headings is mapped yet")
    expect(page.locator(".mt-error")).to_have_count(0)


def test_nothing_overflows_and_figures_are_handed_over(page_of):
    page = page_of("lab", app_named("mapping"), width=NARROW)
    page.get_by_role("button", name="Accept likely suggestions").click()
    expect(page.locator(".mt-headline")).to_contain_text("10 of 12 headings are mapped.")
    for width in (NARROW, WIDE):
        fits(page, width)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Figures (HTML)").click()
    assert "myositis_tools" in Path(download.value.path()).read_text(encoding="utf-8").partition("made by")[2]


def test_a_question_has_a_button_for_each_answer(page_of, notebook_of):
    made = "import pandas as pd\n\nimport myositis_tools as mt\n\n"
    made += 'own = pd.DataFrame({"PGA": [6.0, 3.0], "Weken": [0, 12]})\nmt.apps.map_columns(own)'
    page = page_of("lab", notebook_of(made), width=1700)
    headline = page.locator(".mt-headline")
    expect(headline).to_have_text("None of 2 headings is mapped yet; 1 suggestion waits for your consent.")
    expect(page.locator(".mt-controls", has_text="could be two things: physician global activity")).to_be_visible()
    page.get_by_role("button", name="It is Patient global activity, cm").click()
    expect(page.locator(".mt-code").first).to_contain_text("ColumnMapping('PGA', 'patient_global_cm')")
    expect(page.get_by_role("button", name="It is Physician global activity, cm")).to_be_hidden()
