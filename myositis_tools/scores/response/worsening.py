"""Definitions of worsening, each named by the trial that used it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.frames import enter
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.scores.baseline import (
    add_words,
    beside_baseline,
    count_from_one,
    digits_of_comparison,
    is_after,
    joined,
    label_of,
    names_of,
    unless_nothing_to_compare,
    what_is_told_by,
)
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, measures
from myositis_tools.scores.options import LeaveOut, ScoreOptions, takes_options
from myositis_tools.scores.response.change import (
    compute_truth,
    counted,
    digits_of_truths,
    digits_of_zeros,
    gaps,
    zeros,
)
from myositis_tools.scores.response.definitions import Definition, find_definition

ADDED = (
    *("worsening", "worsening_because", "worsening_confirmed", "worsening_confirmed_because"),
    *("worsening_measures", *(f"worsening_{name}" for name in measures())),
    *("worsening_enzyme_followed", "worsening_evidence"),
)

# The two branches of which a change in the instrument's own unit is a part, and the fall of strength in one of them.
_SINGLE = ("worse_physician_global", "worse_mmt", "worse_extramuscular")
_WORSE, _ALONE, _MET, _CONFIRMED = "_worse_", "_alone_", "_met", "_confirmed"
_OPEN = 2.0  # an earlier visit that nobody can judge: neither 0, not worse, nor 1, worse


@takes_options
def score_worsening(
    visits: IntoFrameT,
    *,
    definition: str = "proderm",
    population: str | None = None,
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    function: str | None = None,
    extramuscular: str | None = None,
    enzymes: Sequence[str] | None = None,
    leave_out: LeaveOut | None = None,
) -> IntoFrameT:
    """Say whether each patient is worse than at baseline, at each visit and on consecutive visits.

    The Total Improvement Score does not see worsening; there is no one agreed definition of it, so each is named by
    the trial that used it. Muscle strength worsens by falling.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, with the columns of `score_total_improvement`.
    definition : {"proderm", "imacs_rim", "dastmalchi"}
        ``proderm``: physician global and strength together, or extramuscular activity, or several of the measures
        without the enzyme. ``imacs_rim``: the same with the enzyme among the measures; nothing of it is verified.
        ``dastmalchi``: any single measure.
    population : {"adult", "juvenile"}, optional
        Whose scales may be read; by default those the definition was made for.
    mmt, function, extramuscular, enzymes, enzyme_by, baseline_week, leave_out
        As for `score_total_improvement`. A definition with a limit in centimetres reads ``extramuscular_cm``.

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with ``worsening`` at this visit (``met``, ``not met``, ``unknown``) and
        ``worsening_because``; ``worsening_confirmed`` on as many consecutive visits as the definition asks, this one
        the last, and ``worsening_confirmed_because``; ``worsening_measures``, which are worse in percent of
        their baseline value, and a verdict for each, ``worsening_physician_global`` to ``worsening_extramuscular``,
        whether or not the definition counts it; ``worsening_enzyme_followed`` and ``worsening_evidence``.

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
    A value that was not recorded, at baseline or at a visit, could be any value of its scale, and the answer is
    ``unknown`` where that could change it: a measure at the best value of its scale is not worse, whatever it was
    before. Consecutive visits are those that follow each other in the table after the baseline: a visit that took
    place without a row is not known of. The baseline visit, visits before it and patients without one are ``unknown``.
    From a baseline of zero a measure is worse, in percent, as soon as it is worse than zero.

    Source
    ------
    ``tables.load("response_definitions")`` and ``response_limits``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores.response import score_worsening
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A", "A"], "week": [0, 12, 16], "physician_global_cm": [3.0, 5.0, 5.5],
    ...     "patient_global_cm": [5.0, 4.0, 3.0], "mmt8_150": [130, 104, 100], "haq_di": [1.5, 1.0, 0.5],
    ...     "ck_xuln": [8.0, 3.0, None], "extramuscular_cm": [3.0, 2.0, 0.5]})
    >>> score_worsening(visits)[["worsening", "worsening_confirmed", "worsening_measures"]]
      worsening worsening_confirmed        worsening_measures
    0   unknown             unknown
    1       met             not met  physician global activity
    2       met                 met  physician global activity
    """
    rule = find_definition("worsening", definition)
    options = ScoreOptions(
        population=population or rule.population,
        mmt=mmt,
        enzyme_by=enzyme_by,
        baseline_week=baseline_week,
        function=function,
        extramuscular="extramuscular_cm" if "worse_extramuscular" in rule.limits else extramuscular,
        enzymes=enzymes,
        leave_out=leave_out,
    )
    core = choose_core_set(visits, options, needs_ranges=enzyme_by == "range_share")
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    frame = beside_baseline(entrance.frame, core)
    frame = frame.with_columns(**_truths(core, rule))
    frame = frame.with_columns(verdict.kleene_or(_branches(rule)).alias(_MET))
    frame = _confirmed(frame, rule, baseline_week)
    frame = _with_words(frame, core, rule)
    return entrance.leave(frame, ADDED)


def _single(rule: Definition) -> list[str]:
    return [limit for limit in _SINGLE if limit in rule.limits]


def _truths(core: CoreSet, rule: Definition) -> dict[str, nw.Expr]:
    """The measures in percent of their baseline, and those that a branch looks at alone."""
    truths = {_WORSE + name: compute_truth(core, name, rule, "worse_percent", is_worse=True) for name in measures()}
    single = {
        limit: compute_truth(core, limit.removeprefix("worse_"), rule, limit, is_worse=True) for limit in _single(rule)
    }
    return truths | {_ALONE + limit: truth for limit, truth in single.items()}


def _counted(rule: Definition) -> dict[str, nw.Expr]:
    return {name: nw.col(_WORSE + name) for name in rule.measures}


def _branches(rule: Definition) -> list[nw.Expr]:
    """Any of them is enough."""
    several = verdict.at_least_of(rule.count("worse_measures"), list(_counted(rule).values()))
    if not _single(rule):
        return [several]
    physician, strength, extramuscular = (nw.col(_ALONE + limit) for limit in _SINGLE)
    return [verdict.kleene_and([physician, strength]), extramuscular, several]


def _earlier(rule: Definition) -> list[str]:
    return [f"_earlier_{steps}" for steps in range(1, rule.count("consecutive_visits"))]


def _confirmed(frame: Any, rule: Definition, baseline_week: int) -> Any:
    """Look back over as many visits as the definition asks; where there is none, nothing is confirmed."""
    after = is_after(baseline_week)
    frame = frame.with_columns(_state=nw.when(after).then(nw.col(_MET).cast(nw.Float64).fill_null(_OPEN)))
    back = enumerate(_earlier(rule), start=1)
    frame = frame.with_columns(
        nw.col("_state").shift(steps).over("patient_id", order_by="week").alias(name) for steps, name in back
    )
    states = [nw.col(name).fill_null(0) for name in _earlier(rule)]
    answers = [nw.col(_MET), *(nw.when(state != _OPEN).then(state == 1) for state in states)]
    return frame.with_columns(nw.when(after).then(verdict.kleene_and(answers)).alias(_CONFIRMED))


def _with_words(frame: Any, core: CoreSet, rule: Definition) -> Any:
    counts = _counted(rule)
    every = {name: nw.col(_WORSE + name) for name in measures()}
    needed = f"{rule.count('worse_measures')} needed"
    said = [
        *(_alone(core, rule, limit) for limit in _single(rule)),
        counted(core, counts, what=f"worse by {rule.words('worse_percent')}", limit=needed),
        zeros(core, rule),
        *gaps(core, rule),
    ]
    words = {
        "worsening": verdict.to_verdict(nw.col(_MET)),
        "worsening_because": unless_nothing_to_compare(core.baseline_week, joined(said)),
        "worsening_confirmed": verdict.to_verdict(nw.col(_CONFIRMED)),
        "worsening_confirmed_because": unless_nothing_to_compare(core.baseline_week, _about_earlier_visits(rule)),
        "worsening_measures": names_of(core, every),
        **{f"worsening_{name}": verdict.to_verdict(truth) for name, truth in every.items()},
        "worsening_enzyme_followed": nw.col(ENZYME),
        "worsening_evidence": nw.lit(rule.evidence),
    }
    truths = [*(_WORSE + name for name in measures()), *(_ALONE + limit for limit in _single(rule)), _MET, _CONFIRMED]
    digits = [*digits_of_comparison(core), *digits_of_truths(truths), *digits_of_zeros(rule)]
    digits += [(4, count_from_one(name)) for name in _earlier(rule)]
    return add_words(frame, digits, [*what_is_told_by(core), ENZYME, *truths, *_earlier(rule)], words)


def _alone(core: CoreSet, rule: Definition, limit: str) -> nw.Expr:
    said = nw.concat_str(label_of(core, limit.removeprefix("worse_")), nw.lit(f" worse by {rule.words(limit)}"))
    return nw.when(nw.col(_ALONE + limit)).then(said)


def _about_earlier_visits(rule: Definition) -> nw.Expr:
    words = ("not worse", "worse", "unknown")
    now = verdict.choose(nw.col(_MET), met=nw.lit(words[1]), not_met=nw.lit(words[0]), unknown=nw.lit(words[2]))
    parts = [nw.concat_str(nw.lit("this visit "), now)]
    for steps, name in enumerate(_earlier(rule), start=1):
        which = "the visit before " if steps == 1 else f"{steps} visits before "
        state = nw.col(name)
        cases = [(state == number, nw.lit(which + word)) for number, word in enumerate(words)]
        none = nw.lit("no visit between it and the baseline" if steps == 1 else f"no visit {steps} before")
        parts.append(first_true(cases, otherwise=none))
    return joined(parts)
