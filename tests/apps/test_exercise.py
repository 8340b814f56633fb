"""The exercises of the classroom without a screen: what is decided, said and shown, and that the course keeps it."""

import asyncio
import json

import ipywidgets as widgets
import pytest

import myositis_tools as mt
from myositis_tools.apps.exercise import CourseModel, CourseView, ExerciseModel
from myositis_tools.apps.exercise.course_page_view import CoursePage
from myositis_tools.errors import MissingPackageError, MyositisToolsError, NotFoundError, OptionError
from myositis_tools.lessons import AnswerSheet, course_exercises, find_exercise
from myositis_tools.lessons.exercise import _found

KEYS = course_exercises("ninety_minutes")


def answered_by_hand(panel, answer):
    """Give an answer with the controls themselves, as a person would."""
    controls = panel.answer
    for name, value in answer.items():
        field, one = panel.model.fields[name], controls.fields.get(name)
        if field.takes == "order":
            for place, key in enumerate(value):
                while (now := panel.model.answer[name].index(key)) > place:
                    one[now].up.click()
        elif field.takes == "several":
            for key in field.choices:
                controls.fields[f"{name} {key}"].value = key in value
        else:
            one.value = str(value)
    panel.decide_button.click()


@pytest.mark.parametrize("key", KEYS)
def test_the_controls_give_a_right_and_a_wrong_answer_and_the_picture_comes_after_it(key):
    view = mt.teaching.exercise(key)
    panel, model = view.panel, view.model
    wrong = next(iter(model.exercise.misconceptions().items()))
    answered_by_hand(panel, wrong[1])
    assert panel.trouble.value == ""
    assert (model.tries, model.feedback.misconception, model.points) == (1, wrong[0], 0)
    assert "✗" in panel.feedback.value
    assert panel.pane.figure is None
    assert panel.solved.value == ""
    if len(model.fields) == 1:  # it would be told before a second try
        assert model.feedback.first_difference == ""
    panel.again_button.click()
    answered_by_hand(panel, model.exercise.solution())
    assert model.feedback.correct
    assert "✓" in panel.feedback.value
    assert 0 < model.points < 1  # it was found at the second try
    assert panel.solved.value
    assert panel.trouble.value == ""


def test_a_decided_answer_is_locked_until_she_tries_again():
    view = mt.teaching.exercise("band_edges")
    field = view.panel.answer.fields["total"]
    field.value = "72,5"
    view.panel.decide_button.click()
    assert field.disabled
    with pytest.raises(OptionError, match="decided"):
        view.model.enter("total", "50")
    view.panel.again_button.click()
    assert not field.disabled
    assert field.value == "72,5"


@pytest.mark.parametrize("typed", ["", "a lot", "120", "-1", "nan"])
def test_an_answer_that_is_none_is_refused_with_a_sentence_and_is_no_try(typed):
    view = mt.teaching.exercise("band_edges")
    view.panel.answer.fields["total"].value = typed
    view.panel.decide_button.click()
    assert view.model.tries == 0
    assert "role='alert'" in view.panel.trouble.value
    assert "should not have happened" not in view.panel.trouble.value
    view.panel.answer.fields["total"].value = "50"
    view.panel.decide_button.click()
    assert view.panel.trouble.value == ""


def test_what_is_typed_is_text_and_no_part_of_the_page():
    view = mt.teaching.exercise("band_edges")
    view.panel.answer.fields["total"].value = "<img src=x onerror=alert(1)>"
    view.panel.decide_button.click()
    assert "<img" not in view.panel.trouble.value
    view.panel.answer.fields["total"].value = "9" * 10_000_000  # as pasted
    view.panel.decide_button.click()
    assert len(view.panel.trouble.value) < 1000


def test_one_line_of_code_gives_the_answer_the_hints_and_the_solution():
    view = mt.teaching.exercise("band_edges")
    assert view.model.as_code() == "exercise.check(...)"
    with pytest.raises(OptionError, match="first"):
        view.solution()
    wrong = view.check(72.5)
    assert wrong.misconception == "upper_edge"
    assert "72" not in wrong.says
    assert repr(wrong) == f"✗ {wrong.says}"
    assert view.panel.answer.fields["total"].value == "72.5"
    assert [view.hint(), view.hint(), view.hint()] == [*view.model.exercise.hints, view.model.exercise.hints[1]]
    assert view.panel.hint_button.disabled
    assert view.panel.hints.value.count("<li>") == 2
    right = view.solution()
    assert view.check(right).correct
    assert view.model.points == 0  # the solution was seen first
    assert view.panel.pane.figure is not None


def test_code_by_field_names_every_field_and_gives_no_answer_away():
    model = ExerciseModel(find_exercise("cost"))
    choices = sorted(next(iter(model.fields.values())).choices)
    assert model.as_code() == f"exercise.check({choices!r})"
    assert "'P017': ..." in ExerciseModel(find_exercise("edge_triage")).as_code()


def test_nothing_on_the_page_says_the_answer_before_a_try():
    for key in ("by_hand", "drugs", "draw_it"):
        view = mt.teaching.exercise(key)
        assert view.panel.solved.value == ""
        assert view.panel.solution_button.disabled
        shown = json.dumps([one.get_state() for one in widgets_in(view)], default=str)
        assert view.model.exercise.solution_text not in shown


def widgets_in(box):
    for one in getattr(box, "children", ()):
        yield one
        yield from widgets_in(one)


def test_a_picture_that_needs_a_package_is_missed_and_the_solution_is_not(monkeypatch):
    def lacks(_):
        raise MissingPackageError("This needs the package statsmodels, which is not installed here.")

    monkeypatch.setattr("myositis_tools.apps.exercise.view.draw_solution", lacks)
    view = mt.teaching.exercise("band_edges")
    view.check(50)
    assert "statsmodels" in view.panel.trouble.value
    assert view.panel.solved.value


def test_the_learners_line_and_then_the_computed_one_are_drawn():
    view = mt.teaching.exercise("draw_it")
    for field in view.panel.answer.fields.values():
        field.value = "20"
    assert len(view.panel.answer.line.figure.data) == 2
    view.panel.decide_button.click()
    view.panel.solution_button.click()
    own, computed = (list(trace.y) for trace in view.panel.answer.line.figure.data[:2])
    assert own == [20, 20, 20]
    solution = view.model.exercise.solution()
    assert computed == [solution[name] for name in ("IVIg_12", "IVIg_26", "IVIg_52")]


def test_a_slider_and_its_number_say_the_same():
    view = mt.teaching.exercise("wider")
    fields = view.panel.answer.fields
    fields["months slider"].value = 14
    assert fields["months"].value == "14"
    fields["months"].value = "16"
    assert fields["months slider"].value == 16
    assert view.model.number_of("months") == 16


def test_an_order_is_moved_step_by_step_and_says_so():
    view = mt.teaching.exercise("cost")
    rows = view.panel.answer.fields["order"]
    first = view.model.answer["order"][0]
    assert rows[0].up.disabled
    rows[0].down.click()
    assert view.model.answer["order"][1] == first
    assert "2" in view.panel.answer.said.value
    assert rows[0].down.tooltip.startswith("Move ")


def test_a_row_of_several_drugs_is_asked_once():
    exercise = find_exercise("drugs", seat=3)
    view = mt.teaching.exercise("drugs", seat=3)
    assert len(exercise.material) > len(exercise.fields)
    groups = [one for one in widgets_in(view.panel.answer) if isinstance(one, widgets.ToggleButtons)]
    assert len(groups) == len(exercise.fields)


def test_a_closed_exercise_leaves_no_widget_open():
    view = mt.teaching.exercise("edge_triage")
    view.check(view.model.exercise.solution())
    inside = list(widgets_in(view))
    view.close()
    assert all(one.comm is None for one in inside)
    view.model.take_hint()  # whoever holds the model can go on


# ------------------------------------------------------------------------------------------------------------- a course


def test_a_course_goes_to_and_fro_and_counts(tmp_path):
    view = CourseView(CourseModel("twenty_minutes", seat=3, folder=tmp_path))
    keys = view.model.keys
    assert view.previous_button.disabled
    view.panel.model.check(view.panel.model.exercise.solution())
    view.next_button.click()
    view.panel.model.check(next(iter(view.panel.model.exercise.misconceptions().values())))
    assert view.numbers[0].description.endswith("✓")
    assert view.numbers[1].description.endswith("✗")
    assert repr(view).endswith(f"2 of {len(keys)} exercises decided · 1 of {len(keys)} points")
    view.numbers[-1].click()
    assert view.next_button.disabled
    view.previous_button.click()
    assert view.panel.model.exercise.key == keys[-2]
    assert len(list(tmp_path.glob("*.json"))) == 1
    name, content = view.model.as_file()
    assert content == (tmp_path / name).read_bytes()


def test_the_next_exercise_is_computed_while_she_works_on_this_one():
    async def open_course():
        view = CourseView(CourseModel("twenty_minutes", seat=91))
        begun = view.model._begun[view.model.keys[1]]
        begun.join(60)
        computed = _found.cache_info().currsize
        view.next_button.click()
        return computed, view.panel.model.exercise.key == view.model.keys[1]

    before = _found.cache_info().currsize
    computed, is_next = asyncio.run(open_course())
    assert computed == before + 2
    assert is_next


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_lost(tmp_path):
    (tmp_path / "file").write_text("no folder")
    view = CourseView(CourseModel("twenty_minutes", seat=3, folder=tmp_path / "file" / "deeper"))
    view.panel.model.check(view.panel.model.exercise.solution())
    assert "could not be handed in" in view.trouble.value
    assert view.model.points == 1
    assert view.model.as_file()[1]


def test_the_page_asks_for_a_seat_unless_its_address_names_one(monkeypatch, tmp_path):
    monkeypatch.setenv("MYOSITIS_TOOLS_ANSWERS", str(tmp_path))
    page = CoursePage("twenty_minutes")
    page._go({"reads": "de", "course": "<no course>"})
    assert page.start_button.description == "Beginnen"
    for typed in ("", "three", "-1", "1.5", "9" * 400):
        page.seat.value = typed
        page.start_button.click()
        assert page.course is None
        assert "role='alert'" in page.trouble.value
    page._go({"seat": "<b>", "language": "xx"})
    assert page.course is None
    page._go({"seat": "4", "course": "twenty_minutes", "language": "nl"})
    assert page.course.model.seat == 4
    sheet = page.course.model.sheet
    said = {
        "seat": "4",
        "course": "twenty_minutes",
        "language": "nl",
        "exercise": page.course.model.keys[0],
        "sheet": sheet.sheet,
    }
    assert page.address.address == said
    assert page.course.model.folder == tmp_path
    assert repr(page.course).startswith("Twintig minuten")
    before = page.course
    page.language.value = "de"  # what is decided stays
    assert before.comm is None
    assert before.panel.comm is None
    assert page.language.comm is not None
    assert repr(page.course).startswith("Zwanzig Minuten")
    assert page.course.model.sheet is sheet


def test_a_page_that_is_loaded_again_goes_on_where_it_was_left(monkeypatch, tmp_path):
    monkeypatch.setenv("MYOSITIS_TOOLS_ANSWERS", str(tmp_path))
    page = CoursePage("twenty_minutes")
    page._go({"seat": "4"})
    left = page.course.panel.model
    left.take_hint()
    left.choose_confidence(75)
    left.check(next(iter(left.exercise.misconceptions().values())))
    page.course.next_button.click()
    again = CoursePage("twenty_minutes")
    again._go(page.address.address)
    assert again.course.model.place == 1
    again.course.previous_button.click()
    found = again.course.panel.model
    assert (found.answer, found.tries, found.hints_taken) == (left.answer, 1, 1)
    assert found.feedback == left.feedback
    assert again.course.numbers[0].description.endswith("✗")
    found.try_again()
    found.check(found.exercise.solution())
    assert 0 < found.points < 1
    sheets = [AnswerSheet.read(path) for path in tmp_path.iterdir()]
    assert [(len(sheet.tries), sheet.tries[0].confidence) for sheet in sheets] == [(2, 75)]
    for mark in ("../" + found.sheet.sheet, "0" * 16, "*", ""):  # another mark is another sheet
        other = CoursePage("twenty_minutes")
        other._go({"seat": "4", "sheet": mark})
        assert other.course.model.decided == 0


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: mt.teaching.exercise("band_edge"), NotFoundError),
        (lambda: mt.teaching.exercise("band_edges", language="fr"), OptionError),
        (lambda: mt.teaching.exercise("band_edges", seat=-1), OptionError),
        (lambda: mt.teaching.course("a_year"), OptionError),
        (lambda: mt.teaching.exercise("edge_triage").check(3), MyositisToolsError),
        (lambda: ExerciseModel(find_exercise("band_edges")).enter("totl", 1), NotFoundError),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(call, kind):
    with pytest.raises(kind):
        call()
