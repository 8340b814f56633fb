"""The design app: the model without a screen, the view by its widgets; few trials, so that it is quick."""

import asyncio

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps import explore_design
from myositis_tools.apps.design import DesignModel
from myositis_tools.errors import OptionError

ASSUMED = mt.TrialAssumptions.of_sample().but(visit_weeks=(0, 4, 12))


def simulated(view) -> pd.DataFrame:
    """Press Simulate where no loop runs: it is done when this returns."""
    view.simulate.click()
    assert view.trouble == ""
    return view.model.power()


def test_the_first_screen_is_complete_and_is_what_was_worked_out():
    view = explore_design()
    model, grid = view.model, mt.load_power()
    row = grid.query(
        "assumptions == 'as assumed' and effect == 1 and patients_per_arm == 24 and endpoint == 'mean'"
    ).iloc[0]
    assert repr(view).startswith(
        "24 patients per arm, the difference as assumed, mean Total Improvement Score at week 12: a significant "
        + "result in {:.0f} % ({:.0f} to {:.0f} %) of 1,000 simulated trials.".format(
            *(100 * row[["power", "low", "high"]])
        )
    )
    assert model.waiting == []
    assert view.simulate.disabled
    assert view.figures["size"].figure is not None
    assert "most of them invented" in view.remark.value
    assert set(model.drawn()["scenario"]) == {"effect × 1", "no effect"}


def test_sliders_stay_on_what_was_worked_out():
    view = explore_design()
    for name in ("patients_per_arm", "effect"):
        for label, value in view.controls[name].options:
            view.controls[name].value = value
            assert getattr(view.model, name) == value, label
            assert "not simulated yet" not in view.model.headline
    view.controls["drop_out"].value = "twice the drop-out"
    for endpoint, level in (("responder", "major"), ("time_to", "minimal"), ("mean", "minimal")):
        view.controls["endpoint"].value = endpoint
        view.controls["level"].value = level
        assert view.model.waiting == []
    assert view.controls["level"].disabled  # the mean needs none
    for place in (1, 2):
        view.tabs.selected_index = place
        assert view.model.waiting == []
        assert view.figures[view.model.picture].figure is not None


def test_the_sizes_that_reach_the_power_are_named():
    model = explore_design(target=0.8).model
    power = model.power().query("effect == 1").set_index("patients_per_arm")["power"]
    first = next(size for size in power.index if power[size] >= 0.8)
    below = max(size for size in power.index if size < first)
    assert model.headline.endswith(f"A power of 80 % is reached with between {below} and {first} patients per arm.")
    model.change(target=0.999, effect=0.25)
    assert "is not reached with up to 100 patients per arm" in model.headline
    model.change(effect=0.0)
    assert ": a false positive in " in model.headline


def test_what_was_not_worked_out_waits_and_is_simulated_when_asked():
    view = explore_design(ASSUMED, trials=60)
    assert view.model.own_assumptions
    before = view.model.power()
    assert set(before["trials"]) == {200}  # a first look
    assert view.model.waiting == []  # it is more than was asked for
    view.controls["missing"].value = "no_improvement"
    assert view.model.headline.endswith("not simulated yet. Press Simulate.")
    assert not view.simulate.disabled
    assert len(view.model.waiting) == 2 * len(view.model.sizes)
    assert "No scenario was simulated" in view.figures["size"].figure.layout.annotations[0].text
    found = simulated(view)
    assert set(found["trials"]) == {60}
    assert view.simulate.disabled
    again = mt.power_over(
        {"as assumed": ASSUMED}, patients_per_arm=[24], trials=60, seed=view.model.seed, missing="no_improvement"
    )
    mine = found.query("patients_per_arm == 24 and effect == 1").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, again)


def test_more_trials_are_asked_for_and_take_the_place_of_fewer():
    model = DesignModel(ASSUMED, trials=200, picture="effect")
    assert model.waiting == []
    model.change(trials=250)
    assert len(model.waiting) == len(model.effects)
    steps = model.simulate()
    assert next(steps) == (0, len(model.effects))
    assert next(steps) == (1, len(model.effects))  # stopped here: one is done and kept
    assert len(model.waiting) == len(model.effects) - 1


def test_stop_ends_the_work():
    view = explore_design(ASSUMED, trials=250, picture="effect")
    steps = view._steps = view.model.simulate()
    view._show_work()
    assert view._step(steps)
    assert view.simulate.layout.display == "none"
    assert view.stop.layout.display is None
    view.stop.click()
    assert not view._step(steps)
    assert view.simulate.layout.display is None
    assert view.stop.layout.display == "none"


def test_stopped_and_begun_again_the_old_work_does_not_meddle():
    view = explore_design(ASSUMED, trials=250, picture="effect")

    async def stop_and_begin_again() -> None:
        view.simulate.click()
        await asyncio.sleep(0.01)  # the first step is under way in its thread
        first = view._task
        view.stop.click()
        view.simulate.click()
        await first
        assert view.stop.layout.display is None  # the second goes on
        await view._task

    asyncio.run(stop_and_begin_again())
    assert view.trouble == ""
    assert view.model.waiting == []
    assert view.simulate.layout.display is None


def test_an_error_while_simulating_is_a_sentence(monkeypatch):
    view = explore_design(ASSUMED, trials=250, picture="effect")

    def fails(*_arguments: object) -> None:
        raise OptionError("It cannot be.", expected="something else")

    monkeypatch.setattr(view.model, "_one", fails)
    view.simulate.click()
    assert "It cannot be." in view.trouble


def test_visits_are_typed_and_what_is_no_visit_is_refused():
    view = explore_design()
    view.visit_weeks.value = "0, 6, 26"
    assert view.model.visit_weeks == (0, 6, 26)
    assert view.model.week == 26  # week 12 is gone
    assert [value for _, value in view.controls["week"].options] == [6, 26]
    view.visit_weeks.value = "4, twelve"
    assert "is not a list of weeks" in view.trouble
    assert view.visit_weeks.value == "0, 6, 26"
    view.visit_weeks.value = "4, 12"
    assert "is no schedule" in view.trouble
    assert view.model.visit_weeks == (0, 6, 26)
    view.undo_button.click()
    assert view.model.visit_weeks == mt.TrialAssumptions.of_sample().visit_weeks
    assert view.trouble == ""


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint": "median"},
        {"week": 13},
        {"drop_out": "some"},
        {"patients_per_arm": 1},
        {"alpha": 0.0},
        {"target": 1.0},
        {"picture": "pie"},
        {"visit_weeks": (4, 12)},
        {"trials": 0},
    ],
)
def test_what_cannot_be_is_refused_at_the_call(options):
    with pytest.raises(OptionError):
        explore_design(**options)


def test_the_code_makes_the_same_view_and_reset_goes_back():
    view = explore_design(patients_per_arm=60, endpoint="responder", drop_out="nobody lost")
    view.controls["level"].value = "major"
    view.tabs.selected_index = 2
    again = eval(view.model.as_code().removeprefix("import myositis_tools as mt\n\n"), {"mt": mt})  # noqa: S307
    assert again.model.state() == view.model.state()
    assert repr(again) == repr(view)
    view.reset_button.click()
    assert (view.model.level, view.model.patients_per_arm) == ("moderate", 60)
    restored = explore_design()
    restored.model.restore(again.model.state())
    assert restored.model.state() == again.model.state()
    assert "assumptions=assumptions" in DesignModel(ASSUMED, picture="effect").as_code()


def test_tables_for_a_person():
    view = explore_design()
    view.tabs.selected_index = 3
    numbers = view.model.numbers()
    assert len(numbers) == 2 * len(view.model.sizes)
    assert numbers["Endpoint"].unique().tolist() == ["mean"]
    view.tabs.selected_index = 4
    assumed = view.model.assumed().set_index(["Assumption", "Of"])
    listed = mt.TrialAssumptions.of_sample().frame().set_index(["assumption", "of"])
    assert float(assumed.loc[("response mean", "IVIg"), "Value"]) == listed.loc[("response_mean", "IVIg"), "value"]
    view.controls["drop_out"].value = "twice the drop-out"
    doubled = view.model.assumed().set_index("Assumption")
    assert float(doubled.loc["dropout chance", "Value"]) == 2 * mt.TrialAssumptions.of_sample().dropout_chance
    assert doubled.loc["dropout chance", "Source"] == "given"


@pytest.mark.parametrize(("endpoint", "is_cautious"), [("mean", False), ("responder", True)])
def test_a_cautious_test_is_said_to_be_one(endpoint, is_cautious):
    """Fisher's exact test finds less than its alpha allows, so that its sizes come out larger."""
    remark = DesignModel(endpoint=endpoint).remark
    assert ("Fisher exact test" in remark) == is_cautious
    assert ("by another test of responders fewer patients may be enough" in remark) == is_cautious
