"""The Total Improvement Score of every patient at one visit, the highest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.findings import BEST, by_group, say_responses
from myositis_tools.figures.followup.time_to_response import as_steps
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, looks_of_groups
from myositis_tools.figures.parts.words_beside import write_at_edge
from myositis_tools.figures.patient.total_improvement import MOST_POINTS, add_class_limits
from myositis_tools.formatting import between, many
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    FollowedCohort,
    put_together,
    read_cohort,
    say_left_out,
)
from myositis_tools.studies.follow_up.groups_of_patients import in_order, require_patients
from myositis_tools.studies.follow_up.response_states import GONE, NO_VISIT
from myositis_tools.studies.follow_up.trajectories import MOST_LINES

PATIENT, SHARE, NOT_SEEN, HIGHLIGHT = "patient", "share", "not seen", "highlight"
_PATTERNS = ("", "/", ".", "\\", "x", "-", "|", "+")
_COLUMNS = (
    *("part", "group", "place", "patient_id", "shown", "tis", "tis_min", "tis_max", "missing"),
    *("percent", "percent_possible", "patients"),
)


@shows_score
def waterfall_frame(
    visits: Any,
    *,
    week: int,
    group: str | None = ARM,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_waterfall` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    week : int
        The visit.
    group : str, optional
        A column that says which group a patient belongs to. None, or a table that names no arm, makes one group of
        all.
    highlight : sequence of str
        Patients to point at.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row of part ``patient`` a patient who was scored or could have been, the highest score first: ``group,
        place`` (from 0), ``patient_id, shown`` (a class or ``not certain``), ``tis, tis_min, tis_max, missing``. Of
        more than 200 patients, rows of part ``share`` instead: for each score ``tis``, the ``percent`` of the group's
        ``patients`` seen who reach it for certain, and ``percent_possible`` whatever is missing. ``highlight`` are the
        patients pointed at, ``not seen`` those followed but not at this visit, ``left out`` counts those never seen
        after the baseline.

    Raises
    ------
    NotFoundError
        If nobody has a visit in that week, or a patient pointed at is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or the column to group by.

    Missing data
    ------------
    A score that is not certain stands by its lower bound, with the upper one beside it. Who was not seen has no place
    among those who were, and is counted.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.waterfall_frame(mt.load_visits(), week=12, group="arm")
    >>> frame[["group", "place", "patient_id", "tis_min", "tis_max", "shown"]].head(2)
         group  place patient_id  tis_min  tis_max  shown
    0  placebo      0       P184     80.0     92.5  major
    1     IVIg      1       P050     75.0     75.0  major
    """
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group)
    return arrange_waterfall(cohort, week=week, highlight=highlight)


def arrange_waterfall(cohort: FollowedCohort, *, week: int, highlight: Sequence[str] = ()) -> pd.DataFrame:
    """As `waterfall_frame`, from visits that are scored."""
    require_patients(highlight, pd.Index(cohort.groups.index))
    parts = []
    if len(cohort.followed):
        found = cohort.at(week)
        is_seen = ~found["shown"].isin([NO_VISIT, GONE])
        known = found[is_seen & found["tis_min"].notna()]
        known = known.sort_values(["tis_min", "tis_max", "patient_id"], ascending=[False, False, True])
        known = known.assign(part=PATIENT, place=range(len(known)))
        if len(known) > MOST_LINES:
            parts += [_shares(known[(known["group"] == name).to_numpy()], name) for name in cohort.group_names]
        else:
            parts.append(known)
        parts.append(_pointed_at(known, highlight))
        absent = found[~is_seen | found["tis_min"].isna()].assign(part=NOT_SEEN)
        parts.append(absent[["part", "group", "patient_id", "shown", "missing"]])
    frame = put_together(parts, _COLUMNS, cohort.left_out)
    return frame.assign(**{name: frame[name].astype("Int64") for name in ("place", "patients")})


def _shares(own: pd.DataFrame, group: str) -> pd.DataFrame:
    """The percentage that reaches each score, for certain and possibly."""
    lowest, highest = (np.sort(own[name].to_numpy(dtype="float64")) for name in ("tis_min", "tis_max"))
    scores = np.unique([0.0, *lowest, *highest])
    reached = [100 * (1 - np.searchsorted(bound, scores) / max(1, len(own))) for bound in (lowest, highest)]
    table = {"part": SHARE, "group": group, "tis": scores, "percent": reached[0], "percent_possible": reached[1]}
    return pd.DataFrame(table | {"patients": len(own)})


def _pointed_at(known: pd.DataFrame, highlight: Sequence[str]) -> pd.DataFrame:
    """Those pointed at, with the percentage of their group that certainly reaches as much."""
    own = known[known["patient_id"].isin(list(highlight))]
    as_much = [
        100 * (known.loc[known["group"] == row.group, "tis_min"] >= row.tis_min).mean() for row in own.itertuples()
    ]
    return own.assign(part=HIGHLIGHT, percent=np.array(as_much, dtype="float64"))


def draw_waterfall(frame: pd.DataFrame, *, week: int, population: str = "adult") -> go.Figure:
    """Draw a frame made by `waterfall_frame`."""
    title = f"Nobody has a score at week {week}"
    bars, curves = frame[frame["part"] == PATIENT], frame[frame["part"] == SHARE]
    absent = frame[frame["part"] == NOT_SEEN]
    if bars.empty and curves.empty:
        nobody = f"No patient has a score at week {week}: {many(len(absent))} followed."
        return empty_figure(title, nobody if len(absent) else NOBODY_FOLLOWED)
    drawn = figure(_title(bars, curves, week), height=500, heads=44)
    groups = in_order(frame["group"].dropna())
    for place, name in enumerate(groups):
        missed = int((absent["group"] == name).sum())
        look = (looks_of_groups(groups)[name], _PATTERNS[place])
        if len(curves):
            _add_curve(drawn, curves[curves["group"] == name], name, look[0], missed)
        else:
            _add_bars(drawn, bars[bars["group"] == name], name, look, missed)
    last = 100.0 if len(curves) else len(bars) - 0.4
    if not len(curves):
        _add_bounds(drawn, bars)
    _add_highlight(drawn, frame[frame["part"] == HIGHLIGHT], at="percent" if len(curves) else "place")
    add_class_limits(drawn, population, -0.6, last)
    across = (
        {"title_text": "percentage of the patients seen who reach the score", "ticksuffix": " %", "range": [-1, 101]}
        if len(curves)
        else {"title_text": f"{many(len(bars))} with a score, the highest first", "showticklabels": False, "ticks": ""}
    )
    drawn.update_xaxes(**across, showgrid=bool(len(curves)))
    drawn.update_yaxes(
        range=[-0.03 * MOST_POINTS, 1.08 * MOST_POINTS],
        title_text="Total Improvement Score, points<br>higher is better",
    )
    if not len(curves):
        drawn.update_xaxes(range=[-1, len(bars)])
    drawn.update_layout(margin={"r": 110}, bargap=0.15, hovermode="closest")
    _say(drawn, frame)
    return drawn


@plots(waterfall_frame, draw_waterfall)
def plot_waterfall() -> None:
    """Draw a waterfall plot: the Total Improvement Score of every patient at one visit, the highest first.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a patient, groups told apart by colour, pattern and marker; a bracket where the score is not certain; the
        limits of the classes. Of more than 200 patients, a curve a group: which percentage reaches which score.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_waterfall(mt.load_visits(), week=12, group="arm").layout.title.text
    'At week 12, 6 of 23 (IVIg) and 2 of 21 (placebo) have a major response'
    """


def _title(bars: pd.DataFrame, curves: pd.DataFrame, week: int) -> str:
    """How many have the best response; of curves, the score that half of each group reach."""
    if len(curves):
        halves = curves[curves["percent"] >= 50].groupby("group", sort=False)["tis"].max()
        said = by_group({str(name): f"{score:g}" for name, score in halves.items()})
        return f"At week {week}, half of the patients reach {said} points"
    names = in_order(bars["group"])
    of = {str(name): bars.loc[bars["group"] == name, "shown"] for name in names}
    return say_responses({name: (int((shown == BEST).sum()), len(shown)) for name, shown in of.items()}, week)


def _name(group: str, seen: int, missed: int) -> str:
    return f"{as_text([group])[0]}: {seen} seen" + (f", {missed} without a score" if missed else "")


def _add_bars(drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[Any, str], missed: int) -> None:
    (colour, _, marker), pattern = look
    low = rows["tis_min"].to_numpy(dtype="float64")
    number = len(drawn.data) // 2
    drawn.add_bar(
        uid=f"bars_{number}",
        x=rows["place"],
        y=low,
        marker={
            "color": colour,
            "line": {"width": 0},
            "pattern": {"shape": pattern, "fgcolor": colours.PAPER, "fillmode": "overlay", "solidity": 0.25, "size": 5},
        },
        customdata=rows["patient_id"],
        text=_in_words(rows),
        textposition="none",
        showlegend=False,
        hovertemplate="%{text}<extra></extra>",
    )
    drawn.add_scatter(
        uid=f"tops_{number}",
        x=rows["place"],
        y=low,
        mode="markers",
        marker={"color": colour, "symbol": marker, "size": 8, "line": {"color": colours.PAPER, "width": 1}},
        customdata=rows["patient_id"],
        text=_in_words(rows),
        name=_name(group, len(rows), missed),
        hovertemplate="%{text}<extra></extra>",
    )


def _in_words(rows: pd.DataFrame) -> list[str]:
    said = []
    for row in rows.itertuples():
        patient, group, missing = as_text([row.patient_id, row.group, row.missing])
        points = f"{between(row.tis_min, row.tis_max)} points"
        said.append(f"{patient}, {group}<br>{points}: {row.shown}" + (f"<br>{missing}" if missing else ""))
    return said


def _add_bounds(drawn: go.Figure, bars: pd.DataFrame) -> None:
    rows = bars[bars["tis"].isna()]
    drawn.add_scatter(
        uid="bounds",
        x=rows["place"],
        y=rows["tis_min"],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (rows["tis_max"] - rows["tis_min"]).to_numpy(dtype="float64"),
            "arrayminus": [0] * len(rows),
            "thickness": 2,
            "width": 4,
            "color": colours.INK,
        },
        mode="markers",
        marker={"symbol": "line-ew", "size": 10, "color": colours.INK, "line": {"width": 2, "color": colours.INK}},
        name="what the score could still be",
        showlegend=bool(len(rows)),
        hoverinfo="skip",
    )


def _add_curve(drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[str, str, str], missed: int) -> None:
    colour, dash, marker = look
    number, name = len(drawn.data) // 2, as_text([group])[0]
    scores = rows["tis"].to_numpy(dtype="float64")
    lower, upper = rows["percent"].to_numpy(dtype="float64"), rows["percent_possible"].to_numpy(dtype="float64")
    certain, possible = as_steps(lower, scores), as_steps(upper, scores)
    drawn.add_scatter(
        uid=f"possible_{number}",
        x=[*certain[0], *possible[0][::-1]],
        y=[*certain[1], *possible[1][::-1]],
        fill="toself",
        fillcolor=colour,
        opacity=0.25,
        line={"width": 0},
        mode="lines",
        name=f"{name}: possible, with what is missing",
        showlegend=bool((upper > lower).any()),
        hoverinfo="skip",
    )
    drawn.add_scatter(
        uid=f"reached_{number}",
        x=lower,
        y=scores,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2.5, "shape": "hv"},
        marker={"symbol": marker, "size": 6},
        name=_name(group, int(rows["patients"].iloc[0]) if len(rows) else 0, missed),
        hovertemplate=f"{name}: %{{x:.1f}} % reach %{{y:g}} points<extra></extra>",
    )


def _add_highlight(drawn: go.Figure, rows: pd.DataFrame, *, at: str) -> None:
    names = as_text(rows["patient_id"])
    drawn.add_scatter(
        uid="highlight",
        x=rows[at].astype("float64"),
        y=rows["tis_min"],
        text=[f"<b>{name}</b>" for name in names],
        mode="markers+text",
        textposition="top center",
        marker={"symbol": "circle-open", "size": 14, "color": colours.INK, "line": {"width": 3}},
        name=f"patient {', '.join(names)}",
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _say(drawn: go.Figure, frame: pd.DataFrame) -> None:
    absent = frame[frame["part"] == NOT_SEEN]
    parts = [
        f"{(absent['shown'] == state).sum()} {words}"
        for state, words in ((NO_VISIT, "missed this visit and came again"), (GONE, "not seen from here on"))
        if (absent["shown"] == state).any()
    ]
    nothing = len(absent) - absent["shown"].isin([NO_VISIT, GONE]).sum()
    parts += [f"{nothing} without a baseline to compare with"] if nothing else []
    left_out = say_left_out(int(frame.loc[frame["part"] == LEFT_OUT, "patients"].sum()))
    lines = ["Without a score: " + " · ".join(parts) if parts else "", left_out]
    text = "<br>".join(line for line in lines if line)
    write_at_edge(drawn, text, at_top=True, above=True, shift=6, colour=colours.QUIET)
