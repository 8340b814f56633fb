"""When each patient first responded, whether she kept it, and when she lost it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.frames import Entrance, to_frame
from myositis_tools.scores.arithmetic import compute_level
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import SCORED_AS, ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.scores.response.ceiling import highest_totals
from myositis_tools.studies.follow_up.schedule import checked_weeks


@takes_options
def response_over_time(
    visits: IntoFrameT,
    *,
    weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Duration of response: when each patient first reached, kept and lost each response category.

    A patient who is in a class is also in those below it.

    Parameters
    ----------
    visits
        As for `score_total_improvement`.
    weeks : sequence of int, optional
        The weeks at which a visit was planned. A planned visit without a row is a visit of which nothing is known.
        By default only the visits in the table are looked at: one that did not take place is not known of.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a patient, in the order of ``patient_id``. ``visits`` after the baseline, ``open_visits`` (those whose
        class is not certain), ``last_week``; then for ``minimal``, ``moderate`` and ``major`` each: ``reached_...``
        (verdict), ``first_..._week`` with its bounds ``first_..._week_min`` and ``first_..._week_max``,
        ``sustained_...`` (verdict: from the first response on at every visit, to the last), ``lost_...`` (verdict) and
        ``lost_..._week``, the first visit after a response without it. Last ``because`` and ``scored_as``.

    Raises
    ------
    MyositisToolsError
        Whatever `score_total_improvement` refuses.
    OptionError
        If a planned week is no whole number after the baseline.

    Missing data
    ------------
    Each visit's class is taken from the bounds of its score, and of a planned visit without a row from what is within
    reach from the baseline. A verdict is ``unknown`` where the open visits could change it.
    ``first_..._week_min`` is the first visit at which the class is possible and ``first_..._week_max`` the first at
    which it is certain; the week itself is given where they agree, and so is ``lost_..._week``. Each visit is judged
    alone, although a value that is missing at baseline is the same for all: with MMT-8 missing at baseline, 129 at week
    4 and 148 at week 8, all else equal, no class can be lost, but where neither visit is certain ``lost_...`` is
    ``unknown``. A class first reached at the last visit has not been seen to be kept: ``sustained_...`` is ``unknown``.
    Without any visit after the baseline everything is ``unknown``.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.studies import response_over_time
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A"] * 4, "week": [0, 4, 12, 26], "physician_global_cm": [6.0, 3.0, 2.0, 5.9],
    ...     "patient_global_cm": [5.0, 3.0, 3.0, 5.0], "mmt8_150": [120, 121, 135, 121],
    ...     "haq_di": [1.5, 1.5, 1.0, 1.5], "ck_xuln": [8.0, 6.0, 2.0, 8.0], "extramuscular_cm": [3.0] * 4})
    >>> asked = ["first_minimal_week", "first_moderate_week", "sustained_minimal", "lost_minimal_week"]
    >>> response_over_time(visits)[asked]
       first_minimal_week  first_moderate_week sustained_minimal  lost_minimal_week
    0                 4.0                 12.0           not met               26.0
    """
    scoring = ScoreOptions(**score_options)
    population, baseline_week = scoring.population, scoring.baseline_week
    planned = checked_weeks(weeks, baseline_week)
    scored = to_frame(score_visits(visits, scoring), ("patient_id", "week", "tis_min", "tis_max"))
    patients = scored.select("patient_id").unique()
    levels = visit_levels(scored, population, baseline_week)
    levels = with_planned_visits(levels, visits, scoring, planned)
    reached = {level: one.name for level, one in enumerate(classes(population)) if level}
    frame = patients.join(_courses(levels, reached), on="patient_id", how="left")
    frame = frame.with_columns(nw.col("visits").fill_null(0), nw.col("open_visits").fill_null(0))
    added = ["visits", "open_visits", "last_week"]
    for name in reached.values():
        frame = frame.with_columns(**_verdicts(name)).with_columns(**_weeks(name))
        added += _columns(name)
    frame = frame.with_columns(nw.lit(str(scoring)).alias(SCORED_AS), because=_because())
    frame = frame.select("patient_id", *added, "because", SCORED_AS)
    return Entrance(visits, frame).leave_new(frame.sort("patient_id"))


def visit_levels(scored: Any, population: str, baseline_week: int) -> Any:
    """The lowest and the highest class of each visit after the baseline, as numbers."""
    after = scored.with_columns(nw.col("week").cast(nw.Float64)).filter(nw.col("week") > baseline_week)
    return after.select(
        "patient_id",
        "week",
        compute_level(nw.col("tis_min"), population).cast(nw.Int64).alias("_lowest"),
        compute_level(nw.col("tis_max"), population).cast(nw.Int64).alias("_highest"),
    )


def with_planned_visits(levels: Any, visits: Any, scoring: ScoreOptions, weeks: Sequence[float]) -> Any:
    """Add a visit where a planned one has no row: of it is known only what is within reach from the baseline."""
    if not weeks:
        return levels
    within_reach = compute_level(nw.col("highest_tis_max"), scoring.population).cast(nw.Int64)
    unseen = highest_totals(visits, scoring).select(
        "patient_id",
        (within_reach * 0 - 1).alias("_lowest"),
        (within_reach * 0 - 1).alias("_highest"),
        within_reach.alias("_within_reach"),
    )
    # old versions of pandas guess at the types of a table without rows, and warn
    is_empty = isinstance(levels, nw.DataFrame) and levels.is_empty()
    rows = [] if is_empty else [levels.with_columns((nw.col("_highest") * 0 - 1).alias("_within_reach"))]
    order = ("patient_id", "week", "_lowest", "_highest", "_within_reach")
    rows += [unseen.with_columns(week=nw.lit(week).cast(nw.Float64)).select(*order) for week in weeks]
    # One row a visit again. A join would ask `levels` twice, and a lazy engine works out each time all it stands on.
    every = nw.concat(rows).group_by("patient_id", "week").agg(nw.col(*order[2:]).max())
    lowest, highest = nw.col("_lowest"), nw.col("_highest")
    return every.select(
        "patient_id",
        "week",
        nw.when(lowest < 0).then(nw.lit(0)).otherwise(lowest).cast(nw.Int64).alias("_lowest"),
        nw.when(highest < 0).then(nw.col("_within_reach")).otherwise(highest).cast(nw.Int64).alias("_highest"),
    )


def _courses(levels: Any, reached: Mapping[int, str]) -> Any:
    """What decides about every class, one row a patient.

    With a visit being certain, possible or impossible, a class is kept whatever the open visits were if every visit
    after the first possible one is certain; it is lost for sure at an impossible visit after a certain one.
    """
    week, nothing = nw.col("week"), nw.col("week") * 0
    frame = levels.with_columns(
        (nw.col("_lowest") < nw.col("_highest")).cast(nw.Int64).alias("_open"),
        (nw.col("_lowest") * 0 + 1).alias("_one"),
        week.max().over("patient_id").alias("_last"),
        *(nw.when(nw.col("_lowest") >= level).then(week).alias(f"_certain_{name}") for level, name in reached.items()),
        *(
            nw.when(nw.col("_highest") >= level).then(week).alias(f"_possible_{name}")
            for level, name in reached.items()
        ),
    )
    kinds = [f"_{kind}_{name}" for name in reached.values() for kind in ("certain", "possible")]
    frame = frame.with_columns(nw.col(kind).min().over("patient_id").alias(f"_first{kind}") for kind in kinds)
    decided: dict[str, nw.Expr] = {}
    for name in reached.values():
        is_certain, is_possible = (~nw.col(f"_{kind}_{name}").is_null() for kind in ("certain", "possible"))
        later, surely_later = (week > nw.col(f"_first_{kind}_{name}") for kind in ("possible", "certain"))
        decided |= {
            f"_lost_min_{name}": nw.when(later & ~is_certain).then(week),
            f"_lost_max_{name}": nw.when(surely_later & ~is_possible).then(week),
            f"_times_{name}": nw.when(is_certain).then(nothing + 1).otherwise(nothing),
            f"_ends_without_{name}": nw.when((week == nw.col("_last")) & ~is_possible)
            .then(nothing + 1)
            .otherwise(nothing),
        }
    lowest = {f"first_{name}_week_min": f"_possible_{name}" for name in reached.values()}
    lowest |= {f"first_{name}_week_max": f"_certain_{name}" for name in reached.values()}
    lowest |= {name: name for name in decided if name.startswith("_lost_")}
    return (
        frame.with_columns(**decided)
        .group_by("patient_id")
        .agg(
            nw.col("_one").sum().alias("visits"),
            nw.col("_open").sum().alias("open_visits"),
            week.max().alias("last_week"),
            *(nw.col(column).min().alias(name) for name, column in lowest.items()),
            *(nw.col(name).sum().alias(name) for name in decided if name not in lowest),
        )
    )


def _verdicts(name: str) -> dict[str, nw.Expr]:
    """Without a visit after the baseline all that is compared here is null, hence unknown."""
    has_visits = nw.col("visits") > 0
    is_possible, is_certain = (~nw.col(f"first_{name}_week_{end}").is_null() for end in ("min", "max"))
    may_be_lost, is_lost = (~nw.col(f"_lost_{end}_{name}").is_null() for end in ("min", "max"))
    kept = is_possible & ~may_be_lost & (nw.col(f"_times_{name}") > 1)
    not_kept = is_lost | (nw.col(f"_ends_without_{name}") > 0)
    questions = {
        f"reached_{name}": (is_certain, ~is_possible),
        f"sustained_{name}": (kept, not_kept),
        f"lost_{name}": (is_lost, ~may_be_lost),
    }
    words = (nw.lit(word) for word in (verdict.MET, verdict.NOT_MET, verdict.UNKNOWN))
    met, not_met, unknown = words
    return {
        column: nw.when(has_visits & yes).then(met).when(has_visits & no).then(not_met).otherwise(unknown)
        for column, (yes, no) in questions.items()
    }


def _weeks(name: str) -> dict[str, nw.Expr]:
    pairs = {
        f"first_{name}_week": (f"first_{name}_week_min", f"first_{name}_week_max"),
        f"lost_{name}_week": (f"_lost_min_{name}", f"_lost_max_{name}"),
    }
    return {week: nw.when(nw.col(low) == nw.col(high)).then(nw.col(low)) for week, (low, high) in pairs.items()}


def _columns(name: str) -> list[str]:
    first = f"first_{name}_week"
    return [
        f"reached_{name}",
        first,
        f"{first}_min",
        f"{first}_max",
        f"sustained_{name}",
        f"lost_{name}",
        f"lost_{name}_week",
    ]


def _because() -> nw.Expr:
    visits, is_open = nw.col("visits"), nw.col("open_visits")
    said = nw.concat_str(
        nw.lit("class not certain at "),
        is_open.cast(nw.Int64).cast(nw.String),
        nw.lit(" of "),
        visits.cast(nw.Int64).cast(nw.String),
        nw.lit(" visits"),
    )
    return (
        nw.when(visits == 0)
        .then(nw.lit("no visit after the baseline"))
        .when(is_open > 0)
        .then(said)
        .otherwise(nw.lit(""))
    )
