"""What is chosen in the trajectory app, each choice declared once; and what its pictures may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import traitlets

from myositis_tools.apps.app_model import AppModel
from myositis_tools.apps.declared_choices import Choice, known_patient
from myositis_tools.errors import OptionError, listed
from myositis_tools.scores.core_set import scale_instruments
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from myositis_tools.studies.follow_up.groups_of_patients import RESPONSE
from myositis_tools.studies.follow_up.measures import measure_named
from myositis_tools.studies.follow_up.trajectories import require_scale

PATIENTS = "patients"  # not a picture: the table


def _measures(model: Any) -> list[tuple[str, str]]:
    return [(measure_named(name).title, name) for name in model.measures]


def _first_measure(model: Any) -> str:
    strength = [one.key for one in scale_instruments("juvenile") if one.measure == "mmt"]
    return next((name for name in (*strength, *model.measures) if name in model.measures), "")


def _last_measure(model: Any) -> str:
    return "tis" if "tis" in model.measures else model.measures[-1] if model.measures else ""


def _measure_is_there(model: Any, name: str) -> str:
    if model.measures and name not in model.measures:
        measure_named(name)
        raise OptionError(
            f"There is nothing to draw of {name}.",
            where=model.why_no_score,
            expected=f"one of {listed(model.measures, most=30)}",
        )
    return name


def _groups(model: Any) -> list[tuple[str, str | None]]:
    named = {RESPONSE: "response at the last visit"}
    return [("nothing", None), *((named.get(name, name.replace("_", " ")), name) for name in model.groups)]


def _week_is_planned(model: Any, week: int | None) -> int | None:
    if week is not None and week not in model.later_weeks:
        raise OptionError(
            f"There is no visit at week {week}.", expected=f"weeks among {listed(model.later_weeks, most=30)}"
        )
    return week


def _weeks_are_planned(model: Any, weeks: Sequence[int]) -> tuple[int, ...]:
    strange = sorted(set(weeks) - set(model.planned_weeks))
    if strange or (model.planned_weeks and not weeks):
        raise OptionError(
            f"There is no visit at week {listed(strange)}." if strange else "No visit is chosen.",
            expected=f"weeks among {listed(model.planned_weeks, most=30)}",
            hint="choose at least one visit",
        )
    return tuple(week for week in model.planned_weeks if week in weeks)


def fits(measure: str, scale: str) -> bool:
    """Whether a measure can be drawn on a scale."""
    try:
        require_scale(measure_named(measure), scale)
    except OptionError:
        return False
    return True


class Chosen(AppModel):
    """What is chosen in the app, and the cohort as these choices show it."""

    picture = Choice(kind=None, options=lambda model: model.tabs).of(traitlets.Unicode("trajectories"))
    measure = Choice(
        "Measure",
        options=_measures,
        about="Core set measures, enzymes and prednisone as recorded; the Total Improvement Score, its bounds and "
        "the points of each measure are computed from them.",
        begin=_first_measure,
        check=_measure_is_there,
        take=lambda model, name: model.choose_measure(name),
        is_written=True,
    ).of(traitlets.Unicode())
    against = Choice("Against", options=_measures, begin=_last_measure, check=_measure_is_there).of(traitlets.Unicode())
    group = Choice(
        "Group by",
        options=_groups,
        about="A column with one value for each patient, or the response category at the last scored visit.",
        begin=lambda model: "arm" if "arm" in model.groups else None,
        is_written=True,
    ).of(traitlets.Unicode("arm", allow_none=True))
    scale = Choice(
        "Scale",
        "radio",
        options=(
            ("as measured", "measured"),
            ("change since baseline", "change"),
            ("% of range, up is better", "percent_of_range"),
        ),
        about="In % of the range, improvement is positive, as the Total Improvement Score counts it.",
        offered=lambda model: model.possible_scales,
    ).of(traitlets.Unicode("measured"))
    show = Choice(
        "Show",
        "radio",
        options=(("both", "both"), ("one line per patient", "individuals"), ("summary of each group", "summary")),
    ).of(traitlets.Unicode("both"))
    summary = Choice(
        "Summary", "radio", options=(("median with quartiles", "median"), ("mean with 95 % interval", "mean"))
    ).of(traitlets.Unicode("median"))
    week = Choice(
        "At the visit",
        options=lambda model: [(f"week {week}", week) for week in model.later_weeks],
        begin=lambda model: model.later_weeks[-1] if model.later_weeks else None,
        check=_week_is_planned,
    ).of(traitlets.Int(None, allow_none=True))
    exposure = Choice(
        "Prednisone",
        "radio",
        options=(("mean daily dose", "mean"), ("total", "cumulative")),
        about="From the baseline to the visit. Doses are known only at visits and are assumed to change evenly "
        "between them.",
    ).of(traitlets.Unicode("mean"))
    level = Choice(
        "Improvement",
        "radio",
        options=lambda model: [(level, level) for level in model.levels],
        about="The response category to be reached, or a better one.",
    ).of(traitlets.Unicode("moderate"))
    sustained = Choice(
        "Kept",
        "check",
        "sustained response",
        about="Kept at every later visit, and for at least two visits.",
    ).of(traitlets.Bool(False))
    rescue = Choice(
        "Rescue treatment",
        options=lambda model: [("not shown", None), *((one.replace("_", " "), one) for one in model.rescues)],
        about="The column with the week of rescue treatment.",
        needs_two=True,
    ).of(traitlets.Unicode(None, allow_none=True))
    patient_id = Choice(
        "Patient",
        "text",
        begin=lambda model: model.followed[0] if model.followed else None,
        check=known_patient,
        take=lambda model, name: model.change(patient_id=name.strip() or None),
        is_written=True,
    ).of(traitlets.Unicode(None, allow_none=True))
    weeks = Choice(
        "Visits",
        "several",
        "Visits (Ctrl or Cmd chooses several)",
        options=lambda model: [(f"week {week}", week) for week in model.planned_weeks],
        about="Every week in which a patient was seen counts as a planned visit.",
        begin=lambda model: model.planned_weeks,
        check=_weeks_are_planned,
    ).of(traitlets.Tuple())

    # What the pictures ask for besides.
    scoring: ScoreOptions

    @property
    def baseline_week(self) -> int:
        """The visit that changes and the score are counted from."""
        return self.scoring.baseline_week

    @property
    def population(self) -> str:
        """Whose class limits are drawn."""
        return self.scoring.population

    @property
    def pointed_at(self) -> tuple[str, ...]:
        """The chosen patient."""
        return () if self.patient_id is None else (self.patient_id,)

    @property
    def scale_of_both(self) -> str:
        """The scale that both measures can be drawn on; what is of the score stays as it is."""
        drawn = [name for name in (self.measure, self.against) if not measure_named(name).is_scored]
        return self.scale if all(fits(name, self.scale) for name in drawn) else "measured"

    @property
    def cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with every planned visit."""
        raise NotImplementedError

    @property
    def shown_cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with the visits shown."""
        raise NotImplementedError

    def sentence_of_trajectories(self) -> str:
        """Say of whom the trajectories are, and where they end."""
        raise NotImplementedError

    def trajectories(self) -> pd.DataFrame:
        """What the trajectories draw, the chosen patient pointed at."""
        raise NotImplementedError

    def why_not(self, picture: str) -> str:
        """Say why a picture has nothing to draw; empty where it has."""
        raise NotImplementedError

    def frame_of(self, picture: str) -> pd.DataFrame:
        """Exactly what a picture draws."""
        raise NotImplementedError
