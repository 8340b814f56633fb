"""The difference between the arms in subgroups of patients, and whether it differs between them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, Unpack

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, needs_package, require_option
from myositis_tools.formatting import counted
from myositis_tools.frames import is_number
from myositis_tools.groups import ARM, EVERYBODY, NOT_RECORDED, choose_reference, group_name, in_order_of_groups
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import (
    MISSING_STRATEGIES,
    RESCUE_SCHEMA,
    SCHEMA,
    Patient,
    leave_scored,
    read_arms,
    require_confidence,
    settle,
)
from myositis_tools.studies.trials.two_samples import MEAN, POINTS, fits_all, named, welch
from myositis_tools.studies.trials.two_shares import DIFFERENCE, difference_of_counts
from myositis_tools.tables import records

INTERACTION = "interaction"
ESTIMATES = (MEAN, DIFFERENCE)
_MOST_LEVELS = 12
_SCHEMA = {
    "week": nw.Int64,
    "level": nw.String,
    "missing": nw.String,
    "by": nw.String,
    "subgroup": nw.String,
    **SCHEMA,
    "because": nw.String,
    "caution": nw.String,
    "not_known": nw.Int64,
    "reference_not_known": nw.Int64,
}
Row = dict[str, Any]


@cache
def small_subgroup() -> int:
    """The fewest patients of an arm in a subgroup that are shown without a warning: a convention of this project."""
    [row] = [row for row in records("study_conventions") if row["convention"] == "small_subgroup_patients"]
    return int(row["value"] or 0)


@takes_options
def compare_subgroups(
    visits: IntoFrameT,
    week: int,
    *,
    by: str | Sequence[str],
    estimate: str = MEAN,
    level: str = "moderate",
    group: str = ARM,
    reference: object = None,
    missing: str = "complete",
    confidence: float = 0.95,
    rescue: str | None = None,
    estimand: str = "treatment policy",
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Subgroup analysis: the difference between arms in each subgroup, with one test of interaction.

    Subgroups of a trial are small, and one of many will differ by chance. Therefore no subgroup has a p value of its
    own; the one of the interaction asks whether the differences are the same in all.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    week : int
        The visit at which the arms are compared.
    by : str or sequence of str
        Columns of words whose values at the baseline make the subgroups. Choose them before looking.
    estimate : {"mean difference", "difference"}
        Of the score in points, or of responders in percentage points.
    level : {"minimal", "moderate", "major"}
        The class that makes a responder.
    group, reference, confidence, rescue, estimand
        As in `compare_responders`.
    missing : {"complete", "non-responder", "worst", "best"}
        As in `compare_scores` and `compare_responders`.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        For each arm against the reference one row of all patients, and for each of `by` one row a subgroup and one of
        the interaction: ``week``, ``level``, ``missing``, ``by``, ``subgroup``, ``estimate``, ``method`` and its full
        name ``interval``, ``arm``, ``reference``, ``value``, ``low``, ``high``, ``unit``, ``p_value`` (of the
        interaction alone), ``patients``, ``reference_patients``, ``confidence``, ``because`` (why something is not
        given), ``caution``, ``not_known``, ``reference_not_known``. With `rescue` also ``estimand``, ``rescued`` and
        ``reference_rescued``, of the whole arms.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, the week or an arm is not there, or a column makes no subgroups.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    As in `compare_scores` and `compare_responders`. Patients without a value at the baseline are a subgroup of their
    own, ``not recorded``, and take no part in the test of interaction.

    Source
    ------
    SciPy and statsmodels: Welch's interval and, for the interaction, least squares with and without it (F test);
    Newcombe's interval (see `compare_responders`) and the test of Breslow and Day with the adjustment of Tarone RE,
    Biometrika 1985;72:91-95 (abstract read), of odds ratios. Which subgroups are warned of:
    ``tables.load("study_conventions")``, decided here.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> visits = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex"]], on="patient_id")
    >>> found = mt.compare_subgroups(visits, 12, by="sex")
    >>> found[["subgroup", "value", "low", "high", "p_value", "patients", "reference_patients"]].round(2)
           subgroup  value   low   high  p_value  patients  reference_patients
    0  all patients  18.88  8.31  29.44     0.00        21                20.0
    1        female  14.30  0.62  27.99      NaN        11                14.0
    2          male  24.50  7.02  41.98      NaN        10                 6.0
    3   interaction    NaN   NaN    NaN     0.36        21                20.0
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    require_option("missing", missing, MISSING_STRATEGIES)
    require_option("estimate", estimate, ESTIMATES)
    require_confidence(confidence)
    scoring = ScoreOptions(**score_options)
    ordered = [one.name for one in classes(scoring.population)]
    require_option("level", level, ordered[1:])
    entrance, arms = read_arms(visits, week, group, scoring, at_baseline=names, rescue=rescue, estimand=estimand)
    base = choose_reference(list(arms), reference)
    minimum = None if estimate == MEAN else ordered.index(level)
    asked = {"week": int(week), "missing": missing, "level": "" if estimate == MEAN else level}
    asked |= {"reference": base, "confidence": confidence, "because": "", "caution": "", "estimand": estimand}
    rescued = {arm: sum(one.rescue_week is not None for one in patients) for arm, patients in arms.items()}
    rows = []
    for arm in arms:
        if arm == base:
            continue
        both = _Both(arms[arm], arms[base], missing, minimum)
        asked |= {"rescued": rescued[arm], "reference_rescued": rescued[base]}
        everybody = {"arm": arm, "by": "", "subgroup": EVERYBODY}
        rows.append(asked | everybody | both.compare(confidence))
        for name in names:
            levels = _levels(name, [*arms[arm], *arms[base]])
            for one in levels:
                row = both.of(name, one).compare(confidence)
                rows.append(asked | {"arm": arm, "by": name, "subgroup": one} | _without_p(row))
            rows.append(asked | {"arm": arm, "by": name, "subgroup": INTERACTION} | both.interaction(name, levels))
    return leave_scored(entrance, rows, _SCHEMA | (RESCUE_SCHEMA if rescue else {}), scoring)


def _value_at(patient: Patient, name: str) -> str:
    value = patient.baseline.get(name)
    return NOT_RECORDED if value is None else group_name(value)


def _levels(name: str, patients: Sequence[Patient]) -> list[str]:
    """The subgroups in order, *not recorded* last."""
    values = [one.baseline.get(name) for one in patients]
    if any(is_number(value) and value != value // 1 for value in values):
        raise OptionError(
            f"Column {name} holds numbers.",
            expected="a column of a few words",
            hint="cut it into groups yourself, such as 'under 50' and '50 and over'",
        )
    found = in_order_of_groups({group_name(value) for value in values if value is not None})
    if len(found) > _MOST_LEVELS:
        raise OptionError(
            f"Column {name} makes {len(found)} subgroups.", expected=f"at most {_MOST_LEVELS}", hint="join some of them"
        )
    return found + ([NOT_RECORDED] if None in values else [])


def _without_p(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "p_value"}


class _Both:
    """The patients of an arm and of the reference, as a strategy counts them: scores, or responders as 1 and 0."""

    def __init__(self, own: Sequence[Patient], other: Sequence[Patient], strategy: str, minimum: int | None) -> None:
        self.own, self.other, self.strategy, self.minimum = own, other, strategy, minimum

    def of(self, name: str, level: str) -> _Both:
        """Only those of a subgroup."""
        own, other = ([one for one in every if _value_at(one, name) == level] for every in (self.own, self.other))
        return _Both(own, other, self.strategy, self.minimum)

    def _bounds(self, patient: Patient) -> tuple[float, float]:
        if self.minimum is None:
            return patient.score_bounds
        low, high = patient.level_bounds
        return float(low >= self.minimum), float(high >= self.minimum)

    def known(self, *, is_reference: bool) -> tuple[np.ndarray, list[Patient]]:
        """What is compared, and of whom."""
        every = self.other if is_reference else self.own
        settled = [settle(self._bounds(one), self.strategy, is_reference=is_reference) for one in every]
        kept = [(value, one) for value, one in zip(settled, every, strict=True) if value is not None]
        return np.array([value for value, _ in kept], dtype=float), [one for _, one in kept]

    def _open(self) -> Row:
        not_known, others = (sum(len(set(self._bounds(one))) > 1 for one in every) for every in (self.own, self.other))
        return {"not_known": not_known, "reference_not_known": others}

    def compare(self, confidence: float) -> Row:
        """The difference, its interval, and a warning where it is made of few."""
        (own, _), (other, _) = self.known(is_reference=False), self.known(is_reference=True)
        counts = {"patients": len(own), "reference_patients": len(other)} | self._open()
        if self.minimum is None:
            row = welch(own, other, confidence)
        else:
            row = difference_of_counts((int(own.sum()), len(own)), (int(other.sum()), len(other)), confidence)
        fewest = min(len(own), len(other))
        few = f"{counted(fewest, 'patient')} in an arm: too few to conclude from"
        return row | counts | ({"caution": few} if fewest < small_subgroup() else {})

    def interaction(self, name: str, levels: Sequence[str]) -> Row:
        """Whether the difference is the same in all subgroups."""
        (own, of_own), (other, of_other) = self.known(is_reference=False), self.known(is_reference=True)
        table = pd.DataFrame(
            {
                "value": np.concatenate([own, other]),
                "is_own": np.repeat([1, 0], [len(own), len(other)]),
                "subgroup": [_value_at(one, name) for one in (*of_own, *of_other)],
            }
        )
        table = table[table["subgroup"] != NOT_RECORDED]
        both = table.groupby("subgroup")["is_own"].nunique()
        table = table[table["subgroup"].isin(both.index[both == 2])]
        counts = {"patients": int(table["is_own"].sum()), "reference_patients": int((table["is_own"] == 0).sum())}
        row = _named_interaction(self.minimum) | counts | self._open()
        left_out = [level for level in levels if level not in set(table["subgroup"]) and level != NOT_RECORDED]
        said = f"without {', '.join(left_out)}, where an arm has nobody" if left_out else ""
        if table["subgroup"].nunique() < 2:
            return row | {"because": "fewer than two subgroups with patients of both arms"}
        p_value, why = _f_test(table) if self.minimum is None else _breslow_day(table)
        return row | {"p_value": p_value, "because": why or said}


def _named_interaction(minimum: int | None) -> Row:
    if minimum is None:
        return named(MEAN, "f test", "F test of the interaction, least squares", POINTS)
    return named(DIFFERENCE, "breslow-day", "Breslow-Day with Tarone's adjustment, of odds ratios", "percentage points")


def _f_test(table: pd.DataFrame) -> tuple[float | None, str]:
    with needs_package("statsmodels"):
        import statsmodels.api as sm

    within = pd.get_dummies(table["subgroup"], dtype=float)
    whole = np.column_stack([within, within.to_numpy() * table[["is_own"]].to_numpy()])
    reduced = np.column_stack([within, table["is_own"]])
    if len(table) <= whole.shape[1]:
        return None, "too few patients for a test of the interaction"
    values = table["value"].to_numpy()
    fitted = sm.OLS(values, whole).fit()
    if fits_all(fitted):
        return None, "the scores do not differ within the subgroups"
    return float(fitted.compare_f_test(sm.OLS(values, reduced).fit())[1]), ""


def _breslow_day(table: pd.DataFrame) -> tuple[float | None, str]:
    with needs_package("statsmodels"):
        from statsmodels.stats.contingency_tables import StratifiedTable

    strata = [
        [[int((rows.loc[rows["is_own"] == arm, "value"] == one).sum()) for one in (1, 0)] for arm in (1, 0)]
        for _, rows in table.groupby("subgroup")
    ]
    with warnings.catch_warnings():  # of a subgroup in which nobody or everybody responds
        warnings.simplefilter("ignore")
        try:
            found = float(StratifiedTable(np.array(strata).transpose(1, 2, 0)).test_equal_odds(adjust=True).pvalue)
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
            found = float("nan")
    return (None, "too few responders, or too many, for a test of the interaction") if found != found else (found, "")
