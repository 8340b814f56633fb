"""One patient's medication before screening, with the windows of the record drawn on the same days."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools import verdict
from myositis_tools.criteria import PROTOCOLS, Protocol, judge_exposures
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import listed, verb
from myositis_tools.figures.parts.theme import (
    EFFECT_COLOURS,
    EFFECT_PATTERNS,
    EFFECT_SYMBOLS,
    KEEPS_OUT,
    PASSES,
    UNDECIDED,
    as_text,
    empty_figure,
    figure,
)
from myositis_tools.figures.patient.total_improvement import rows_of
from myositis_tools.formatting import counted
from myositis_tools.frames import checked_pandas, compare_tables, require_columns, tables_in_order, to_pandas

WINDOW, OTHER, NOT_JUDGED = "window", "other drug", "not judged"
_EFFECTS = {verdict.MET: PASSES, verdict.NOT_MET: KEEPS_OUT, verdict.UNKNOWN: UNDECIDED, NOT_JUDGED: NOT_JUDGED}
_WORDS = {PASSES: "allowed", KEEPS_OUT: "not allowed", UNDECIDED: "open", OTHER: OTHER, NOT_JUDGED: NOT_JUDGED}
_SYMBOLS = {**EFFECT_SYMBOLS, OTHER: "–", NOT_JUDGED: "–"}
_COLOURS = {**EFFECT_COLOURS, OTHER: colours.UNCHANGED, NOT_JUDGED: colours.UNCHANGED, WINDOW: colours.WINDOW}
_PATTERNS = {**EFFECT_PATTERNS, OTHER: "", NOT_JUDGED: "", WINDOW: ""}
_ROW_HEIGHT = 28
_DAYS_SHOWN_AT_LEAST = 5  # a course of a day would be too thin to see
_SHOWN_AT_LEAST = pd.Timedelta(days=30)  # where all windows were moved to nothing


@tables_in_order
def medication_timeline_frame(
    medications: Any, patients: Any, patient_id: str | int, *, protocol: Protocol | None = None
) -> pd.DataFrame:
    """Give exactly what `plot_medication_timeline` draws.

    Parameters
    ----------
    medications, patients : pandas, Polars, DuckDB or PySpark frame
        As for `myositis_tools.judge_exposures`.
    patient_id : str or int
        The patient.
    protocol : Protocol, optional
        Whose windows and allowances; TIME IS MUSCLE unless another is given, such as one with other limits.

    Returns
    -------
    pandas.DataFrame
        One row a window of the record that ends at screening, then one row a course, the oldest first: ``effect``
        (``window``; ``passes``, ``keeps out``, ``undecided`` or ``other drug``; ``not judged`` where the protocol says
        nothing of courses), ``label``, ``since`` and ``until`` (the bar), ``said`` (from when to when, in words),
        ``because`` and ``screening_date``.

    Raises
    ------
    NotFoundError
        If there is no such patient.
    MyositisToolsError
        Whatever `judge_exposures` refuses.

    Missing data
    ------------
    A course without a start is drawn from the left edge, and one without a stop until screening; both are said. A
    patient without a course has the windows alone.

    Source
    ------
    The limits of the protocol.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> timeline = mt.figures.medication_timeline_frame(mt.load_medications(), mt.load_patients(), "P204")
    >>> timeline.loc[timeline["effect"] == "keeps out", "label"].tolist()
    ['prednisone 20 mg/day', 'methotrexate 2.86 mg/day']
    """
    known = to_pandas(patients)
    patient = checked_pandas(rows_of(known, patient_id), "patients", ("screening_date",))
    day = patient["screening_date"].iloc[0]
    given = to_pandas(medications)
    require_columns(given, ("patient_id", "start_date", "stop_date"), expected="a column of the medications")
    compare_tables({"patients": known, "medications": given}, "patients")
    own = given[(given["patient_id"].astype(str) == str(patient_id)).to_numpy()]
    own = checked_pandas(own, "medications", ("start_date", "stop_date"))
    if pd.isna(day):
        return pd.DataFrame(columns=["effect", "label", "since", "until", "said", "because", "screening_date"])
    asked = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    windows = _windows(day, asked)
    earliest = day - 2 * (day - min([row["since"] for row in windows] + [day - _SHOWN_AT_LEAST]))
    courses = [_course(row, earliest, day) for row in _judged(own, patient, asked).to_dict("records")]
    drawn = pd.DataFrame([*windows, *sorted(courses, key=lambda row: row["since"])])
    return drawn.assign(screening_date=day)


def _judged(own: pd.DataFrame, patient: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The patient's courses with what the protocol makes of each; checked also where it makes nothing of them."""
    if own.empty:
        return own
    if protocol.courses.groups:
        return judge_exposures(own, patient, protocol=protocol)
    checked = judge_exposures(own, patient)
    return checked.assign(allowed=NOT_JUDGED, because=f"{protocol.title} does not say which courses it allows")


def _windows(day: pd.Timestamp, protocol: Protocol) -> list[dict[str, Any]]:
    """The windows of medication that end at screening, the longest first."""
    found: list[dict[str, Any]] = []
    for limit in protocol.windows:
        since = day - pd.DateOffset(**{limit.unit: int(limit.value)})
        moved = f"; the record says {limit.published:g} {limit.unit}" if limit.is_changed else ""
        said = f"{since:%Y-%m-%d} to screening; both ends belong to it{moved}"
        label = f"{limit.label} {limit}{' (moved)' if limit.is_changed else ''}"
        found.append(
            {"effect": WINDOW, "label": label, "since": since, "until": day, "said": said, "because": limit.place}
        )
    return sorted(found, key=lambda row: row["since"])


def _course(row: dict[str, Any], earliest: pd.Timestamp, day: pd.Timestamp) -> dict[str, Any]:
    start, stop = row["start_date"], row["stop_date"]
    dose = row.get("dose_mg_day")
    name = row.get("drug") if isinstance(row.get("drug"), str) else row.get("atc")
    told = {"since": "an unrecorded day" if pd.isna(start) else f"{start:%Y-%m-%d}"}
    told["until"] = "no stop recorded" if pd.isna(stop) else f"{stop:%Y-%m-%d}"
    return {
        "effect": _EFFECTS.get(row["allowed"], OTHER),
        "label": f"{name}" + ("" if dose is None or pd.isna(dose) else f" {dose:g} mg/day"),
        "since": earliest if pd.isna(start) else max(earliest, min(start, day)),
        "until": day if pd.isna(stop) else min(day, max(earliest, stop)),
        "said": f"{told['since']} to {told['until']}",
        "because": row["because"],
    }


def draw_medication_timeline(timeline: pd.DataFrame, patient_id: str | int) -> go.Figure:
    """Draw a frame made by `medication_timeline_frame`."""
    who = f"Patient {as_text([patient_id])[0]}"
    if timeline.empty:
        return empty_figure(f"{who} cannot be judged", "The day of screening is not recorded.")
    if (timeline["effect"] == WINDOW).all():
        return empty_figure(f"{who} has no medication to judge", "No medication is recorded for this patient.")
    day, first = timeline["screening_date"].iloc[0], timeline["since"].min()
    drawn = figure(f"{who}: {_finding(timeline)}", height=130 + _ROW_HEIGHT * len(timeline), heads=20)
    rows = timeline.reset_index(drop=True)
    for effect in (WINDOW, PASSES, KEEPS_OUT, UNDECIDED, OTHER, NOT_JUDGED):
        _add_bars(drawn, rows[rows["effect"] == effect], effect)
    judged = rows[rows["effect"] != WINDOW]
    drawn.add_scatter(
        uid="words",
        y=judged.index.tolist(),
        x=[day] * len(judged),
        text=[f"  {_SYMBOLS[effect]} {_WORDS[effect]}" for effect in judged["effect"]],
        mode="text",
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    drawn.add_vline(x=day, line={"color": colours.INK, "width": 2})
    drawn.add_annotation(text="screening", x=day, y=1, yref="paper", yanchor="bottom", showarrow=False)
    drawn.update_layout(bargap=0.3, barmode="overlay", margin={"r": 130})
    drawn.update_xaxes(type="date", range=[first, day], hoverformat="%Y-%m-%d", tickformat="%b %Y", nticks=7)
    drawn.update_yaxes(
        tickmode="array",
        tickvals=rows.index.tolist(),
        ticktext=as_text(rows["label"]),
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return drawn


def _finding(timeline: pd.DataFrame) -> str:
    """How many courses before screening stand in the way, and how many cannot be judged."""
    courses = timeline[timeline["effect"] != WINDOW]
    if (courses["effect"] == NOT_JUDGED).all():
        return f"{counted(len(courses), 'course')} before screening, which the protocol does not judge"
    kept, open_ = (int((courses["effect"] == effect).sum()) for effect in (KEEPS_OUT, UNDECIDED))
    if not kept and not open_:
        return "no medication before screening stands in the way"
    said = [f"{kept} {verb(kept, 'stands', 'stand')} in the way"] if kept else []
    said += [f"{open_} cannot be judged"] if open_ else []
    return f"of {counted(len(courses), 'course')} before screening, {listed(said)}"


@tables_in_order
@plots(medication_timeline_frame, draw_medication_timeline)
def plot_medication_timeline() -> None:
    """Draw prior treatment as a timeline: what a patient took before screening, and the wash-out windows.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a course on one axis of days that ends at screening; whether the record allows it by colour, pattern,
        symbol and word.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> drawn = mt.figures.plot_medication_timeline(mt.load_medications(), mt.load_patients(), "P204")
    >>> drawn.layout.title.text
    'Patient P204: of 5 courses before screening, 2 stand in the way'
    """


def _add_bars(drawn: go.Figure, rows: pd.DataFrame, effect: str) -> None:
    shortest = pd.Timedelta(days=_DAYS_SHOWN_AT_LEAST)
    lengths = (rows["until"] - rows["since"]).clip(lower=shortest) if len(rows) else pd.Series(dtype="timedelta64[ns]")
    drawn.add_bar(
        uid=effect.replace(" ", "_"),
        name="window before screening" if effect == WINDOW else f"{_SYMBOLS[effect]} {_WORDS[effect]}",
        orientation="h",
        y=rows.index.tolist(),
        base=[f"{until - length:%Y-%m-%d}" for until, length in zip(rows["until"], lengths, strict=True)],
        x=[length.total_seconds() * 1000 for length in lengths],
        width=0.34 if effect == WINDOW else 0.68,
        marker={
            "color": _COLOURS[effect],
            "line": {"color": colours.QUIET, "width": 1},
            "pattern": {
                "shape": _PATTERNS[effect],
                "fgcolor": colours.PAPER,
                "size": 6,
                "solidity": 0.2,
                "fillmode": "overlay",
            },
        },
        customdata=[as_text(pair) for pair in zip(rows["label"], rows["said"], rows["because"], strict=True)],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    )
