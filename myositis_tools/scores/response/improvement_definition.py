"""Definitions of improvement by relative change: IMACS, and PRINTO's provisional one."""

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
    label_of,
    names_of,
    unless_nothing_to_compare,
    what_is_told_by,
)
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, STRENGTH
from myositis_tools.scores.options import LeaveOut, ScoreOptions, takes_options
from myositis_tools.scores.response.change import (
    RELATIVE_COLUMNS,
    compute_relative_changes,
    compute_truth,
    counted,
    digits_of_truths,
    digits_of_zeros,
    gaps,
    zeros,
)
from myositis_tools.scores.response.definitions import Definition, find_definition

ADDED = ("doi", "doi_because", "doi_improved", "doi_worse", "doi_enzyme", "doi_evidence", *RELATIVE_COLUMNS)

_IMPROVED, _WORSE, _MET = "_improved_", "_worse_", "_met"


@takes_options
def score_improvement_definition(
    visits: IntoFrameT,
    *,
    definition: str = "imacs",
    population: str | None = None,
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    function: str | None = None,
    extramuscular: str | None = None,
    enzymes: Sequence[str] | None = None,
    leave_out: LeaveOut | None = None,
) -> IntoFrameT:
    """Definition of improvement (DOI) by IMACS or PRINTO: whether each patient meets it since baseline.

    Enough of the six core set measures have improved by a percentage of *their baseline value*, not too many are
    worse by one, and muscle strength is not among those. This is another yardstick than the Total Improvement Score,
    which takes changes in percent of the range of the scale.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, with the columns of `score_total_improvement`.
    definition : {"imacs", "printo_2010"}
        The IMACS definition, or PRINTO's provisional one of juvenile dermatomyositis, in which the physical summary
        score ``chq_phs`` stands in the place of the enzyme. PRINTO's clause on worsening is ``unverified``.
    population : {"adult", "juvenile"}, optional
        Whose scales may be read; by default those the definition was made for.
    mmt, function, extramuscular, enzymes, enzyme_by, baseline_week, leave_out
        As for `score_total_improvement`. However many enzymes are measured, one counts: the most abnormal at baseline.

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with ``doi`` (``met``, ``not met``, ``unknown``), ``doi_because``,
        ``doi_improved`` and ``doi_worse`` (the measures, in words), ``doi_enzyme`` (the one followed),
        ``doi_evidence`` (the weakest evidence among the definition's clauses) and six ``relative_change_...``
        (percent of the baseline value, improvement positive).

    Raises
    ------
    MissingColumnError, AmbiguousColumnError
        If no column, or more than one, could serve for a measure.
    WrongTypeError, ImpossibleValueError, DuplicateRowError
        If a column holds text, a value is off its scale, or a patient has two visits in one week.
    OptionError
        If an option is not one of those above.

    Missing data
    ------------
    The answer is ``unknown`` exactly where what was not recorded could change it: a value that was not recorded, at
    baseline or at the visit, could be any value of its scale. So a measure at the best value of its scale is not worse,
    and one at the worst has not improved, whatever the other value was. The baseline visit, visits before it and
    patients without one are ``unknown``, with that reason.

    **A baseline of zero** has no relative change (the cell is empty). Such a measure counts as not improved, and as
    worse if it is worse than zero at the visit; the reason says so.

    Source
    ------
    ``tables.load("response_definitions")`` and ``response_limits``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_improvement_definition
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A", "A"], "week": [0, 12, 26], "physician_global_cm": [6.0, 4.8, 5.5],
    ...     "patient_global_cm": [5.0, 4.0, 3.0], "mmt8_150": [120, 135, 130], "haq_di": [1.5, 1.125, 1.5],
    ...     "ck_xuln": [8.0, 11.0, None], "extramuscular_cm": [0.0, 0.0, 1.0]})
    >>> scored = score_improvement_definition(visits)
    >>> scored["doi"].tolist()
    ['unknown', 'met', 'not met']
    >>> for part in scored["doi_because"].iloc[2].split("; "):
    ...     print(part)
    1 improved by at least 20 % of baseline (3 needed): patient global activity
    1 worse by at least 25 % of baseline (2 allowed): extramuscular activity
    extramuscular activity 0 at baseline: relative change undefined, so not improved, and worse if worse than 0
    CK not recorded at this visit
    """
    rule = find_definition("doi", definition)
    options = ScoreOptions(
        population=population or rule.population,
        mmt=mmt,
        enzyme_by=enzyme_by,
        baseline_week=baseline_week,
        function=function,
        extramuscular=extramuscular,
        enzymes=enzymes or rule.instead_of_enzymes,
        leave_out=leave_out,
    )
    core = choose_core_set(visits, options, needs_ranges=enzyme_by == "range_share")
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    frame = beside_baseline(entrance.frame, core)
    frame = frame.with_columns(**compute_relative_changes(core)).with_columns(**_truths(core, rule))
    frame = frame.with_columns(verdict.kleene_and(_clauses(rule)).alias(_MET))
    frame = _with_words(frame, core, rule)
    return entrance.leave(frame, ADDED)


def _truths(core: CoreSet, rule: Definition) -> dict[str, nw.Expr]:
    return {
        prefix + name: compute_truth(core, name, rule, limit, is_worse=is_worse)
        for prefix, limit, is_worse in ((_IMPROVED, "improved_percent", False), (_WORSE, "worse_percent", True))
        for name in rule.measures
    }


def _of(prefix: str, rule: Definition) -> dict[str, nw.Expr]:
    return {name: nw.col(prefix + name) for name in rule.measures}


def _clauses(rule: Definition) -> list[nw.Expr]:
    """Enough improved, not too many worse, and strength not among them."""
    improved, worse = (list(_of(prefix, rule).values()) for prefix in (_IMPROVED, _WORSE))
    too_many = verdict.at_least_of(rule.count("worse_measures_allowed") + 1, worse)
    too_weak = verdict.at_least_of(rule.count("worse_strength_allowed") + 1, [nw.col(_WORSE + STRENGTH)])
    return [
        verdict.at_least_of(rule.count("improved_measures"), improved),
        verdict.kleene_not(too_many),
        verdict.kleene_not(too_weak),
    ]


def _with_words(frame: Any, core: CoreSet, rule: Definition) -> Any:
    improved, worse = _of(_IMPROVED, rule), _of(_WORSE, rule)
    needed, allowed = (rule.count(name) for name in ("improved_measures", "worse_measures_allowed"))
    is_weaker = nw.when(worse[STRENGTH]).then(
        nw.concat_str(label_of(core, STRENGTH), nw.lit(" may not be among the worse"))
    )
    said = [
        counted(core, improved, what=f"improved by {rule.words('improved_percent')}", limit=f"{needed} needed"),
        counted(core, worse, what=f"worse by {rule.words('worse_percent')}", limit=f"{allowed} allowed"),
        is_weaker,
        zeros(core, rule),
        *gaps(core, rule),
    ]
    words = {
        "doi": verdict.to_verdict(nw.col(_MET)),
        "doi_because": unless_nothing_to_compare(core.baseline_week, joined(said)),
        "doi_improved": names_of(core, improved),
        "doi_worse": names_of(core, worse),
        "doi_enzyme": nw.col(ENZYME),
        "doi_evidence": nw.lit(rule.evidence),
    }
    truths = [*(prefix + name for prefix in (_IMPROVED, _WORSE) for name in rule.measures), _MET]
    digits = [*digits_of_comparison(core), *digits_of_truths(truths), *digits_of_zeros(rule)]
    return add_words(frame, digits, [*what_is_told_by(core), ENZYME, *truths], words)
