"""How sure the means of a model of few patients are: a sandwich without the bias of small trials, and its t."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_NO_OTHERS = 1e-8  # below it a patient's residuals are zero whatever her scores are


@dataclass(frozen=True)
class RobustCovariance:
    """The covariance of the coefficients of a linear model whose rows go together by patient.

    Attributes
    ----------
    covariance : numpy.ndarray
        Of the coefficients.
    degrees_of_freedom : numpy.ndarray
        Of the t of each coefficient.
    """

    covariance: np.ndarray
    degrees_of_freedom: np.ndarray

    @classmethod
    def of(
        cls, design: Sequence[np.ndarray], working: Sequence[np.ndarray], residuals: Sequence[np.ndarray]
    ) -> RobustCovariance:
        """Work it out from each patient's part of the design, her working covariance and her residuals.

        A patient's residuals are too small by her own share in the means, and so is a sandwich made of them. Here they
        are divided by the square root of one less that share, which makes the sandwich right on average where the
        working covariance is; where there is one visit and nobody is missing its standard error is Welch's. The degrees
        of freedom are Satterthwaite's, of that same model: those of a chi-squared that varies as the sandwich does.

        Parameters
        ----------
        design, working, residuals : sequence of numpy.ndarray
            One of each for every patient.

        Raises
        ------
        numpy.linalg.LinAlgError
            If a patient alone settles a coefficient: nothing is known of how such scores differ.

        Source
        ------
        The square root: Kauermann G, Carroll RJ, J Am Stat Assoc 2001;96:1387-1396; for rows that do not go together it
        is CR2 of Bell RM, McCaffrey DF, Surv Methodol 2002;28:169-181, whose degrees of freedom these are. Neither was
        read: ``tests/evidence`` holds both against their formulas in R and against R's clubSandwich.
        """
        roots = [_power(one, -0.5) for one in working]
        rows = [root @ one for root, one in zip(roots, design, strict=True)]
        errors = [root @ one for root, one in zip(roots, residuals, strict=True)]
        bread = np.linalg.inv(sum(one.T @ one for one in rows))
        adjusted = [_power(np.eye(len(one)) - one @ bread @ one.T, -0.5) for one in rows]
        parts = np.array([bread @ one.T @ own @ error for one, own, error in zip(rows, adjusted, errors, strict=True)])
        # of every coefficient the weights of each patient's residuals, and how those of two patients go together
        weights = [own @ one @ bread for one, own in zip(rows, adjusted, strict=True)]
        shared = np.array([one.T @ own for one, own in zip(rows, weights, strict=True)])
        alone = np.array([(own**2).sum(axis=0) for own in weights])
        freedom = [_freedom(alone[:, place], shared[:, :, place], bread) for place in range(len(bread))]
        return cls(parts.T @ parts, np.array(freedom))


def _power(matrix: np.ndarray, power: float) -> np.ndarray:
    """A power of a symmetric matrix."""
    values, vectors = np.linalg.eigh(matrix)
    if values.min() < _NO_OTHERS * max(values.max(), 1):
        raise np.linalg.LinAlgError("the matrix has no inverse")
    return (vectors * values**power) @ vectors.T


def _freedom(alone: np.ndarray, shared: np.ndarray, bread: np.ndarray) -> float:
    together = np.diag(alone) - shared @ bread @ shared.T
    return float(np.trace(together) ** 2 / (together**2).sum())
