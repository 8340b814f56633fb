"""Minimal important improvement of single measures and of the Total Improvement Score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.frames import enter
from myositis_tools.scores.baseline import (
    add_words,
    beside_baseline,
    digits_of_comparison,
    joined,
    unless_nothing_to_compare,
    what_is_told_by,
)
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import STRENGTH
from myositis_tools.scores.improvement import with_total
from myositis_tools.scores.options import LeaveOut, ScoreOptions, takes_options
from myositis_tools.scores.response.change import compute_truth, counted, digits_of_truths, gaps
from myositis_tools.scores.response.definitions import Definition, find_definition

_DEFINITION = find_definition("important_change", "almackenzie_2026")
ADDED = (
    *(f"important_{name}" for name in _DEFINITION.measures),
    *("important_tis", "important_change_because", "important_change_evidence"),
)
# The eight groups: the published change is one of theirs, on whichever of their two scales.
_EIGHT_GROUPS = ("mmt8_150", "mmt8_80")
_TRUTH = "_important_"


@takes_options
def score_important_change(
    visits: IntoFrameT,
    *,
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    enzymes: Sequence[str] | None = None,
    leave_out: LeaveOut | None = None,
) -> IntoFrameT:
    """Minimal important change (MCID): which measures, and whether the TIS, improved by an amount that matters.

    Changes are in the instrument's own unit since baseline. The enzyme has no published important change. Only
    improvement is judged.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, with the columns of `score_total_improvement` for adults.
    mmt, enzyme_by, baseline_week, enzymes, leave_out
        As for `score_total_improvement`; the enzyme counts in the total score.

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with a verdict (``met``, ``not met``, ``unknown``) each in
        ``important_physician_global``, ``important_patient_global``, ``important_mmt``, ``important_haq``,
        ``important_extramuscular`` and ``important_tis``, with ``important_change_because`` and
        ``important_change_evidence``.

    Raises
    ------
    MissingColumnError, AmbiguousColumnError, WrongTypeError, ImpossibleValueError, DuplicateRowError, OptionError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A value that was not recorded, at baseline or at the visit, could be any value of its scale: ``not met`` where none
    would be enough, else ``unknown``. The total score is judged by its bounds. Of the scales of muscle strength only
    the MMT-8 has a published important change; another is ``unknown``. The baseline visit, visits before it and
    patients without one are ``unknown``.

    Source
    ------
    ``tables.load("response_limits")``. On which scale of the MMT-8 its change was found is ``unverified``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores.response import score_important_change
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A"], "week": [0, 26], "physician_global_cm": [6.0, 4.9],
    ...     "patient_global_cm": [5.0, 3.5], "mmt8_150": [120, 124], "haq_di": [1.5, 1.0],
    ...     "ck_xuln": [8.0, 3.0], "extramuscular_cm": [3.0, None]})
    >>> scored = score_important_change(visits)
    >>> scored[["important_physician_global", "important_haq", "important_extramuscular"]].iloc[1].tolist()
    ['met', 'not met', 'unknown']
    """
    options = ScoreOptions(
        mmt=mmt, enzyme_by=enzyme_by, baseline_week=baseline_week, enzymes=enzymes, leave_out=leave_out
    )
    core = choose_core_set(visits, options)
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    frame = beside_baseline(entrance.frame, core)
    frame = with_total(frame, core)
    frame = frame.with_columns(**_truths(core, _DEFINITION), **{_TRUTH + "tis": _total_truth(_DEFINITION)})
    frame = _with_words(frame, core, _DEFINITION)
    return entrance.leave(frame, ADDED)


def _has_limit(core: CoreSet, measure: str) -> bool:
    return measure != STRENGTH or core.scales[STRENGTH].key in _EIGHT_GROUPS


def _truths(core: CoreSet, rule: Definition) -> dict[str, nw.Expr]:
    truths = {name: compute_truth(core, name, rule, f"improved_{name}", is_worse=False) for name in rule.measures}
    nobody_knows = nw.when(nw.col("week").is_null()).then(truths[STRENGTH])  # no row lacks its week
    return {_TRUTH + name: truth if _has_limit(core, name) else nobody_knows for name, truth in truths.items()}


def _total_truth(rule: Definition) -> nw.Expr:
    """True where the lower bound reaches the limit, false where the upper one does not, else null."""
    lowest, highest = (rule.reaches(nw.col(name), "minimum_score") for name in ("tis_min", "tis_max"))
    return nw.when(lowest | ~highest).then(lowest)


def _with_words(frame: Any, core: CoreSet, rule: Definition) -> Any:
    names = (*rule.measures, "tis")
    single = {name: nw.col(_TRUTH + name) for name in rule.measures}
    unlimited = [] if _has_limit(core, STRENGTH) else [core.scales[STRENGTH].column.label]
    said = [
        counted(core, single, what="improved by an important amount", limit=f"of {len(single)}"),
        *gaps(core, rule),
        *(nw.lit(f"no important change of {label} is published") for label in unlimited),
    ]
    marked = [limit.label for limit in rule.limits.values() if limit.evidence == "unverified"]
    words = {f"important_{name}": verdict.to_verdict(nw.col(_TRUTH + name)) for name in names}
    words["important_change_because"] = unless_nothing_to_compare(core.baseline_week, joined(said))
    words["important_change_evidence"] = nw.lit(f"verified; {', '.join(marked)}: scale unverified")
    truths = [_TRUTH + name for name in names]
    digits = [*digits_of_comparison(core), *digits_of_truths(truths)]
    return add_words(frame, digits, [*what_is_told_by(core), *truths], words)
