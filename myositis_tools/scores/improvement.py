"""The Total Improvement Score of the 2016 ACR/EULAR criteria for response in myositis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.frames import enter
from myositis_tools.rules import is_above, is_at_most, is_below
from myositis_tools.scores.arithmetic import (
    compute_bounds,
    compute_level,
    first_true,
)
from myositis_tools.scores.baseline import (
    add_words,
    before,
    beside_baseline,
    count_from_one,
    digits_of_comparison,
    is_after,
    is_compared,
    joined,
    left_out_in_words,
    names_of,
    not_recorded,
    unless_nothing_to_compare,
    what_is_told_by,
)
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, bands, classes, enzyme_instruments, measures
from myositis_tools.scores.open_points import furthest_change, is_recorded, most_points
from myositis_tools.scores.options import SCORED_AS, LeaveOut, ScoreOptions, takes_options
from myositis_tools.verdict import kleene_and

ADDED = (
    *("tis", "tis_min", "tis_max", "response", "response_certain"),
    *(f"points_{measure}" for measure in measures()),
    *(f"change_{measure}" for measure in measures()),
    *("enzyme", "missing", "worsened", "enzyme_normal_yet_scores", "enzymes_left_out", SCORED_AS),
)

# Columns on the way, none of which leaves.
_LEVEL, _HIGHEST, _WORSENED, _FURTHEST = "_level", "_highest_level", "_worsened_", "_furthest_change_"
OPEN = "_open_points_"  # the most points a measure can have earned, for the total and the receipt


@takes_options
def score_total_improvement(
    visits: IntoFrameT,
    *,
    population: str = "adult",
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    function: str | None = None,
    extramuscular: str | None = None,
    enzymes: Sequence[str] | None = None,
    ranges: Mapping[str, float] | None = None,
    leave_out: LeaveOut | None = None,
) -> IntoFrameT:
    """Total Improvement Score (TIS): how much each patient has improved since baseline, from 0 to 100.

    Six core set measures are compared with the baseline visit. The change in percent of the range of each scale falls
    in a band, the band gives points, and the points add up to the Total Improvement Score. Worsening costs nothing:
    the score does not see it.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit. Columns ``patient_id``, ``week``, ``physician_global_cm``, ``patient_global_cm``,
        one of ``mmt8_150``, ``mmt8_80``, ``mmt26_260``, ``haq_di``, at least one of ``ck_xuln``, ``aldolase_xuln``,
        ``ldh_xuln``, ``alt_xuln``, ``ast_xuln`` (multiples of the upper limit of normal; `to_xuln` makes them) and
        ``extramuscular_cm``. Units and permitted ranges stand in ``tables.load("columns")``.
    population : {"adult", "juvenile"}
        The response thresholds to use. A juvenile may be measured by ``cmas_52``, ``chaq``, ``das_20`` and
        ``chq_phs`` instead.
    mmt, function, extramuscular : str, optional
        Which column to read where several could serve: for ``mmt`` a scale of muscle strength, for ``function``
        ``haq_di`` or ``chaq``, for ``extramuscular`` ``extramuscular_cm`` or ``das_20``.
    enzyme_by : {"xuln", "range_share"}
        How the most abnormal enzyme is found at baseline: by multiples of the upper limit, or by share of the
        enzyme's own range. The same enzyme is then followed at every visit.
    baseline_week : int
        The week of the visit that all others are compared with.
    enzymes : sequence of str, optional
        The enzymes to choose from: ``ck``, ``aldolase``, ``ldh``, ``alt``, ``ast``; by default every one that has a
        column. ``["chq_phs"]`` takes the physical summary score in their place.
    ranges : mapping of str to float, optional
        Ranges to use instead of those in ``tables.load("enzymes")``, by column. ``chq_phs`` has none in any source
        that was read, so it needs one here.
    leave_out : mapping, optional
        Enzymes that must not be followed, with the reason: ``{"alt": "liver disease"}`` in every patient,
        ``{"ldh": {"P7": "haemolysis"}}`` in the patients named. They are taken out before the most abnormal is chosen.

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with ``tis``, ``tis_min``, ``tis_max``, ``response`` (``none``,
        ``minimal``, ``moderate``, ``major``), ``response_certain``, six ``points_...``, six ``change_...`` (percent
        of the range, improvement positive), ``enzyme`` (the one followed), ``missing``, ``worsened`` (the measures
        that fell back by more than the smallest improvement that scores: the score does not see them),
        ``enzyme_normal_yet_scores`` (whether the enzyme was normal at baseline and earns points nevertheless),
        ``enzymes_left_out`` (which, and why) and ``scored_as`` (the options above in words, the same on every row).

    Raises
    ------
    MissingColumnError, AmbiguousColumnError
        If no column, or more than one, could serve for a measure.
    WrongTypeError, ImpossibleValueError, DuplicateRowError
        If a column holds text, a value is off its scale, or a patient has two visits in one week.
    OptionError, NotFoundError
        If an option is not one of those above, or a patient of ``leave_out`` is not in the table.

    Missing data
    ------------
    A measure that was not recorded, at baseline or at the visit, makes ``tis`` missing and is named in ``missing``.
    ``tis_min`` counts it with no points and ``tis_max`` with the most that the value that is recorded leaves open:
    those for the change from its baseline to the best value of the scale, or from the worst value to that of the
    visit; all of its points where neither was recorded. Where that is nothing, the measure has 0 points whatever it
    was, and does not stand in the way of the total. ``response`` is given where both bounds agree on it, and only
    there is ``response_certain`` true. The enzyme is chosen among those measured at baseline; if it was not measured
    at a visit, no other takes its place. The baseline visit and visits before it have no score. A patient without a
    baseline visit keeps every row, with that reason.

    Source
    ------
    ``tables.load("improvement_points")``, ``improvement_classes``, ``core_set_ranges`` and ``enzymes``; decisions D1
    to D4 and D6 of this project stand in their rows. Ranges of the enzymes are not verified.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_total_improvement
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A", "A"], "week": [0, 12, 26], "physician_global_cm": [6.0, 3.4, 2.0],
    ...     "patient_global_cm": [5.0, 4.0, 3.0], "mmt8_150": [120, 135, 147], "haq_di": [1.5, 1.0, 0.5],
    ...     "ck_xuln": [8.0, 3.0, None], "extramuscular_cm": [3.0, 2.0, 0.5]})
    >>> scored = score_total_improvement(visits)
    >>> scored[["week", "tis", "tis_min", "tis_max", "missing"]]
       week   tis  tis_min  tis_max                        missing
    0     0   NaN      NaN      NaN                 baseline visit
    1    12  52.5     52.5     52.5
    2    26   NaN     62.5     70.0  CK not recorded at this visit
    >>> scored["response"].tolist()[1:]
    ['moderate', 'major']
    """
    options = ScoreOptions(
        population=population,
        mmt=mmt,
        enzyme_by=enzyme_by,
        baseline_week=baseline_week,
        function=function,
        extramuscular=extramuscular,
        enzymes=enzymes,
        ranges=ranges,
        leave_out=leave_out,
    )
    return score_visits(visits, options)


def score_visits(visits: Any, options: ScoreOptions) -> Any:
    """Score visits as `score_total_improvement` does, by options that are made already."""
    core = choose_core_set(visits, options)
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    frame = _with_words(with_total(beside_baseline(entrance.frame, core), core), core)
    return entrance.leave(frame.with_columns(nw.lit(str(options)).alias(SCORED_AS)), ADDED)


def with_total(frame: Any, core: CoreSet) -> Any:
    """Add changes, points and the total with its bounds to visits that stand beside their baseline."""
    frame = frame.with_columns(**{_FURTHEST + name: furthest_change(core, name) for name in measures()})
    furthest = {name: nw.col(_FURTHEST + name) for name in measures()}
    frame = frame.with_columns(
        **{f"change_{name}": nw.when(is_recorded(core, name)).then(change) for name, change in furthest.items()},
        **{OPEN + name: most_points(change, name) for name, change in furthest.items()},
    )
    points = {f"points_{name}": _points(name, core.baseline_week) for name in measures()}
    return frame.with_columns(**points).with_columns(**_totals(core.baseline_week))


def _points(measure: str, baseline_week: int) -> nw.Expr:
    """The points that were earned; none where none could be, although a value is missing."""
    most = nw.col(OPEN + measure)
    is_known = ~nw.col(f"change_{measure}").is_null() | (is_after(baseline_week) & (most == 0))
    return nw.when(is_known).then(most)


def _totals(baseline_week: int) -> dict[str, nw.Expr]:
    points = [nw.col(f"points_{name}") for name in measures()]
    lowest, highest = compute_bounds(points, [nw.col(OPEN + name) for name in measures()])
    return {
        "tis": reduce(add, points),
        "tis_min": nw.when(is_after(baseline_week)).then(lowest),
        "tis_max": nw.when(is_after(baseline_week)).then(highest),
    }


def _with_words(frame: Any, core: CoreSet) -> Any:
    """Name the class and say what is missing."""
    lowest, highest = (compute_level(nw.col(total), core.population) for total in ("tis_min", "tis_max"))
    frame = frame.with_columns(lowest.alias(_LEVEL), highest.alias(_HIGHEST))
    frame = frame.with_columns(response_certain=nw.col(_LEVEL) == nw.col(_HIGHEST))
    frame = frame.with_columns(nw.when(nw.col("response_certain")).then(nw.col(_LEVEL)).alias(_LEVEL))
    digits = digits_of_comparison(core)
    digits += [(len(classes(core.population)) + 1, count_from_one(_LEVEL))]
    worsened = {name: nw.col(_WORSENED + name) for name in measures()}
    fell_back = {name: is_worsened(nw.col(f"change_{name}"), name).fill_null(False) for name in measures()}
    frame = frame.with_columns(**{_WORSENED + name: truth for name, truth in fell_back.items()})
    frame = frame.with_columns(enzyme_normal_yet_scores=_normal_yet_scores(core))
    frame = frame.with_columns(enzymes_left_out=left_out_in_words(core))
    digits += [(2, truth) for truth in worsened.values()]
    digits += [(2, nw.col(f"points_{name}").is_null()) for name in measures()]
    named = [(nw.col(_LEVEL) == number, nw.lit(one.name)) for number, one in enumerate(classes(core.population))]
    missing = joined([_missing(core, name) for name in measures()])
    words = {
        "response": first_true(named),
        "missing": unless_nothing_to_compare(core.baseline_week, missing),
        "worsened": names_of(core, worsened),
    }
    told_by = [_LEVEL, *(_WORSENED + name for name in measures()), *(f"points_{name}" for name in measures())]
    return add_words(frame, digits, [*what_is_told_by(core), *told_by], words)


def _missing(core: CoreSet, measure: str) -> nw.Expr:
    """Name a measure that was not recorded, and say where that makes no difference to the score; else null."""
    said = not_recorded(core, measure)
    whatever = nw.concat_str(said, nw.lit(" (0 points whatever it was)"))
    return nw.when(nw.col(f"points_{measure}").is_null()).then(said).otherwise(whatever)


def is_worsened(change: Any, measure: str) -> Any:
    """Whether a change, in percent of the range, is a worsening: by more than the smallest improvement that scores.

    The one judgement of it for a single measure, of a column or of a plain number.
    """
    return is_below(change, -float(bands()[measure][0].to or 0))


def _normal_yet_scores(core: CoreSet) -> nw.Expr:
    """Whether the followed enzyme was at most its upper limit of normal, one multiple of it, and earns points."""
    scores = is_above(nw.col(f"points_{ENZYME}"), 0)
    is_multiple = core.enzymes[0].column.unit == enzyme_instruments()[0].column.unit
    if not is_multiple:
        return nw.when(nw.col("week").is_null()).then(scores)  # a stand-in has no upper limit of normal
    # without a baseline any enzyme could be the one: one that was normal would have come down from its limit at most
    edge = float(bands()[ENZYME][0].to or 0)
    from_limit = [(1.0 - nw.col(one.column.name)) * one.percent_per_unit for one in core.enzymes]
    never = kleene_and([is_at_most(change, edge) for change in from_limit]).fill_null(False)
    return (scores & is_at_most(before(ENZYME), 1)) & ~(never & is_compared(core.baseline_week))
