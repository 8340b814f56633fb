"""Where the EULAR/ACR score of a case lies among the categories, with its bounds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import classify_eular_acr
from myositis_tools.criteria.classification.eular_acr import MODELS, WITH_BIOPSY, WITHOUT_BIOPSY, categories, items
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.sentences import some_of, starting, verb
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.formatting import between
from myositis_tools.frames import to_pandas

_SHADES = colours.LIKELIHOOD
_ROW_HEIGHT, _FRAME_HEIGHT = 44, 190


def classification_bounds_frame(cases: Any) -> pd.DataFrame:
    """Give exactly what `plot_classification_bounds` draws.

    Parameters
    ----------
    cases : pandas, Polars, DuckDB or PySpark frame
        As for `classify_eular_acr`; a column ``case_id`` names the cases, else their place does.

    Returns
    -------
    pandas.DataFrame
        One row a case and model that may hold: ``case_id``, ``model``, ``score``, ``score_min``, ``score_max``,
        ``category``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import classification_bounds_frame
    >>> from myositis_tools.criteria.classification.eular_acr import needs
    >>> cases = pd.DataFrame({name: [False] for name in needs()}).assign(onset_age_years=54, heliotrope=None)
    >>> classification_bounds_frame(cases)[["model", "score_min", "score_max"]]
                model  score_min  score_max
    0  without_biopsy        2.1        5.2
    """
    return arrange_classification_bounds(to_pandas(classify_eular_acr(cases)))


def arrange_classification_bounds(classified: pd.DataFrame) -> pd.DataFrame:
    """As `classification_bounds_frame`, from what `classify_eular_acr` gives."""
    names = (
        classified["case_id"]
        if "case_id" in classified.columns
        else [f"case {place + 1}" for place in range(len(classified))]
    )
    rows = []
    for name, (_, row) in zip(names, classified.iterrows(), strict=True):
        biopsy = row["biopsy_available"]
        models = MODELS if pd.isna(biopsy) else (WITH_BIOPSY,) if biopsy else (WITHOUT_BIOPSY,)
        rows += [
            {"case_id": name, "model": model} | row[["score", "score_min", "score_max", "category"]].to_dict()
            for model in models
        ]
    return pd.DataFrame(rows, columns=["case_id", "model", "score", "score_min", "score_max", "category"])


def draw_classification_bounds(frame: pd.DataFrame) -> go.Figure:
    """Draw a frame made by `classification_bounds_frame`."""
    known = frame[frame["score_min"].notna()]
    if known.empty:
        return empty_figure("There is no score to place", "There is no case to which the criteria apply.")
    drawn = figure(_title(known), height=_FRAME_HEIGHT + _ROW_HEIGHT * len(known))
    lines = [
        f"{name} · {model.replace('_', ' ')}"
        for name, model in zip(as_text(known["case_id"]), known["model"], strict=True)
    ]
    most = {model: sum(item.most for item in items(model)) / 10 for model in MODELS}
    for level, shade in enumerate(_SHADES):
        spans = [_span(model, level, most[model]) for model in known["model"]]
        drawn.add_bar(
            uid=f"category_{level}",
            y=lines,
            x=[high - low for low, high, _ in spans],
            base=[low for low, _, _ in spans],
            orientation="h",
            width=0.8,
            name=str(categories(WITH_BIOPSY)[level]["category"]),
            marker={"color": shade, "line": {"color": colours.INK, "width": 1}},
            customdata=[said for _, _, said in spans],
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.add_bar(
        uid="bounds",
        y=lines,
        x=known["score_max"] - known["score_min"],
        base=known["score_min"],
        orientation="h",
        width=0.24,
        name="between the bounds",
        marker={
            "color": colours.UNKNOWN,
            "line": {"color": colours.INK, "width": 1},
            "pattern": {"shape": ".", "fgcolor": colours.INK, "fillmode": "overlay", "solidity": 0.2, "size": 6},
        },
        hovertemplate="between %{base:g} and %{customdata:g} points<extra></extra>",
        customdata=known["score_max"],
    )
    drawn.add_scatter(
        uid="score",
        y=lines,
        x=known["score"],
        mode="markers",
        name="score",
        marker={"symbol": "diamond", "size": 13, "color": colours.INK, "line": {"color": colours.PAPER, "width": 1}},
        hovertemplate="%{x:g} points<extra></extra>",
    )
    drawn.update_layout(barmode="overlay")
    drawn.update_xaxes(
        title_text="points", range=[-0.2, 1.02 * max(most[model] for model in known["model"])], showgrid=False
    )
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def _title(known: pd.DataFrame) -> str:
    """The category of the one case, or how many cases have one for certain."""
    certain = known["category"].notna()
    if len(known) == 1:
        row = known.iloc[0]
        name, category = as_text([row["case_id"], row["category"]])
        points = between(row["score_min"], row["score_max"], ".3g")
        return f"{starting(name)} has {points} points: {category if certain.iloc[0] else 'the category is not certain'}"
    count = int(certain.sum())
    return f"{some_of(count, len(known))} scores {verb(count, 'gives', 'give')} a certain category"


@plots(classification_bounds_frame, draw_classification_bounds)
def plot_classification_bounds() -> None:
    """Draw the EULAR/ACR score of each case among the categories of its model.

    Returns
    -------
    plotly.graph_objects.Figure
        A line a case: the categories as shades with their limits, the score as a point, the bounds as a bar.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> from myositis_tools.criteria.classification.eular_acr import needs
    >>> cases = pd.DataFrame({name: [False, True] for name in needs()})
    >>> cases = cases.assign(onset_age_years=54, anti_jo1=[None, True], heliotrope=[None, True])
    >>> mt.figures.plot_classification_bounds(cases).layout.title.text
    'Case 1 has 2.1 to 9.1 points: the category is not certain'
    """


def _span(model: str, level: int, most: float) -> tuple[float, float, str]:
    """Where a category begins and ends, in points, and in words."""
    rows = categories(model)
    low = float(rows[level]["minimum_tenths"] or 0) / 10
    high = float(rows[level + 1]["minimum_tenths"] or 0) / 10 if level + 1 < len(rows) else most
    ending = f", below {high:g}" if level + 1 < len(rows) else ""
    return low, high, f"{rows[level]['category']}: from {low:g}{ending} points ({model.replace('_', ' ')})"
