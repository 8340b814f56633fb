"""Every control of an app, moved in a real browser as it is declared; the page then says the code of its model."""

import pytest
from playwright.sync_api import expect

from myositis_tools import apps
from myositis_tools.apps.trajectories.pictures import PICTURES
from tests.apps.another import another
from tests.browser.app import open_app

pytestmark = pytest.mark.browser

OPENED = {
    "trajectories": apps.explore_trajectories,
    "effects": apps.explore_effects,
    "design": apps.explore_design,
    "eligibility": apps.explore_eligibility,
}


def move(page, choice, words):
    """Choose something in the control of a choice, as a person does."""
    label = choice.label + (f" ({choice.unit})" if choice.unit else "")
    box = page.locator(f".mt-controls .widget-vbox:has(> .widget-html .mt-label:text-is({label!r}))").last
    if choice.kind in ("menu", "several"):
        box.locator("select").select_option(label=words)
    elif choice.kind in ("radio", "check"):
        (box if choice.label else page.locator(".mt-controls")).locator("label", has_text=words).first.click()
    elif choice.kind == "stops":
        box.locator(".noUi-handle").focus()
        page.keyboard.press("ArrowRight")
    else:
        box.locator("input").fill(words)
        box.locator("input").press("Enter")


@pytest.mark.parametrize("name", OPENED)
def test_every_control_moves_the_app(page_of, name):
    page, view = open_app(page_of, "app", name), OPENED[name]()
    code = page.locator(".mt-code").first
    for choice, declared in view.model.DECLARED.items():
        if choice not in view.labelled:
            continue
        if name == "trajectories":  # a control is there where the open picture asks for it
            picture = next(key for key, one in PICTURES.items() if choice in (*one.follows, "patient_id"))
            page.get_by_role("tab", name=PICTURES[picture].label, exact=True).click()
            view.tabs.selected_index = list(PICTURES).index(picture)
        words, value = another(view.model, choice)
        view.controls[choice].value = value
        move(page, declared, words)
        expect(code, choice).to_have_text(view.model.as_code())
    expect(page.locator(".mt-error")).to_have_count(0)
