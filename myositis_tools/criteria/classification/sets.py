"""The criteria sets that are held as rules, and the one function that asks them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from narwhals.typing import IntoFrameT

from myositis_tools.criteria.classification.antisynthetase import CONNORS_2010, LEGA, SOLOMON_2011
from myositis_tools.criteria.classification.criteria_set import CriteriaSet
from myositis_tools.criteria.classification.enmc_224 import ENMC_224
from myositis_tools.criteria.classification.enmc_239 import ENMC_239
from myositis_tools.criteria.classification.hoogendijk_2004 import HOOGENDIJK_2004
from myositis_tools.criteria.classification.troyanov_2005 import TROYANOV_2005
from myositis_tools.errors import require_option

CRITERIA_SETS: Mapping[str, CriteriaSet] = MappingProxyType(
    {each.key: each for each in (ENMC_239, ENMC_224, HOOGENDIJK_2004, TROYANOV_2005, CONNORS_2010, SOLOMON_2011, LEGA)}
)


def classify(cases: IntoFrameT, *, criteria_set: str) -> IntoFrameT:
    """Classify cases by a set of criteria that is held as rules.

    Every set here is provisional: its text has not been checked against the paper, and every row says so. Print
    ``CRITERIA_SETS["enmc_239"]`` to read a set.

    Parameters
    ----------
    cases : pandas, Polars, DuckDB or PySpark frame
        One row a case, with the columns in ``CRITERIA_SETS[...].needs``, nearly all of them yes/no.
    criteria_set : str
        A key of ``CRITERIA_SETS``: ``enmc_239``, ``enmc_224``, ``hoogendijk_2004``, ``troyanov_2005``,
        ``connors_2010``, ``solomon_2011`` or ``lega``.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``criteria_set``, ``verdict`` (``met``, ``not met``, ``unknown``: whether any
        category is met), ``category`` (the first that is met, or ``none``), ``because``, ``provisional`` and
        ``caution``.

    Raises
    ------
    OptionError
        If there is no such set.
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there or holds what cannot be.

    Missing data
    ------------
    A finding that is not recorded is neither yes nor no: a verdict is *unknown* where it would decide, and ``category``
    is missing where it could be another. ``because`` names what is not recorded.

    Source
    ------
    ``tables.load("classification_sets")``, ``classification_categories`` and ``classification_limits``; decision C6.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.criteria import classify
    >>> cases = pd.DataFrame({
    ...     "ck_high": [True, True, True], "proximal_weakness": [True, True, False],
    ...     "anti_srp": [True, False, False], "anti_hmgcr": [False, None, False],
    ...     "myositis_specific_antibody": [True, False, False], "biopsy_necrotizing": [None, False, True]})
    >>> classify(cases, criteria_set="enmc_224")[["verdict", "category", "provisional"]]
       verdict           category  provisional
    0      met  anti_srp_myopathy         True
    1  unknown                NaN         True
    2  not met               none         True
    """
    require_option("criteria_set", criteria_set, tuple(CRITERIA_SETS))
    return CRITERIA_SETS[criteria_set].classify(cases)
