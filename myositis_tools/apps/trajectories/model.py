"""What the trajectory app knows: scored visits, choices, what follows (long: all choices of one app)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.trajectories.chosen import PATIENTS, Chosen, fits
from myositis_tools.apps.trajectories.pictures import PICTURES
from myositis_tools.apps.trajectories.prepared_visits import read_registry
from myositis_tools.figures.followup.trajectory_words import describe_trajectories
from myositis_tools.figures.patient.patient_profile import arrange_profile, chosen_columns
from myositis_tools.figures.patient.total_improvement import arrange_points, planned_weeks
from myositis_tools.groups import EVERYBODY
from myositis_tools.privacy.pseudonyms import described_by, not_described
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from myositis_tools.studies.follow_up.measures import measure_named, spoken
from myositis_tools.studies.follow_up.trajectories import SCALES, arrange_trajectories, require_scale

_USUAL_SCORING = ScoreOptions()
_NOTHING = pd.DataFrame(columns=["part"])
# The tables of ``tables/columns.csv`` that say what stands in the visits.
_DEFINED = ("patients", "visits", "responses")


class TrajectoriesModel(Chosen):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    measures, groups, rescues : tuple of str
        The columns that can be drawn and grouped by, and those of the weeks of rescue treatment.
    planned_weeks, later_weeks : tuple of int
        The weeks in which anybody was seen, and those after the baseline.
    """

    tabs = tuple((name, name) for name in (*PICTURES, PATIENTS))

    def __init__(
        self,
        visits: Any,
        *,
        patients: Any = None,
        own_data: bool = True,
        scoring: ScoreOptions = _USUAL_SCORING,
        **choices: Any,
    ) -> None:
        self.scoring, self.own_data = scoring, own_data
        self._own_patients = patients is not None and own_data
        rescue = choices.get("rescue")
        known = read_registry(visits, patients, scoring, rescue=rescue)
        self.visits, self.why_no_score, self.planned_weeks = known.visits, known.why_no_score, known.planned_weeks
        self.followed, self.ids, self.measures, self._groups = known.followed, known.ids, known.measures, known.groups
        self.rescues = known.rescues
        self.later_weeks = tuple(week for week in self.planned_weeks if week > scoring.baseline_week)
        self._kept: dict[Any, Any] = {}
        super().__init__(**choices)

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that can be grouped by."""
        return tuple(self._groups)

    # --------------------------------------------------------------------------------------------------- what is asked

    @property
    def levels(self) -> tuple[str, ...]:
        """The classes that a response can be asked for."""
        return tuple(one.name for one in classes(self.population))[1:]

    @property
    def possible_scales(self) -> tuple[str, ...]:
        """The scales that the measure can be drawn on."""
        return tuple(scale for scale in SCALES if not self.measures or fits(self.measure, scale))

    def choose_measure(self, name: str) -> None:
        """Change the measure; a scale that it cannot be drawn on gives way to *as measured*."""
        scale = self.scale if name not in self.measures or fits(name, self.scale) else "measured"
        self.change(measure=name, scale=scale)

    def _answer(self) -> None:
        """The scale must fit the measure; what the pictures draw is worked out when they are looked at."""
        if self.measures:
            require_scale(measure_named(self.measure), self.scale)

    def reset(self) -> None:
        """Back to the beginning; the open picture and the chosen patient stay."""
        self.restore({"patient_id": self.patient_id, "picture": self.picture})

    def choose(self, place: int) -> None:
        """Choose the patient in a row of `patients`."""
        self.patient_id = self.ids[place]

    # ------------------------------------------------------------------------------------------------ what is answered

    def _once(self, names: Sequence[str], what: str, make: Any) -> Any:
        """What depends on some of the choices, made anew where one of them has changed."""
        key = tuple(getattr(self, name) for name in names)
        if what not in self._kept or self._kept[what][0] != key:
            self._kept[what] = (key, make())
        return self._kept[what][1]

    @property
    def _of_each(self) -> pd.Series:
        return pd.Series(EVERYBODY, index=pd.Index(self.ids)) if self.group is None else self._groups[self.group]

    def _from_baseline(self, weeks: Sequence[int]) -> tuple[int, ...]:
        return (self.baseline_week, *(week for week in weeks if week > self.baseline_week))

    @property
    def cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with every planned visit."""
        return self._once(["group"], "cohort", lambda: self._regrouped(self.planned_weeks))

    @property
    def shown_cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with the visits shown."""
        return self._once(["group", "weeks"], "shown_cohort", lambda: self._regrouped(self.weeks))

    def _regrouped(self, weeks: Sequence[int]) -> FollowedCohort:
        """A cohort that takes from one made before what depends neither on the groups nor on the visits shown."""
        planned = self._from_baseline(self.planned_weeks)
        first = self._once([], "first", lambda: FollowedCohort(self.visits, self._of_each, planned, self.baseline_week))
        return first.regrouped(self._of_each, self._from_baseline(weeks))

    def why_not(self, picture: str) -> str:
        """Say why a picture has nothing to draw; empty where it has."""
        if not self.measures:
            return self.headline
        lacking = [name for name in PICTURES[picture].needs if name not in self.visits.columns]
        if "tis" in lacking:
            return f"No score: {self.why_no_score[:1].lower()}{self.why_no_score[1:]}"
        if lacking:
            return f"The visits table has no column {lacking[0]}."
        is_of_a_week = "week" in PICTURES[picture].follows
        return "There is no visit after the baseline." if is_of_a_week and self.week is None else ""

    def frame_of(self, picture: str) -> pd.DataFrame:
        """Exactly what a picture draws."""
        asked = PICTURES[picture]
        return self._once([*asked.follows, "patient_id"], picture, partial(asked.arrange, self))

    def shown(self) -> pd.DataFrame:
        """What the open picture draws, as it is exported; the table of patients has none."""
        if self.picture == PATIENTS:
            return self.patients()
        return (
            pd.DataFrame({"because": [self.why_not(self.picture)]})
            if self.why_not(self.picture)
            else self.frame_of(self.picture)
        )

    @property
    def _all(self) -> pd.DataFrame:
        names = PICTURES["trajectories"].follows
        return self._once(names, "all", lambda: self._arrange(self.visits, ())) if self.measures else _NOTHING

    def _arrange(self, visits: pd.DataFrame, highlight: Sequence[str]) -> pd.DataFrame:
        return arrange_trajectories(
            visits,
            measure_named(self.measure),
            groups=None if self.group is None else self._groups[self.group],
            scale=self.scale,
            show=self.show,
            summary=self.summary,
            highlight=highlight,
            weeks=self.weeks,
            baseline_week=self.baseline_week,
        )

    def trajectories(self) -> pd.DataFrame:
        """What the trajectories draw, the chosen patient pointed at."""
        if self.patient_id not in self.followed or not self.measures:
            return self._all
        own = self._arrange(self._visits_of(self.patient_id), [self.patient_id])
        pointed_at = own[own["part"] == "highlight"]
        return pd.concat([self._all, pointed_at], ignore_index=True)

    def _visits_of(self, patient_id: str | None) -> pd.DataFrame:
        own = self.visits[(self.visits["patient_id"] == patient_id).to_numpy()]
        weeks = pd.DataFrame({"week": self.planned_weeks, "patient_id": patient_id})
        return own.merge(weeks, how="right", on=["week", "patient_id"]) if len(own) else own

    def profile(self) -> pd.DataFrame:
        """What the profile of the chosen patient draws beside the points; empty if none is chosen."""
        own = self.visits[(self.visits["patient_id"] == self.patient_id).to_numpy()]
        if own.empty:
            return pd.DataFrame()
        scored = own if "enzyme" in own.columns else own.assign(enzyme=None)
        scales = chosen_columns(self.visits, scored, self.scoring)
        return arrange_profile(own, scales, weeks=self._weeks_of_one, infusion_weeks=None)

    def points(self) -> pd.DataFrame:
        """The points of the chosen patient at every planned visit after baseline."""
        own = self.visits[(self.visits["patient_id"] == self.patient_id).to_numpy()]
        return arrange_points(own, weeks=self._weeks_of_one, baseline_week=self.baseline_week)

    @property
    def _weeks_of_one(self) -> list[int]:
        """The weeks of the chosen patient's own visits, and the planned ones that she may have missed."""
        return planned_weeks(self.visits, str(self.patient_id), self.baseline_week)

    @property
    def headline(self) -> str:
        """The one sentence that says what is seen."""
        is_other = self.picture not in ("trajectories", PATIENTS) and self.measures
        if is_other and not self.why_not(self.picture):
            return PICTURES[self.picture].say(self.frame_of(self.picture), self)
        return self.sentence_of_trajectories()

    def sentence_of_trajectories(self) -> str:
        """Say of whom the trajectories are, and where they end."""
        total, followed = len(self.ids), len(self.followed)
        if not self.measures or not followed:
            return f"None of {total} patients has a value at two visits."
        label = measure_named(self.measure).label
        how = {"measured": "", "change": ", change since baseline", "percent_of_range": ", change in % of range"}
        by = f", by {spoken(self.group).replace('_', ' ')}" if self.group else ""
        return f"{followed} of {total} patients were seen more than once: {label}{how[self.scale]}{by}.{self._last()}"

    def _last(self) -> str:
        """The summary at the last visit shown, in words."""
        rows = self._all[(self._all["part"] == "summary") & (self._all["patients"] > 0)]
        if rows.empty:
            return ""
        last = int(rows["week"].max())
        parts = [f"{row.group} {row.value:.4g} ({row.patients})" for row in rows[rows["week"] == last].itertuples()]
        return f" {self.summary.capitalize()} at week {last} (patients): {', '.join(parts)}."

    @property
    def remark(self) -> str:
        """What the summary is of, and what is missing; or how to read the open picture."""
        if self.picture not in ("trajectories", PATIENTS):
            picture = PICTURES[self.picture]
            return f"{picture.hint} {picture.hint_of_rescue if self.rescue else ''}".strip()
        said = describe_trajectories(self._all, summary=self.summary) if len(self._all) else ""
        return f"{said} {f'No score: {self.why_no_score}' if self.why_no_score else ''}".strip()

    def patients(self) -> pd.DataFrame:
        """One row for each patient, for a person to search."""
        grouped = self.visits.groupby("patient_id", sort=False)
        table = pd.DataFrame({"Patient": self.ids})
        for name in self.groups:
            if name != "response":
                values = grouped[name].first().reindex(self.ids)
                table[_as_heading(name)] = [
                    spoken(value) if known else "" for value, known in zip(values, values.notna(), strict=True)
                ]
        table["Visits"] = grouped["week"].size().reindex(self.ids).to_numpy()
        table["Last week"] = grouped["week"].max().reindex(self.ids).to_numpy()
        if "tis" in self.visits.columns:
            last = self.visits.loc[grouped["week"].idxmax().reindex(self.ids)]
            score, low, high = (last[name].to_numpy(dtype="float64") for name in ("tis", "tis_min", "tis_max"))
            table["Last score"] = score
            table["Or between"] = [
                f"{least:g} and {most:g}" if tis != tis and least == least else ""
                for tis, least, most in zip(score, low, high, strict=True)
            ]
            table["Last response"] = [word if isinstance(word, str) else "" for word in last["response"]]
        return table

    def place_of(self, patient_id: str | None) -> int | None:
        """The row of a patient in `patients`."""
        return self.ids.index(patient_id) if patient_id in self.ids else None

    def scored(self) -> pd.DataFrame:
        """The visits with their score, as they are exported."""
        return self.visits

    def described_visits(self, table: pd.DataFrame) -> pd.DataFrame:
        """What of `scored` is handed over unless more is asked for."""
        return described_by(*_DEFINED)(table)

    def described_patients(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same of `patients`, which `shown` may be: without the groups that columns of the user's own make."""
        own = [_as_heading(name) for name in not_described(self.groups, *_DEFINED)]
        return table.drop(columns=own, errors="ignore")

    # ------------------------------------------------------------------------------------------------------ to go away

    def as_code(self, *, with_patient: bool = True) -> str:
        """The call that reproduces the view, with or without the chosen patient."""
        kept = self.written() | self.scoring.keywords
        if not with_patient:
            kept.pop("patient_id", None)
        tables = ["visits"] * self.own_data + ["patients=patients"] * self._own_patients
        return call_as_code("explore_trajectories", tables, kept)


def _as_heading(name: str) -> str:
    return name.replace("_", " ").capitalize()
