"""The calculator: the model without a screen, the view by its widgets."""

import json
import re

import pandas as pd
import pytest

from myositis_tools.apps import calculate_total_improvement
from myositis_tools.apps.calculator import CalculatorModel
from myositis_tools.apps.calculator.receipt import score_receipt
from myositis_tools.errors import MyositisToolsError, OptionError

# From the points table: 17.5 + 2.5 + 10 + 7.5 + 7.5 + 7.5 = 52.5.
BASELINE = {
    "physician_global_cm": 6.0,
    "patient_global_cm": 5.0,
    "mmt8_150": 120,
    "haq_di": 1.5,
    "ck_xuln": 8.0,
    "extramuscular_cm": 3.0,
}
NOW = {
    "physician_global_cm": 3.4,
    "patient_global_cm": 4.0,
    "mmt8_150": 135,
    "haq_di": 1.0,
    "ck_xuln": 3.0,
    "extramuscular_cm": 2.0,
}


@pytest.fixture
def model():
    return CalculatorModel(baseline=BASELINE, now=NOW)


@pytest.fixture
def view():
    return calculate_total_improvement(baseline=BASELINE, now=NOW)


def test_the_receipt_is_that_of_the_score(model):
    assert model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    assert model.receipt["points"].tolist() == [17.5, 2.5, 10, 7.5, 7.5, 7.5]


def test_an_empty_field_gives_bounds_in_words(view):
    view.fields["now", "patient_global"].value = ""  # its 2.5 points go, 10 could be
    assert (
        view.model.headline
        == "Between 50 and 60: at least moderate response, whatever the missing value; major at most."
    )
    view.fields["now", "physician_global"].value = ""
    assert view.model.headline.startswith(
        "Between 32.5 and 62.5: at least minimal response, whatever the missing values"
    )
    view.fields["now", "mmt"].value = ""
    assert view.model.headline == (
        "Between 22.5 and 72.5: at least minimal response, whatever the missing values; major at most."
    )


def test_a_class_can_be_certain_without_a_total():
    model = CalculatorModel(baseline=BASELINE, now=NOW | {"physician_global_cm": 3.0, "ck_xuln": None})
    # 17.5 + 2.5 + 10 + 7.5 + 7.5 = 45 without CK, 52.5 with all of its points: moderate either way.
    assert model.headline == "Between 45 and 52.5: moderate response, whatever the missing value."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,4,5", "not a number"),
        ("1_0", "not a number"),
        ("47", "millimetres"),
        ("-1", "is not possible"),
        ("-6,5", "is not possible"),
        ("x", "not a number"),
        ("inf", "not a number"),
    ],
)
def test_what_cannot_be_is_said_and_the_last_receipt_stays(view, text, words):
    field = view.fields["now", "physician_global"]
    field.value = text
    assert words in view.trouble
    assert view.model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    view.fields["now", "haq"].value = "0.5"  # another field goes on: 33 % of the range, 7.5 points as before
    assert words in view.trouble
    assert field.value == text
    field.value = "3.4"
    assert view.trouble == ""


def test_a_point_just_typed_does_not_vanish(view):
    field = view.fields["now", "haq"]
    for typed, value in (("0.", 0.0), ("0.7", 0.7), ("0.70", 0.7), ("0.705", 0.705)):
        field.value = typed
        assert (field.value, view.model.now["haq"]) == (typed, value)
    view.undo_button.click()
    assert field.value == "0.7"
    for typed, value in (("1,", 1.0), ("1,1", 1.1), ("1,125", 1.125)):  # of 3 at most: no thousand
        field.value = typed
        assert (field.value, view.model.now["haq"], view.trouble) == (typed, value, "")
    view.reset_button.click()
    assert field.value == "1"


def test_worsening_and_ceiling_are_said(model):
    model.enter("now", "haq", "2")
    assert model.findings.worsening == "HAQ-DI 1.5 → 2, worse by 16.67 % of range."
    # MMT 120 of 150: 20 % at most, 20 of 32.5 points. Extramuscular 3.0 of 10: 30 %, 15 of 20 points.
    assert model.findings.ceiling == (
        "From this baseline at most 82.5 of 100 points can be reached. "
        "Points out of reach: MMT-8 (of 150) 12.5, extramuscular activity 5."
    )


def test_the_nearest_step_is_one_that_earns(model):
    step_up = model.findings.step_up
    assert "→" in step_up
    before, gain = model.findings.total, float(step_up.split("+")[1].split(" ")[0])
    row = model.receipt.set_index("label").loc[step_up.split(" → ")[0].rsplit(" ", 1)[0]]
    model.enter("now", row["measure"], f"{row['next_value']:g}")
    assert model.findings.total == before + gain


def test_a_class_out_of_reach_is_not_named_as_the_next_one_and_a_small_rise_within_normal_is_no_worsening():
    # The first published patient: 52.5 points, 55 within reach; CK from 0.33 to 0.42 times the limit.
    view = calculate_total_improvement()
    findings = view.model.findings
    assert findings.next_class == ""
    assert "at most 55 of 100 points can be reached, so a major response is out of reach." in findings.ceiling
    assert "points to major" not in view.slip.value
    assert findings.worsening == "No measure worsened."
    assert "▽ worse 0.6 % <span class='mt-note'>too little to count</span>" in view.slip.value
    assert "▼" not in view.slip.value
    assert view.picture.figure.layout.title.text == (
        "RCI_A, published: 52.5 of 100 points earned, 45 out of reach from the baseline"
    )


def test_nothing_is_said_of_nothing(view):
    view.clear_button.click()
    assert view.model.headline.startswith("No value has been entered yet")
    assert (view.slip.value, view.model.findings.remarks) == ("", [])
    (sentence,) = view.picture.figure.layout.annotations
    assert "stand here once" in sentence.text
    view.fields["baseline", "haq"].value = "1"
    assert view.model.headline == "There is no score yet: no measure can be compared with its baseline."
    assert view.model.findings.worsening == ""


def test_a_score_that_no_missing_value_can_change_is_said():
    best = {"physician_global_cm": 0, "patient_global_cm": 0, "mmt8_150": 150, "haq_di": 0, "ck_xuln": 0}
    view = calculate_total_improvement(baseline=best | {"extramuscular_cm": 0}, now={})
    assert view.model.headline == "Total Improvement Score 0 of 100: no response."
    assert "at most 0 of 100 points can be reached, so a minimal, moderate or major" in view.model.findings.ceiling


def test_the_bar_takes_up_the_whole_scale_and_shows_what_is_out_of_reach(view):
    view.fields["now", "mmt"].value = ""
    shares = [float(share) for share in re.findall(r"flex:0 0 ([\d.]+)%", view.bar.value)]
    # 42.5 earned; MMT from 120 can earn 20 of its 32.5; out of reach are 12.5 of it and 5 of extramuscular activity
    assert shares == [42.5, 20, 20, 17.5, 20, 20, 20, 40]
    assert all(f"{word}<" in view.bar.value for word in ("20 minimal", "40 moderate", "60 major"))
    view.population.value = "juvenile"
    assert "30 minimal" in view.bar.value


def test_an_enzyme_in_the_unit_of_the_laboratory(view):
    view.enzyme_unit.value = "ukat/L"
    assert view.model.baseline["enzyme"] is None  # a number in another unit is not that number
    view.fields["baseline", "enzyme"].value = "24"
    view.fields["now", "enzyme"].value = "9"
    assert "upper limit" in dict(view.model.findings.remarks)["Enzyme"]
    assert "waits for the laboratory's upper limit" in view.slip.value
    assert "CK not recorded" not in view.slip.value  # it was
    view.upper_limit.value = "3"
    assert view.model.visits()["ck_xuln"].tolist() == [8, 3]
    assert view.model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    view.upper_limit.value = "0"
    assert "more than 0" in view.trouble
    view.upper_limit.value = "3"
    view.fields["baseline", "enzyme"].value = "1,234"
    assert "could be 1.234 or 1234" in view.trouble


def test_another_scale_empties_its_fields_only(view):
    view.mmt.value = "mmt8_80"
    assert view.model.now == {**view.model.now, "mmt": None, "haq": 1.0}
    view.fields["now", "mmt"].value = "120"
    assert "0 to 80" in view.trouble


def test_juveniles_have_thresholds_and_scales_of_their_own(view):
    view.population.value = "juvenile"
    assert view.model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    view.mmt.value = "cmas_52"
    view.function.value = "chaq"
    view.extramuscular.value = "das_20"
    assert list(view.model.visits().columns) == [
        "patient_id",
        "week",
        "physician_global_cm",
        "patient_global_cm",
        "cmas_52",
        "chaq",
        "ck_xuln",
        "das_20",
    ]
    view.population.value = "adult"
    assert (view.mmt.value, view.function.value) == ("mmt8_150", "haq_di")
    assert view.trouble == ""


@pytest.mark.parametrize("unit", ["× ULN", "U/L"])
def test_the_code_gives_the_same_receipt(model, unit):
    if unit != "× ULN":
        model.choose("enzyme_unit", unit)
        model.enter("baseline", "enzyme", "1600")
        model.enter("now", "upper_limit", "200")
    made = {}
    exec(model.as_code(), made)  # noqa: S102 - the code under test
    given, shown = (frame.astype("object").where(frame.notna(), None) for frame in (made["receipt"], model.receipt))
    pd.testing.assert_frame_equal(given, shown)


def test_undo_reset_clear_and_restore(model):
    saved = json.loads(json.dumps(model.state()))
    model.enter("now", "haq", "0.5")
    model.enter("now", "mmt", "")
    model.undo()
    assert (model.now["haq"], model.now["mmt"]) == (0.5, 135)
    model.clear()
    assert not model.findings.has_values
    model.reset()
    assert model.state() == saved
    model.clear()
    model.restore(saved)
    assert model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    with pytest.raises(MyositisToolsError):
        model.restore(saved | {"mmt": "mmt8_80"})  # 120 of 80
    assert model.state() == saved


def test_the_examples_are_published_patients_and_traps():
    view = calculate_total_improvement()
    labels = [case.label for case in view.model.cases]
    assert labels[0].startswith("RCI_A")
    assert any("class open for a gap" in label for label in labels)
    assert "derived here" in view.slip.value
    assert "Assumed, not printed" in view.slip.value
    view.example.value = next(place for place, label in enumerate(labels) if "class open for a gap" in label)
    assert view.model.headline.startswith("Between 32.5 and 60:")  # as the trap's own lesson says
    view.fields["now", "mmt"].value = "120"
    assert view.example.value == -1
    view.reset_button.click()
    assert view.model.upper_limit == 200


def test_no_lesson_of_an_example_disagrees_with_what_is_computed():
    model = calculate_total_improvement().model
    for place, case in enumerate(model.cases):
        model.choose("population", "juvenile")  # an example brings the thresholds that its words are true of
        model.try_case(place)
        assert model.population == "adult", case.label
        said = re.findall(r"([\d.]+)(?: of [\d.]+)? points (?:are )?out of reach", case.remark)
        lost = model.findings.frame["out_of_reach"].tolist()
        assert all(float(points) in lost for points in said), case.label
        for total in re.findall(r"([\d.]+) points, (?:none|minimal|moderate|major)", case.remark):
            assert model.findings.total == float(total), case.label


def test_what_is_not_verified_is_said(model):
    assert "range: read in a secondary source only" in score_receipt(model)
    model.choose("enzyme", "aldolase")
    model.enter("baseline", "enzyme", "4")
    model.enter("now", "enzyme", "1")
    assert "range: not verified" in score_receipt(model)


def test_own_patients_are_cases_and_their_names_are_text():
    rows = [{"patient_id": "<b>x</b>", "week": 0, **BASELINE}, {"patient_id": "<b>x</b>", "week": 12, **NOW}]
    view = calculate_total_improvement(pd.DataFrame(rows))
    assert view.model.cases[0].label == "<b>x</b>, week 12"
    assert view.model.headline == "Total Improvement Score 52.5 of 100: moderate response."
    assert "<b>x" not in view.slip.value
    assert calculate_total_improvement(pd.DataFrame(rows)[:0]).model.findings.has_values is False


def test_values_and_options_are_checked_at_the_call():
    with pytest.raises(OptionError, match="mmt26_261"):
        calculate_total_improvement(baseline={"mmt26_261": 3})
    with pytest.raises(MyositisToolsError, match="is not possible"):
        calculate_total_improvement(baseline=BASELINE | {"haq_di": 30})
    with pytest.raises(OptionError):
        calculate_total_improvement(population="adults")
