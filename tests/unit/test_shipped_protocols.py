"""The protocols that ship: their numbers from the sources, their cases, and what they say side by side."""

from dataclasses import replace
from html import escape

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.criteria.record_rules import Within
from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.rules import Compare
from myositis_tools.studies.screening.protocol_comparison import SCREENING_AID
from myositis_tools.studies.screening.protocol_tests import _screening
from myositis_tools.tables import EVIDENCE
from tests.engines.other_engines import ENGINES, cells

PILOT_CUT_OFFS = {
    "physician_global_cm": "≥ 2",
    "patient_global_cm": "≥ 2",
    "haq_di": "≥ 0.25",
    "enzyme_xuln": "> 1.5",
    "extramuscular_cm": "≥ 2",
}
TIM = {"age_years": "≥ 18", "disease_duration_months": "< 12", "mmt_loss_percent": "≥ 10"} | PILOT_CUT_OFFS
# typed again from the trial facts, operators as printed there; s, u, d: secondary, unverified, our decision
PUBLISHED = {
    "time_is_muscle": TIM
    | {"fvc_percent_predicted": "< 50", "thrombosis_months_ago": "≤ 10", "immunosuppression_months_ago": "≤ 3"},
    "time_is_muscle_ctis": TIM | {"fvc_percent_predicted": "< 50", "thrombosis_months_ago": "≤ 10"},
    "time_is_muscle_myositis_nl": TIM,
    "time_is_muscle_nl_omon26160": TIM
    | {"age_years": "≥ 18; ≤ 80", "disease_duration_months": "< 12; > 12", "immunosuppression_months_ago": "≤ 3"},
    "time_is_muscle_nl_omon49246": {
        "age_years": "≥ 18; ≤ 80",
        "disease_duration_months": "< 12; > 12",
        "thrombosis_months_ago": "≤ 10",
        "immunosuppressant_months_ago": "≤ 12",
    },
    "immediate_pilot": {
        "age_years": "≥ 18 d",
        "disease_duration_months": "< 9",
        "mmt_loss_percent": "≥ 10 u",
        "thrombosis_months_ago": "≤ 2",
    },
    "proderm": {
        "age_years": "≥ 18 d",
        "mmt8_150": "< 142 s",
        "physician_global_cm": "≥ 2 s",
        "patient_global_cm": "≥ 2",
        "haq_di": "≥ 0.25 s",
        "enzyme_xuln": "> 1.5 s",
        "extramuscular_cm": "≥ 2 s",
    },
    "neptunia": PILOT_CUT_OFFS
    | {"mmt8_150": "≥ 80; ≤ 142", "enzyme_xuln": "> 1.5; ≥ 4", "extramuscular_cm": "> 2", "cdasi_activity": "≥ 7"},
    "abatacept": {
        "mmt8_150": "< 135; < 125",
        "physician_global_cm": "> 2",
        "patient_global_cm": "> 2",
        "haq_di": "> 0.5",
        "enzyme_xuln": "> 1.3",
        "extramuscular_cm": "> 2",
    },
    "rim": {
        "age_years": "≥ 18 d",
        "mmt8_150": "≤ 125",
        "physician_global_cm": "≥ 2 u",
        "patient_global_cm": "≥ 2 u",
        "haq_di": "≥ 0.25 u",
        "enzyme_xuln": "≥ 1.3 u",
        "extramuscular_cm": "≥ 1 u",
    },
    "determine": {
        "age_years": "≥ 18 d",
        "physician_global_cm": "≥ 3",
        "mmt8_150": "≤ 142",
        "sum_of_three_scales_cm": "≥ 10",
        "cdasi_activity": "> 14",
    },
    "nct07160205": {"mmt8_150": "≤ 142", "cdasi_activity": "≥ 7"},
}
COUNTS = {"abatacept": 3} | dict.fromkeys(
    ["time_is_muscle", "time_is_muscle_ctis", "time_is_muscle_myositis_nl", "time_is_muscle_nl_omon26160"], 2
)
COUNTS |= {"proderm": 2, "neptunia": 2, "rim": 2}
MARKS = {"verified": "", "secondary": " s", "unverified": " u", "decision": " d"}


def compared(protocol) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for each in protocol.criteria:
        for leaf in dict.fromkeys(each.rule.leaves):
            if isinstance(leaf, Compare):
                said = f"{leaf.operator} {leaf.limit.value:g}{MARKS[leaf.limit.evidence]}"
                found.setdefault(leaf.column.name, []).append(said)
    return {name: "; ".join(said) for name, said in found.items()}


@pytest.mark.parametrize("key", mt.PROTOCOLS)
def test_the_numbers_and_operators_are_those_of_the_sources(key):
    protocol = mt.PROTOCOLS[key]
    assert compared(protocol) == PUBLISHED[key]
    counts = {limit.value for name, limit in protocol.limits.items() if name == "abnormal_measures"}
    assert counts == ({COUNTS[key]} if key in COUNTS else set())


@pytest.mark.parametrize("key", mt.PROTOCOLS)
def test_every_protocol_passes_its_cases(key):
    assured = mt.assure(mt.PROTOCOLS[key])
    assert assured[~assured["passed"]].to_dict("records") == []
    asked = set(assured["asked"])
    assert {each.key for each in mt.PROTOCOLS[key].criteria if each.limits} <= asked


OTHER = {"at least": "more than", "more than": "at least", "at most": "less than", "less than": "at most"}


def turned(rule, leaf):
    """The rule with the edge of one comparison on the other side."""
    if rule == leaf:
        return replace(leaf, comparison=OTHER[leaf.comparison])
    return replace(rule, parts=tuple(turned(part, leaf) for part in rule.parts)) if hasattr(rule, "parts") else rule


def faults(each) -> dict:
    """The rule of a criterion with each limit a step up and a step down, and with each edge on the other side."""
    found = {}
    for limit in each.limits:
        values = (limit.value - limit.step, limit.value + limit.step)
        steps = [replace(limit, value=value) for value in values if limit.minimum <= value <= limit.maximum]
        found |= {f"{each.key}: {step.name} = {step}": each.rule.with_limits({step.name: step}) for step in steps}
    # a window has no other edge: both its ends belong to it
    leaves = dict.fromkeys(each.rule.leaves)
    edges = [leaf for leaf in leaves if isinstance(leaf, Compare) and not isinstance(leaf, Within)]
    return found | {f"{each.key}: edge of {leaf.sentence}": turned(each.rule, leaf) for leaf in edges}


@pytest.mark.parametrize("key", mt.PROTOCOLS)
def test_the_cases_see_every_limit_and_every_operator(key):
    """A step to either side of any limit, or an edge on the other side, fails a case."""
    protocol = mt.PROTOCOLS[key]
    wrong = {fault: (each, rule) for each in protocol.criteria for fault, rule in faults(each).items()}
    criteria = tuple(replace(each, key=fault, rule=rule) for fault, (each, rule) in wrong.items())
    found = replace(protocol, criteria=criteria).verdicts(_screening(protocol, protocol.cases))
    expected = pd.DataFrame([dict(case.verdicts) for case in protocol.cases])
    seen = {
        fault: (expected[each.key].notna() & (expected[each.key] != found[fault])).any()
        for fault, (each, _) in wrong.items()
    }
    assert len(seen) >= 6
    assert [fault for fault, is_seen in seen.items() if not is_seen] == []


def test_what_was_not_read_keeps_everybody_from_being_eligible():
    asks_all = [key for key, one in mt.PROTOCOLS.items() if "other_criteria" not in (c.key for c in one.criteria)]
    assert asks_all == ["time_is_muscle"]
    table = mt.load_screening().head(40)
    compared = mt.compare_protocols(table)
    partial = compared[compared["protocol"] != "time_is_muscle"]
    assert "eligible" not in set(partial["decision"])
    assert partial["not_asked"].str.contains("other_criteria").all()
    assert partial.loc[partial["decision"] == "indeterminate", "because"].str.contains("not asked").all()


def test_every_mark_and_source_is_known():
    for protocol in mt.PROTOCOLS.values():
        assert all(source.citation for source in protocol.sources)
        assert {each.evidence for each in protocol.criteria} <= set(EVIDENCE)
        if protocol.key != "time_is_muscle":
            assert protocol.caution in str(protocol)
            assert escape(protocol.caution) in protocol._repr_html_()
    assert "not verified" in mt.PROTOCOLS["rim"].criterion("abnormal_measures").cited
    assert "note: not verified" in str(mt.PROTOCOLS["rim"])
    assert "not verified" in mt.PROTOCOLS["rim"]._repr_html_()


def test_editions_of_one_trial_name_it():
    editions = {key for key, one in mt.PROTOCOLS.items() if one.edition_of == "time_is_muscle"}
    assert editions == {key for key in PUBLISHED if key.startswith("time_is_muscle_")}
    assert "another text of the trial of 'time_is_muscle'" in str(mt.PROTOCOLS["time_is_muscle_ctis"])
    assert "Edition" not in str(mt.TIME_IS_MUSCLE)


def test_they_are_found_by_key():
    assert mt.PROTOCOLS["time_is_muscle"] is mt.TIME_IS_MUSCLE
    assert next(iter(mt.PROTOCOLS)) == "time_is_muscle"
    assert len(mt.PROTOCOLS) == len(PUBLISHED)
    assert "proderm" in mt.PROTOCOLS
    assert mt.PROTOCOLS.get("prodrem") is None
    assert "proderm: ProDERM" in repr(mt.PROTOCOLS)
    with pytest.raises(NotFoundError, match="did you mean 'proderm'"):
        mt.PROTOCOLS["prodrem"]
    assert {one.origin for one in mt.PROTOCOLS.values()} >= {"mt.TIME_IS_MUSCLE", "mt.PROTOCOLS['rim']"}


# ------------------------------------------------------------------------------------------------------- side by side

PATIENTS = pd.DataFrame(
    {
        "patient_id": ["at 142", "at 141", "unknown"],
        "mmt8_150": [142.0, 141.0, None],
        "cdasi_activity": [0.0, 0.0, 0.0],
        "age_years": [54.0, 54.0, 54.0],
        "subtype": ["dermatomyositis"] * 3,
        "physician_global_cm": [4.0] * 3,
        "patient_global_cm": [4.0] * 3,
        "haq_di": [1.0] * 3,
        "enzyme_xuln": [8.0] * 3,
        "extramuscular_cm": [0.0] * 3,
    }
)
TRIALS = ["proderm", "neptunia"]


def test_the_same_patient_fits_one_trial_and_not_the_other():
    compared = mt.compare_protocols(PATIENTS, TRIALS)
    assert compared["patient_id"].tolist() == ["at 142", "at 142", "at 141", "at 141", "unknown", "unknown"]
    assert compared["protocol"].tolist() == TRIALS * 3
    assert compared["decision_as_asked"].tolist() == [
        *("ineligible", "eligible"),
        *("eligible", "eligible"),
        *("indeterminate", "indeterminate"),
    ]
    assert compared.loc[0, "because"] == "Strength: MMT-8 (of 150) 142 points, not below 142"
    assert compared["caution"].str.startswith(SCREENING_AID).all()
    assert set(mt.compare_protocols(PATIENTS, TRIALS).columns) == set(compared.columns)
    answered = PATIENTS.assign(neptunia_other_criteria=True)
    assert mt.compare_protocols(answered, "neptunia")["decision"].tolist() == ["eligible", "eligible", "indeterminate"]


@pytest.mark.engines
@pytest.mark.parametrize("engine", ["Polars", "Polars, lazy", "DuckDB"])
def test_the_comparison_on_other_engines(engine):
    protocols = [mt.PROTOCOLS[key] for key in (*TRIALS, "determine")]
    expected = mt.compare_protocols(PATIENTS, protocols)
    found = mt.compare_protocols(ENGINES[engine](PATIENTS), protocols)
    names = tuple(expected.columns)
    rows = [sorted(map(str, cells(table, names))) for table in (expected, found)]
    assert rows[0] == rows[1]
    reasons = [
        sorted(map(str, cells(mt.PROTOCOLS["determine"].check(table), ("patient_id", "verdict", "reason"))))
        for table in (PATIENTS, ENGINES[engine](PATIENTS))
    ]
    assert reasons[0] == reasons[1]


def test_what_differs_is_shown_with_its_operator():
    by_column = mt.protocol_differences(["neptunia", "proderm"], by="column").set_index("column")
    assert by_column.loc["extramuscular_cm", "neptunia"] == "> 2"
    assert by_column.loc["mmt8_150", "differs"]
    assert by_column.loc["age_years", "neptunia"] == ""
    by_criterion = mt.protocol_differences(["time_is_muscle", "time_is_muscle_ctis"]).set_index("criterion")
    assert not by_criterion.loc["adult", "differs"]
    assert "respiratory symptoms" in by_criterion.loc["severe_weakness", "time_is_muscle_ctis"]
    excluded = mt.protocol_differences([mt.TIME_IS_MUSCLE], by="column").set_index("column")
    assert excluded.loc["fvc_percent_predicted", "time_is_muscle"] == "excluded < 50"
    assert not excluded["differs"].any()


@pytest.mark.parametrize("wrong", [[], ["proderm", "proderm"], [mt.TIME_IS_MUSCLE, "time_is_muscle"], [3]])
def test_protocols_that_cannot_be_compared(wrong):
    with pytest.raises(OptionError, match="each key once"):
        mt.compare_protocols(PATIENTS, wrong)


def test_one_name_with_two_meanings_is_refused():
    rim = mt.PROTOCOLS["rim"]
    text = """
key = "other"
title = "Other"
source = "rim_trial"
evidence = "verified"
columns.rim_other_criteria = { label = "something else", type = "yes_no" }
[[criteria]]
key = "something"
kind = "inclusion"
label = "Something"
words = "Something"
rule.is_true = "rim_other_criteria"
"""
    with pytest.raises(OptionError, match="rim and other each declare a column 'rim_other_criteria'"):
        mt.compare_protocols(PATIENTS, [rim, mt.read_protocol(text)])


def test_a_screening_table_has_what_every_protocol_needs():
    screening = mt.load_screening()
    needed = {name for one in mt.PROTOCOLS.values() for name, column in one.columns.items() if not column.optional}
    assert needed <= set(screening.columns)
    assert screening["mmt8_150"].notna().sum() > 100
    assert screening["cdasi_activity"].isna().all()
