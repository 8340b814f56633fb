"""A course in a real browser: each kind of control once wrong and once right, by mouse and by keyboard."""

import json

import pytest
from playwright.sync_api import expect

from myositis_tools.lessons import course_exercises, find_exercise
from tests.browser.app import NARROW, WIDE, fits

pytestmark = pytest.mark.browser
# one of each kind of control, and the key with which its buttons are pressed; none is the mouse
ASKED = {"edge_triage": "", "band_edges": "", "ceiling": " ", "worse": "", "draw_it": "", "cost": "Enter", "wider": ""}
COURSE = "import myositis_tools as mt\n\nmt.teaching.course()"


def press(button, key):
    """Press a button: by a key where one is named, else by the mouse."""
    if key:
        button.focus()
        button.press(key)
    else:
        button.click()


def answer(page, exercise, given, key):
    """Give an answer with the controls of the exercise in sight."""
    for field in exercise.fields:
        value = given[field.name]
        if field.takes == "number":
            typed = page.get_by_role("textbox", name=field.label).last
            typed.fill(f"{value:g}")
            typed.press("Tab")
        elif field.takes == "one":
            press(page.get_by_role("group", name=field.label).get_by_text(field.choices[value], exact=True), key)
        elif field.takes == "several":
            for choice, words in field.choices.items():
                page.get_by_role("checkbox", name=words).set_checked(choice in value)
        else:
            move(page, field, value, key)
    press(page.get_by_role("button", name="I have decided"), key)


def move(page, field, order, key):
    """Move the choices into an order; after each step the same key moves the same one on."""
    rows = page.locator(".mt-order-row")
    for place, choice in enumerate(order):
        shown = [text.partition(" ")[2] for text in rows.all_inner_texts()]
        now = next(row for row, text in enumerate(shown) if text.endswith(field.choices[choice]))
        press(page.get_by_role("button", name=f"Move {field.choices[choice]} up"), key) if now > place else None
        for step in range(now - 1, place, -1):
            expect(rows.nth(step)).to_contain_text(field.choices[choice])
            page.keyboard.press(key)  # the keyboard stays with what was moved


def test_each_kind_of_control_takes_a_wrong_and_a_right_answer(page_of, notebook_of):
    page = page_of("lab", notebook_of(COURSE), height=1500)
    keys = course_exercises()
    for key, pressed in ASKED.items():
        page.get_by_role("button", name=f"Exercise {keys.index(key) + 1}:").click()
        exercise = find_exercise(key)
        title = page.locator(".mt-exercise .mt-title")
        expect(title).to_have_text(exercise.title)
        expect(page.get_by_role("button", name="Show the solution")).to_be_disabled()
        feedback = page.locator(".mt-feedback")
        answer(page, exercise, next(iter(exercise.misconceptions().values())), pressed)
        expect(feedback).to_contain_text("Not yet.")
        press(page.get_by_role("button", name="Hint 1 of 2"), pressed)
        expect(page.locator(".mt-hints")).to_contain_text(exercise.hints[0])
        press(page.get_by_role("button", name="Try again"), pressed)
        answer(page, exercise, exercise.solution(), pressed)
        expect(feedback).to_contain_text("Right.")
        expect(page.locator(".mt-exercise .mt-error")).to_have_count(0)
    expect(page.locator(".mt-course-said")).to_contain_text(f"{len(ASKED)} of {len(keys)} points")

    fits(page, NARROW)
    fits(page, WIDE)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my answers").click()
    assert json.loads(saved.value.path().read_text())
