"""The course of a patient as small pictures that need no program: lines and signs that read the same without colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby, pairwise

import pandas as pd

from myositis_tools.figures.patient.abnormal import abnormal_from, top_of_scale
from myositis_tools.figures.patient.patient_profile import PREDNISONE, RECORDED
from myositis_tools.figures.patient.total_improvement import MOST_POINTS, short_label
from myositis_tools.html_tables import Html, as_html
from myositis_tools.report.picture_texts import words_of_profile
from myositis_tools.scores.core_set import measures
from myositis_tools.studies.follow_up.measures import INFUSION, Measure, measure_named
from myositis_tools.studies.follow_up.response_states import NO_VISIT
from myositis_tools.tables import records

_WIDE, _HIGH = 220, 102
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 212, 14, 83
_LETTER = 11  # the height of one
_ABOVE_DOSES = 1.3  # room for the highest dose in words
_LEAST_ROOM = 24  # between the numbers of two visits
_BAR_WIDE, _BAR_HIGH, _BAR_TOP, _BAR_BOTTOM = 760, 46, 16, 31
KEY = (
    ("- - -", "from here on abnormal (shaded), as TIME IS MUSCLE counts it"),
    ("×", "no visit"),
    ("◇", "visit, value not recorded"),
    ("▼", "infusion"),
)


def course_pictures(profile: pd.DataFrame) -> list[Html]:
    """Draw the six measures and prednisone, each on its own scale.

    Parameters
    ----------
    profile : pandas.DataFrame
        As `patient_profile_frame` gives it.
    """
    weeks = sorted(int(week) for week in profile["week"].unique())
    given = profile.loc[profile["panel"] == INFUSION, "week"]
    pictures = []
    for panel in (*measures(), PREDNISONE):
        rows = profile[profile["panel"] == panel]
        label = "prednisone" if panel == PREDNISONE else short_label(panel)
        if rows.empty:
            pictures.append(_named(label, "", Html("<p>Not in the table.</p>")))
            continue
        measure = measure_named(rows["column"].iloc[0])
        infusions = list(given) if panel == PREDNISONE else []
        drawn = _picture(rows, measure, weeks, infusions, is_dose=panel == PREDNISONE)
        pictures.append(_named(measure.title, "and infusions" if infusions else measure.direction or "dose", drawn))
    return pictures


def _named(title: str, below: str, drawn: Html) -> Html:
    title = title[:1].upper() + title[1:]
    small = f" <small>{as_html(below)}</small>" if below else ""
    return Html(f"<figure><figcaption><b>{as_html(title)}</b>{small}</figcaption>{drawn}</figure>")


class _Scale:
    """Where a week and a value stand in a picture."""

    def __init__(self, weeks: Sequence[int], most: float) -> None:
        self._first, self._length, self.most = weeks[0], max(weeks[-1] - weeks[0], 1), most
        self._margin = 8

    def x(self, week: float) -> float:
        room = _RIGHT - _LEFT - 2 * self._margin
        return round(_LEFT + self._margin + room * (week - self._first) / self._length, 1)

    def y(self, value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / self.most, 1)


def _picture(
    rows: pd.DataFrame, measure: Measure, weeks: Sequence[int], infusions: Sequence[float], *, is_dose: bool
) -> Html:
    seen = rows["value"].max() if rows["value"].notna().any() else 1.0
    top = float(seen) or 1.0 if is_dose else top_of_scale(rows, measure)
    scale = _Scale(weeks, _ABOVE_DOSES * top if is_dose else top)
    limit = None if is_dose else abnormal_from(measure)
    parts = [] if limit is None else _zone(scale, limit, measure.better)
    parts += [_line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, "axis"), _line(_LEFT, _TOP, _LEFT, _BOTTOM, "axis")]
    ends = [0.0, top]
    shown = [*ends, limit] if limit is not None and _is_clear(scale, limit, ends) else ends
    parts += [_text(_LEFT - 4, scale.y(one) + 4, f"{one:g}", "end") for one in shown]
    parts += [_text(scale.x(week), _BOTTOM + 14, f"{week:g}", "middle") for week in _with_room(scale, weeks)]
    parts += _course(rows, scale, is_dose=is_dose)
    parts += [_text(scale.x(week), _TOP - 4, "▼", "middle") for week in infusions]
    said = escape(words_of_profile(rows), quote=True)
    return Html(f"<svg viewBox='0 0 {_WIDE} {_HIGH}' role='img' aria-label='{said}'>{''.join(parts)}</svg>")


def _zone(scale: _Scale, limit: float, better: str) -> list[str]:
    edge = scale.y(limit)
    top, bottom = (_TOP, edge) if better == "lower" else (edge, _BOTTOM)
    shade = f"<rect class='zone' x='{_LEFT}' y='{top}' width='{_RIGHT - _LEFT}' height='{round(bottom - top, 1)}'/>"
    return [shade, _line(_LEFT, edge, _RIGHT, edge, "limit")]


def _is_clear(scale: _Scale, value: float, others: Sequence[float]) -> bool:
    return all(abs(scale.y(value) - scale.y(other)) >= _LETTER for other in others)


def _with_room(scale: _Scale, weeks: Sequence[int]) -> list[int]:
    """The first and the last visit, and those between them whose numbers do not run into others."""
    shown = list(dict.fromkeys([weeks[0], weeks[-1]]))
    for week in weeks:
        if all(abs(scale.x(week) - scale.x(other)) >= _LEAST_ROOM for other in shown):
            shown.append(week)
    return shown


def _course(rows: pd.DataFrame, scale: _Scale, *, is_dose: bool) -> list[str]:
    rows = rows.sort_values("week")
    parts = []
    for known, stretch in groupby(rows.itertuples(), key=lambda row: row.state == RECORDED):
        visits = list(stretch)
        if not known:
            gaps = [(row.week, "×" if row.state == NO_VISIT else "◇") for row in visits]
            parts += [_text(scale.x(week), _BOTTOM - 2, sign, "middle") for week, sign in gaps]
            continue
        corners = [(scale.x(row.week), scale.y(row.value)) for row in visits]
        if is_dose:  # a dose holds until the next visit
            steps = [point for (_, y), (x, after) in pairwise(corners) for point in ((x, y), (x, after))]
            path = [corners[0], *steps]
        else:
            path = corners
        parts.append(f"<polyline class='course' points='{' '.join(f'{x},{y}' for x, y in path)}'/>")
        parts += [f"<circle class='mark' cx='{x}' cy='{y}' r='2.6'/>" for x, y in corners]
    return parts + _values(rows[rows["state"] == RECORDED], scale)


def _values(known: pd.DataFrame, scale: _Scale) -> list[str]:
    """The first and the last value, beside their marks."""
    if known.empty:
        return [_text((_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2, "not recorded", "middle")]
    first = _value(known.iloc[0], scale, "start", 6)
    return [first] if len(known) == 1 else [first, _value(known.iloc[-1], scale, "end", 2)]


def _value(row: pd.Series, scale: _Scale, anchor: str, shift: float) -> str:
    """Above its mark; where that is too near to the top, beneath it."""
    x, y = scale.x(row["week"]), scale.y(row["value"])
    is_low = y - _LETTER > _TOP
    x += shift
    return _text(
        x, y - 6 if is_low else y + (4 if anchor == "start" else _LETTER + 4), f"{row['value']:.4g}", anchor, "value"
    )


def points_bar(low: float, high: float, population: str) -> Html:
    """Draw a score, or its bounds, on the points from 0 to 100, with the lowest score of each response category."""
    limits = [row for row in records("improvement_classes") if row["population"] == population]

    def x(points: float) -> float:
        return round(10 + (_BAR_WIDE - 30) * points / MOST_POINTS, 1)

    tall = _BAR_BOTTOM - _BAR_TOP
    parts = [
        f"<rect class='sure' x='{x(0)}' y='{_BAR_TOP}' width='{round(x(low) - x(0), 1)}' height='{tall}'/>",
        f"<rect class='open' x='{x(low)}' y='{_BAR_TOP}' width='{round(x(high) - x(low), 1)}' height='{tall}'/>",
        f"<rect class='frame' x='{x(0)}' y='{_BAR_TOP}' width='{x(MOST_POINTS) - x(0)}' height='{tall}'/>",
    ]
    if low < high:
        parts.append(_text((x(low) + x(high)) / 2, _BAR_BOTTOM - 5, "?", "middle"))
    for row in limits:
        at, name = x(float(row["minimum_score"] or 0)), str(row["response"])
        parts.append(_line(at, _BAR_TOP - 4, at, _BAR_BOTTOM + 3, "axis"))
        parts.append(_text(at + 3, _BAR_TOP - 5, "no response" if name == "none" else name))
        parts.append(_text(at, _BAR_BOTTOM + 14, f"{row['minimum_score']:g}", "middle"))
    parts.append(_text(x(MOST_POINTS), _BAR_BOTTOM + 14, f"{MOST_POINTS:g}", "middle"))
    said = f"{low:g} points" if low == high else f"between {low:g} and {high:g} points"
    return Html(
        f"<svg class='bar' viewBox='0 0 {_BAR_WIDE} {_BAR_HIGH}' role='img' aria-label='{said} of {MOST_POINTS:g}'>"
        f"{''.join(parts)}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f"<line class='{look}' x1='{x1}' y1='{y1}' x2='{x2}' y2='{y2}'/>"


def _text(x: float, y: float, words: str, anchor: str = "start", look: str = "") -> str:
    style = f" class='{look}'" if look else ""
    return f"<text{style} x='{x}' y='{round(y, 1)}' text-anchor='{anchor}'>{escape(words)}</text>"
