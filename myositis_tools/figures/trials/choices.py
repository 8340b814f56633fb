"""Who is in another class of response under which admissible choice."""

from __future__ import annotations

from textwrap import wrap
from types import MappingProxyType
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import NotFoundError, listed
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import some_of, verb
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import enter, in_pandas, to_pandas
from myositis_tools.studies.response.choices import NOT_CERTAIN, REFERENCE

MOST_ROWS = 40  # with more patients, those who go the same way share a row

_NEEDED = ("patient_id", "week", "choice_number", "choice", "response", "class_change")
_SIGNS = MappingProxyType({"none": "○", "minimal": "◔", "moderate": "◑", "major": "●", NOT_CERTAIN: "?"})
_COLOURS = MappingProxyType({**colours.CLASS_TINTS, NOT_CERTAIN: colours.UNKNOWN_TINT})
_ORDER = tuple(_SIGNS)
_UNCHANGED = len(_ORDER)
_ARROWS = MappingProxyType({"higher": "▲", "lower": "▼"})
_ROW_HEIGHT, _LINE_HEIGHT, _TITLE_HEIGHT, _FOOT_HEIGHT = 26, 17, 100, 24
_CELL_FONT, _HEAD_FONT = 11, 12
_NOTE_BELOW_TOP, _NOTE_LETTERS, _HEAD_LETTERS = 76, 72, 11


def choices_frame(compared: Any, *, week: float) -> pd.DataFrame:
    """Give exactly what `plot_choices` draws: the class of each patient at one visit under each choice.

    Parameters
    ----------
    compared : frame
        What `compare_choices` gives.
    week : int
        The visit.

    Returns
    -------
    pandas.DataFrame
        One row a patient and choice, the reference first: ``patient_id``, ``place`` (the patient's row: those who
        change first, by their class in the reference), ``choice_number``, ``choice``, ``response`` (``not certain``
        where there is no class), ``class_change``, ``differs`` (another word than in the reference) and ``moves``
        (whether the patient's class differs under any choice).

    Raises
    ------
    NotFoundError
        If nobody has a visit in that week.
    MyositisToolsError
        If a column is not there.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> compared = mt.compare_choices(mt.load_visits(), {"juvenile thresholds": {"population": "juvenile"}})
    >>> frame = mt.figures.choices_frame(compared, week=12)
    >>> frame.loc[frame["place"] == 0, ["choice", "response", "class_change"]].values.tolist()
    [['reference', 'minimal', 'same'], ['juvenile thresholds', 'none', 'lower']]
    """
    unique = ("choice_number", "patient_id", "week")
    table = in_pandas(enter(to_pandas(compared), "choices", needs=_NEEDED, unique=unique).frame)
    weeks = sorted(table["week"].unique())
    if len(weeks) and week not in weeks:
        raise NotFoundError(
            f"Nobody has a visit in week {week:g}.",
            expected=f"one of {listed(f'{one:g}' for one in weeks)}",
            hint="week= is the visit that is drawn",
        )
    table = table.loc[table["week"] == week, list(_NEEDED)].drop(columns="week")
    table["patient_id"] = table["patient_id"].astype(str)
    table["response"] = table["response"].fillna(NOT_CERTAIN)
    reference = table[table["choice"] == REFERENCE].set_index("patient_id")["response"]
    table["differs"] = table["response"] != table["patient_id"].map(reference)
    table["moves"] = table.groupby("patient_id")["differs"].transform("any")
    table["place"] = table["patient_id"].map(_places(table))
    names = ["patient_id", "place", "choice_number", "choice", "response", "class_change", "differs", "moves"]
    return table.sort_values(["choice_number", "place"], kind="stable")[names].reset_index(drop=True)


def _places(table: pd.DataFrame) -> pd.Series:
    """Number the patients: those who move first, then by their classes from the reference to the last choice."""
    ranks = table.assign(rank=table["response"].map(_ORDER.index).astype("float64"), stays=~table["moves"])
    order = ranks.pivot_table(index=["stays", "patient_id"], columns="choice_number", values="rank").reset_index()
    order = order.sort_values([name for name in order.columns if name != "patient_id"] + ["patient_id"])
    return pd.Series(range(len(order)), index=order["patient_id"])


def plot_choices(compared: Any, *, week: float) -> go.Figure:
    """Draw a multiverse analysis: whose class of response at one visit is another under which choice.

    Parameters
    ----------
    compared, week
        As in `choices_frame`.

    Returns
    -------
    plotly.graph_objects.Figure
        One column a choice and one row a patient, or, with more than forty, one row for all who go the same way. A
        field in full colour is another class than the reference's, with an arrow where it is higher or lower. Who is
        in one class under every choice is counted above and not drawn.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> compared = mt.compare_choices(mt.load_visits(), {"juvenile thresholds": {"population": "juvenile"}})
    >>> mt.figures.plot_choices(compared, week=12).layout.title.text
    'Week 12: 17 of 44 patients change class under some choice'
    """
    return draw_choices(choices_frame(compared, week=week), title=f"Week {week:g}")


def draw_choices(frame: pd.DataFrame, *, title: str = "At the visit") -> go.Figure:
    """Draw a frame made by `choices_frame`."""
    if frame.empty:
        return empty_figure(f"{title}: nothing to compare", "There is no visit after the baseline to compare.")
    if not frame["moves"].any():
        return empty_figure(f"{title}: no choice changes the class of anybody", _summary(frame))
    rows, left_out = _rows(frame)
    choices = list(dict.fromkeys(rows["choice"]))
    columns = {choice: place for place, choice in enumerate(choices)}
    labels = rows.drop_duplicates("row").sort_values("row")["label"].tolist()
    shown = rows["differs"] | (rows["choice"] == REFERENCE)
    rows = rows.assign(
        x=rows["choice"].map(columns),
        code=rows["response"].map(_ORDER.index).where(shown, _UNCHANGED),
        text=rows["class_change"].map(_ARROWS).fillna("").where(rows["differs"], "")
        + rows["response"].map(_SIGNS)
        + " "
        + rows["response"],
        shown=shown,
    )
    heads = [_head(choice, frame[frame["choice"] == choice]) for choice in choices]
    note = wrap(_summary(frame) + left_out, _NOTE_LETTERS)
    top = _TITLE_HEIGHT + _LINE_HEIGHT * (len(note) + max(head.count("<br>") + 1 for head in heads))
    drawn = figure(f"{title}: {_found(frame)}", height=top + _FOOT_HEIGHT + _ROW_HEIGHT * len(labels))
    _add_cells(drawn, rows, labels)
    _add_words(drawn, rows)
    _add_legend(drawn)
    drawn.add_annotation(
        text="<br>".join(note),
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        yshift=top - _NOTE_BELOW_TOP,
        align="left",
        showarrow=False,
    )
    drawn.update_xaxes(
        side="top",
        tickvals=list(columns.values()),
        ticktext=heads,
        tickangle=0,
        tickfont={"size": _HEAD_FONT},
        ticks="",
        showgrid=False,
        showline=False,
    )
    drawn.update_xaxes(range=[-0.5, len(choices) - 0.5])
    drawn.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=as_text(labels),
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        showline=False,
    )
    drawn.add_vline(x=0.5, line={"color": colours.INK, "width": 2})
    drawn.update_layout(
        margin={"t": top, "b": _FOOT_HEIGHT},
    )
    return drawn


def _found(frame: pd.DataFrame) -> str:
    """How many change, and under which choice most do."""
    everyone = frame["patient_id"].nunique()
    moves = int(frame.loc[frame["moves"], "patient_id"].nunique())
    most = frame[frame["differs"]].groupby("choice", sort=False).size()
    said = f"{some_of(moves, everyone)} {verb(moves, 'patient changes', 'patients change')} class under some choice"
    if len(most) < 2:
        return said
    return f"{said}, most under {as_text([most.idxmax()])[0]}: {most.max()}"


def _rows(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The rows to draw: a patient each, or all who go the same way; and what is said of those left out."""
    moving = frame[frame["moves"]].sort_values(["place", "choice_number"], kind="stable")
    if moving["patient_id"].nunique() <= MOST_ROWS:
        return moving.assign(row=moving["place"], label=moving["patient_id"]), ""
    ways = moving.groupby("patient_id", sort=False)["response"].agg("|".join)
    counts = ways.value_counts()
    kept = set(counts.index[:MOST_ROWS])
    first = ways[ways.isin(kept)].drop_duplicates()
    names = [f"{counts[way]} patients" if counts[way] > 1 else patient for patient, way in first.items()]
    labels = pd.DataFrame({"row": range(len(first)), "label": names}, index=first.index)
    rest = int(counts.iloc[MOST_ROWS:].sum())
    go = "goes another way" if rest == 1 else "go other ways"
    said = f" {rest} {go}, with too few patients for a row." if rest else ""
    return moving[moving["patient_id"].isin(first.index)].join(labels, on="patient_id"), said


def _add_cells(drawn: go.Figure, rows: pd.DataFrame, labels: list[str]) -> None:
    codes = rows.pivot_table(index="row", columns="x", values="code")
    words = rows.pivot_table(index="row", columns="x", values="text", aggfunc="first")
    names = as_text(rows.drop_duplicates("x").sort_values("x")["choice"])
    fills = [*_COLOURS.values(), colours.GRID]
    steps = [
        [edge / len(fills), fill] for code, fill in enumerate(fills) for edge in (code, code + 1)
    ]  # each colour from its own edge to the next
    drawn.add_heatmap(
        uid="classes",
        z=codes.to_numpy(dtype="float64"),
        x=list(range(len(names))),
        y=list(range(len(labels))),
        customdata=[
            [f"{label}<br>{name}: {word}" for name, word in zip(names, line, strict=True)]
            for label, line in zip(as_text(labels), words.to_numpy(), strict=True)
        ],
        zmin=-0.5,
        zmax=len(fills) - 0.5,
        colorscale=steps,
        showscale=False,
        xgap=3,
        ygap=3,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _add_words(drawn: go.Figure, rows: pd.DataFrame) -> None:
    for uid, here, ink in (
        ("unchanged", ~rows["shown"], colours.QUIET),
        ("changed", rows["shown"], colours.INK_ON_FILL),
    ):
        own = rows[here]
        drawn.add_scatter(
            uid=uid,
            x=[None, *own["x"]],
            y=[0, *own["row"]],
            text=["", *own["text"]],
            mode="text",
            textfont={"color": ink, "size": _CELL_FONT},
            hoverinfo="skip",
            showlegend=False,
        )


def _add_legend(drawn: go.Figure) -> None:
    named = {f"{_SIGNS[word]} {word}": colour for word, colour in _COLOURS.items()} | {
        "as in the reference": colours.GRID
    }
    for place, (name, colour) in enumerate(named.items()):
        drawn.add_scatter(
            uid=f"legend_{place}",
            x=[None],
            y=[0],
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": colour, "line": {"color": colours.INK, "width": 1}},
            name=name,
        )


def _head(choice: str, of_choice: pd.DataFrame) -> str:
    """The name of a choice over how many patients it moves, all patients counted."""
    name = [f"<b>{line}</b>" for line in as_text(wrap(choice, _HEAD_LETTERS) or [choice])]
    if choice == REFERENCE:
        return "<br>".join(name)
    moved = [(f"{arrow} ", word, of_choice["class_change"] == word) for word, arrow in _ARROWS.items()]
    is_open, opens = of_choice["class_change"] == "not known", of_choice["response"] == NOT_CERTAIN
    moved += [("", "certain", is_open & ~opens & of_choice["differs"])]
    moved += [(f"{_SIGNS[NOT_CERTAIN]} ", "uncertain", opens & of_choice["differs"])]
    counts = [f"{sign}{here.sum()} {word}" for sign, word, here in moved if here.any()]
    return "<br>".join([*name, *(counts or ["no change"])])


def _summary(frame: pd.DataFrame) -> str:
    reference = frame[frame["choice"] == REFERENCE]
    stay = reference[~reference["moves"]]
    counts = stay["response"].value_counts()
    # a line never breaks within a count
    words = ", ".join(
        f"{_SIGNS[word]} {word} {counts[word]}".replace(" ", "\u00a0") for word in _ORDER if word in counts
    )
    said = f"{len(stay)} of {len(reference)} patients have one class under every choice"
    said += f": {words}." if words else "."
    return said if stay.empty or len(stay) == len(reference) else f"{said} They are not drawn."
