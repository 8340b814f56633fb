"""The difference of two shares over many fillings of what is missing, with an interval that keeps to the scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, inf, sqrt
from typing import Any

import numpy as np

from myositis_tools.errors import needs_package

NEWCOMBE_POOLED = "Newcombe, Rubin's rules"
Counts = tuple[int, int]


def pooled_difference(pairs: Sequence[Sequence[Counts]], confidence: float) -> dict[str, Any]:
    """Pool the difference of two shares, in percentage points, with Newcombe's interval.

    Parameters
    ----------
    pairs : sequence of pair of pair of int
        Of each filling responders and patients of the arm, and of the reference. The patients are the same in all.
    confidence : float
        Of the interval, two-sided.

    Returns
    -------
    dict
        ``value``, ``low`` and ``high``, never outside −100 and 100; or ``because``.

    Missing data
    ------------
    An arm without a patient has no share.

    Source
    ------
    Wilson's interval of each arm after multiple imputation by Lott A, Reiter JP, Am Stat 2020;74:109-115 (not read; the
    formula is that of the R package MIWilson, whose quantile is one-sided and was not taken), put together as in method
    10 of Newcombe RG, Stat Med 1998;17:873-890 (not read). With all fillings alike it is Newcombe's interval itself.

    Examples
    --------
    >>> from myositis_tools.studies.trials.pooled_shares import pooled_difference
    >>> found = pooled_difference([((3, 5), (0, 5)), ((4, 5), (0, 5))], 0.95)
    >>> [round(found[name], 1) for name in ("value", "low", "high")]
    [70.0, 0.6, 96.7]
    """
    arms = [[counts[place] for counts in pairs] for place in (0, 1)]
    if any(counts[0][1] == 0 for counts in arms):
        return {"because": "an arm without a patient"}
    (own, own_low, own_high), (other, other_low, other_high) = (_wilson(counts, confidence) for counts in arms)
    value = own - other
    return {
        "value": 100 * value,
        "low": 100 * (value - hypot(own - own_low, other_high - other)),
        "high": 100 * (value + hypot(own_high - own, other - other_low)),
    }


def _wilson(counts: Sequence[Counts], confidence: float) -> tuple[float, float, float]:
    """A share over the fillings with both ends of its interval: Wilson's, of as many patients as the fillings leave."""
    with needs_package("scipy"):
        from scipy.stats import t

    patients = counts[0][1]
    shares = np.array([responders / patients for responders, _ in counts])
    share, count = float(shares.mean()), len(shares)
    within = float((shares * (1 - shares)).mean()) / patients
    between = (1 + 1 / count) * float(shares.var(ddof=1)) if count > 1 else 0.0
    if between and not within:
        return share, 0.0, 1.0  # one patient who responds in some fillings: nothing is known of such an arm
    more = 1 + between / within if between else 1.0
    freedom = (count - 1) / (1 - 1 / more) ** 2 if more > 1 else inf
    squared = float(t.ppf((1 + confidence) / 2, freedom)) ** 2 * more / patients
    middle = (share + squared / 2) / (1 + squared)
    reach = sqrt(squared * (share * (1 - share) + squared / 4)) / (1 + squared)
    return share, max(0.0, middle - reach), min(1.0, middle + reach)
