"""The arms of a trial compared in every filling of what is missing, and the results put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, inf, log, sqrt
from typing import Any, Unpack

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, listed, require_option
from myositis_tools.frames import Entrance, plain_rows, require_columns, to_frame
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import SCORED_AS, ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.follow_up.schedule import SCHEDULE
from myositis_tools.studies.trials.arms import (
    SCHEMA,
    Patient,
    ScoredVisits,
    leave_scored,
    patients_at,
    require_confidence,
    score_arms,
)
from myositis_tools.studies.trials.imputation import IMPUTATION
from myositis_tools.studies.trials.pooled_shares import NEWCOMBE_POOLED, pooled_difference
from myositis_tools.studies.trials.pooling import pool
from myositis_tools.studies.trials.rescue import ESTIMAND
from myositis_tools.studies.trials.two_samples import MEAN, POINTS, least_squares, named
from myositis_tools.studies.trials.two_shares import DIFFERENCE, ODDS_RATIO, within_scale

IMPUTED = "multiple imputation"
OF_THE_FILLINGS = {SCHEDULE: nw.String, ESTIMAND: nw.String}  # how they were made, which their comparison says as well
_SCHEMA = {
    "week": nw.Int64,
    "level": nw.String,
    "missing": nw.String,
    **SCHEMA,
    "because": nw.String,
    "imputations": nw.Int64,
    "degrees_of_freedom": nw.Float64,
    "share_missing_information": nw.Float64,
    "not_known": nw.Int64,
    "reference_not_known": nw.Int64,
    **OF_THE_FILLINGS,
}
Row = dict[str, Any]
# the estimate of one filling, its standard error, and the degrees of freedom if nothing were missing; or why not
Found = tuple[float, float, float] | str


@takes_options
def compare_imputed(
    imputed: IntoFrameT,
    week: int,
    *,
    level: str = "moderate",
    group: str = ARM,
    reference: object = None,
    adjust: Sequence[str] = (),
    confidence: float = 0.95,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Analyse multiple imputations: compare the arms in each, and pool the results by Rubin's rules.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    imputed : frame
        What `impute_measures` gives.
    week, level, group, reference, adjust, confidence
        As in `compare_scores` and `compare_responders`.
    **score_options
        Options of `score_total_improvement`, the same as for `impute_measures`.

    Returns
    -------
    frame of the same kind
        One row an estimate of an arm against the reference: ``mean difference`` of the score (``welch``, and
        ``adjusted`` if asked), ``difference`` of responders in percentage points (``newcombe``, which keeps to the
        scale and has no p value, and ``wald``) and ``odds ratio`` (``wald``). Columns as in `compare_responders`, with
        ``imputations``, ``degrees_of_freedom``, ``share_missing_information`` (from 0 to 1), ``not_known`` and
        ``reference_not_known``: patients whose score, or class, was not known; ``schedule`` and ``estimand`` of the
        fillings.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, the week or an arm is not there, or the measures were filled in for another score.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    None are left: each filling is scored by `score_total_improvement`. A patient without a baseline value to adjust for
    is left out of that row. An estimate that a filling does not give is a row that says why.

    Source
    ------
    Rubin's rules with the degrees of freedom of Barnard and Rubin (`pooling.py`). Odds ratios are
    put together as logarithms.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> imputed = mt.impute_measures(mt.load_visits(), weeks=[4, 8, 12], imputations=5)
    >>> found = mt.compare_imputed(imputed, 12)
    >>> found[["estimate", "method", "value", "low", "high", "share_missing_information"]].round(2)
              estimate    method  value   low   high  share_missing_information
    0  mean difference     welch  14.42  3.03  25.80                       0.10
    1       difference  newcombe  35.00  5.95  56.87                       0.03
    2       difference      wald  35.00  8.08  61.92                       0.03
    3       odds ratio      wald   4.33  1.26  14.85                       0.03
    """
    require_confidence(confidence)
    fillings = Fillings(imputed, group, adjust, ScoreOptions(**score_options))
    names = [one.name for one in classes(fillings.observed.scoring.population)]
    require_option("level", level, names[1:])
    fillings.observed.require_week_after_baseline(week)
    base = choose_reference(list(fillings.observed.arms), reference)
    before, arms = fillings.at(week)
    minimum = names.index(level)
    rows = []
    for arm in before:
        if arm == base:
            continue
        pairs = [(each[arm], each[base]) for each in arms]
        asked: Row = {
            "week": int(week),
            "level": "",
            "missing": IMPUTED,
            "arm": arm,
            "reference": base,
            "confidence": confidence,
        }
        asked |= {"because": "", "imputations": len(arms), **fillings.said}
        asked |= {"patients": len(before[arm]), "reference_patients": len(before[base])}
        of_scores = {
            "not_known": _open(before[arm], minimum=None),
            "reference_not_known": _open(before[base], minimum=None),
        }
        of_classes = {
            "level": level,
            "not_known": _open(before[arm], minimum=minimum),
            "reference_not_known": _open(before[base], minimum=minimum),
        }
        rows.append(
            asked | of_scores | _pooled(named(MEAN, "welch", "Welch, Rubin's rules", POINTS), pairs, _welch, confidence)
        )
        if adjust:
            row = named(MEAN, "adjusted", f"least squares, with {', '.join(adjust)}, Rubin's rules", POINTS)
            fit = _Adjusted(adjust)
            rows.append(asked | of_scores | _pooled(row, pairs, fit, confidence) | fit.said)
        shares = [tuple(_responders(patients, minimum) for patients in pair) for pair in pairs]
        row = named(DIFFERENCE, "wald", "Wald, unpooled, Rubin's rules", "percentage points")
        wald = _pooled(row, shares, _difference, confidence)
        row = named(DIFFERENCE, "newcombe", NEWCOMBE_POOLED, "percentage points")
        row |= {"share_missing_information": wald.get("share_missing_information")}  # of the same estimate
        rows.append(asked | of_classes | row | pooled_difference(shares, confidence))
        rows.append(asked | of_classes | within_scale(wald))
        row = named(ODDS_RATIO, "wald", "Wald on the log scale, Rubin's rules", "ratio")
        rows.append(asked | of_classes | _pooled(row, shares, _log_odds, confidence, back=exp))
    return leave_scored(fillings.observed.entrance, rows, _SCHEMA, fillings.scoring)


class Fillings:
    """The visits as they were and every filling of them, scored.

    Parameters
    ----------
    imputed : frame
        What `impute_measures` gives.
    group : str
        The column of arms.
    columns : sequence of str
        Others that are read.
    scoring : ScoreOptions
        Options of the score.

    Attributes
    ----------
    said : mapping
        How they were made: which visits were taken for planned, and the estimand.

    Raises
    ------
    MissingColumnError, OptionError
        If it is no table of fillings.
    """

    def __init__(self, imputed: Any, group: str, columns: Sequence[str], scoring: ScoreOptions) -> None:
        require_columns(imputed, [IMPUTATION], expected="a table that impute_measures gives")
        frame = to_frame(imputed)
        numbers = sorted({int(row[IMPUTATION]) for row in plain_rows(frame.select(IMPUTATION).unique())})
        if len(numbers) < 2 or numbers[0] != 0:
            raise OptionError(
                "The table does not hold the visits as they were and a filling of them.",
                where=f"column {IMPUTATION}",
                expected="0 for the visits as they were, and 1 and more",
                hint="give what impute_measures gives, whole",
            )

        # scored once, all fillings together: a patient of a filling is a patient of her own
        own_name = nw.concat_str(
            nw.col(IMPUTATION).cast(nw.Int64).cast(nw.String), nw.col("patient_id").cast(nw.String), separator="|"
        )
        table = frame.with_columns(own_name.alias("patient_id")).to_native()
        scored = score_arms(table, group, _in_each(numbers, scoring), columns)
        scored = replace(scored, entrance=Entrance(imputed, scored.entrance.frame))
        self.scoring, self.columns = scoring, columns
        self.said = _how_made(frame, scoring)
        self.observed, *self.filled = [_of_filling(scored, number) for number in numbers]

    def at(self, week: float) -> tuple[dict[str, list[Patient]], list[dict[str, list[Patient]]]]:
        """The patients of each arm at a week: as they were, and in each filling."""
        before, *filled = [patients_at(one, week, at_baseline=self.columns) for one in (self.observed, *self.filled)]
        return before, filled


def _how_made(frame: Any, scoring: ScoreOptions) -> dict[str, str | None]:
    """What the fillings say of themselves; nothing where somebody took the column away."""
    there = [name for name in (*OF_THE_FILLINGS, SCORED_AS) if name in frame.collect_schema().names()]
    rows = plain_rows(frame.select(*there).unique()) if there else []
    if len(rows) > 1:
        raise OptionError(
            "The table holds fillings that were made in several ways.",
            where=f"columns {listed(there)}",
            expected="the same in every row",
            hint="give what impute_measures gives, whole",
        )
    said = rows[0] if rows else {}
    if said.get(SCORED_AS) not in (None, str(scoring)):
        raise OptionError(
            "The measures were filled in for another score than the one that is asked for.",
            where=f"filled in for {said[SCORED_AS]}; asked for {scoring}",
            expected="the same options of the score in impute_measures and here",
        )
    return {name: said.get(name) for name in OF_THE_FILLINGS}


def _in_each(numbers: Sequence[int], scoring: ScoreOptions) -> ScoreOptions:
    """The options of the score, with the patients that they name in each filling."""
    left_out = {
        enzyme: reason
        if isinstance(reason, str)
        else {f"{number}|{patient}": why for patient, why in reason.items() for number in numbers}
        for enzyme, reason in (scoring.leave_out or {}).items()
    }
    return replace(scoring, leave_out=left_out)


def _of_filling(scored: ScoredVisits, number: int) -> ScoredVisits:
    start = f"{number}|"

    def own(patients: Mapping[str, Any]) -> dict[str, Any]:
        return {name.removeprefix(start): said for name, said in patients.items() if name.startswith(start)}

    return replace(scored, arms={arm: own(found) for arm, found in scored.arms.items()}, unseen=own(scored.unseen))


def _open(patients: Sequence[Patient], *, minimum: int | None) -> int:
    if minimum is None:
        return sum(one.score_bounds[0] != one.score_bounds[1] for one in patients)
    return sum((one.level_bounds[0] >= minimum) != (one.level_bounds[1] >= minimum) for one in patients)


def scores_of(patients: Sequence[Patient]) -> np.ndarray:
    """The scores of a filling, in which every one is known."""
    return np.array([one.score_bounds[0] for one in patients], dtype=float)


def _responders(patients: Sequence[Patient], minimum: int) -> tuple[int, int]:
    return sum(one.level_bounds[0] >= minimum for one in patients), len(patients)


def _pooled(
    row: Row, each: Sequence[Any], estimate: Callable[[Any], Found], confidence: float, *, back: Any = float
) -> Row:
    """Estimate in each filling and put together, back on the scale of the row."""
    found = [estimate(one) for one in each]
    why = next((one for one in found if isinstance(one, str)), "")
    if why:
        return row | {"because": why}
    values, errors, freedom = zip(*found, strict=True)
    if not any(errors):
        return row | {"value": back(float(np.mean(values))), "because": "no spread in any filling"}
    together = pool(values, errors, degrees_of_freedom=min(freedom))
    low, high = together.interval(confidence)
    return row | {
        "value": back(together.value),
        "low": back(low),
        "high": back(high),
        "p_value": together.p_value,
        "degrees_of_freedom": together.degrees_of_freedom,
        "share_missing_information": together.share_missing_information,
    }


def welch_of(own: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """The difference of two means, its standard error, and Welch's degrees of freedom."""
    parts = np.array([group.var(ddof=1) / len(group) for group in (own, other)])
    freedom = parts.sum() ** 2 / (parts**2 / [len(own) - 1, len(other) - 1]).sum() if parts.any() else inf
    return float(own.mean() - other.mean()), sqrt(parts.sum()), float(freedom)


def _welch(pair: tuple[Sequence[Patient], Sequence[Patient]]) -> Found:
    own, other = map(scores_of, pair)
    return welch_of(own, other) if min(len(own), len(other)) > 1 else "an arm of fewer than two patients"


@dataclass
class _Adjusted:
    """Least squares of one filling; what it says of the patients is the same in all."""

    adjust: Sequence[str]
    said: Row = field(default_factory=dict, init=False)

    def __call__(self, pair: tuple[Sequence[Patient], Sequence[Patient]]) -> Found:
        own, other = pair
        baselines = [one.baseline for one in (*own, *other)]
        fitted, self.said = least_squares(scores_of(own), scores_of(other), baselines, self.adjust)
        if fitted is None:
            return str(self.said["because"])
        return float(fitted.params[1]), float(fitted.bse[1]), float(fitted.df_resid)


def _difference(pair: tuple[tuple[int, int], tuple[int, int]]) -> Found:
    shares = [responders / patients for responders, patients in pair]
    squared = sum(share * (1 - share) / patients for share, (_, patients) in zip(shares, pair, strict=True))
    return 100 * (shares[0] - shares[1]), 100 * sqrt(squared), inf


def _log_odds(pair: tuple[tuple[int, int], tuple[int, int]]) -> Found:
    cells = [count for responders, patients in pair for count in (responders, patients - responders)]
    if 0 in cells:
        return "nobody or everybody responds in an arm of a filling"
    return log(cells[0] * cells[3] / (cells[1] * cells[2])), sqrt(sum(1 / count for count in cells)), inf
