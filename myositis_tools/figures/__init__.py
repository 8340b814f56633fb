"""Figures: each is a frame of exactly what is drawn, and a plot that draws and returns it."""

from myositis_tools.figures.attrition import attrition_frame, plot_attrition
from myositis_tools.figures.eligibility_matrix import eligibility_matrix_frame, plot_eligibility_matrix
from myositis_tools.figures.patient_profile import patient_profile_frame, plot_patient_profile
from myositis_tools.figures.receipt import plot_receipt, receipt_frame
from myositis_tools.figures.total_improvement import plot_total_improvement, total_improvement_frame
from myositis_tools.figures.trajectories import plot_trajectories, trajectory_frame

__all__ = [
    "attrition_frame",
    "eligibility_matrix_frame",
    "patient_profile_frame",
    "plot_attrition",
    "plot_eligibility_matrix",
    "plot_patient_profile",
    "plot_receipt",
    "plot_total_improvement",
    "plot_trajectories",
    "receipt_frame",
    "total_improvement_frame",
    "trajectory_frame",
]
