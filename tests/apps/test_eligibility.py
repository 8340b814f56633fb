"""The eligibility explorer: the model without a screen, the view by its widgets."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps import explore_eligibility
from myositis_tools.apps.eligibility import EligibilityModel
from myositis_tools.errors import MyositisToolsError, NotFoundError
from tests.spec.eligible import ELIGIBLE

CRITERIA = [each.key for each in mt.TIME_IS_MUSCLE.criteria]


@pytest.fixture
def cohort() -> pd.DataFrame:
    patients = [
        ELIGIBLE | {"patient_id": "<b>x</b>"},
        ELIGIBLE | {"patient_id": "=1+1", "age_years": 17.0},
        ELIGIBLE | {"patient_id": "C", "disease_duration_months": 13.0},
        ELIGIBLE | {"patient_id": "D", "pregnant": None},
    ]
    return pd.DataFrame(patients)


@pytest.fixture
def view(cohort):
    return explore_eligibility(cohort)


def test_the_first_screen_is_complete(view):
    assert view.model.headline == "Of 4 screened: 1 fits, 1 is undecided, 2 do not fit."
    assert repr(view) == view.model.headline
    assert view.marks.figure is not None
    assert "Choose a patient" in view.card.value
    assert view.trouble == ""


def test_every_limit_and_every_criterion_has_its_control(view):
    assert set(view.sliders) == set(mt.TIME_IS_MUSCLE.limits)
    assert list(view.switches) == CRITERIA
    for name, limit in mt.TIME_IS_MUSCLE.limits.items():
        assert view.sliders[name].value == limit.value
        assert (view.sliders[name].min, view.sliders[name].max) == (limit.minimum, limit.maximum)


def test_a_limit_moves_the_counts_and_says_what_the_record_says(view):
    view.sliders["maximum_duration_months"].value = 14
    assert view.model.counts == {"eligible": 2, "indeterminate": 1, "ineligible": 1}
    assert view.model.headline.endswith("1 more fits than under the published criteria.")
    assert "published: 12" in view._records["maximum_duration_months"].value
    view.sliders["maximum_duration_months"].value = 12
    assert view.model.limits == {}
    assert "under the published criteria" not in view.model.headline


def test_a_criterion_that_is_switched_off_leaves_the_flow(view):
    view.switches["adult"].value = False
    assert view.model.counts["eligible"] == 2
    assert "adult" not in set(view.model.attrition()["criterion"])
    assert view.model.without == ("adult",)


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        ("itself", {"eligible": 1, "indeterminate": 1, "ineligible": 2}),
        ("worst", {"eligible": 1, "indeterminate": 0, "ineligible": 3}),
        ("best", {"eligible": 2, "indeterminate": 0, "ineligible": 2}),
    ],
)
def test_unknown_counts_as_chosen(view, unknown, expected):
    view.unknown.value = unknown
    assert view.model.counts == expected
    assert sum(view.model.counts.values()) == 4


def test_unknown_is_counted_alike_in_the_tables_of_who_is_near_and_what_to_measure(view):
    assert view.model.nearly_eligible()["Patient"].tolist() == ["=1+1", "C"]
    view.unknown.value = "worst"
    near = view.model.nearly_eligible()
    assert near["Patient"].tolist() == ["=1+1", "C", "D"]
    assert near["Shortfall"].tolist()[2] == "sex female; pregnant not recorded"
    assert len(view.model.gaps()) == 2  # what is not recorded is short of no number


def test_the_card_tells_the_reason_and_keeps_text_as_text(view):
    view.model.choose("<b>x</b>")
    assert "Patient &lt;b&gt;x&lt;/b&gt;" in view.card.value
    assert "<b>x</b>" not in view.card.value
    view.model.choose("D")
    assert "Unknown" in view.card.value
    assert view.model.decision() == "indeterminate"
    assert len(view.model.card()) == len(CRITERIA)


def test_a_click_on_the_matrix_chooses_the_patient_of_that_column(view):
    columns = view.model.matrix().drop_duplicates("place")
    for place, name in zip(columns["place"], columns["patient_id"], strict=True):
        view._click(place)
        assert view.model.patient_id == name


def test_the_table_of_patients_gives_the_reasons_for_exclusion(view):
    table = view.model.patients().set_index("Patient")
    label = mt.TIME_IS_MUSCLE.criterion
    assert table.loc["=1+1", "Reasons for exclusion"] == label("adult").label
    assert table.loc["D", "Unknown"] == label("pregnancy").label
    assert table.loc["<b>x</b>"].tolist() == ["fits", "", ""]


def test_undo_goes_back_one_step_and_reset_to_the_record(view):
    view.sliders["minimum_age_years"].value = 16
    view.switches["early_disease"].value = False
    view.undo_button.click()
    assert (view.model.limits, view.model.without) == ({"minimum_age_years": 16.0}, ())
    assert view.switches["early_disease"].value is True
    view.reset_button.click()
    assert view.model.limits == {}
    view.undo_button.click()
    assert view.model.limits == {"minimum_age_years": 16.0}


def test_the_code_makes_the_same_view(view, cohort):
    view.sliders["maximum_duration_months"].value = 24
    view.switches["adult"].value = False
    view.unknown.value = "best"
    view.model.choose("C")
    made = {}
    code = view.model.as_code().replace("mt.apps.explore", "made['app'] = mt.apps.explore")
    exec(code, {"screening": cohort, "made": made})  # noqa: S102 - the code under test
    assert made["app"].model.state() == view.model.state()
    assert made["app"].model.headline == view.model.headline


def test_errors_are_raised_at_the_call_and_shown_in_the_app(view, cohort):
    with pytest.raises(NotFoundError):
        explore_eligibility(cohort, patient_id="Z")
    with pytest.raises(MyositisToolsError, match="age_years"):
        explore_eligibility(cohort.assign(age_years=300.0))
    before = view.model.state()
    with pytest.raises(MyositisToolsError):
        view.model.set_limit("minimum_age_years", -5)
    assert view.model.state() == before
    view.guarded(lambda: view.model.set_limit("minimum_age_years", -5))()
    assert "minimum_age_years" in view.trouble or "age" in view.trouble


@pytest.mark.parametrize("rows", [0, 1])
def test_no_patients_and_one_patient_open(cohort, rows):
    view = explore_eligibility(cohort.iloc[:rows])
    assert view.model.headline.startswith(f"Of {rows} screened")
    assert view.trouble == ""
    for tab in range(3):
        view.tabs.selected_index = tab
        assert view.trouble == ""


def test_the_callers_table_is_not_changed(cohort):
    before = cohort.copy(deep=True)
    model = EligibilityModel(cohort, protocols=[mt.TIME_IS_MUSCLE])
    model.set_limit("minimum_age_years", 30)
    pd.testing.assert_frame_equal(cohort, before)


OTHER = "time_is_muscle_nl_omon49246"


def test_another_trial_brings_its_own_controls_and_keeps_the_patient(cohort):
    view = explore_eligibility(cohort, patient_id="C", unknown="worst", limits={"maximum_duration_months": 24})
    view.trial.value = OTHER
    model, other = view.model, mt.PROTOCOLS[OTHER]
    assert set(view.switches) == {each.key for each in other.criteria}
    assert set(view.sliders) == set(other.limits)
    assert (model.patient_id, model.unknown, model.limits) == ("C", "worst", {})
    assert model.counts["ineligible"] == len(cohort)  # what the table has no column for is unknown, here the worst
    assert model.not_in_table
    assert all(label in view._aside.value for label in model.not_in_table)
    assert other.origin in model.as_code()
    model.undo()
    assert (model.trial, model.limits) == ("time_is_muscle", {"maximum_duration_months": 24.0})
    assert (view.trial.value, list(view.switches)) == ("time_is_muscle", CRITERIA)


def test_a_saved_view_brings_its_trial_back(cohort):
    saved = explore_eligibility(cohort, protocol=mt.PROTOCOLS[OTHER]).model.state()
    model = explore_eligibility(cohort).model
    model.restore(saved)
    assert model.protocol is mt.PROTOCOLS[OTHER]


def test_a_trial_whose_columns_the_table_lacks_is_not_offered(cohort):
    assert "proderm" not in explore_eligibility(cohort).model.offered  # it reads the MMT-8 itself
    assert "proderm" in explore_eligibility(cohort.assign(mmt8_150=120.0)).model.offered
    assert list(explore_eligibility(cohort, protocols=[]).model.offered) == ["time_is_muscle"]


def test_a_limit_of_another_trial_is_refused(cohort):
    with pytest.raises(MyositisToolsError, match="no limit"):
        explore_eligibility(cohort, protocol=mt.PROTOCOLS["immediate_pilot"], limits={"abnormal_measures": 3})


def test_the_chosen_patient_brings_the_medication_before_screening():
    view = explore_eligibility()
    assert view.timeline.layout.display == "none"
    view.model.patient_id = "P204"
    assert view.timeline.layout.display is None
    assert "P204" in view.timeline.figure.layout.title.text
    called = "mt.screening.Records(patients, visits=visits, medications=medications, events=events)"
    assert called in view.model.as_code()


def test_a_medication_list_that_cannot_be_is_refused_at_the_call(cohort):
    courses = pd.DataFrame({"patient_id": ["C"], "drug": ["prednisone"], "dose_mg_day": [-5.0]})
    with pytest.raises(MyositisToolsError):
        explore_eligibility(cohort, medications=courses)


def test_of_a_great_cohort_the_matrix_draws_what_can_be_seen():
    sample = mt.load_screening()
    thrice = [sample.assign(patient_id=sample["patient_id"] + f"-{copy}") for copy in range(3)]
    view = mt.apps.explore_eligibility(pd.concat(thrice, ignore_index=True))
    view.tabs.selected_index = view.tabs.titles.index("Matrix")
    view.matrix_start.value = 600
    everybody = view.model.matrix()
    drawn = view.matrix.figure
    assert drawn.layout.title.text.startswith("Patients 601 to 900 of 900")
    assert len(drawn.data[0].z[0]) == 300
    view._click(7)
    assert view.model.patient_id == everybody.loc[everybody["place"] == 607, "patient_id"].iloc[0]
    assert f"{view.model.patient_id} ·" in drawn.data[0].text[0][7]
    assert (
        view.model.matrix_from(600)
        .reset_index(drop=True)
        .equals(everybody[everybody["place"] >= 600].reset_index(drop=True))
    )
