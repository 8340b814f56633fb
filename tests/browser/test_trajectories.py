"""The trajectory explorer in a real browser: every control moved, a patient chosen, the code copied."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import NARROW, WIDE, click_in, copied_code, fits, open_app, wait_until

pytestmark = pytest.mark.browser


def menu(page, title):
    return page.locator(f".mt-controls select[title='{title}']")


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = open_app(page_of, kind, "trajectories", width=NARROW if kind == "lab" else WIDE)
    fits(page, WIDE)
    headline = page.locator(".mt-headline")
    expect(headline).to_contain_text("patients were seen more than once")

    # measure and grouping: the sentence on top and the axis follow
    menu(page, "Measure").select_option(label="Total Improvement Score, points")
    expect(headline).to_contain_text("Total Improvement Score")
    wait_until(
        page,
        "document.querySelector('.mt-pane .js-plotly-plot').layout.yaxis.title.text"
        ".includes('Total Improvement Score')",
    )
    menu(page, "Group by").select_option(label="subtype")
    expect(headline).to_contain_text("by subtype")

    # scale, lines or summary, median or mean
    menu(page, "Measure").select_option(index=0)
    for words, code in (
        ("change since baseline", "scale='change'"),
        ("% of range, up is better", "scale='percent_of_range'"),
        ("summary of each group", "show='summary'"),
        ("mean with", "summary='mean'"),
    ):
        page.locator(".mt-controls label", has_text=words).first.click()
        expect(page.locator(".mt-code").first).to_contain_text(code)

    # visits
    page.locator(".mt-controls .widget-select-multiple select").select_option(["week 0", "week 12"])
    expect(page.locator(".mt-code").first).to_contain_text("weeks=")

    # a patient, by name; a name that is nobody's is a sentence, not a traceback
    field = page.locator(".mt-controls input[type=text]")
    field.fill("P073")
    field.press("Enter")
    chosen(page, "P073")
    field.fill("P999999")
    field.press("Enter")
    expect(page.locator(".mt-error")).to_contain_text("P999999")
    field.fill("P051")
    field.press("Enter")
    expect(page.locator(".mt-error")).to_have_count(0)
    chosen(page, "P051")

    # or in the table
    page.get_by_role("tab", name="Patients").click()
    expect(page.locator("table.dataTable tbody tr", has_text="P051")).to_be_visible()  # not the row "No data"
    page.locator(".dt-search input").fill("P106")
    page.locator("table.dataTable tbody tr", has_text="P106").click()
    chosen(page, "P106")

    # the code that is copied is the code that is shown
    assert "mt.apps.explore_trajectories(" in copied_code(page)

    page.get_by_role("button", name="Undo", exact=True).click()
    chosen(page, "P051")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator(".mt-code").first).not_to_contain_text("summary='mean'")


OPEN = "document.querySelector('.widget-tab-contents > .mt-pane:not(.lm-mod-hidden) .js-plotly-plot')"
CODE = ".mt-code"


def open_tab(page, name):
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    # the drawing of the open tab has its box's width: before that a click would miss
    wait_until(
        page,
        f"() => {{ const plot = {OPEN}, drawing = plot?.querySelector('.main-svg');"
        "return drawing && plot.clientWidth && Math.abs(drawing.clientWidth - plot.clientWidth) <= 1; }",
    )


def chosen(page, patient):
    """See that a patient is chosen: the code names her, and the profile beneath is hers."""
    expect(page.locator(CODE).first).to_contain_text(f"patient_id='{patient}'")
    wait_until(
        page,
        "name => [...document.querySelectorAll('.js-plotly-plot')].some("
        "one => one.layout?.title?.text?.startsWith(name))",
        arg=f"Patient {patient}",
    )


def follows(page, asked):
    """Wait until the open picture's title or an axis says what was asked for."""
    wait_until(page, f"() => JSON.stringify({OPEN}.layout).includes({asked!r})")


def marked(page, patient):
    """Wait until the open picture points at a patient: by a frame's row, or by its highlight."""
    wait_until(
        page,
        f"""patient => {{ const plot = {OPEN};
            const rows = (plot.layout.yaxis.ticktext ?? []).filter(text => text.includes('▶'));
            const names = plot.data.filter(trace => trace.mode?.includes('text') || trace.showlegend)
                .flatMap(trace => [trace.name ?? '', ...(Array.isArray(trace.text) ? trace.text : [])]);
            return [...rows, ...names].join(' ').includes(patient); }}""",
        arg=patient,
    )


def click_row(page, row):
    """Click the middle of the first cell of a row, in a picture with a row a patient."""
    at = page.evaluate(
        f"""row => {{ const plot = {OPEN}, {{ xaxis, yaxis }} = plot._fullLayout;
            const box = plot.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.l2p(1), box.top + yaxis._offset + yaxis.l2p(row)]; }}""",
        row,
    )
    click_in(page, *at)


def test_a_patient_chosen_in_one_picture_is_marked_in_all(page_of):
    page = open_app(page_of, "app", "trajectories", height=1700)

    # the calendar and the heatmap: a row a patient
    open_tab(page, "Calendar")
    name = page.evaluate(f"() => {OPEN}.layout.yaxis.ticktext[2]")
    click_row(page, 3)  # the first row is the heading of the group
    chosen(page, name)
    wait_until(page, f"() => {OPEN}.layout.yaxis.ticktext[2].includes('▶')")
    for tab in ("Waterfall", "Swimmer", "Category flow", "Points", "Measures", "Two measures", "Prednisone"):
        open_tab(page, tab)
        marked(page, name)
    open_tab(page, "Time to response")
    marked(page, name)

    open_tab(page, "Measures")
    other = page.evaluate(f"() => {OPEN}.layout.yaxis.ticktext[5]")
    click_row(page, 6)
    chosen(page, other)
    open_tab(page, "Swimmer")
    wait_until(page, f"() => {OPEN}.layout.yaxis.ticktext.some(text => text.includes('▶ {other}'))")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".mt-headline")).to_contain_text("patients seen after baseline")


def test_every_control_of_the_pictures(page_of):
    page = open_app(page_of, "app", "trajectories", height=1700)
    code = page.locator(CODE).first

    open_tab(page, "Waterfall")
    menu(page, "At the visit").select_option(label="week 12")
    follows(page, "At week 12,")
    expect(page.locator(".mt-headline")).to_contain_text("at week 12")
    menu(page, "Group by").select_option(label="sex")
    expect(code).to_contain_text("group='sex'")

    open_tab(page, "Two measures")
    follows(page, "Week 12: MMT-8 (of 150) and Total Improvement")
    menu(page, "Against").select_option(label="HAQ-DI")
    follows(page, "MMT-8 (of 150) and HAQ-DI")
    page.locator(".mt-controls label:visible", has_text="change since baseline").click()
    follows(page, "since week 0")

    open_tab(page, "Prednisone")
    page.locator(".mt-controls label:visible", has_text="total").click()
    follows(page, "Total of prednisone, g")
    expect(code).to_contain_text("exposure='cumulative'")

    open_tab(page, "Time to response")
    page.locator(".mt-controls label:visible", has_text="major").click()
    follows(page, "had reached major improvement")
    page.locator(".mt-controls label:visible", has_text="sustained response").click()
    follows(page, "had reached lasting major improvement")

    open_tab(page, "Category flow")
    page.locator(".mt-controls .widget-select-multiple select").select_option(["week 0", "week 12", "week 52"])
    wait_until(page, f"() => {OPEN}.layout.xaxis.ticktext.length === 2")
    expect(code).to_contain_text("weeks=[0, 12, 52]")

    page.get_by_role("button", name="Reset", exact=True).click()
    expect(code).to_contain_text("picture='class_flow'")
    expect(code).not_to_contain_text("level=")
    assert page.locator(".mt-error").count() == 0


RESCUED = """import myositis_tools as mt

visits = mt.load_visits()
visits = visits[visits["arm"].notna()].assign(rescue_week=visits["patient_id"].map({"P051": 6}))
mt.apps.explore_trajectories(visits, picture="swimmer")"""


def test_rescue_is_shown_where_it_is_known(page_of, notebook_of):
    page = page_of("lab", notebook_of(RESCUED), width=1700)
    code, stars = page.locator(CODE).first, f"{OPEN}.data.find(trace => trace.name === 'rescue').x"
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg").first).to_be_visible()
    assert page.evaluate(f"() => {stars}.length") == 0
    menu(page, "Rescue treatment").select_option(label="rescue week")
    wait_until(page, f"() => {stars}.length === 1 && {stars}[0] === 6")
    expect(code).to_contain_text("rescue='rescue_week'")
    expect(page.locator(".mt-results").get_by_text("A star marks rescue treatment")).to_be_visible()
    open_tab(page, "Time to response")
    wait_until(page, f"() => {OPEN}.data.some(trace => trace.name?.endsWith(': rescue') && trace.x.length > 0)")
    open_tab(page, "Calendar")
    expect(menu(page, "Rescue treatment")).to_be_hidden()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(code).not_to_contain_text("rescue=")


def test_nothing_overflows(page_of):
    page = open_app(page_of, "app", "trajectories", width=NARROW)
    for width in (NARROW, WIDE):
        for tab in ("Trajectories", "Calendar", "Two measures", "Time to response"):
            page.get_by_role("tab", name=tab, exact=True).click()
            fits(page, width)
