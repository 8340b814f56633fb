"""What is no longer shown is let go: the widgets of an app, of a trial that was left, of a cell that has run again."""

import gc
import weakref
from types import SimpleNamespace

import ipywidgets as widgets
import jupyter_client.manager
import pytest
from ipywidgets.widgets import widget as registry

from myositis_tools import apps
from myositis_tools.apps.widgets import letting_go
from myositis_tools.apps.widgets.steady_figure import _PlotlyText

APPS = [name for name in apps.__all__ if name.split("_")[0] in ("explore", "calculate", "map")]


def alive():
    """The widgets there are, but for the one with plotly.js, which stays."""
    _PlotlyText.name()
    return len(registry._instances)


@pytest.mark.parametrize("name", APPS)
def test_closing_an_app_closes_all_it_is_made_of(name):
    before = alive()
    app = getattr(apps, name)()
    assert alive() > before + 50
    if hasattr(app, "tabs"):
        for place in range(len(app.tabs.children)):
            app.tabs.selected_index = place
    model, view = app.model, weakref.ref(app)
    app.close()
    app.close()  # a second time is no error
    del app
    gc.collect()
    assert alive() == before
    assert view() is None, "something that is not closed still listens"
    model.reset()  # whoever holds the model may use it


def test_the_controls_of_a_trial_that_was_left_are_closed():
    app = apps.explore_eligibility()
    trials = [key for _, key in app.trial.options]
    made = []
    for trial in trials[:2] * 3:
        app.trial.value = trial
        made.append(alive())
    assert made[:2] * 2 == made[2:]
    app.close()


def test_the_text_of_plotly_is_one_widget_of_a_kernel_and_figures_name_it():
    first, second = apps.explore_effects(), apps.explore_design()
    named = {pane.figure.get_state()["_plotly"] for pane in (first.forest, second.figures["size"])}
    assert named == {_PlotlyText.name()}
    (holder,) = [one for one in registry._instances.values() if isinstance(one, _PlotlyText)]
    assert "FigureView" in holder.text
    holder.close()  # as `Widget.close_all` does
    assert _PlotlyText.name() not in named
    first.close()
    second.close()


# ------------------------------------------------------------------------------------------------------------ the cells


class Notebook:
    """A shell as ipykernel has it, whose cells are functions that give what they show."""

    def __init__(self):
        self.kernel, self.user_ns, self.ran = object(), {"_oh": {}}, []
        self.events = SimpleNamespace(register=lambda _, call: self.ran.append(call))
        self.displayhook = SimpleNamespace()

    def run(self, cell, *shown, **names):
        for one in shown:
            one._repr_mimebundle_()
        self.user_ns.update(names)
        if shown:
            self.user_ns["_oh"][len(self.user_ns["_oh"])] = self.user_ns["_"] = self.displayhook._ = shown[-1]
        for call in self.ran:
            call(SimpleNamespace(info=SimpleNamespace(cell_id=cell, raw_cell="")))


@pytest.fixture(name="notebook")
def _notebook(monkeypatch):
    shell = Notebook()
    monkeypatch.setattr(letting_go, "_shell", lambda: shell)
    monkeypatch.setattr(letting_go, "cells", letting_go._Cells())
    yield shell
    widgets.Widget.close_all()


def is_open(app):
    return app.comm is not None


def test_a_cell_that_runs_again_closes_the_app_it_showed(notebook):
    first, second = apps.calculate_mmt(), apps.calculate_mmt()
    notebook.run("a", first)
    assert is_open(first)
    notebook.run("a", second)
    assert not is_open(first)
    assert is_open(second)
    assert first not in notebook.user_ns["_oh"].values()
    assert len(notebook.ran) == 1


def test_two_apps_of_a_cell_live_until_it_runs_again(notebook):
    both, next_both = [apps.calculate_mmt() for _ in range(2)], [apps.calculate_mmt() for _ in range(2)]
    notebook.run("a", *both)
    assert all(map(is_open, both))
    notebook.run("b")
    assert all(map(is_open, both))
    notebook.run("a", *next_both)
    assert not any(map(is_open, both))
    assert all(map(is_open, next_both))


def test_an_app_that_another_cell_shows_or_a_name_holds_stays(notebook):
    shown_elsewhere, named, listed, boxed = (apps.calculate_mmt() for _ in range(4))
    notebook.run("a", shown_elsewhere, named, listed, boxed)
    notebook.run("b", shown_elsewhere)
    notebook.run("c", mine=named, several=[listed], page=widgets.VBox([boxed]))
    notebook.run("a", shown_elsewhere)  # the same again, and the others no more
    notebook.run("a")
    assert all(map(is_open, (shown_elsewhere, named, listed, boxed)))
    notebook.run("b")
    assert not is_open(shown_elsewhere)


def test_nothing_is_remembered_outside_a_notebook():
    app = apps.calculate_mmt()
    app._repr_mimebundle_()
    assert app not in letting_go.cells._showing
    app.close()


CELL = "import myositis_tools as mt; mt.apps.explore_trajectories()"
ASKED = """
import gc, pathlib, ipywidgets.widgets.widget as w; gc.collect()
memory = pathlib.Path('/proc/self/statm')  # where there is none it is not looked at
print(len(w._instances), int(memory.read_text().split()[1]) * 4096 if memory.exists() else 0)
"""


def test_a_real_kernel_does_not_grow_with_runs_of_a_cell():
    manager, client = jupyter_client.manager.start_new_kernel()

    def printed(code):
        said = []
        client.execute_interactive(
            code, timeout=120, output_hook=lambda m: said.append(m["content"].get("text", "")) if m else None
        )
        return [int(word) for word in "".join(said).split() if word.isdigit()]

    try:
        client.execute_interactive(CELL, timeout=120, output_hook=lambda _: None)
        widgets_before, memory_before = printed(ASKED)
        for _ in range(20):
            client.execute_interactive(CELL, timeout=120, output_hook=lambda _: None)
        widgets_after, memory_after = printed(ASKED)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(
        f"{widgets_before} widgets, then {widgets_after}; {memory_before / 1e6:.0f} MB, then {memory_after / 1e6:.0f}"
    )
    assert widgets_after == widgets_before
    assert memory_after - memory_before < 60e6
