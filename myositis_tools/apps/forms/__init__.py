"""Calculators for one sheet: classification, HAQ-DI, manual muscle testing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myositis_tools.apps.forms.eular_acr import EULAR_ACR
from myositis_tools.apps.forms.haq_di import HAQ_DI
from myositis_tools.apps.forms.mmt import MMT
from myositis_tools.apps.forms.model import SheetModel
from myositis_tools.apps.forms.view import SheetView

__all__ = ["SheetModel", "SheetView", "calculate_eular_acr", "calculate_haq_di", "calculate_mmt"]


def calculate_eular_acr(case: Mapping[str, Any] | None = None) -> SheetView:
    """Classify one case by hand with the 2017 EULAR/ACR criteria.

    Parameters
    ----------
    case : mapping, optional
        Answers to begin with, by column of `classify_eular_acr`; a constructed case if left out.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If an answer cannot be what it says it is, such as a biopsy finding without a biopsy.

    Missing data
    ------------
    What is left open is not recorded: the score then lies between two bounds, and the category is given where they
    agree.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.calculate_eular_acr()
    >>> app.model.enter("anti_jo1", True)
    >>> app.model.headline
    '11.2 points, probability 99.7 %: definite; dermatomyositis.'
    """
    return SheetView(SheetModel(EULAR_ACR, answers=case))


def calculate_haq_di(items: Mapping[str, Any] | None = None, *, aids: bool = True) -> SheetView:
    """Score one sheet of the Health Assessment Questionnaire by hand.

    Parameters
    ----------
    items : mapping, optional
        Answers to begin with, by column of `score_haq_di`; a constructed sheet if left out.
    aids : bool
        Whether aids, devices and help raise a category.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If an answer cannot be what it says it is.

    Missing data
    ------------
    As in `score_haq_di`: the others of its category stand in for an open item; too few categories give bounds alone.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.apps.calculate_haq_di(aids=False).model.headline
    'HAQ-DI 1.125 of 3: 8 of 8 categories answered.'
    """
    return SheetView(SheetModel(HAQ_DI, answers=items, aids=aids))


def calculate_mmt(
    muscles: Mapping[str, Any] | None = None,
    *,
    scale: str = "mmt8_150",
    side: str = "right",
    prorate: bool = False,
    trace: int | None = None,
) -> SheetView:
    """Add up one sheet of manual muscle testing by hand.

    Parameters
    ----------
    muscles : mapping, optional
        Grades to begin with, by column of `score_mmt`; a constructed sheet if left out.
    scale, side, prorate, trace
        As in `score_mmt`.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown.

    Raises
    ------
    MyositisToolsError
        If a grade cannot be what it says it is, or a trace is given and nothing said about it.

    Missing data
    ------------
    As in `score_mmt`: a muscle that is not graded leaves bounds.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.calculate_mmt(scale="mmt8_80")
    >>> app.model.headline
    'MMT-8 (of 80): 69, a loss of 13.8 %.'
    """
    return SheetView(SheetModel(MMT, answers=muscles, scale=scale, side=side, prorate=prorate, trace=trace))
