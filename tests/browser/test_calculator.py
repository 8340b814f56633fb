"""The calculator in a real browser: fields, menus, examples; the receipt follows, and a wrong value is a sentence."""

import pytest
from playwright.sync_api import expect

from tests.browser.app import NARROW, WIDE, copied_code, open_app, wait_until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["app", "lab"])
def test_every_control(page_of, kind):
    page = open_app(page_of, kind, "calculator")
    headline, trouble = page.locator(".mt-headline"), page.locator(".mt-error")
    expect(headline).to_contain_text("Total Improvement Score")
    menus = page.locator(".mt-controls select:visible")
    examples = menus.nth(0)

    # the first published patient (derived total: see data/published)
    examples.select_option(index=1)
    expect(headline).to_contain_text("52.5 of 100")
    expect(headline).to_contain_text("moderate")

    # a field left empty: no total, and bounds
    fields = page.locator(".mt-controls input[type=text]:visible")
    last = fields.last
    last.fill("1.")  # stroke by stroke: the app answers before the next one
    expect(page.locator(".mt-code").first).to_contain_text("1.0]")
    last.press_sequentially("5")
    expect(page.locator(".mt-code").first).to_contain_text("1.5]")
    expect(last).to_have_value("1.5")
    last.fill("")
    last.press("Tab")
    expect(headline).not_to_contain_text("52.5 of 100")
    expect(headline).to_contain_text("Between")

    # an impossible value: a sentence, and the last good receipt stays
    before = headline.inner_text()
    last.fill("47")
    last.press("Tab")
    expect(trouble).to_be_visible()
    expect(trouble).to_contain_text("0 to 10")
    expect(headline).to_have_text(before)
    last.fill("0")
    last.press("Tab")
    expect(trouble).to_have_count(0)
    expect(headline).to_contain_text("52.5 of 100")

    # thresholds of children, where the same points make another class
    menus.nth(1).select_option(index=1)
    expect(page.locator(".mt-code").first).to_contain_text("juvenile")
    menus.nth(1).select_option(index=0)
    expect(page.locator(".mt-code").first).not_to_contain_text("juvenile")
    expect(menus).to_have_count(5)  # the two menus for children are gone again

    # every other menu changes the code
    for place, option in ((2, 1), (3, 1), (4, 2)):
        code = page.locator(".mt-code").first.inner_text()
        menus.nth(place).select_option(index=option)
        expect(page.locator(".mt-code").first).not_to_have_text(code)

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(headline).to_contain_text("of 100")
    assert "mt.explain_total_improvement(" in copied_code(page)
    page.get_by_role("button", name="Empty all fields").click()
    expect(headline).to_contain_text("No value has been entered yet")


# The heads of the two columns stand over every pair of fields; sentence, bar and fields are in the window together.
_IN_COLUMNS = """() => {
    const box = (one) => one.getBoundingClientRect();
    const desk = [...document.querySelectorAll('.mt-visits')].find(one => one.offsetParent);
    const [heads, ...pairs] = [...desk.querySelectorAll('.mt-pair')];
    const [, ...words] = [...heads.children];
    const over = pairs.every(pair => [...pair.querySelectorAll('input')].every((field, place) =>
        Math.abs(box(field).left - box(words[place]).left) <= 2 && box(field).top >= box(words[place]).bottom - 2));
    const bar = box(desk.querySelector('.mt-score')), sentence = box(desk.querySelector('.mt-headline'));
    return words.map(word => word.textContent.trim()).join() === 'Baseline,Now' && pairs.length === 6 && over
        && bar.top >= sentence.bottom && bar.bottom <= box(pairs[0]).top && box(pairs[5]).bottom <= innerHeight
        && desk.querySelector('.mt-card').scrollWidth <= desk.querySelector('.mt-card').clientWidth + 1; }"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_two_columns_have_heads_and_the_score_on_its_zones_is_in_sight(page_of, width):
    page = open_app(page_of, "app", "calculator", width=width, height=900)
    wait_until(page, _IN_COLUMNS)
    for when in ("baseline", "now"):
        expect(page.get_by_role("textbox", name=f"Physician global activity (0 to 10 cm), {when}")).to_be_visible()
    # a decimal comma is read as a point: 5.5 to 2.5 cm earns 17.5 points where 5.5 to 0.5 cm earned 20
    field = page.get_by_role("textbox", name="Physician global activity (0 to 10 cm), now")
    field.fill("2,5")
    expect(page.locator(".mt-headline:visible")).to_contain_text("50 of 100")
    expect(field).to_have_value("2,5")
    expect(page.get_by_role("img", name="50 points earned")).to_be_visible()
