"""How much worse the missing patients would have to have done before a conclusion changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError
from myositis_tools.frames import is_number
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import Patient, leave_scored, require_confidence
from myositis_tools.studies.trials.imputed_comparison import OF_THE_FILLINGS, Fillings, scores_of, welch_of
from myositis_tools.studies.trials.pooling import pool
from myositis_tools.studies.trials.two_samples import POINTS

BETTER, WORSE, NOT_SHOWN = "better", "worse", "not shown"
AGAINST = tuple(range(0, 101, 10))
_SCHEMA = {
    "week": nw.Int64,
    "arm": nw.String,
    "reference": nw.String,
    "worse_by": nw.Float64,
    "reference_better_by": nw.Float64,
    **dict.fromkeys(("value", "low", "high"), nw.Float64),
    "unit": nw.String,
    "p_value": nw.Float64,
    "confidence": nw.Float64,
    "conclusion": nw.String,
    "is_tipped": nw.Boolean,
    **dict.fromkeys(("imputations", "not_known", "reference_not_known"), nw.Int64),
    **OF_THE_FILLINGS,
}


@takes_options
def tipping_point(
    imputed: IntoFrameT,
    week: int,
    *,
    worse_by: Sequence[float] = AGAINST,
    reference_better_by: Sequence[float] = AGAINST,
    group: str = ARM,
    reference: object = None,
    confidence: float = 0.95,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Tipping point analysis: how much worse missing patients would have to be to change the conclusion.

    In each filling the score of every patient whose score was not known is lowered in the arm that is compared, and
    raised in the reference; then the mean difference is put together again.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    imputed : frame
        What `impute_measures` gives.
    week : int
        The visit at which the arms are compared.
    worse_by : sequence of float
        By how many points the missing of the arm that is compared did worse than was filled in; negative is better.
    reference_better_by : sequence of float
        By how many points the missing of the reference did better.
    group, reference, confidence, **score_options
        As in `compare_imputed`.

    Returns
    -------
    frame of the same kind
        One row a pair of the two, of each arm against the reference: ``week``, ``arm``, ``reference``, ``worse_by``,
        ``reference_better_by``, ``value`` (mean difference in points), ``low``, ``high``, ``unit``, ``p_value``,
        ``confidence``, ``conclusion`` (``better`` or ``worse`` where the interval lies on one side of zero, else
        ``not shown``), ``is_tipped`` (whether that is another than with the fillings as they are), ``imputations``,
        ``not_known``, ``reference_not_known``; ``schedule`` and ``estimand`` of the fillings.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, the week or an arm is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A score stays within what the measures that are known allow: between zero and the highest score within reach from
    the baseline where nothing was seen. Beyond that a larger difference changes nothing more.

    Source
    ------
    Adjustment of imputed values by a stated difference, as in the ``MNAR`` statement of SAS PROC MI and the delta
    adjustment of the R package rbmi, with Rubin's rules (`pooling.py`). That a score stays within
    what the known measures allow is decided here.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> imputed = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=5)
    >>> found = mt.tipping_point(imputed, 12, worse_by=[0, 20, 40], reference_better_by=[0, 40])
    >>> found[["worse_by", "reference_better_by", "value", "low", "conclusion", "is_tipped"]].round(1)
       worse_by  reference_better_by  value  low conclusion  is_tipped
    0       0.0                  0.0   14.4  3.0     better      False
    1       0.0                 40.0   10.1 -2.6  not shown       True
    2      20.0                  0.0   13.1  1.6     better      False
    3      20.0                 40.0    8.8 -4.1  not shown       True
    4      40.0                  0.0   12.3  0.5     better      False
    5      40.0                 40.0    8.0 -5.1  not shown       True
    """
    require_confidence(confidence)
    for name, shifts in (("worse_by", worse_by), ("reference_better_by", reference_better_by)):
        if not len(shifts) or not all(map(_is_number, shifts)):
            raise OptionError(f"{name}={shifts!r} holds no points.", expected="numbers, such as [0, 10, 20]")
    fillings = Fillings(imputed, group, (), ScoreOptions(**score_options))
    fillings.observed.require_week_after_baseline(week)
    base = choose_reference(list(fillings.observed.arms), reference)
    before, arms = fillings.at(week)
    rows = []
    for arm in before:
        if arm == base:
            continue
        own, other = (_Shifted(before[name], [filled[name] for filled in arms]) for name in (arm, base))
        asked = {"week": int(week), "arm": arm, "reference": base, "unit": POINTS, "confidence": confidence}
        asked |= fillings.said | {"imputations": len(arms), "not_known": own.open, "reference_not_known": other.open}
        start = _compared(own.by(0), other.by(0), confidence)["conclusion"]
        for worse in worse_by:
            for better in reference_better_by:
                found = _compared(own.by(-worse), other.by(better), confidence)
                rows.append(
                    asked
                    | found
                    | {"worse_by": float(worse), "reference_better_by": float(better)}
                    | {"is_tipped": found["conclusion"] != start}
                )
    return leave_scored(fillings.observed.entrance, rows, _SCHEMA, fillings.scoring)


def _is_number(one: Any) -> bool:
    return is_number(one) and one == one  # NaN is not itself


class _Shifted:
    """The scores of an arm in every filling, those that were not known moved.

    Attributes
    ----------
    open : int
        How many were not known.
    """

    def __init__(self, before: Sequence[Patient], filled: Sequence[Sequence[Patient]]) -> None:
        self._scores = np.array([scores_of(patients) for patients in filled])
        self._low, self._high = np.array([one.score_bounds for one in before], dtype=float).T
        self.open = int((self._low != self._high).sum())

    def by(self, points: float) -> np.ndarray:
        """One row a filling; a score that was known has nowhere to move to."""
        return np.clip(self._scores + points * (self._low != self._high), self._low, self._high)


def _compared(own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, Any]:
    if min(own.shape[1], other.shape[1]) < 2:
        return {"conclusion": NOT_SHOWN}
    values, errors, freedom = zip(*(welch_of(*pair) for pair in zip(own, other, strict=True)), strict=True)
    if not any(errors):
        return {"value": float(np.mean(values)), "conclusion": NOT_SHOWN}
    together = pool(values, errors, degrees_of_freedom=min(freedom))
    low, high = together.interval(confidence)
    conclusion = BETTER if low > 0 else WORSE if high < 0 else NOT_SHOWN
    return {
        "value": together.value,
        "low": low,
        "high": high,
        "p_value": together.p_value,
        "conclusion": conclusion,
    }
