"""Which of the six measures got better and which worse: of every patient at a visit, or of one at every visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from myositis_tools.errors import OptionError
from myositis_tools.figures.followup.findings import say_changes
from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.plot_of_frame import plots
from myositis_tools.figures.parts.response_states import LOOKS
from myositis_tools.figures.parts.rows_of_patients import (
    BLANK_AXIS,
    MOST_PATIENTS,
    add_key,
    grid,
    head_groups,
    in_rows,
    name_rows,
    say_at_edge,
)
from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.figures.parts.theme import as_text, empty_figure, figure, inked, plain
from myositis_tools.figures.patient.patient_profile import RECORDED
from myositis_tools.frames import columns
from myositis_tools.groups import ARM, NOT_RECORDED
from myositis_tools.scores.core_set import bands, measures
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
from myositis_tools.studies.follow_up.response_states import GONE, NO_VISIT, NOT_CERTAIN

# Where the last band of the points table begins: a greater change earns no more points, and gets no deeper colour.
DEEPEST = max(band.above or 0.0 for of_measure in bands().values() for band in of_measure)
_ROW, _TOP, _BOTTOM = 24, 112, 36
_ENDINGS = (" visits", " patients")
_GAPS = {NOT_RECORDED: (colours.UNKNOWN_TINT, "?", colours.INK_ON_FILL), NO_VISIT: LOOKS[NO_VISIT], GONE: LOOKS[GONE]}
_HATCHING = {"shape": "/", "fgcolor": colours.UNKNOWN, "solidity": 0.3, "size": 7}
_CHANGES = [f"change_{measure}" for measure in measures()]
_COLUMNS = ("group", "place", "patient_id", "week", "measure", "label", "change", "state", "patients", "highlighted")


@shows_score
def measure_heatmap_frame(
    visits: Any,
    *,
    week: int | None = None,
    patient_id: str | None = None,
    group: str | None = ARM,
    weeks: Sequence[int] | None = None,
    highlight: Sequence[str] = (),
    **score_options: Unpack[ScoreKeywords],
) -> pd.DataFrame:
    """Give exactly what `plot_measure_heatmap` draws.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    week : int, optional
        The visit at which every patient is shown.
    patient_id : str, optional
        The patient who is shown at every visit; one of the two is asked for.
    group : str, optional
        A column that says which group a patient belongs to. None, or a table that names no arm, makes one group of
        all.
    weeks : sequence of int, optional
        The planned visits. By default the weeks in which anybody who was followed was seen.
    highlight : sequence of str
        Patients to point at, shown in any case.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        One row a patient and measure, or a visit and measure: ``group, place`` (of the row, from 0), ``patient_id,
        week, measure, label, change`` (percent of the range of the scale, improvement positive), ``state``
        (``recorded``, ``not recorded``, ``no visit``, ``not seen again``), ``patients``, of how many in the group, and
        ``highlighted``. Patients stand by group and then the highest score first; of more than 48 every so-manieth is
        shown. A row of state ``left out`` counts those never seen after the baseline.

    Raises
    ------
    OptionError
        If neither or both of `week` and `patient_id` are given.
    NotFoundError
        If the visit or a patient is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses, or the column to group by.

    Missing data
    ------------
    A measure without a value at the visit or at the baseline is *not recorded*.

    Source
    ------
    Ranges: ``tables.load("core_set_ranges")`` and ``enzymes``.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> frame = mt.figures.measure_heatmap_frame(mt.load_visits(), patient_id="P184")
    >>> frame.loc[frame["week"] == 12, ["measure", "change", "state"]].head(3).round(1)
                 measure  change     state
    12  physician_global    45.0  recorded
    13    patient_global    45.0  recorded
    14               mmt    33.3  recorded
    """
    cohort = read_cohort(visits, ScoreOptions(**score_options), group=group, weeks=weeks)
    return arrange_measure_heatmap(cohort, week=week, patient_id=patient_id, highlight=highlight)


def arrange_measure_heatmap(
    cohort: FollowedCohort, *, week: int | None = None, patient_id: str | None = None, highlight: Sequence[str] = ()
) -> pd.DataFrame:
    """As `measure_heatmap_frame`, from visits that are scored."""
    if (week is None) == (patient_id is None):
        raise OptionError(
            "It is not clear what the rows are.",
            expected="week= for every patient at a visit, or patient_id= for one patient at every visit",
        )
    everybody = pd.Index(cohort.groups.index)
    require_patients([*highlight, *([] if patient_id is None else [str(patient_id)])], everybody)
    wide = _at_visit(cohort, int(week), highlight) if week is not None else _of_patient(cohort, str(patient_id))
    long = wide.melt(
        [name for name in wide.columns if name not in _CHANGES], _CHANGES, var_name="measure", value_name="change"
    )
    long["measure"] = long["measure"].str.removeprefix("change_")
    order = {measure: place for place, measure in enumerate(measures())}
    long = long.assign(order=long["measure"].map(order)).sort_values(["place", "order"])
    long["label"] = long["measure"].map(_label)
    long["change"] = long["change"].astype("float64")
    there = np.where(long["change"].notna(), RECORDED, NOT_RECORDED)
    long["state"] = np.where(long["shown"].isin([NO_VISIT, GONE]), long["shown"], there)
    frame = long.reset_index(drop=True)
    if cohort.left_out and patient_id is None:
        rest = pd.DataFrame({"state": [LEFT_OUT], "patients": [cohort.left_out], "highlighted": [False]})
        frame = pd.concat([frame, rest], ignore_index=True)
    frame = frame.reindex(columns=list(_COLUMNS))
    whole = {name: frame[name].astype("Int64") for name in ("place", "week", "patients")}
    return frame.assign(**whole, highlighted=frame["highlighted"].astype(bool))


def _at_visit(cohort: FollowedCohort, week: int, highlight: Sequence[str]) -> pd.DataFrame:
    if not len(cohort.followed):
        return pd.DataFrame(columns=["group", "place", "patient_id", "week", "shown", "patients", *_CHANGES])
    found = cohort.at(week, _CHANGES)
    order = {name: place for place, name in enumerate(cohort.group_names)}
    found = found.assign(week=week, patients=found["group"].map(found["group"].value_counts()))
    found["order"] = found["group"].map(order)
    found = found.sort_values(["order", "tis_min", "tis_max", "patient_id"], ascending=[True, False, False, True])
    is_pointed_at = found["patient_id"].isin(list(highlight)).to_numpy()
    found = found.assign(highlighted=is_pointed_at)
    found = found.iloc[evenly(len(found), MOST_PATIENTS, np.flatnonzero(is_pointed_at))]
    names = ["group", "patient_id", "week", "shown", "patients", "highlighted", *_CHANGES]
    return found[names].assign(place=range(len(found)))


def _of_patient(cohort: FollowedCohort, patient_id: str) -> pd.DataFrame:
    own = cohort.visits[(cohort.visits["patient_id"] == patient_id).to_numpy()].set_index("week")
    wide = own[_CHANGES].reindex(list(cohort.later_weeks))
    last = own.index.max()
    shown = [NOT_CERTAIN if week in own.index else GONE if week > last else NO_VISIT for week in wide.index]
    group = cohort.groups.get(patient_id)
    found = {"group": group, "patient_id": patient_id, "shown": shown, "patients": 1, "highlighted": False}
    return wide.rename_axis("week").reset_index().assign(**found, place=range(len(wide)))


def draw_measure_heatmap(frame: pd.DataFrame, *, week: int | None = None, patient_id: str | None = None) -> go.Figure:
    """Draw a frame made by `measure_heatmap_frame`."""
    of = f"at week {week}" if patient_id is None else f"of patient {as_text([patient_id])[0]}"
    where = f"Week {week}" if patient_id is None else f"Patient {as_text([patient_id])[0]}"
    cells = frame[frame["state"] != LEFT_OUT]
    left_out = int(frame.loc[frame["state"] == LEFT_OUT, "patients"].sum())
    if cells.empty:
        return empty_figure(f"There is no change to show {of}", NOBODY_FOLLOWED)
    column = {measure: place for place, measure in enumerate(measures())}
    cells = cells.assign(column=cells["measure"].map(column).astype("int64"))
    cells = in_rows(cells) if patient_id is None else plain(cells.assign(row=cells["place"]))
    height = int(cells["row"].max()) + 1
    title = f"{where}: {say_changes(cells)}{_ENDINGS[patient_id is None]}"
    drawn = figure(title, height=height * _ROW + _TOP + _BOTTOM, heads=40)
    _add_cells(drawn, cells, (height, len(column)))
    _add_hatching(drawn, cells[cells["state"] == NOT_RECORDED])
    _add_key(drawn, cells)
    across = {
        **BLANK_AXIS,
        "tickvals": list(column.values()),
        "ticktext": [_on_two_lines(_label(measure)) for measure in column],
        "tickangle": 0,
        "side": "top",
        "range": [-0.5, len(column) - 0.5],
    }
    name_rows(drawn, cells, **across)
    if patient_id is None:
        head_groups(drawn, cells)
    else:
        drawn.layout.yaxis.ticktext = [f"week {at}" for at in cells.drop_duplicates("row")["week"]]
    drawn.update_layout(margin={"b": _BOTTOM})
    say_at_edge(drawn, ["% of the range of the scale, better is positive", say_left_out(left_out)])
    return drawn


@plots(measure_heatmap_frame, draw_measure_heatmap)
def plot_measure_heatmap() -> None:
    """Draw a heat map of the six measures: which got better and which worse.

    Returns
    -------
    plotly.graph_objects.Figure
        A column a measure: better is green with a sign up, worse is brown with a sign down, what is not recorded
        and a missed visit have colours and signs of their own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.figures.plot_measure_heatmap(mt.load_visits(), week=12, group="arm").layout.title.text
    'Week 12: Physician global activity improved in 42 of<br>44; physical function worsened in 6 of 44 patients'
    """


def _label(measure: str) -> str:
    """The measure as the column of its change is called."""
    return columns("responses")[f"change_{measure}"].label.removeprefix("change in ")


def _on_two_lines(label: str) -> str:
    first, _, rest = label.partition(" ")
    return f"{first}<br>{rest}" if rest else label


def _add_cells(drawn: go.Figure, cells: pd.DataFrame, shape: tuple[int, int]) -> None:
    """The changes in their colours, and over them what is not there, with the signs of both."""
    gaps = {name: place for place, name in enumerate(_GAPS)}
    steps = [((place + end) / len(gaps), look[0]) for place, look in enumerate(_GAPS.values()) for end in (0, 1)]
    changes = cells["change"].astype(object).where(cells["change"].notna(), None)
    carried = {
        "hovertext": grid(cells, [_in_words(cell) for cell in cells.itertuples()], shape, ""),
        "customdata": grid(cells, cells["patient_id"], shape, ""),
        "xgap": 3,
        "ygap": 2,
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    drawn.add_heatmap(
        uid="changes",
        z=grid(cells, changes, shape),
        colorscale=[[0, colours.WORSENED], [0.5, colours.PAPER_ON_FILL], [1, colours.IMPROVED]],
        zmin=-DEEPEST,
        zmax=DEEPEST,
        **carried,
    )
    places = [gaps.get(state) for state in cells["state"]]
    drawn.add_heatmap(
        uid="gaps",
        z=grid(cells, places, shape),
        text=grid(cells, [_sign(cell) for cell in cells.itertuples()], shape, ""),
        texttemplate="%{text}",
        textfont={"size": 12, "color": colours.INK},
        colorscale=steps,
        zmin=-0.5,
        zmax=len(gaps) - 0.5,
        **carried,
    )


def _add_hatching(drawn: go.Figure, cells: pd.DataFrame) -> None:
    """What is not recorded is hatched: its colour alone would stand too near to *worse*."""
    drawn.add_bar(
        uid="not_recorded",
        x=cells["column"],
        y=[0.9] * len(cells),
        base=cells["row"] - 0.45,
        width=0.97,
        marker={"color": colours.UNKNOWN_TINT, "line": {"width": 0}, "pattern": _HATCHING},
        text=[_GAPS[NOT_RECORDED][1]] * len(cells),
        textposition="inside",
        insidetextanchor="middle",
        insidetextfont={"size": 12, "color": colours.INK},
        hoverinfo="skip",
        showlegend=False,
    )


def _in_words(cell: Any) -> str:
    where = f"{as_text([cell.patient_id])[0]}, week {cell.week}<br>{cell.label}: "
    if cell.state != RECORDED:
        return where + cell.state
    way = "better" if cell.change > 0 else "worse" if cell.change < 0 else "no change"
    return where + (f"{abs(cell.change):.1f} % of the range {way}" if cell.change else way)


def _sign(cell: Any) -> str:
    if cell.state == NOT_RECORDED:
        return ""  # the hatching would lie over it, and has its own
    if cell.state != RECORDED:
        _, sign, ink = _GAPS[cell.state]
        return inked(sign, ink)
    size = f"{abs(cell.change):.0f}" if abs(cell.change) >= 1 else "<1"
    sign = f"▲ +{size}" if cell.change > 0 else f"▼ −{size}" if cell.change < 0 else "0"
    return inked(sign, colours.PAPER_ON_FILL if abs(cell.change) >= 0.55 * DEEPEST else colours.INK_ON_FILL)


def _add_key(drawn: go.Figure, cells: pd.DataFrame) -> None:
    there = {*cells["state"], "better", "worse"}
    looks = {"better": (colours.IMPROVED, "▲"), "worse": (colours.WORSENED, "▼")} | {
        name: look[:2] for name, look in _GAPS.items()
    }
    looks[NOT_RECORDED] = (colours.UNKNOWN, "?")
    for name, (colour, sign) in looks.items():
        add_key(drawn, name, sign, colour, is_there=name in there)
