"""Apps for everybody: names for what is chosen, headings in order, the keyboard, contrast, narrow pages."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.app import CALLS, NARROW, fits, open_app

pytestmark = pytest.mark.browser

NAMES = sorted(CALLS.keys() - {"mapping"})  # whose page is the front page: test_front_door
ZOOMED = 700  # what 1400 pixels are at 200 %

# What axe finds in a page is Voilà's own where it is not in an app. What does not change with a tab is asked once.
_APP, _TAB = ".mt-cohort", ".mt-cohort .widget-tab-contents > :not(.lm-mod-hidden)"
_CONTRAST = {"runOnly": ["color-contrast"]}


def problems(page, place=_APP, **options):
    """What axe-core finds, with the place of each."""
    asked = {"resultTypes": ["violations"], **options}
    found = Axe().run(page, context={"include": [[place]]}, options=asked).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("name", NAMES)
def test_an_app_is_for_everybody(page_of, name):
    """One page for all that is asked of every app: opening one takes longer than to look at it."""
    page = open_app(page_of, "app", name)
    has_headings_and_landmarks(page)
    fields_are_called_what_stands_above_them(page, name)
    page.get_by_text("Export", exact=True).click()
    tabs = page.get_by_role("tab").all()
    assert problems(page) == []
    for tab in tabs:
        open_tab(page, tab)
        assert problems(page, _TAB) == [], tab.text_content()
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert problems(page) == []
    for tab in tabs[::-1]:
        open_tab(page, tab)
        assert problems(page, _TAB, **_CONTRAST) == [], f"{tab.text_content()}, dark"
    fits(page, ZOOMED)
    for tab in tabs:
        tab.click()
        fits(page)


def open_tab(page, tab):
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    page.wait_for_timeout(700)  # a table fades in


def has_headings_and_landmarks(page):
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for region in ("Controls", "Results"):
        expect(page.get_by_role("region", name=region, exact=True)).to_be_visible()
    levels = [int(one.get_attribute("aria-level") or 0) for one in page.locator(".mt-desk [role=heading]").all()]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


# Every field in sight: its name, and the label that is seen above it.
_FIELDS = """() => [...document.querySelectorAll(
    '.mt-controls :is(input:not([type=checkbox], [type=radio], [type=file]), select, .noUi-handle, .widget-readout)')]
  .filter(field => field.offsetParent)
  .map(field => [field.getAttribute('aria-label') || field.labels?.[0]?.textContent || '',
                 field.closest('.mt-control')?.querySelector('.mt-label')?.textContent ?? ''])"""


def fields_are_called_what_stands_above_them(page, name):
    page.wait_for_function(f"() => ({_FIELDS})().every(([name]) => name)")
    fields = page.evaluate(_FIELDS)
    assert fields
    assert [(name, label) for name, label in fields if label not in name] == []
    if name == "calculator":
        expect(page.get_by_role("textbox", name="Physician global activity (0 to 10 cm)")).to_have_count(2)
        expect(page.get_by_role("combobox", name="Response thresholds")).to_be_visible()
    if name == "eligibility":
        expect(page.get_by_role("slider", name="Age at least (years)")).to_be_visible()


def test_the_keyboard_reaches_every_field_and_all_explanations_at_once(page_of):
    page = open_app(page_of, "app", "eligibility")
    first = page.get_by_role("combobox", name="Trial")
    first.focus()
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.type || document.activeElement.getAttribute('role')"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert seen == ["checkbox", "slider", "textbox", "checkbox", "checkbox", "slider"]  # and no sign between them
    slider = page.get_by_role("slider", name="Age at least (years)")
    words = slider.locator("xpath=ancestor::*[contains(@class, 'mt-control')][1]").locator(".mt-more").first
    expect(words).to_be_hidden()
    page.get_by_role("button", name="Explain").press("Enter")
    expect(words).to_be_visible()
    expect(slider).to_have_attribute("aria-description", words.text_content())
    fold = page.get_by_role("button", name="Export", exact=True)
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="Figure (PNG)")).to_be_visible()


# Whether the sentence, (half of) the picture and a control lie in the window, each below the other or beside it.
_IN_SIGHT = """control => {
    const box = (one) => one.getBoundingClientRect();
    const sentence = box(document.querySelector('.mt-headline'));
    const plot = box([...document.querySelectorAll('.js-plotly-plot')].find(one => one.clientWidth));
    const one = control && box(control);
    return sentence.top >= 0 && plot.top >= sentence.bottom && plot.top + Math.min(plot.height / 2, 200) <= innerHeight
        && (!one || (one.top >= sentence.bottom && one.bottom <= innerHeight
                     && (one.right <= plot.left || one.bottom <= plot.top))); }"""


@pytest.mark.parametrize(("kind", "width", "height"), [("app", NARROW, 800), ("app", ZOOMED, 600), ("lab", 1400, 900)])
@pytest.mark.parametrize("name", ["eligibility", "trajectories"])
def test_sentence_picture_and_the_control_that_is_moved_are_in_sight_together(page_of, name, kind, width, height):
    page = open_app(page_of, kind, name, width=width, height=height, controls=False)
    drawer = page.get_by_role("button", name="Controls", exact=True)
    expect(drawer).to_have_attribute("aria-expanded", "false")
    page.locator(".mt-desk").evaluate("desk => desk.scrollIntoView()")
    page.wait_for_function(_IN_SIGHT, arg=None)
    drawer.click()
    expect(drawer).to_have_attribute("aria-expanded", "true")
    fits(page)
    control = page.locator(".mt-controls :is(.noUi-handle, input[type=radio]):visible").nth(3)
    control.scroll_into_view_if_needed()
    control.focus()
    page.wait_for_function(_IN_SIGHT, arg=control.element_handle())
    drawer.click()
    expect(page.locator(".mt-controls")).to_be_hidden()


def test_a_figure_follows_a_dark_page(page_of):
    page = open_app(page_of, "app", "trajectories", color_scheme="dark")
    shown = """() => { const plot = document.querySelector('.mt-pane .js-plotly-plot');
        const look = (part) => getComputedStyle(plot.querySelector(part));
        return [look('.main-svg').backgroundColor, look('.gtitle').fill]; }"""
    assert page.evaluate(shown) == ["rgba(0, 0, 0, 0)", "rgb(232, 236, 240)"]
    page.emulate_media(color_scheme="light")  # and live
    page.wait_for_function(f"() => ({shown})()[1] === 'rgb(27, 31, 36)'")
