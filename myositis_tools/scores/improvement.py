"""The Total Improvement Score of the 2016 ACR/EULAR criteria for response in myositis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from numbers import Real
from operator import add
from typing import Any

import narwhals as nw

from myositis_tools.errors import OptionError, require_option
from myositis_tools.frames import enter, look_up
from myositis_tools.scores.arithmetic import (
    compute_abnormality,
    compute_bounds,
    compute_level,
    compute_most_abnormal,
    compute_percent_change,
    compute_points,
    first_true,
)
from myositis_tools.scores.core_set import ENZYME, CoreSet, choose_core_set, classes, measures

ENZYME_METRICS = ("xuln", "range_share")

ADDED = (
    *("tis", "tis_min", "tis_max", "response", "response_certain"),
    *(f"points_{measure}" for measure in measures()),
    *(f"change_{measure}" for measure in measures()),
    *("enzyme", "missing"),
)

# Columns on the way, none of which leaves.
_BEFORE, _NOW = "_before_", "_now_"
PLACE, _BASELINE, _PER_UNIT, _LARGEST = "_enzyme_place", "_baseline_week", "_enzyme_percent_per_unit", "_largest"
_LEVEL, _HIGHEST, _SITUATION = "_level", "_highest_level", "_situation"


def score_total_improvement(
    visits: Any,
    *,
    population: str = "adult",
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    function: str | None = None,
    extramuscular: str | None = None,
    enzymes: Sequence[str] | None = None,
    ranges: Mapping[str, float] | None = None,
) -> Any:
    """Score how much each patient has improved since baseline, from nothing to everything.

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
        Whose thresholds make a response. A juvenile may be measured by ``cmas_52``, ``chaq``, ``das_20`` and
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

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with ``tis``, ``tis_min``, ``tis_max``, ``response`` (``none``,
        ``minimal``, ``moderate``, ``major``), ``response_certain``, six ``points_...``, six ``change_...`` (percent
        of the range, improvement positive), ``enzyme`` (the one followed) and ``missing``.

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
    A measure that was not recorded, at baseline or at the visit, makes ``tis`` missing and is named in ``missing``.
    ``tis_min`` and ``tis_max`` count it with none and with all of its points. ``response`` is given where both
    bounds agree on it, and only there is ``response_certain`` true. The enzyme is chosen among those measured at
    baseline; if it was not measured at a visit, no other takes its place. The baseline visit and visits before it
    have no score. A patient without a baseline visit keeps every row, with that reason, and later visits have bounds
    that exclude nothing.

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
    core = choose_core_set(
        visits,
        population=population,
        mmt=mmt,
        function=function,
        extramuscular=extramuscular,
        enzymes=enzymes,
        ranges=ranges,
    )
    require_option("enzyme_by", enzyme_by, ENZYME_METRICS)
    require_week("baseline_week", baseline_week)
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    frame = _beside_baseline(entrance.frame, core, enzyme_by, baseline_week)
    frame = frame.with_columns(**_changes(core))
    frame = frame.with_columns(
        **{f"points_{name}": compute_points(nw.col(f"change_{name}"), name) for name in measures()}
    )
    frame = frame.with_columns(**_totals(baseline_week))
    frame = _with_words(frame, core, baseline_week)
    return entrance.leave(frame, ADDED)


def require_week(name: str, week: object) -> None:
    """Refuse a week that is not a whole number.

    Raises
    ------
    OptionError
        If `week` is none.
    """
    if isinstance(week, bool) or not isinstance(week, Real) or not float(week).is_integer():
        raise OptionError(
            f"{name}={week!r} is not a week.",
            expected="a whole number",
            hint="0 is the baseline, and weeks of screening are negative",
        )


def _beside_baseline(frame: Any, core: CoreSet, enzyme_by: str, baseline_week: int) -> Any:
    """Put what was measured at baseline beside every later visit of the patient, and find the enzyme to follow."""
    place, enzymes = nw.col(PLACE), core.enzymes
    baseline = with_most_abnormal(frame.filter(nw.col("week") == baseline_week), core, enzyme_by)
    baseline = baseline.select(
        "patient_id",
        PLACE,
        nw.col("week").alias(_BASELINE),
        *(nw.col(scale.column.name).alias(_BEFORE + name) for name, scale in core.scales.items()),
        _of_the_followed(place, [nw.col(enzyme.column.name) for enzyme in enzymes]).alias(_BEFORE + ENZYME),
        _of_the_followed(place, [nw.lit(enzyme.percent_per_unit) for enzyme in enzymes]).alias(_PER_UNIT),
        _of_the_followed(place, [nw.lit(enzyme.key) for enzyme in enzymes]).alias(ENZYME),
    )
    frame = look_up(frame, baseline, on="patient_id")
    now = _of_the_followed(place, [nw.col(enzyme.column.name) for enzyme in enzymes]).alias(_NOW + ENZYME)
    # Only what comes after the baseline is compared with it: elsewhere there is nothing before, hence no change.
    is_after = nw.col("week") > baseline_week
    before = [nw.when(is_after).then(nw.col(_BEFORE + name)).alias(_BEFORE + name) for name in measures()]
    return frame.with_columns(now, *before)


def with_most_abnormal(frame: Any, core: CoreSet, enzyme_by: str) -> Any:
    """Number the most abnormal enzyme of each row by its place in the core set."""
    sizes = [compute_abnormality(enzyme, enzyme_by=enzyme_by) for enzyme in core.enzymes]
    frame = frame.with_columns(nw.max_horizontal(*sizes).alias(_LARGEST))
    return frame.with_columns(compute_most_abnormal(sizes, nw.col(_LARGEST)).alias(PLACE))


def _of_the_followed(place: nw.Expr, values: Sequence[nw.Expr]) -> nw.Expr:
    """Take the value that belongs to the enzyme that is followed."""
    return first_true([(place == number, value) for number, value in enumerate(values)])


def _now(core: CoreSet, measure: str) -> nw.Expr:
    return nw.col(_NOW + ENZYME) if measure == ENZYME else nw.col(core.scales[measure].column.name)


def _changes(core: CoreSet) -> dict[str, nw.Expr]:
    per_unit = {name: scale.percent_per_unit for name, scale in core.scales.items()} | {ENZYME: nw.col(_PER_UNIT)}
    is_lower = {name: scale.is_better_lower for name, scale in core.scales.items()}
    is_lower |= {ENZYME: core.enzymes[0].is_better_lower}
    return {
        f"change_{name}": compute_percent_change(
            nw.col(_BEFORE + name), _now(core, name), per_unit[name], is_better_lower=is_lower[name]
        )
        for name in measures()
    }


def _totals(baseline_week: int) -> dict[str, nw.Expr]:
    is_after = nw.col("week") > baseline_week
    lowest, highest = compute_bounds(measures())
    return {
        "tis": reduce(add, [nw.col(f"points_{name}") for name in measures()]),
        "tis_min": nw.when(is_after).then(lowest),
        "tis_max": nw.when(is_after).then(highest),
    }


def _with_words(frame: Any, core: CoreSet, baseline_week: int) -> Any:
    """Name the class and say what is missing.

    Text is slow to make and the situations are few: words are made once for each situation that occurs (which
    measures are missing where, which enzyme, which class) and then looked up by its number.
    """
    lowest, highest = (compute_level(nw.col(total), core.population) for total in ("tis_min", "tis_max"))
    frame = frame.with_columns(lowest.alias(_LEVEL), highest.alias(_HIGHEST))
    frame = frame.with_columns(response_certain=nw.col(_LEVEL) == nw.col(_HIGHEST))
    frame = frame.with_columns(nw.when(nw.col("response_certain")).then(nw.col(_LEVEL)).alias(_LEVEL))
    frame = frame.with_columns(_situation(core, baseline_week).alias(_SITUATION))
    told_by = [_SITUATION, _BASELINE, "week", PLACE, _LEVEL, *(_BEFORE + name for name in measures())]
    told_by += [_NOW + ENZYME, *(scale.column.name for scale in core.scales.values())]
    occurring = frame.select(*told_by).unique(subset=[_SITUATION], keep="any")
    named = [(nw.col(_LEVEL) == number, nw.lit(one.name)) for number, one in enumerate(classes(core.population))]
    words = occurring.select(
        _SITUATION, first_true(named).alias("response"), _what_is_missing(core, baseline_week).alias("missing")
    )
    return look_up(frame, words, on=_SITUATION)


def _situation(core: CoreSet, baseline_week: int) -> nw.Expr:
    """Number the situation of a row: each part is a digit, and no two situations share a number."""
    week = nw.col("week")
    yes_or_no = [nw.col(_BASELINE).is_null(), week == baseline_week, week > baseline_week]
    for name in measures():
        yes_or_no += [nw.col(_BEFORE + name).is_null(), _now(core, name).is_null()]
    digits = [(2, condition.cast(nw.Int64)) for condition in yes_or_no]
    digits += [(len(classes(core.population)) + 1, _count_from_one(_LEVEL))]
    digits += [(len(core.enzymes) + 1, _count_from_one(PLACE))]
    number, weight = nw.lit(0), 1
    for size, digit in digits:
        number, weight = number + digit * weight, weight * size
    return number


def _count_from_one(name: str) -> nw.Expr:
    return (nw.col(name) + 1).fill_null(0).cast(nw.Int64)


def _what_is_missing(core: CoreSet, baseline_week: int) -> nw.Expr:
    week = nw.col("week")
    not_recorded = [_where_missing(core, name) for name in measures()]
    return first_true(
        [
            (nw.col(_BASELINE).is_null(), nw.lit(f"no visit at week {baseline_week:g} to compare with")),
            (week == baseline_week, nw.lit("baseline visit")),
            (week < baseline_week, nw.lit(f"visit before the baseline at week {baseline_week:g}")),
        ],
        otherwise=nw.concat_str(*not_recorded, separator="; ", ignore_nulls=True),
    )


def _where_missing(core: CoreSet, measure: str) -> nw.Expr:
    """Name a measure that was not recorded at baseline or at the visit, else null."""
    before, now = nw.col(_BEFORE + measure).is_null(), _now(core, measure).is_null()
    if measure == ENZYME:
        labels = [enzyme.column.label for enzyme in core.enzymes]
        followed = _of_the_followed(nw.col(PLACE), [nw.lit(f"{label} not recorded at this visit") for label in labels])
        return first_true([(before, nw.lit(f"{core.enzyme_label} not recorded at baseline")), (now, followed)])
    label = core.scales[measure].column.label
    return first_true(
        [
            (before & now, nw.lit(f"{label} not recorded at baseline or at this visit")),
            (before, nw.lit(f"{label} not recorded at baseline")),
            (now, nw.lit(f"{label} not recorded at this visit")),
        ]
    )
