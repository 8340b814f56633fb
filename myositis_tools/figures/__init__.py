"""Figures: each is a frame of exactly what is drawn, and a plot that draws and returns it."""

from myositis_tools.figures.followup.class_flow import class_flow_frame, plot_class_flow
from myositis_tools.figures.followup.measure_heatmap import measure_heatmap_frame, plot_measure_heatmap
from myositis_tools.figures.followup.missingness import missingness_frame, plot_missingness
from myositis_tools.figures.followup.point_shares import plot_point_shares, point_shares_frame
from myositis_tools.figures.followup.prednisone_and_response import (
    plot_prednisone_and_response,
    prednisone_and_response_frame,
)
from myositis_tools.figures.followup.response_calendar import plot_response_calendar, response_calendar_frame
from myositis_tools.figures.followup.spider import plot_spider, spider_frame
from myositis_tools.figures.followup.swimmer import plot_swimmer, swimmer_frame
from myositis_tools.figures.followup.time_to_response import plot_time_to_response
from myositis_tools.figures.followup.time_to_response_frame import time_to_response_frame
from myositis_tools.figures.followup.trajectories import plot_trajectories, trajectory_frame
from myositis_tools.figures.followup.two_measures import plot_two_measures, two_measures_frame
from myositis_tools.figures.followup.waterfall import plot_waterfall, waterfall_frame
from myositis_tools.figures.patient.classification_bounds import classification_bounds_frame, plot_classification_bounds
from myositis_tools.figures.patient.contributions import haq_contributions, plot_eular_acr_items, plot_haq_categories
from myositis_tools.figures.patient.medication_timeline import medication_timeline_frame, plot_medication_timeline
from myositis_tools.figures.patient.muscle_map import muscle_receipt, plot_muscle_map
from myositis_tools.figures.patient.patient_profile import patient_profile_frame, plot_patient_profile
from myositis_tools.figures.patient.receipt import plot_receipt, receipt_frame
from myositis_tools.figures.patient.total_improvement import plot_total_improvement, total_improvement_frame
from myositis_tools.figures.screening.attrition import attrition_frame, plot_attrition
from myositis_tools.figures.screening.case_mix import case_mix_frame, plot_case_mix
from myositis_tools.figures.screening.consort import consort_frame, plot_consort
from myositis_tools.figures.screening.decisions import decision_marks_frame, plot_decision_marks
from myositis_tools.figures.screening.eligibility_matrix import eligibility_matrix_frame, plot_eligibility_matrix
from myositis_tools.figures.screening.influence import influence_frame, plot_influence
from myositis_tools.figures.screening.near_misses import near_misses_frame, plot_near_misses
from myositis_tools.figures.screening.overlap import overlap_frame, plot_overlap
from myositis_tools.figures.screening.sensitivity import plot_sensitivity, sensitivity_frame
from myositis_tools.figures.trials.choices import choices_frame, plot_choices
from myositis_tools.figures.trials.effects import effects_frame, plot_effects
from myositis_tools.figures.trials.power import plot_power, power_frame
from myositis_tools.figures.trials.tipping_point import plot_tipping_point, tipping_point_frame

__all__ = [
    "attrition_frame",
    "case_mix_frame",
    "choices_frame",
    "class_flow_frame",
    "classification_bounds_frame",
    "consort_frame",
    "decision_marks_frame",
    "effects_frame",
    "eligibility_matrix_frame",
    "haq_contributions",
    "influence_frame",
    "measure_heatmap_frame",
    "medication_timeline_frame",
    "missingness_frame",
    "muscle_receipt",
    "near_misses_frame",
    "overlap_frame",
    "patient_profile_frame",
    "plot_attrition",
    "plot_case_mix",
    "plot_choices",
    "plot_class_flow",
    "plot_classification_bounds",
    "plot_consort",
    "plot_decision_marks",
    "plot_effects",
    "plot_eligibility_matrix",
    "plot_eular_acr_items",
    "plot_haq_categories",
    "plot_influence",
    "plot_measure_heatmap",
    "plot_medication_timeline",
    "plot_missingness",
    "plot_muscle_map",
    "plot_near_misses",
    "plot_overlap",
    "plot_patient_profile",
    "plot_point_shares",
    "plot_power",
    "plot_prednisone_and_response",
    "plot_receipt",
    "plot_response_calendar",
    "plot_sensitivity",
    "plot_spider",
    "plot_swimmer",
    "plot_time_to_response",
    "plot_tipping_point",
    "plot_total_improvement",
    "plot_trajectories",
    "plot_two_measures",
    "plot_waterfall",
    "point_shares_frame",
    "power_frame",
    "prednisone_and_response_frame",
    "receipt_frame",
    "response_calendar_frame",
    "sensitivity_frame",
    "spider_frame",
    "swimmer_frame",
    "time_to_response_frame",
    "tipping_point_frame",
    "total_improvement_frame",
    "trajectory_frame",
    "two_measures_frame",
    "waterfall_frame",
]


def __dir__() -> list[str]:
    return __all__
