"""Trials: arms compared, missing values and rescue as named choices, and trials that could be."""

from myositis_tools.sample import TrialAssumptions
from myositis_tools.studies import (
    compare_counts,
    compare_imputed,
    compare_over_visits,
    compare_prednisone,
    compare_responders,
    compare_scores,
    compare_subgroups,
    impute_measures,
    methods_paragraph,
    power_over,
    prednisone_between,
    rescued_patients,
    simulate_trial,
    summarise_power,
    tipping_point,
)

__all__ = [
    "TrialAssumptions",
    "compare_counts",
    "compare_imputed",
    "compare_over_visits",
    "compare_prednisone",
    "compare_responders",
    "compare_scores",
    "compare_subgroups",
    "impute_measures",
    "methods_paragraph",
    "power_over",
    "prednisone_between",
    "rescued_patients",
    "simulate_trial",
    "summarise_power",
    "tipping_point",
]


def __dir__() -> list[str]:
    return __all__
