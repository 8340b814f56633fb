"""Differences between arms as a forest: one line an estimate with its interval, subgroups under their heading."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import OptionError, listed
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.figures.trials.effect_axes import _Axis, _RatioAxis
from myositis_tools.figures.trials.effect_words import (
    ESTIMATE,
    HEADING,
    RATIO,
    SUBGROUP,
    TEST,
    WHOLE,
    say_effects,
    with_gaps,
)
from myositis_tools.frames import given_back, to_pandas
from myositis_tools.studies.follow_up.measures import spoken
from myositis_tools.studies.trials.subgroups import EVERYBODY, INTERACTION
from myositis_tools.studies.trials.two_samples import POINTS

COLUMNS = ("kind", "label", "value", "low", "high", "unit", "text", "patients", "note", "arm", "reference")
_NEEDED = ("estimate", "arm", "reference", "value", "low", "high", "unit", "patients", "reference_patients")
_TELL_APART = (
    "week",
    "from_week",
    "to_week",
    "level",
    "estimate",
    "method",
    "missing",
    "estimand",
    "covariance",
    "arm",
)
_FEW = "too few to conclude"  # what a row of a small subgroup says
_ROW, _ROOM = 30, 142  # pixels: a line, and what stands around them
_ASIDE, _SIGN = 14, 6.4  # pixels: between the columns of numbers, and a sign of their text
_OF_FEW = 48  # pixels: the warning beside a number of patients
_SYMBOLS = {ESTIMATE: "square", WHOLE: "diamond", SUBGROUP: "square"}
_METHODS = {
    "welch": "Welch",
    "adjusted": "adjusted",
    "permutation": "permutation",
    "hodges-lehmann": "Hodges-Lehmann",
    "brunner-munzel": "Brunner-Munzel",
    "u-statistic": "U-statistics",
    "wald": "Wald",
    "newcombe": "Newcombe",
    "exact": "exact",
    "gee": "GEE",
}
_STRATEGIES = {
    "complete": "complete cases",
    "non-responder": "as non-responders",
    "worst": "worst case",
    "best": "best case",
}
_SAID = {"method": _METHODS, "missing": _STRATEGIES}


def effects_frame(effects: Any) -> pd.DataFrame:
    """Give exactly what `plot_effects` draws.

    Parameters
    ----------
    effects : frame
        Rows of one unit of `compare_scores`, `compare_responders`, `compare_counts`, `compare_over_visits`,
        `compare_imputed`, `compare_prednisone` or `compare_subgroups`.

    Returns
    -------
    pandas.DataFrame
        One row a line: ``kind`` (``estimate``; ``all``, ``heading``, ``subgroup`` and ``interaction`` of subgroups),
        ``label`` (what tells the rows apart), ``value``, ``low``, ``high``, ``unit``, ``text`` (the three in words),
        ``patients`` (of the arm and of the reference), ``note`` (a warning, or why there is no interval), ``arm`` and
        ``reference``. Rows of one arm alone are left out.

    Raises
    ------
    MissingColumnError
        If it is no such table.
    OptionError
        If the rows have several units.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_scores(mt.load_visits(), 12, missing=("complete", "worst", "best"))
    >>> mt.figures.effects_frame(found[found["method"] == "welch"])[["label", "text", "patients"]]
                label                 text patients
    0  Complete cases   18.9 (8.3 to 29.4)  21 v 20
    1      Worst case   7.0 (−6.4 to 20.3)  24 v 24
    2       Best case  22.9 (11.6 to 34.3)  24 v 24
    """
    numbers = ("value", "low", "high", "patients", "reference_patients")
    expected = "a table that one of the compare functions gives"
    given = given_back(effects, _NEEDED, expected=expected, numbers=numbers)
    given = given[given["reference"].notna()].reset_index(drop=True)
    units = list(dict.fromkeys(given["unit"]))
    if len(units) > 1:
        raise OptionError(
            f"The rows have several units: {listed(units)}.",
            expected="one unit on one axis",
            hint="choose rows by estimate, such as found[found['estimate'] == 'difference']",
        )
    if "subgroup" in given:
        rows = _of_subgroups(given)
    else:
        told = [name for name in _TELL_APART if name in given and len(set(given[name].dropna())) > 1]
        rows = [_line(ESTIMATE, ", ".join(_said(name, row[name]) for name in told), row) for row in _rows(given)]
        for row in rows:
            row["label"] = row["label"] or f"{row['arm']} against {row['reference']}"
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plot_effects(effects: Any, *, title: str | None = None) -> go.Figure:
    """Draw a forest plot: differences between arms, or ratios, with their confidence intervals.

    Parameters
    ----------
    effects : frame
        As in `effects_frame`.
    title : str, optional
        By default what is estimated.

    Returns
    -------
    plotly.graph_objects.Figure
        One line an estimate, with its numbers beside it; ratios on a logarithmic axis; a line where there is no
        difference. A subgroup with few patients has an open mark and a warning.

    Raises
    ------
    MissingColumnError, OptionError
        As in `effects_frame`.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> visits = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex"]], on="patient_id")
    >>> mt.figures.plot_effects(mt.compare_subgroups(visits, 12, by="sex")).layout.title.text.partition("<br>")[0]
    'IVIg does better than placebo: 18.9 points (8.3 to 29.4)'
    """
    return draw_effects(effects_frame(effects), title=title or title_of_effects(effects))


def draw_effects(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Draw a frame made by `effects_frame`."""
    title = as_text([title])[0]
    if frame.empty:
        return empty_figure("No difference can be shown", "There is nothing to compare.")
    frame = frame.assign(text=with_gaps(frame))
    drawn = figure(say_effects(frame), below=title, height=_ROW * (len(frame) + 1) + _ROOM, legend=False)
    frame = frame.assign(place=range(len(frame)), is_few=frame["note"].str.contains(_FEW))
    is_ratio = frame["unit"].iloc[0] == RATIO
    axis = _RatioAxis(frame) if is_ratio else _Axis(frame)
    drawn.add_vline(x=axis.none, line={"color": colours.QUIET, "width": 1.5, "dash": "dot"})
    is_open = frame["is_few"] | frame["low"].isna()
    for kind in (ESTIMATE, SUBGROUP, WHOLE):
        for is_few in (False, True):
            rows = frame[(frame["kind"] == kind) & (is_open == is_few) & frame["value"].notna()]
            _add_lines(drawn, rows, kind, axis, is_few=is_few)
    patients_at = _ASIDE + _wide(frame.loc[frame["kind"] != TEST, "text"], "Estimate") + _ASIDE
    words = [one for row in frame.to_dict("records") for one in _words_of(row, patients_at)]
    words += [
        _beside("<b>Estimate</b>", _ASIDE, -0.8, colours.QUIET),
        _beside("<b>Patients</b>", patients_at, -0.8, colours.QUIET),
    ]
    texts = [
        f"<b>{text}</b>" if kind in (HEADING, WHOLE) else text
        for text, kind in zip(as_text(frame["label"]), frame["kind"], strict=True)
    ]
    drawn.update_yaxes(
        range=[len(frame) - 0.4, -1.3], tickvals=frame["place"], ticktext=texts, showgrid=False, ticks=""
    )
    drawn.update_xaxes(title_text=_directions(frame), **axis.layout())
    room = patients_at + _wide(frame["patients"], "Patients") + (_OF_FEW if frame["is_few"].any() else _ASIDE)
    return drawn.update_layout(annotations=words, showlegend=False, margin={"b": 64, "r": room})


def _wide(texts: pd.Series, heading: str) -> int:
    """The pixels that a column of text needs."""
    return round(_SIGN * max(len(text) for text in [*texts, heading]))


def _add_lines(drawn: go.Figure, rows: pd.DataFrame, kind: str, axis: _Axis, *, is_few: bool) -> None:
    colour = colours.INK if kind == WHOLE else colours.ACCENT
    values = [axis.within(one) for one in rows["value"]]
    reach = {
        end: [abs(axis.within(one) - value) if one == one else 0 for one, value in zip(rows[end], values, strict=True)]
        for end in ("low", "high")
    }
    drawn.add_scatter(
        uid=f"{kind}{'_few' if is_few else ''}",
        x=values,
        y=rows["place"],
        mode="markers",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": reach["high"],
            "arrayminus": reach["low"],
            "color": colour,
            "thickness": 1.5 if is_few else 2.5,
            "width": 0,
        },
        marker={
            "symbol": _SYMBOLS[kind] + ("-open" if is_few else ""),
            "size": 12 if kind == WHOLE else 9,
            "color": colour,
            "line": {"width": 2, "color": colour} if is_few else {"width": 0},
        },
        cliponaxis=False,
        customdata=list(zip(as_text(rows["label"]), as_text(rows["text"]), as_text(rows["note"]), strict=True)),
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    )


def _words_of(row: dict[str, Any], patients_at: int) -> list[dict[str, Any]]:
    """What stands beside a line; why there is no estimate stands where the line would."""
    if row["kind"] == HEADING:
        return []
    place = row["place"]
    few = " ▲ few" if row["is_few"] else ""
    patients = _beside(as_text([row["patients"]])[0] + few, patients_at, place, colours.INK)
    if row["text"]:
        colour = colours.QUIET if row["kind"] == TEST else colours.INK
        return [_beside(as_text([row["text"]])[0], _ASIDE, place, colour), patients]
    why = as_text([row["note"].split("; ")[-1]])[0]
    said = (
        [_said_at(why, place, colours.QUIET, x=0.01) | {"bgcolor": colours.PAPER}] if why else []
    )  # over the lines of the axis
    return [*said, patients]


def _beside(text: str, pixels: int, y: float, colour: str) -> dict[str, Any]:
    """A text right of the axis: columns as wide as their text, however wide the figure."""
    return _said_at(text, y, colour, x=1.0, pixels=pixels)


def _said_at(text: str, y: float, colour: str, *, x: float, pixels: int = 0) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xshift": pixels,
        "xref": "paper",
        "xanchor": "left",
        "y": y,
        "yanchor": "middle",
        "align": "left",
        "showarrow": False,
        "font": {"color": colour, "size": 12},
    }


def _directions(frame: pd.DataFrame) -> str:
    """Which side of the axis speaks for whom."""
    arms, references = (list(dict.fromkeys(frame[name].dropna())) for name in ("arm", "reference"))
    arm = as_text(arms)[0] if len(arms) == 1 else "the arm"
    reference = as_text(references)[0] if len(references) == 1 else "the reference"
    if frame["unit"].iloc[0].startswith("mg"):
        return f"← less with {arm} &nbsp; {frame['unit'].iloc[0]} &nbsp; more with {arm} →"
    unit = "" if frame["unit"].iloc[0] == RATIO else f"{frame['unit'].iloc[0]} &nbsp; "
    return f"← better with {reference} &nbsp; {unit}better with {arm} →"


# -------------------------------------------------------------------------------------------------------------- lines


def _rows(given: pd.DataFrame) -> list[dict[str, Any]]:
    return given.to_dict("records")


def _of_subgroups(given: pd.DataFrame) -> list[dict[str, Any]]:
    lines = []
    several = len(set(given["arm"])) > 1
    for arm, of_arm in given.groupby("arm", sort=False):
        for name, of_name in of_arm.groupby("by", sort=False):
            if name:
                lines.append(dict.fromkeys(COLUMNS) | _blank(HEADING, spoken(name), of_name.iloc[0]))
            for row in _rows(of_name):
                if row["subgroup"] == EVERYBODY:
                    lines.append(_line(WHOLE, f"{EVERYBODY}: {arm}" if several else EVERYBODY, row))
                elif row["subgroup"] == INTERACTION:
                    p_value = row["p_value"]
                    said = f"interaction p = {p_value:.2f}" if p_value == p_value else ""
                    lines.append(_blank(TEST, "", row) | {"text": said, "note": row["because"]})
                else:
                    lines.append(_line(SUBGROUP, spoken(row["subgroup"]).replace("_", " "), row))
    return lines


def _blank(kind: str, label: str, row: Any) -> dict[str, Any]:
    nothing = {"value": float("nan"), "low": float("nan"), "high": float("nan")}
    same = {name: row[name] for name in ("unit", "arm", "reference")}
    label = label.replace("_", " ")
    return (
        {"kind": kind, "label": label[:1].upper() + label[1:], "text": "", "patients": "", "note": ""} | nothing | same
    )


def _line(kind: str, label: str, row: dict[str, Any]) -> dict[str, Any]:
    is_ratio = row["unit"] == RATIO
    digits = 2 if is_ratio else 1
    patients, others = ("?" if row[name] != row[name] else f"{row[name]:.0f}" for name in _NEEDED[-2:])
    note = "; ".join(one for one in (row.get("caution"), row.get("because")) if isinstance(one, str) and one)
    return {
        "kind": kind,
        "label": label[:1].upper() + label[1:],
        **{name: float("nan") if row[name] is None else float(row[name]) for name in ("value", "low", "high")},
        "unit": row["unit"],
        "text": _stated(row, digits),
        "patients": f"{patients} v {others}",
        "note": note,
        "arm": row["arm"],
        "reference": row["reference"],
    }


def _stated(row: dict[str, Any], digits: int) -> str:
    value, low, high = (float("nan") if row[name] is None else float(row[name]) for name in ("value", "low", "high"))
    if isnan(value):
        return ""
    if not isnan(low):
        return f"{_number(value, digits)} ({_number(low, digits)} to {_number(high, digits)})"
    p_value = row.get("p_value")
    if p_value is None or isnan(p_value):
        return f"{_number(value, digits)} (no interval)"
    said = "< 0.001" if p_value < 0.001 else f"= {p_value:.3f}"
    return f"{_number(value, digits)} (p {said})"


def _number(value: float, digits: int) -> str:
    return f"{value:z.{digits}f}".replace("-", "−") if isfinite(value) else "∞"


def _said(name: str, value: Any) -> str:
    if value is None or value != value:
        return ""
    if name in ("week", "to_week"):
        return f"week {value:g}"
    text = str(value)
    if name == "arm" and text != text.strip():
        return repr(text)  # or it looks like the arm without the space
    return _SAID.get(name, {}).get(text, text)


def title_of_effects(effects: Any) -> str:
    """Say what a table of effects estimates, in which unit and with which interval."""
    given = to_pandas(effects)
    given = given[given["reference"].notna()]
    estimates = list(dict.fromkeys(given["estimate"])) or ["effect"]
    unit = given["unit"].iloc[0] if len(given) else ""
    what = estimates[0] if len(estimates) == 1 else "ratios" if unit == RATIO else "differences"
    named = {
        "mean difference": "mean difference of the Total Improvement Score",
        "difference": "difference of responders",
        "shift": "shift of the Total Improvement Score",
    }
    what = named.get(what, what) + (
        " of the Total Improvement Score" if what == "differences" and unit == POINTS else ""
    )
    levels = sorted({one for one in given.get("level", []) if isinstance(one, str) and one})
    what += f", {levels[0]} improvement or better" if len(levels) == 1 and levels[0] != "major" else ""
    what += f", {unit}" if unit and unit != RATIO else ""
    confidences = sorted(set(given.get("confidence", pd.Series(dtype=float)).dropna()))
    what += f", {100 * confidences[0]:g} % interval" if len(confidences) == 1 else ""
    return what[:1].upper() + what[1:]
