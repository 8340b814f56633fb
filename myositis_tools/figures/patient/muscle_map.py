"""Which muscles are weak, and on which side."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import listed, within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import to_pandas
from myositis_tools.scores.muscle_grades import TRACE, enter_grades, muscle_tests
from myositis_tools.tables import source

_PLACES = ("right", "single", "left")
_PLACE_NAMES = ("right", "midline", "left")
_ROW_HEIGHT, _FRAME_HEIGHT = 30, 110
# Weak is dark: one hue from light to dark reads the same for everybody, and the grade stands in each field.
_MOST_NAMED = 3
_SCALE = tuple(zip((0.0, 0.5, 1.0), colours.STRENGTH, strict=True))


def muscle_receipt(
    muscles: Any, row: int = 0, *, scale: str = "mmt26_260", side: str = "right", trace: int | None = None
) -> pd.DataFrame:
    """Give exactly what `plot_muscle_map` draws: each muscle of a scale with its grade.

    Parameters
    ----------
    muscles : pandas, Polars, DuckDB or PySpark frame
        As for `score_mmt`.
    row : int
        The place of the sheet, from 0.
    scale, side, trace
        As in `score_mmt`; only the muscles that the scale adds up are listed.

    Returns
    -------
    pandas.DataFrame
        One row a test: ``item``, ``label``, ``muscle``, ``place``, ``answer``, ``points`` (the grade),
        ``points_open``, ``points_possible``, ``source``, ``evidence``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import muscle_receipt
    >>> from myositis_tools.scores.muscle_grades import muscle_tests
    >>> muscles = pd.DataFrame({test.column: [9] for test in muscle_tests()}).assign(deltoid_left=None)
    >>> muscle_receipt(muscles, scale="mmt8_150")[["label", "answer", "points"]].iloc[:3]
                    label      answer  points
    0        neck flexors           9     9.0
    1  right middle deltoid         9     9.0
    2   left middle deltoid  not graded   NaN
    """
    tests = muscle_tests(scale, side)
    sheet = to_pandas(muscles).iloc[[row]]
    enter_grades(sheet, [test.column for test in tests], 0 if trace is None else trace)  # shown as T without a number
    return pd.DataFrame([_line(test, sheet[test.column].iloc[0], trace) for test in tests])


def _line(test: Any, given: Any, trace: int | None) -> dict[str, Any]:
    is_open = pd.isna(given)
    is_trace = isinstance(given, str) and given == TRACE
    grade = float("nan") if is_open or (is_trace and trace is None) else float(trace if is_trace else given)  # type: ignore[arg-type]
    return {
        "item": test.column,
        "label": test.label,
        "muscle": test.label.removeprefix(f"{test.side} "),
        "place": test.side,
        "answer": "not graded" if is_open else TRACE if is_trace else f"{grade:g}",
        "points": grade,
        "points_open": test.maximum if is_open else 0.0,
        "points_possible": test.maximum,
        "source": source("imacs_form_04").citation,
        "evidence": "verified",
    }


def _title(receipt: pd.DataFrame) -> str:
    """The weakest muscles."""
    known = receipt[receipt["points"].notna()]
    if known.empty:
        return "No muscle was graded"
    lowest = known["points"].min()
    weakest = known[known["points"] == lowest]
    if lowest == known["points_possible"].max():
        return "No muscle that was graded is weak"
    if len(weakest) == len(known) > 1:
        return f"All {len(known)} muscles that were graded have grade {lowest:g}"
    names = as_text(weakest["label"])
    several = f"{len(names)} of {len(known)} muscles"
    which = listed([within(name) for name in names]) if len(names) <= _MOST_NAMED else several
    return f"Weakest: {which}, grade {lowest:g}"


def draw_muscle_map(receipt: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `muscle_receipt`."""
    if receipt.empty:
        return empty_figure("There is nothing to map", "There is no muscle to draw.")
    rows = list(dict.fromkeys(receipt["muscle"]))
    best = float(receipt["points_possible"].max())
    grades = receipt.pivot_table(index="muscle", columns="place", values="points", dropna=False)
    grades = grades.reindex(index=rows, columns=list(_PLACES))
    drawn = figure(_title(receipt), legend=False, heads=24, height=_FRAME_HEIGHT + _ROW_HEIGHT * len(rows))
    drawn.add_heatmap(
        uid="grades",
        z=grades.astype(object).where(grades.notna(), None).to_numpy().tolist(),  # a widget's message may hold no NaN
        x=list(_PLACE_NAMES),
        y=as_text(rows),
        zmin=0,
        zmax=best,
        colorscale=[list(stop) for stop in _SCALE],
        xgap=3,
        ygap=3,
        showscale=False,  # the grade stands in each field
        hovertemplate="%{y}, %{x}: %{z:g}<extra></extra>",
        hoverongaps=False,
    )
    places = dict(zip(_PLACES, _PLACE_NAMES, strict=True))
    for uid, here, ink in (
        ("dark", receipt["points"] <= best / 2, colours.PAPER),
        ("light", receipt["points"] > best / 2, colours.INK),
        ("open", receipt["points"].isna(), colours.UNKNOWN),
    ):
        own = receipt[here]
        drawn.add_scatter(
            uid=uid,
            x=[None, *own["place"].map(places)],
            y=[as_text(rows)[0], *as_text(own["muscle"])],
            text=["", *(answer if uid != "open" else "? not graded" for answer in own["answer"])],
            mode="text",
            textfont={"color": ink if uid != "open" else colours.INK},
            hoverinfo="skip",
            showlegend=False,
        )
    drawn.update_xaxes(side="top", showgrid=False, categoryorder="array", categoryarray=list(_PLACE_NAMES))
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn.update_layout(margin_b=24)  # there is no legend to make room for


@plots(muscle_receipt, draw_muscle_map)
def plot_muscle_map() -> None:
    """Draw the grade of each muscle, right, midline and left.

    Returns
    -------
    plotly.graph_objects.Figure
        A field a muscle and side with its grade in it; the weaker, the darker; not graded is marked.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> from myositis_tools.scores.muscle_grades import muscle_tests
    >>> muscles = pd.DataFrame({test.column: [6 + place % 5] for place, test in enumerate(muscle_tests())})
    >>> mt.figures.plot_muscle_map(muscles).layout.title.text
    'Weakest: 6 of 26 muscles, grade 6'
    """
