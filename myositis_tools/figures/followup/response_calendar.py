"""Class of response of every patient at every visit, with infusions and prednisone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.followup.findings import responses_of
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.response_cells import add_response_cells, add_response_key
from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.figures.parts.rows_of_patients import (
    BLANK_AXIS,
    MOST_PATIENTS,
    head_groups,
    in_rows,
    name_rows,
    say_at_edge,
)
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.patient.total_improvement import SCORED
from myositis_tools.formatting import between
from myositis_tools.groups import ARM
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.followed_cohort import (
    LEFT_OUT,
    NOBODY_FOLLOWED,
    FollowedCohort,
    evenly,
    read_cohort,
    say_left_out,
)
from myositis_tools.studies.follow_up.groups_of_patients import require_patients
from myositis_tools.studies.follow_up.response_states import BASELINE, NO_VISIT, NOT_CERTAIN

_EMPTY = "\u2007"  # as wide as a digit, and not taken away at an end
_LEAST_BAR = 0.015  # of a cell: a dose of nought can be seen
_ROW, _TOP, _BOTTOM = 22, 96, 36  # pixels
_EXTRA = ("infusion", "prednisone_mg_day")
_COLUMNS = (
    *("group", "place", "patient_id", "week", "state", "shown", "tis", "tis_min", "tis_max", "missing"),
    *_EXTRA,
    *("patients", "highlighted"),
)


@shows_score
def response_calendar_frame(
    visits: Any,
    *,
    group: str | None = ARM,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_response_calendar` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`. ``infusion`` and ``prednisone_mg_day`` are shown if they are there.
    group : str, optional
        A column that says which group a patient belongs to. None, or a table that names no arm, makes one group of
        all.
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
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group, weeks=weeks)
    return arrange_response_calendar(cohort, highlight)


def arrange_response_calendar(cohort: FollowedCohort, highlight: Sequence[str] = ()) -> pd.DataFrame:
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


def _ordered(cohort: FollowedCohort) -> pd.DataFrame:
    """One row a patient: by group, the best class first, and of the same class the soonest."""
    order = (
        pd.DataFrame({"group": cohort.group_of, "standing": cohort.standing}).rename_axis("patient_id").reset_index()
    )
    order = order.sort_values(["group", "standing", "patient_id"])
    return order[["group", "patient_id"]].reset_index(drop=True)


def draw_response_calendar(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `response_calendar_frame`."""
    cells = frame[frame["state"] != LEFT_OUT]
    left_out = int(frame.loc[frame["state"] == LEFT_OUT, "patients"].sum())
    if cells.empty:
        return empty_figure("Nobody was followed", NOBODY_FOLLOWED)
    weeks = sorted(int(week) for week in cells["week"].unique())
    column = cells["week"].map({week: x for x, week in enumerate(weeks)})
    cells = in_rows(cells.assign(column=column.astype("int64")))
    height = int(cells["row"].max()) + 1
    drawn = figure(responses_of(cells), height=height * _ROW + _TOP + _BOTTOM, heads=24)
    add_response_cells(
        drawn,
        cells,
        (height, len(weeks)),
        signs=_signs(cells),
        said=[_in_words(cell) for cell in cells.itertuples()],
    )
    add_response_key(drawn, set(cells["shown"]))
    head_groups(drawn, cells)
    name_rows(
        drawn,
        cells,
        **BLANK_AXIS,
        tickvals=list(range(len(weeks))),
        ticktext=[f"week {week}" for week in weeks],
        side="top",
        range=[-0.5, len(weeks) - 0.5],
    )
    drawn.update_layout(margin={"b": _BOTTOM}, barmode="overlay")
    has_infusions = any(pd.notna(given) and bool(given) for given in frame["infusion"])
    dosed = _add_doses(drawn, cells)
    say_at_edge(drawn, ["▼ infusion" * has_infusions, dosed, say_left_out(left_out)])
    return drawn


@plots(response_calendar_frame, draw_response_calendar)
def plot_response_calendar() -> None:
    """Draw a heat map of response: every patient's class at every visit.

    Returns
    -------
    plotly.graph_objects.Figure
        One row a patient, one column a visit: the class by colour and sign, missing visits marked, a triangle for an
        infusion, a bar for the daily dose of prednisone. Best response first.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_response_calendar(mt.load_visits(), group="arm").layout.title.text
    'At week 52, 13 of 23 (IVIg) and 8 of 23 (placebo) have a major response'
    """


def _signs(cells: pd.DataFrame) -> list[str]:
    """The class, and a triangle for an infusion before it."""
    infused = [pd.notna(given) and bool(given) for given in cells["infusion"]]
    room = _EMPTY * 2 if any(infused) else ""
    return [
        f"{'▼ ' if given else room}{LOOKS[shown][1]}{room}" if given or LOOKS[shown][1] else ""
        for given, shown in zip(infused, cells["shown"], strict=True)
    ]


def _add_doses(drawn: go.Figure, cells: pd.DataFrame) -> str:
    """A bar at the foot of a cell, as long as its dose; one that is not recorded is no dose of nought."""
    seen = cells[cells["state"] != NO_VISIT]
    is_known = seen["prednisone_mg_day"].notna()
    if not is_known.any():
        return ""
    most = float(seen["prednisone_mg_day"].max()) or 1.0
    share = (seen["prednisone_mg_day"].astype("float64") / most).clip(lower=_LEAST_BAR).fillna(1.0)
    for uid, here, ink, opacity in (
        ("doses", is_known, colours.INK_ON_FILL, 0.55),
        ("doses_not_recorded", ~is_known, colours.UNKNOWN, 1.0),
    ):
        rows = seen[here]
        drawn.add_bar(
            uid=uid,
            x=(0.94 * share[here]).to_numpy(dtype="float64"),
            base=(rows["column"] - 0.47).to_numpy(dtype="float64"),
            y=(rows["row"] + 0.38).to_numpy(dtype="float64"),
            width=0.13,
            orientation="h",
            marker={"color": ink, "opacity": opacity, "line": {"width": 0}},
            hoverinfo="skip",
            showlegend=False,
        )
    return f"bar: prednisone, a full one is {most:g} mg a day" + ("" if is_known.all() else ", amber: not recorded")


def _in_words(cell: Any) -> str:
    patient, missing = as_text([cell.patient_id, cell.missing])
    said = [f"{patient}, week {cell.week:g}: {cell.shown}"]
    if cell.state == SCORED:
        points = between(cell.tis_min, cell.tis_max)
        said.append(f"{points} points" + ("" if cell.tis == cell.tis else f"<br>{missing}"))
    if pd.notna(cell.infusion) and cell.infusion:
        said.append("infusion")
    if pd.notna(cell.prednisone_mg_day):
        said.append(f"prednisone {cell.prednisone_mg_day:g} mg/day")
    return "<br>".join(said)
