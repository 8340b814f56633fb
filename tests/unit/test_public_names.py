"""What a person finds by Tab and by searching: few names on top, namespaces as the flow, terms of the field."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import myositis_tools as mt
from myositis_tools.groups import ARM
from tests.public import FUNCTIONS, NAMES

PACKAGE = Path(mt.__file__).parent
CONTRACT = [
    "load_patients",
    "load_visits",
    "load_medications",
    "load_events",
    "simulate",
    "derive_screening",
    "TIME_IS_MUSCLE",
    "attrition",
    "influence",
    "overlap",
    "near_misses",
    "next_measurements",
    "score_total_improvement",
    "explain_total_improvement",
    "score_improvement_definition",
    "score_worsening",
    "score_inactive_disease",
    "score_mmt",
    "score_haq_di",
    "score_chaq",
    "score_cmas",
    "score_cdasi",
    "score_myoact",
    "score_fvc_percent",
    "prednisone_equivalent",
    "classify_eular_acr",
    "classify_bohan_peter",
    "validate",
    "figures",
    "apps",
    "to_xuln",
    "errors",
]
# what a person searches for: the function whose first sentence says it
TERMS = {
    "forest plot": "plot_effects",
    "Sankey": "plot_class_flow",
    "alluvial": "plot_class_flow",
    "ANCOVA": "compare_scores",
    "sample size": "power_over",
    "power": "simulate_trial",
    "multiverse": "compare_choices",
    "table one": "case_mix",
    "baseline characteristics": "case_mix",
    "wash-out": "judge_exposures",
    "prior treatment": "judge_exposures",
    "pseudonym": "report_patient",
    "provenance": "report_cohort",
    "Kaplan-Meier": "response_curve",
    "interval-censored": "time_to_response",
    "multiple imputation": "impute_measures",
    "MMRM": "compare_over_visits",
    "estimand": "rescued_patients",
    "intercurrent events": "rescued_patients",
    "tipping point": "tipping_point",
    "subgroup analysis": "compare_subgroups",
    "responder": "compare_responders",
    "risk difference": "compare_responders",
    "steroid": "glucocorticoid_exposure",
    "steroid sparing": "compare_prednisone",
    "UpSet": "plot_overlap",
    "CONSORT": "plot_consort",
    "waterfall": "plot_waterfall",
    "swimmer": "plot_swimmer",
    "spider": "plot_spider",
    "spaghetti": "plot_trajectories",
    "scatter": "plot_two_measures",
    "heat map": "plot_response_calendar",
    "love plot": "plot_case_mix",
    "sensitivity analysis": "sensitivity",
    "Shapley": "influence",
    "missing data": "next_measurements",
    "ceiling": "highest_possible_improvement",
    "MCID": "score_important_change",
    "DOI": "score_improvement_definition",
    "TIS": "score_total_improvement",
    "data dictionary": "data_dictionary",
    "summarize": "summarise_choices",
    "pivot": "long_to_wide",
    "synthetic": "simulate",
}
# words of this house, which nobody outside it would look for
DIALECT = re.compile(r"\b(door|desk|slip|slips|furniture|settle|settled|lay down|laid down|asks? of|told by)\b")


def first_sentence(function):
    return (inspect.getdoc(function) or "").split("\n\n")[0]


def test_the_top_shows_the_contract_the_readme_and_the_namespaces():
    shown = dir(mt)
    assert set(CONTRACT) | set(mt.NAMESPACES) <= set(shown)
    assert len(shown) <= 50
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`mt\.(\w+)", readme)) <= set(shown)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_namespace_answers_from_the_top_as_well(name):
    if NAMES[name] in ("figures", "apps", "teaching"):
        assert name not in dir(mt)
    else:
        assert getattr(mt, name) is getattr(getattr(mt, NAMES[name]), name)


def test_what_the_top_shows_stands_in_a_namespace():
    assert set(mt.__all__) - set(mt.NAMESPACES) <= {*NAMES, "TIME_IS_MUSCLE"}


def test_a_name_that_is_nowhere_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'score_tis'"):
        mt.score_tis  # noqa: B018


@pytest.mark.parametrize("room", mt.NAMESPACES)
def test_a_namespace_shows_its_own_names_and_says_what_it_is_for(room):
    module = getattr(mt, room)
    assert dir(module) == sorted(module.__all__)
    assert f"`{room}`" in mt.__doc__
    assert module.__doc__


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_field_leads_to_its_function(term):
    assert term.lower() in first_sentence(FUNCTIONS[TERMS[term]]).lower()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_word_of_the_house_stands_where_a_person_reads(name):
    words = [name, first_sentence(FUNCTIONS[name]), *inspect.signature(FUNCTIONS[name]).parameters]
    assert not DIALECT.search(" ".join(words).replace("_", " "))


def test_every_function_groups_by_the_same_column_unless_told():
    defaults = {
        name: inspect.signature(function).parameters["group"].default
        for name, function in FUNCTIONS.items()
        if "group" in inspect.signature(function).parameters
    }
    assert len(defaults) >= 40
    assert {name: default for name, default in defaults.items() if default != ARM} == {}


def test_no_file_is_named_in_the_dialect():
    names = [path.stem.replace("_", " ") for path in PACKAGE.rglob("*.py")]
    assert [name for name in names if DIALECT.search(name)] == []


def test_no_message_is_written_in_the_dialect():
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise):
                texts = [
                    one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                found += [f"{path.name}:{node.lineno}: {text}" for text in texts if DIALECT.search(text)]
    assert found == []


def test_the_words_of_the_house_would_be_seen():
    assert DIALECT.search("what goes in at the door")
    assert DIALECT.search("sheet slip")
