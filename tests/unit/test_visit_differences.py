"""One model of all visits: equal to statsmodels called directly and to plain means, and what it says of itself."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.stats import t

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.trials.arms import ScoredVisits
from myositis_tools.studies.trials.visit_differences import _compare, _Model
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


WEEKS = (4.0, 8.0, 12.0)


def alike(patients_per_arm):
    """A trial in which nobody improves."""
    return trial(patients_per_arm).assign(mmt8_150=90)


def trials_without_effect(patients_per_arm, count):
    """Scored trials without a difference: visits that go together, one in twelve missed."""
    rng = np.random.default_rng(1)
    spread = np.linalg.cholesky(400 * 0.7 ** np.abs(np.subtract.outer(range(3), range(3))))
    for _ in range(count):
        arms = {}
        for arm in ("IVIg", "placebo"):
            scores = rng.standard_normal((patients_per_arm, 3)) @ spread.T
            seen = rng.random(scores.shape) > 1 / 12
            arms[arm] = {
                str(n): [
                    {"week": week, "tis": score if known else None}
                    for week, score, known in zip(WEEKS, scores[n], seen[n], strict=True)
                ]
                for n in range(patients_per_arm)
            }
        yield ScoredVisits(None, arms, (0.0, *WEEKS), ScoreOptions(), {})


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
    middle = (found["low"] + found["high"]) / 2
    assert middle.to_numpy() == pytest.approx(found["value"].to_numpy())
    assert set(found["covariance"]) == {covariance}
    assert set(found["because"]) == {""}


@pytest.mark.parametrize("sizes", [(12, 12), (4, 20)])
def test_where_nothing_is_missing_the_interval_is_welchs_but_for_its_degrees_of_freedom(sizes):
    """The standard error is Welch's; the degrees of freedom are those of Welch where both arms vary alike."""
    visits = trial(20)
    few = {f"{arm}{n}" for arm, size in zip(("IVIg", "placebo"), sizes, strict=True) for n in range(size)}
    visits = visits[visits["patient_id"].isin(few)]
    scored = mt.score_total_improvement(visits)
    found = mt.compare_over_visits(visits)
    assert set(found["covariance"]) == {"exchangeable"}
    for row in found.itertuples():
        own, other = (
            scored.loc[(scored["arm"] == arm) & (scored["week"] == row.week), "tis"] for arm in ("IVIg", "placebo")
        )
        count, other_count = len(own), len(other)
        error = np.sqrt(own.var() / count + other.var() / other_count)
        parts = (1 / count**2 / (count - 1), 1 / other_count**2 / (other_count - 1))
        assert row.degrees_of_freedom == pytest.approx((1 / count + 1 / other_count) ** 2 / sum(parts))
        assert row.high - row.value == pytest.approx(error * t.ppf(0.975, row.degrees_of_freedom))
        assert row.p_value == pytest.approx(2 * t.sf(abs(row.value) / error, row.degrees_of_freedom))


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


@pytest.mark.parametrize("patients_per_arm", [8, 12, 24])
def test_the_default_is_what_is_fitted(patients_per_arm):
    """In trials of the package's own the default covariance is the one that is used, and nothing is made up for it."""
    for scored in trials_without_effect(patients_per_arm, 20):
        rows = _compare(_Model(scored, "IVIg", "placebo", WEEKS, ()), "exchangeable", 0.95)
        assert {row["covariance"] for row in rows} == {"exchangeable"}
        assert {row["because"] for row in rows} == {""}


def test_a_covariance_that_cannot_be_estimated_is_said_to_be_another():
    found = mt.compare_over_visits(trial(3, weeks=(0, 4, 8, 12, 26)), covariance="unstructured")
    assert set(found["covariance"]) == {"exchangeable"}
    said = "the unstructured covariance cannot be estimated (too few patients with both scores of two visits)"
    assert set(found["because"]) == {f"{said}; exchangeable was taken instead"}
    assert found["value"].notna().all()
    assert set(found["caution"]) == {"an arm of 3 patients: how often such intervals hold was not tried"}


def test_a_fit_that_does_not_converge_is_not_shown():
    found = mt.compare_over_visits(SAMPLE, adjust=["mmt8_150"], covariance="unstructured")
    said = "the unstructured covariance cannot be estimated (it did not converge); exchangeable was taken instead"
    assert set(found["because"]) == {said}
    expected = mt.compare_over_visits(SAMPLE, adjust=["mmt8_150"])
    pd.testing.assert_frame_equal(found.drop(columns="because"), expected.drop(columns="because"))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("visits", "because"),
    [
        (alike(5), "the values do not differ within the arms"),
        (trial(1), "an arm of one patient has no spread"),
        (trial(4, weeks=(0, 4)).assign(mmt8_150=None), "an arm without a known score"),
        (trial(3, weeks=(0, 4), missing=[("placebo0", 4), ("placebo1", 4)]), "an arm of one patient has no spread"),
    ],
    ids=["everybody alike", "one patient an arm", "nothing known", "one patient of an arm seen"],
)
def test_what_cannot_be_estimated_is_said_in_our_words(visits, because):
    found = mt.compare_over_visits(visits)
    assert set(found["because"]) == {because}
    assert found[["low", "high", "p_value", "degrees_of_freedom"]].isna().all(axis=None)
    assert set(found["covariance"]) == {""}


def test_a_visit_at_which_nobody_differs_has_no_interval_and_the_others_have():
    visits = trial(6)
    visits.loc[visits["week"] == 4, "mmt8_150"] = 90
    found = mt.compare_over_visits(visits).set_index("week")
    assert found.loc[4, ["value", "because"]].tolist() == [0, "the values do not differ within the arms"]
    assert np.isnan(found.loc[4, "low"])
    assert np.isfinite(found.loc[8, "low"])


def test_baseline_visits_alone_are_an_error_of_ours():
    with pytest.raises(OptionError, match="no visit after the baseline"):
        mt.compare_over_visits(trial(4, weeks=(0,)))


def test_an_unscheduled_visit_is_no_visit_of_the_model_unless_it_is_asked_for():
    """Three of an arm, so that only the schedule speaks against it."""
    moved = SCORED.loc[(SCORED["week"] == 4) & SCORED["tis"].notna()]
    extra = SAMPLE.loc[moved.groupby("arm").head(3).index].assign(week=5)
    found = mt.compare_over_visits(pd.concat([SAMPLE, extra], ignore_index=True))
    row = found[found["week"] == 5].iloc[0]
    assert row["because"] == "6 of 48 patients were seen: taken for no planned visit; weeks= can name it"
    assert (row["patients"], row["reference_patients"], row["covariance"]) == (3, 3, "")
    assert np.isnan(row["value"])
    rest = found[found["week"] != 5].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, mt.compare_over_visits(SAMPLE))
    asked = mt.compare_over_visits(pd.concat([SAMPLE, extra], ignore_index=True), weeks=[4, 5, 8])
    assert asked["value"].notna().all()


def test_a_visit_that_one_arm_lacks_is_a_row_without_an_estimate():
    missing = [(f"placebo{n}", 8) for n in range(6)]
    found = mt.compare_over_visits(trial(6, missing=missing), weeks=[4, 8]).set_index("week")
    assert np.isnan(found.loc[8, "value"])
    assert found.loc[8, "because"] == "an arm without a known score"
    assert np.isfinite(found.loc[4, "value"])
    unnamed = mt.compare_over_visits(trial(6, missing=missing)).set_index("week")
    assert unnamed.loc[8, "because"].startswith("6 of 12 patients were seen: taken for no planned visit")


def test_who_lacks_a_baseline_to_adjust_for_is_left_out_and_said():
    visits = TRIAL.copy()
    visits.loc[(visits["patient_id"] == visits["patient_id"].iloc[0]), "prednisone_mg_day"] = None
    lacking = visits.loc[(visits["week"] == 0) & visits["prednisone_mg_day"].isna(), "patient_id"].nunique()
    found = mt.compare_over_visits(visits, adjust=["prednisone_mg_day"])
    assert found["because"].iloc[0] == f"{lacking} left out without a baseline value to adjust for"


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
