"""The package held against numbers that R made of the same inputs; R need not be there.

Of each statistic stand in this folder the script (``r/``), its output with the versions it ran on (``expected/``) and
what both read (``inputs/``, made by ``make_inputs.py``). ``make evidence`` runs the scripts again.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import myositis_tools as mt
from myositis_tools.studies.design.trial_simulation import compare_means, compare_shares, compare_times
from myositis_tools.studies.response.response_curve import curve_of_times
from myositis_tools.studies.trials.pooling import pool
from tests.evidence.make_inputs import INPUTS
from tests.evidence.versions import read_table

HERE = Path(__file__).parent
ADJUST = ["physician_global_cm"]
TIGHT = 1e-8  # the oldest SciPy's quantile of t is right to 5e-9


def given(name):
    return pd.read_csv(INPUTS / f"{name}.csv")


def expected(name):
    return read_table(HERE / "expected" / f"{name}.csv")


def of_trial(name):
    visits = given("visits")
    return visits[visits["trial"] == name].drop(columns=["trial", "rescue_week"])


def equal(found, wanted, columns, *, rel=TIGHT):
    """Every column that R gave, and missing where R gave nothing."""
    for column in columns:
        assert float(found[column]) == pytest.approx(wanted[column], rel=rel, abs=1e-9, nan_ok=True), column


def test_the_inputs_are_what_the_package_makes_of_them():
    """The scores that R read are those of the visits."""
    scored = mt.score_total_improvement(given("visits"))
    kept = scored[scored["week"] > 0].reset_index(drop=True)
    assert kept["tis"].tolist() == pytest.approx(given("scores")["tis"].tolist(), nan_ok=True)


# ------------------------------------------------------------------------------------------------------------ shares


def test_proportions():
    """Clopper-Pearson, Wilson, Wald, Newcombe, Katz, Woolf and the exact odds ratio, with empty cells."""
    rows = expected("proportions").set_index(["case", "estimate", "method"])
    seen = 0
    for one in given("counts").itertuples():
        counts = {"arm": (one.responders, one.patients), "reference": (one.others, one.other_patients)}
        found = mt.compare_counts(counts, reference="reference")
        for row in found.to_dict("records"):
            own = row["estimate"] if row["estimate"] != "responders" else f"responders of the {row['arm']}"
            key = (one.case, own, row["method"])
            if row["low"] != row["low"]:
                assert row["because"], key
            elif key in rows.index:
                equal(row, rows.loc[key], ["value", "low", "high"], rel=1e-8)
                seen += 1
            if row["method"] == "wald" and row["p_value"] == row["p_value"]:
                equal(row, rows.loc[key], ["p_value"])
            if row["method"] == "exact" and row["estimate"] == "odds ratio" and row["p_value"] == row["p_value"]:
                # of the two exact tests one: the smaller tail twice, or all tables that are no likelier
                both = [rows.loc[(one.case, own, method), "p_value"] for method in ("exact", "exact by likelihood")]
                assert any(row["p_value"] == pytest.approx(p_value, rel=1e-7) for p_value in both)
    assert seen > 80


def test_three_arms_at_once_are_each_compared_with_the_reference():
    """In one table what R says of each arm and the reference alone."""
    cases = given("counts").set_index("case").loc[["three arms: low dose", "three arms: high dose"]]
    counts = {"low": (8, 20), "high": (13, 21), "placebo": (4, 19)}
    found = mt.compare_counts(counts, method="newcombe").set_index(["estimate", "arm"])
    rows = expected("proportions").set_index(["case", "estimate", "method"])
    for arm, case in zip(("low", "high"), cases.index, strict=True):
        assert counts[arm] == tuple(cases.loc[case, ["responders", "patients"]])
        equal(found.loc["difference", arm], rows.loc[case, "difference", "newcombe"], ["value", "low", "high"])


# --------------------------------------------------------------------------------------------------------- two samples


TRIALS = ("five", "eight", "twelve", "twenty-four")


@pytest.fixture(scope="module")
def scores():
    """Of each trial every comparison of scores at week 12."""
    return {name: mt.compare_scores(of_trial(name), 12, adjust=ADJUST, resamples=13000) for name in TRIALS}


@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.parametrize(
    ("estimate", "method", "columns", "rel"),
    [
        ("mean difference", "welch", ["value", "low", "high", "p_value"], TIGHT),
        ("mean difference", "adjusted", ["value", "low", "high", "p_value"], TIGHT),
        ("shift", "hodges-lehmann", ["value", "low", "high", "p_value"], TIGHT),
        ("win ratio", "u-statistic", ["value", "low", "high", "p_value"], TIGHT),
        # an optimiser's: R's and SciPy's stop where the likelihood is flat
        ("common odds ratio", "proportional odds", ["value", "low", "high", "p_value"], 2e-3),
        ("win odds", "brunner-munzel", ["value", "low", "high", "p_value"], TIGHT),
    ],
)
def test_scores(scores, name, estimate, method, columns, rel):
    """t.test, lm, wilcox.test, polr, and the formulas of Hodges-Lehmann, win odds and win ratio."""
    rows = expected("two_samples").set_index(["trial", "estimate", "method"])
    found = scores[name].set_index(["estimate", "method"]).loc[(estimate, method)]
    if (name, estimate, method) not in rows.index:
        assert found["because"]
        return
    wanted = rows.loc[(name, estimate, method)]
    if not np.isfinite(found["low"]) and found["because"]:  # withheld with a reason: the estimate is held all the same
        columns = ["value"] if np.isfinite(found["value"]) else []
    if estimate == "win odds" and "logit" not in found["interval"]:  # R has them on the logarithm
        columns = ["value"]
    equal(found, wanted, columns, rel=rel)


def test_scores_adjusted_for_words_too():
    """Least squares with a number and a column of words."""
    rows = expected("two_samples").set_index(["trial", "method"])
    for name in TRIALS:
        found = mt.compare_scores(of_trial(name), 12, adjust=[*ADJUST, "centre"], resamples=1)
        row = found.set_index("method").loc["adjusted"]
        equal(row, rows.loc[(name, "adjusted with centre")], ["value", "low", "high", "p_value"])


@pytest.mark.parametrize("name", ["five", "eight"])
def test_the_permutation_of_all_allocations(scores, name):
    """Twice the smaller tail over every allocation, which R enumerates."""
    rows = expected("two_samples").set_index(["trial", "method"])
    found = scores[name].set_index("method").loc["permutation"]
    equal(found, rows.loc[(name, "permutation")], ["value", "p_value"])
    assert found["monte_carlo_error"] == 0


# ---------------------------------------------------------------------------------------------------- visits and times


@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.parametrize("covariance", ["exchangeable", "independence"])
@pytest.mark.parametrize("adjust", [(), ADJUST], ids=["alone", "adjusted"])
def test_over_visits(name, covariance, adjust):
    """The means of nlme and geepack; the sandwich by its formula, with independent visits clubSandwich's CR2 too."""
    rows = expected("over_visits")
    own = (rows["trial"] == name) & (rows["covariance"] == covariance)
    rows = rows[own & (rows["adjust"].fillna("") == "".join(adjust))].set_index("week")
    found = mt.compare_over_visits(of_trial(name), covariance=covariance, adjust=adjust).set_index("week")
    found = found[found["value"].notna()]
    assert set(found["covariance"]) == {covariance}
    assert found.index.tolist() == rows.index.tolist()
    assert found["value"].tolist() == pytest.approx(rows["value"].tolist(), rel=1e-6)
    error = (found["high"] - found["value"]) / t.ppf(0.975, found["degrees_of_freedom"])
    assert error.tolist() == pytest.approx(rows["error"].tolist(), rel=1e-6)
    assert found["degrees_of_freedom"].tolist() == pytest.approx(rows["df"].tolist(), rel=1e-6)
    assert found["p_value"].tolist() == pytest.approx(rows["p_value"].tolist(), rel=1e-5)
    # another root of the same matrix: near, and the same where visits are independent
    near = 1e-6 if covariance == "independence" else 0.01
    assert error.tolist() == pytest.approx(rows["club_error"].tolist(), rel=near)
    assert found["degrees_of_freedom"].tolist() == pytest.approx(rows["club_df"].tolist(), rel=near)


@pytest.fixture(scope="module")
def curves():
    """Of each trial the curves of the times that R read."""
    found = []
    for (trial, kind), people in given("times").groupby(["trial", "kind"]):
        rows = curve_of_times(people, baseline_week=0, has_rescue=kind == "with rescue")
        found.append(pd.DataFrame(rows).assign(trial=trial, kind=kind))
    return pd.concat(found, ignore_index=True)


@pytest.mark.parametrize(
    ("estimate", "kind", "columns"),
    [
        ("first seen", "without rescue", ["percent", "lower", "upper"]),
        ("response before rescue", "with rescue", ["percent"]),
        ("rescue", "with rescue", ["percent"]),
    ],
)
def test_kaplan_meier_and_competing_risks(curves, estimate, kind, columns):
    """survfit with the log-log interval, and cuminc, while anybody is at risk."""
    rows = expected("times").rename(columns={"value": "percent", "low": "lower", "high": "upper"})
    found = curves[(curves["estimate"] == estimate) & (curves["kind"] == kind) & (curves["at_risk"] > 0)]
    both = found.merge(rows[rows["estimate"] == estimate], on=["trial", "group", "week"], suffixes=("", "_r"))
    assert len(both) > 30
    for column in columns:
        known = both[column].notna()  # R gives an interval of no width where nobody has responded
        assert known.any()
        assert both.loc[known, column].tolist() == pytest.approx(both.loc[known, f"{column}_r"].tolist(), abs=1e-8)


def test_turnbull(curves):
    """The same likelihood over every interval between visits; survfit, which stops early, within half a point."""
    found = curves[(curves["estimate"] == "between visits") & (curves["kind"] == "without rescue")]
    rows = expected("times")
    for estimate, near in (("between visits", 0.01), ("between visits by survfit", 0.5)):
        both = found.merge(rows[rows["estimate"] == estimate], on=["trial", "group", "week"], suffixes=("", "_r"))
        assert len(both) > 15
        assert both["percent"].tolist() == pytest.approx(both["value"].tolist(), abs=near)


@pytest.mark.parametrize("name", TRIALS)
def test_log_rank(name):
    """survdiff, of the times with which the response was first seen."""
    times = given("times")
    people = times[(times["trial"] == name) & (times["kind"] == "without rescue")]
    arms = [people[people["group"] == arm] for arm in ("IVIg", "placebo")]
    found = compare_times(*((one[["week"]].to_numpy().T, (one[["event"]] == "response").to_numpy().T) for one in arms))
    rows = expected("times").query("estimate == 'log-rank'").set_index("trial")["value"]
    assert found["p_value"][0] == pytest.approx(rows[name], rel=TIGHT)


# ------------------------------------------------------------------------------- subgroups, fillings, simulated trials


@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.parametrize(("estimate", "method"), [("mean difference", "f test"), ("difference", "breslow-day")])
def test_interaction(name, estimate, method):
    """anova(lm), and Breslow and Day's test with Tarone's adjustment by its formula."""
    found = mt.compare_subgroups(of_trial(name), 12, by="centre", estimate=estimate)
    row = found.set_index("subgroup").loc["interaction"]
    wanted = expected("interaction").set_index(["trial", "method"]).loc[(name, method)]
    equal(row, wanted, ["p_value"], rel=1e-7)
    assert bool(row["because"]) == (wanted["p_value"] != wanted["p_value"])


def test_pooling():
    """mice: Rubin's rules, Barnard and Rubin's degrees of freedom, the share of missing information."""
    rows = expected("pooling").set_index("case")
    for case, one in given("fillings").groupby("case"):
        freedom = int(one["patients"].iloc[0]) - 2
        found = pool(one["value"].tolist(), one["error"].tolist(), degrees_of_freedom=freedom)
        wanted = rows.loc[case]
        assert found.value == pytest.approx(wanted["value"], rel=TIGHT)
        assert found.error == pytest.approx(wanted["error"], rel=TIGHT)
        assert found.degrees_of_freedom == pytest.approx(wanted["df"], rel=TIGHT)
        assert found.share_missing_information == pytest.approx(wanted["fmi"], rel=TIGHT)


@pytest.mark.parametrize("name", TRIALS)
def test_what_a_simulated_trial_is_judged_by(name):
    """t.test, fisher.test and survdiff of one trial, as `simulate_trial` judges a thousand."""
    rows = expected("power").set_index(["trial", "method"])["p_value"]
    now = given("scores").query("trial == @name")
    at_week = now[now["week"] == 12]
    arms = [at_week[at_week["arm"] == arm] for arm in ("IVIg", "placebo")]
    means = compare_means(*(one[["tis"]].to_numpy().T for one in arms))["p_value"][0]
    assert means == pytest.approx(rows[name, "Welch t test"], rel=TIGHT)
    levels = [one["level"].to_numpy() for one in arms]
    responds = [np.where(np.isnan(one), np.nan, one >= 2)[None] for one in levels]
    shares = compare_shares(*responds)["p_value"][0]
    assert shares == pytest.approx(rows[name, "Fisher exact test"], rel=TIGHT)
    early = now[(now["week"] <= 12) & now["level"].notna()]
    times = []
    for arm in ("IVIg", "placebo"):
        people = [own for _, own in early[early["arm"] == arm].groupby("patient_id")]
        hits = [own.loc[own["level"] >= 2, "week"] for own in people]
        weeks = [hit.min() if len(hit) else own["week"].max() for own, hit in zip(people, hits, strict=True)]
        times.append((np.array([weeks]), np.array([[bool(len(hit)) for hit in hits]])))
    assert compare_times(*times)["p_value"][0] == pytest.approx(rows[name, "log-rank test"], rel=TIGHT)


@pytest.mark.parametrize(("patients", "standard_deviations"), [(n, d) for n in (8, 12, 24) for d in (0.5, 1)])
def test_the_power_of_simulated_means(patients, standard_deviations):
    """power.t.test, within three standard errors of 20 000 simulated trials."""
    trials, rng = 20000, np.random.default_rng(patients)
    own, other = (rng.standard_normal((trials, patients)) + shift for shift in (standard_deviations, 0))
    found = (compare_means(own, other)["p_value"] < 0.05).mean()
    rows = expected("power").set_index(["trial", "method"])["value"]
    wanted = rows[f"{patients} per arm", f"{standard_deviations:g} standard deviations"]
    # Student's pooled test there, Welch's here: a little less power in arms of eight
    allowed = 3 * np.sqrt(wanted * (1 - wanted) / trials) + 0.05 / patients
    assert found == pytest.approx(wanted, abs=allowed)
    assert allowed < 0.02
