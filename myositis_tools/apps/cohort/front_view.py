"""The front page: files are dropped, each step is said in one line, and the cohort stands below in a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.cohort.held_file import HeldFile
from myositis_tools.apps.cohort.model import CohortModel, CohortTables, sample_cohort
from myositis_tools.apps.cohort.opening import ASKS, DONE, WRONG, Opening, Step
from myositis_tools.apps.cohort.steps_view import checks_of, columns_of, reading_of
from myositis_tools.apps.widgets import DownloadButton, FigurePane, prose
from myositis_tools.apps.widgets.file_drop import FileDrop
from myositis_tools.apps.widgets.letting_go import replace_children
from myositis_tools.apps.widgets.page_manners import PageManners
from myositis_tools.errors import MyositisToolsError
from myositis_tools.figures.screening.decisions import decision_marks_frame, draw_decision_marks
from myositis_tools.lessons.answers import answers_folder
from myositis_tools.sample import own_data_file

_DROP = "Drop a spreadsheet here, or several: patients, visits, medication, events"
_KINDS = "Excel, CSV, SPSS, SAS, Stata, Parquet."
_STAY = "Files stay on this computer."
_STAY_IN_CLASS = "Files go to the computer of the class and no further: bring no data of patients."
_LARGER = "A larger file is opened from a terminal: myositis-tools open FILE"
_SIGNS = {DONE: "✓", ASKS: "?", WRONG: "!"}
_SAID = {DONE: "done", ASKS: "a question is left", WRONG: "a decision is needed", "waits": "waits"}
_DETAILS = {"Read": reading_of, "Columns": columns_of, "Checked": checks_of}


def where_files_stay() -> str:
    """Where a file goes that is dropped; the server of a class says that it is one by the folder of its answers."""
    return _STAY_IN_CLASS if answers_folder() else _STAY


class FrontPage(widgets.VBox):
    """The front page of a cohort.

    Parameters
    ----------
    model : CohortModel
        The cohort that is looked at.
    opening : Opening
        The files that are being opened; what is looked at changes only when they are ready and a person says so.
    """

    def __init__(self, model: CohortModel, opening: Opening) -> None:
        self.model, self.opening = model, opening
        self._open: set[str] = set()
        self.drop = FileDrop(_DROP, self.guarded(self._dropped), self._broken, larger=_LARGER)
        self.sample = self._button("Explore 300 synthetic patients", self._take_sample)
        self.untidy = self._button("Try an untidy workbook", self._try_untidy)
        self.refused = prose("")
        self.steps = widgets.VBox(layout={"width": "100%"})
        self.headline, self.next_steps = prose(""), prose("")
        self.pane = FigurePane("who_fits", on_choose=self._choose, chosen_by="customdata")
        onward = widgets.Box(
            [
                self._button("See who fits, and why not", partial(self._go, "who_fits")),
                self._button("Follow the patients", partial(self._go, "follow_up")),
            ]
        )
        onward.add_class("mt-row")
        instead = widgets.Box(
            [
                PageManners(),
                prose(f"<span class='mt-note'>{_KINDS} {where_files_stay()}</span>"),
                self.sample,
                self.untidy,
            ]
        )
        instead.add_class("mt-row")
        self.cohort = widgets.VBox([self.headline, self.pane, self.next_steps, onward], layout={"width": "100%"})
        title = prose("<div class='mt-title' role='heading' aria-level='2'>Your cohort</div>")
        super().__init__([title, self.drop, instead, self.refused, self.steps, self.cohort], layout={"width": "100%"})
        for name in ("mt-desk", "mt-open", "mt-plain", "mt-front"):  # it looks as the apps do, and hides nothing
            self.add_class(name)
        opening.observe(self._stepped, names="revision")
        self._drawn: Any = None
        self._taken = -1
        self._show_steps()

    # ------------------------------------------------------------------------------------------------------------ acts

    def _button(self, words: str, act: Callable[[], None], style: str = "") -> widgets.Button:
        made = widgets.Button(description=words, button_style=style, layout={"width": "auto"})
        made.on_click(lambda _: self.guarded(act)())
        return made

    def guarded(self, act: Callable[..., None]) -> Callable[..., None]:
        """Wrap an act so that what it refuses is said on the page, where nothing is lost."""

        def safely(*args: Any) -> None:
            try:
                act(*args)
            except (MyositisToolsError, OSError) as error:
                self._refuse([str(error)])

        return safely

    def _dropped(self, files: Sequence[tuple[str, bytes]]) -> None:
        self._open = set()
        self.opening.add([HeldFile(name, content) for name, content in files])
        self.look_if_plain()

    def _broken(self, names: Sequence[str]) -> None:
        self._refuse([f"{name} did not arrive whole. Drop it again." for name in names])

    def _try_untidy(self) -> None:
        self._open = set()
        self.opening.forget()
        self.opening.add([HeldFile.at(own_data_file())])

    def _take_sample(self) -> None:
        self.opening.forget()
        self.model.take(sample_cohort())

    def look_if_plain(self) -> None:
        """Look at once at files in the package's own words, where there is nothing to agree to."""
        if self.opening.is_plain:
            self._take_files()

    def _take_files(self) -> None:
        """Look at the files that were opened: the person's consent to all that the steps say."""
        names = ", ".join(file.file.name for file in self.opening.files)
        self._open, self._taken = set(), self.opening.revision
        is_held = any(file.file.content is not None for file in self.opening.files)
        self.model.take(CohortTables(self.opening.ready_tables(), names, is_held=is_held))
        self._show_steps()

    @property
    def waits(self) -> bool:
        """Whether files were opened that nobody has agreed to look at yet."""
        return bool(self.opening.files) and self._taken != self.opening.revision

    def _go(self, view: str) -> None:
        self.model.view = view

    def _choose(self, patient: Any) -> None:
        if isinstance(patient, str) and patient in self.model.cohort.ids:
            self.model.patient_id = patient

    def _refuse(self, sentences: Sequence[str]) -> None:
        said = "<br>".join(map(escape, sentences))
        self.refused.value = f"<div class='mt-error' role='alert'>{said}</div>" if said else ""

    # ----------------------------------------------------------------------------------------------------------- steps

    def _stepped(self, _: Any) -> None:
        self._show_steps()

    def _show_steps(self) -> None:
        self._refuse(self.opening.refused)
        steps = self.opening.steps()
        replace_children(self.steps, *(part for place, step in enumerate(steps, 1) for part in self._step(place, step)))
        self.cohort.layout.display = "none" if self.waits and self.model.cohort.is_sample else None

    def _step(self, place: int, step: Step) -> list[widgets.Widget]:
        sign = _SIGNS.get(step.state, "·")
        said = prose(
            f"<div class='mt-step mt-step-{step.state}'><span class='mt-step-name'>{place} {step.name}</span>"
            f"<span class='mt-step-sign' role='img' aria-label='{_SAID[step.state]}'>{sign}</span>"
            f"<span>{escape(step.sentence)}</span></div>"
        )
        row = widgets.Box([said, *self._buttons_of(step)])
        row.add_class("mt-step-row")
        is_open = step.name in self._open or step.state in (ASKS, WRONG)
        if step.name not in _DETAILS or not is_open or not step.sentence:
            return [row]
        details = _DETAILS[step.name](self.opening, self.guarded)
        details.add_class("mt-step-details")
        return [row, details]

    def _buttons_of(self, step: Step) -> list[widgets.Widget]:
        if step.name == "Ready" and step.state == DONE:
            look = self._button(f"Look at {step.sentence.rstrip('.')}", self._take_files, "primary")
            look.disabled = not self.waits
            save = DownloadButton(
                "Save how it is read", lambda: ("ours.toml", self.opening.mapping.toml().encode()), self._failed
            )
            return [look, save]
        if step.name in _DETAILS and step.state == DONE:
            words = "hide" if step.name in self._open else "change" if step.name != "Checked" else "show"
            return [self._button(words, partial(self._toggle, step.name))]
        return []

    def _failed(self, error: Exception) -> None:
        self._refuse([str(error)])

    def _toggle(self, name: str) -> None:
        self._open ^= {name}
        self._show_steps()

    # ---------------------------------------------------------------------------------------------------------- cohort

    def refresh(self) -> None:
        """Show the cohort that is looked at, as it is now."""
        seen = (self.model.revision, self.model.trial, self.model.patient_id)
        if seen == self._drawn:
            return
        self._drawn = seen
        self.headline.value = f"<div class='mt-headline' role='status'>{escape(self.model.headline)}</div>"
        self.sample.layout.display = "none" if self.model.cohort.is_sample else None
        self.drop.compact = not self.model.cohort.is_sample
        screened = self.model.cohort.screened
        self.pane.layout.display = "none" if screened is None else None
        if screened is not None:
            try:
                marks = decision_marks_frame(self.model.protocol, screened)
                chosen = [self.model.patient_id] if self.model.patient_id else []
                self.pane.show(draw_decision_marks(marks, highlight=chosen))
            except MyositisToolsError as error:
                self.pane.layout.display = "none"
                self._refuse([str(error)])
        items = "".join(f"<li>{escape(each)}</li>" for each in self.model.next_steps())
        self.next_steps.value = f"<ul class='mt-next'>{items}</ul>" if items else ""
