"""The pictures of the trajectory app: what each follows, how it is made, and the sentence that says what is seen.

A picture asks for what is chosen; it knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.apps.trajectories.chosen import Chosen
from myositis_tools.errors import listed
from myositis_tools.figures.followup.class_flow import arrange_class_flow, draw_class_flow
from myositis_tools.figures.followup.joint_frame import NOT_SEEN
from myositis_tools.figures.followup.measure_heatmap import arrange_measure_heatmap, draw_measure_heatmap
from myositis_tools.figures.followup.point_shares import MEAN, arrange_point_shares, draw_point_shares
from myositis_tools.figures.followup.prednisone_and_response import arrange_prednisone, draw_prednisone_and_response
from myositis_tools.figures.followup.response_calendar import arrange_response_calendar, draw_response_calendar
from myositis_tools.figures.followup.swimmer import arrange_swimmer, draw_swimmer
from myositis_tools.figures.followup.time_to_response import draw_time_to_response
from myositis_tools.figures.followup.time_to_response_frame import SEEN, arrange_time_to_response
from myositis_tools.figures.followup.trajectories import draw_trajectories
from myositis_tools.figures.followup.two_measures import arrange_two_measures, draw_two_measures
from myositis_tools.figures.followup.waterfall import arrange_waterfall, draw_waterfall
from myositis_tools.figures.parts.theme import empty_figure
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from myositis_tools.studies.follow_up.measures import measure_named
from myositis_tools.studies.follow_up.response_states import STATES


@dataclass(frozen=True)
class Picture:
    """A picture of the cohort.

    Attributes
    ----------
    label : str
        What its tab says.
    follows : tuple of str
        The choices of the model that it depends on.
    arrange, draw, say : callable
        Give its frame from the model, its figure and its sentence from both.
    hint, hint_of_rescue : str
        How to read it, and what a click does; and how, where rescue treatment is shown.
    needs : tuple of str
        Columns of the visits without which there is nothing to draw.
    """

    label: str
    follows: tuple[str, ...]
    arrange: Callable[[Chosen], pd.DataFrame]
    draw: Callable[[pd.DataFrame, Chosen], go.Figure]
    say: Callable[[pd.DataFrame, Chosen], str]
    hint: str
    needs: tuple[str, ...] = ("tis",)
    hint_of_rescue: str = ""


def make(key: str, model: Chosen, leaving: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame) -> go.Figure:
    """Draw a picture of what a model has chosen, or of what of it may leave, or say why there is nothing to draw."""
    picture = PICTURES[key]
    why = model.why_not(key)
    return empty_figure(picture.label, why) if why else picture.draw(leaving(model.frame_of(key)), model)


# ------------------------------------------------------------------------------------------------------------ sentences


def _classes_at(week: int, cohort: FollowedCohort) -> str:
    """How many are in each state at a visit."""
    counts = cohort.states_at(week) if week in cohort.later_weeks else {}
    said = ", ".join(f"{counts[state]} {state}" for state in STATES if counts.get(state))
    return f"Of {len(cohort.followed)} patients seen after baseline, at week {week}: {said}."


def _week(model: Chosen) -> int:
    """The visit of a picture of one visit, which is drawn only where there is one."""
    return model.week or 0


def _say_at_week(_: pd.DataFrame, model: Chosen) -> str:
    return _classes_at(_week(model), model.cohort)


def _say_at_last(_: pd.DataFrame, model: Chosen) -> str:
    later = model.shown_cohort.later_weeks
    return _classes_at(later[-1], model.shown_cohort) if later else "No visit after the baseline is shown."


def _say_points(frame: pd.DataFrame, _: Chosen) -> str:
    means = frame[(frame["part"] == MEAN) & frame["tis"].notna()]
    if means.empty:
        return "No patient has a complete score at the visits shown."
    last = int(means["week"].max())
    rows = means[means["week"] == last].drop_duplicates("group")
    said = listed(f"{row.group} {row.tis:.1f} ({row.patients})" for row in rows.itertuples())
    return f"Mean Total Improvement Score at week {last} (patients): {said}."


def _say_joint(names: Callable[[Chosen], str]) -> Callable[[pd.DataFrame, Chosen], str]:
    def say(frame: pd.DataFrame, model: Chosen) -> str:
        lacking = int(frame["part"].isin(["x only", "y only", "neither", NOT_SEEN]).sum())
        followed = len(model.cohort.followed)
        known = f"{followed - lacking} of {followed} patients seen after baseline have both"
        return f"{names(model)} at week {_week(model)}: {known}."

    return say


def _name_two(model: Chosen) -> str:
    label = measure_named(model.measure).label
    return f"{label[:1].upper()}{label[1:]} and {measure_named(model.against).label}"


def _say_times(frame: pd.DataFrame, model: Chosen) -> str:
    rows = frame[(frame["estimate"] == SEEN) & frame["percent"].notna()]
    if rows.empty:
        return "No patient has a visit with a known response category."
    last = rows.sort_values("week").drop_duplicates("group", keep="last")
    lasting = "sustained " if model.sustained else ""
    better = "" if model.level == "major" else " or better"
    said = listed(f"{row.group} {row.percent:.0f} % by week {row.week:g}" for row in last.itertuples())
    return f"First seen with {lasting}{model.level} improvement{better} (Kaplan-Meier): {said}."


# ------------------------------------------------------------------------------------------------------------- pictures

_BY_CLICK = "Click a patient to mark her in every picture."
_AT_WEEK, _COURSE = ("week", "group"), ("group", "weeks")

PICTURES: Mapping[str, Picture] = MappingProxyType(
    {
        "trajectories": Picture(
            "Trajectories",
            ("measure", "group", "scale", "show", "summary", "weeks"),
            lambda model: model.trajectories(),
            lambda frame, model: draw_trajectories(
                frame,
                measure=model.measure,
                scale=model.scale,
                summary=model.summary,
                baseline_week=model.baseline_week,
                population=model.population,
            ),
            lambda _, model: model.sentence_of_trajectories(),
            "",
            (),
        ),
        "waterfall": Picture(
            "Waterfall",
            _AT_WEEK,
            lambda model: arrange_waterfall(model.cohort, week=_week(model), highlight=model.pointed_at),
            lambda frame, model: draw_waterfall(frame, week=_week(model), population=model.population),
            _say_at_week,
            "Brackets show the possible range of an incomplete score. " + _BY_CLICK,
        ),
        "calendar": Picture(
            "Calendar",
            _COURSE,
            lambda model: arrange_response_calendar(model.shown_cohort, model.pointed_at),
            lambda frame, _: draw_response_calendar(frame),
            _say_at_last,
            _BY_CLICK,
        ),
        "swimmer": Picture(
            "Swimmer",
            ("rescue", *_COURSE),
            lambda model: arrange_swimmer(model.shown_cohort, rescue=model.rescue, highlight=model.pointed_at),
            lambda frame, _: draw_swimmer(frame),
            _say_at_last,
            "The colour between two visits is that of the earlier visit; what happened in between is not known. "
            + _BY_CLICK,
            hint_of_rescue="A star marks rescue treatment; the colours show what was seen, after rescue too.",
        ),
        "class_flow": Picture(
            "Category flow",
            _COURSE,
            lambda model: arrange_class_flow(model.shown_cohort, highlight=model.pointed_at),
            lambda frame, _: draw_class_flow(frame),
            _say_at_last,
            "Each band is a group of patients who moved from one category to another; the line is the chosen patient.",
        ),
        "points": Picture(
            "Points",
            _COURSE,
            lambda model: arrange_point_shares(model.shown_cohort, highlight=model.pointed_at),
            lambda frame, _: draw_point_shares(frame),
            _say_points,
            "Each mean is of the patients with a complete score at that visit, so the patients differ between visits.",
        ),
        "measures": Picture(
            "Measures",
            _AT_WEEK,
            lambda model: arrange_measure_heatmap(model.cohort, week=_week(model), highlight=model.pointed_at),
            lambda frame, model: draw_measure_heatmap(frame, week=_week(model)),
            _say_at_week,
            "The score does not count worsening; this figure shows it. " + _BY_CLICK,
        ),
        "two_measures": Picture(
            "Two measures",
            ("measure", "against", "group", "scale", "week"),
            lambda model: arrange_two_measures(
                model.cohort,
                measure_named(model.measure),
                measure_named(model.against),
                week=_week(model),
                scale=model.scale_of_both,
                highlight=model.pointed_at,
            ),
            lambda frame, model: draw_two_measures(
                frame,
                x=model.measure,
                y=model.against,
                week=_week(model),
                scale=model.scale_of_both,
                baseline_week=model.baseline_week,
                population=model.population,
            ),
            _say_joint(_name_two),
            "Patients with only one of the two measures stand at the edge marked ?; a hollow mark lies somewhere on "
            "its line. " + _BY_CLICK,
            (),
        ),
        "prednisone": Picture(
            "Prednisone",
            ("exposure", *_AT_WEEK),
            lambda model: arrange_prednisone(
                model.cohort, week=_week(model), exposure=model.exposure, highlight=model.pointed_at
            ),
            lambda frame, model: draw_prednisone_and_response(
                frame,
                week=_week(model),
                exposure=model.exposure,
                baseline_week=model.baseline_week,
                population=model.population,
            ),
            _say_joint(lambda _: "Prednisone and the Total Improvement Score"),
            "A line reaches from the least to the most a patient can have taken between visits. The figure does not "
            "show whether the dose followed the response or the reverse. " + _BY_CLICK,
            ("tis", "prednisone_mg_day"),
        ),
        "time_to_response": Picture(
            "Time to response",
            ("level", "sustained", "rescue", *_COURSE),
            lambda model: arrange_time_to_response(
                model.shown_cohort,
                level=model.level,
                sustained=model.sustained,
                population=model.population,
                rescue=model.rescue,
                highlight=model.pointed_at,
            ),
            lambda frame, model: draw_time_to_response(frame, level=model.level, sustained=model.sustained),
            _say_times,
            "A response is seen only at visits. On the left it is dated to the visit that showed it (Kaplan-Meier), on "
            "the right anywhere since the visit before (interval-censored). The black mark is the chosen patient.",
            hint_of_rescue="Results after rescue treatment do not count. The thin lines are response before rescue and "
            "rescue itself, as competing events.",
        ),
    }
)
