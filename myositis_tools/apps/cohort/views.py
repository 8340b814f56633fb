"""The views of a cohort: what each is called, how it is made, and why it may have nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from myositis_tools.apps.calculator import calculate_total_improvement
from myositis_tools.apps.cohort.model import CohortModel
from myositis_tools.apps.design import explore_design
from myositis_tools.apps.effects import explore_effects
from myositis_tools.apps.eligibility import explore_eligibility
from myositis_tools.apps.forms import calculate_eular_acr, calculate_haq_di, calculate_mmt
from myositis_tools.apps.trajectories import explore_trajectories
from myositis_tools.apps.widgets import Desk


@dataclass(frozen=True)
class View:
    """A view.

    Attributes
    ----------
    label : str
        What the bar calls it.
    make : callable
        Makes its app of a cohort; None for the views that the page itself makes.
    why_not : callable
        Says why it has nothing to show; empty where it has.
    group : str
        The label of the views that share a place in the bar; its own where it stands alone.
    """

    label: str
    make: Callable[[CohortModel], Desk] | None = None
    why_not: Callable[[CohortModel], str] = lambda _: ""
    group: str = ""


def _nobody_to_screen(model: CohortModel) -> str:
    return (
        ""
        if model.cohort.screened is not None
        else (
            "Nobody can be screened: no table has one row for each patient, with age, sex, diagnosis and the day of "
            "screening. Add that file on the Cohort page."
        )
    )


def _no_visits(model: CohortModel) -> str:
    return (
        ""
        if "visits" in model.cohort.tables
        else ("There are no visits: no table has one row for each patient and visit. Add that file on the Cohort page.")
    )


def _no_arms(model: CohortModel) -> str:
    visits, patients = (model.cohort.tables.get(kind) for kind in ("visits", "patients"))
    has_arm = any(table is not None and "arm" in table for table in (visits, patients))
    return _no_visits(model) or (
        "" if has_arm else "These patients are of no trial: no table has a column that says in which arm each was."
    )


def _who_fits(model: CohortModel) -> Desk:
    screening = None if model.cohort.is_sample else model.cohort.screened
    return explore_eligibility(screening, protocol=model.protocol)


def _visits_and_patients(model: CohortModel) -> dict[str, Any]:
    tables = model.cohort.tables
    return {} if model.cohort.is_sample else {"visits": tables["visits"], "patients": tables.get("patients")}


def _calculator(model: CohortModel) -> Desk:
    is_own = not model.cohort.is_sample and "visits" in model.cohort.tables
    return calculate_total_improvement(model.cohort.tables["visits"] if is_own else None)


_CALCULATORS = "Calculators"
VIEWS: Mapping[str, View] = {
    "cohort": View("Cohort"),
    "who_fits": View("Who fits", _who_fits, _nobody_to_screen),
    "follow_up": View("Follow-up", lambda model: explore_trajectories(**_visits_and_patients(model)), _no_visits),
    "patient": View("Patient", group="Patient"),
    "trial": View("Trial", lambda model: explore_effects(**_visits_and_patients(model)), _no_arms),
    "design": View("Design", lambda _: explore_design()),
    "calculator": View("Total Improvement Score", _calculator, group=_CALCULATORS),
    "eular_acr": View("EULAR/ACR classification", lambda _: calculate_eular_acr(), group=_CALCULATORS),
    "haq_di": View("HAQ-DI", lambda _: calculate_haq_di(), group=_CALCULATORS),
    "mmt": View("Manual muscle testing", lambda _: calculate_mmt(), group=_CALCULATORS),
}


def in_bar() -> list[tuple[str, str]]:
    """The views of the bar with their labels; of those that share a place the first."""
    places: dict[str, str] = {}
    for key, view in VIEWS.items():
        places.setdefault(view.group or view.label, key)
    return [(key, label) for label, key in places.items() if key != "patient"]


def place_in_bar(key: str) -> str:
    """The view of the bar under which a view stands."""
    return next((first for first, label in in_bar() if label == VIEWS[key].group), key)


def beside(key: str) -> list[tuple[str, str]]:
    """The views that share a place with a view, with their labels; none where it stands alone."""
    group = VIEWS[key].group
    found = [(other, view.label) for other, view in VIEWS.items() if group and view.group == group]
    return found if len(found) > 1 else []
