"""One model of all visits: equal to statsmodels called directly and to plain means, and what it says of itself."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.trials.arms import ScoredVisits, score_arms
from myositis_tools.studies.trials.visit_differences import _fit, _Model
from tests.unit.test_responders import BEFORE

SAMPLE = mt.load_visits()
TRIAL = SAMPLE[SAMPLE["arm"].notna()]
SCORED = mt.score_total_improvement(TRIAL)
KNOWN = SCORED[(SCORED["week"] > 0) & SCORED["tis"].notna()]


def trial(patients_per_arm, weeks=(0, 4, 8), missing=()):
    """A trial in which only the strength is measured, known at every visit but those that are named."""
    rng = np.random.default_rng(1)
    rows = [
        BEFORE | {"patient_id": f"{arm}{n}", "arm": arm, "week": week, "mmt8_150": 90 + (week > 0) * rng.integers(50)}
        for arm in ("IVIg", "placebo")
        for n in range(patients_per_arm)
        for week in weeks
        if (f"{arm}{n}", week) not in missing
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("covariance", ["unstructured", "exchangeable", "independence"])
def test_it_is_statsmodels(covariance):
    found = mt.compare_over_visits(SAMPLE, covariance=covariance, adjust=["haq_di"], confidence=0.9)
    before = TRIAL.loc[TRIAL["week"] == 0, ["patient_id", "haq_di"]]
    table = KNOWN.drop(columns="haq_di").merge(before, on="patient_id").sort_values(["patient_id", "week"])
    table["ivig"] = (table["arm"] == "IVIg").astype(float)
    structure = getattr(sm.cov_struct, covariance.capitalize())()
    time = table["week"].map({week: place for place, week in enumerate(sorted(table["week"].unique()))})
    formula = "tis ~ 0 + C(week) + C(week):ivig + haq_di"
    model = smf.gee(formula, "patient_id", table, time=time.to_numpy(), cov_struct=structure)
    fitted = model.fit(cov_type="bias_reduced")
    names = [f"C(week)[{week}]:ivig" for week in found["week"]]
    assert found["value"].to_numpy() == pytest.approx(fitted.params[names].to_numpy())
    assert found[["low", "high"]].to_numpy() == pytest.approx(fitted.conf_int(0.1).loc[names].to_numpy())
    assert found["p_value"].to_numpy() == pytest.approx(fitted.pvalues[names].to_numpy())
    assert set(found["covariance"]) == {covariance}
    assert set(found["because"]) == {""}


def test_the_sandwich_is_that_of_mancl_and_derouen():
    """Each patient's residuals over one less her leverage, by the formula and without statsmodels."""
    model = _Model(score_arms(SAMPLE, "arm", ScoreOptions()), "IVIg", "placebo", [4.0, 8.0, 12.0], ())
    fitted, _ = model.fit("unstructured")
    correlation, count = fitted.model.cov_struct.dep_params, model.design.shape[1]
    of_patient = [np.flatnonzero(model.patients == one) for one in np.unique(model.patients)]
    weights = [np.linalg.inv(correlation[np.ix_(model.places[rows], model.places[rows])]) for rows in of_patient]
    parts = [(model.design[rows], weight, model.scores[rows]) for rows, weight in zip(of_patient, weights, strict=True)]
    bread = np.linalg.inv(sum(design.T @ weight @ design for design, weight, _ in parts))
    means = bread @ sum(design.T @ weight @ scores for design, weight, scores in parts)
    meat = np.zeros((count, count))
    for design, weight, scores in parts:
        leverage = design @ bread @ design.T @ weight
        residuals = np.linalg.solve(np.eye(len(scores)) - leverage, scores - design @ means)
        meat += np.outer(design.T @ weight @ residuals, design.T @ weight @ residuals)
    assert fitted.params == pytest.approx(means)
    assert fitted.bse == pytest.approx(np.sqrt(np.diag(bread @ meat @ bread)))


def test_with_every_score_known_it_is_the_difference_of_means():
    visits = trial(12)
    means = mt.score_total_improvement(visits).groupby(["arm", "week"])["tis"].mean()
    for row in mt.compare_over_visits(visits).itertuples():
        assert row.value == pytest.approx(means["IVIg", row.week] - means["placebo", row.week])
        assert (row.patients, row.reference_patients) == (12, 12)


def test_a_missed_visit_leaves_the_others_in():
    visits = trial(12, missing=[("IVIg0", 4), ("IVIg1", 8)])
    found = mt.compare_over_visits(visits)
    assert found["patients"].tolist() == [11, 11]
    assert found["patients_in_model"].tolist() == [24, 24]
    means = mt.score_total_improvement(visits).groupby(["arm", "week"])["tis"].mean()
    independent = mt.compare_over_visits(visits, covariance="independence")["value"]
    assert independent.tolist() == pytest.approx([means["IVIg", w] - means["placebo", w] for w in (4, 8)])


def test_a_covariance_that_cannot_be_estimated_is_said_to_be_another():
    found = mt.compare_over_visits(trial(3, weeks=(0, 4, 8, 12, 26)))
    assert "unstructured" not in set(found["covariance"])
    assert found["because"].str.contains("unstructured covariance cannot be estimated (too few", regex=False).all()
    assert found["because"].str.contains("exchangeable instead").all()
    assert found["value"].notna().all()
    assert set(found["caution"]) == {"6 patients: in a small trial the interval may be too short"}


def test_a_fit_that_does_not_converge_is_not_shown():
    found = mt.compare_over_visits(SAMPLE, adjust=["mmt8_150"])
    said = "unstructured covariance cannot be estimated (it did not converge); exchangeable instead"
    assert set(found["because"]) == {said}
    expected = mt.compare_over_visits(SAMPLE, adjust=["mmt8_150"], covariance="exchangeable")
    pd.testing.assert_frame_equal(found.drop(columns="because"), expected.drop(columns="because"))


def test_a_visit_that_one_arm_lacks_is_a_row_without_an_estimate():
    missing = [(f"placebo{n}", 8) for n in range(6)]
    found = mt.compare_over_visits(trial(6, missing=missing)).set_index("week")
    assert np.isnan(found.loc[8, "value"])
    assert found.loc[8, "because"] == "an arm without a known score"
    assert np.isfinite(found.loc[4, "value"])


def test_who_lacks_a_baseline_to_adjust_for_is_left_out_and_said():
    visits = TRIAL.copy()
    visits.loc[(visits["patient_id"] == visits["patient_id"].iloc[0]), "prednisone_mg_day"] = None
    lacking = visits.loc[(visits["week"] == 0) & visits["prednisone_mg_day"].isna(), "patient_id"].nunique()
    found = mt.compare_over_visits(visits, adjust=["prednisone_mg_day"])
    assert found["because"].iloc[0] == f"{lacking} left out without a baseline value to adjust for"


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Trials of 12 a side without a difference, visits that go together and one in twelve missed."""
    rng, weeks, covered = np.random.default_rng(1), (4.0, 8.0, 12.0), []
    spread = np.linalg.cholesky(400 * 0.7 ** np.abs(np.subtract.outer(range(3), range(3))))
    for _ in range(200):
        arms = {}
        for arm in ("IVIg", "placebo"):
            scores = rng.standard_normal((12, 3)) @ spread.T
            seen = rng.random((12, 3)) > 1 / 12
            arms[arm] = {
                str(n): [
                    {"week": week, "tis": score if known else None}
                    for week, score, known in zip(weeks, scores[n], seen[n], strict=True)
                ]
                for n in range(12)
            }
        scored = ScoredVisits(None, arms, (0.0, *weeks), ScoreOptions(), {})
        fitted, _ = _fit(_Model(scored, "IVIg", "placebo", weeks, ()), "unstructured")
        low, high = fitted.conf_int()[5]
        covered.append(low <= 0 <= high)
    assert 0.91 < np.mean(covered) < 0.99


def test_order_and_index_do_not_matter_and_the_frame_stays():
    before, expected = SAMPLE.copy(), mt.compare_over_visits(SAMPLE)
    pd.testing.assert_frame_equal(SAMPLE, before)
    shuffled = SAMPLE.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(mt.compare_over_visits(shuffled), expected)
    found = mt.compare_over_visits(pl.from_pandas(SAMPLE))
    assert isinstance(found, pl.DataFrame)
    assert found["value"].to_list() == pytest.approx(expected["value"].tolist())


def test_chosen_weeks_alone_are_in_the_model():
    assert mt.compare_over_visits(SAMPLE, weeks=[12, 4])["week"].tolist() == [4, 12]
    alone = mt.compare_over_visits(SAMPLE, weeks=[12])["value"].iloc[0]
    welch = mt.compare_scores(SAMPLE, 12, resamples=9)["value"].iloc[0]
    assert alone == pytest.approx(welch)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"covariance": "unstructurd"}, OptionError, "did you mean 'unstructured'"),
        ({"weeks": [13]}, NotFoundError, "no visit at week 13"),
        ({"weeks": []}, OptionError, "weeks is empty"),
        ({"weeks": [0]}, OptionError, "not after the baseline"),
        ({"adjust": ["mmt"]}, MissingColumnError, "no column 'mmt'"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.compare_over_visits(SAMPLE, **options)
