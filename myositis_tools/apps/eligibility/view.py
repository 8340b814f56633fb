"""What the eligibility app shows: controls made from the protocol's own limits, and the results beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd

from myositis_tools.apps.eligibility.criteria_card import criteria_card
from myositis_tools.apps.eligibility.model import EligibilityModel
from myositis_tools.apps.widgets import (
    Desk,
    FigurePane,
    PatientsOfExport,
    PeopleTable,
    about_sign,
    control,
    export_panel,
    folded,
    heading,
    labelled_by,
    menu,
    note,
    note_html,
    prose,
    replace_children,
    slider,
)
from myositis_tools.criteria import Criterion, Protocol
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.figures.patient.medication_timeline import draw_medication_timeline
from myositis_tools.figures.screening.attrition import draw_attrition
from myositis_tools.figures.screening.consort import draw_consort
from myositis_tools.figures.screening.decisions import draw_decision_marks
from myositis_tools.figures.screening.eligibility_matrix import draw_eligibility_matrix
from myositis_tools.figures.screening.influence import draw_influence
from myositis_tools.figures.screening.near_misses import draw_near_misses
from myositis_tools.figures.screening.overlap import draw_overlap
from myositis_tools.figures.screening.sensitivity import draw_sensitivity
from myositis_tools.privacy.pseudonyms import Naming
from myositis_tools.rules import Limit
from myositis_tools.tables import source


class EligibilityView(Desk):
    """The eligibility app; it links a model to widgets and computes nothing.

    Parameters
    ----------
    model : EligibilityModel
        What is known.
    """

    def __init__(self, model: EligibilityModel) -> None:
        self.model = model
        self._shown_trial = ""
        self._asked = widgets.VBox()
        self._asked.add_class("mt-parts")
        self._aside = widgets.HTML()
        self.marks = FigurePane("decisions", on_choose=self._click_mark, chosen_by="customdata")
        self.flow, self.matrix = FigurePane("eligibility_flow"), FigurePane("eligibility_matrix", on_choose=self._click)
        self.influence, self.overlap = FigurePane("what_criteria_cost"), FigurePane("criteria_failed_together")
        self.limit = menu([], label="Limit")
        self.matrix_start = menu(model.starts_of_matrix(), 0, label="Patients shown")
        self.sensitivity, self.gaps = FigurePane("one_limit"), FigurePane("nearly_eligible")
        self.patients, self.nearly = PeopleTable(self._choose_row), PeopleTable(self._choose_nearly)
        self.measure_next = PeopleTable()
        tabs = self._tabs()
        self._draw_in_tab = [draw for _, _, draw in tabs]
        self.tabs = widgets.Tab([content for _, content, _ in tabs], titles=[title for title, _, _ in tabs])
        self.card = prose("")
        self.timeline = FigurePane("medication_timeline")
        super().__init__(
            model.protocol.title,
            _subtitle(model.protocol),
            controls=[("trial", self._aside), self._asked, heading("Missing information"), "unknown"],
            results=[self.tabs, self.card, self.timeline, self._export()],
        )
        self.reset_button.description = "Reset to published"
        self._link()

    # ------------------------------------------------------------------------------------------------------- controls

    def _ask_what_the_trial_asks(self) -> None:
        """Make the controls anew from the protocol's own criteria and limits."""
        self.sliders: dict[str, Any] = {}
        self.switches: dict[str, widgets.Checkbox] = {}
        self._records: dict[str, widgets.HTML] = {}
        children: list[widgets.Widget] = []
        protocol = self.model.protocol
        for kind in ("inclusion", "exclusion"):
            own = [self._criterion(each) for each in protocol.criteria if each.kind == kind]
            children += [heading(kind.capitalize()), *own] if own else []
        replace_children(self._asked, *children)
        absent = "; ".join(self.model.not_in_table)
        unknown = f" The table has no column for: {absent}. This is unknown for every patient." if absent else ""
        self._aside.value = note_html(f"A screening aid, not a recommendation.{unknown}")
        self.entitle(protocol.title, _subtitle(protocol))
        self._shown_trial = self.model.trial

    def _criterion(self, each: Criterion) -> widgets.VBox:
        switch = widgets.Checkbox(
            value=True, description=each.label, indent=False, layout={"width": "auto", "margin": "0"}
        )
        self.asks(switch, lambda on: self.model.switch(each.key, on=on))
        self.switches[each.key] = switch
        about = f"“{each.words}” {each.source.key.upper()}, {each.place}. {each.decision}"
        line = labelled_by(widgets.HBox([switch, about_sign(about)]))
        limits = [limit for limit in each.limits if limit.name not in self.sliders]
        borrowed = [limit for limit in limits if limit.source != each.source.key]
        of_courses = [limit for limit in limits if limit in self.model.protocol.courses.limits]
        own = [self._limit(limit) for limit in limits if limit not in (*borrowed, *of_courses)]
        if borrowed:
            own.append(folded("What counts as abnormal", note(borrowed[0].decision), *map(self._limit, borrowed)))
        if of_courses:
            own.append(folded("Doses and durations", *self._cannot_move(), *map(self._limit, of_courses)))
        return widgets.VBox([line, widgets.VBox(own, layout={"margin": "0 0 0 22px"})] if own else [line])

    def _cannot_move(self) -> list[widgets.Widget]:
        """Say what a screening table alone cannot answer."""
        words = (
            "A screening table holds the answers for the published doses and durations only; for any other the answer "
            "is unknown. Lists of visits and drugs (mt.screening.Records) can answer for all."
        )
        return [] if self.model.has_records else [note(words)]

    def _limit(self, limit: Limit) -> widgets.VBox:
        one = slider(
            value=limit.value,
            minimum=limit.minimum,
            maximum=limit.maximum,
            step=limit.step,
            label=limit.label,
            unit=limit.unit,
        )
        self.asks(one, partial(self.model.set_limit, limit.name))
        self.sliders[limit.name] = one
        self._records[limit.name] = widgets.HTML()
        about = f"{source(limit.source).citation} {limit.place}; {limit.evidence}. {limit.decision}"
        return control(limit.label, one, self._records[limit.name], about=about, unit=limit.unit)

    def _tabs(self) -> list[tuple[str, widgets.Widget, Any]]:
        """Each tab: its name, what stands in it, and how that is drawn; only the open one is."""
        nearly = note("Patients who fail one criterion only. Choose one in the table to open her card.")
        following = note("Missing values, first those that would decide most of the undecided patients.")
        limit = control("Limit over its whole range", self.limit, self.sensitivity)
        several = len(self.model.starts_of_matrix()) > 1
        starts = [control("Patients shown, those who fit first", self.matrix_start)] if several else []
        return [
            ("Decisions", self.marks, self._draw_marks),
            ("Flow", self.flow, self._draw_flow),
            ("Exclusions", widgets.VBox([self.influence, self.overlap]), self._draw_what_excludes),
            ("One limit", limit, self._draw_one_limit),
            ("Nearly fits", widgets.VBox([nearly, self.gaps, self.nearly]), self._draw_nearly),
            ("Measure next", widgets.VBox([following, self.measure_next]), self._draw_measure_next),
            ("Matrix", widgets.VBox([*starts, self.matrix]), self._draw_matrix),
            ("Patients", self.patients, self._draw_patients),
        ]

    def _export(self) -> widgets.Widget:
        model = self.model
        return export_panel(
            self,
            "eligibility",
            tables={"Decisions": model.decisions, "Verdicts": model.checks, "Flow": model.attrition},
            figures=lambda naming: (model.headline, self._pictures(naming)),
            state=model.state,
            restore=model.restore,
            given=model.given,
            patients=PatientsOfExport(lambda: model.ids, partial(model.as_code, with_patient=False)),
        )

    def _pictures(self, naming: Naming) -> list[Any]:
        model = self.model
        pictures = [draw_attrition(model.attrition()), draw_consort(model.flow_in_boxes())]
        pictures += [draw_influence(model.influence()), draw_overlap(model.overlap())]
        pictures += [
            draw_near_misses(naming.table(model.gaps())),
            draw_eligibility_matrix(naming.table(model.matrix())),
        ]
        timeline = model.timeline()
        if not timeline.empty:
            pictures.append(draw_medication_timeline(timeline, naming.in_title(model.patient_id)))
        return pictures

    # ---------------------------------------------------------------------------------------------------------- links

    def _link(self) -> None:
        for one in (self.limit, self.matrix_start):
            one.observe(self.guarded(lambda _: None if self._is_following else self._draw_tab()), names="value")
        self.tabs.observe(self.guarded(lambda _: self._draw_tab()), names="selected_index")

    def _choose_row(self, place: int) -> None:
        self.guarded(lambda: self.model.choose(self.model.patients()["Patient"][place]))()

    def _choose_nearly(self, place: int) -> None:
        self.guarded(lambda: self.model.choose(self.model.nearly_eligible()["Patient"][place]))()

    def _click_mark(self, patient: Any) -> None:
        if isinstance(patient, str) and patient in self.model.ids:
            self.guarded(lambda: self.model.choose(patient))()

    def _click(self, place: Any) -> None:
        self.guarded(lambda: self.model.choose_column(self.matrix_start.value + int(place)))()

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self._draw_tab()
        self.card.value = criteria_card(self.model.current, self.model.card(), self.model.decision())
        self._draw_timeline()

    def _draw_timeline(self) -> None:
        timeline = self.model.timeline()
        self.timeline.layout.display = "none" if timeline.empty else None
        if not timeline.empty:
            self.timeline.show(draw_medication_timeline(timeline, str(self.model.patient_id)))

    def _follow(self) -> None:
        """Bring the controls to what the model says, and mark what differs from the published limits."""
        if self._shown_trial != self.model.trial:
            self._ask_what_the_trial_asks()
        current = {**{name: float(limit) for name, limit in self.model.protocol.limits.items()}, **self.model.limits}
        for name, one in self.sliders.items():
            one.value = type(one.value)(current[name])
            published = self.model.protocol.limits[name]
            changed = name in self.model.limits
            words = f"published: {published}"
            self._records[name].value = f"<div class='mt-note{' mt-changed' if changed else ''}'>{words}</div>"
        in_force = [(limit.label, name) for name, limit in self.model.current.limits.items()]
        if list(self.limit.options) != in_force:
            chosen = self.limit.value
            self.limit.options = in_force
            self.limit.value = (
                chosen if chosen in dict(in_force).values() else next((name for _, name in in_force), None)
            )
        for key, switch in self.switches.items():
            switch.value = key not in self.model.without

    def _draw_tab(self) -> None:
        self._draw_in_tab[self.tabs.selected_index or 0]()

    def _draw_marks(self) -> None:
        self.marks.show(draw_decision_marks(self.model.marks(), highlight=self._chosen))

    @property
    def _chosen(self) -> list[str]:
        return [self.model.patient_id] if self.model.patient_id else []

    def _draw_flow(self) -> None:
        self.flow.show(draw_attrition(self.model.attrition()))

    def _draw_what_excludes(self) -> None:
        self.influence.show(draw_influence(self.model.influence()))
        self.overlap.show(draw_overlap(self.model.overlap()))

    def _draw_one_limit(self) -> None:
        limit = self.limit.value
        nothing = empty_figure("One limit over its whole range", "No criterion in force has a limit.")
        self.sensitivity.show(draw_sensitivity(self.model.sensitivity(limit)) if limit else nothing)

    def _draw_nearly(self) -> None:
        self.gaps.show(draw_near_misses(self.model.gaps()))
        self.nearly.show(self.model.nearly_eligible())

    def _draw_measure_next(self) -> None:
        self.measure_next.show(self.model.measure_next())

    def _draw_matrix(self) -> None:
        drawn = draw_eligibility_matrix(
            _from_nought(self.model.matrix_from(self.matrix_start.value)), highlight=self._chosen
        )
        if len(self.matrix_start.options) > 1:
            drawn.update_layout(title_text=f"Patients {self.matrix_start.label}, each with every criterion")
        self.matrix.show(drawn)

    def _draw_patients(self) -> None:
        self.patients.show(self.model.patients(), chosen=self.model.place_of(self.model.patient_id))


def _from_nought(cells: pd.DataFrame) -> pd.DataFrame:
    """Some columns of the matrix as a picture of their own."""
    return cells.assign(place=cells["place"] - cells["place"].min()) if len(cells) else cells


def _subtitle(protocol: Protocol) -> str:
    return f"{protocol.registration} · {protocol.text.citation} For research and teaching, not for care."
