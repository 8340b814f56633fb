"""Class of response of every patient at every visit, with infusions and prednisone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

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
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, inked
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
_MOST_DOSES = 10  # visits: with more there is no room for a dose in a cell
_ROW, _TOP, _BOTTOM = 22, 90, 84  # pixels
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
    title = "Response of each patient at each visit"
    cells = frame[frame["state"] != LEFT_OUT]
    left_out = int(frame.loc[frame["state"] == LEFT_OUT, "patients"].sum())
    if cells.empty:
        return empty_figure(title, NOBODY_FOLLOWED)
    weeks = sorted(int(week) for week in cells["week"].unique())
    column = cells["week"].map({week: x for x, week in enumerate(weeks)})
    cells = in_rows(cells.assign(column=column.astype("int64")))
    height = int(cells["row"].max()) + 1
    drawn = figure(title, height=height * _ROW + _TOP + _BOTTOM)
    add_response_cells(
        drawn,
        cells,
        (height, len(weeks)),
        signs=_signs(cells, has_doses=len(weeks) <= _MOST_DOSES),
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
    drawn.update_layout(margin={"t": _TOP, "b": _BOTTOM})
    has_infusions = any(pd.notna(given) and bool(given) for given in frame["infusion"])
    has_doses = frame["prednisone_mg_day"].notna().any()
    say_at_edge(
        drawn,
        ["▼ infusion" * has_infusions, "mg: prednisone a day" if has_doses else "", say_left_out(left_out)],
    )
    return drawn


@plots(response_calendar_frame, draw_response_calendar)
def plot_response_calendar() -> None:
    """Draw a heat map of response: every patient's class at every visit.

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
        points = between(cell.tis_min, cell.tis_max)
        said.append(f"{points} points" + ("" if cell.tis == cell.tis else f"<br>{missing}"))
    if pd.notna(cell.infusion) and cell.infusion:
        said.append("infusion")
    if pd.notna(cell.prednisone_mg_day):
        said.append(f"prednisone {cell.prednisone_mg_day:g} mg/day")
    return "<br>".join(said)
