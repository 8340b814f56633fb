"""Class of response of every patient at every visit, with infusions and prednisone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    Cohort,
    evenly,
    many,
    read_cohort,
    say_left_out,
)
from myositis_tools.figures.response_states import BASELINE, CLASSES, LOOKS, NOT_CERTAIN
from myositis_tools.figures.theme import BLACK, GREY, INK, as_text, empty_figure, figure, inked, plain
from myositis_tools.figures.total_improvement import NO_VISIT, SCORED
from myositis_tools.figures.trajectories import require_patients

MOST_PATIENTS = 48  # rows that can be read on one page
_EMPTY = "\u2007"  # as wide as a digit, and not taken away at an end
_MOST_DOSES = 10  # visits: with more there is no room for a dose in a cell
_ROW, _TOP, _BOTTOM = 22, 90, 84  # pixels
_EXTRA = ("infusion", "prednisone_mg_day")
_COLUMNS = (
    *("group", "place", "patient_id", "week", "state", "shown", "tis", "tis_min", "tis_max", "missing"),
    *_EXTRA,
    *("patients", "highlighted"),
)


def response_calendar_frame(
    visits: Any,
    *,
    group: str | None = None,
    baseline_week: int = 0,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Any,
) -> pd.DataFrame:
    """Give exactly what `plot_response_calendar` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`. ``infusion`` and ``prednisone_mg_day`` are shown if they are there.
    group : str, optional
        A column that says which group a patient belongs to, such as ``arm``.
    baseline_week : int
        The visit that all others are compared with; none before it is shown.
    weeks : sequence of int, optional
        The planned visits. By default the weeks in which anybody who was followed was seen.
    highlight : sequence of str, optional
        Patients to point at, shown in any case.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row a patient and planned visit, by group and then the best class, the soonest reached first: ``group``,
        ``place`` (of the patient's row, from 0), ``patient_id, week, state`` (``baseline``, ``scored`` or ``no
        visit``), ``shown`` (a class, ``not certain``, ``no visit`` or ``baseline``), ``tis, tis_min, tis_max,
        missing, infusion, prednisone_mg_day``, ``patients``, of how many in the group, and ``highlighted``. Of more
        than 48 patients every so-manieth is shown. A row of state ``left out`` counts in ``patients`` those never seen
        after baseline.

    Raises
    ------
    OptionError, MissingColumnError
        If the column to group by is not there or says two things of one patient.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A planned visit without a row is ``no visit``; one whose bounds reach over a threshold is ``not certain``.

    Source
    ------
    ``tables.load("improvement_classes")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.response_calendar_frame(mt.load_visits(), group="arm")
    >>> frame.loc[frame["patient_id"] == "P184", ["week", "shown", "prednisone_mg_day"]].tail(2)
         week  shown  prednisone_mg_day
    142    26  major                7.5
    143    52  major                2.5
    """
    cohort = read_cohort(visits, group=group, baseline_week=baseline_week, weeks=weeks, **score_options)
    return arrange_response_calendar(cohort, highlight)


def arrange_response_calendar(cohort: Cohort, highlight: Sequence[str] = ()) -> pd.DataFrame:
    """As `response_calendar_frame`, from visits that are scored."""
    require_patients(highlight, pd.Index(cohort.groups.index))
    visits, first = cohort.visits, cohort.baseline_week
    order = _ordered(cohort)
    sizes = order["group"].value_counts()
    pointed_at = np.flatnonzero(order["patient_id"].isin(list(highlight)))
    order = order.iloc[evenly(len(order), MOST_PATIENTS, pointed_at)]
    order = order.assign(place=range(len(order)), patients=order["group"].map(sizes))
    order["highlighted"] = order["patient_id"].isin(list(highlight)).to_numpy()
    own = visits[(visits["week"] >= first) & visits["patient_id"].isin(order["patient_id"])]
    frame = order.merge(pd.DataFrame({"week": cohort.weeks}, dtype="int64"), how="cross")
    frame = frame.merge(
        own.drop(columns=[*order.columns.drop("patient_id")], errors="ignore"), how="left", indicator="_from"
    )
    state = np.where(frame["_from"] == "both", SCORED, NO_VISIT)
    frame["state"] = np.where((frame["week"] == first) & (state == SCORED), BASELINE, state)
    known = frame["response"].astype(object).where(frame["response"].notna(), NOT_CERTAIN)
    frame["shown"] = np.where(frame["state"] == SCORED, known, frame["state"])
    if cohort.left_out:
        rest = pd.DataFrame({"state": [LEFT_OUT], "patients": [cohort.left_out], "highlighted": [False]})
        frame = pd.concat([frame, rest], ignore_index=True)
    frame = frame.reindex(columns=list(_COLUMNS))
    whole = {name: frame[name].astype("Int64") for name in ("place", "week", "patients")}
    missing = frame["missing"].astype(object).where(frame["missing"].notna(), "")
    return frame.assign(**whole, missing=missing, highlighted=frame["highlighted"].astype(bool))


def _ordered(cohort: Cohort) -> pd.DataFrame:
    """One row a patient: by group, the best class first, and of the same class the soonest."""
    visits = cohort.visits
    rows = visits.loc[visits["week"] > cohort.baseline_week, ["patient_id", "week", "response"]]
    level = rows["response"].map({name: place for place, name in enumerate(CLASSES)}).fillna(-1).astype("int64")
    span = int(rows["week"].max()) + 1 if len(rows) else 1
    rank = (-level * span + rows["week"]).groupby(rows["patient_id"], sort=False).min()  # a class counts before a week
    order = pd.DataFrame({"group": rank.index.map(cohort.group_of), "patient_id": rank.index, "rank": rank.to_numpy()})
    order["group"] = order["group"].astype(object)
    return order.sort_values(["group", "rank", "patient_id"])[["group", "patient_id"]].reset_index(drop=True)


def plot_response_calendar(
    visits: Any,
    *,
    group: str | None = None,
    baseline_week: int = 0,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Any,
) -> go.Figure:
    """Draw every patient's class of response at every visit.

    Parameters
    ----------
    visits, group, baseline_week, weeks, highlight, **score_options
        As in `response_calendar_frame`.

    Returns
    -------
    plotly.graph_objects.Figure
        One row a patient, one column a visit: the class by colour and sign, missing visits marked, a triangle for an
        infusion, the daily dose of prednisone in milligrams. Best response first.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_response_calendar(mt.load_visits(), group="arm").layout.title.text
    'Response of each patient at each visit'
    """
    options = {"group": group, "baseline_week": baseline_week, "weeks": weeks, "highlight": highlight}
    return draw_response_calendar(response_calendar_frame(visits, **options, **score_options))


def draw_response_calendar(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `response_calendar_frame`."""
    title = "Response of each patient at each visit"
    cells = frame[frame["state"] != LEFT_OUT]
    left_out = int(frame.loc[frame["state"] == LEFT_OUT, "patients"].sum())
    if cells.empty:
        return empty_figure(title, NOBODY_FOLLOWED)
    weeks = sorted(int(week) for week in cells["week"].unique())
    groups = list(dict.fromkeys(cells["group"]))
    row = cells["place"] + cells["group"].map({name: place + 1 for place, name in enumerate(groups)})
    column = cells["week"].map({week: x for x, week in enumerate(weeks)})
    cells = plain(cells.assign(row=row.astype("int64"), column=column))
    height = int(cells["row"].max()) + 1
    drawn = figure(title, height=height * _ROW + _TOP + _BOTTOM)
    _add_cells(drawn, cells, (height, len(weeks)))
    _add_headings(drawn, cells)
    _add_legend(drawn, cells)
    patients = cells.drop_duplicates("row")
    add_frames(drawn, patients.loc[patients["highlighted"], "row"], len(weeks))
    drawn.update_xaxes(
        tickvals=list(range(len(weeks))),
        ticktext=[f"week {week}" for week in weeks],
        side="top",
        range=[-0.5, len(weeks) - 0.5],
        showgrid=False,
        ticks="",
        showline=False,
    )
    drawn.update_yaxes(
        tickvals=patients["row"],
        ticktext=row_names(patients),
        range=[height - 0.5, -0.5],
        showgrid=False,
        tickfont={"size": 11},
        ticks="",
        showline=False,
    )
    drawn.update_layout(margin={"t": _TOP, "b": _BOTTOM})
    _say(drawn, frame, left_out)
    return drawn


def row_names(patients: pd.DataFrame) -> list[str]:
    """The patients' names beside their rows, bold where one is pointed at."""
    names = zip(as_text(patients["patient_id"]), patients["highlighted"], strict=True)
    return [f"<b>▶ {name}</b>" if is_pointed_at else name for name, is_pointed_at in names]


def add_frames(drawn: go.Figure, rows: Sequence[int], width: int) -> None:
    """Put a frame around the rows of the patients pointed at."""
    for row in rows:
        drawn.add_shape(
            type="rect",
            x0=-0.5,
            x1=width - 0.5,
            y0=row - 0.5,
            y1=row + 0.5,
            line={"color": BLACK, "width": 2},
        )


def _add_cells(drawn: go.Figure, cells: pd.DataFrame, shape: tuple[int, int]) -> None:
    """The colours, and in each cell its sign: text of the cells themselves is drawn faster than points of text."""
    names = list(LOOKS)
    colours = np.full(shape, np.nan)
    signs, said, whose = (np.full(shape, "", dtype=object) for _ in range(3))
    at = cells["row"].to_numpy(), cells["column"].to_numpy()
    colours[at] = cells["shown"].map({name: place for place, name in enumerate(names)}).to_numpy()
    whose[at] = cells["patient_id"].to_numpy()
    said[at] = [_in_words(cell) for cell in cells.itertuples()]
    signs[at] = _signs(cells, has_doses=shape[1] <= _MOST_DOSES)
    steps = [(place + end) / len(names) for place in range(len(names)) for end in (0, 1)]
    drawn.add_heatmap(
        uid="cells",
        z=[[None if value != value else value for value in values] for values in colours.tolist()],
        text=signs.tolist(),
        texttemplate="%{text}",
        textfont={"size": 11, "color": INK},
        hovertext=said.tolist(),
        customdata=whose.tolist(),
        colorscale=[[step, LOOKS[names[place // 2]][0]] for place, step in enumerate(steps)],
        zmin=-0.5,
        zmax=len(names) - 0.5,
        xgap=3,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _signs(cells: pd.DataFrame, *, has_doses: bool) -> list[str]:
    """The class, a triangle for an infusion before it and the dose after it, each in a room of its own."""
    infused = [pd.notna(given) and bool(given) for given in cells["infusion"]]
    doses = [f" {dose:g} mg" if has_doses and dose == dose else "" for dose in cells["prednisone_mg_day"]]
    classes = [LOOKS[shown][1] for shown in cells["shown"]]
    first = int(any(infused))
    middle, last = (max(map(len, texts)) for texts in (classes, doses))
    said = [
        ("▼ " if given else _EMPTY * 2) * first + sign.ljust(middle, _EMPTY) + dose.rjust(last, _EMPTY)
        for given, sign, dose in zip(infused, classes, doses, strict=True)
    ]
    texts = zip(said, classes, infused, doses, cells["shown"], strict=True)
    return [inked(text, LOOKS[shown][2]) if sign or given or dose else "" for text, sign, given, dose, shown in texts]


def _in_words(cell: Any) -> str:
    patient, missing = as_text([cell.patient_id, cell.missing])
    said = [f"{patient}, week {cell.week:g}: {cell.shown}"]
    if cell.state == SCORED:
        points = f"{cell.tis:g}" if cell.tis == cell.tis else f"{cell.tis_min:g} to {cell.tis_max:g}"
        said.append(f"{points} points" + ("" if cell.tis == cell.tis else f"<br>{missing}"))
    if pd.notna(cell.infusion) and cell.infusion:
        said.append("infusion")
    if pd.notna(cell.prednisone_mg_day):
        said.append(f"prednisone {cell.prednisone_mg_day:g} mg/day")
    return "<br>".join(said)


def _add_headings(drawn: go.Figure, cells: pd.DataFrame) -> None:
    for name, own in cells.groupby("group", sort=False):
        shown, of = own["patient_id"].nunique(), int(own["patients"].iloc[0])
        drawn.add_annotation(
            text=f"<b>{as_text([name])[0]}</b>, {many(shown, of)}",
            x=-0.49,
            y=int(own["row"].min()) - 1,
            xanchor="left",
            showarrow=False,
            font={"size": 13},
        )


def _add_legend(drawn: go.Figure, cells: pd.DataFrame) -> None:
    """What is in the figure, in the order of the classes."""
    there = set(cells["shown"])
    for name, (colour, sign, _) in LOOKS.items():
        drawn.add_scatter(
            uid=f"legend_{name.replace(' ', '_')}",
            x=[None],
            y=[None],
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": colour, "line": {"color": GREY, "width": 1}},
            name=f"{sign} {name}".strip(),
            showlegend=name in there,
        )


def _say(drawn: go.Figure, frame: pd.DataFrame, left_out: int) -> None:
    said = []
    if any(pd.notna(given) and bool(given) for given in frame["infusion"]):
        said.append("▼ infusion")
    if frame["prednisone_mg_day"].notna().any():
        said.append("mg: prednisone a day")
    if left_out:
        said.append(say_left_out(left_out))
    drawn.add_annotation(
        text=" · ".join(said),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        yshift=-6,
        showarrow=False,
        font={"size": 12},
    )
