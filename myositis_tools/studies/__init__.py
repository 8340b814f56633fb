"""Studies: what a protocol does to a cohort, and how a cohort responds."""

from myositis_tools.studies.design.power import power_over
from myositis_tools.studies.design.trial_simulation import simulate_trial, summarise_power
from myositis_tools.studies.response.choices import (
    admissible_choices,
    choice_changes_frame,
    compare_choices,
    summarise_choices,
)
from myositis_tools.studies.response.response_curve import response_curve
from myositis_tools.studies.response.response_over_time import response_over_time
from myositis_tools.studies.response.time_to_response import time_to_response
from myositis_tools.studies.screening.attrition import attrition
from myositis_tools.studies.screening.case_mix import case_mix
from myositis_tools.studies.screening.count_answers import count_answers
from myositis_tools.studies.screening.influence import influence
from myositis_tools.studies.screening.near_misses import near_misses
from myositis_tools.studies.screening.next_measurements import next_measurements
from myositis_tools.studies.screening.overlap import overlap
from myositis_tools.studies.screening.protocol_comparison import compare_protocols, protocol_differences
from myositis_tools.studies.screening.protocol_tests import assure
from myositis_tools.studies.screening.rank_candidates import rank_candidates
from myositis_tools.studies.screening.sensitivity import sensitivity
from myositis_tools.studies.trials.imputation import impute_measures
from myositis_tools.studies.trials.imputed_comparison import compare_imputed
from myositis_tools.studies.trials.methods import methods_paragraph
from myositis_tools.studies.trials.prednisone_differences import compare_prednisone
from myositis_tools.studies.trials.prednisone_taken import prednisone_between
from myositis_tools.studies.trials.rescued_patients import rescued_patients
from myositis_tools.studies.trials.responders import compare_counts, compare_responders
from myositis_tools.studies.trials.score_differences import compare_scores
from myositis_tools.studies.trials.subgroups import compare_subgroups
from myositis_tools.studies.trials.tipping_point import tipping_point
from myositis_tools.studies.trials.visit_differences import compare_over_visits

__all__ = [
    "admissible_choices",
    "assure",
    "attrition",
    "case_mix",
    "choice_changes_frame",
    "compare_choices",
    "compare_counts",
    "compare_imputed",
    "compare_over_visits",
    "compare_prednisone",
    "compare_protocols",
    "compare_responders",
    "compare_scores",
    "compare_subgroups",
    "count_answers",
    "impute_measures",
    "influence",
    "methods_paragraph",
    "near_misses",
    "next_measurements",
    "overlap",
    "power_over",
    "prednisone_between",
    "protocol_differences",
    "rank_candidates",
    "rescued_patients",
    "response_curve",
    "response_over_time",
    "sensitivity",
    "simulate_trial",
    "summarise_choices",
    "summarise_power",
    "time_to_response",
    "tipping_point",
]
