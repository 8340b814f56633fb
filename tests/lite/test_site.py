"""In a browser tab, with nothing installed: the same answers, every app, the course, and no word from elsewhere."""

import io

import pandas as pd
import pytest
from playwright.sync_api import expect

import myositis_tools as mt
from myositis_tools.lessons import find_exercise
from tests.browser.app import CALLS
from tests.browser.test_exercises import answer
from tests.lite.conftest import outputs, printed

pytestmark = pytest.mark.browser
NEEDS_STATSMODELS = "effects"
LESSONS = ("00_start_here", "01_eligibility", "02_unknown_is_an_answer", "03_total_improvement_score")


def test_decisions_and_scores_are_the_same_cell_for_cell(run_in_tab):
    page = run_in_tab(
        "import myositis_tools as mt\n"
        "print(mt.TIME_IS_MUSCLE.decide(mt.load_screening()).to_csv(index=False))\n"
        "print('=====')\n"
        "print(mt.score_total_improvement(mt.load_visits()).to_csv(index=False))"
    )
    given = [pd.read_csv(io.StringIO(one), dtype=str) for one in printed(page).split("=====\n")]
    here = [mt.TIME_IS_MUSCLE.decide(mt.load_screening()), mt.score_total_improvement(mt.load_visits())]
    for there, table in zip(given, here, strict=True):
        expected = pd.read_csv(io.StringIO(table.to_csv(index=False)), dtype=str)
        pd.testing.assert_frame_equal(there, expected)


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_runs_from_top_to_bottom(open_notebook, name):
    page = open_notebook(name)
    assert [one for one in outputs(page) if one["output_type"] == "error"] == []


@pytest.mark.parametrize("name", [name for name in CALLS if name != NEEDS_STATSMODELS])
def test_an_app_shows_its_picture(run_in_tab, name):
    page = run_in_tab(f"import myositis_tools as mt\n\nmt.apps.{CALLS[name]}()")
    expect(page.locator(".mt-pane .js-plotly-plot .main-svg, .mt-desk .dt-container tbody").first).to_be_visible()
    assert printed(page) == ""


def test_the_calculator_answers(run_in_tab):
    page = run_in_tab("import myositis_tools as mt\n\nmt.apps.calculate_total_improvement()")
    headline = page.locator(".mt-headline").first
    expect(headline).to_contain_text("52.5")
    typed = page.get_by_role("textbox", name="Physician global, now")
    typed.fill("5")
    typed.press("Tab")
    expect(headline).not_to_contain_text("52.5")


def test_a_limit_is_moved_by_keyboard(run_in_tab):
    page = run_in_tab("import myositis_tools as mt\n\nmt.apps.explore_eligibility()")
    headline = page.locator(".mt-headline").first
    expect(headline).to_contain_text("75")
    handle = page.locator(".noUi-handle").nth(1)
    before = handle.get_attribute("aria-valuenow")
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).not_to_have_attribute("aria-valuenow", before)


def test_what_a_tab_lacks_is_said_in_one_sentence(run_in_tab):
    page = run_in_tab("import myositis_tools as mt\n\nmt.apps.explore_effects()")
    [said] = [one for one in outputs(page) if one["output_type"] == "error"]
    assert said["ename"] == "MissingPackageError"
    assert said["evalue"].startswith("This needs the package statsmodels, which is not installed here.")


def test_the_course_is_solved_once_wrongly_and_once_rightly(run_in_tab):
    page = run_in_tab("import myositis_tools as mt\n\nmt.teaching.exercise('band_edges')")
    exercise = find_exercise("band_edges")
    answer(page, exercise, next(iter(exercise.misconceptions().values())), "")
    expect(page.locator(".mt-feedback")).to_contain_text("Not yet.")
    page.get_by_role("button", name="Try again").click()
    answer(page, exercise, exercise.solution(), "")
    expect(page.locator(".mt-feedback")).to_contain_text("Right.")
