"""Numbers of two groups of patients, compared: means, ranks, permutations, and a difference adjusted for baselines."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import comb, sqrt
from typing import Any

import numpy as np
import pandas as pd

from myositis_tools.errors import needs_package
from myositis_tools.studies.trials.one_family import disagrees

MEAN, SHIFT = "mean difference", "shift"
POINTS = "points"

# No difference of two groups without these; each says why it is not there.
NO_VALUE = "an arm without a known value"
NO_SPREAD = "an arm of one patient has no spread"
ALL_ALIKE = "the values do not differ within the arms"
NO_WIDTH = "the interval has no width: too many values are alike"
CANNOT_ADJUST = "too few patients, or patients too alike, to adjust for this"
NO_RESIDUE = "the values do not differ beyond what arm and baselines say: the interval has no width"
_NOTHING = 1e-12  # the share of the squares that rounding leaves over
_TIES = (
    "interval and p value do not say the same: the interval is a normal approximation that does not count ties, the p "
    "value counts them or is exact"
)


def named(estimate: str, method: str, interval: str, unit: str) -> dict[str, Any]:
    """Begin a row: what is estimated, how, and in what unit."""
    return {"estimate": estimate, "method": method, "interval": interval, "unit": unit}


def welch(own: np.ndarray, other: np.ndarray, confidence: float, *, unit: str = POINTS) -> dict[str, Any]:
    """The difference of two means with the interval and the p value of Welch's t."""
    with needs_package("scipy"):
        from scipy.stats import ttest_ind

    row = named(MEAN, "welch", "Welch's t", unit)
    if not len(own) or not len(other):
        return row | {"because": NO_VALUE}
    row["value"] = float(own.mean() - other.mean())
    if min(len(own), len(other)) < 2:
        return row | {"because": NO_SPREAD}
    if not np.ptp(own) and not np.ptp(other):
        return row | {"because": ALL_ALIKE}
    with warnings.catch_warnings():  # of an arm in which all scores are alike
        warnings.simplefilter("ignore", RuntimeWarning)
        found = ttest_ind(own, other, equal_var=False)
    interval = found.confidence_interval(confidence)
    return row | {"low": float(interval.low), "high": float(interval.high), "p_value": float(found.pvalue)}


def permutation(own: np.ndarray, other: np.ndarray, resamples: int, seed: int) -> dict[str, Any]:
    """The difference of two means with the p value of a permutation test."""
    with needs_package("scipy"):
        from scipy.stats import permutation_test

    row = named(MEAN, "permutation", f"permutation, seed {seed}", POINTS)
    if min(len(own), len(other)) < 2:
        return row | {"because": "an arm of fewer than two patients"}
    found = permutation_test(
        (own, other),
        lambda first, second, axis: first.mean(axis=axis) - second.mean(axis=axis),
        vectorized=True,
        n_resamples=resamples,
        random_state=np.random.default_rng(seed),
    )
    p_value = float(found.pvalue)
    is_exact = comb(len(own) + len(other), len(own)) <= resamples
    error = 0.0 if is_exact else sqrt(p_value * (1 - p_value) / resamples)
    said = "over every permutation" if is_exact else f"from {resamples} permutations"
    said = f"a p value alone, {said}, twice the smaller tail"
    return row | {
        "value": float(own.mean() - other.mean()),
        "p_value": p_value,
        "monte_carlo_error": error,
        "because": said,
    }


def shift(own: np.ndarray, other: np.ndarray, confidence: float, *, unit: str = POINTS) -> dict[str, Any]:
    """Hodges and Lehmann's median difference with the p value of Mann and Whitney."""
    with needs_package("scipy"):
        from scipy.stats import mannwhitneyu, norm

    row = named(SHIFT, "hodges-lehmann", "Moses, normal approximation", unit)
    if not len(own) or not len(other):
        return row | {"because": NO_VALUE}
    differences = np.sort(np.subtract.outer(own, other).ravel())
    row["value"], row["p_value"] = float(np.median(differences)), float(mannwhitneyu(own, other).pvalue)
    spread = sqrt(len(differences) * (len(own) + len(other) + 1) / 12)
    place = int(len(differences) / 2 - norm.ppf((1 + confidence) / 2) * spread)
    if place < 1:
        return row | {"because": "too few patients for an interval"}
    low, high = float(differences[place - 1]), float(differences[-place])
    if low == high:
        return row | {"because": NO_WIDTH}
    row |= {"low": low, "high": high}
    return row | ({"caution": _TIES} if disagrees(row, row["p_value"], confidence) else {})


def baseline_design(baselines: Sequence[Mapping[str, Any]], adjust: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the columns of a model for the baselines that are known, numbers as such and words as categories.

    Returns
    -------
    pandas.DataFrame, numpy.ndarray
        One row for each of those whose baselines are all known, and for every one whether they are.
    """
    if not adjust:
        return pd.DataFrame(index=range(len(baselines))), np.ones(len(baselines), dtype=bool)
    table = pd.DataFrame([[one[name] for name in adjust] for one in baselines], columns=list(adjust))
    known = table.notna().all(axis=1).to_numpy()
    table = table[known]
    words = [name for name in adjust if not all(isinstance(value, int | float) for value in table[name])]
    return pd.get_dummies(table, columns=words, drop_first=True, dtype=float).astype(float), known


def least_squares(
    own: np.ndarray,
    other: np.ndarray,
    baselines: Sequence[Mapping[str, Any]],
    adjust: Sequence[str],
) -> tuple[Any, dict[str, Any]]:
    """Fit the values of two groups with their baselines, those of the first group first.

    Returns
    -------
    model or None, dict
        The fitted model, in which the difference is the second coefficient, and what it says of itself: patients of
        both groups, and ``because``.
    """
    with needs_package("statsmodels"):
        from statsmodels.api import OLS

    design, known = baseline_design(baselines, adjust)
    values = np.concatenate([own, other])[known]
    is_own = np.repeat([1.0, 0.0], [len(own), len(other)])[known]
    design.insert(0, "_arm", is_own)
    design.insert(0, "_mean", 1.0)
    left_out = int((~known).sum())
    said = {
        "patients": int(is_own.sum()),
        "reference_patients": int((is_own == 0).sum()),
        "because": f"{left_out} left out without a baseline value to adjust for" if left_out else "",
    }
    if len(design) <= design.shape[1] or np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]:
        return None, said | {"because": CANNOT_ADJUST}
    return OLS(values, design.to_numpy()).fit(), said


def fits_all(fitted: Any) -> bool:
    """Whether a model leaves nothing over, so that its errors are zero but for rounding."""
    return bool(fitted.ssr <= _NOTHING * max(1.0, float((fitted.model.endog**2).sum())))


def adjusted(
    own: np.ndarray,
    other: np.ndarray,
    baselines: Sequence[Mapping[str, Any]],
    adjust: Sequence[str],
    confidence: float,
) -> dict[str, Any]:
    """The difference of two means adjusted for baselines by least squares."""
    row = named(MEAN, "adjusted", f"least squares, with {', '.join(adjust)}", POINTS)
    fitted, said = least_squares(own, other, baselines, adjust)
    if fitted is None:
        return row | said
    if fits_all(fitted):
        return row | said | {"value": float(fitted.params[1]), "because": NO_RESIDUE}
    low, high = fitted.conf_int(alpha=1 - confidence)[1]
    numbers = {"value": fitted.params[1], "low": low, "high": high, "p_value": fitted.pvalues[1]}
    return row | said | {name: float(value) for name, value in numbers.items()}
