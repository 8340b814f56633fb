"""What each item of a score or a classification adds."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.criteria import explain_eular_acr
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import listed, within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import to_pandas
from myositis_tools.scores import score_haq_di
from myositis_tools.scores.function import categories
from myositis_tools.tables import records, source

_ROW_HEIGHT, _FRAME_HEIGHT = 26, 150
_MOST_TICKS = 6
_MOST_NAMED = 3
_PARTS = (
    ("points", "counted", colours.COUNTED, ""),
    ("points_open", "open: not recorded", colours.UNKNOWN, "."),
    ("points_left", "possible", colours.GRID, ""),
)


def haq_contributions(items: Any, row: int = 0, *, aids: bool = True) -> pd.DataFrame:
    """Account for the HAQ-DI of one sheet, category by category.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        As for `score_haq_di`.
    row : int
        The place of the sheet, from 0.
    aids : bool
        Whether aids raise a category.

    Returns
    -------
    pandas.DataFrame
        One row a category: ``item``, ``label``, ``answer`` (the items and the aid), ``points`` (the category's
        score), ``points_open`` (what an item without an answer could still add), ``points_possible``, ``source``,
        ``evidence``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.figures import haq_contributions
    >>> from myositis_tools.scores.function import categories
    >>> sheet = pd.DataFrame({item: [1] for one in categories("haq") for item in one.items})
    >>> sheet = sheet.assign(**{one.aid: False for one in categories("haq")}).assign(aid_grip=True)
    >>> haq_contributions(sheet)[["label", "answer", "points"]].tail(2)
            label                        answer  points
    6        grip  1, 1, 1; aid, device or help     2.0
    7  activities                       1, 1, 1     1.0
    """
    sheet = to_pandas(items).iloc[[row]]
    return arrange_haq_contributions(sheet.iloc[0], to_pandas(score_haq_di(sheet, aids=aids)).iloc[0], aids=aids)


def arrange_haq_contributions(sheet: pd.Series, scored: pd.Series, *, aids: bool) -> pd.DataFrame:
    """As `haq_contributions`, from one sheet and what `score_haq_di` gives of it."""
    return pd.DataFrame([_category_line(one, sheet, scored, aids=aids) for one in categories("haq")])


def _category_line(one: Any, sheet: pd.Series, scored: pd.Series, *, aids: bool) -> dict[str, Any]:
    row = next(
        row for row in records("questionnaire_categories") if (row["instrument"], row["category"]) == ("haq", one.key)
    )
    answers = [sheet[item] for item in one.items]
    words = ", ".join("not answered" if pd.isna(answer) else f"{answer:g}" for answer in answers)
    has_aid = aids and pd.notna(sheet[one.aid]) and bool(sheet[one.aid])
    points = float("nan") if pd.isna(scored[one.score]) else float(scored[one.score])
    is_open = any(map(pd.isna, answers))
    return {
        "item": one.key,
        "label": one.label,
        "answer": words + ("; aid, device or help" if has_aid else ""),
        "points": points,
        "points_open": one.maximum - (points if points == points else 0.0) if is_open else 0.0,
        "points_possible": one.maximum,
        "source": source(str(row["source"])).citation,
        "evidence": row["evidence"],
    }


def plot_eular_acr_items(cases: Any, case_id: str | int) -> go.Figure:
    """Draw what each item adds to one case's EULAR/ACR score.

    Parameters
    ----------
    cases, case_id
        As in `explain_eular_acr`.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar an item: points counted, points open because nothing is recorded, points possible.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> from myositis_tools.criteria.classification.eular_acr import needs
    >>> found = ["proximal_upper_weakness", "proximal_lower_weakness", "gottron_papules", "dysphagia"]
    >>> cases = pd.DataFrame({name: [name in found] for name in needs()}).assign(case_id="A", onset_age_years=54)
    >>> mt.figures.plot_eular_acr_items(cases, "A").layout.title.text
    "Case A: most points come from age at onset and gottron's papules, 2.1 each"
    """
    receipt = to_pandas(explain_eular_acr(cases, case_id))
    return draw_contributions(receipt, title=f"Case {as_text([case_id])[0]}")


def plot_haq_categories(items: Any, row: int = 0, *, aids: bool = True) -> go.Figure:
    """Draw the score of each category of one HAQ sheet.

    Parameters
    ----------
    items, row, aids
        As in `haq_contributions`.

    Returns
    -------
    plotly.graph_objects.Figure
        A bar a category, from 0 to its maximum.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> from myositis_tools.scores.function import categories
    >>> answers = {item: [place % 3] for place, one in enumerate(categories("haq")) for item in one.items}
    >>> mt.figures.plot_haq_categories(pd.DataFrame(answers), aids=False).layout.title.text
    'HAQ sheet: most points come from eating and reach, 2 each'
    """
    return draw_contributions(haq_contributions(items, row, aids=aids), title="HAQ sheet")


def _found(frame: pd.DataFrame) -> str:
    """What adds most, and how much is open."""
    known, is_open = frame[frame["points"] > 0], frame["points_open"] > 0
    in_part = is_open & frame["points"].notna()
    open_, partly = int((is_open & ~in_part).sum()), int(in_part.sum())
    said = "nothing adds points"
    if len(known):
        most = known[known["points"] == known["points"].max()]
        names = as_text([within(str(label)) for label in most["label"]])
        several = f"{len(names)} items" if len(names) > _MOST_NAMED else listed(names)
        said = f"most points come from {several}, {most['points'].iloc[0]:.3g}{' each' if len(most) > 1 else ''}"
    said += f"; {open_} not recorded" if open_ else ""
    return said + (f"; {partly} recorded in part" if partly else "")


def draw_contributions(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Draw the rows of a receipt as bars: what is counted, open and possible; the title says of whom they are."""
    if frame.empty:
        return empty_figure(f"{title} has no item", "There is no item to draw.")
    points = frame["points"].fillna(0.0)
    left = (frame["points_possible"] - points - frame["points_open"]).clip(lower=0.0)
    bars = {"points": points, "points_open": frame["points_open"], "points_left": left}
    labels = as_text(frame["label"])
    words = [f"{label}: {answer}" for label, answer in zip(labels, as_text(frame["answer"]), strict=True)]
    drawn = figure(f"{title}: {_found(frame)}", height=_FRAME_HEIGHT + _ROW_HEIGHT * len(frame))
    for part, name, colour, pattern in _PARTS:
        drawn.add_bar(
            uid=part,
            y=labels,
            x=bars[part],
            orientation="h",
            name=name,
            marker={
                "color": colour,
                "line": {"color": colours.QUIET, "width": 1},
                "pattern": {
                    "shape": pattern,
                    "fgcolor": colours.QUIET,
                    "fillmode": "overlay",
                    "solidity": 0.2,
                    "size": 6,
                },
            },
            customdata=words,
            hovertemplate=f"%{{customdata}}<br>{name}: %{{x:.4g}} points<extra></extra>",
        )
    drawn.add_scatter(
        uid="numbers",
        y=labels,
        x=frame["points_possible"],
        text=[
            f" {'?' if pd.isna(counted) else f'{counted:.4g}'} of {most:.4g}"
            for counted, most in zip(frame["points"], frame["points_possible"], strict=True)
        ],
        mode="text",
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    drawn.update_layout(barmode="stack", bargap=0.3)
    most = float(frame["points_possible"].max())
    drawn.update_xaxes(range=[0, 1.25 * most], tickvals=_ticks(most), title_text="points", showline=False)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def _ticks(most: float) -> list[int]:
    """Whole points, and none beyond the most that an item can give: the room there is for the numbers."""
    return list(range(0, floor(most) + 1, max(1, ceil(most / _MOST_TICKS))))
