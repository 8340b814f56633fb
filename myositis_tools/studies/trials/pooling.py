"""Estimates from many fillings of what is missing, put together by Rubin's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from myositis_tools.errors import needs_package


@dataclass(frozen=True)
class Pooled:
    """An estimate over all fillings.

    Attributes
    ----------
    value, error : float
        The mean of the estimates, and its standard error: from within the fillings and from between them.
    degrees_of_freedom : float
        Of Student's t, after Barnard and Rubin; infinite where nothing was missing in a large sample.
    share_missing_information : float
        How much of what there is to know of the estimate the missing values have taken, from 0 to 1.
    """

    value: float
    error: float
    degrees_of_freedom: float
    share_missing_information: float

    def interval(self, confidence: float) -> tuple[float, float]:
        """The interval, two-sided."""
        with needs_package("scipy"):
            from scipy.stats import t

        reach = float(t.ppf((1 + confidence) / 2, self.degrees_of_freedom)) * self.error
        return self.value - reach, self.value + reach

    @property
    def p_value(self) -> float:
        """Of no difference, two-sided."""
        with needs_package("scipy"):
            from scipy.stats import t

        return float(2 * t.sf(abs(self.value) / self.error, self.degrees_of_freedom))


def pool(values: Sequence[float], errors: Sequence[float], *, degrees_of_freedom: float = inf) -> Pooled:
    """Put the estimates of each filling together.

    Parameters
    ----------
    values, errors : sequence of float
        The estimate of each filling and its standard error.
    degrees_of_freedom : float
        What they would be if nothing were missing.

    Returns
    -------
    Pooled
        With one filling, or all alike, the estimate as it is.

    Source
    ------
    Rubin DB, Multiple Imputation for Nonresponse in Surveys, Wiley 1987. Degrees of freedom: Barnard J, Rubin DB,
    Biometrika 1999;86:948-955. Neither was read: the formulas are those of the R package mice and of SAS PROC
    MIANALYZE, which print them as theirs.

    Examples
    --------
    >>> from myositis_tools.studies.trials.pooling import pool
    >>> found = pool([10.0, 12.0, 14.0], [2.0, 2.0, 2.0])
    >>> round(found.value, 2), round(found.error, 2), round(found.degrees_of_freedom, 2)
    (12.0, 3.06, 6.12)
    """
    count = len(values)
    within = float(np.mean(np.square(errors)))
    between = float(np.var(values, ddof=1)) if count > 1 else 0.0
    total = within + (1 + 1 / count) * between
    if not between:
        return Pooled(float(np.mean(values)), sqrt(total), degrees_of_freedom, 0.0)
    lost = (1 + 1 / count) * between / total
    of_fillings = (count - 1) / lost**2
    if not within:  # all that is not known of the estimate is what is missing
        return Pooled(float(np.mean(values)), sqrt(total), of_fillings, 1.0)
    freedom = of_fillings
    if degrees_of_freedom < inf:
        complete = degrees_of_freedom
        of_patients = (complete + 1) / (complete + 3) * complete * (1 - lost)
        freedom = 1 / (1 / of_fillings + 1 / of_patients)
    ratio = lost / (1 - lost)
    share = (ratio + 2 / (freedom + 3)) / (ratio + 1)
    return Pooled(float(np.mean(values)), sqrt(total), freedom, min(1.0, share))
