"""Missing numbers drawn from what is known of the same patients, by chained equations with predictive mean matching."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DONORS = 5  # patients most alike, of whom one gives her value
_RIDGE = 1e-5  # of the sum of squares: enough to solve where two predictors go together


def draw_missing(
    values: np.ndarray, predictors: Sequence[Sequence[int]], *, rounds: int, rng: np.random.Generator
) -> np.ndarray:
    """Fill the gaps of a table once.

    Each column with a gap is predicted from others by a linear model whose coefficients are drawn from what the known
    values leave open; a gap then gets the value of a patient whose prediction is near. A value that is filled in is
    thus one that was seen in another patient; of patients equally near, those who stand first are asked. Statsmodels'
    ``MICEData`` does the same, but from one random state for the whole program; here each arm and filling has a seed of
    its own.

    Parameters
    ----------
    values : numpy.ndarray
        One row a patient; NaN is a gap. Each column has `DONORS` known values at least, or no gap.
    predictors : sequence of sequence of int
        For each column those it is predicted from, the most telling first. So many are taken that the known values are
        twice as many as the coefficients.
    rounds : int
        How often every column is gone through.
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    numpy.ndarray
        The table without gaps.
    """
    is_gap = np.isnan(values)
    filled = values.copy()
    with_gaps = [column for column in range(values.shape[1]) if is_gap[:, column].any()]
    for column in with_gaps:
        gap = is_gap[:, column]
        filled[gap, column] = rng.choice(values[~gap, column], gap.sum())
    for _ in range(rounds):
        for column in with_gaps:
            gap = is_gap[:, column]
            most = max(1, int((~gap).sum()) // 2 - 1)
            beside = filled[:, list(predictors[column])[:most]]
            filled[gap, column] = _matched(beside, values[:, column], gap, rng)
    return filled


def _matched(beside: np.ndarray, wanted: np.ndarray, gap: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    spread = beside.std(axis=0)
    design = np.column_stack([np.ones(len(beside)), (beside - beside.mean(axis=0)) / np.where(spread > 0, spread, 1)])
    known, seen = design[~gap], wanted[~gap]
    squares = known.T @ known
    inverse = np.linalg.inv(squares + _RIDGE * np.diag(np.diag(squares)) + 1e-12 * np.eye(len(squares)))
    best = inverse @ known.T @ seen
    freedom = max(len(seen) - len(best), 1)
    error = np.sqrt(((seen - known @ best) ** 2).sum() / rng.chisquare(freedom))
    drawn = best + error * np.linalg.cholesky(inverse) @ rng.standard_normal(len(best))
    apart = np.abs((design[gap] @ drawn)[:, None] - (known @ best)[None, :])
    near = np.argsort(apart, axis=1, kind="stable")[:, :DONORS]
    return seen[near[np.arange(len(near)), rng.integers(near.shape[1], size=len(near))]]
