"""How a time is distributed that is only known to lie between two visits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_MOST_ROUNDS = 100_000
_CLOSE_ENOUGH = 1e-9  # what a patient's likelihood could still gain, as a share of it


def estimate_from_intervals(after: Sequence[float], by: Sequence[float]) -> pd.DataFrame:
    """Estimate the distribution of a time from intervals: Turnbull's nonparametric maximum likelihood.

    Parameters
    ----------
    after, by : sequence of float
        One interval a patient: the event came later than ``after`` and no later than ``by``, which is infinite where
        it has not been seen.

    Returns
    -------
    pandas.DataFrame
        ``after, by, share``: the only intervals in which the estimate can put an event, in their order, and the share
        of the events in each. Where in an interval its share lies the data do not say.

    Source
    ------
    Turnbull BW, J R Stat Soc B 1976;38:290-295 (https://doi.org/10.1111/j.2517-6161.1976.tb01597.x).

    Examples
    --------
    >>> from myositis_tools.studies.response.interval_censored import estimate_from_intervals
    >>> estimate_from_intervals([0, 4, 4], [4, 8, float("inf")]).round(2)
       after   by  share
    0    0.0  4.0   0.33
    1    4.0  8.0   0.67
    """
    left, right = np.asarray(after, dtype="float64"), np.asarray(by, dtype="float64")
    starts, ends = _innermost(left, right)
    holds = (left[:, None] <= starts) & (ends <= right[:, None])
    patterns, times = np.unique(holds, axis=0, return_counts=True)
    return pd.DataFrame({"after": starts, "by": ends, "share": _shares(patterns.astype("float64"), times)})


def _innermost(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every beginning that is followed at once by an end; at the same time the end comes first."""
    times = np.concatenate([left, right])
    is_start = np.repeat([True, False], [len(left), len(right)])
    order = np.lexsort((is_start, times))
    times, is_start = times[order], is_start[order]
    places = np.flatnonzero(is_start[:-1] & ~is_start[1:])
    return times[places], times[places + 1]


def _shares(holds: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Spread each patient over the intervals that are possible for her, in the shares found so far, until they stay.

    The greatest gain bounds how far the likelihood is from its maximum, so that stopping by it is safe however slow
    the last steps are.
    """
    if not len(times):
        return np.zeros(holds.shape[1])
    shares = np.full(holds.shape[1], 1 / holds.shape[1])
    for _ in range(_MOST_ROUNDS):
        gain = (times / (holds @ shares)) @ holds / times.sum()
        if gain.max() - 1 < _CLOSE_ENOUGH:
            break
        shares = shares * gain
    return shares
