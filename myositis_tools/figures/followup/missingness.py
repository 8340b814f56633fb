"""How much of each column is missing, visit by visit."""

from __future__ import annotations

from numbers import Real
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.sentences import within
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure
from myositis_tools.frames import find_kind, require_columns, to_pandas

EVERY_ROW = "all rows"
MOST_GROUPS, MOST_COLUMNS = 24, 60  # what can be read on one page
_ROW, _TOP, _BOTTOM = 24, 78, 20  # pixels
_COLUMNS = ("by", "rows", "column", "label", "missing", "share")


def missingness_frame(table: Any, kind: str = "visits", *, by: str | None = None) -> pd.DataFrame:
    """Give exactly what `plot_missingness` draws.

    Parameters
    ----------
    table : pandas, Polars, DuckDB or PySpark frame
        A table of records; nothing is refused, so that it can be looked at before it is clean.
    kind : str
        What it holds, as in `validate`.
    by : str, optional
        The column whose values stand side by side; ``week`` where the table has it, else all rows together.

    Returns
    -------
    pandas.DataFrame
        One row a column and value of `by`: ``by, rows`` (how many there are), ``column, label, missing`` (how many),
        ``share`` (of the rows, 0 to 1). Of more than 24 values of `by` the commonest are shown.

    Raises
    ------
    OptionError, MissingColumnError
        If there is no such kind, or no such column to go by.

    Missing data
    ------------
    It is what is counted. A row in which `by` is missing is counted under ``not recorded``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.missingness_frame(mt.load_visits())
    >>> frame.loc[(frame["column"] == "ldh_xuln") & (frame["by"] == "0"), ["rows", "missing"]].to_numpy().tolist()
    [[300, 46]]
    """
    asked = find_kind(kind)
    wanted = asked.columns
    if by is not None:
        require_columns(table, [by], aim="to go by", expected="a column of the table")
    raw = to_pandas(table, list(wanted) + ([by] if by else [])).reset_index(drop=True)
    by = by or ("week" if "week" in raw else None)
    groups = raw[by] if by else pd.Series(EVERY_ROW, index=raw.index)
    said = groups.map(lambda value: f"{value:g}" if isinstance(value, Real) else str(value), na_action="ignore")
    said = said.astype(object).where(groups.notna(), "not recorded")
    sizes = said.value_counts()
    kept = sizes.index[:MOST_GROUPS]
    first = groups.groupby(said).first()
    ordered = sorted(kept, key=lambda name: (name == "not recorded", _place(first.get(name)), name))
    shown = [name for name in wanted if name in raw and name != by][:MOST_COLUMNS]
    gaps = raw[shown].isna().groupby(said).sum() if shown else pd.DataFrame()
    rows = [
        (name, int(sizes[name]), column, wanted[column].heading, int(gaps.loc[name, column]))
        for column in shown
        for name in ordered
    ]
    made = pd.DataFrame(rows, columns=list(_COLUMNS[:-1]))
    return made.assign(share=made["missing"] / made["rows"].where(made["rows"] > 0))


def _place(value: Any) -> float:
    return float(value) if isinstance(value, Real) else 0.0


def plot_missingness(table: Any, kind: str = "visits", *, by: str | None = None) -> go.Figure:
    """Draw how much of each column is missing at each visit.

    Parameters
    ----------
    table, kind, by
        As in `missingness_frame`.

    Returns
    -------
    plotly.graph_objects.Figure
        One row a column, one column a visit; the darker, the more is missing, and the percentage is written in the
        cell.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_missingness(mt.load_visits()).layout.title.text
    'Missing most often is aldolase: 362 of 512 values'
    """
    raw = to_pandas(table, ["week"])
    named = by or ("week" if "week" in raw else "")
    return draw_missingness(missingness_frame(table, kind, by=by), by=named)


def _title(frame: pd.DataFrame) -> str:
    sums = frame.groupby("label", sort=False)[["missing", "rows"]].sum()
    share = sums["missing"] / sums["rows"]
    if not sums["missing"].sum():
        return "Nothing is missing"
    label = as_text([within(str(share.idxmax()))])[0]
    most = sums.loc[share.idxmax()]
    return f"Missing most often is {label}: {most['missing']:g} of {most['rows']:g} values"


def draw_missingness(frame: pd.DataFrame, *, by: str = "week") -> go.Figure:
    """Draw a frame made by `missingness_frame`."""
    if frame.empty:
        return empty_figure("There is nothing to look for", "There is no row, or no column that the package knows.")
    columns = frame.drop_duplicates("column")
    groups = frame.drop_duplicates("by")
    shape = (len(columns), len(groups))
    share = frame["share"].to_numpy().reshape(shape)
    missing, rows = frame["missing"].to_numpy().reshape(shape), frame["rows"].to_numpy().reshape(shape)
    labels, names = as_text(columns["label"]), as_text(groups["by"])
    said = [
        [f"{labels[y]}, {by} {names[x]}: {missing[y, x]} of {rows[y, x]} missing" for x in range(shape[1])]
        for y in range(shape[0])
    ]
    drawn = figure(_title(frame), heads=34, legend=False, height=_TOP + _BOTTOM + _ROW * shape[0])
    drawn.add_heatmap(
        uid="cells",
        z=share.tolist(),
        customdata=said,
        colorscale=[*zip((0, 0.001, 1), colours.SHARE, strict=True)],
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        hovertemplate="%{customdata}<extra></extra>",
        colorbar={
            "title": {"text": "missing", "font": {"size": 13}},
            "tickformat": ".0%",
            "tickvals": [0, 0.5, 1],
            "thickness": 12,
            "len": 1,
            "outlinewidth": 0,
        },
    )
    drawn.add_scatter(
        uid="signs",
        x=[x for _ in range(shape[0]) for x in range(shape[1])],
        y=[y for y in range(shape[0]) for _ in range(shape[1])],
        mode="text",
        text=[_percent(value) for value in share.flat],
        textfont={
            "size": 11,
            "color": [colours.PAPER_ON_FILL if value > 0.5 else colours.INK_ON_FILL for value in share.flat],
        },
        hoverinfo="skip",
        showlegend=False,
    )
    drawn.update_xaxes(
        tickvals=list(range(shape[1])),
        ticktext=[
            f"{name}<br><span style='color:{colours.QUIET}'>n = {size}</span>"
            for name, size in zip(names, groups["rows"], strict=True)
        ],
        side="top",
        range=[-0.5, shape[1] - 0.5],
        showgrid=False,
        ticks="",
        showline=False,
    )
    drawn.update_yaxes(
        tickvals=list(range(shape[0])),
        ticktext=labels,
        range=[shape[0] - 0.5, -0.5],
        showgrid=False,
        ticks="",
        showline=False,
    )
    drawn.update_layout(margin={"b": _BOTTOM})
    return drawn


def _percent(share: float) -> str:
    if share != share or share == 0:
        return ""
    return "< 1 %" if share < 0.01 else "> 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")
