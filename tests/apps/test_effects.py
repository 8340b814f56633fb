"""The app of effects: the model without a screen, the view by its widgets."""

import json

import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps import explore_effects
from myositis_tools.apps.effects import EffectsModel
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError

VISITS = mt.load_visits()
TRIAL = VISITS[VISITS["arm"].notna()]
PATIENTS = mt.load_patients()[["patient_id", "sex", "subtype"]]


@pytest.fixture
def view():
    return explore_effects(VISITS, patients=PATIENTS, week=12, imputations=3)


@pytest.fixture
def model(view):
    return view.model


def test_the_first_screen_is_complete(view):
    assert view.model.headline == (
        "At week 12 the mean difference of the score is 18.9 points (95 % interval 8.3 to 29.4), IVIg against placebo. "
        "The score is not known in 3 of IVIg and 4 of placebo."
    )
    assert view.forest.figure is not None
    assert view.trouble == ""
    assert view.model.tipping is None  # what takes long is not done before it is asked for
    assert "imputation" not in view.model.methods


def test_what_is_shown_is_what_the_functions_give(model):
    expected = mt.compare_scores(VISITS, 12, resamples=9)
    expected = expected[(expected["unit"] == "points") & (expected["method"] != "permutation")]
    assert model.results["value"].tolist() == pytest.approx(expected["value"].tolist())
    model.change(estimate="responders", level="minimal", missing="worst")
    expected = mt.compare_responders(VISITS, 12, level="minimal", missing="worst").query("estimate == 'difference'")
    assert model.results[["value", "low", "high"]].to_numpy() == pytest.approx(
        expected[["value", "low", "high"]].to_numpy()
    )
    model.change(estimate="visits", adjust=["haq_di"])
    expected = mt.compare_over_visits(VISITS, adjust=["haq_di"])
    assert model.results["value"].tolist() == pytest.approx(expected["value"].tolist())
    model.change(estimate="prednisone", week=26)
    expected = mt.compare_prednisone(VISITS, 26).query("unit == 'mg/day' and reference.notna()")
    assert model.results["value"].tolist() == pytest.approx(expected["value"].tolist())


def test_a_change_of_a_choice_is_answered_once_and_shows_at_once(view, monkeypatch):
    answer, asked = EffectsModel._answer, []
    monkeypatch.setattr(EffectsModel, "_answer", lambda model: (asked.append(model.week), answer(model)))
    for week in (4, 12, 26):
        view.week.value = week
        assert view.model.headline.startswith(f"At week {week} ")
    assert asked == [4, 12, 26]


def test_the_headline_follows_what_is_chosen(model):
    model.change(adjust=["mmt8_150"])
    assert model.headline.startswith("At week 12 the adjusted mean difference of the score is 19.3 points")
    model.change(adjust=[], estimate="ratios")
    assert model.headline.startswith("At week 12 the ratio of responders (moderate or better) is 2.05 ")
    assert "The class is not known in 2 of IVIg and 3 of placebo." in model.headline
    model.change(estimate="prednisone")
    assert model.headline.startswith("From week 0 to 12 the mean daily prednisone is −4.6 mg/day")
    model.change(estimate="score", missing="all")
    assert len(model.forest()) == 8


def test_filling_in_is_done_when_it_is_asked_for_and_kept(model):
    model.change(missing="multiple imputation")
    expected = mt.compare_imputed(mt.impute_measures(VISITS, weeks=[4, 8, 12], imputations=3), 12)
    assert model.results["value"].tolist()[0] == pytest.approx(expected["value"].iloc[0])
    filled = model.imputed()
    model.change(imputing=True)
    assert model.imputed() is filled
    assert model.tipping_sentence.startswith("The score of 3 in IVIg and 4 in placebo is missing")
    assert "Rubin" in model.methods
    assert len(model.field()) == 121


def test_a_choice_that_cannot_be_answered_is_taken_back(view):
    few = TRIAL[TRIAL["patient_id"].isin(TRIAL["patient_id"].unique()[:9])]
    small = explore_effects(few, week=12)
    small.missing.value = "multiple imputation"
    assert "Too little is known to fill in" in small.trouble
    assert (small.model.missing, small.missing.value) == ("complete", "complete")
    small.missing.value = "worst"
    assert small.trouble == ""
    with pytest.raises(NotFoundError):
        view.model.week = 13
    with pytest.raises(OptionError):
        view.model.change(by="haq_di", week=26)
    assert view.model.week == 12


def test_undo_reset_restore_and_code(view, model):
    view.week.value = 26
    view.estimate.value = "responders"
    saved = json.loads(json.dumps(model.state()))
    model.undo()
    assert (model.estimate, view.estimate.value, model.week) == ("score", "score", 26)
    model.reset()
    assert model.week == 12
    model.restore(saved)
    assert (view.week.value, view.estimate.value) == (26, "responders")
    assert (
        "    visits,\n    patients=patients,\n    week=26,\n    estimate='responders',\n    imputations=3,\n"
        in model.as_code()
    )
    shown = {"mt": mt, "visits": VISITS, "patients": PATIENTS}
    again = eval(model.as_code().partition("\n\n")[2], shown)  # noqa: S307 - our own code
    assert again.model.headline == model.headline
    assert again.model.state() == model.state()


def test_rescue_has_a_control_only_where_it_is_known(view):
    assert view.model.estimands == ("treatment policy",)
    name = TRIAL["patient_id"].iloc[0]
    visits = TRIAL.assign(rescue_week=np.where(TRIAL["patient_id"] == name, 6.0, np.nan))
    own = explore_effects(visits, week=12, rescue="rescue_week")
    own.estimand.value = "composite"
    expected = mt.compare_scores(visits, 12, rescue="rescue_week", estimand="composite", resamples=9)
    assert own.model.results["value"].iloc[0] == pytest.approx(expected["value"].iloc[0])
    assert own.model.results["rescued"].iloc[0] + own.model.results["reference_rescued"].iloc[0] == 1


def test_what_must_be_said_beside_it(model):
    model.change(by="subtype")
    assert "look at the interaction" in model.remark
    assert "too few to conclude from" in model.remark
    model.change(by=None, estimate="visits", missing="worst")
    assert "left out here" in model.remark


def test_every_tab_shows_something(view):
    for place in (1, 2, 3, 0):
        view.tabs.selected_index = place
        assert view.trouble == ""
    assert "At week 12, IVIg was compared with placebo." in view.methods.value
    assert view.copy_methods.text == view.model.methods
    assert "Switch on" in view.field.figure.layout.annotations[0].text
    assert view.model.table().columns.tolist() == ["What", "Estimate, points", "Patients", "Remark"]


def test_text_of_a_file_is_text():
    patients = PATIENTS.assign(sex=PATIENTS["sex"].replace("female", "<script>x</script>"))
    view = explore_effects(VISITS, patients=patients, week=12, by="sex")
    assert "<script>" not in "".join(view.forest.figure.layout.yaxis.ticktext)


@pytest.mark.parametrize(
    ("visits", "error", "message"),
    [
        (VISITS.drop(columns="arm"), MissingColumnError, "which arm a patient is in"),
        (VISITS[VISITS["arm"].isna()], OptionError, "Nobody has an arm"),
        (VISITS[VISITS["arm"] == "IVIg"], OptionError, "no two arms"),
    ],
)
def test_visits_of_no_trial_are_refused(visits, error, message):
    with pytest.raises(error, match=message):
        EffectsModel(visits)
    assert isinstance(visits, pd.DataFrame)
