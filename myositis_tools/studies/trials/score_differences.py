"""The Total Improvement Score of one arm against another: means, ranks, wins, and an ordinal model of the class."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from typing import Any, Unpack

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, needs_package
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import (
    RESCUE_SCHEMA,
    SCHEMA,
    Patient,
    leave_scored,
    read_arms,
    require_confidence,
    settle,
    strategies,
)
from myositis_tools.studies.trials.two_samples import adjusted, named, permutation, shift, welch

WIN_ODDS, WIN_RATIO, COMMON_ODDS = "win odds", "win ratio", "common odds ratio"
_RATIO = "ratio"
ALIKE_CLASSES = "the classes do not differ within the arms"
_SCHEMA = {
    "week": nw.Int64,
    "missing": nw.String,
    **SCHEMA,
    "monte_carlo_error": nw.Float64,
    "because": nw.String,
    "caution": nw.String,
    "not_known": nw.Int64,
    "reference_not_known": nw.Int64,
}


@takes_options
def compare_scores(
    visits: IntoFrameT,
    week: int,
    *,
    group: str = ARM,
    reference: object = None,
    missing: str | Sequence[str] = "complete",
    adjust: Sequence[str] = (),
    confidence: float = 0.95,
    resamples: int = 9999,
    seed: int = 0,
    rescue: str | None = None,
    estimand: str = "treatment policy",
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Compare the score between arms at one week: mean difference, ANCOVA, permutation test, win odds, odds ratio.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    week : int
        The visit at which they are compared.
    group : str
        The column that says which arm a patient is in.
    reference : str, optional
        The arm the others are compared with; by default the one called *placebo*.
    missing : {"complete", "non-responder", "worst", "best"} or several of them
        What is done with a patient whose score is not known, see below.
    adjust : sequence of str
        Columns of the visits whose values at the baseline the mean difference is adjusted for; numbers count as such,
        words as categories. Choose them before looking.
    confidence : float
        Of the intervals, two-sided.
    resamples, seed : int
        Of the permutation test; the same seed gives the same p value.
    rescue, estimand : str
        As in `compare_responders`; the composite estimand counts a score of zero.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a strategy and estimate of an arm against the reference: ``week``, ``missing`` (the strategy),
        ``estimate``, ``method`` and its full name ``interval``, ``arm``, ``reference``, ``value``, ``low``, ``high``,
        ``unit``, ``p_value`` (two-sided), ``patients`` and ``reference_patients``, ``monte_carlo_error`` (standard
        error of a p value that was sampled), ``because`` (why something is not given), ``caution`` (why interval and p
        value do not say the same, where they do not), ``not_known`` and
        ``reference_not_known``: patients whose score, or class where it is compared, is not certain. With `rescue`
        also ``estimand``, ``rescued`` and ``reference_rescued``. The estimates are

        ``mean difference``
            In points: ``welch``; ``adjusted`` (least squares) if asked; ``permutation`` with a p value alone.
        ``shift``
            In points: Hodges and Lehmann's median of all differences between two patients, with the p value of Mann
            and Whitney.
        ``win odds``, ``win ratio``
            Of the class, over all pairs of a patient of the arm and one of the reference. Ties count half to each
            side in the odds and are left out of the ratio. Interval and p value are both of the logarithm.
        ``common odds ratio``
            Of a higher class, by the proportional odds model.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, the week or an arm is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    ``complete`` leaves out whose score (or class) is not certain; ``non-responder`` counts the lowest score her known
    measures allow, zero where nothing is known; ``worst`` counts the lowest in the arm that is compared and the
    highest in the reference, ``best`` the reverse: bounds of the mean difference, whatever was missed. The highest is
    what her known measures allow, and what is within reach from her baseline where she was not seen. An estimate that
    cannot be had is a row that says why. A patient without a baseline value to adjust for is left out of that row.

    Source
    ------
    SciPy (Welch, Mann-Whitney, permutation) and statsmodels (least squares, ordinal model). Win odds: variance and
    degrees of freedom of Brunner E, Munzel U, Biom J 2000;42:17-25, on the logarithm of the odds by the delta method,
    so that no interval leaves the scale; the p value is of the same Student's t. It is cautious in small arms: where
    nothing differs it falls under 0.05 in 1.3 % of trials of 8 an arm, 2.5 % of 12 and 3.5 % of 24 (3000 simulated
    each), theirs in 5 to 6 %. The permutation's p value is twice the smaller tail. The shift: Hodges JL, Lehmann EL,
    Ann Math Stat 1963;34:598-611, with Moses' interval by the normal approximation, as SAS PROC NPAR1WAY prints it,
    which does not count ties; the p value counts them, and is exact in small arms without ties. The win ratio's
    interval is that of a ratio of two two-sample U-statistics (Bebu I, Lachin JM, Biostatistics 2016;17:178-187,
    https://doi.org/10.1093/biostatistics/kxv032), from the variance of what each patient adds to its logarithm. None of
    these papers was read.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_scores(mt.load_visits(), 12, missing=("complete", "worst", "best"))
    >>> found.loc[found["method"] == "welch", ["missing", "value", "low", "high"]].round(1)
         missing  value   low  high
    0   complete   18.9   8.3  29.4
    6      worst    7.0  -6.4  20.3
    12      best   22.9  11.6  34.3
    """
    scoring = ScoreOptions(**score_options)
    chosen = strategies(missing)
    require_confidence(confidence)
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < 1:
        raise OptionError(f"resamples={resamples!r} is no number of samples.", expected="a whole number above 0")
    entrance, arms = read_arms(visits, week, group, scoring, at_baseline=adjust, rescue=rescue, estimand=estimand)
    base = choose_reference(list(arms), reference)
    open_scores = {arm: sum(len(set(one.score_bounds)) > 1 for one in every) for arm, every in arms.items()}
    open_classes = {arm: sum(len(set(one.level_bounds)) > 1 for one in every) for arm, every in arms.items()}
    rescued = {arm: sum(one.rescue_week is not None for one in every) for arm, every in arms.items()}
    schema = _SCHEMA | (RESCUE_SCHEMA if rescue else {})
    rows = []
    for strategy in chosen:
        other = _Values.of(arms[base], strategy, is_reference=True)
        for arm in arms:
            if arm == base:
                continue
            own = _Values.of(arms[arm], strategy, is_reference=False)
            asked = {
                "week": int(week),
                "missing": strategy,
                "arm": arm,
                "reference": base,
                "because": "",
                "caution": "",
            }
            asked |= {"confidence": confidence, "estimand": estimand}
            asked |= {"rescued": rescued[arm], "reference_rescued": rescued[base]}
            of_scores = {
                "patients": len(own.scores),
                "reference_patients": len(other.scores),
                "not_known": open_scores[arm],
                "reference_not_known": open_scores[base],
            }
            of_classes = {
                "patients": len(own.levels),
                "reference_patients": len(other.levels),
                "not_known": open_classes[arm],
                "reference_not_known": open_classes[base],
            }
            scores = (own.scores, other.scores)
            found = [welch(*scores, confidence)]
            found += [adjusted(*scores, [*own.baselines, *other.baselines], adjust, confidence)] if adjust else []
            found += [permutation(*scores, resamples, seed), shift(*scores, confidence)]
            rows += [asked | of_scores | row for row in found]
            found = [each(own.levels, other.levels, confidence) for each in (_win_odds, _win_ratio, _common_odds)]
            rows += [asked | of_classes | row for row in found]
    return leave_scored(entrance, rows, schema, scoring)


@dataclass(frozen=True)
class _Values:
    """The scores and the classes of an arm under a strategy, and the baselines of those who have a score."""

    scores: np.ndarray
    levels: np.ndarray
    baselines: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, patients: Sequence[Patient], strategy: str, *, is_reference: bool) -> _Values:
        scores = [settle(one.score_bounds, strategy, is_reference=is_reference) for one in patients]
        levels = [settle(one.level_bounds, strategy, is_reference=is_reference) for one in patients]
        return cls(
            np.array([score for score in scores if score is not None], dtype=float),
            np.array([level for level in levels if level is not None], dtype=int),
            tuple(one.baseline for one, score in zip(patients, scores, strict=True) if score is not None),
        )


def _win_odds(own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, Any]:
    with needs_package("scipy"):
        from scipy.stats import t
    with needs_package("statsmodels"):
        from statsmodels.stats.nonparametric import rank_compare_2indep

    row = named(WIN_ODDS, "brunner-munzel", "Brunner-Munzel, logit scale", _RATIO)
    if min(len(own), len(other)) < 2:
        return row | {"because": "an arm of fewer than two patients with a certain class"}
    sign = np.sign(np.subtract.outer(own, other))
    won, lost = float((sign > 0).mean() + (sign == 0).mean() / 2), float((sign < 0).mean() + (sign == 0).mean() / 2)
    row["value"] = won / lost if lost else float("inf")
    if not won or not lost:
        return row | {"because": "every patient of one arm is in a higher class than everybody in the other"}
    with warnings.catch_warnings():  # of classes that do not differ within the arms
        warnings.simplefilter("ignore", RuntimeWarning)
        found = rank_compare_2indep(own, other)
    # The logarithm of the odds, whose ends turned back never leave the scale; the error by the delta method.
    error, freedom = sqrt(float(found.var_prob)) / (won * lost), float(found.df)
    if not (isfinite(error) and error and isfinite(freedom)):
        return row | {"because": ALIKE_CLASSES}
    middle, reach = log(won / lost), float(t.ppf((1 + confidence) / 2, freedom)) * error
    p_value = 2 * float(t.sf(abs(middle) / error, freedom))
    return row | {"low": exp(middle - reach), "high": exp(middle + reach), "p_value": p_value}


def _win_ratio(own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, Any]:
    with needs_package("scipy"):
        from scipy.stats import norm

    row = named(WIN_RATIO, "u-statistic", "Wald on the log scale, U-statistics", _RATIO)
    if min(len(own), len(other)) < 2:
        return row | {"because": "an arm of fewer than two patients with a certain class"}
    sign = np.sign(np.subtract.outer(own, other))
    wins, losses = sign > 0, sign < 0
    if not wins.any() or not losses.any():
        value = float("inf") if wins.any() else 0.0 if losses.any() else None
        return row | {"value": value, "because": "no pair is won, or none is lost"}
    # what each patient adds to the logarithm of the ratio
    each = wins / wins.mean() - losses / losses.mean()
    error = sqrt(sum(each.mean(axis=axis).var(ddof=1) / size for axis, size in ((1, len(own)), (0, len(other)))))
    value = float(wins.sum() / losses.sum())
    if not error:
        return row | {"value": value, "because": ALIKE_CLASSES}
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    p_value = 2 * float(norm.sf(abs(log(value)) / error))
    return row | {"value": value, "low": value * exp(-reach), "high": value * exp(reach), "p_value": p_value}


def _common_odds(own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, Any]:
    with needs_package("statsmodels"):
        from statsmodels.miscmodels.ordinal_model import OrderedModel

    row = named(COMMON_ODDS, "proportional odds", "proportional odds model, Wald", _RATIO)
    if min(len(own), len(other)) < 2:
        return row | {"because": "an arm of fewer than two patients with a certain class"}
    classes, levels = np.unique(np.concatenate([own, other]), return_inverse=True)
    if len(classes) < 2:
        return row | {"because": "all patients are in the same class"}
    if own.max() <= other.min() or other.max() <= own.min():
        return row | {"because": "no class of one arm lies above one of the other: no finite odds ratio"}
    is_own = np.repeat([1.0, 0.0], [len(own), len(other)])[:, None]
    with warnings.catch_warnings():  # a model that did not converge is said in the row
        warnings.simplefilter("ignore")
        try:
            fitted = OrderedModel(levels, is_own, distr="logit").fit(method="bfgs", disp=False)
            found = [fitted.params[0], *fitted.conf_int(alpha=1 - confidence)[0], fitted.pvalues[0]]
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            return row | {"because": "the model cannot be fitted to these classes"}
    if not fitted.mle_retvals["converged"] or not all(isfinite(number) for number in found):
        return row | {"because": "the model did not converge"}
    value, low, high = (float(np.exp(number)) for number in found[:3])
    return row | {"value": value, "low": low, "high": high, "p_value": float(found[3])}
