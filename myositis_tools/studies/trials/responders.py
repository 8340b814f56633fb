"""Responders of one arm against another: difference, ratio and odds ratio, each with its intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import ImpossibleValueError, require_option
from myositis_tools.frames import Entrance
from myositis_tools.groups import ARM, choose_reference, group_name
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import (
    RESCUE_SCHEMA,
    SCHEMA,
    as_columns,
    leave_scored,
    read_arms,
    require_confidence,
    settle,
    strategies,
)
from myositis_tools.studies.trials.two_shares import compare_shares

_SCHEMA = {
    **SCHEMA,
    "responders": nw.Int64,
    "reference_responders": nw.Float64,
    "because": nw.String,
    "caution": nw.String,
}
_FROM_VISITS = {
    "week": nw.Int64,
    "level": nw.String,
    "missing": nw.String,
    **_SCHEMA,
    "without_class": nw.Int64,
    "reference_without_class": nw.Float64,
}


@takes_options
def compare_responders(
    visits: IntoFrameT,
    week: int,
    *,
    level: str = "moderate",
    group: str = ARM,
    reference: object = None,
    missing: str | Sequence[str] = "complete",
    method: str | None = None,
    confidence: float = 0.95,
    rescue: str | None = None,
    estimand: str = "treatment policy",
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Responder analysis: risk difference, risk ratio and odds ratio of a response between arms at one week.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    week : int
        The visit at which they are compared.
    level : {"minimal", "moderate", "major"}
        The class that makes a responder; a patient in a higher one is one too.
    group : str
        The column that says which arm a patient is in.
    reference : str, optional
        The arm the others are compared with; by default the one called *placebo*.
    missing : {"complete", "non-responder", "worst", "best"} or several of them
        What is done with a patient whose class is not certain, see below.
    method : {"newcombe", "wald", "exact"}, optional
        Only the intervals of this kind; by default all, Newcombe's in front.
    confidence : float
        Of the intervals, two-sided.
    rescue : str, optional
        A column with the week in which a patient was given rescue treatment, empty if she was not; a visit in that week
        counts as before it.
    estimand : {"treatment policy", "composite", "while on treatment", "hypothetical"}
        What is compared of a patient who was rescued before the week: what was seen all the same; no response; what was
        seen last before rescue; or what would have been seen without it, which is not known and is left to `missing`.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a strategy, estimate and interval: ``week``, ``level``, ``missing`` (the strategy), ``estimate``
        (``responders`` of an arm in percent; ``difference`` in percentage points, ``ratio`` and ``odds ratio`` of an
        arm against the reference), ``method`` and its full name ``interval``, ``arm``, ``reference``, ``value``,
        ``low``, ``high``, ``unit``, ``p_value`` (two-sided, where the method has a test), ``patients`` and
        ``responders`` with ``reference_...`` for the other arm, ``because`` where there is no interval, ``caution``
        where the row and the exact test of the same counts do not say the same, and ``without_class``: the patients
        whose class is not certain. With `rescue` also ``estimand``, ``rescued`` and
        ``reference_rescued``: how many were, before the week; `rescued_patients` names them.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, the week or an arm is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A patient who is surely in the class, or surely not, whatever her missing measures were, is known; so is one without
    a visit at the week from whose baseline the class is out of reach. Of the others, ``complete`` leaves them out,
    ``non-responder`` counts them as no responders, ``worst`` as what is worst for the arm that is compared and best for
    the reference, ``best`` the reverse. The two last are bounds: no pattern of missing classes gives a difference
    outside them.

    Source
    ------
    Intervals by statsmodels and SciPy: the difference by method 10 of Newcombe RG, Stat Med 1998;17:873-890; the
    ratio by Katz D, et al., Biometrics 1978;34:469-474. Neither was read. Newcombe's interval never leaves the scale;
    Wald's, and its p value, are withheld where it does. The p value of the exact odds ratio is twice the smaller tail
    of Fisher's test, as its interval is made of both tails; ``fisher.test`` of R adds up the less likely tables.
    Classes:
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_responders(mt.load_visits(), 12, missing=("complete", "worst", "best"), method="newcombe")
    >>> asked = found["estimate"] == "difference"
    >>> found.loc[asked, ["missing", "value", "low", "high", "patients", "reference_patients"]].round(1)
        missing  value   low  high  patients  reference_patients
    2  complete   34.8   5.0  57.2        22                21.0
    5     worst   20.8  -6.9  44.6        24                24.0
    8      best   41.7  13.4  61.8        24                24.0
    """
    scoring = ScoreOptions(**score_options)
    chosen = strategies(missing)
    require_confidence(confidence)
    entrance, arms = read_arms(visits, week, group, scoring, rescue=rescue, estimand=estimand)
    names = [one.name for one in classes(scoring.population)]
    require_option("level", level, names[1:])
    base = choose_reference(list(arms), reference)
    minimum = names.index(level)
    known = {
        arm: [(int(one.level_bounds[0] >= minimum), int(one.level_bounds[1] >= minimum)) for one in patients]
        for arm, patients in arms.items()
    }
    open_in = {arm: sum(low != high for low, high in bounds) for arm, bounds in known.items()}
    rescued = {arm: sum(one.rescue_week is not None for one in patients) for arm, patients in arms.items()}
    schema = _FROM_VISITS | (RESCUE_SCHEMA if rescue else {})
    rows = []
    for strategy in chosen:
        counts = {}
        for arm, bounds in known.items():
            settled = [settle(pair, strategy, is_reference=arm == base) for pair in bounds]
            kept = [value for value in settled if value is not None]
            counts[arm] = (int(sum(kept)), len(kept))
        asked = {"week": int(week), "level": level, "missing": strategy, "estimand": estimand}
        for row in compare_shares(counts, base, method, confidence):
            of_arm = {"without_class": open_in[row["arm"]], "rescued": rescued[row["arm"]]}
            if "reference" in row:
                of_arm |= {"reference_without_class": open_in[base], "reference_rescued": rescued[base]}
            rows.append(asked | row | of_arm)
    return leave_scored(entrance, rows, schema, scoring)


def compare_counts(
    counts: Mapping[str, tuple[int, int]],
    *,
    reference: object = None,
    method: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare responders from counts alone, as a publication prints them.

    Parameters
    ----------
    counts : mapping of str to pair of int
        Responders and patients of each arm. One arm alone has its share and nothing to compare.
    reference, method, confidence
        As in `compare_responders`.

    Returns
    -------
    pandas.DataFrame
        As `compare_responders`, without what belongs to the visits.

    Raises
    ------
    ImpossibleValueError
        If there are more responders than patients, or a count is no whole number.
    OptionError, NotFoundError
        If it is not clear what is compared.

    Missing data
    ------------
    None: a count is known.

    Source
    ------
    Intervals by statsmodels and SciPy.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_counts({"IVIg": (37, 47), "placebo": (21, 48)}, method="wald")
    >>> found.loc[found["estimate"] == "difference", ["arm", "reference", "value", "low", "high"]].round(2)
        arm reference  value   low   high
    2  IVIg   placebo  34.97  16.7  53.24
    """
    require_confidence(confidence)
    checked = {}
    for arm, pair in counts.items():
        responders, patients = pair
        if int(responders) != responders or int(patients) != patients or not 0 <= responders <= patients:
            raise ImpossibleValueError(
                f"{responders!r} responders of {patients!r} patients cannot be.",
                where=f"arm {arm!r}",
                expected="whole numbers, responders from 0 to the number of patients",
                hint="write (responders, patients)",
            )
        checked[group_name(arm)] = (int(responders), int(patients))
    base = next(iter(checked)) if len(checked) == 1 and reference is None else choose_reference([*checked], reference)
    rows = as_columns(compare_shares(checked, base, method, confidence), _SCHEMA)
    empty = nw.from_native(pd.DataFrame(), eager_only=True)
    return Entrance(empty.to_native(), empty).leave_rows(rows, _SCHEMA)
