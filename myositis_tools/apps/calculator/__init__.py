"""The Total Improvement Score of one patient, entered by hand, with the receipt beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myositis_tools.apps.calculator.example_patients import cases_of, example_cases
from myositis_tools.apps.calculator.model import CalculatorModel
from myositis_tools.apps.calculator.view import CalculatorView

__all__ = ["CalculatorModel", "CalculatorView", "calculate_total_improvement"]


def calculate_total_improvement(
    visits: Any = None,
    *,
    population: str = "adult",
    mmt: str | None = None,
    enzyme: str | None = None,
    baseline: Mapping[str, float | None] | None = None,
    now: Mapping[str, float | None] | None = None,
) -> CalculatorView:
    """Calculate the Total Improvement Score of one patient by hand.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame, optional
        One row a patient and visit; the patients stand in the menu of examples. If left out, the examples are two
        published patients and the trap patients of the sample cohort.
    population : {"adult", "juvenile"}
        The response thresholds to use.
    mmt : str, optional
        The scale of muscle strength: ``mmt8_150``, ``mmt8_80``, ``mmt26_260`` or, in juveniles, ``cmas_52``.
    enzyme : str, optional
        The enzyme to follow: ``ck``, ``aldolase``, ``ldh``, ``alt`` or ``ast``.
    baseline, now : mapping of str to float, optional
        Values to begin with, by column of the visits (``physician_global_cm``, ``mmt8_150``, ``ck_xuln`` ...). By
        default the first example is shown.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If an option or a value cannot be what it says it is.

    Missing data
    ------------
    An empty field is missing: the score then lies between two bounds, and the class is given where they agree.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.calculate_total_improvement(
    ...     baseline={"physician_global_cm": 6, "patient_global_cm": 5, "mmt8_150": 120, "haq_di": 1.5,
    ...               "ck_xuln": 8, "extramuscular_cm": 3},
    ...     now={"physician_global_cm": 3.4, "patient_global_cm": 4, "mmt8_150": 135, "haq_di": 1, "ck_xuln": 3,
    ...          "extramuscular_cm": 2})
    >>> app.model.headline
    'Total Improvement Score 52.5 of 100: moderate response.'
    """
    cases = example_cases() if visits is None else cases_of(visits, population)
    given = baseline is not None or now is not None
    model = CalculatorModel(cases, population=population, mmt=mmt, enzyme=enzyme, baseline=baseline, now=now)
    if not given and cases and population == "adult" and (mmt, enzyme) == (None, None):
        model.begin_with_case(0)
    return CalculatorView(model)
