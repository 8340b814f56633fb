"""The course of every patient as a lane: how long she was followed, in which class, and what was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.findings import responses_of
from myositis_tools.figures.followup.response_calendar import arrange_response_calendar
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.response_cells import add_response_cells, add_response_key
from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.figures.parts.rows_of_patients import head_groups, in_rows, name_rows
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.sentences import starting
from myositis_tools.figures.parts.theme import as_text, empty_figure, far_apart, figure, plain
from myositis_tools.frames import to_pandas
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    FollowedCohort,
    read_cohort,
    say_left_out,
)
from myositis_tools.studies.follow_up.response_states import GONE
from myositis_tools.studies.trials.rescue import rescue_weeks

TO_THE_END = "seen at the last planned visit"
_ROW, _TOP, _BOTTOM = 20, 112, 52  # pixels
_CAP = 0.07  # of the time shown: the cell of the last planned visit


@shows_score
def swimmer_frame(
    visits: Any,
    *,
    group: str | None = ARM,
    rescue: str | None = None,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_swimmer` draws: the rows of `response_calendar_frame`, on an axis of time.

    Parameters
    ----------
    visits, group, weeks, highlight, **score_options
        As in `response_calendar_frame`.
    rescue : str, optional
        A column with the week in which a patient was given rescue treatment, empty if she was not.

    Returns
    -------
    pandas.DataFrame
        As `response_calendar_frame`, with ``until_week``, the next planned visit, to which the lane shows what was seen
        at this one; empty from the patient's last visit on; ``ending``, in that row, whether she was ``seen at the last
        planned visit`` or is ``not seen again``; and ``rescue_week``, in her first row.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, OptionError
        If the column of rescue is not there, says two things of one patient, or is no week after the baseline.
    MyositisToolsError
        Whatever `response_calendar_frame` refuses.

    Missing data
    ------------
    A missed visit ends what was seen before it: from there to the next visit the lane says *no visit*. A lane stops at
    the last visit; whether a patient left or the table ends earlier for her, the table does not say.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.swimmer_frame(mt.load_visits(), group="arm")
    >>> frame.loc[frame["patient_id"] == "P184", ["week", "shown", "until_week", "ending"]].tail(2)
         week  shown  until_week                          ending
    142    26  major          52
    143    52  major        <NA>  seen at the last planned visit
    """
    table = to_pandas(visits)
    cohort = read_cohort(table, ScoreOptions(**score_options), group=group, weeks=weeks)
    return arrange_swimmer(cohort, rescue=rescue, highlight=highlight)


def arrange_swimmer(
    cohort: FollowedCohort, *, rescue: str | None = None, highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """As `swimmer_frame`, from visits that are scored."""
    frame = arrange_response_calendar(cohort, highlight)
    last = frame["patient_id"].map(cohort.last_week)
    following = dict(zip(cohort.weeks, cohort.weeks[1:], strict=False))
    until = frame["week"].map(following).where(frame["week"] < last)
    is_last = (frame["week"] == last).fillna(False).to_numpy(dtype=bool)
    is_end = (frame["week"] == (cohort.weeks[-1] if cohort.weeks else None)).fillna(False).to_numpy(dtype=bool)
    endings = [
        "" if not last_one else TO_THE_END if end else GONE for last_one, end in zip(is_last, is_end, strict=True)
    ]
    patients = pd.Index(cohort.groups.index)
    weeks = pd.Series(rescue_weeks(cohort.visits, rescue, patients, cohort.baseline_week), index=patients)
    given = weeks.reindex(frame["patient_id"]).to_numpy(dtype="float64")
    first = frame["week"] == cohort.baseline_week
    return frame.assign(
        until_week=until.astype("Int64"),
        ending=endings,
        rescue_week=pd.Series(given, index=frame.index).where(first.fillna(False).to_numpy(dtype=bool)),
    )


def draw_swimmer(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `swimmer_frame`."""
    lanes = frame[frame["state"] != LEFT_OUT]
    left_out = int(frame.loc[frame["state"] == LEFT_OUT, "patients"].sum())
    if lanes.empty:
        return empty_figure("Nobody was followed", NOBODY_FOLLOWED)
    weeks = sorted(int(week) for week in lanes["week"].unique())
    lanes = in_rows(lanes.assign(column=lanes["week"].map({week: x for x, week in enumerate(weeks)}).astype("int64")))
    height = int(lanes["row"].max()) + 1
    goes_on = "A colour lasts from the visit at which it was seen until the next."
    said = " ".join(part for part in (goes_on, starting(say_left_out(left_out))) if part)
    drawn = figure(responses_of(lanes), below=said, height=height * _ROW + _TOP + _BOTTOM)
    span = weeks[-1] - weeks[0] or 1
    end = weeks[-1] + _CAP * span
    _add_pieces(drawn, lanes, (height, len(weeks)), [*weeks, end])
    _add_marks(drawn, lanes, end)
    head_groups(drawn, lanes)
    name_rows(
        drawn,
        lanes,
        title={"text": "weeks since baseline"},
        tickvals=far_apart(weeks, span / 20),
        range=[weeks[0] - 0.01 * span, end + 0.02 * span],
        showgrid=True,
    )
    drawn.update_layout(margin={"b": _BOTTOM}, hovermode="closest")
    return drawn


@plots(swimmer_frame, draw_swimmer)
def plot_swimmer() -> None:
    """Draw a swimmer plot: the course of every patient as a lane.

    Returns
    -------
    plotly.graph_objects.Figure
        A lane a patient from the baseline to her last visit, coloured and signed by the class seen at the visit where
        each piece begins; a triangle for an infusion, a star for rescue, an arrow where she was seen to the end, what
        her last visit showed and ⊣ where she was not seen again.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_swimmer(mt.load_visits(), group="arm").layout.title.text.partition("<br>")[0]
    'At week 52, 13 of 23 (IVIg) and 8 of 23 (placebo) have a major response'
    """


def _add_pieces(drawn: go.Figure, lanes: pd.DataFrame, shape: tuple[int, int], edges: Sequence[float]) -> None:
    """A cell from each visit to the next; after the last planned one a narrow cell says what it showed."""
    pieces = plain(lanes[lanes["until_week"].notna() | (lanes["ending"] == TO_THE_END)])
    said = [
        f"{who}: {row.shown} at week {row.week:g}, {row.ending or f'shown to week {row.until_week:g}'}"
        for who, row in zip(as_text(pieces["patient_id"]), pieces.itertuples(), strict=True)
    ]
    signs = [LOOKS[name][1] for name in pieces["shown"]]
    add_response_cells(drawn, pieces, shape, signs=signs, said=said, edges=edges)
    gone = lanes[lanes["ending"] == GONE]
    drawn.add_scatter(
        uid="gone",
        x=gone["week"].astype("float64"),
        y=gone["row"],
        mode="text",
        text=[f" {LOOKS[name][1]} {LOOKS[GONE][1]}" for name in gone["shown"]],
        textposition="middle right",
        textfont={"size": 11},
        customdata=gone["patient_id"],
        showlegend=False,
        hovertemplate=f"week %{{x}}: {GONE}<extra></extra>",
    )
    add_response_key(drawn, {*pieces["shown"], *gone["ending"]})


def _add_marks(drawn: go.Figure, lanes: pd.DataFrame, end: float) -> None:
    infused = lanes[[pd.notna(given) and bool(given) for given in lanes["infusion"]]]
    rescued = lanes[lanes["rescue_week"].notna()]
    followed = lanes[lanes["ending"] == TO_THE_END]
    for uid, rows, at, symbol, colour, words in (
        ("infusions", infused, infused["week"], "triangle-down", colours.INK, "infusion"),
        ("rescue", rescued, rescued["rescue_week"], "star", colours.ACCENT, "rescue"),
        ("followed", followed, followed["week"] * 0 + end, "triangle-right", colours.INK, TO_THE_END),
    ):
        drawn.add_scatter(
            uid=uid,
            x=at.astype("float64"),
            y=rows["row"] - (0.32 if uid == "infusions" else 0),
            mode="markers",
            marker={"symbol": symbol, "size": 8 if uid == "infusions" else 11, "color": colour, "line": {"width": 1}},
            customdata=rows["patient_id"],
            text=rows["week"] if uid == "followed" else at,
            name=words,
            showlegend=bool(len(rows)),
            cliponaxis=False,
            hovertemplate=f"week %{{text}}: {words}<extra></extra>",
        )
