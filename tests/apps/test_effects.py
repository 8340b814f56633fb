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
def small_trial():
    """Visits at baseline and week 12 of two arms, so many of so many of whom respond."""

    def made(own, other):
        before = {
            "physician_global_cm": 8.0,
            "patient_global_cm": 8.0,
            "mmt8_150": 90.0,
            "haq_di": 2.5,
            "ck_xuln": 15.0,
        }
        well = {"physician_global_cm": 0.0, "patient_global_cm": 0.0, "mmt8_150": 150.0, "haq_di": 0.0, "ck_xuln": 1.0}
        rows = []
        for arm, (responders, patients) in (("IVIg", own), ("placebo", other)):
            for number in range(patients):
                name = {"patient_id": f"P{len(rows) // 2}", "arm": arm}
                rows += [name | {"week": 0, "extramuscular_cm": 8.0} | before]
                rows += [name | {"week": 12, "extramuscular_cm": 8.0} | (well if number < responders else before)]
        return pd.DataFrame(rows)

    return made


@pytest.fixture
def model(view):
    return view.model


def test_the_first_screen_is_complete(view):
    assert view.model.headline == (
        "At week 12 the mean difference of the score is 18.9 points (95 % interval 8.3 to 29.4), IVIg against placebo. "
        "The score is not known in 3 of IVIg and 4 of placebo. "
        "IVIg has 24 patients and placebo has 24 patients; in neither: 252 patients without an arm."
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
    assert "The response is not known in 2 of IVIg and 3 of placebo." in model.headline
    model.change(estimate="prednisone")
    assert model.headline.startswith("From week 0 to 12 the mean daily prednisone is −4.6 mg/day")
    model.change(estimate="score", missing="all")
    assert len(model.forest()) == 8


def test_the_headline_says_who_is_in_none_of_the_two_arms(small_trial):
    visits = small_trial((3, 5), (0, 5))
    model = explore_effects(visits, estimate="responders").model
    assert "IVIg against placebo. The interval excludes that the arms are alike" in model.headline
    assert model.headline.endswith("IVIg has 5 patients and placebo has 5 patients.")
    assert "(p = 0.167)" in model.headline
    three = visits.replace({"arm": {"IVIg": "A"}}).assign(
        arm=lambda table: (
            table["arm"].mask(table["patient_id"].isin(["P0", "P1"]), "a ").mask(table["patient_id"] == "P9")
        )
    )
    said = explore_effects(three, estimate="score").model.headline
    assert "Of 3 arms, A has 3 patients and placebo has 4 patients; in neither: 2 patients of 'a ', 1 patient" in said
    assert "Written in 2 ways, 'A' and 'a ' count as 2 arms." in said


def test_the_interval_of_the_difference_is_chosen(small_trial):
    view = explore_effects(small_trial((3, 5), (0, 5)), estimate="responders")
    assert view.model.results["method"].tolist() == ["newcombe", "wald"]
    assert "(95 % interval 3.0 to 88.2)" in view.model.headline
    view.interval.value = "wald"
    assert view.model.results["method"].tolist() == ["wald"]
    assert "is 60.0 percentage points (without an interval)" in view.model.headline
    assert "Wald's interval leaves the scale" in view.model.headline
    assert "interval='wald'" in view.model.as_code()
    view.estimate.value = "score"
    assert view.interval.disabled


def test_visits_of_the_baseline_alone_are_refused_in_words(small_trial):
    visits = small_trial((3, 5), (0, 5)).query("week == 0")
    with pytest.raises(OptionError, match="There is no visit after the baseline") as error:
        explore_effects(visits)
    assert "week=0" not in str(error.value)


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
    assert "Here missing values are left out" in model.remark


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
