"""Eligibility for TIME IS MUSCLE and IMACS scoring for idiopathic inflammatory myopathies.

For research and teaching, not for care. Figures, apps and files are loaded when they are first asked for:
``mt.figures``, ``mt.apps``, ``mt.exchange``.
"""

from importlib import import_module
from typing import Any

from myositis_tools import errors, tables
from myositis_tools.contents import catalogue
from myositis_tools.criteria import (
    CRITERIA_SETS,
    PROTOCOLS,
    Criterion,
    Protocol,
    classify,
    classify_bohan_peter,
    classify_eular_acr,
    derive_screening,
    explain_eular_acr,
    judge_exposures,
    read_protocol,
)
from myositis_tools.sample import (
    TrialAssumptions,
    load_events,
    load_medications,
    load_patients,
    load_published,
    load_screening,
    load_visits,
    simulate,
)
from myositis_tools.scores import (
    explain_total_improvement,
    glucocorticoid_exposure,
    highest_possible_improvement,
    prednisone_equivalent,
    score_cdasi,
    score_chaq,
    score_cmas,
    score_functional_index,
    score_fvc_percent,
    score_haq_di,
    score_ibm_frs,
    score_important_change,
    score_improvement_definition,
    score_inactive_disease,
    score_mdi,
    score_mitax,
    score_mmt,
    score_myoact,
    score_total_improvement,
    score_worsening,
    to_five_point_grades,
    to_xuln,
)
from myositis_tools.studies import (
    admissible_choices,
    assure,
    attrition,
    case_mix,
    choice_changes_frame,
    compare_choices,
    compare_counts,
    compare_imputed,
    compare_over_visits,
    compare_prednisone,
    compare_protocols,
    compare_responders,
    compare_scores,
    compare_subgroups,
    impute_measures,
    influence,
    methods_paragraph,
    near_misses,
    next_measurements,
    overlap,
    power_over,
    prednisone_between,
    protocol_differences,
    rescued_patients,
    response_curve,
    response_over_time,
    sensitivity,
    simulate_trial,
    summarise_choices,
    summarise_power,
    time_to_response,
    tipping_point,
)

__version__ = "0.1.0"

__all__ = [
    "CRITERIA_SETS",
    "PROTOCOLS",
    "TIME_IS_MUSCLE",
    "Criterion",
    "Protocol",
    "TrialAssumptions",
    "admissible_choices",
    "apps",
    "assure",
    "attrition",
    "case_mix",
    "catalogue",
    "choice_changes_frame",
    "classify",
    "classify_bohan_peter",
    "classify_eular_acr",
    "compare_choices",
    "compare_counts",
    "compare_imputed",
    "compare_over_visits",
    "compare_prednisone",
    "compare_protocols",
    "compare_responders",
    "compare_scores",
    "compare_subgroups",
    "derive_screening",
    "errors",
    "exchange",
    "explain_eular_acr",
    "explain_total_improvement",
    "figures",
    "glucocorticoid_exposure",
    "highest_possible_improvement",
    "impute_measures",
    "influence",
    "judge_exposures",
    "load_events",
    "load_medications",
    "load_patients",
    "load_published",
    "load_screening",
    "load_visits",
    "methods_paragraph",
    "near_misses",
    "next_measurements",
    "overlap",
    "power_over",
    "prednisone_between",
    "prednisone_equivalent",
    "protocol_differences",
    "read_protocol",
    "rescued_patients",
    "response_curve",
    "response_over_time",
    "score_cdasi",
    "score_chaq",
    "score_cmas",
    "score_functional_index",
    "score_fvc_percent",
    "score_haq_di",
    "score_ibm_frs",
    "score_important_change",
    "score_improvement_definition",
    "score_inactive_disease",
    "score_mdi",
    "score_mitax",
    "score_mmt",
    "score_myoact",
    "score_total_improvement",
    "score_worsening",
    "sensitivity",
    "simulate",
    "simulate_trial",
    "summarise_choices",
    "summarise_power",
    "tables",
    "time_to_response",
    "tipping_point",
    "to_five_point_grades",
    "to_xuln",
]

_ON_DEMAND = ("apps", "exchange", "figures")


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return import_module(f"myositis_tools.{name}")
    if name == "TIME_IS_MUSCLE":
        return PROTOCOLS["time_is_muscle"]
    raise AttributeError(f"module 'myositis_tools' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND, "TIME_IS_MUSCLE"})
