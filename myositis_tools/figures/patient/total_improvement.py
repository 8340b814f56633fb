"""The Total Improvement Score of one patient over time: the points of each measure on top of each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import NotFoundError, listed, nearest
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import CLASS_SIGNS, as_text, empty_figure, figure
from myositis_tools.formatting import between
from myositis_tools.frames import checked_pandas, columns, require_columns, to_pandas
from myositis_tools.scores.core_set import measure_label, measures, points_possible
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.response_states import NO_VISIT
from myositis_tools.studies.follow_up.schedule import weeks_of_one
from myositis_tools.tables import records, source

MEASURE_COLOURS = MappingProxyType(dict(zip(measures(), colours.MEASURES, strict=True)))
MEASURE_PATTERNS = MappingProxyType(
    {
        measure: {"shape": shape, "fgcolor": colours.PAPER, "fillmode": "overlay", "solidity": 0.2, "size": 6}
        for measure, shape in zip(measures(), ("", "/", "-", "x", ".", "\\"), strict=True)
    }
)
# As clinicians write it; the word stands beside it wherever there is room.
SCORED = "scored"
_BAR_SHARE = 0.6  # of the time between two visits


@shows_score
def total_improvement_frame(visits: Any, patient_id: str | int, **score_options: Unpack[ScoreKeywords]) -> pd.DataFrame:
    """Give exactly what `plot_total_improvement` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`; a week in which more than half of those followed were seen counts as a planned
        visit of the patient (every week, where there is none).
    patient_id : str or int
        The patient.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row a planned visit after baseline and measure: ``week, state`` (``scored`` or ``no visit``), ``measure,
        label, points, points_possible, tis, tis_min, tis_max, response, missing``; words are empty where
        there is nothing to say.

    Raises
    ------
    NotFoundError
        If there is no such patient.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A measure that was not recorded has no points, and the total stands between ``tis_min`` and ``tis_max``. A planned
    visit that did not take place has rows without points.

    Source
    ------
    ``tables.load("improvement_points")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import total_improvement_frame
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A"], "week": [0, 12], "physician_global_cm": [6.0, 3.4],
    ...     "patient_global_cm": [5.0, 4.0], "mmt8_150": [120, 135], "haq_di": [1.5, 1.0],
    ...     "ck_xuln": [8.0, 3.0], "extramuscular_cm": [3.0, 2.0]})
    >>> total_improvement_frame(visits, "A")["points"].tolist()
    [17.5, 2.5, 10.0, 7.5, 7.5, 7.5]
    """
    table, scoring = to_pandas(visits), ScoreOptions(**score_options)
    scored = score_visits(rows_of(table, patient_id), scoring)
    return arrange_points(
        scored, weeks=planned_weeks(table, patient_id, scoring.baseline_week), baseline_week=scoring.baseline_week
    )


def rows_of(visits: pd.DataFrame, patient_id: str | int) -> pd.DataFrame:
    """Take one patient's visits.

    Raises
    ------
    NotFoundError
        If there is no such patient.
    """
    require_columns(visits, ("patient_id",))
    identifiers = visits["patient_id"].astype(str)
    own = visits[(identifiers == str(patient_id)).to_numpy()]
    if own.empty:
        known = list(map(str, identifiers.dropna().unique()))
        raise NotFoundError(
            f"There is no patient {patient_id!r}.",
            where="column patient_id",
            expected=listed(known, most=5),
            hint=nearest(patient_id, known) if known else "the table is empty",
        )
    return own


def planned_weeks(visits: pd.DataFrame, patient_id: str | int, baseline_week: int = 0) -> list[int]:
    """The weeks of a patient's own visits and of those that were planned, in their order.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If the visits have no weeks.
    """
    table = to_pandas(visits, ["patient_id", "week"])
    weeks = checked_pandas(table[["week"]], "visits", ["week"])["week"]
    known = weeks.notna().to_numpy()
    seen = weeks[known].groupby(table["patient_id"].astype(str).to_numpy()[known]).agg(list)
    return weeks_of_one(seen.to_dict(), str(patient_id), baseline_week=baseline_week)


def arrange_points(scored: pd.DataFrame, *, weeks: Sequence[int], baseline_week: int) -> pd.DataFrame:
    """As `total_improvement_frame`, from one patient's scored visits and the planned weeks."""
    by_week = {int(row["week"]): row for row in scored.to_dict("records")}
    rows = [
        {
            "week": week,
            "state": SCORED if week in by_week else NO_VISIT,
            "measure": measure,
            "label": measure_label(measure),
            "points": by_week.get(week, {}).get(f"points_{measure}"),
            "points_possible": points_possible(measure),
            **{name: by_week.get(week, {}).get(name) for name in ("tis", "tis_min", "tis_max", "response")},
            "missing": by_week.get(week, {}).get("missing", NO_VISIT),
        }
        for week in weeks
        if week > baseline_week
        for measure in measures()
    ]
    names = ["week", "state", "measure", "label", "points", "points_possible", "tis", "tis_min", "tis_max"]
    frame = pd.DataFrame(rows, columns=[*names, "response", "missing"])
    numbers = ["points", "points_possible", "tis", "tis_min", "tis_max"]
    frame[numbers] = frame[numbers].astype("float64")
    frame["response"] = [word if isinstance(word, str) else "" for word in frame["response"]]
    return frame


def draw_total_improvement(frame: pd.DataFrame, patient_id: str | int, *, population: str = "adult") -> go.Figure:
    """Draw a frame made by `total_improvement_frame`."""
    who = f"Patient {as_text([patient_id])[0]}"
    why = why_no_points(frame)
    if why:
        return empty_figure(f"{who} has no score", why)
    drawn = figure(f"{who} {say_last_score(frame)}", height=440)
    add_points(drawn, frame, population)
    drawn.update_xaxes(title_text="weeks since baseline", tickvals=sorted(frame["week"].unique()), zeroline=False)
    drawn.update_yaxes(range=[0, 1.15 * MOST_POINTS], title_text="Total Improvement Score, points<br>higher is better")
    drawn.update_layout(margin={"r": 110}, legend={"traceorder": "normal"})
    return drawn


def say_last_score(frame: pd.DataFrame) -> str:
    """What the last visit with a score, or with bounds of one, showed."""
    known = frame[frame["tis_min"].notna()]
    if known.empty:
        return "has no score"
    last = known.loc[known["week"].idxmax()]
    points = between(last["tis_min"], last["tis_max"])
    answer = {"": "a response that is not certain", "none": "no response"}
    response = answer.get(last["response"], f"a {last['response']} response")
    return f"has {response} at week {last['week']:g}: {points} of {MOST_POINTS:g} points"


@plots(total_improvement_frame, draw_total_improvement)
def plot_total_improvement() -> None:
    """Draw one patient's Total Improvement Score over time.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a visit, stacked from the points of each measure, with the limits of the classes from the table. Where a
        measure is missing a bracket shows what the total could still be.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_total_improvement(mt.load_visits(), "P184").layout.title.text
    'Patient P184 has a major response at week 52: 87.5 of 100 points'
    """


MOST_POINTS = columns("responses")["tis"].maximum or 0.0


def why_no_points(frame: pd.DataFrame) -> str:
    """Say why there is nothing to draw; empty where there is something."""
    if frame.empty:
        return "There is no visit after baseline, and a score needs one."
    seen = frame[frame["state"] == SCORED]
    if seen.empty:
        return "The patient was not seen again after baseline."
    if seen["points"].isna().all():
        return f"No score: {listed(dict.fromkeys(seen['missing']), most=2)}."
    return ""


def short_label(measure: str) -> str:
    """A measure as a legend has room for it, whatever instrument it is measured by."""
    return columns("responses")[f"points_{measure}"].label.removeprefix("points for ")


def add_points(drawn: go.Figure, frame: pd.DataFrame, population: str, **cell: Any) -> None:
    """Draw the stacked points, what they could still be, and the limits of the classes, into a figure or its cell."""
    weeks = sorted(int(week) for week in frame["week"].unique())
    spacing = min((after - before for before, after in pairwise(weeks)), default=10)
    for measure in measures():
        rows, label = frame[frame["measure"] == measure], short_label(measure)
        drawn.add_bar(
            uid=f"points_{measure}",
            x=rows["week"],
            y=[None if points != points else points for points in rows["points"]],
            width=_BAR_SHARE * spacing,
            name=label,
            marker={
                "color": MEASURE_COLOURS[measure],
                "line": {"color": colours.PAPER, "width": 1},
                "pattern": MEASURE_PATTERNS[measure],
            },
            customdata=rows["points_possible"],
            hovertemplate=f"week %{{x}}<br>{label}: %{{y:g}} of %{{customdata:g}} points<extra></extra>",
            **cell,
        )
    visits = frame.drop_duplicates("week")
    _add_totals(drawn, visits[visits["state"] == SCORED], **cell)
    absent = visits[visits["state"] == NO_VISIT]
    drawn.add_scatter(
        uid="no_visit",
        x=absent["week"],
        y=[3] * len(absent),
        mode="markers",
        marker={"symbol": "x-thin", "size": 9, "color": colours.QUIET, "line": {"color": colours.QUIET, "width": 2}},
        name="no visit",
        showlegend=bool(len(absent)) and not cell,
        hovertemplate="week %{x}: no visit<extra></extra>",
        **cell,
    )
    add_class_limits(drawn, population, weeks[0] - 0.6 * spacing, weeks[-1] + 0.6 * spacing, **cell)
    drawn.update_layout(barmode="stack")


def _add_totals(drawn: go.Figure, visits: pd.DataFrame, **cell: Any) -> None:
    whole, open_ = visits[visits["tis"].notna()], visits[visits["tis"].isna() & visits["tis_max"].notna()]
    drawn.add_scatter(
        uid="bounds",
        x=open_["week"],
        y=open_["tis_min"],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": open_["tis_max"] - open_["tis_min"],
            "arrayminus": [0] * len(open_),
            "thickness": 2,
            "width": 7,
            "color": colours.INK,
        },
        mode="markers",
        marker={"symbol": "line-ew", "size": 12, "color": colours.INK, "line": {"width": 2, "color": colours.INK}},
        customdata=list(zip(open_["tis_max"], as_text(open_["missing"]), strict=True)),
        name="what the total could still be",
        showlegend=bool(len(open_)),
        hovertemplate="week %{x}: between %{y:g} and %{customdata[0]:g} points<br>%{customdata[1]}<extra></extra>",
        **cell,
    )
    drawn.add_scatter(
        uid="totals",
        x=[*whole["week"], *open_["week"]],
        y=[*whole["tis"], *open_["tis_max"]],
        text=[
            *(f"{row.tis:g}<br>{CLASS_SIGNS[row.response]}" for row in whole.itertuples()),
            *(f"?<br>{CLASS_SIGNS.get(row.response, '')}" for row in open_.itertuples()),
        ],
        mode="text",
        textposition="top center",
        textfont={"size": 12},
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
        **cell,
    )


def add_class_limits(drawn: go.Figure, population: str, start: float, end: float, **cell: Any) -> None:
    """Draw the lowest score of each class, from the table, with its source on hovering."""
    for row in records("improvement_classes"):
        limit = row["minimum_score"]
        if row["population"] != population or not limit:
            continue
        name = str(row["response"])
        cited = as_text([source(str(row["source"])).citation, f"{row['place']} ({row['evidence']})"])
        drawn.add_scatter(
            uid=f"limit_{name}",
            x=[start, end],
            y=[limit, limit],
            mode="lines+text",
            text=["", f" {name} {CLASS_SIGNS[name]}"],
            textposition="middle right",
            textfont={"size": 12, "color": colours.INK},
            line={"color": colours.INK, "dash": "dot", "width": 1},
            showlegend=False,
            cliponaxis=False,
            hovertemplate=f"{name} from {limit:g} points ({population})<br>{'<br>'.join(cited)}<extra></extra>",
            **cell,
        )
