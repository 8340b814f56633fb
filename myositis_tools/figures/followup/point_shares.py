"""What the mean Total Improvement Score of a group is made of at each visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.findings import by_group
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.sentences import within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.parts.words_beside import write_at_edge
from myositis_tools.figures.patient.total_improvement import MEASURE_COLOURS, MEASURE_PATTERNS, MOST_POINTS, short_label
from myositis_tools.formatting import between
from myositis_tools.groups import ARM
from myositis_tools.scores.core_set import measures, points_possible
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    FollowedCohort,
    put_together,
    read_cohort,
    say_left_out,
)
from myositis_tools.studies.follow_up.groups_of_patients import require_patients

MEAN, HIGHLIGHT = "mean", "highlight"
_POINTS = {measure: f"points_{measure}" for measure in measures()}
_MOST_NAMED = 12  # bars: with more there is no room for the word
_COLUMNS = (
    *("part", "group", "week", "measure", "label", "points", "points_possible", "tis", "patients", "incomplete"),
    *("not_seen", "patient_id", "tis_min", "tis_max"),
)


@shows_score
def point_shares_frame(
    visits: Any,
    *,
    group: str | None = ARM,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_point_shares` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    group, weeks, **score_options
        As in `response_calendar_frame`.
    highlight : sequence of str
        Patients whose own score is drawn.

    Returns
    -------
    pandas.DataFrame
        One row of part ``mean`` a ``group``, planned visit and measure: ``week, measure, label, points`` (the mean),
        ``points_possible, tis`` (the mean score, their sum), of how many ``patients``, how many were seen with an
        ``incomplete`` score and how many ``not_seen``. A row of part ``highlight`` is the score of a ``patient_id``
        pointed at, with its bounds ``tis_min`` and ``tis_max``; ``left out`` counts those never seen after the
        baseline.

    Raises
    ------
    NotFoundError
        If a patient pointed at is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or the column to group by.

    Missing data
    ------------
    A mean is of the patients whose score is complete at the visit, so that the measures add up to it; the others are
    counted. It is of other patients at each visit: a rise can come from who is still seen.

    Source
    ------
    ``tables.load("improvement_points")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.point_shares_frame(mt.load_visits(), group="arm")
    >>> at_12 = frame[(frame["week"] == 12) & (frame["measure"] == "mmt")]
    >>> at_12[["group", "points", "tis", "patients", "incomplete", "not_seen"]].round(1)
          group  points   tis  patients  incomplete  not_seen
    14     IVIg    10.8  47.5        21           2         0
    44  placebo     8.5  28.6        20           1         2
    """
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group, weeks=weeks)
    return arrange_point_shares(cohort, highlight=highlight)


def arrange_point_shares(cohort: FollowedCohort, *, highlight: Sequence[str] = ()) -> pd.DataFrame:
    """As `point_shares_frame`, from visits that are scored."""
    require_patients(highlight, pd.Index(cohort.groups.index))
    needed = ["patient_id", "week", "tis", "tis_min", "tis_max", *_POINTS.values()]
    own = cohort.visits.loc[cohort.visits["week"].isin(cohort.later_weeks).to_numpy(), needed]
    of_each = cohort.group_of.to_numpy()[cohort.followed.get_indexer(own["patient_id"])]
    own = own.assign(group=of_each)
    complete = own[own["tis"].notna()]
    means = complete.groupby(["group", "week"])[[*_POINTS.values(), "tis"]].mean()
    counts, seen = (of.groupby(["group", "week"]).size() for of in (complete, own))
    sizes = cohort.group_of.value_counts()
    grid = pd.MultiIndex.from_product([cohort.group_names, cohort.later_weeks], names=["group", "week"])
    parts = []
    if len(grid):
        wide = means.reindex(grid).assign(
            patients=counts.reindex(grid).fillna(0), seen=seen.reindex(grid).fillna(0), part=MEAN
        )
        wide = wide.reset_index()
        wide["not_seen"] = wide["group"].map(sizes) - wide["seen"]
        wide["incomplete"] = wide["seen"] - wide["patients"]
        for place, (measure, column) in enumerate(_POINTS.items()):
            named = {"measure": measure, "label": short_label(measure), "points_possible": points_possible(measure)}
            parts.append(wide.assign(points=wide[column], order=place, **named))
        frame = pd.concat(parts)
        frame["row"] = frame.index
        parts = [frame.sort_values(["row", "order"])]
    pointed_at = own[own["patient_id"].isin(list(highlight))].sort_values(["patient_id", "week"])
    names = ["group", "week", "tis", "tis_min", "tis_max", "patient_id"]
    parts += [pointed_at[names].assign(part=HIGHLIGHT)] if len(pointed_at) else []
    frame = put_together(parts, _COLUMNS, cohort.left_out)
    whole = ("week", "patients", "incomplete", "not_seen")
    return frame.assign(**{name: frame[name].astype("Int64") for name in whole})


def draw_point_shares(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `point_shares_frame`."""
    title = "There is no mean score to draw"
    means = frame[frame["part"] == MEAN]
    if means.empty:
        return empty_figure(title, NOBODY_FOLLOWED)
    if means["points"].isna().all():
        return empty_figure(title, "No patient has a complete score at any of these visits.")
    drawn = figure(_title(means), height=500, heads=24)
    groups = list(dict.fromkeys(means["group"]))
    weeks = sorted(int(week) for week in means["week"].unique())
    places = {
        (name, week): place * (len(weeks) + 1) + order
        for place, name in enumerate(groups)
        for order, week in enumerate(weeks)
    }
    for measure in measures():
        _add_pieces(drawn, means[means["measure"] == measure], measure, places)
    visits = means.drop_duplicates(["group", "week"])
    at = [places[key] for key in zip(visits["group"], visits["week"], strict=True)]
    drawn.add_scatter(
        uid="totals",
        x=at,
        y=[0 if total != total else total for total in visits["tis"]],
        mode="text",
        text=["no complete<br>score" if total != total else f"<b>{total:.1f}</b>" for total in visits["tis"]],
        textposition="top center",
        hoverinfo="skip",
        showlegend=False,
    )
    _add_patients(drawn, frame[frame["part"] == HIGHLIGHT], places)
    for name in groups:
        drawn.add_annotation(
            text=f"<b>{as_text([name])[0]}</b>",
            x=places[name, weeks[0]] - 0.45,
            y=1,
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    drawn.update_xaxes(
        tickvals=at,
        ticktext=[
            f"{'week ' if len(at) <= _MOST_NAMED else ''}{row.week}<br>n {row.patients}"
            + (f"<br>? {row.incomplete}" if row.incomplete else "<br>")
            + (f"<br>× {row.not_seen}" if row.not_seen else "")
            for row in visits.itertuples()
        ],
        range=[-0.7, max(at) + 0.7],
        tickangle=0,
        tickfont={"size": 11},
        showgrid=False,
    )
    highest = max(visits["tis"].max(), frame.loc[frame["part"] == HIGHLIGHT, "tis_max"].max())
    drawn.update_yaxes(range=[0, min(MOST_POINTS, highest) * 1.15 or 1.0], title_text="mean points<br>higher is better")
    left_out = say_left_out(int(frame.loc[frame["part"] == LEFT_OUT, "patients"].fillna(0).sum()))
    text = "n with a complete score · ? seen, score not complete · × not seen" + f"<br>{left_out}" * bool(left_out)
    write_at_edge(drawn, text, above=False, shift=-76, colour=colours.QUIET)
    drawn.update_layout(barmode="stack", bargap=0.25, margin={"b": 110}, hovermode="closest")
    return drawn


@plots(point_shares_frame, draw_point_shares)
def plot_point_shares() -> None:
    """Draw stacked contributions: what the mean Total Improvement Score of each group is made of at each visit.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a visit and group, stacked from the mean points of each measure, with the numbers of patients it is of,
        and of those without a complete score.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_point_shares(mt.load_visits(), group="arm").layout.title.text
    'At week 52 the mean score is 56.8 (IVIg) and 48.2<br>(placebo); most points come from physician global activity'
    """


def _title(means: pd.DataFrame) -> str:
    """The mean at the last visit that has one, and the measure that gives most of it."""
    known = means[means["tis"].notna()]
    week = int(known["week"].max())
    last = known[known["week"] == week]
    totals = last.drop_duplicates("group").set_index("group")["tis"]
    most = last.groupby("label", sort=False)["points"].sum().idxmax()
    said = by_group({str(name): f"{total:.1f}" for name, total in totals.items()})
    return f"At week {week} the mean score is {said}; most points come from {as_text([within(str(most))])[0]}"


def _add_pieces(drawn: go.Figure, rows: pd.DataFrame, measure: str, places: dict[tuple[str, int], int]) -> None:
    label = rows["label"].iloc[0]
    drawn.add_bar(
        uid=f"points_{measure}",
        x=[places[key] for key in zip(rows["group"], rows["week"], strict=True)],
        y=[None if points != points else points for points in rows["points"]],
        name=label,
        marker={
            "color": MEASURE_COLOURS[measure],
            "line": {"color": colours.PAPER, "width": 1},
            "pattern": MEASURE_PATTERNS[measure],
        },
        text=[
            f"{as_text([row.group])[0]}, week {row.week}<br>{label}: mean {row.points:.1f} of "
            f"{row.points_possible:g} points<br>{row.patients} patients"
            for row in rows.itertuples()
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _add_patients(drawn: go.Figure, rows: pd.DataFrame, places: dict[tuple[str, int], int]) -> None:
    rows = rows[rows["tis_min"].notna()]
    half = (rows["tis_max"] - rows["tis_min"]) / 2
    drawn.add_scatter(
        uid="highlight",
        x=[places[key] for key in zip(rows["group"], rows["week"], strict=True)],
        y=rows["tis_min"] + half,
        error_y={
            "type": "data",
            "array": half.to_numpy(dtype="float64"),
            "color": colours.INK,
            "thickness": 2,
            "width": 6,
        },
        text=[between(row.tis_min, row.tis_max) for row in rows.itertuples()],
        mode="markers",
        marker={"symbol": "diamond", "size": 12, "color": colours.PAPER, "line": {"color": colours.INK, "width": 3}},
        customdata=rows["patient_id"],
        name=f"score of patient {', '.join(as_text(rows['patient_id'].unique()))}",
        showlegend=bool(len(rows)),
        cliponaxis=False,
        hovertemplate="%{text} points<extra></extra>",
    )
