"""The ceiling: how high a Total Improvement Score a patient can still reach from her baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.frames import enter
from myositis_tools.scores.arithmetic import compute_bounds, compute_level, first_true
from myositis_tools.scores.baseline import check_left_out, joined, only_baselines
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, classes, measures, points_possible
from myositis_tools.scores.open_points import points_within_reach
from myositis_tools.scores.options import SCORED_AS, LeaveOut, ScoreOptions, takes_options

ADDED = (
    *("highest_tis", "highest_tis_min", "highest_tis_max", "highest_response"),
    *(f"reachable_{name}" for name in measures()),
    *("enzyme", "missing", SCORED_AS),
)


@takes_options
def highest_possible_improvement(
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
    """Ceiling effect: the highest Total Improvement Score each patient can reach from the baseline.

    A measure that is nearly normal at baseline has little room on its scale: its points are out of reach, whatever
    the treatment does.

    Parameters
    ----------
    visits, population, mmt, enzyme_by, baseline_week, function, extramuscular, enzymes, ranges, leave_out
        As for `score_total_improvement`; only the baseline visits are read.

    Returns
    -------
    frame of the same kind
        One row a patient, in the order of ``patient_id``, with ``highest_tis``, ``highest_tis_min``,
        ``highest_tis_max``, ``highest_response``, six ``reachable_...`` (points), ``enzyme`` and ``missing``.

    Raises
    ------
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A measure that was not recorded at baseline leaves ``highest_tis`` empty; the bounds count it with none and with
    all of its points, and ``highest_response`` is given where both agree. A scale whose best value is not known, the
    physical summary score, is treated alike. A patient without a baseline visit has bounds that exclude nothing.

    Source
    ------
    Points, ranges and classes as in `score_total_improvement`.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores.response import highest_possible_improvement
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "B"], "week": [0, 0], "physician_global_cm": [6.0, 3.0],
    ...     "patient_global_cm": [5.0, 2.0], "mmt8_150": [110, 146], "haq_di": [1.5, 0.0],
    ...     "ck_xuln": [8.0, 1.0], "extramuscular_cm": [5.0, None]})
    >>> highest = highest_possible_improvement(visits)
    >>> highest[["patient_id", "highest_tis", "highest_tis_min", "highest_tis_max", "reachable_mmt"]]
      patient_id  highest_tis  highest_tis_min  highest_tis_max  reachable_mmt
    0          A         95.0             95.0             95.0           27.5
    1          B          NaN             35.0             55.0           10.0
    >>> highest["missing"].tolist()[1]
    'extramuscular activity not recorded at baseline'
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
    core = choose_core_set(visits, options)
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    check_left_out(entrance.frame, core)
    frame = with_ceiling(entrance.frame, core)
    frame = frame.with_columns(highest_response=_response(core), missing=_or_no_baseline(baseline_week))
    frame = frame.with_columns(nw.lit(str(options)).alias(SCORED_AS))
    return entrance.leave_new(frame.select("patient_id", *ADDED).sort("patient_id"))


def highest_totals(visits: Any, options: ScoreOptions) -> Any:
    """Give ``highest_tis_max``, the most points that a visit of which nothing is known can have, one row a patient."""
    core = choose_core_set(visits, options)
    frame = with_ceiling(enter(visits, "visits", needs=core.needs, unique=("patient_id", "week")).frame, core)
    return frame.select("patient_id", "highest_tis_max")


def with_ceiling(frame: Any, core: CoreSet) -> Any:
    """Give a row a patient with the points that she can reach from her baseline, and the highest total with bounds."""
    baseline = only_baselines(frame, core)
    baseline = baseline.with_columns(points_within_reach(core, name).alias(f"reachable_{name}") for name in measures())
    baseline = baseline.select(
        *("patient_id", *(f"reachable_{name}" for name in measures())), _missing(core).alias("missing"), ENZYME
    )
    patients = frame.select("patient_id").unique()
    return patients.join(baseline, on="patient_id", how="left").with_columns(**_totals())


def _missing(core: CoreSet) -> nw.Expr:
    labels = {name: scale.column.label for name, scale in core.scales.items()} | {ENZYME: core.enzyme_label}
    endless = {core.enzymes[0].column.label} if core.enzymes[0].best is None else set()
    said = []
    for name in measures():
        why = "has no known best value" if labels[name] in endless else "not recorded at baseline"
        said.append(nw.when(nw.col(f"reachable_{name}").is_null()).then(nw.lit(f"{labels[name]} {why}")))
    return joined(said)


def _totals() -> dict[str, nw.Expr]:
    reachable = [nw.col(f"reachable_{name}") for name in measures()]
    lowest, highest = compute_bounds(reachable, [nw.lit(points_possible(name)) for name in measures()])
    return {"highest_tis": reduce(add, reachable), "highest_tis_min": lowest, "highest_tis_max": highest}


def _response(core: CoreSet) -> nw.Expr:
    lowest, highest = (compute_level(nw.col(f"highest_tis_{end}"), core.population) for end in ("min", "max"))
    named = enumerate(classes(core.population))
    return first_true([((lowest == number) & (highest == number), nw.lit(one.name)) for number, one in named])


def _or_no_baseline(baseline_week: int) -> nw.Expr:
    return nw.col("missing").fill_null(f"no visit at week {baseline_week:g}")
