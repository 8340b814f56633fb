"""What the design app shows: the trial that is planned left, its power right, a button that simulates what is new."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.design.model import BY_EFFECT, BY_ENDPOINT, BY_SIZE, PICTURES, DesignModel
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    PeopleTable,
    export_panel,
    heading,
    note,
    note_html,
    prose,
)
from myositis_tools.figures.trials.power import EFFECT, SIZE, draw_power

Steps = Iterator[tuple[int, int]]
_TABS = {BY_SIZE: "By size", BY_EFFECT: "By effect", BY_ENDPOINT: "Endpoints"}
_TABLES = ("Numbers", "Assumptions")


class DesignView(Desk):
    """The design app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : DesignModel
        What is known.
    """

    def __init__(self, model: DesignModel) -> None:
        self.model = model
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
            controls=[
                heading("The trial"),
                *("endpoint", "level", "week", SIZE, EFFECT),
                heading("Missing visits"),
                *("drop_out", "missing", "visit_weeks"),
                heading("The test"),
                *("alpha", "target", "trials"),
                note(
                    "While the other settings are unchanged, the settings of the sliders are pre-computed. Simulate "
                    "computes the rest on this machine."
                ),
            ],
            results=[at_work, self.tabs, self.remark, self._export()],
        )
        self._link()

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
        self.tabs.observe(self.guarded(lambda _: self._open_tab()), names="selected_index")
        self.presses(self.simulate, self._begin)
        self.presses(self.stop, self._end)

    def _open_tab(self) -> None:
        place = self.tabs.selected_index or 0
        if place < len(PICTURES) and PICTURES[place] != self.model.picture:
            self.model.change(picture=PICTURES[place])
        else:
            self._draw_tab()

    # ------------------------------------------------------------------------------------------------------ simulating

    def leave(self) -> None:
        """Simulate no more for an app that is closed."""
        self._steps = None
        super().leave()

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
            f"{waiting} points of this figure need {trials:,} simulated trials each."
            if waiting
            else "Pre-computed; no simulation needed."
        )
        self.state_of_it.value = f"<div class='mt-note' role='status'>{said}</div>"

    def _follow(self) -> None:
        place = PICTURES.index(self.model.picture)
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
