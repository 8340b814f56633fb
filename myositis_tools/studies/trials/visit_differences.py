"""The Total Improvement Score of one arm against another at every visit, from one model of all visits."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, needs_package, require_option
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.follow_up.schedule import read_schedule
from myositis_tools.studies.trials.arms import SCHEMA, ScoredVisits, leave_scored, require_confidence, score_arms
from myositis_tools.studies.trials.robust_covariance import RobustCovariance
from myositis_tools.studies.trials.two_samples import (
    ALL_ALIKE,
    CANNOT_ADJUST,
    MEAN,
    NO_SPREAD,
    POINTS,
    baseline_design,
    named,
)

# of each structure the name statsmodels has for it; where one cannot be estimated, a simpler one takes its place
COVARIANCES = {"unstructured": "Unstructured", "exchangeable": "Exchangeable", "independence": "Independence"}
UNSTRUCTURED, EXCHANGEABLE = "unstructured", "exchangeable"
SANDWICH = "sandwich of Kauermann and Carroll, Satterthwaite's t"
NOBODY_KNOWN = "an arm without a known score"
_TRIED = 8  # patients an arm: from here on how often the interval holds was tried (tests/evidence)
_SCHEMA = {
    "week": nw.Int64,
    **SCHEMA,
    "degrees_of_freedom": nw.Float64,
    "covariance": nw.String,
    "because": nw.String,
    "caution": nw.String,
    "patients_in_model": nw.Int64,
}
Row = dict[str, Any]


class _NotFittedError(Exception):
    """A model that cannot be had, and in our words why."""


@takes_options
def compare_over_visits(
    visits: IntoFrameT,
    *,
    weeks: Sequence[int] | None = None,
    group: str = ARM,
    reference: object = None,
    adjust: Sequence[str] = (),
    covariance: str = EXCHANGEABLE,
    confidence: float = 0.95,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Repeated measures (GEE; the nearest here to an MMRM): the mean score of each arm at every visit.

    The model is a generalised estimating equation for the mean score: a mean for every arm at every visit, and scores
    of one patient that go together. Nothing is assumed of the course over time. Of several arms each is compared with
    the reference by a model of its own.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    weeks : sequence of int, optional
        The visits of the model; by default all after the baseline at which more than half of the patients were seen.
        The others are rows that say so.
    group, reference, confidence
        As in `compare_scores`.
    adjust : sequence of str
        Columns of the visits whose values at the baseline the means are adjusted for, the same at every visit; numbers
        count as such, words as categories.
    covariance : {"exchangeable", "unstructured", "independence"}
        How scores of one patient go together: all pairs of visits alike, each in its own way, or not at all. The
        difference of means is right on average whichever is chosen, the interval nearly so; a structure near the truth
        makes it shorter. An unstructured one has more numbers than a small trial can tell.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a visit, of each arm against the reference: ``week``, ``estimate`` (``mean difference``), ``method``
        (``gee``) and its full name ``interval``, ``arm``, ``reference``, ``value``, ``low``, ``high``, ``unit``,
        ``p_value`` (two-sided), ``patients`` and ``reference_patients`` (with a known score at that visit),
        ``confidence``, ``degrees_of_freedom`` (of the t of interval and p value), ``covariance`` (the one that was
        used), ``because`` (why something is not given, or is not what was asked for), ``caution``,
        ``patients_in_model``.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, a column, a week or an arm is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A visit without a known score is left out, the patient's other visits are not. That is right where it does not
    depend on the patient whether a score is known, and nearly so where it depends on her earlier scores and the
    covariance is right; where it depends on more, see `impute_measures` and `tipping_point`. A patient without a
    baseline value to adjust for is left out, and so is a visit at which fewer than two patients of an arm have a known
    score. Where the covariance cannot be estimated, a simpler one takes its place, and where the estimate is none that
    can be, the nearest one that can: ``covariance`` and ``because`` say so. Where the scores of neither arm differ at a
    visit, the difference stands without an interval.

    Source
    ------
    statsmodels (``GEE``) for the means and the covariance. The interval is by a sandwich that is right on average in
    small trials (Kauermann and Carroll's; see `robust_covariance.py`) and a t with Satterthwaite's degrees of freedom:
    in trials without an effect of 8 to 24 patients an arm about one p value in twenty is below 0.05
    (``tests/evidence/type_one_error.csv``). This is no mixed model for repeated measures: `write_r_handover` writes
    one for R.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_over_visits(mt.load_visits())
    >>> found[["week", "arm", "value", "low", "high", "patients", "reference_patients"]].round(1)
       week   arm  value  low  high  patients  reference_patients
    0     4  IVIg   15.9  6.1  25.7        21                19.0
    1     8  IVIg   19.3  7.4  31.3        22                22.0
    2    12  IVIg   15.8  4.8  26.9        21                20.0
    3    26  IVIg   11.1 -3.9  26.1        19                17.0
    4    52  IVIg    5.5 -8.9  19.9        18                20.0
    """
    require_option("covariance", covariance, tuple(COVARIANCES))
    require_confidence(confidence)
    scored = score_arms(visits, group, ScoreOptions(**score_options), adjust)
    base = choose_reference(list(scored.arms), reference)
    chosen, unplanned = _weeks_of(scored, weeks)
    rows: list[Row] = []
    for arm in scored.arms:
        if arm != base:
            rows += _compare(_Model(scored, arm, base, chosen, adjust, unplanned), covariance, confidence)
    return leave_scored(scored.entrance, rows, _SCHEMA, scored.scoring)


def _weeks_of(scored: ScoredVisits, weeks: Sequence[int] | None) -> tuple[list[float], dict[float, str]]:
    """The visits that have a row, and of those that are not in the model unless asked for why not."""
    if weeks is None:
        people = {name: rows for patients in scored.arms.values() for name, rows in patients.items()}
        after = [week for week in scored.weeks if week > scored.baseline_week]
        if not after:
            raise OptionError("There is no visit after the baseline.", expected="visits at a later week")
        seen = {name: [row["week"] for row in rows] for name, rows in people.items()}
        schedule = read_schedule(seen, baseline_week=scored.baseline_week)
        schedule.require_one()
        return after, {
            week: f"{sum(week in own for own in seen.values())} of {len(people)} patients were seen: taken for no "
            "planned visit; weeks= can name it"
            for week in after
            if week not in schedule.weeks
        }
    for week in weeks:
        scored.require_week_after_baseline(week)
    if not weeks:
        raise OptionError("weeks is empty.", expected="at least one week after the baseline")
    return sorted({float(week) for week in weeks}), {}


class _Model:
    """The known scores of two arms as a model takes them: one row a patient and visit.

    Attributes
    ----------
    scores, patients, places, is_own : numpy.ndarray
        Of each row the score, the patient's number, the visit's place among `weeks`, and whether she is in the arm that
        is compared.
    design : numpy.ndarray
        A column a visit, a column a visit for the arm that is compared, then the baselines.
    why_not : dict of float to str
        Of each week that is not in the model the reason.
    """

    def __init__(
        self,
        scored: ScoredVisits,
        arm: str,
        base: str,
        weeks: Sequence[float],
        adjust: Sequence[str],
        unplanned: Mapping[float, str] | None = None,
    ) -> None:
        self.arm, self.base, self.adjust = arm, base, adjust
        people = [(name == arm, rows) for name in (arm, base) for rows in scored.arms[name].values()]
        baselines = [scored.at(scored.baseline_week, rows) for _, rows in people]
        covariates, known = baseline_design([{name: row.get(name) for name in adjust} for row in baselines], adjust)
        beside = dict(zip(np.flatnonzero(known), covariates.to_numpy(), strict=True))
        found = [
            (row["tis"], number, place, is_own, beside[number])
            for number, (is_own, rows) in enumerate(people)
            if number in beside
            for place, week in enumerate(weeks)
            if (row := scored.at(week, rows)).get("tis") is not None
        ]
        self.left_out = int((~known).sum())
        self.scores = np.array([one[0] for one in found], dtype=float)
        self.patients, self.places = (np.array([one[place] for one in found], dtype=int) for place in (1, 2))
        self.is_own = np.array([one[3] for one in found], dtype=bool)
        self.weeks = list(weeks)
        self.why_not = {week: self._why_not(place) for place, week in enumerate(weeks)} | dict(unplanned or {})
        self.why_not = {week: why for week, why in self.why_not.items() if why}
        in_both = [place for place, week in enumerate(weeks) if week not in self.why_not]
        self.known = [
            tuple(self._known_at(place, is_own=is_own) for is_own in (True, False)) for place in range(len(weeks))
        ]
        self.in_both = in_both
        keep = np.isin(self.places, in_both)
        beside_it = np.array([one[4] for one in found], dtype=float).reshape(len(found), covariates.shape[1])
        self.scores, self.patients, self.is_own = self.scores[keep], self.patients[keep], self.is_own[keep]
        self.places = np.searchsorted(in_both, self.places[keep]) if in_both else self.places[keep]
        at_visit = (self.places[:, None] == np.arange(len(in_both))).astype(float)
        self.design = np.hstack([at_visit, at_visit * self.is_own[:, None], beside_it[keep]])

    def _known_at(self, place: int, *, is_own: bool) -> int:
        """How many patients of an arm have a score at a visit."""
        return int(((self.places == place) & (self.is_own == is_own)).sum())

    def _why_not(self, place: int) -> str:
        fewest = min(self._known_at(place, is_own=is_own) for is_own in (True, False))
        return {0: NOBODY_KNOWN, 1: NO_SPREAD}.get(fewest, "")

    def is_alike(self, place: int) -> bool:
        """Whether the scores of neither arm differ at a visit of the model."""
        at = self.places == place
        return not any(np.ptp(self.scores[at & (self.is_own == is_own)]) for is_own in (True, False))

    def fit(self, covariance: str) -> _Fitted:
        """Fit the equation.

        Raises
        ------
        _NotFittedError
            If it cannot be fitted.
        """
        with needs_package("statsmodels"):
            import statsmodels.api as sm
            from statsmodels.tools.sm_exceptions import SingularMatrixWarning

        if covariance == UNSTRUCTURED:
            seen = np.zeros((self.patients.max() + 1, len(self.in_both)))
            seen[self.patients, self.places] = 1
            if (seen.T @ seen).min() <= self.design.shape[1]:
                raise _NotFittedError("too few patients with both scores of two visits")
        structure = getattr(sm.cov_struct, COVARIANCES[covariance])()
        try:
            with warnings.catch_warnings(record=True) as caught:  # what is warned of is said in the row
                warnings.simplefilter("always")
                fitted = sm.GEE(
                    self.scores, self.design, groups=self.patients, time=self.places, cov_struct=structure
                ).fit(cov_type="naive")
                is_projected = any(issubclass(one.category, SingularMatrixWarning) for one in caught)
                found = self._with_its_error(fitted, structure)
        except (ValueError, np.linalg.LinAlgError, ZeroDivisionError) as error:
            raise _NotFittedError("the scores give none that can be") from error
        if not fitted.converged:
            raise _NotFittedError("it did not converge")
        return replace(found, said=f"the nearest {covariance} covariance that can be was taken" if is_projected else "")

    def _with_its_error(self, fitted: Any, structure: Any) -> _Fitted:
        parts = [np.flatnonzero(self.patients == one) for one in np.unique(self.patients)]
        within = [structure.covariance_matrix(np.zeros(len(rows)), place)[0] for place, rows in enumerate(parts)]
        residuals = self.scores - self.design @ fitted.params
        robust = RobustCovariance.of([self.design[rows] for rows in parts], within, [residuals[rows] for rows in parts])
        return _Fitted(fitted.params, np.sqrt(np.diag(robust.covariance)), robust.degrees_of_freedom)


@dataclass(frozen=True)
class _Fitted:
    """The coefficients of a fitted model, their standard errors and degrees of freedom; what had to be done to it."""

    values: np.ndarray
    errors: np.ndarray
    freedom: np.ndarray
    said: str = ""

    def row(self, place: int, confidence: float) -> Row:
        """A coefficient with its interval and p value."""
        with needs_package("scipy"):
            from scipy.stats import t

        value, error, freedom = (float(one[place]) for one in (self.values, self.errors, self.freedom))
        reach = float(t.ppf((1 + confidence) / 2, freedom)) * error
        numbers = {"value": value, "low": value - reach, "high": value + reach, "degrees_of_freedom": freedom}
        return numbers | {"p_value": float(2 * t.sf(abs(value) / error, freedom))}


def _compare(model: _Model, covariance: str, confidence: float) -> list[Row]:
    fewest = min(len(set(model.patients[model.is_own == is_own].tolist())) for is_own in (True, False))
    few = f"an arm of {fewest} patients: how often such intervals hold was not tried" if fewest < _TRIED else ""
    asked: Row = {
        "arm": model.arm,
        "reference": model.base,
        "confidence": confidence,
        "covariance": "",
        "because": "",
        "patients_in_model": len(set(model.patients.tolist())),
        "caution": few,
    }
    fitted, said = _fit(model, covariance)
    asked |= said
    name = f"GEE, {asked['covariance'] or covariance} covariance, {SANDWICH}"
    name += f", with {', '.join(model.adjust)}" if model.adjust else ""
    rows = []
    for place, week in enumerate(model.weeks):
        row = named(MEAN, "gee", name, POINTS) | asked | {"week": int(week)}
        row |= dict(zip(("patients", "reference_patients"), model.known[place], strict=True))
        if week in model.why_not:
            rows.append(row | {"because": model.why_not[week], "covariance": ""})
            continue
        own = model.in_both.index(place)
        if fitted is None:
            rows.append(row)
        elif model.is_alike(own):
            value = {"value": float(fitted.values[len(model.in_both) + own])}
            rows.append(row | value | {"because": "; ".join(filter(None, (row["because"], ALL_ALIKE)))})
        else:
            rows.append(row | fitted.row(len(model.in_both) + own, confidence))
    return rows


def _fit(model: _Model, covariance: str) -> tuple[_Fitted | None, Row]:
    """Fit with the covariance that is asked for, else with a simpler one; say which and why."""
    said = [f"{model.left_out} left out without a baseline value to adjust for"] if model.left_out else []
    if not model.in_both:
        return None, {}
    people, columns = len(set(model.patients.tolist())), model.design.shape[1]
    per_patient = columns - 2 * len(model.in_both) + 2
    if people <= per_patient or np.linalg.matrix_rank(model.design) < columns:
        return None, {"because": CANNOT_ADJUST if model.adjust else "too few patients for a model"}
    if all(model.is_alike(place) for place in range(len(model.in_both))):
        means = np.linalg.lstsq(model.design, model.scores, rcond=None)[0]
        return _Fitted(means, np.full(columns, np.nan), np.full(columns, np.nan)), {"because": "; ".join(said)}
    names = list(COVARIANCES)
    for each in names[names.index(covariance) :]:
        try:
            fitted = model.fit(each)
        except _NotFittedError as error:
            said.append(f"the {each} covariance cannot be estimated ({error})")
            continue
        if each != covariance:
            said.append(f"{each} was taken instead")
        said += [fitted.said] if fitted.said else []
        return fitted, {"covariance": each, "because": "; ".join(said)}
    return None, {"because": "; ".join(said)}
