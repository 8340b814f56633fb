"""Figures: each is a frame of exactly what is drawn, and a plot that draws and returns it."""

from myositis_tools.figures.attrition import attrition_frame, plot_attrition
from myositis_tools.figures.eligibility_matrix import eligibility_matrix_frame, plot_eligibility_matrix

__all__ = ["attrition_frame", "eligibility_matrix_frame", "plot_attrition", "plot_eligibility_matrix"]
