"""Data to learn and test on: a synthetic screening cohort and numbers printed in publications."""

from myositis_tools.sample.cohort import Cohort, simulate
from myositis_tools.sample.files import (
    load_events,
    load_medications,
    load_patients,
    load_power,
    load_published,
    load_screening,
    load_visits,
    own_data_file,
    sample_omop,
    write_sample,
)
from myositis_tools.sample.trial_assumptions import ArmAssumption, MeasureAssumption, TrialAssumptions

__all__ = [
    "ArmAssumption",
    "Cohort",
    "MeasureAssumption",
    "TrialAssumptions",
    "load_events",
    "load_medications",
    "load_patients",
    "load_power",
    "load_published",
    "load_screening",
    "load_visits",
    "own_data_file",
    "sample_omop",
    "simulate",
    "write_sample",
]
