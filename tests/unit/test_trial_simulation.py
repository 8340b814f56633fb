"""Simulated trials: errors of the first kind, power against the formula, and that they come out the same."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import TTestIndPower

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, OptionError
from myositis_tools.sample.trial_visits import draw_visits
from myositis_tools.scores import score_total_improvement
from myositis_tools.studies.design import power as power_grid
from myositis_tools.studies.design.trial_simulation import (
    compare_means,
    compare_shares,
    compare_times,
    times_to_response,
)

ASSUMED = mt.TrialAssumptions.of_sample()
NO_EFFECT = ASSUMED.with_effect(0)
COMPLETE = ASSUMED.but(
    dropout_chance=0,
    dropout_for_activity=0,
    missed_visit_chance=0,
    blood_sample_missing_chance=0,
    measures=tuple(
        type(one)(one.name, one.median, one.spread, one.responsiveness, one.visit_noise, 0) for one in ASSUMED.measures
    ),
)


@pytest.fixture
def _nothing_known(monkeypatch):
    monkeypatch.setattr(power_grid, "_KNOWN", {})


def simulated(assumptions=ASSUMED, **options):
    return mt.simulate_trial(assumptions, **{"patients_per_arm": 12, "trials": 40, "seed": 7, **options})


def test_the_assumptions_are_those_of_the_tables():
    listed = ASSUMED.frame()
    assert "given" not in set(listed["source"])
    given = {(row["parameter"], str(row["group"] or "")): row for row in mt.tables.records("simulation_parameters")}
    for one in listed[listed["assumption"] != "severity_correlation"].itertuples():
        group = "" if (one.assumption, "") in given else one.of
        row = given[(one.assumption, group)]
        assert (one.value, one.unit, one.source) == (row["value"], row["unit"], row["source"])


def test_what_was_changed_is_marked_as_given():
    other = ASSUMED.but(dropout_chance=0.2, visit_weeks=[0, 12])
    listed = other.frame()
    assert listed.loc[listed["source"] == "given", ["assumption", "value"]].to_numpy().tolist() == [
        ["dropout_chance", 0.2]
    ]
    assert "dropout_chance: 0.2 chance at a visit [given]" in str(other)
    assert "weeks 0, 12." in str(other)
    assert hash(other) == hash(ASSUMED.but(visit_weeks=(0, 12), dropout_chance=0.2))


@pytest.mark.parametrize(
    "changes",
    [
        {"dropout_chance": 1.01},
        {"dropout_chance": float("nan")},
        {"ck_median": 0},
        {"visit_weeks": (4, 12)},
        {"visit_weeks": (0, 12, 12)},
        {"visit_weeks": (0,)},
        {"severity_correlation": ((1.0, 2.0), (2.0, 1.0))},
        {"dropout": 0.1},
    ],
)
def test_assumptions_that_cannot_be_are_refused(changes):
    with pytest.raises(OptionError):
        ASSUMED.but(**changes)


def test_an_unknown_subtype_is_refused():
    with pytest.raises(OptionError, match="subtype"):
        mt.TrialAssumptions.of_sample("dermatitis")


def test_the_drawn_measures_are_as_assumed():
    drawn = draw_visits(COMPLETE, patients_per_arm=2000, trials=1, seed=2, weeks=(0, 12))
    baseline = {name: values[0, :, 0] for name, values in drawn.items()}
    medians = {one.name: one.median for one in COMPLETE.measures}
    assert np.median(baseline["physician_global_cm"]) == pytest.approx(medians["physician"], abs=0.15)
    assert np.median(150 - baseline["mmt8_150"]) == pytest.approx(medians["mmt"], abs=2)
    assert np.median(baseline["haq_di"]) == pytest.approx(medians["haq"], abs=0.13)
    assert np.all(baseline["haq_di"] * 8 % 1 == 0)
    ranks = pd.DataFrame(baseline)[["physician_global_cm", "mmt8_150"]].corr(method="spearman").iloc[0, 1]
    assert -ranks == pytest.approx(COMPLETE.severity_correlation[0][2], abs=0.06)
    # the first half is treated, and responds faster
    change = drawn["physician_global_cm"][0, :, 0] - drawn["physician_global_cm"][0, :, 1]
    assert change[:2000].mean() > change[2000:].mean() + 0.5


def test_the_score_is_that_of_the_real_scorer():
    week, size = 12, 12
    drawn = draw_visits(ASSUMED, patients_per_arm=size, trials=40, seed=7, weeks=(0, week))
    visits = pd.DataFrame({name: values.ravel() for name, values in drawn.items()})
    scored = score_total_improvement(visits).query("week == @week")
    tis = scored["tis"].to_numpy().reshape(40, 2 * size)
    trials = simulated(week=week)
    assert trials["treated"].to_numpy() == pytest.approx(np.nanmean(tis[:, :size], axis=1))
    assert trials["control"].to_numpy() == pytest.approx(np.nanmean(tis[:, size:], axis=1))
    assert trials["treated_analysed"].tolist() == (~np.isnan(tis[:, :size])).sum(axis=1).tolist()


def within(found: float, expected: float, trials: int) -> bool:
    """Whether a share is within four Monte-Carlo standard errors of what is expected."""
    return abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) / trials)


def test_without_an_effect_one_trial_in_twenty_is_significant():
    trials = 1500
    found = mt.summarise_power(mt.simulate_trial(NO_EFFECT, patients_per_arm=24, trials=trials, seed=11)).iloc[0]
    assert within(found["power"], 0.05, trials)
    assert found["standard_error"] == pytest.approx(np.sqrt(found["power"] * (1 - found["power"]) / trials))
    # the exact test keeps below
    exact = mt.simulate_trial(NO_EFFECT, patients_per_arm=24, trials=trials, seed=11, endpoint="responder")
    assert mt.summarise_power(exact)["power"].iloc[0] < 0.05


@pytest.mark.parametrize(("effect", "size"), [(0.0, 24), (0.5, 24), (0.83, 24), (0.83, 12)])
def test_with_a_normal_outcome_the_power_is_that_of_the_formula(effect, size):
    trials = 4000
    normal = np.random.default_rng(5).normal(size=(trials, 2 * size))
    compared = compare_means(normal[:, :size] + effect, normal[:, size:])
    expected = TTestIndPower().power(effect, nobs1=size, alpha=0.05) if effect else 0.05
    assert within((compared["p_value"] < 0.05).mean(), expected, trials)


def test_each_trial_is_analysed_as_scipy_would():
    from scipy.stats import fisher_exact, ttest_ind

    chance = np.random.default_rng(3)
    treated, control = chance.normal(0.4, 2, (20, 15)), chance.normal(0, 1, (20, 15))
    treated[chance.random(treated.shape) < 0.2] = np.nan
    of_means = compare_means(treated, control)
    expected = [ttest_ind(a[~np.isnan(a)], b, equal_var=False).pvalue for a, b in zip(treated, control, strict=True)]
    assert of_means["p_value"] == pytest.approx(expected)
    yes, other = (np.where(np.isnan(arm), np.nan, arm > 0) for arm in (treated, control))
    tables = [[(a == 1).sum(), (a == 0).sum(), (b == 1).sum(), (b == 0).sum()] for a, b in zip(yes, other, strict=True)]
    exact = [fisher_exact(np.reshape(table, (2, 2)))[1] for table in tables]
    assert compare_shares(yes, other)["p_value"] == pytest.approx(exact)


def test_a_trial_that_cannot_be_analysed_is_not_significant():
    treated = np.array([[1.0, np.nan, np.nan], [5.0, 5.0, 5.0], [1.0, 2.0, 3.0]])
    control = np.array([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0], [8.0, 9.0, 9.5]])
    p_value = compare_means(treated, control)["p_value"]
    assert np.isnan(p_value).tolist() == [True, True, False]


def test_who_is_missing_is_treated_as_named():
    lost = ASSUMED.but(dropout_chance=0.3)
    left_out, nothing, carried = (
        simulated(lost, missing=name) for name in ("left_out", "no_improvement", "carried_forward")
    )
    assert (left_out["treated_analysed"] < 12).any()
    assert (nothing["treated_analysed"] == 12).all()
    total = left_out["treated"].fillna(0) * left_out["treated_analysed"]
    assert nothing["treated"].to_numpy() == pytest.approx((total / 12).to_numpy())
    assert (carried["treated_analysed"] >= left_out["treated_analysed"]).all()
    assert carried["treated_analysed"].sum() > left_out["treated_analysed"].sum()
    assert set(carried["missing"]) == {"carried_forward"}
    # more drop-out, fewer to analyse; nobody missing, all strategies agree
    assert left_out["treated_analysed"].sum() < simulated()["treated_analysed"].sum()
    every = [simulated(COMPLETE, missing=name)["p_value"].tolist() for name in ("left_out", "no_improvement")]
    assert every[0] == every[1] == simulated(COMPLETE, missing="carried_forward")["p_value"].tolist()


def test_carried_forward_takes_the_last_score_known():
    lost = ASSUMED.but(dropout_chance=0.3)
    drawn = draw_visits(lost, patients_per_arm=12, trials=40, seed=7, weeks=(0, 4, 8, 12))
    scored = score_total_improvement(pd.DataFrame({name: values.ravel() for name, values in drawn.items()}))
    last = scored.groupby("patient_id")["tis"].last().to_numpy(dtype="float64").reshape(40, 24)
    carried = simulated(lost, missing="carried_forward")
    assert carried["control"].to_numpy() == pytest.approx(np.nanmean(last[:, 12:], axis=1))


def test_responders_are_those_of_the_class_or_above():
    minimal, moderate, major = (
        simulated(COMPLETE, endpoint="responder", level=level)["treated"] for level in ("minimal", "moderate", "major")
    )
    assert ((minimal >= moderate) & (moderate >= major)).all()
    assert minimal.mean() > moderate.mean() > major.mean()
    assert set(simulated(endpoint="responder")["analysis"]) == {"Fisher exact test"}


# one trial; visits in weeks 4, 8 and 12: 1 responds, 0 does not, NaN is not known
SEEN = [[0, 1, 0], [0, 0, 0], [np.nan, np.nan, 1], [0, np.nan, np.nan], [np.nan, np.nan, np.nan], [1, np.nan, np.nan]]


@pytest.mark.parametrize(
    ("missing", "weeks"),
    [
        ("left_out", [8, 12, 12, 4, 0, 4]),
        ("no_improvement", [8, 12, 12, 12, 12, 4]),
        ("carried_forward", [8, 12, 12, 12, 12, 4]),
    ],
)
def test_the_time_to_response_ends_where_it_was_first_seen_or_last_known(missing, weeks):
    week, responded = times_to_response(np.array([SEEN]), (4, 8, 12), missing)
    assert week.tolist() == [weeks]
    assert responded.tolist() == [[True, False, True, False, False, True]]


def test_times_are_compared_by_the_log_rank_test_of_another_library():
    from statsmodels.duration.survfunc import survdiff

    chance = np.random.default_rng(6)
    week = chance.choice([0, 4, 8, 12], (30, 40))
    responded = (chance.random(week.shape) < np.repeat([0.7, 0.4], 20)) & (week > 0)
    found = compare_times((week[:, :20], responded[:, :20]), (week[:, 20:], responded[:, 20:]))
    arm = np.repeat([0, 1], 20)
    for trial in range(30):
        known = week[trial] > 0
        expected = survdiff(week[trial][known], responded[trial][known].astype(int), arm[known])[1]
        assert found["p_value"][trial] == pytest.approx(expected)
        assert found["treated_analysed"][trial] == known[:20].sum()
        assert found["control"][trial] == pytest.approx(responded[trial][20:].sum() / known[20:].sum())


def test_nobody_responds_or_nobody_is_known():
    week, nobody = np.full((2, 6), 12), np.zeros((2, 6), dtype=bool)
    week[1, :3] = 0
    found = compare_times((week[:, :3], nobody[:, :3]), (week[:, 3:], nobody[:, 3:]))
    assert np.isnan(found["p_value"]).all()
    assert found["treated_analysed"].tolist() == [3, 0]


def test_time_to_response_in_simulated_trials():
    early, late = (simulated(COMPLETE, endpoint="time_to", week=week) for week in (4, 52))
    assert set(early["analysis"]) == {"log-rank test"}
    assert (late["treated"] >= early["treated"]).all()
    # whoever is first seen at the only visit responds at that visit
    once = COMPLETE.but(visit_weeks=(0, 12))
    assert (
        simulated(once, endpoint="time_to")["treated"].tolist()
        == simulated(once, endpoint="responder")["treated"].tolist()
    )
    trials = 1000
    found = mt.summarise_power(
        mt.simulate_trial(NO_EFFECT, patients_per_arm=24, trials=trials, seed=12, endpoint="time_to")
    )
    assert within(found["power"].iloc[0], 0.05, trials)


def test_the_same_seed_gives_the_same_trials():
    pd.testing.assert_frame_equal(simulated(), simulated())
    assert simulated(seed=8)["p_value"].tolist() != simulated()["p_value"].tolist()
    assert "dropout_chance: 0.012" in simulated().attrs["assumptions"]


GRID = {"patients_per_arm": [8, 12], "effects": [0, 1], "trials": 40, "seed": 4, "endpoints": ["mean", "responder"]}


@pytest.mark.usefixtures("_nothing_known")
def test_order_and_number_of_workers_change_nothing(monkeypatch):
    alone = mt.power_over(ASSUMED, **GRID)
    turned = GRID | {"patients_per_arm": [12, 8], "effects": [1, 0], "endpoints": ["responder", "mean"]}
    by = ["endpoint", "effect", "patients_per_arm"]
    monkeypatch.setattr(power_grid, "_KNOWN", {})
    other = mt.power_over(ASSUMED, **turned).set_index(by).sort_index().reset_index()
    pd.testing.assert_frame_equal(other[alone.columns], alone)
    monkeypatch.setattr(power_grid, "_KNOWN", {})
    pd.testing.assert_frame_equal(mt.power_over(ASSUMED, **GRID, workers=2), alone)


def test_a_row_of_the_grid_can_be_done_again():
    row = mt.power_over(ASSUMED, **GRID).iloc[1]
    again = mt.simulate_trial(
        ASSUMED.with_effect(row["effect"]), patients_per_arm=row["patients_per_arm"], trials=40, seed=row["seed"]
    )
    assert mt.summarise_power(again).iloc[0]["power"] == row["power"]


@pytest.mark.usefixtures("_nothing_known")
def test_progress_is_told_and_can_stop(monkeypatch):
    told = []
    every = mt.power_over(ASSUMED, **GRID, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 8) for done in range(9)]
    # what is known is not done again
    monkeypatch.setattr(power_grid, "simulate_trial", None)
    pd.testing.assert_frame_equal(mt.power_over(ASSUMED, **GRID), every)


@pytest.mark.usefixtures("_nothing_known")
def test_stopped_it_gives_what_was_done():
    some = mt.power_over(ASSUMED, **GRID, progress=lambda done, _: done < 3)
    assert len(some) == 3
    assert some["effect"].tolist() == [0, 0, 1]
    none = mt.power_over(ASSUMED, **GRID | {"seed": 5}, progress=lambda *_: False)
    assert none.empty
    assert list(none) == list(some)


def test_several_sets_of_assumptions_are_told_apart():
    found = mt.power_over({"as it is": ASSUMED, "nobody lost": COMPLETE}, patients_per_arm=[12], trials=40, seed=4)
    assert found["assumptions"].tolist() == ["as it is", "nobody lost"]
    assert found["share_analysed"].tolist()[1] == 1 > found["share_analysed"].tolist()[0]


@pytest.mark.parametrize(
    "options",
    [
        {"patients_per_arm": 1},
        {"patients_per_arm": 12.5},
        {"trials": 0},
        {"seed": -1},
        {"endpoint": "median"},
        {"level": "none"},
        {"week": 13},
        {"week": 0},
        {"alpha": 0},
        {"missing": "ignored"},
    ],
)
def test_what_cannot_be_is_refused(options):
    with pytest.raises(OptionError):
        simulated(**options)


def test_a_grid_that_cannot_be_is_refused():
    with pytest.raises(OptionError, match="no scenario"):
        mt.power_over(ASSUMED, patients_per_arm=[], trials=10, seed=1)
    with pytest.raises(OptionError, match="workers"):
        mt.power_over(ASSUMED, patients_per_arm=[12], trials=10, seed=1, workers=0)
    with pytest.raises(OptionError, match="TrialAssumptions"):
        mt.power_over({"a": "b"}, patients_per_arm=[12], trials=10, seed=1)
    with pytest.raises(MissingColumnError):
        mt.summarise_power(pd.DataFrame({"trial": [1]}))
    with pytest.raises(OptionError, match="confidence"):
        mt.summarise_power(simulated(), confidence=95)
