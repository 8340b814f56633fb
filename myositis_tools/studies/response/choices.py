"""Why two sites disagree: the same visits scored under other admissible choices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, listed, nearest, require_option
from myositis_tools.frames import Entrance, enter, has, held, plain_rows, to_frame
from myositis_tools.scores.arithmetic import compute_level, first_true
from myositis_tools.scores.chosen_core_set import choose_core_set
from myositis_tools.scores.core_set import ENZYME, STRENGTH, classes, measures, points_possible, scale_instruments
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ENZYME_METRICS, SCORED_AS, ScoreKeywords, ScoreOptions, takes_options

MISSING_POLICIES = ("bounds", "no_points", "rescaled")
REFERENCE = "reference"
NOT_CERTAIN = "not certain"

_SCORING = tuple(ScoreKeywords.__annotations__)
_BESIDE = ("missing", "baseline_window")
_CHOOSABLE = (*_SCORING, *_BESIDE)
_POPULATIONS = ("adult", "juvenile")
_KEPT = ("patient_id", "week", "tis", "tis_min", "tis_max", "response", ENZYME, SCORED_AS)
_LEVELS = ("_level", "_reference_level")
_CHANGES = ("same", "higher", "lower", "not known")


@takes_options(beside=_BESIDE)
def compare_choices(
    visits: IntoFrameT, choices: Mapping[str, Mapping[str, Any]] | None = None, **options: Any
) -> IntoFrameT:
    """Multiverse (specification) analysis: which patients change response category under other admissible choices.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    choices : mapping of str to mapping, optional
        The options of each choice by its name; what a choice does not state is as in the reference. Besides the
        options of `score_total_improvement`: ``missing`` is ``"bounds"`` (a missing measure leaves the class to the
        bounds), ``"no_points"`` (it counts nothing) or ``"rescaled"`` (points in percent of those of the measures
        whose points are known, but no more than can be); ``baseline_window=(low, high)`` takes each patient's last
        visit in those weeks as baseline. By default `admissible_choices`.
    **options
        The reference: options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a visit after the baseline and choice, the reference first: ``patient_id``, ``week``,
        ``choice_number`` (0 is the reference), ``choice``,
        ``tis``, ``tis_min``, ``tis_max``, ``response``, ``enzyme``, ``reference_response``, ``class_change``
        (``same``, ``higher``, ``lower``, ``not known``) and ``scored_as``.

    Raises
    ------
    OptionError
        If a choice has an option that is not known, or is called as the reference is.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    Where a class is not certain, under the choice or in the reference, the change is ``not known``. A visit that a
    choice uses up as baseline has no score under it.

    Source
    ------
    Nothing official settles these choices; where ``tables.load("enzymes")`` and the decisions of this project do, that
    is said there.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.studies import compare_choices
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A"], "week": [0, 26], "physician_global_cm": [6.0, 4.5],
    ...     "patient_global_cm": [5.0, 5.0], "mmt8_150": [120, 123], "haq_di": [1.5, 1.0],
    ...     "ck_xuln": [6.0, 6.0], "ast_xuln": [2.5, 1.0], "extramuscular_cm": [3.0, 2.0]})
    >>> compared = compare_choices(visits, {"by share of range": {"enzyme_by": "range_share"}})
    >>> compared[["choice", "tis", "response", "enzyme", "class_change"]]
                  choice   tis response enzyme class_change
    0          reference  22.5  minimal     ck         same
    1  by share of range  30.0  minimal    ast         same
    """
    asked = admissible_choices(visits, **options) if choices is None else choices
    for name, stated in asked.items():
        _check_options(name, stated, _CHOOSABLE)
        if name == REFERENCE:
            raise OptionError(
                f"A choice cannot be called {REFERENCE!r}.",
                expected="another name",
                hint="that is what it is compared with",
            )
    baseline_week = options.get("baseline_week", 0)
    every = {REFERENCE: options} | {name: options | dict(stated) for name, stated in asked.items()}
    scored = {name: held(_scored(visits, one)) for name, one in every.items()}
    reference = scored[REFERENCE].filter(nw.col("week") > baseline_week)
    reference = reference.select(
        "patient_id",
        "week",
        nw.col("response").alias("reference_response"),
        nw.col(_LEVELS[0]).alias(_LEVELS[1]),
    )
    parts = []
    for order, (name, one) in enumerate(scored.items()):
        joined = reference.join(one, on=["patient_id", "week"], how="left")
        number = (nw.col("week") * 0 + order).cast(nw.Int64).alias("choice_number")
        parts.append(joined.with_columns(nw.lit(name).alias("choice"), number, class_change=_class_change()))
    table = nw.concat(parts).sort("choice_number", "patient_id", "week")
    names = ("tis", "tis_min", "tis_max", "response", "enzyme", "reference_response", "class_change", SCORED_AS)
    return Entrance(visits, table).leave_new(table.select("patient_id", "week", "choice_number", "choice", *names))


@takes_options(beside=_BESIDE)
def admissible_choices(visits: Any, **options: Any) -> dict[str, dict[str, Any]]:
    """Multiverse of choices: list the other admissible ways to score the same visits.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    **options
        How they are scored now.

    Returns
    -------
    dict of str to dict
        Options by the name of the choice: the other rule for the most abnormal enzyme, CK alone, the other scales of
        muscle strength in the table, the two other ways with a missing measure, visits before the baseline as
        baseline, and the thresholds of the other population.

    Raises
    ------
    OptionError, MissingColumnError, AmbiguousColumnError
        If the visits cannot be scored as they are.

    Missing data
    ------------
    Values are not looked at, except which weeks there are.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> sorted(mt.response.admissible_choices(mt.load_visits()))[:2]
    ['CK alone', 'enzyme by range share']
    """
    scoring = _scoring_of(options)
    population, core = scoring.population, choose_core_set(visits, scoring)
    found: dict[str, dict[str, Any]] = {}
    if len(core.enzymes) > 1:
        other = next(metric for metric in ENZYME_METRICS if metric != scoring.enzyme_by)
        found[f"enzyme by {other.replace('_', ' ')}"] = {"enzyme_by": other}
        first = core.enzymes[0]
        found[f"{first.column.label} alone"] = {"enzymes": [first.key]}
    strengths = [one for one in scale_instruments(population) if one.measure == STRENGTH and has(visits, one.key)]
    found |= {one.column.label: {"mmt": one.key} for one in strengths if one.key != core.scales[STRENGTH].key}
    policies = {"missing measures without points": "no_points", "missing measures rescaled": "rescaled"}
    found |= {name: {"missing": policy} for name, policy in policies.items() if policy != options.get("missing")}
    found |= {f"baseline at week {week:g}": {"baseline_week": week} for week in _weeks_before(visits, options)}
    thresholds = next(one for one in _POPULATIONS if one != population)
    admitted = {one.key for one in scale_instruments(thresholds)}
    if all(scale.key in admitted for scale in core.scales.values()) and core.enzymes[0].range is not None:
        same: dict[str, Any] = {"mmt": core.scales[STRENGTH].key, "function": core.scales["haq"].key}
        same |= {"extramuscular": core.scales["extramuscular"].key, "enzymes": [one.key for one in core.enzymes]}
        found[f"{thresholds} thresholds"] = {"population": thresholds} | same
    return found


def summarise_choices(compared: IntoFrameT) -> IntoFrameT:
    """Summarise (summarize) a multiverse analysis: visits and patients whose response category changes.

    Parameters
    ----------
    compared : frame
        What `compare_choices` gives.

    Returns
    -------
    frame of the same kind
        One row a choice, in their order: ``choice``, ``visits``, ``same``, ``higher``, ``lower``, ``not_known``,
        ``patients`` and ``patients_changed`` (at one visit at least).

    Missing data
    ------------
    Visits at which a class is not certain are counted in ``not_known``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> compared = mt.compare_choices(mt.load_visits(), {"CK alone": {"enzymes": ["ck"]}})
    >>> mt.summarise_choices(compared)["choice"].tolist()
    ['CK alone']
    """
    frame = enter(compared, "choices", needs=("patient_id", "choice_number", "choice", "class_change")).frame
    frame = frame.filter(nw.col("choice") != REFERENCE)
    keys = ("choice_number", "choice")
    flags = {word.replace(" ", "_"): (nw.col("class_change") == word).cast(nw.Int64) for word in _CHANGES}
    frame = frame.with_columns(**flags, visits=(nw.col("choice_number") * 0 + 1).cast(nw.Int64))
    frame = frame.with_columns(_changed=nw.col("higher") + nw.col("lower"))
    by_patient = frame.group_by(*keys, "patient_id").agg(nw.col(name).sum() for name in (*flags, "visits", "_changed"))
    by_patient = by_patient.with_columns(
        patients=(nw.col("visits") * 0 + 1), patients_changed=(nw.col("_changed") > 0).cast(nw.Int64)
    )
    counts = ("visits", *flags, "patients", "patients_changed")
    table = by_patient.group_by(*keys).agg(nw.col(name).sum() for name in counts).sort("choice_number")
    return Entrance(compared, table).leave_new(table.select("choice", *counts))


def choice_changes_frame(compared: IntoFrameT) -> IntoFrameT:
    """Count the visits that move from each response category to each other one under a choice, for a figure.

    Parameters
    ----------
    compared : frame
        What `compare_choices` gives.

    Returns
    -------
    frame of the same kind
        One row a choice and pair of classes that occurs, in the order of choices and of classes: ``choice``,
        ``reference_response``, ``response`` (``none``, ``minimal``, ``moderate``, ``major``, ``not certain``),
        ``class_change`` and ``visits``.

    Missing data
    ------------
    A class that is not certain is a group of its own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> compared = mt.compare_choices(mt.load_visits(), {"CK alone": {"enzymes": ["ck"]}})
    >>> frame = mt.choice_changes_frame(compared)
    >>> int(frame["visits"].sum()) == len(compared) // 2
    True
    """
    names = ("reference_response", "response")
    frame = enter(compared, "choices", needs=("choice_number", "choice", "class_change", *names)).frame
    frame = frame.filter(nw.col("choice") != REFERENCE)
    frame = frame.with_columns(nw.col(name).fill_null(NOT_CERTAIN) for name in names)
    frame = frame.with_columns(visits=(nw.col("choice_number") * 0 + 1).cast(nw.Int64))
    counted = frame.group_by("choice_number", "choice", *names, "class_change").agg(nw.col("visits").sum())
    order = [*(one.name for one in classes(_POPULATIONS[0])), NOT_CERTAIN]
    ranks = {
        f"_{name}": first_true([(nw.col(name) == word, nw.lit(float(place))) for place, word in enumerate(order)])
        for name in names
    }
    table = counted.with_columns(**ranks).sort("choice_number", *ranks)
    return Entrance(compared, table).leave_new(table.select("choice", *names, "class_change", "visits"))


def _check_options(name: str, stated: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for option in stated:
        if option not in known:
            raise OptionError(
                f"{option!r} is no option of a choice.",
                where=f"choice {name!r}",
                expected=f"some of {listed(known)}",
                hint=nearest(option, list(known)),
            )


def _scored(visits: Any, options: Mapping[str, Any]) -> Any:
    """Score under one choice; the class as a number stands beside its word."""
    policy = options.get("missing", MISSING_POLICIES[0])
    require_option("missing", policy, MISSING_POLICIES)
    scoring = _scoring_of(options)
    if options.get("baseline_window") is not None:
        visits = _with_baseline_from(visits, options["baseline_window"], scoring.baseline_week)
    made = (*_KEPT, *(f"points_{name}" for name in measures()))
    frame = to_frame(score_visits(visits, scoring), made)
    points = {name: nw.col(f"points_{name}") for name in measures()}
    if policy == "no_points":
        frame = frame.with_columns(tis=nw.col("tis_min"), tis_max=nw.col("tis_min"))
    elif policy == "rescaled":
        earned = reduce(add, [one.fill_null(0.0) for one in points.values()])
        possible = [
            nw.when(~one.is_null()).then(one * 0 + points_possible(name)).otherwise(nw.col("week") * 0.0)
            for name, one in points.items()
        ]
        frame = frame.with_columns(_earned=earned, _possible=reduce(add, possible))
        share = nw.when(nw.col("_possible") > 0).then(nw.col("_earned") * 100 / nw.col("_possible"))
        frame = frame.with_columns(tis=share)
        too_high = nw.col("tis") > nw.col(
            "tis_max"
        )  # a share of the rest can be more than the missing could have given
        frame = frame.with_columns(tis=nw.when(too_high).then(nw.col("tis_max")).otherwise(nw.col("tis")))
        known = ~nw.col("tis").is_null()
        frame = frame.with_columns(
            nw.when(known).then(nw.col("tis")).otherwise(nw.col(end)).alias(end) for end in ("tis_min", "tis_max")
        )
    lowest, highest = (
        compute_level(nw.col(end), scoring.population).cast(nw.Float64) for end in ("tis_min", "tis_max")
    )
    frame = frame.with_columns(_lowest=lowest, _highest=highest)
    agreed = nw.when(~nw.col("tis_min").is_null() & (nw.col("_lowest") == nw.col("_highest"))).then(nw.col("_lowest"))
    frame = frame.with_columns(agreed.alias(_LEVELS[0]))
    named = enumerate(classes(scoring.population))
    response = first_true([(nw.col(_LEVELS[0]) == number, nw.lit(one.name)) for number, one in named])
    frame = frame.with_columns(response=response)
    return frame.select(*_KEPT, _LEVELS[0])


def _scoring_of(options: Mapping[str, Any]) -> ScoreOptions:
    return ScoreOptions(**{name: value for name, value in options.items() if name in _SCORING})


def _with_baseline_from(visits: Any, window: Any, baseline_week: int) -> Any:
    """Make each patient's last visit in a window of weeks her baseline visit; earlier ones in it fall away."""
    if not (isinstance(window, tuple | list) and len(window) == 2 and window[0] <= window[1]):
        raise OptionError(
            f"baseline_window={window!r} is no window.",
            expected="the first and the last week, both inside",
            hint="for example baseline_window=(-4, 0)",
        )
    frame, week = to_frame(visits), nw.col("week")
    inside = (week >= window[0]) & (week <= window[1])
    frame = frame.with_columns(_inside=inside, _last=nw.when(inside).then(week).max().over("patient_id"))
    frame = frame.filter(~nw.col("_inside") | (week == nw.col("_last")))
    moved = nw.when(nw.col("_inside")).then(week * 0 + baseline_week).otherwise(week)
    return frame.with_columns(moved.alias("week")).drop("_inside", "_last").to_native()


def _class_change() -> nw.Expr:
    now, reference = (nw.col(name) for name in _LEVELS)
    same, higher, lower, not_known = (nw.lit(word) for word in _CHANGES)
    return first_true(
        [(now == reference, same), (now > reference, higher), (now < reference, lower)], otherwise=not_known
    )


def _weeks_before(visits: Any, options: Mapping[str, Any]) -> list[int]:
    """The weeks before the baseline at which anybody has a visit."""
    weeks = enter(visits, "visits", needs=("week",)).frame.select("week").unique()
    before = plain_rows(weeks.filter(nw.col("week") < options.get("baseline_week", 0)))
    return sorted(int(row["week"]) for row in before)
