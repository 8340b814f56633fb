"""What every model of an app does with its choices, on one of two choices; and that every app's model does it."""

import pytest
import traitlets

from myositis_tools import apps
from myositis_tools.apps.app_model import AppModel
from myositis_tools.errors import MyositisToolsError, OptionError

OPENED = {
    "eligibility": apps.explore_eligibility,
    "trajectories": apps.explore_trajectories,
    "effects": apps.explore_effects,
    "design": apps.explore_design,
    "calculator": apps.calculate_total_improvement,
    "sheet": apps.calculate_haq_di,
    "mapping": apps.map_columns,
}
WRONG = {
    "eligibility": {"unknown": "worst", "limits": {"minimum_age_years": -5}},
    "trajectories": {"group": None, "week": 5},
    "effects": {"week": 26, "estimate": "everything"},
    "design": {"endpoint": "responder", "week": 13},
    "calculator": {"population": "juvenile", "enzyme": "gold"},
    "sheet": {"options": {"aids": False}, "answers": {"haq_grip_1": 9}},
    "mapping": {"decimal": ",", "choices": {"X": {"column": "week"}}},
}


class Fraction(AppModel):
    """A part of a whole, which cannot be greater."""

    CHOICES = ("part", "whole", "kinds")
    part = traitlets.Int(1)
    whole = traitlets.Int(2)
    kinds = traitlets.Tuple()
    answered = 0

    def _answer(self):
        if self.part > self.whole:
            raise OptionError("The part is greater than the whole.", expected="less")
        self.share, self.answered = self.part / self.whole, self.answered + 1


@pytest.fixture
def model():
    return Fraction()


def test_choices_are_taken_all_at_once(model):
    seen = []
    model.observe(lambda _: seen.append((model.part, model.whole)), names="revision")
    model.change(part=5, whole=10)  # five of two is never asked
    assert (model.share, seen) == (0.5, [(5, 10)])
    model.change(part=5)
    assert (model.answered, len(seen)) == (2, 1)  # nothing has changed


def test_or_not_at_all_however_they_are_set(model):
    before, revision = model.state(), model.revision
    with pytest.raises(OptionError):
        model.change(kinds=("a",), part=3)
    with pytest.raises(OptionError):
        model.part = 3
    with pytest.raises(traitlets.TraitError):
        model.restore({"kinds": ["a"], "part": "many"})
    with pytest.raises(KeyError, match="no choice of this app"):
        model.restore({"limits": {}})
    assert (model.state(), model.revision, model.share) == (before, revision, 0.5)
    model.whole = 4
    assert (model.share, model.revision) == (0.25, revision + 1)


def test_a_state_is_plain_and_of_its_own(model):
    model.kinds = ("a", "b")
    state = model.state()
    assert state == {"part": 1, "whole": 2, "kinds": ["a", "b"]}
    state["kinds"].append("c")
    assert model.kinds == ("a", "b")
    model.reset()
    assert model.kinds == ()
    model.restore({"kinds": ["b"]})
    assert model.kinds == ("b",)


def test_undo_goes_back_one_by_one_to_the_beginning(model):
    start = model.state()
    for whole in (3, 4, 5):
        model.whole = whole
    for whole in (4, 3, 2, 2):
        model.undo()
        assert model.whole == whole
    assert model.state() == start
    model.whole = 9
    model.undo()
    assert model.state() == start


@pytest.mark.parametrize("name", OPENED)
def test_a_view_that_is_refused_changes_nothing_in_any_app(name):
    app = OPENED[name]()
    before, said, revision = app.model.state(), app.model.headline, app.model.revision
    with pytest.raises(MyositisToolsError):
        app.model.restore(before | WRONG[name])
    with pytest.raises(KeyError):
        app.model.restore({"something": "else"})
    assert (app.model.state(), app.model.headline, app.model.revision) == (before, said, revision)
    app.undo_button.click()
    assert app.model.state() == before


def test_what_is_refused_does_not_stay_in_a_control():
    app = apps.explore_trajectories()
    app.weeks.value = ()
    assert "No visit is chosen" in app.trouble
    assert app.weeks.value == app.model.weeks
    app.patient_id.value = "Z"
    assert app.patient_id.value == app.model.patient_id
    app.patient_id.value = f" {app.model.patient_id} "
    assert (app.patient_id.value, app.trouble) == (app.model.patient_id, "")


def test_an_error_while_drawing_is_shown(monkeypatch):
    app = apps.explore_design()

    def fails():
        raise RuntimeError("no ink")

    monkeypatch.setattr(app, "_figure", fails)
    app.controls["patients_per_arm"].value = 30
    assert "This should not have happened (RuntimeError: no ink)" in app.trouble
