"""What the design app shows: the trial that is planned left, its power right, a button that simulates what is new."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.design.model import BY_EFFECT, BY_ENDPOINT, BY_SIZE, PICTURES, DesignModel
from myositis_tools.apps.widgets import (
    NARROWER,
    Desk,
    FigurePane,
    PeopleTable,
    control,
    export_panel,
    heading,
    menu,
    note,
    note_html,
    option_list,
    prose,
)
from myositis_tools.figures.trials.power import EFFECT, SIZE, draw_power
from myositis_tools.scores.core_set import classes
from myositis_tools.studies.design.power_grid import DROP_OUT
from myositis_tools.studies.design.trial_simulation import (
    CARRIED_FORWARD,
    LEFT_OUT,
    MEAN,
    NO_IMPROVEMENT,
    RESPONDER,
    TIME_TO,
)

_ENDPOINTS = (
    ("mean Total Improvement Score", MEAN),
    ("share of responders", RESPONDER),
    ("time to response", TIME_TO),
)
_MISSING = (
    ("left out", LEFT_OUT),
    ("counted as not improved", NO_IMPROVEMENT),
    ("last known carried forward", CARRIED_FORWARD),
)
Steps = Iterator[tuple[int, int]]
_TABS = {BY_SIZE: "By size", BY_EFFECT: "By effect", BY_ENDPOINT: "Endpoints"}
_TABLES = ("Numbers", "Assumptions")
_TRIALS = (1000, 5000, 20000)
_ABOUT = {
    "endpoint": "Means are compared by Welch's t test, responders by Fisher's exact test, times by the log-rank test.",
    "level": "The lowest class of response that counts; the mean needs none.",
    "effect": "A multiple of the assumed difference between the arms. At 0 both respond alike, and what is significant "
    "is so by chance.",
    "drop_out": "A multiple of the assumed chance to be lost at a visit.",
    "visits": "Weeks of all visits with the baseline, 0, first. They matter to the time to response and to drop-out.",
    "missing": "What becomes of a patient without a score at the visit of the endpoint.",
    "alpha": "A trial is significant if its p value is below this.",
    "target": "The power that is wanted; drawn as a line.",
    "trials": "More trials leave less open: four times as many halve the band.",
}


class DesignView(Desk):
    """The design app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : DesignModel
        What is known.
    """

    def __init__(self, model: DesignModel) -> None:
        self.model = model
        levels = [one.name for one in classes("adult")][1:]

        def stops(options: Any, value: Any, label: str) -> widgets.SelectionSlider:
            return widgets.SelectionSlider(options=options, value=value, layout={"width": "100%"}, tooltip=label)

        self.controls = {
            "endpoint": menu(_ENDPOINTS, model.endpoint, label="Endpoint"),
            "level": menu(
                [(f"at least {each}" if each != levels[-1] else each, each) for each in levels],
                model.level,
                label="Class",
            ),
            "week": menu(_weeks(model), model.week, label="Week"),
            SIZE: stops([(str(size), size) for size in model.sizes], model.patients_per_arm, "Patients per arm"),
            EFFECT: stops([(f"{effect:g} ×", effect) for effect in model.effects], model.effect, "Difference"),
            "drop_out": option_list([(name, name) for name in DROP_OUT], model.drop_out, label="Drop-out"),
            "missing": option_list(_MISSING, model.missing, label="Missing scores"),
            "alpha": widgets.BoundedFloatText(
                model.alpha, min=0.001, max=0.5, step=0.005, layout=NARROWER, tooltip="Alpha"
            ),
            "target": widgets.BoundedFloatText(
                model.target, min=0.01, max=0.99, step=0.05, layout=NARROWER, tooltip="Power wanted"
            ),
            "trials": menu(
                [(f"{count:,}", count) for count in sorted({*_TRIALS, model.trials})], model.trials, label="Trials"
            ),
        }
        self.visits = widgets.Text(value="", continuous_update=False, layout=NARROWER, tooltip="Visits")
        self.simulate = widgets.Button(description="Simulate", button_style="primary")
        self.stop = widgets.Button(description="Stop", layout={"display": "none"})
        self.progress = widgets.IntProgress(min=0, max=1, layout={"display": "none", "width": "180px"})
        self.state_of_it = prose("")
        self.figures = {picture: FigurePane(f"power_by_{picture}") for picture in PICTURES}
        self.numbers, self.assumed = PeopleTable(), PeopleTable()
        self.remark = prose("")
        self.tabs = widgets.Tab(
            [*self.figures.values(), self.numbers, self.assumed], titles=[*_TABS.values(), *_TABLES]
        )
        self._steps: Steps | None = None
        at_work = widgets.Box([self.simulate, self.stop, self.progress, self.state_of_it])
        at_work.add_class("mt-row")
        super().__init__(
            "Designing a trial",
            "Two arms, simulated measure by measure and scored by the Total Improvement Score (2016 ACR/EULAR). For "
            "research and teaching, not for care.",
            controls=self._controls(),
            results=[at_work, self.tabs, self.remark, self._export()],
        )
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _controls(self) -> list[widgets.Widget]:
        of = self.controls
        return [
            heading("The trial"),
            control("Endpoint", of["endpoint"], about=_ABOUT["endpoint"]),
            control("Response that counts", of["level"], about=_ABOUT["level"]),
            control("Visit of the endpoint", of["week"]),
            control("Patients per arm", of[SIZE]),
            control("Difference of the arms", of[EFFECT], about=_ABOUT["effect"], unit="× the assumed"),
            heading("Who is lost"),
            control("Drop-out", of["drop_out"], about=_ABOUT["drop_out"]),
            control("A missing score is", of["missing"], about=_ABOUT["missing"]),
            control("Visits", self.visits, about=_ABOUT["visits"], unit="weeks"),
            heading("The test"),
            control("Alpha, two-sided", of["alpha"], about=_ABOUT["alpha"]),
            control("Power wanted", of["target"], about=_ABOUT["target"]),
            control("Simulated trials", of["trials"], about=_ABOUT["trials"], unit="for each point"),
            note(
                "What the sliders reach is worked out beforehand where the rest is as in the beginning. Simulate does "
                "the rest, on this machine."
            ),
        ]

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "design",
            tables={"Power": model.numbers, "Assumptions": model.assumed},
            figures=lambda _: (model.headline, [self._figure()]),
            state=model.state,
            restore=model.restore,
        )

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        for name, one in self.controls.items():
            self.asks(one, partial(self._choose, name))
        self.asks(self.visits, self.model.plan_visits)
        self.tabs.observe(self.guarded(lambda _: self._open_tab()), names="selected_index")
        self.presses(self.simulate, self._begin)
        self.presses(self.stop, self._end)

    def _choose(self, name: str, value: Any) -> None:
        self.model.choose(**{name: value})

    def _open_tab(self) -> None:
        place = self.tabs.selected_index or 0
        if place < len(PICTURES) and PICTURES[place] != self.model.picture:
            self.model.choose(picture=PICTURES[place])
        else:
            self._draw_tab()

    # ------------------------------------------------------------------------------------------------------ simulating

    def _begin(self) -> None:
        """Simulate a step at a time, so that a press on Stop is heard; where nothing listens, all at once."""
        steps = self._steps = self.model.simulate()
        self._show_work()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            while self._step(steps):
                pass
            self._end()
            return
        self._task = loop.create_task(self._work(loop, steps))

    async def _work(self, loop: asyncio.AbstractEventLoop, steps: Steps) -> None:
        try:
            while await loop.run_in_executor(None, self._step, steps):
                self._show_work()
        except Exception as error:
            logging.getLogger(__name__).exception("A simulation failed.")
            self._end()
            self.complain(error)
        else:
            if steps is self._steps:
                self._end()

    def _step(self, steps: Steps) -> bool:
        """Do one step; none where it was stopped, and another may have begun, since the last one."""
        if steps is not self._steps:
            return False
        step = next(steps, None)
        if step is None or steps is not self._steps:
            return False
        self._done, self._all = step
        return True

    _done, _all = 0, 1

    def _end(self) -> None:
        self._steps = None
        self._show_work()
        self.refresh()

    def _show_work(self) -> None:
        at_work = self._steps is not None
        self.progress.max, self.progress.value = max(1, self._all), self._done
        for widget, shown in ((self.progress, at_work), (self.stop, at_work), (self.simulate, not at_work)):
            widget.layout.display = None if shown else "none"
        if at_work:
            self.state_of_it.value = f"<div class='mt-note' role='status'>{self._done} of {self._all} done</div>"

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self._draw_tab()
        self.remark.value = note_html(self.model.remark)
        self._draw_waiting()

    def _draw_waiting(self) -> None:
        if self._steps is not None:
            return
        waiting, trials = len(self.model.waiting), self.model.trials
        self.simulate.disabled = not waiting
        said = (
            f"{waiting} points of this picture wait for {trials:,} trials each." if waiting else "All of this is known."
        )
        self.state_of_it.value = f"<div class='mt-note' role='status'>{said}</div>"

    def _follow(self) -> None:
        model = self.model
        week = self.controls["week"]
        if week.options != _weeks(model):
            week.options = _weeks(model)
        for name, one in self.controls.items():
            one.value = getattr(model, name)
        self.controls["level"].disabled = model.endpoint == MEAN
        self.visits.value = ", ".join(str(week) for week in model.visit_weeks)
        place = PICTURES.index(model.picture)
        if (self.tabs.selected_index or 0) < len(PICTURES):
            self.tabs.selected_index = place

    def _draw_tab(self) -> None:
        place = self.tabs.selected_index or 0
        if place < len(PICTURES):
            self.figures[self.model.picture].show(self._figure())
        elif _TABLES[place - len(PICTURES)] == "Numbers":
            self.numbers.show(self.model.numbers())
        else:
            self.assumed.show(self.model.assumed())

    def _figure(self) -> Any:
        model = self.model
        return draw_power(model.drawn(), over=model.over, target=model.target, chosen=model.chosen_place)


def _weeks(model: DesignModel) -> tuple[tuple[str, int], ...]:
    return tuple((f"week {week}", week) for week in model.weeks)
