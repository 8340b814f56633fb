"""The Total Improvement Score of one arm against another at every visit, from one model of all visits."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Unpack

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, require_option
from myositis_tools.groups import ARM, choose_reference
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies.trials.arms import SCHEMA, ScoredVisits, leave_scored, require_confidence, score_arms
from myositis_tools.studies.trials.two_samples import CANNOT_ADJUST, MEAN, POINTS, baseline_design, named

# of each structure the name statsmodels has for it; where one cannot be estimated, the next takes its place
COVARIANCES = {"unstructured": "Unstructured", "exchangeable": "Exchangeable", "independence": "Independence"}
UNSTRUCTURED = "unstructured"
_SCHEMA = {
    "week": nw.Int64,
    **SCHEMA,
    "covariance": nw.String,
    "because": nw.String,
    "caution": nw.String,
    "patients_in_model": nw.Int64,
}
Row = dict[str, Any]


@takes_options
def compare_over_visits(
    visits: IntoFrameT,
    *,
    weeks: Sequence[int] | None = None,
    group: str = ARM,
    reference: object = None,
    adjust: Sequence[str] = (),
    covariance: str = UNSTRUCTURED,
    confidence: float = 0.95,
    **score_options: Unpack[ScoreKeywords],
) -> IntoFrameT:
    """Repeated measures (GEE; the nearest here to an MMRM): the mean score of each arm at every visit.

    The model is a generalised estimating equation for the mean score: a mean for every arm at every visit, and scores
    of one patient that go together. Nothing is assumed of the course over time. Of several arms each is compared with
    the reference by a model of its own.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the column of arms. Patients without an arm are left out.
    weeks : sequence of int, optional
        The visits of the model; by default all after the baseline.
    group, reference, confidence
        As in `compare_scores`.
    adjust : sequence of str
        Columns of the visits whose values at the baseline the means are adjusted for, the same at every visit; numbers
        count as such, words as categories.
    covariance : {"unstructured", "exchangeable", "independence"}
        How scores of one patient go together: each pair of visits in its own way, all alike, or not at all. The
        difference of means is right on average whichever is chosen, the interval too; a structure near the truth makes
        it shorter.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a visit, of each arm against the reference: ``week``, ``estimate`` (``mean difference``), ``method``
        (``gee``) and its full name ``interval``, ``arm``, ``reference``, ``value``, ``low``, ``high``, ``unit``,
        ``p_value`` (two-sided), ``patients`` and ``reference_patients`` (with a known score at that visit),
        ``confidence``, ``covariance`` (the one that was used), ``because`` (why something is not given, or is not what
        was asked for), ``caution``, ``patients_in_model``.

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
    baseline value to adjust for is left out. Where the covariance cannot be estimated, a simpler one takes its place,
    and where the estimate is none that can be, the nearest one that can: ``because`` says so.

    Source
    ------
    statsmodels (``GEE``), with the bias-reduced sandwich of Mancl LA, DeRouen TA, Biometrics 2001;57:126-134 (not read;
    a test works it out again from its formula). This is no mixed model for repeated measures: `write_r_handover` writes
    one for R.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_over_visits(mt.load_visits())
    >>> found[["week", "arm", "value", "low", "high", "patients", "reference_patients"]].round(1)
       week   arm  value   low  high  patients  reference_patients
    0     4  IVIg   16.5   7.0  26.1        21                19.0
    1     8  IVIg   19.5   7.6  31.4        22                22.0
    2    12  IVIg   15.9   5.0  26.8        21                20.0
    3    26  IVIg   11.6  -3.4  26.6        19                17.0
    4    52  IVIg    4.1 -10.4  18.6        18                20.0
    """
    require_option("covariance", covariance, tuple(COVARIANCES))
    require_confidence(confidence)
    scored = score_arms(visits, group, ScoreOptions(**score_options), adjust)
    base = choose_reference(list(scored.arms), reference)
    chosen = _weeks_of(scored, weeks)
    rows: list[Row] = []
    for arm in scored.arms:
        if arm != base:
            rows += _compare(_Model(scored, arm, base, chosen, adjust), covariance, confidence)
    return leave_scored(scored.entrance, rows, _SCHEMA, scored.scoring)


def _weeks_of(scored: ScoredVisits, weeks: Sequence[int] | None) -> list[float]:
    if weeks is None:
        return [week for week in scored.weeks if week > scored.baseline_week]
    for week in weeks:
        scored.require_week_after_baseline(week)
    if not weeks:
        raise OptionError("weeks is empty.", expected="at least one week after the baseline")
    return sorted({float(week) for week in weeks})


class _Model:
    """The known scores of two arms as a model takes them: one row a patient and visit.

    Attributes
    ----------
    scores, patients, places, is_own : numpy.ndarray
        Of each row the score, the patient's number, the visit's place among `weeks`, and whether she is in the arm that
        is compared.
    design : numpy.ndarray
        A column a visit, a column a visit for the arm that is compared, then the baselines.
    """

    def __init__(
        self, scored: ScoredVisits, arm: str, base: str, weeks: Sequence[float], adjust: Sequence[str]
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
        in_both = [
            place for place in range(len(weeks)) if {True, False} <= set(self.is_own[self.places == place].tolist())
        ]
        self.weeks, self.in_both = list(weeks), in_both
        keep = np.isin(self.places, in_both)
        beside_it = np.array([one[4] for one in found], dtype=float).reshape(len(found), covariates.shape[1])
        self.scores, self.patients, self.is_own = self.scores[keep], self.patients[keep], self.is_own[keep]
        self.places = np.searchsorted(in_both, self.places[keep]) if in_both else self.places[keep]
        at_visit = (self.places[:, None] == np.arange(len(in_both))).astype(float)
        self.design = np.hstack([at_visit, at_visit * self.is_own[:, None], beside_it[keep]])

    def known_at(self, place: int, *, is_own: bool) -> int:
        """How many patients of an arm have a score at a visit of the model."""
        return int(((self.places == place) & (self.is_own == is_own)).sum())

    def why_not(self, covariance: str) -> str:
        """Say why the covariance cannot be estimated from so few; empty if it can."""
        if covariance != UNSTRUCTURED:
            return ""
        seen = np.zeros((self.patients.max() + 1, len(self.in_both)))
        seen[self.patients, self.places] = 1
        return "" if (seen.T @ seen).min() > self.design.shape[1] else "too few patients with both scores of two visits"

    def fit(self, covariance: str) -> tuple[Any, str]:
        """Fit the equation, and say what had to be done to the covariance.

        Raises
        ------
        ValueError, numpy.linalg.LinAlgError
            If it cannot be fitted.
        """
        import statsmodels.api as sm
        from statsmodels.tools.sm_exceptions import SingularMatrixWarning

        with warnings.catch_warnings(record=True) as caught:  # what is warned of is said in the row
            warnings.simplefilter("always")
            fitted = sm.GEE(
                self.scores,
                self.design,
                groups=self.patients,
                time=self.places,
                cov_struct=getattr(sm.cov_struct, COVARIANCES[covariance])(),
            ).fit(cov_type="bias_reduced")
        if not fitted.converged or not np.isfinite(fitted.bse).all():
            raise ValueError("it did not converge")
        is_projected = any(issubclass(one.category, SingularMatrixWarning) for one in caught)
        return fitted, f"the nearest {covariance} covariance that can be was taken" if is_projected else ""


def _compare(model: _Model, covariance: str, confidence: float) -> list[Row]:
    count = len(set(model.patients.tolist()))
    asked: Row = {
        "arm": model.arm,
        "reference": model.base,
        "confidence": confidence,
        "covariance": covariance,
        "because": "",
        "patients_in_model": count,
        "caution": f"{count} patients: in a small trial the interval may be too short",
    }
    fitted, said = _fit(model, covariance)
    asked |= said
    name = f"GEE, {asked['covariance']} covariance, Mancl and DeRouen's sandwich"
    name += f", with {', '.join(model.adjust)}" if model.adjust else ""
    rows = []
    for place, week in enumerate(model.weeks):
        row = named(MEAN, "gee", name, POINTS) | asked | {"week": int(week)}
        if place not in model.in_both:
            rows.append(row | {"patients": 0, "reference_patients": 0, "because": "an arm without a known score"})
            continue
        own = model.in_both.index(place)
        row |= {"patients": model.known_at(own, is_own=True), "reference_patients": model.known_at(own, is_own=False)}
        rows.append({**row, **_estimate(fitted, len(model.in_both) + own, confidence)})
    return rows


def _fit(model: _Model, covariance: str) -> tuple[Any, Row]:
    """Fit with the covariance that is asked for, else with a simpler one; say which and why."""
    said = [f"{model.left_out} left out without a baseline value to adjust for"] if model.left_out else []
    if not model.in_both:
        return None, {"because": "an arm without a known score"}
    people, columns = len(set(model.patients.tolist())), model.design.shape[1]
    per_patient = columns - 2 * len(model.in_both) + 2
    if people <= per_patient or np.linalg.matrix_rank(model.design) < columns:
        return None, {"because": CANNOT_ADJUST if model.adjust else "too few patients for a model"}
    names = list(COVARIANCES)
    for each in names[names.index(covariance) :]:
        said += [f"{each} instead"] if each != covariance else []
        try:
            why = model.why_not(each)
            if not why:
                fitted, projected = model.fit(each)
                said += [projected] if projected else []
                return fitted, {"covariance": each, "because": "; ".join(said)}
        except (ValueError, np.linalg.LinAlgError) as error:
            why = str(error)
        said.append(f"{each} covariance cannot be estimated ({why})")
    return None, {"covariance": "", "because": "; ".join(said)}


def _estimate(fitted: Any, place: int, confidence: float) -> Mapping[str, float]:
    if fitted is None:
        return {}
    low, high = fitted.conf_int(alpha=1 - confidence)[place]
    found = {"value": fitted.params[place], "low": low, "high": high, "p_value": fitted.pvalues[place]}
    return {name: float(value) for name, value in found.items() if isfinite(value)}
