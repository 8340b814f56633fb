"""The power that was worked out beforehand is what the simulation gives today, and makes sense as a whole."""

import pytest

import myositis_tools as mt
from myositis_tools.errors import OptionError
from myositis_tools.studies.design.power_grid import DROP_OUT, EFFECTS, SIZES, TRIALS, endpoints, make_power_grid

GRID = mt.load_power()
BY = ["assumptions", "endpoint", "level", "effect", "patients_per_arm"]


def test_every_scenario_is_there_once():
    assert len(GRID) == len(DROP_OUT) * len(endpoints()) * len(EFFECTS) * len(SIZES)
    assert not GRID.duplicated(BY).any()
    assert set(GRID["trials"]) == {TRIALS}


def test_a_part_of_it_made_again_is_the_same():
    again = make_power_grid([15], [0.5]).set_index(BY)
    kept = GRID.set_index(BY).loc[again.index]
    # a p value at the limit may fall on either side of it on another machine
    assert (again["significant"] - kept["significant"]).abs().max() <= 2
    for name in ("treated", "control", "share_analysed"):
        assert again[name].to_numpy() == pytest.approx(kept[name].to_numpy(), abs=1e-5)
    assert again["seed"].tolist() == kept["seed"].tolist()


def test_power_grows_with_size_and_effect_and_falls_with_drop_out():
    """As far as the number of trials tells: no step is against it by more than four standard errors."""
    for fixed, along in (("patients_per_arm", "effect"), ("effect", "patients_per_arm")):
        group = [name for name in BY if name not in (along, "patients_per_arm", "effect")] + [fixed]
        for _, rows in GRID.sort_values(along).groupby(group):
            step, error = rows["power"].diff().iloc[1:], rows["standard_error"]
            limit = 4 * (error.shift() ** 2 + error**2).iloc[1:] ** 0.5
            assert (rows["effect"].iloc[1:].eq(0) | (step > -limit - 1e-9)).all()
    wide = GRID.pivot(index=BY[1:], columns="assumptions", values="share_analysed")
    assert (wide["nobody lost"] >= wide["as assumed"]).all()
    assert (wide["as assumed"] >= wide["twice the drop-out"]).all()


def test_without_an_effect_significance_is_an_error_of_the_nominal_size():
    none = GRID[GRID["effect"] == 0]
    means = none[none["endpoint"] == "mean"]
    assert means["power"].mean() == pytest.approx(0.05, abs=0.006)
    exact = none[none["endpoint"] == "responder"]
    assert exact["power"].mean() < 0.05  # Fisher's test keeps below
    assert (none["low"] < 0.08).all()


def test_drop_out_is_multiplied():
    assumed = mt.TrialAssumptions.of_sample()
    assert assumed.with_drop_out(1) == assumed
    assert assumed.with_drop_out(0).dropout_for_activity == 0
    for factor in (-1, float("nan"), 1e6):
        with pytest.raises(OptionError):
            assumed.with_drop_out(factor)
