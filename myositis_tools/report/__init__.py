"""Reports that stand alone: one patient or one cohort on a page that opens without a network and prints."""

from myositis_tools.report.cohort_report import report_cohort
from myositis_tools.report.document import Report, ReportPicture, ReportSection, ReportTable
from myositis_tools.report.patient_card import PatientCard, patient_card
from myositis_tools.report.patient_report import report_patient

__all__ = [
    "PatientCard",
    "Report",
    "ReportPicture",
    "ReportSection",
    "ReportTable",
    "patient_card",
    "report_cohort",
    "report_patient",
]
