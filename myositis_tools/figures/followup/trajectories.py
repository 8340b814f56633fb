"""Disease activity over time: a line a patient, and what the patients of a group have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import listed
from myositis_tools.figures.followup.findings import say_course
from myositis_tools.figures.followup.trajectory_words import (
    axis_title,
    count_patients,
)
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.sentences import starting
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, lay_out, looks_of_groups, plain, trace_id
from myositis_tools.figures.parts.words_beside import add_numbers
from myositis_tools.figures.patient.total_improvement import add_class_limits
from myositis_tools.frames import require_columns, to_pandas
from myositis_tools.groups import ARM, grouped_by
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.groups_of_patients import RESPONSE, groups_of
from myositis_tools.studies.follow_up.measures import Measure, checked_visits, measure_named
from myositis_tools.studies.follow_up.trajectories import INNER, OUTER, arrange_trajectories

_MOST_NAMED = 3  # groups, at the ends of their lines
_PICTURE, _AXIS, _ROW = 300, 58, 20  # pixels: the picture, its axis, a group's numbers of patients


@shows_score
def trajectory_frame(
    visits: Any,
    *,
    measure: str,
    group: str | None = ARM,
    scale: str = "measured",
    show: str = "both",
    summary: str = "median",
    highlight: Sequence[str] = (),
    weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_trajectories` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit, with ``patient_id``, ``week``, the measure and the column to group by; for a
        measure of the score, what `score_total_improvement` needs. A week in which anybody was seen counts as a
        planned visit of everybody.
    measure : str
        A number among the columns of visits (``mmt8_150``, ``ck_xuln``, ``prednisone_mg_day`` ...), or of the score
        (``tis``, ``points_mmt`` ...), which is then computed.
    group : str, optional
        A column that says which group a patient belongs to, or ``response`` for the class at the last visit. None, or
        a table that names no arm, makes one group of all.
    scale : {"measured", "change", "percent_of_range"}
        As measured, as change since baseline in the same unit, or as change in percent of the range of the scale with
        improvement positive, as the score counts it.
    show : {"individuals", "summary", "both"}
        Lines of patients, the summary of each group, or both.
    summary : {"median", "mean"}
        The median with quartiles, or the mean with its 95 % interval (Student's t).
    highlight : sequence of str
        Patients to point at.
    weeks : sequence of int, optional
        Visits to draw; all by default.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        Columns ``part, group, patient_id, week, value, lower, upper, patients, missing``. A row of part
        ``individual`` is a patient's planned visit, one of ``highlight`` the same of a patient pointed at;
        ``summary`` is a group's visit with the middle, its lower and upper limit, of how many patients it is and how
        many have no value; ``5 to 95 %`` and ``25 to 75 %`` stand for the lines where there are more than 200
        patients; ``left out`` counts the patients seen only once.

    Raises
    ------
    OptionError, MissingColumnError, NotFoundError
        If an option, the column to group by, or a highlighted patient is not there.
    MyositisToolsError
        Whatever the door and the score refuse.

    Missing data
    ------------
    A planned visit without a value is a row without a value: a gap, never bridged or carried forward. Patients
    without a group form the group *not recorded*. A patient seen only once has no trajectory and is counted as left
    out.

    Source
    ------
    Ranges: ``tables.load("core_set_ranges")`` and ``enzymes``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import trajectory_frame
    >>> visits = pd.DataFrame({"patient_id": ["A", "A", "B", "B"], "week": [0, 12, 0, 12],
    ...                        "mmt8_150": [100, 120, 110, None]})
    >>> trajectory_frame(visits, measure="mmt8_150", show="summary")[["week", "value", "patients", "missing"]]
       week  value  patients  missing
    0     0  105.0         2        0
    1    12  120.0         1        1
    """
    table, scoring = to_pandas(visits), ScoreOptions(**score_options)
    chosen, group = measure_named(measure), grouped_by(group, table)
    extra = [group] if group not in (None, RESPONSE) else []
    for name in extra:
        require_columns(table, [name], aim="to group by", expected=f"a column of the visits, or {RESPONSE!r}")
    if chosen.is_scored or group == RESPONSE:
        table = score_visits(table, scoring)
    clean = checked_visits(table, [] if chosen.is_scored else [measure])
    kept = [name for name in (*extra, RESPONSE, measure) if name in table.columns and name not in clean.columns]
    clean = pd.concat([clean, table[kept].reset_index(drop=True)], axis=1)
    return arrange_trajectories(
        clean,
        chosen,
        groups=None if group is None else groups_of(clean, group),
        scale=scale,
        show=show,
        summary=summary,
        highlight=highlight,
        weeks=weeks,
        baseline_week=scoring.baseline_week,
    )


# -------------------------------------------------------------------------------------------------------------- drawing


def draw_trajectories(
    frame: pd.DataFrame,
    *,
    measure: str,
    scale: str = "measured",
    summary: str = "median",
    baseline_week: int = 0,
    population: str = "adult",
) -> go.Figure:
    """Draw a frame made by `trajectory_frame`."""
    chosen = measure_named(measure)
    drawn_rows = frame[frame["part"] != "left out"]
    if drawn_rows[["value", "lower"]].isna().all(axis=None):
        return empty_figure(f"{starting(chosen.label)} cannot be drawn", _why_empty(frame, chosen))
    drawn_rows = plain(drawn_rows)
    weeks = sorted(int(week) for week in drawn_rows["week"].unique())
    groups = list(dict.fromkeys(drawn_rows["group"]))
    room = _ROW * len(groups) + _AXIS + _PICTURE  # pixels
    drawn = figure(say_course(drawn_rows, chosen, scale, summary), height=room + 84)
    looks = looks_of_groups(groups)
    spacing = min((after - before for before, after in pairwise(weeks)), default=4)
    if measure == "tis":
        add_class_limits(drawn, population, weeks[0] - spacing / 2, weeks[-1] + spacing / 2)
    for place, group in enumerate(groups):
        own = drawn_rows[drawn_rows["group"] == group]
        aside = (place - (len(groups) - 1) / 2) * min(0.1 * spacing, 0.5 * spacing / len(groups))
        _add_shares(drawn, own, group, looks[group])
        _add_individuals(drawn, own[own["part"] == "individual"], group, looks[group])
        _add_summary(drawn, own[own["part"] == "summary"], group, looks[group], aside, summary)
    if len(groups) <= _MOST_NAMED:
        _name_lines(drawn, drawn_rows[drawn_rows["part"] == "summary"], looks)
    _add_highlight(drawn, drawn_rows[drawn_rows["part"] == "highlight"])
    add_numbers(drawn, count_patients(frame), groups, weeks, uid="patients", axis="y2")
    margin = max(spacing * 0.6, (weeks[-1] - weeks[0]) * 0.02)
    lay_out(
        drawn,
        hovermode="closest",
        margin={"b": 14},
        yaxis={"domain": [1 - _PICTURE / room, 1], "title": {"text": axis_title(chosen, scale, baseline_week)}},
        yaxis2={
            "domain": [0, _ROW * len(groups) / room],
            "range": [len(groups) - 0.5, -0.5],
            "tickvals": list(range(len(groups))),
            "ticktext": [f"n, {name}" for name in as_text(groups)],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    )
    drawn.update_xaxes(
        title_text="weeks since baseline",
        tickvals=weeks,
        range=[weeks[0] - margin, weeks[-1] + margin],
        anchor="y",
        zeroline=False,
    )
    if measure == "tis":
        drawn.update_layout(margin={"r": 100})
    if scale != "measured":
        drawn.add_hline(y=0, line={"color": colours.QUIET, "width": 1})
    return drawn


@plots(trajectory_frame, draw_trajectories)
def plot_trajectories() -> None:
    """Draw trajectories (spaghetti plot): a measure over time, patient by patient and by group.

    Returns
    -------
    plotly.graph_objects.Figure
        Lines of patients and the summary of each group, told apart by colour, dash and marker, with the number of
        patients under each visit. Missing visits are gaps.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.plot_trajectories(mt.load_visits(), measure="mmt8_150", group="arm", show="summary")
    >>> drawn.layout.title.text.replace("<br>", " ")
    'MMT-8 (of 150) goes from a median of 120 to 133 (IVIg) and 111 to 126 (placebo) by week 52'
    """


def _why_empty(frame: pd.DataFrame, measure: Measure) -> str:
    left_out = frame.loc[frame["part"] == "left out", "patients"].sum()
    if frame[frame["part"] != "left out"].empty and left_out:
        return f"No patient was seen twice: {left_out} seen once, and a trajectory needs two visits."
    if frame.empty:
        return "There is no visit to draw."
    return f"{measure.title} was not recorded at any of these visits."


def _add_shares(drawn: go.Figure, own: pd.DataFrame, group: str, look: tuple[str, str, str]) -> None:
    for part, opacity in ((OUTER[0], 0.12), (INNER[0], 0.22)):
        rows = own[(own["part"] == part) & own["lower"].notna()]
        drawn.add_scatter(
            uid=trace_id(f"band {part} {group}"),
            x=[*rows["week"], *rows["week"][::-1]],
            y=[*rows["upper"], *rows["lower"][::-1]],
            fill="toself",
            fillcolor=look[0],
            opacity=opacity,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            name=f"{as_text([group])[0]}: {part} of patients",
            showlegend=bool(len(rows)),
        )


def _add_individuals(drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[str, str, str]) -> None:
    colour, dash, marker = look
    x, y, patients = _with_breaks(rows)
    drawn.add_scatter(
        uid=trace_id(f"individual {group}"),
        x=x,
        y=y,
        customdata=patients,
        text=as_text(patients),
        mode="lines+markers",
        connectgaps=False,
        opacity=0.28,
        line={"color": colour, "dash": dash, "width": 1},
        marker={"color": colour, "symbol": marker, "size": 4},
        name=f"{as_text([group])[0]}: patients",
        legendgroup=group,
        showlegend=bool(len(rows)),
        hovertemplate="%{text}<br>week %{x}: %{y:.4g}<extra></extra>",
    )


def _with_breaks(rows: pd.DataFrame) -> tuple[list[Any], list[Any], list[Any]]:
    """One line a patient in one trace: an empty place between two patients."""
    if rows.empty:
        return [], [], []
    weeks = rows["week"].nunique()
    shape = (len(rows) // weeks, weeks)
    pad = ((0, 0), (0, 1))
    x = np.pad(rows["week"].to_numpy(dtype="float64").reshape(shape), pad, constant_values=np.nan)
    y = np.pad(rows["value"].to_numpy(dtype="float64").reshape(shape), pad, constant_values=np.nan)
    names = np.repeat(rows["patient_id"].to_numpy(dtype=object).reshape(shape)[:, 0], weeks + 1)
    return _gaps_as_none(x.ravel()), _gaps_as_none(y.ravel()), list(names)


def _gaps_as_none(values: Any) -> list[Any]:
    return [None if value != value else value for value in values.tolist()]


def _add_summary(
    drawn: go.Figure, rows: pd.DataFrame, group: str, look: tuple[str, str, str], aside: float, summary: str
) -> None:
    colour, dash, marker = look
    spread = "quartiles" if summary == "median" else "95 % interval"
    drawn.add_scatter(
        uid=trace_id(f"summary {group}"),
        x=[week + aside for week in rows["week"]],
        y=_gaps_as_none(rows["value"]),
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (rows["upper"] - rows["value"]).to_numpy(),
            "arrayminus": (rows["value"] - rows["lower"]).to_numpy(),
            "thickness": 1.5,
            "width": 4,
        },
        customdata=list(zip(*(rows[name] for name in ("week", "patients", "missing", "lower", "upper")), strict=True)),
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "dash": dash, "width": 3},
        marker={"color": colour, "symbol": marker, "size": 9, "line": {"color": colours.PAPER, "width": 1}},
        name=f"{as_text([group])[0]}: {summary} with {spread}",
        legendgroup=group,
        showlegend=bool(len(rows)),
        hovertemplate=(
            f"{as_text([group])[0]}, week %{{customdata[0]}}<br>{summary} %{{y:.4g}}, {spread} "
            "%{customdata[3]:.4g} to %{customdata[4]:.4g}<br>%{customdata[1]} patients, %{customdata[2]} without a "
            "value<extra></extra>"
        ),
    )


def _name_lines(drawn: go.Figure, rows: pd.DataFrame, looks: Mapping[str, tuple[str, str, str]]) -> None:
    """Write the name of each group over the end of its line."""
    known = rows[rows["value"].notna()].sort_values("week").drop_duplicates("group", keep="last")
    for group, week, value in zip(known["group"], known["week"], known["value"], strict=True):
        drawn.add_annotation(
            text=f"<b>{as_text([group])[0]}</b>",
            x=int(week),
            y=float(value),
            xanchor="right",
            yanchor="bottom",
            xshift=-8,
            yshift=4,
            bgcolor=colours.PAPER,
            opacity=0.9,
            borderpad=1,
            showarrow=False,
            font={"color": looks[group][0]},
        )


def _add_highlight(drawn: go.Figure, rows: pd.DataFrame) -> None:
    x, y, patients = _with_breaks(rows)
    drawn.add_scatter(
        uid="highlight",
        x=x,
        y=y,
        customdata=patients,
        text=as_text(patients),
        mode="lines+markers",
        connectgaps=False,
        line={"color": colours.INK, "width": 3},
        marker={"color": colours.PAPER, "size": 8, "line": {"color": colours.INK, "width": 2}},
        name=f"patient {listed(as_text(rows['patient_id'].unique()), most=3)}",
        showlegend=bool(len(rows)),
        hovertemplate="%{text}<br>week %{x}: %{y:.4g}<extra></extra>",
    )
