"""One patient on one page: the six measures, the points, prednisone and infusions, on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Unpack

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.patient.abnormal import add_scale
from myositis_tools.figures.patient.total_improvement import (
    MOST_POINTS,
    add_points,
    arrange_points,
    planned_weeks,
    rows_of,
    say_last_score,
)
from myositis_tools.frames import to_pandas
from myositis_tools.groups import NOT_RECORDED
from myositis_tools.scores.core_set import enzyme_instruments, measures, scale_instruments
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions
from myositis_tools.studies.follow_up.measures import (
    INFUSION,
    Measure,
    checked_visits,
    known_columns,
    measure_named,
)
from myositis_tools.studies.follow_up.response_states import NO_VISIT

RECORDED = "recorded"
PREDNISONE = "prednisone_mg_day"
_LABEL_SIZE = 12
_GAP_MARKS = MappingProxyType({NO_VISIT: ("x-thin", colours.QUIET), NOT_RECORDED: ("diamond-open", colours.UNKNOWN)})


@shows_score
def patient_profile_frame(
    visits: Any,
    patient_id: str | int,
    *,
    infusion_weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give what `plot_patient_profile` draws beside the points, which are `total_improvement_frame`.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`; ``prednisone_mg_day`` and ``infusion`` (true where one was given) are
        optional. A week in which more than half of those followed were seen counts as a planned visit of
        the patient (every week, where there is none).
    patient_id : str or int
        The patient.
    infusion_weeks : sequence of int, optional
        When infusions were given; by default where the column ``infusion`` says so.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row a panel and planned visit: ``panel`` (a core set measure, ``prednisone_mg_day`` or ``infusion``),
        ``column, label, unit, better, week, value, state`` (``recorded``, ``not recorded``, ``no visit``).

    Raises
    ------
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or if there is no such patient.

    Missing data
    ------------
    A visit that did not take place and a value that was not recorded are rows of their own state, drawn as gaps with
    a mark. The enzyme is the one that the score follows; where there is none to follow, the first that has a column.

    Source
    ------
    ``tables.load("columns")``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> profile = mt.figures.patient_profile_frame(mt.load_visits(), "P184")
    >>> profile["panel"].unique().tolist()[-3:]
    ['extramuscular', 'prednisone_mg_day', 'infusion']
    """
    table, scoring = to_pandas(visits), ScoreOptions(**score_options)
    own = rows_of(table, patient_id)
    scored = score_visits(own, scoring)
    planned = planned_weeks(table, patient_id, scoring.baseline_week)
    scales = chosen_columns(table, scored, scoring)
    clean = checked_visits(own, known_columns(own))
    return arrange_profile(clean, scales, weeks=planned, infusion_weeks=infusion_weeks)


def chosen_columns(table: pd.DataFrame, scored: pd.DataFrame, scoring: ScoreOptions) -> dict[str, str]:
    """Say which column stands for each measure in one patient's scored visits."""
    asked = {"mmt": scoring.mmt, "haq": scoring.function, "extramuscular": scoring.extramuscular}
    found = {}
    for measure in measures():
        options = [
            one.column.name
            for one in scale_instruments(scoring.population)
            if one.measure == measure and one.column.name in table.columns
        ]
        found[measure] = asked.get(measure) or (options[0] if options else "")
    followed = next((word for word in scored["enzyme"] if isinstance(word, str)), None)
    enzymes = {one.key: one.column.name for one in enzyme_instruments() if one.column.name in table.columns}
    found["enzyme"] = enzymes.get(str(followed), followed) or next(iter(enzymes.values()), found["enzyme"])
    return {measure: column for measure, column in found.items() if column}


def arrange_profile(
    own: pd.DataFrame,
    scales: Mapping[str, str],
    *,
    weeks: Sequence[int],
    infusion_weeks: Sequence[int] | None,
) -> pd.DataFrame:
    """As `patient_profile_frame`, from one patient's checked visits and the column of each measure."""
    clean = own.set_index("week")
    panels = dict(scales) | ({PREDNISONE: PREDNISONE} if PREDNISONE in clean.columns else {})
    parts = [_panel(panel, measure_named(column), clean[column], weeks) for panel, column in panels.items()]
    given = _infusions(own, infusion_weeks)
    empty = {"panel": INFUSION, "column": INFUSION, "label": INFUSION, "unit": "", "better": "", "value": 1.0}
    parts.append(pd.DataFrame([empty | {"week": week, "state": RECORDED} for week in given]))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _panel(panel: str, measure: Measure, values: pd.Series, weeks: Sequence[int]) -> pd.DataFrame:
    shown = values.reindex(weeks)
    states = [
        NO_VISIT if week not in values.index else NOT_RECORDED if value != value else RECORDED
        for week, value in shown.items()
    ]
    names = {"panel": panel, "column": measure.column, "label": measure.label, "unit": measure.unit}
    return pd.DataFrame({"week": list(weeks), "value": shown.to_numpy(dtype="float64"), "state": states}).assign(
        **names, better=measure.better
    )[[*names, "better", "week", "value", "state"]]


def _infusions(scored: pd.DataFrame, infusion_weeks: Sequence[int] | None) -> list[int]:
    if infusion_weeks is not None:
        return sorted(int(week) for week in infusion_weeks)
    if INFUSION not in scored.columns:
        return []
    given = scored[INFUSION].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return sorted(int(week) for week in scored.loc[given, "week"])


@shows_score
def plot_patient_profile(
    visits: Any,
    patient_id: str | int,
    *,
    infusion_weeks: Sequence[int] | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> go.Figure:
    """Draw one patient: six measures, the Total Improvement Score, prednisone and infusions.

    Parameters
    ----------
    visits, patient_id, infusion_weeks, **score_options
        As in `patient_profile_frame`.

    Returns
    -------
    plotly.graph_objects.Figure
        Small multiples on one time axis; missing visits and missing values are gaps with a mark.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_patient_profile(mt.load_visits(), "P184").layout.title.text
    'Patient P184 has a major response at week 52: 87.5<br>of 100 points; prednisone from 70 to 2.5 mg/day'
    """
    table, scoring = to_pandas(visits), ScoreOptions(**score_options)
    profile = patient_profile_frame(table, patient_id, infusion_weeks=infusion_weeks, **score_options)
    own = score_visits(rows_of(table, patient_id), scoring)
    planned = planned_weeks(table, patient_id, scoring.baseline_week)
    points = arrange_points(own, weeks=planned, baseline_week=scoring.baseline_week)
    return draw_patient_profile(profile, points, patient_id, population=scoring.population)


# Where each panel stands: three columns of measures, beneath them the points and the treatment.
_LEFTS = ((0.0, 0.28), (0.36, 0.64), (0.72, 1.0))
_ROWS = ((0.77, 0.96), (0.46, 0.65))
_POINTS_X, _TREATMENT_X, _BOTTOM_Y = (0.0, 0.56), (0.72, 1.0), (0.0, 0.34)


def draw_patient_profile(
    profile: pd.DataFrame, points: pd.DataFrame, patient_id: str | int, *, population: str = "adult"
) -> go.Figure:
    """Draw frames made by `patient_profile_frame` and `total_improvement_frame`."""
    who = f"Patient {as_text([patient_id])[0]}"
    if profile.empty or not (profile["state"] == RECORDED).any():
        return empty_figure(f"{who} has no values", "Nothing was recorded of this patient.")
    drawn = figure(_title(who, profile, points), height=836, heads=92)
    weeks = sorted(int(week) for week in profile["week"].unique())
    margin = max(1.0, 0.06 * (weeks[-1] - weeks[0]))
    span = [weeks[0] - margin, weeks[-1] + margin]
    words: list[dict[str, Any]] = []
    for place, measure in enumerate(measures()):
        rows = profile[profile["panel"] == measure]
        cell = _add_axes(drawn, place, _LEFTS[place % 3], _ROWS[place // 3], span, weeks)
        if len(rows):
            first = rows.iloc[0]
            head = measure_named(first["column"])
            words.append(_heading(cell, f"<b>{head.title}</b><br>{head.direction}"))
            _add_line(drawn, rows, measure, cell)
            add_scale(drawn, rows, head, cell)
    cell = _add_axes(drawn, 6, _POINTS_X, _BOTTOM_Y, span, weeks)
    words.append(_heading(cell, "<b>Total Improvement Score, points</b><br>higher is better"))
    if points["points"].notna().any():
        add_points(drawn, points, population, **cell)
        drawn.layout[_axis("yaxis", cell["yaxis"])].update(range=[0, 1.35 * MOST_POINTS])
    else:
        words.append(_remark(cell, "no score: nothing to compare"))
    cell = _add_axes(drawn, 7, _TREATMENT_X, _BOTTOM_Y, span, weeks)
    words += _add_treatment(drawn, profile, cell)
    _add_legend(drawn)
    drawn.update_layout(margin={"l": 44, "r": 24, "b": 44}, hovermode="closest", annotations=words)
    return drawn


def _title(who: str, profile: pd.DataFrame, points: pd.DataFrame) -> str:
    said = say_last_score(points) if points["points"].notna().any() else "has no score"
    doses = profile.loc[(profile["panel"] == PREDNISONE) & profile["value"].notna(), "value"]
    if doses.empty:
        return f"{who} {said}"
    first, last = doses.iloc[0], doses.iloc[-1]
    course = f"from {first:g} to {last:g}" if first != last else f"at {last:g}"
    return f"{who} {said}; prednisone {course} mg/day"


def _add_axes(
    drawn: go.Figure, place: int, across: Sequence[float], up: Sequence[float], span: Sequence[float], weeks: list[int]
) -> dict[str, str]:
    number = "" if place == 0 else str(place + 1)
    look = {"gridcolor": colours.GRID, "zeroline": False, "linecolor": colours.QUIET, "ticks": "outside"}
    drawn.layout[f"xaxis{number}"] = look | {
        "domain": list(across),
        "anchor": f"y{number}",
        "range": list(span),
        "tickvals": _spaced(weeks),
        "tickfont": {"size": 11},
        "title": {
            "text": "weeks since baseline" if place >= len(measures()) else "",
            "standoff": 6,
            "font": {"size": 12},
        },
    }
    if place:
        drawn.layout[f"xaxis{number}"].matches = "x"
    drawn.layout[f"yaxis{number}"] = look | {
        "domain": list(up),
        "anchor": f"x{number}",
        "rangemode": "tozero",
        "nticks": 5,
        "tickfont": {"size": 11},
    }
    return {"xaxis": f"x{number}", "yaxis": f"y{number}"}


def _spaced(weeks: list[int]) -> list[int]:
    """Visits with room for their number: those too near to the one before have none."""
    room, shown = (weeks[-1] - weeks[0]) / 14, [weeks[0]]
    for week in weeks[1:]:
        if week - shown[-1] >= room:
            shown.append(week)
    return shown


def _axis(kind: str, name: str) -> str:
    return kind + name[1:]


def _heading(cell: Mapping[str, str], text: str) -> dict[str, Any]:
    place = {"xref": f"{cell['xaxis']} domain", "yref": f"{cell['yaxis']} domain", "x": 0, "y": 1, "yshift": 4}
    look = {"xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False, "font": {"size": _LABEL_SIZE}}
    return {"text": text, **place, **look}


def _remark(cell: Mapping[str, str], text: str) -> dict[str, Any]:
    place = {"xref": f"{cell['xaxis']} domain", "yref": f"{cell['yaxis']} domain", "x": 0.5, "y": 0.5}
    return {"text": text, **place, "showarrow": False}


def _add_line(drawn: go.Figure, rows: pd.DataFrame, panel: str, cell: Mapping[str, str], **line: Any) -> None:
    unit = f" {rows['unit'].iloc[0]}" if rows["unit"].iloc[0] else ""
    drawn.add_scatter(
        uid=panel,
        x=rows["week"],
        y=[None if value != value else value for value in rows["value"]],
        mode="lines+markers",
        connectgaps=False,
        line={"color": colours.ACCENT, "width": 2, **line},
        marker={"size": 7},
        showlegend=False,
        hovertemplate=f"week %{{x}}: %{{y:g}}{unit}<extra></extra>",
        **cell,
    )
    highest = rows["value"].max() if rows["value"].notna().any() else 1.0
    gaps = rows[rows["state"] != RECORDED]
    gap_inks = [_GAP_MARKS[state][1] for state in gaps["state"]]
    drawn.add_scatter(
        uid=f"{panel}_gaps",
        x=gaps["week"],
        y=[0.03 * (highest or 1.0)] * len(gaps),
        mode="markers",
        marker={
            "symbol": [_GAP_MARKS[state][0] for state in gaps["state"]],
            "size": 9,
            "color": gap_inks,
            "line": {"color": gap_inks, "width": 2},
        },
        customdata=gaps["state"],
        showlegend=False,
        cliponaxis=False,
        hovertemplate="week %{x}: %{customdata}<extra></extra>",
        **cell,
    )


def _add_treatment(drawn: go.Figure, profile: pd.DataFrame, cell: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = profile[profile["panel"] == PREDNISONE]
    given = profile[profile["panel"] == INFUSION]
    if rows.empty and given.empty:
        return [_heading(cell, "<b>Prednisone and infusions</b>"), _remark(cell, "not in the table")]
    if len(rows):
        _add_line(drawn, rows, PREDNISONE, cell, shape="hv")  # a dose holds until the next visit
    top = 1.08 * (rows["value"].max() if rows["value"].notna().any() else 1.0) or 1.0
    drawn.add_scatter(
        uid=INFUSION,
        x=given["week"],
        y=[top] * len(given),
        mode="markers",
        marker={"symbol": "triangle-down", "size": 11, "color": colours.INK},
        showlegend=False,
        cliponaxis=False,
        hovertemplate="week %{x}: infusion<extra></extra>",
        **cell,
    )
    drawn.layout[_axis("yaxis", cell["yaxis"])].update(range=[0, 1.1 * top])
    return [_heading(cell, f"<b>{measure_named(PREDNISONE).title}</b><br>and infusions")]


def _add_legend(drawn: go.Figure) -> None:
    marks = (
        ("abnormal", "abnormal, as TIME IS MUSCLE counts it", "square", colours.ABNORMAL),
        (NO_VISIT, "no visit", *_GAP_MARKS[NO_VISIT]),
        (NOT_RECORDED, "visit, value not recorded", *_GAP_MARKS[NOT_RECORDED]),
        (INFUSION, "infusion", "triangle-down", colours.INK),
    )
    for key, words, symbol, colour in marks:
        drawn.add_scatter(
            uid=f"legend_{key}",
            x=[None],
            y=[None],
            mode="markers",
            marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": colour, "width": 2}},
            name=words,
        )
