"""The receipt of a Total Improvement Score: how one patient's points came about, and what the next ones would take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import tables
from myositis_tools.errors import NotFoundError, listed, nearest
from myositis_tools.frames import columns, enter, plain_rows, small_table
from myositis_tools.rules import is_above
from myositis_tools.scores.baseline import PLACE, beside_baseline, check_left_out, with_most_abnormal
from myositis_tools.scores.chosen_core_set import CoreSet, choose_core_set
from myositis_tools.scores.core_set import ENZYME, Instrument, bands, classes, measures, points_possible
from myositis_tools.scores.improvement import OPEN, score_visits, with_total
from myositis_tools.scores.options import SCORED_AS, LeaveOut, ScoreOptions, require_week, takes_options

Row = dict[str, Any]


@takes_options
def explain_total_improvement(
    visits: IntoFrameT,
    patient_id: str | int,
    week: int,
    *,
    population: str = "adult",
    mmt: str | None = None,
    enzyme_by: str = "xuln",
    baseline_week: int = 0,
    function: str | None = None,
    extramuscular: str | None = None,
    enzymes: Sequence[str] | None = None,
    ranges: Mapping[str, float] | None = None,
    leave_out: LeaveOut | None = None,
) -> IntoFrameT:
    """Break one patient's Total Improvement Score down, measure by measure: a receipt with bands and sources.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`, with the patient's visits among them.
    patient_id : str or int
        The patient.
    week : int
        The week of the visit.
    population, mmt, enzyme_by, baseline_week, function, extramuscular, enzymes, ranges, leave_out
        As for `score_total_improvement`.

    Returns
    -------
    frame of the same kind
        One row a measure, in the order of the points table. ``measure``, ``label``, ``column``, ``unit``; ``baseline``,
        ``value``, ``range``, ``change_percent``, ``band``; ``points``, ``points_possible``, ``points_reachable`` (from
        this baseline, at the end of the scale), ``points_open`` (what a missing measure could still add),
        ``running_total``; the score ``tis`` with its bounds ``tis_min`` and
        ``tis_max``, the same on every row; the next step up: ``next_value`` (on the
        instrument's own grid), ``next_points``, ``next_gain``, ``next_response``; ``next_class`` and
        ``points_to_next_class``, the same on every row; ``missing``, ``source``, ``evidence``; ``scored_as``, the
        options in words. A band that earns no more than the one below it is no step up.

    Raises
    ------
    NotFoundError
        If there is no such patient, or no such visit of the patient.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A measure that was not recorded has empty cells, says so in ``missing``, and leaves ``running_total`` empty from
    there on, unless it has 0 points whatever it was. ``tis_max`` counts its ``points_open``. ``next_response`` is given
    where the bounds agree. Without a total there is no distance to a class.

    Source
    ------
    Each row names its own, with the evidence for it.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import explain_total_improvement
    >>> visits = pd.DataFrame({
    ...     "patient_id": ["A", "A"], "week": [0, 26], "physician_global_cm": [6.0, 3.9],
    ...     "patient_global_cm": [5.0, 3.0], "mmt8_150": [146, 150], "haq_di": [0.0, 0.0],
    ...     "ck_xuln": [8.0, None], "extramuscular_cm": [3.0, 0.5]})
    >>> receipt = explain_total_improvement(visits, "A", 26)
    >>> receipt[["measure", "points", "points_reachable", "next_value", "next_gain"]]
                measure  points  points_reachable  next_value  next_gain
    0  physician_global    15.0              20.0         3.4        2.5
    1    patient_global     5.0              10.0         2.4        2.5
    2               mmt    10.0              10.0         NaN        NaN
    3               haq     0.0               0.0         NaN        NaN
    4            enzyme     NaN               7.5         NaN        NaN
    5     extramuscular    12.5              15.0         0.4        2.5
    >>> receipt["missing"].tolist()[4]
    'CK not recorded at this visit'
    """
    options = ScoreOptions(
        population=population,
        mmt=mmt,
        enzyme_by=enzyme_by,
        baseline_week=baseline_week,
        function=function,
        extramuscular=extramuscular,
        enzymes=enzymes,
        ranges=ranges,
        leave_out=leave_out,
    )
    core = choose_core_set(visits, options)
    require_week("week", week)
    entrance = enter(visits, "visits", needs=core.needs, unique=("patient_id", "week"))
    check_left_out(entrance.frame, core)
    own = _rows_of(entrance.frame.select(*core.needs), patient_id)
    now = _visit(own, patient_id, week)
    before = next((row for row in own if row["week"] == baseline_week), None)
    enzyme = _followed_enzyme(core, before)

    own_options = replace(
        options,
        enzymes=[enzyme.key] if enzyme else options.enzymes,
        leave_out={one.enzyme.key: one.reason for one in core.left_out if one.concerns(patient_id)},
    )
    instruments = {measure: enzyme if measure == ENZYME else core.scales[measure] for measure in measures()}
    variants = _variants(instruments, before, now)
    scored, *might_be = _score(core, before, now, list(variants.values()), own_options)
    scored |= _open(core, before, now, own_options)
    lines = _lines(core, instruments, before, now, scored, dict(zip(variants, might_be, strict=True)))
    schema = {name: nw.Float64 if column.type == "number" else nw.String for name, column in columns("receipt").items()}
    said = {SCORED_AS: str(options)}
    return entrance.leave_rows({name: [(line | said)[name] for line in lines] for name in schema}, schema)


def _rows_of(frame: Any, patient_id: str | int) -> list[Row]:
    identifier = nw.col("patient_id").cast(nw.String)
    own = plain_rows(frame.filter(identifier == str(patient_id)))
    if not own:
        known = [str(row["patient_id"]) for row in plain_rows(frame.select("patient_id").unique().sort("patient_id"))]
        raise NotFoundError(
            f"There is no patient {patient_id!r}.",
            where="column patient_id",
            expected=listed(known),
            hint=nearest(patient_id, known) if known else "the table is empty",
        )
    return own


def _visit(own: Sequence[Row], patient_id: str | int, week: int) -> Row:
    weeks = sorted(row["week"] for row in own)
    if week not in weeks:
        closest = min(weeks, key=lambda known: abs(known - week))
        raise NotFoundError(
            f"Patient {patient_id} has no visit at week {week:g}.",
            where="column week",
            expected=f"week {listed(f'{known:g}' for known in weeks)}",
            hint=f"the nearest visit is at week {closest:g}",
        )
    return next(row for row in own if row["week"] == week)


def _followed_enzyme(core: CoreSet, before: Row | None) -> Instrument | None:
    if before is None:
        return None
    types: dict[str, Any] = {enzyme.column.name: nw.Float64 for enzyme in core.enzymes}
    types["patient_id"] = nw.String
    values = {name: [before[name]] for name in types} | {"patient_id": [str(before["patient_id"])]}
    baseline = small_table(values, types)
    (found,) = plain_rows(with_most_abnormal(baseline, core).select(PLACE))
    return None if found[PLACE] is None else core.enzymes[int(found[PLACE])]


def _variants(
    instruments: Mapping[str, Instrument | None], before: Row | None, now: Row
) -> dict[tuple[str, float], Row]:
    """The visit as it might be: one measure just inside each of its bands, or at the end of its scale."""
    found = {}
    for measure, instrument in instruments.items():
        baseline = before[instrument.column.name] if before and instrument else None
        if instrument is None or baseline is None:
            continue
        column = instrument.column
        steps = [_first_beyond(baseline, band.above, instrument) for band in bands()[measure] if band.above]
        for value in [*steps, instrument.best]:
            if value is not None and not _is_off(value, column.minimum, column.maximum):
                found[measure, value] = now | {column.name: value}
    return found


def _score(core: CoreSet, before: Row | None, now: Row, variants: Sequence[Row], options: ScoreOptions) -> list[Row]:
    """Score the visit as it is and as it might be, each beside the same baseline, as if they were so many patients.

    Points not yet earned come from the same score as those that are.
    """
    baseline_week, rows = options.baseline_week, []
    for number, visit in enumerate([now, *variants]):
        asked = {"patient_id": str(number), "is_asked": True}
        rows.append(visit | asked | ({"week": baseline_week + 1} if number else {}))
        if before and rows[-1]["week"] != baseline_week:
            rows.append(before | asked | {"is_asked": False})
    types: dict[str, Any] = {"patient_id": nw.String, "is_asked": nw.Boolean}
    schema = {name: types.get(name, nw.Float64) for name in (*core.needs, "is_asked")}
    table = small_table({name: [row[name] for row in rows] for name in schema}, schema)
    scored = nw.from_native(score_visits(table.to_native(), options))
    return plain_rows(scored.filter(nw.col("is_asked")))


def _open(core: CoreSet, before: Row | None, now: Row, options: ScoreOptions) -> Row:
    """The most points that each measure can have earned at the visit."""
    schema: dict[str, Any] = dict.fromkeys(core.needs, nw.Float64) | {"patient_id": nw.String}
    rows = [row | {"patient_id": "0"} for row in (before, now) if row is not None]
    table = small_table({name: [row[name] for row in rows] for name in schema}, schema)
    own = choose_core_set(table.to_native(), options)
    found = with_total(beside_baseline(table, own), own).filter(nw.col("week") == now["week"])
    return plain_rows(found.select(*(OPEN + name for name in measures())))[0]


def _lines(
    core: CoreSet,
    instruments: Mapping[str, Instrument | None],
    before: Row | None,
    now: Row,
    scored: Row,
    might_be: Mapping[tuple[str, float], Row],
) -> list[Row]:
    lines: list[Row] = []
    for measure, instrument in instruments.items():
        label = instrument.column.label if instrument else core.enzyme_label
        line = _measured(measure, instrument, before, now) | _earned(measure, scored)
        line |= _prospects(measure, instrument, scored, might_be) | _provenance(measure, instrument)
        line |= {"label": label, "missing": _about(label, scored["missing"])}
        sofar = lines[-1]["running_total"] if lines else 0.0
        line["running_total"] = None if None in (sofar, line["points"]) else sofar + line["points"]
        total = {name: scored[name] for name in ("tis", "tis_min", "tis_max")}
        lines.append(line | total | _next_class(core.population, scored["tis"]))
    return lines


def _measured(measure: str, instrument: Instrument | None, before: Row | None, now: Row) -> Row:
    if instrument is None:
        return {"measure": measure, "column": "", "unit": "", "baseline": None, "value": None, "range": None}
    name = instrument.column.name
    return {
        "measure": measure,
        "column": name,
        "unit": instrument.column.unit,
        "baseline": before[name] if before else None,
        "value": now[name],
        "range": instrument.range,
    }


def _earned(measure: str, scored: Row) -> Row:
    change = scored[f"change_{measure}"]
    reached = [band for band in bands()[measure] if change is not None and _is_beyond(change, band.above)]
    return {
        "change_percent": change,
        "band": str(reached[-1]) if reached else "",
        "points": scored[f"points_{measure}"],
        "points_possible": points_possible(measure),
        "points_open": _points_open(measure, scored),
    }


def _points_open(measure: str, scored: Row) -> float | None:
    """What a missing measure could still add; nothing where no score is made."""
    if scored["tis_min"] is None:
        return None
    return scored[OPEN + measure] if scored[f"points_{measure}"] is None else 0.0


def _prospects(
    measure: str, instrument: Instrument | None, scored: Row, might_be: Mapping[tuple[str, float], Row]
) -> Row:
    """What could be reached from the baseline, and the nearest value that earns more than now."""
    name = f"points_{measure}"
    at = {value: row for (of_measure, value), row in might_be.items() if of_measure == measure}
    reachable = at[instrument.best][name] if instrument and instrument.best in at else None
    better = [value for value, row in at.items() if scored[name] is not None and row[name] > scored[name]]
    if not better:
        nothing = dict.fromkeys(("next_value", "next_points", "next_gain", "next_response"))
        return {"points_reachable": reachable, **nothing}
    step = min(better, key=lambda value: at[value][name])
    return {
        "points_reachable": reachable,
        "next_value": step,
        "next_points": at[step][name],
        "next_gain": at[step][name] - scored[name],
        "next_response": at[step]["response"],
    }


def _next_class(population: str, total: float | None) -> Row:
    above = [one for one in classes(population) if total is not None and one.minimum > total]
    if total is None or not above:
        return {"next_class": None, "points_to_next_class": None}
    return {"next_class": above[0].name, "points_to_next_class": above[0].minimum - total}


def _first_beyond(baseline: float, percent: float, instrument: Instrument) -> float:
    """The first value of the instrument's own grid whose improvement is more than the percentage, in exact decimals."""
    step = _as_written(instrument.step)
    edge = _as_written(percent) * _as_written(instrument.range) / 100  # type: ignore[arg-type]  # the core set has one
    if instrument.is_better_lower:
        return float((ceil((_as_written(baseline) - edge) / step) - 1) * step)
    return float((floor((_as_written(baseline) + edge) / step) + 1) * step)


def _as_written(number: float) -> Fraction:
    """The decimal that was meant: a quotient such as a multiple of a limit carries noise in its last digits."""
    return Fraction(repr(round(float(number), 12)))


def _is_off(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _is_beyond(change: float, edge: float | None) -> bool:
    return edge is None or bool(is_above(change, edge))  # type: ignore[arg-type]  # it compares plain numbers as well


def _about(label: str, missing: str) -> str:
    """The part of the score's reason that concerns this measure, or a reason that concerns them all."""
    parts = missing.split("; ")
    own = [part for part in parts if part.startswith(f"{label} not ")]
    return own[0] if own else missing if " not recorded " not in missing else ""


def _provenance(measure: str, instrument: Instrument | None) -> Row:
    row = next(row for row in tables.records("improvement_points") if row["measure"] == measure)
    said, evidence = [f"Points: {_cited(str(row['source']), str(row['place']))}"], [str(row["evidence"])]
    if instrument:
        cited = _cited(instrument.source, instrument.place) if instrument.source else instrument.decision
        said.append(f"Range: {cited}")
        evidence.append(instrument.evidence)
    return {"source": " ".join(said), "evidence": max(evidence, key=tables.EVIDENCE.index)}


def _cited(key: str, place: str) -> str:
    citation = tables.source(key).citation
    return f"{citation} {place}." if place else citation
