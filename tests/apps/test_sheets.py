"""The calculators for one sheet: the model without a screen, the view by its widgets."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps import calculate_eular_acr, calculate_haq_di, calculate_mmt
from myositis_tools.apps.forms.view import SheetView
from myositis_tools.errors import ImpossibleValueError, MyositisToolsError, OptionError, WrongTypeError
from tests.apps.test_export import files_of, upload_to

CALCULATORS = {"eular_acr": calculate_eular_acr, "haq_di": calculate_haq_di, "mmt": calculate_mmt}


@pytest.fixture(params=CALCULATORS)
def app(request) -> SheetView:
    return CALCULATORS[request.param]()


def test_the_first_screen_is_complete(app):
    assert repr(app) == app.model.headline
    assert app.model.headline.endswith(".")
    assert "<table>" in app.slip.value
    assert all(pane.figure is not None for pane in app.panes.values())
    assert app.trouble == ""


def test_an_empty_sheet_is_open_and_an_answer_moves_the_bounds(app):
    app.clear_button.click()
    assert set(app.model.answers.values()) == {None}
    assert app.trouble == ""
    assert app.model.headline == "No answer has been entered yet."
    assert app.slip.value == ""
    for pane in app.panes.values():
        assert [words.text for words in pane.figure.layout.annotations] == ["There are no points to draw."]
    before = app.model.headline
    name = next(name for name in app.fields if app.model.is_asked(name) and name != "better_explained")
    field = app.fields[name]
    field.value = "3" if hasattr(field, "placeholder") else True if True in dict(field.options).values() else 3
    assert app.model.answers[name] is not None
    assert app.model.headline != before
    assert "<table>" in app.slip.value


def test_the_points_of_the_receipt_add_up_to_the_score():
    eular, haq, mmt = (CALCULATORS[name]().model for name in CALCULATORS)
    points = eular.result.receipt["points"].sum()
    assert points == pytest.approx(eular.result.scored["score_min"])
    assert points + eular.result.receipt["points_open"].sum() == pytest.approx(eular.result.scored["score_max"])
    assert haq.result.receipt["points"].mean() == haq.result.scored["haq_di"]
    assert mmt.result.receipt["points"].sum() == mmt.result.scored["mmt8_150_min"]


def test_eular_acr_by_hand():
    # Lundberg 2017, without biopsy: 2.1 for 40 years or more, 0.8 legs, 3.1 heliotrope, 1.3 enzymes, 3.9 anti-Jo-1.
    app = calculate_eular_acr()
    assert app.model.headline == (
        "Between 7.3 and 11.2 points: the category depends on the missing items; dermatomyositis."
    )
    app.fields["anti_jo1"].value = False
    assert app.model.headline == "7.3 points, probability 87.8 %: probable; dermatomyositis."
    app.fields["better_explained"].value = True
    assert app.model.headline == "Another disease explains the findings better: the criteria do not apply."
    assert app.slip.value == ""  # nor do their points
    assert "most points" not in "".join(pane.figure.layout.title.text for pane in app.panes.values())
    app.fields["better_explained"].value = False
    app.fields["anti_jo1"].value = ""
    app.fields["gottron_sign"].value = True
    assert app.model.headline.startswith("Between 10.6 and 14.5 points: definite")
    assert "Undecided" not in app.slip.value


def test_a_biopsy_finding_without_a_biopsy_is_refused_and_does_not_stay_on_the_button():
    app = calculate_eular_acr()
    app.fields["biopsy_available"].value = True
    app.fields["biopsy_rimmed_vacuoles"].value = True
    app.fields["biopsy_available"].value = False
    assert "biopsy" in app.trouble
    assert app.model.answers["biopsy_available"] is True
    assert app.fields["biopsy_available"].value is True
    app.fields["heliotrope"].value = False
    assert app.trouble == ""


def test_an_unknown_biopsy_lists_the_items_of_both_models():
    model = calculate_eular_acr().model
    model.enter("biopsy_available", None)
    assert model.result.receipt["label"].str.contains("without biopsy").any()
    assert model.result.receipt["label"].is_unique


def test_a_point_just_typed_does_not_vanish():
    app = calculate_eular_acr()
    field = app.fields["onset_age_years"]
    for typed in ("5", "54", "54.", "54.5", "54,5"):
        field.value = typed
        assert (field.value, app.model.answers["onset_age_years"]) == (typed, float(typed.replace(",", ".")))


def test_haq_by_hand():
    # 1 in every item; walking 0 with an aid counts 2, grip 3: (6 * 1 + 2 + 3) / 8 = 1.375. Without aids walking is 0.
    app = calculate_haq_di()
    assert app.model.headline == "HAQ-DI 1.375 of 3: 8 of 8 categories answered."
    assert "secondary: an aid raises a category" in app.slip.value
    # "8 of 8 answered" and "1 not recorded" would disagree: of one category an item is open
    assert app.panes["categories"].figure.layout.title.text == (
        "This sheet: most points come from grip, 3; 1 recorded in part"
    )
    app.menus["aids"].value = 1
    assert app.model.headline == "HAQ-DI 1.125 of 3: 8 of 8 categories answered."
    assert not app.model.is_asked("aid_grip")


def test_mmt_by_hand():
    # 7 + 8 + 8 + eleven times 9 = 122, and 10 more at most for the muscle not graded.
    app = calculate_mmt()
    assert app.model.headline == "MMT-8 (of 150): between 122 and 132, a loss of 12 to 18.7 %."
    app.fields["gluteus_medius_left"].value = "9"
    assert app.model.headline == "MMT-8 (of 150): 131, a loss of 12.7 %."
    app.menus["scale"].value = 1
    assert app.model.headline == "MMT-8 (of 80): 69, a loss of 13.8 %."
    assert not app.model.is_asked("deltoid_left")
    app.menus["side"].value = 1
    assert app.model.is_asked("deltoid_left")


def test_a_trace_is_refused_until_it_is_said_what_it_counts_as():
    app = calculate_mmt()
    app.fields["deltoid_right"].value = "t"
    assert app.model.text_of("deltoid_right") == "t"
    assert app.trouble
    before = app.model.headline
    app.menus["trace"].value = 1
    app.fields["deltoid_right"].value = "T"
    assert app.model.answers["deltoid_right"] == "T"
    assert app.model.headline != before
    assert "trace grade counted as 0" in app.slip.value
    assert app.trouble == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("11", "11 is not possible"),
        ("7,5", "whole number"),
        ("7.5", "whole number"),
        ("1,234", "whole number"),
        ("x", "not a number"),
    ],
)
def test_what_cannot_be_is_said_kept_in_its_field_and_changes_nothing(typed, said):
    app = calculate_mmt()
    before = app.model.headline
    app.fields["neck_flexors"].value = typed
    assert said in app.trouble
    assert app.fields["neck_flexors"].value == typed
    assert app.model.headline == before
    app.fields["neck_flexors"].value = "7"
    assert app.trouble == ""


def test_undo_reset_and_a_saved_view(app):
    start = app.model.state()
    saved = files_of(app)[f"{app.model.form.name}_view.json"]
    app.clear_button.click()
    assert app.model.state() != start
    app.undo_button.click()
    assert app.model.state() == start
    app.clear_button.click()
    upload_to(app, saved)
    assert app.model.state() == start
    app.clear_button.click()
    app.reset_button.click()
    assert app.model.state() == start


def test_a_file_that_is_no_view_is_said_to_be_so(app):
    before = app.model.state()
    upload_to(app, b'{"answers": 3}')
    assert "no saved view of this app" in app.trouble
    assert app.model.state() == before


def test_the_code_gives_the_same_score(app):
    code = app.model.as_code()
    lines = code.splitlines()
    names: dict[str, object] = {}
    exec("\n".join([*lines[:-1], f"scored = {lines[-1]}"]), names)  # noqa: S102 - the code under test
    shared = [name for name in app.model.result.scored.index if name in names["scored"].columns and name != "case_id"]
    ours = pd.DataFrame([app.model.result.scored[shared]]).astype("object").reset_index(drop=True)
    assert ours.compare(names["scored"][shared].astype("object").reset_index(drop=True)).empty


def test_answers_that_cannot_be_are_refused_at_the_call():
    with pytest.raises(OptionError, match="did you mean 'heliotrope'"):
        calculate_eular_acr({"heliotrop": True})
    with pytest.raises(WrongTypeError):
        calculate_eular_acr({"heliotrope": "yes"})
    with pytest.raises(ImpossibleValueError, match="whole number"):
        calculate_haq_di({"haq_grip_1": 4})
    with pytest.raises(MyositisToolsError):
        calculate_mmt(scale="mmt9")


def test_the_figures_for_notebooks_draw_what_their_frames_say():
    sheet = calculate_mmt().model.sheet()
    receipt = mt.figures.muscle_receipt(sheet, scale="mmt8_150")
    drawn = mt.figures.plot_muscle_map(sheet, scale="mmt8_150")
    grades = next(trace for trace in drawn.data if trace.uid == "grades")
    assert float(pd.DataFrame(grades.z).sum().sum()) == receipt["points"].sum() == 122
    assert "? not graded" in next(trace for trace in drawn.data if trace.uid == "open").text
    case = calculate_eular_acr().model.sheet()
    bounds = mt.figures.classification_bounds_frame(case)
    assert bounds[["score_min", "score_max"]].to_numpy().tolist() == [[7.3, 11.2]]
    drawn = mt.figures.plot_classification_bounds(case)
    bar = next(trace for trace in drawn.data if trace.uid == "bounds")
    assert (bar.base[0], bar.x[0]) == (7.3, pytest.approx(3.9))
    limits = [next(trace for trace in drawn.data if trace.uid == f"category_{level}").base[0] for level in range(4)]
    assert limits == [0, 5.3, 5.5, 7.5]  # Lundberg 2017, abstract, without biopsy


def test_two_models_are_drawn_where_the_biopsy_is_unknown():
    model = calculate_eular_acr().model
    model.enter("biopsy_available", None)
    assert list(mt.figures.classification_bounds_frame(model.sheet())["model"]) == ["without_biopsy", "with_biopsy"]


def test_nothing_to_draw_says_why():
    case = calculate_eular_acr().model.sheet().assign(better_explained=True)
    drawn = mt.figures.plot_classification_bounds(case)
    assert "no case to which the criteria apply" in drawn.layout.annotations[0].text
