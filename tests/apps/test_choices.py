"""Each choice of an app is declared once: its control moves the model, and its call takes it and tells of it."""

import inspect
import re

import pytest
import traitlets

import myositis_tools as mt
from myositis_tools import apps
from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.declared_choices import Choice
from myositis_tools.errors import OptionError
from tests.apps.another import another

VISITS = mt.load_visits()
TRIAL = VISITS[VISITS["arm"].notna()]
RESCUED = TRIAL.assign(rescue_week=TRIAL["patient_id"].map({TRIAL["patient_id"].iloc[0]: 6.0}))
PATIENTS = mt.load_patients()[["patient_id", "sex", "subtype"]]
OPENED = {
    "trajectories": (apps.explore_trajectories, lambda: apps.explore_trajectories(RESCUED, patients=PATIENTS)),
    "effects": (
        apps.explore_effects,
        lambda: apps.explore_effects(RESCUED, patients=PATIENTS, week=12, rescue="rescue_week", imputations=3),
    ),
    "design": (apps.explore_design, apps.explore_design),
    "eligibility": (apps.explore_eligibility, apps.explore_eligibility),
}
# The call names these in another way.
OTHERWISE = {"trial": "protocol"}


def parts_of(widget):
    yield widget
    for part in getattr(widget, "children", ()):
        yield from parts_of(part)


@pytest.mark.parametrize("name", OPENED)
def test_every_control_stands_on_the_page_and_reaches_the_model_and_the_code(name):
    view = OPENED[name][1]()
    model, begun = view.model, {name: control.value for name, control in view.controls.items()}
    assert [name for name in view.controls if hasattr(type(view), name)] == []  # each is an attribute of the view
    assert list(view.controls) == [name for name, choice in model.DECLARED.items() if choice.kind]
    page = list(parts_of(view))
    for choice, control in view.controls.items():
        before = model.state()[choice]
        control.value = another(model, choice)[1]
        assert view.trouble == "", choice
        assert control in page, choice
        assert model.state()[choice] != before, choice
        assert f"    {OTHERWISE.get(choice, choice)}=" in model.as_code(), choice
    kept = {name for name in begun if name in ("trial", "patient_id")}  # a reset leaves them
    view.reset_button.click()
    assert {name: one.value for name, one in view.controls.items() if name not in kept} == {
        name: value for name, value in begun.items() if name not in kept
    }


@pytest.mark.parametrize("name", OPENED)
def test_the_call_takes_every_choice_as_it_is_declared_and_tells_of_it(name):
    function, opened = OPENED[name]
    model, parameters, told = opened().model, inspect.signature(function).parameters, inspect.getdoc(function)
    for choice, declared in model.DECLARED.items():
        if choice in OTHERWISE:
            assert OTHERWISE[choice] in parameters
            continue
        trait, default = model.traits()[choice], parameters[choice].default
        assert default == trait.default(model) or (default is None and not trait.allow_none), choice
        assert re.search(rf"^(\w+, )*{choice}(, \w+)*( :|$)", told, re.MULTILINE), choice
        words = re.search(rf"^{choice} : {{(.*?)}}", told, re.MULTILINE)
        if words:
            assert {f'"{value}"' for _, value in declared.options_of(model)} == set(words[1].split(", ")), choice


class Visit(AppModel):
    """Measures at a week, some of them shown."""

    weeks = (4, 12)
    week = Choice(
        "Week",
        options=lambda model: [(f"week {week}", week) for week in model.weeks],
        begin=lambda model: max(model.weeks),
    ).of(traitlets.Int())
    shown = Choice("Shown", "several", options=[("MMT-8", "mmt8_150"), ("HAQ-DI", "haq_di")]).of(traitlets.Tuple())
    arm = Choice("Arm", options=[("none", None), ("IVIg", "IVIg")], begin=lambda _: "IVIg", is_written=True).of(
        traitlets.Unicode("IVIg", allow_none=True)
    )

    def _answer(self):
        """Nothing follows."""


def test_a_model_begins_checks_and_writes_as_its_choices_say():
    assert Visit.CHOICES == ("week", "shown", "arm")
    assert Visit().state() == {"week": 12, "shown": [], "arm": "IVIg"}
    assert Visit().written() == {"arm": "IVIg"}
    model = Visit(week=None, shown=["haq_di", "mmt8_150"], arm=None)  # None is a choice where a trait allows it
    assert model.written() == {"shown": ["mmt8_150", "haq_di"], "arm": None}  # in the order of the options
    for name, wrong in (("week", 5), ("shown", ("mmt8_150", "tis")), ("arm", "placebo")):
        with pytest.raises(OptionError, match=name):
            setattr(model, name, wrong)
    assert model.written() == {"shown": ["mmt8_150", "haq_di"], "arm": None}


def test_what_a_label_does_not_say_a_title_does():
    assert Choice("Level").name_of_control == "Level"
    assert Choice("", title="Level").name_of_control == "Level"
    for _, opened in OPENED.values():
        assert all(one.name_of_control for one in opened().model.DECLARED.values() if one.kind)
