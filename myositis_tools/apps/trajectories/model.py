"""What the trajectory app knows: scored visits, choices, what follows (long: all choices of one app)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.call_as_code import call_as_code
from myositis_tools.apps.trajectories.pictures import PATIENTS, PICTURES
from myositis_tools.apps.trajectories.prepared_visits import read_registry
from myositis_tools.errors import NotFoundError, OptionError, listed, nearest, require_option
from myositis_tools.figures.followup.prednisone_and_response import EXPOSURES
from myositis_tools.figures.followup.trajectory_words import describe_trajectories
from myositis_tools.figures.patient.patient_profile import arrange_profile, chosen_columns
from myositis_tools.figures.patient.total_improvement import arrange_points
from myositis_tools.groups import EVERYBODY
from myositis_tools.privacy.pseudonyms import described_by, not_described
from myositis_tools.scores.core_set import classes, scale_instruments
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from myositis_tools.studies.follow_up.measures import measure_named, spoken
from myositis_tools.studies.follow_up.trajectories import SCALES, SHOWN, SUMMARIES, arrange_trajectories, require_scale

# What the call need not say.
_USUAL: dict[str, Any] = {"picture": "trajectories", "scale": "measured", "show": "both", "summary": "median"}
_USUAL |= {"exposure": "mean", "level": "moderate", "sustained": False}
_USUAL_SCORING = ScoreOptions()
_NOTHING = pd.DataFrame(columns=["part"])
# The tables of ``tables/columns.csv`` that say what stands in the visits.
_DEFINED = ("patients", "visits", "responses")


class TrajectoriesModel(AppModel):
    """The state of the app and its results; it knows no widget.

    Attributes
    ----------
    picture : str
        The picture that is open, a key of `PICTURES`, or ``patients`` for the table.
    measure, against : str
        The column that is drawn, and the one that it is drawn against.
    group : str or None
        The column that makes the groups, ``response``, or None.
    scale, show, summary : str
        As in `trajectory_frame`.
    week : int or None
        The visit of the pictures that are of one visit.
    exposure : str
        As in `prednisone_and_response_frame`.
    level, sustained : str and bool
        As in `time_to_response`.
    rescue : str or None
        The column of the weeks of rescue treatment, where it is shown; one of `rescues`.
    weeks : tuple of int
        The visits shown.
    patient_id : str or None
        The chosen patient.
    """

    CHOICES = (
        *("picture", "measure", "against", "group", "scale", "show", "summary", "week", "exposure", "level"),
        *("sustained", "rescue", "weeks", "patient_id"),
    )
    picture = traitlets.Unicode("trajectories")
    measure = traitlets.Unicode()
    against = traitlets.Unicode()
    group = traitlets.Unicode(None, allow_none=True)
    scale = traitlets.Unicode("measured")
    show = traitlets.Unicode("both")
    summary = traitlets.Unicode("median")
    week = traitlets.Int(None, allow_none=True)
    exposure = traitlets.Unicode("mean")
    level = traitlets.Unicode("moderate")
    sustained = traitlets.Bool(False)
    rescue = traitlets.Unicode(None, allow_none=True)
    weeks = traitlets.Tuple()
    patient_id = traitlets.Unicode(None, allow_none=True)

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
        super().__init__(**self._begin_with(choices))

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that can be grouped by."""
        return tuple(self._groups)

    def _begin_with(self, choices: dict[str, Any]) -> dict[str, Any]:
        strength = [one.key for one in scale_instruments("juvenile") if one.measure == "mmt"]
        first = next((name for name in strength if name in self.measures), self.measures[0] if self.measures else "")
        begin = dict(choices)
        begin["measure"] = begin.get("measure") or first
        against = "tis" if "tis" in self.measures else self.measures[-1] if self.measures else ""
        last = self.later_weeks[-1] if self.later_weeks else None
        self._usual = _USUAL | {"against": against, "week": last}
        begin["against"] = begin.get("against") or self._usual["against"]
        begin["week"] = last if begin.get("week") is None else begin["week"]
        if begin.get("group") == "arm" and "arm" not in self._groups:
            begin["group"] = None
        begin["weeks"] = self.planned_weeks if begin.get("weeks") is None else tuple(begin["weeks"])
        if begin.get("patient_id") is None and self.followed:
            begin["patient_id"] = self.followed[0]
        return begin

    # --------------------------------------------------------------------------------------------------- what is asked

    @traitlets.validate("picture")
    def _picture_is_there(self, proposal: dict[str, Any]) -> str:
        require_option("picture", proposal["value"], (*PICTURES, PATIENTS))
        return proposal["value"]

    @traitlets.validate("measure", "against")
    def _measure_is_there(self, proposal: dict[str, Any]) -> str:
        name = proposal["value"]
        if self.measures and name not in self.measures:
            measure_named(name)
            raise OptionError(
                f"There is nothing to draw of {name}.",
                where=self.why_no_score,
                expected=f"one of {listed(self.measures, most=30)}",
            )
        return name

    @traitlets.validate("group")
    def _group_is_there(self, proposal: dict[str, Any]) -> str | None:
        if proposal["value"] is not None:
            require_option("group", proposal["value"], self.groups)
        return proposal["value"]

    @traitlets.validate("rescue")
    def _rescue_is_there(self, proposal: dict[str, Any]) -> str | None:
        if proposal["value"] is not None:
            require_option("rescue", proposal["value"], self.rescues)
        return proposal["value"]

    @traitlets.validate("scale", "show", "summary", "exposure", "level")
    def _word_is_known(self, proposal: dict[str, Any]) -> str:
        name = proposal["trait"].name
        allowed = {"scale": SCALES, "show": SHOWN, "summary": SUMMARIES, "exposure": EXPOSURES, "level": self.levels}
        require_option(name, proposal["value"], allowed[name])
        return proposal["value"]

    @traitlets.validate("week")
    def _week_is_planned(self, proposal: dict[str, Any]) -> int | None:
        week = proposal["value"]
        if week is not None and week not in self.later_weeks:
            raise OptionError(
                f"There is no visit at week {week}.", expected=f"weeks among {listed(self.later_weeks, most=30)}"
            )
        return week

    @traitlets.validate("weeks")
    def _weeks_are_planned(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        chosen = set(proposal["value"])
        strange = sorted(chosen - set(self.planned_weeks))
        if strange or (self.planned_weeks and not chosen):
            raise OptionError(
                f"There is no visit at week {listed(strange)}." if strange else "No visit is chosen.",
                expected=f"weeks among {listed(self.planned_weeks, most=30)}",
                hint="choose at least one visit",
            )
        return tuple(week for week in self.planned_weeks if week in chosen)

    @traitlets.validate("patient_id")
    def _patient_exists(self, proposal: dict[str, Any]) -> str | None:
        name = proposal["value"]
        if name is not None and name not in self.ids:
            raise NotFoundError(
                f"There is no patient {name!r}.", expected=listed(self.ids, most=5), hint=nearest(name, self.ids)
            )
        return name

    @property
    def levels(self) -> tuple[str, ...]:
        """The classes that a response can be asked for."""
        return tuple(one.name for one in classes(self.population))[1:]

    @property
    def possible_scales(self) -> tuple[str, ...]:
        """The scales that the measure can be drawn on."""
        return tuple(scale for scale in SCALES if self._fits(self.measure, scale))

    def _fits(self, measure: str, scale: str) -> bool:
        try:
            require_scale(measure_named(measure), scale)
        except OptionError:
            return False
        return True

    def choose_measure(self, name: str) -> None:
        """Change the measure; a scale that it cannot be drawn on gives way to *as measured*."""
        scale = self.scale if name not in self.measures or self._fits(name, self.scale) else "measured"
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

    @property
    def pointed_at(self) -> tuple[str, ...]:
        """The chosen patient."""
        return () if self.patient_id is None else (self.patient_id,)

    @property
    def scale_of_both(self) -> str:
        """The scale that both measures can be drawn on; what is of the score stays as it is."""
        drawn = [name for name in (self.measure, self.against) if not measure_named(name).is_scored]
        return self.scale if all(self._fits(name, self.scale) for name in drawn) else "measured"

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
        return arrange_profile(own, scales, weeks=self.planned_weeks, infusion_weeks=None)

    def points(self) -> pd.DataFrame:
        """The points of the chosen patient at every planned visit after baseline."""
        own = self.visits[(self.visits["patient_id"] == self.patient_id).to_numpy()]
        return arrange_points(own, weeks=self.planned_weeks, baseline_week=self.baseline_week)

    @property
    def baseline_week(self) -> int:
        """The visit that changes and the score are counted from."""
        return self.scoring.baseline_week

    @property
    def population(self) -> str:
        """Whose class limits are drawn."""
        return self.scoring.population

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
            return f"Of {total} patients none was seen twice with a value that can be drawn."
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
        """One row a patient, for a person to search."""
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
            table["Score then"] = score
            table["Or between"] = [
                f"{least:g} and {most:g}" if tis != tis and least == least else ""
                for tis, least, most in zip(score, low, high, strict=True)
            ]
            table["Response then"] = [word if isinstance(word, str) else "" for word in last["response"]]
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
        left_out = ("weeks",) if with_patient else ("weeks", "patient_id")
        chosen = {name: value for name, value in self.state().items() if name not in left_out}
        if self.weeks != self.planned_weeks:
            chosen["weeks"] = list(self.weeks)
        usual = self._usual
        kept = {name: value for name, value in chosen.items() if usual.get(name) != value} | self.scoring.keywords
        tables = ["visits"] * self.own_data + ["patients=patients"] * self._own_patients
        return call_as_code("explore_trajectories", tables, kept)


def _as_heading(name: str) -> str:
    return name.replace("_", " ").capitalize()
