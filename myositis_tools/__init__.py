"""Eligibility for TIME IS MUSCLE and IMACS scoring for idiopathic inflammatory myopathies.

For research and teaching, not for care. What is asked for most stands here; everything stands in a namespace:

- `screening`: from the records to who could enter a trial, classification, and what each criterion costs
- `protocols`: the criteria of trials as data, read, tested and compared
- `scores`: the Total Improvement Score (TIS), manual muscle testing, HAQ-DI and other instruments from their items
- `response`: definitions of improvement and worsening, time to response, other admissible choices
- `trials`: arms compared, missing data, rescue, power and sample size
- `io`: files, mapping of headings, checks, REDCap, CDISC, FHIR, reports
- `figures`, `apps`: pictures, and widgets for a notebook
- `data`, `reference`: the sample cohort; every number with its source and evidence
- `teaching`: exercises that judge an answer, and courses made of them
"""

from importlib import import_module
from typing import Any

from myositis_tools.criteria import PROTOCOLS, classify_bohan_peter, classify_eular_acr, derive_screening, read_protocol
from myositis_tools.exchange import read_table, validate
from myositis_tools.sample import (
    load_events,
    load_medications,
    load_patients,
    load_screening,
    load_visits,
    own_data_file,
    simulate,
)
from myositis_tools.scores import (
    explain_total_improvement,
    prednisone_equivalent,
    score_cdasi,
    score_chaq,
    score_cmas,
    score_fvc_percent,
    score_haq_di,
    score_improvement_definition,
    score_inactive_disease,
    score_mmt,
    score_myoact,
    score_total_improvement,
    score_worsening,
    to_xuln,
)
from myositis_tools.studies import attrition, influence, near_misses, next_measurements, overlap

__version__ = "0.1.0"

NAMESPACES = (
    "screening",
    "protocols",
    "scores",
    "response",
    "trials",
    "io",
    "figures",
    "apps",
    "data",
    "reference",
    "teaching",
)

__all__ = [
    "PROTOCOLS",
    "TIME_IS_MUSCLE",
    "apps",
    "attrition",
    "classify_bohan_peter",
    "classify_eular_acr",
    "data",
    "derive_screening",
    "errors",
    "explain_total_improvement",
    "figures",
    "influence",
    "io",
    "load_events",
    "load_medications",
    "load_patients",
    "load_screening",
    "load_visits",
    "near_misses",
    "next_measurements",
    "overlap",
    "own_data_file",
    "patient_card",
    "prednisone_equivalent",
    "protocols",
    "read_protocol",
    "read_table",
    "reference",
    "report_cohort",
    "report_patient",
    "response",
    "score_cdasi",
    "score_chaq",
    "score_cmas",
    "score_fvc_percent",
    "score_haq_di",
    "score_improvement_definition",
    "score_inactive_disease",
    "score_mmt",
    "score_myoact",
    "score_total_improvement",
    "score_worsening",
    "scores",
    "screening",
    "simulate",
    "teaching",
    "to_xuln",
    "trials",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Load what is not loaded yet; a name of any namespace answers from here too."""
    if name in NAMESPACES or name == "errors":
        return import_module(f"myositis_tools.{name}")
    if name == "TIME_IS_MUSCLE":
        return PROTOCOLS["time_is_muscle"]
    if not name.startswith("_"):
        for place in _WITHOUT_WIDGETS:
            room = import_module(f"myositis_tools.{place}")
            if name in room.__all__:
                return getattr(room, name)
    raise AttributeError(f"module 'myositis_tools' has no attribute {name!r}")


_WITHOUT_WIDGETS = tuple(place for place in NAMESPACES if place not in ("figures", "apps", "teaching"))


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
