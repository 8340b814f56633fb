"""What is possible and hardly happens: warnings, whose limits are decided here (``tables/plausibility.csv``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial

import numpy as np
import pandas as pd

from myositis_tools.exchange.checks.problems import (
    WARNING,
    Problem,
    as_shown,
    cells_where,
    make_problem,
    whole_column,
)
from myositis_tools.formatting import written_values
from myositis_tools.frames import DATES_OF_VISITS, NUMERIC, Kind, columns, dates_of_no_visit
from myositis_tools.frames.messages import FIRST_DATE, LAST_DATE
from myositis_tools.tables import records


def implausible_dates(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Dates of another century, and dates of visits that do not go with the week."""
    first_year, today = int(limit_of("first_year")), date.today()
    low, high = _day_number(date(first_year, 1, 1)), _day_number(today)
    for name in frame.columns:
        column = kind.columns[name]
        if column.type != "date":
            continue
        too_late = frame[name] > high if name != "stop_date" else frame[name] < low  # a course may be planned
        is_a_day = frame[name].between(FIRST_DATE, LAST_DATE)  # what is none is an error
        marked = (((frame[name] < low) | too_late) & is_a_day).fillna(False).to_numpy(dtype=bool)
        cells = as_shown(cells_where(frame, name, marked), column)
        if len(cells):
            hint = "the century may be wrong"
            yield make_problem(name, "date not plausible", cells, f"{first_year} to today", hint, WARNING)
    if kind.name == "visits" and {"patient_id", "week", "visit_date"} <= set(frame.columns):
        yield from _visit_dates(frame)


def dates_of_another_life(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Dates under the name of a visit that cannot be of one: errors, for a birth date may hide there."""
    for name in [name for name in DATES_OF_VISITS if name in frame and name in kind.columns]:
        column = kind.columns[name]
        by = (frame.get("patient_id"), frame.get("week")) if kind.name == "visits" else ()
        for problem, rows, expected in dates_of_no_visit(frame[name], *by):
            cells = as_shown(cells_where(frame, name, rows.to_numpy(dtype=bool)), column)
            hint = "is it a birth date? it leaves the house under this name: map the heading to another column"
            yield make_problem(name, problem, cells, expected, hint)


def _visit_dates(frame: pd.DataFrame) -> Iterator[Problem]:
    """Dates that do not go with the week; the week being the same for all, the date of most visits is believed."""
    known = frame[frame[["patient_id", "week", "visit_date"]].notna().all(axis=1)]
    known = known.sort_values(["patient_id", "week"], kind="stable")
    known = known[(known["visit_date"] <= _day_number(date.today())).to_numpy(dtype=bool)]
    most = limit_of("week_and_date")
    start = known["visit_date"].astype("float64") / 7 - known["week"].astype("float64")
    is_off = (start - start.groupby(known["patient_id"], sort=False).transform("median")).abs() > most
    fits = known[~is_off]
    is_back = (fits["visit_date"] - fits.groupby("patient_id", sort=False)["visit_date"].shift()) < 0
    for problem, rows, expected, hint in (
        (
            "week and date disagree",
            known[is_off],
            f"at most {most:g} weeks from what week says",
            "one of them is wrong",
        ),
        (
            "dates out of order",
            fits[is_back.fillna(False).to_numpy(dtype=bool)],
            "after the visit of an earlier week",
            "the date or the week is wrong, or day and month are exchanged",
        ),
    ):
        if len(rows):
            cells = pd.DataFrame({"row": rows.index, "value": rows["visit_date"].to_numpy(dtype=object)})
            cells = as_shown(cells, columns("visits")["visit_date"])
            yield make_problem("visit_date", problem, cells, expected, hint, WARNING)


def _day_number(of: date) -> int:
    return (of - date(1970, 1, 1)).days


@cache
def _limits() -> Mapping[str, float]:
    return {str(row["limit"]): float(row["value"]) for row in records("plausibility")}  # type: ignore[arg-type]


def limit_of(name: str) -> float:
    """A limit of a warning, by its name in the table."""
    return _limits()[name]


def suspicious_units(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Units that look wrong although every value is possible."""
    few = limit_of("values_of_a_column")
    for name in frame.columns:
        column = kind.columns[name]
        if column.type not in NUMERIC:
            continue
        values = frame[name].astype("float64")
        many = values.count() >= few
        if column.unit == "× ULN":
            hint = "this looks like U/L; divide by each laboratory's own upper limit (to_xuln does it)"
            least, most = limit_of("lowest_enzyme_xuln"), limit_of("enzyme_xuln")
            if many and values.min() > least:
                said = f"the lowest of {values.count()} values is {values.min():g}"
                yield make_problem(
                    name, "suspicious unit", whole_column(said), "multiples of the upper limit", hint, WARNING
                )
            else:
                cells = cells_where(frame, name, ((values > most) & np.isfinite(values)).to_numpy())
                if len(cells):
                    yield make_problem(
                        name, "suspicious unit", as_shown(cells), f"at most {most:g} × ULN", hint, WARNING
                    )
        elif column.unit.startswith("%") and many and 0 < values.max() <= limit_of("highest_share"):
            hint = "this looks like shares of one; multiply the whole column by 100"
            said = f"the highest of {values.count()} values is {values.max():g}"
            yield make_problem(name, "suspicious unit", whole_column(said), column.expected, hint, WARNING)
        elif many and (smaller := _smaller_scale(name, values.max())):
            hint = f"this looks like {smaller}, another scale of the same test"
            said = f"the highest of {values.count()} values is {values.max():g}"
            yield make_problem(name, "suspicious unit", whole_column(said), column.expected, hint, WARNING)


def _smaller_scale(name: str, highest: float) -> str:
    """The column of a shorter scale of the same test that all values would fit, where the name carries its maximum."""
    stem = name.rpartition("_")[0]
    scales = columns("visits")
    mine = scales[name].maximum if name in scales else None
    return next(
        (
            other.name
            for other in scales.values()
            if mine
            and other.name.rpartition("_")[0] == stem
            and other.name == f"{stem}_{other.maximum:g}"
            and (other.maximum or 0) < mine
            and highest <= (other.maximum or 0)
        ),
        "",
    )


def implausible_changes(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Changes between a patient's consecutive values that hardly happen."""
    if kind.name != "visits" or not {"patient_id", "week"} <= set(frame.columns):
        return
    share, ratio = limit_of("change_of_range"), limit_of("change_of_enzyme")
    known = frame[frame["patient_id"].notna() & frame["week"].notna()]
    known = known.sort_values(["patient_id", "week"], kind="stable")
    for name in known.columns:
        column = kind.columns[name]
        judge: Callable[[pd.Series, pd.Series], pd.Series]
        if column.better and column.minimum is not None and column.maximum is not None:
            most = share * (column.maximum - column.minimum)
            judge, words = partial(_is_far, most), f"a change of {most:g} at most"
        elif column.unit == "× ULN":
            judge, words = lambda now, before: np.maximum(now / before, before / now) > ratio, f"{ratio:g}-fold at most"
        else:
            continue
        values = known[name].astype("float64")
        values = values[values.between(column.minimum, np.inf if column.maximum is None else column.maximum)]
        before = values.groupby(known["patient_id"].reindex(values.index), sort=False).shift()
        with np.errstate(divide="ignore", invalid="ignore"):
            rows = values[judge(values, before) & ((column.unit != "× ULN") | (before * values > 0))]
        if len(rows):
            cells = pd.DataFrame({"row": rows.index, "value": written_values(rows)})
            cells["hint"] = [
                f"the visit before it says {said:g}; check both and their unit" for said in before[rows.index]
            ]
            yield make_problem(
                name, "implausible change", cells, f"{words} between two consecutive visits", "", WARNING
            )


def _is_far(most: float, now: pd.Series, before: pd.Series) -> pd.Series:
    return (now - before).abs() > most
