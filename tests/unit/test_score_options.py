"""The options of a score are one object: refused by every function in its own name, and said by every result."""

import inspect

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import OptionError
from myositis_tools.scores.options import SCORED_AS, ScoreOptions
from tests.public import FUNCTIONS

VISITS = mt.load_visits()
IN_ARMS = VISITS[VISITS["arm"].notna()]


def _takes_options_of_a_score(function):
    parameters = inspect.signature(function).parameters
    return any("ScoreKeywords" in str(one.annotation) for one in parameters.values()) or "enzyme_by" in parameters


SCORING = sorted(name for name, function in FUNCTIONS.items() if _takes_options_of_a_score(function))


def test_every_function_that_scores_is_found():
    assert len(SCORING) > 40
    assert {"plot_trajectories", "report_cohort", "explore_effects", "to_adam", "impute_measures"} <= set(SCORING)


@pytest.mark.parametrize("name", SCORING)
def test_a_slip_of_the_pen_is_refused_before_anything_is_read(name):
    with pytest.raises(OptionError) as refused:
        FUNCTIONS[name]("no table", leav_out={"ck": "it is red"})
    assert str(refused.value).startswith(f"{name}() has no option leav_out.")
    assert "did you mean 'leave_out'?" in str(refused.value)


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: mt.figures.plot_trajectories(VISITS, measure="haq_di", gruop="arm"), "group"),
        (lambda: mt.report_cohort(mt.load_screening(), popluation="juvenile"), "population"),
        (lambda: mt.compare_choices(VISITS, baselin_window=(-4, 0)), "baseline_window"),
        (lambda: mt.score_total_improvement(VISITS, enzime_by="xuln"), "enzyme_by"),
        (lambda: mt.compare_responders(VISITS, 12, refrence="placebo"), "reference"),
    ],
)
def test_an_option_of_the_function_itself_is_offered_too(call, meant):
    with pytest.raises(OptionError, match=f"did you mean '{meant}'"):
        call()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"population": "children"}, "population='children' is not known"),
        ({"mmt": "mmt8"}, "mmt='mmt8' is not known"),
        ({"function": "haq"}, "function='haq' is not known"),
        ({"extramuscular": "das"}, "extramuscular='das' is not known"),
        ({"enzyme_by": "size"}, "enzyme_by='size' is not known"),
        ({"baseline_week": 0.5}, "baseline_week=0.5 is not a week"),
        ({"baseline_week": True}, "baseline_week=True is not a week"),
        ({"enzymes": ["cpk"]}, "enzymes='cpk' is not known"),
        ({"enzymes": []}, r"enzymes=\[\] cannot be followed"),
        ({"ranges": {"ck_xuln": 0}}, "is not a range"),
        ({"ranges": {"haq_di": 4}}, "cannot be set"),
        ({"leave_out": {"cpk": "red"}}, "names no enzyme"),
        ({"leave_out": {"ck": " "}}, "gives no reason"),
        ({"leave_out": {"ck": {"P1": ""}}}, "gives no reason"),
    ],
)
def test_a_value_that_no_score_can_use_is_refused_even_where_no_score_is_asked_for(options, words):
    with pytest.raises(OptionError, match=words):
        ScoreOptions(**options)
    with pytest.raises(OptionError, match=words):
        mt.figures.plot_trajectories(VISITS, measure="haq_di", **options)


def test_options_cannot_be_changed_and_are_equal_by_what_they_say():
    ranges = {"ck_xuln": 20.0}
    options = ScoreOptions(ranges=ranges, enzymes="ck")
    ranges["ck_xuln"] = 1.0
    assert options.keywords == {"ranges": {"ck_xuln": 20.0}, "enzymes": ["ck"]}
    assert options == ScoreOptions(**options.keywords)
    with pytest.raises(AttributeError):
        options.population = "juvenile"
    with pytest.raises(TypeError):
        options.ranges["ck_xuln"] = 1.0


def test_the_words_hold_what_differs_from_the_usual_and_name_no_patient():
    assert str(ScoreOptions()) == "adult thresholds"
    said = str(ScoreOptions(enzyme_by="range_share", leave_out={"ldh": {"P7": "haemolysis", "P8": "haemolysis"}}))
    assert said == "adult thresholds, with enzyme_by='range_share', LDH left out (haemolysis, in 2 patients)"
    assert str(ScoreOptions(leave_out={"alt": "liver"})) == "adult thresholds, with ALT left out (liver)"


JUVENILE = {"population": "juvenile", "enzyme_by": "range_share"}
IN_WORDS = "juvenile thresholds, with enzyme_by='range_share'"
SMALL = mt.impute_measures(IN_ARMS, weeks=[12], imputations=2, rounds=1, **JUVENILE)
RESULTS = {
    "score_total_improvement": lambda: mt.score_total_improvement(IN_ARMS, **JUVENILE),
    "explain_total_improvement": lambda: mt.explain_total_improvement(IN_ARMS, "P184", 12, **JUVENILE),
    "highest_possible_improvement": lambda: mt.highest_possible_improvement(IN_ARMS, **JUVENILE),
    "response_over_time": lambda: mt.response_over_time(IN_ARMS, **JUVENILE),
    "time_to_response": lambda: mt.time_to_response(IN_ARMS, **JUVENILE),
    "response_curve": lambda: mt.response_curve(IN_ARMS, group="arm", **JUVENILE),
    "compare_responders": lambda: mt.compare_responders(IN_ARMS, 12, **JUVENILE),
    "compare_scores": lambda: mt.compare_scores(IN_ARMS, 12, resamples=2, **JUVENILE),
    "compare_over_visits": lambda: mt.compare_over_visits(IN_ARMS, **JUVENILE),
    "compare_subgroups": lambda: mt.compare_subgroups(
        IN_ARMS.merge(mt.load_patients()[["patient_id", "sex"]]), 12, by="sex", **JUVENILE
    ),
    "impute_measures": lambda: SMALL,
    "compare_imputed": lambda: mt.compare_imputed(SMALL, 12, **JUVENILE),
    "tipping_point": lambda: mt.tipping_point(SMALL, 12, worse_by=[0], reference_better_by=[0], **JUVENILE),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_row_of_a_result_says_how_it_was_scored(name):
    found = RESULTS[name]()
    assert len(found)
    assert set(found[SCORED_AS]) == {IN_WORDS}


def test_a_choice_says_how_it_was_scored():
    found = mt.compare_choices(IN_ARMS, {"CK alone": {"enzymes": ["ck"]}})
    said = dict(zip(found["choice"], found[SCORED_AS], strict=True))
    assert said == {"reference": "adult thresholds", "CK alone": "adult thresholds, with enzymes=['ck']"}


@pytest.mark.parametrize("name", ["compare_responders", "compare_scores", "compare_imputed", "tipping_point"])
def test_the_methods_say_what_the_rows_say_and_ask_nobody(name):
    said = mt.methods_paragraph(RESULTS[name]())
    assert "(2016 ACR/EULAR, juvenile thresholds), with enzyme_by='range_share'." in said
    with pytest.raises(TypeError):
        mt.methods_paragraph(RESULTS[name](), population="adult")


def test_counts_that_nobody_scored_have_no_sentence_about_a_score():
    assert "Total Improvement Score" not in mt.methods_paragraph(mt.compare_counts({"IVIg": (3, 9), "placebo": (1, 9)}))


def test_pictures_and_their_frames_say_it():
    assert mt.figures.waterfall_frame(IN_ARMS, week=12, **JUVENILE).attrs[SCORED_AS] == IN_WORDS
    assert mt.figures.plot_waterfall(IN_ARMS, week=12, **JUVENILE).layout.meta[SCORED_AS] == IN_WORDS


def test_a_report_says_the_options_of_its_score_and_only_where_it_has_one():
    assert IN_WORDS in mt.report_cohort(visits=IN_ARMS, **JUVENILE).made["Options"]
    assert "thresholds" not in mt.report_cohort(mt.load_screening(), **JUVENILE).made["Options"]


# ------------------------------------------------------------------------------------------------------ names of groups

CODES = {"int": "int64", "Int64": "Int64", "float": "float64", "boolean": "boolean", "object": object, "bool": bool}


def _coded(kind):
    codes = IN_ARMS["arm"].map({"placebo": 0, "IVIg": 1})
    coded = codes.astype("category") if kind == "category" else codes.astype(CODES.get(kind, object))
    return IN_ARMS.assign(arm=coded)


@pytest.mark.parametrize("kind", [*CODES, "category"])
@pytest.mark.parametrize("reference", [0, "0", 0.0, False])
def test_an_arm_has_one_name_however_it_is_stored(kind, reference):
    found = mt.compare_responders(_coded(kind), 12, reference=reference, method="newcombe")
    compared = found[found["estimate"] == "difference"]
    assert (set(compared["arm"]), set(compared["reference"])) == ({"1"}, {"0"})
    words = mt.compare_responders(IN_ARMS, 12, method="newcombe")
    assert compared["value"].tolist() == words.loc[words["estimate"] == "difference", "value"].tolist()


@pytest.mark.parametrize("kind", [*CODES, "category"])
def test_figures_curves_apps_and_data_sets_call_an_arm_the_same(kind):
    coded = _coded(kind)
    assert set(mt.response_curve(coded, group="arm")["group"]) == {"0", "1"}
    assert set(mt.figures.trajectory_frame(coded, measure="haq_di", group="arm")["group"].dropna()) >= {"0", "1"}
    assert set(mt.to_adam(coded)["TRT01P"].dropna()) == {"0", "1"}
    assert "1 against 0" in mt.apps.explore_effects(coded, reference=0, week=12).model.headline
    assert "reference='0'" in mt.apps.explore_effects(coded, reference=0, week=12).model.as_code()
    assert mt.apps.explore_trajectories(coded).model.group == "arm"


def test_groups_that_are_numbers_stand_in_their_order():
    centres = {name: place % 3 * 5 + 1 for place, name in enumerate(IN_ARMS["patient_id"].unique())}
    coded = IN_ARMS.assign(centre=IN_ARMS["patient_id"].map(centres))
    names = mt.compare_subgroups(coded, 12, by="centre")["subgroup"]
    assert [name for name in dict.fromkeys(names) if name.isdecimal()] == ["1", "6", "11"]
    assert "centre" in mt.apps.explore_trajectories(coded).model.groups
    assert mt.apps.explore_effects(coded, by="centre", week=12).model.by == "centre"


def test_a_column_of_groups_that_a_report_was_asked_for_is_not_dropped():
    with pytest.raises(mt.errors.MissingColumnError, match="There is no column 'centre'"):
        mt.report_cohort(visits=IN_ARMS, group="centre")
    assert mt.report_cohort(visits=IN_ARMS.drop(columns="arm"))  # arm is the default, and need not be there


def test_a_column_of_measurements_is_no_column_of_groups():
    ages = pd.Series(range(VISITS["patient_id"].nunique()), index=VISITS["patient_id"].unique()) + 0.5
    table = VISITS.assign(age=VISITS["patient_id"].map(ages))
    assert "age" not in mt.apps.explore_trajectories(table).model.groups
