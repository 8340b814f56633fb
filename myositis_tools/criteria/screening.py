"""From records to the screening table that a protocol reads: one row a patient."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.criteria.calendar import add_completed_months, add_span
from myositis_tools.criteria.courses import SCREENING, enter_courses, nothing_of
from myositis_tools.criteria.events import add_event_answers
from myositis_tools.criteria.medications import OF_THE_LIST, add_medication_answers
from myositis_tools.criteria.number_bounds import Span, contradiction, settle_bounds, together
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocol_file import read_shipped
from myositis_tools.criteria.record_rules import Within
from myositis_tools.criteria.rule_reader import THE_TRIAL
from myositis_tools.errors import AmbiguousColumnError, MissingColumnError, listed
from myositis_tools.frames import (
    TOLERANCE,
    Column,
    Entrance,
    bounds_of,
    columns,
    enter,
    has,
    look_up,
    names_of,
    refuse_values,
    tables_in_order,
    with_bounds,
)
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import largest

_MMT = ("mmt8_150", "mmt8_80", "mmt26_260")
_MMT8_150 = "mmt8_150"  # the total that other trials have their limits on, never worked out from another
_ENZYMES = ("ck_xuln", "aldolase_xuln", "ldh_xuln", "alt_xuln", "ast_xuln")
_CORE = ("physician_global_cm", "patient_global_cm", "extramuscular_cm", "haq_di")
_LOOK_BACKS = tuple(name for name in columns("screening") if name.endswith("_ago"))
_KEPT = ("screening_date", "screening_date_precision")  # as they were given
_SPAN = ("_since_first", "_since_last")
_MONTHS_A_YEAR = 12
_OF_DATE = {"birth_date": "birth", "symptom_onset_date": "the first symptom", "screening_date": "screening"}


@tables_in_order
def derive_screening(
    patients: IntoFrameT,
    *,
    visits: Any = None,
    medications: Any = None,
    events: Any = None,
    mmt: str | None = None,
    baseline_week: int = 0,
    nephrotoxic: str = "core",
) -> IntoFrameT:
    """Derive the screening table from a site's lists of patients, visits, drugs and events.

    Age and disease duration come from dates, strength loss and core set measures from the visit at screening, what was
    taken and when from the medication list, thromboses and reactions from the list of events. All windows are calendar
    windows and both their ends belong to them.

    Of an engine that waits, the identifiers of all patients are collected, to compare those of both tables.

    Parameters
    ----------
    patients : pandas, Polars, DuckDB or PySpark frame
        One row a patient: ``patient_id``, ``screening_date`` and any other columns of ``patients`` or ``screening`` in
        ``tables/columns.csv``.
    visits, medications, events : frames of the same kind, optional
        The records, with the columns of those tables in ``tables/columns.csv``.
    mmt : str, optional
        Which MMT column of `visits` to use; needed if there are several.
    baseline_week : int
        The week of the visit at screening.
    nephrotoxic : {"core", "broad"}
        Which list of nephrotoxic drugs; the record names none. The broad one adds drugs that harm the kidney in some
        circumstances only, ``tables.load("drug_classes")``.

    Returns
    -------
    frame of the same kind
        The columns of ``screening`` in ``tables/columns.csv``, one row a patient in the caller's order. Beside a
        derived column that is unknown stands why, in ``<column>_because``; ``conflicts`` says where a given value and
        the records disagree.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError, AmbiguousColumnError,
    OptionError
        If a table cannot be what it says it is: a course that ends before it begins, a first symptom after screening.

    Missing data
    ------------
    What cannot be derived stays missing. A patient without a line in `medications` or `events` is unknown, not free of
    them, unless ``medications_recorded`` or ``events_recorded`` is true. A given column wins over a derived one. A drug
    that is not recognised leaves open what it might be, and is named; `judge_exposures` lists each. A date with
    ``<date>_precision`` ``month`` or ``year`` can be any day of it, and what depends on which is unknown. Then
    ``age_years`` and ``disease_duration_months`` have the least and the most that they can be beside them, in
    ``<column>_min`` and ``<column>_max``, which equal the value where it is known; so have MMT, MMT loss and the core
    set measures whose bounds `visits` hold, as `score_mmt` and `score_haq_di` give them, and what `patients` hold
    bounds of. `Protocol.check` asks a limit of both. A given value or bound wins over a derived one, within it the
    derived one counts. ``enzyme_xuln`` is the highest enzyme that was measured, without bounds.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> patients = pd.DataFrame(
    ...     {
    ...         "patient_id": ["A"],
    ...         "screening_date": pd.to_datetime(["2026-03-31"]),
    ...         "birth_date": pd.to_datetime(["1970-05-01"]),
    ...         "symptom_onset_date": pd.to_datetime(["2025-04-01"]),
    ...     }
    ... )
    >>> screening = mt.derive_screening(patients)
    >>> screening[["age_years", "disease_duration_months"]].iloc[0].tolist()
    [55.0, 11.0]
    """
    tables = {"visits": visits, "medications": medications, "events": events}
    return derive(
        patients, tables, read_shipped(THE_TRIAL), mmt=mmt, baseline_week=baseline_week, nephrotoxic=nephrotoxic
    )


def derive(
    patients: Any,
    tables: Mapping[str, Any],
    protocol: Protocol,
    *,
    mmt: str | None,
    baseline_week: int,
    nephrotoxic: str,
) -> Any:
    """Derive the screening table as a protocol asks: its file says what a course of treatment is held against.

    A protocol that asks nothing of courses gets what the trial asks.
    """
    trial = read_shipped(THE_TRIAL)
    courses = protocol.courses if protocol.courses.columns else trial.courses
    visits, medications, events = (tables.get(name) for name in ("visits", "medications", "events"))
    known = {**columns("screening"), **columns("patients")}
    asked = {name: one for name, one in protocol.columns.items() if name not in known and not name.endswith("_ago")}
    entrance = _patients(patients, asked)
    frame = entrance.frame
    dated = dated_patients(frame)
    frame = _add_time_since(frame, "symptom_onset_date", "disease_duration_months", in_months=1)
    frame = _add_time_since(frame, "birth_date", "age_years", in_months=12)
    derived = ["age_years", "disease_duration_months"]
    if visits is not None:
        frame = look_up(frame, _core_set(visits, mmt, baseline_week), on="patient_id", of=("patients", "visits"))
        derived += ["mmt_loss_percent", _MMT8_150, *_CORE, "enzyme_xuln"]
    if medications is not None:
        lines = enter_courses(medications, dated).frame
        frame = add_medication_answers(frame, lines, courses, nephrotoxic)
        derived += [*OF_THE_LIST, *courses.columns]
    if events is not None:
        frame = add_event_answers(frame, events, dated)
        derived += ["blood_product_reaction", "thrombosis_months_ago", "thrombosis_days_ago"]
    frame, flags = _with_flags(frame, trial, derived)
    return _assemble(entrance, frame, [*derived, *flags], asked)


def checked_dates(patients: Any) -> Any:
    """Give each patient's weight and day of screening, of a table that is let in.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, DuplicateRowError
        If the table cannot be what it says it is.
    """
    precision = "screening_date_precision"
    given = [name for name in ("weight_kg", precision) if has(patients, name)]
    frame = enter(patients, "patients", needs=["patient_id", "screening_date", *given], unique=["patient_id"]).frame
    frame = frame if "weight_kg" in given else frame.with_columns(weight_kg=nothing_of("number"))
    return dated_patients(add_span(frame, "screening_date", precision if precision in given else None, SCREENING))


def dated_patients(frame: Any) -> Any:
    """Give each patient's weight, and the first and last day that screening can be, of a frame that is clean."""
    return frame.select("patient_id", "weight_kg", *SCREENING)


def _with_flags(frame: Any, trial: Protocol, derived: Sequence[str]) -> tuple[Any, list[str]]:
    """Add the yes/no columns that stand for a look-back within the window of the trial."""
    leaves = [leaf for each in trial.criteria for leaf in each.rule.leaves]
    asked = {leaf.column.name: leaf for leaf in leaves if isinstance(leaf, Within) and leaf.flag}
    flags = []
    for name, leaf in asked.items():
        if name in derived and leaf.flag:
            flag = leaf.flag.column.name
            truth = leaf.flag.of(name, "_")
            frame = frame.with_columns(**{f"_{flag}": truth, f"_{explanation(flag)}": nw.col(f"_{explanation(name)}")})
            flags.append(flag)
    return frame, flags


# -------------------------------------------------------------------------------------------------------- the patients


def _patients(patients: Any, asked: Mapping[str, Column]) -> Entrance:
    """Let the patients in, with what a protocol's file asks; what a site does not record is a column of nothing."""
    if not has(patients, "screening_date"):
        raise MissingColumnError(
            "The patients table lacks a column: screening_date.",
            expected="the date of the screening visit, from which every window is counted",
            hint="rename the column that holds it",
        )
    present = names_of(patients)
    bounds = [name for name in with_bounds(columns("screening"), present) if name not in columns("screening")]
    of_the_file = [name for name in asked if name in present]
    given = [*(name for name in columns("patients") if name in present), *bounds, *of_the_file]
    own = [*with_bounds(columns("screening"), bounds).values(), *(asked[name] for name in of_the_file)]
    entrance = enter(patients, "patients", needs=given, unique=["patient_id"], own=own)
    read = ["birth_date", "symptom_onset_date", "weight_kg", "medications_recorded", "events_recorded"]
    blank = {name: nothing_of(columns("patients")[name].type) for name in read if name not in given}
    zero = nw.col("screening_date").fill_null(0) * 0
    frame = entrance.frame.with_columns(**blank, _zero=zero)
    if bounds:
        frame, _ = settle_bounds(frame, columns("screening"))
    precision = "screening_date_precision"
    frame = add_span(frame, "screening_date", precision if precision in given else None, SCREENING)
    return Entrance(entrance.native, frame)


def _add_time_since(frame: Any, start: str, into: str, *, in_months: int) -> Any:
    """Add the completed months or years from a date to screening, and why they are not known."""
    given = frame.collect_schema().names()
    coarse = [name for name in (start, "screening_date") if f"{name}_precision" in given]
    frame = add_span(frame, start, f"{start}_precision" if start in coarse else None, _SPAN)
    refuse_values(
        frame,
        start,
        nw.col(_SPAN[0]) > nw.col(SCREENING[1]),
        expected="the day of screening_date or earlier",
        hint="the century or the order of day and month may be wrong",
    )
    frame = add_completed_months(frame, _SPAN[0], SCREENING[1], "_most")
    most = (nw.col("_most") / in_months).floor()
    if not coarse:
        _refuse_more_than_a_life(frame, start, "_most")
        return frame.with_columns(most.alias(f"_{into}"))
    frame = add_completed_months(frame, _SPAN[1], SCREENING[0], "_least")
    _refuse_more_than_a_life(frame, start, "_least")
    least = (nw.col("_least") / in_months).floor()
    least = nw.when(least > 0).then(least).otherwise(least * 0)  # the last day it can mean may lie after screening
    if (oldest := columns("screening")[into].maximum) is not None:
        most = nw.when(most <= oldest).then(most).otherwise(most * 0 + oldest)
    low, high = bounds_of(f"_{into}")
    frame = frame.with_columns(least.alias(low), most.alias(high))
    is_known = nw.col(low) == nw.col(high)
    return frame.with_columns(
        nw.when(is_known).then(nw.col(high)).alias(f"_{into}"),
        nw.when(~is_known).then(_what_is_recorded(coarse)).alias(f"_{explanation(into)}"),
    )


def _what_is_recorded(dates: Sequence[str]) -> nw.Expr:
    """For example: only the year of birth is recorded."""
    said = [
        nw.when(nw.col(f"{name}_precision") == word).then(nw.lit(f"only the {word} of {_OF_DATE[name]} is recorded"))
        for name in dates
        for word in ("month", "year")
    ]
    return nw.concat_str(*said, separator=", ", ignore_nulls=True)


def _refuse_more_than_a_life(frame: Any, start: str, months: str) -> None:
    """Refuse a birth, or a first symptom, longer before screening than anybody lives."""
    oldest = columns("screening")["age_years"].maximum
    if oldest is not None:
        refuse_values(
            frame,
            start,
            nw.col(months) >= (oldest + 1) * _MONTHS_A_YEAR,
            expected=f"a day no more than {oldest:g} years before screening_date",
            hint="the century of one of the two dates may be wrong",
        )


# ---------------------------------------------------------------------------------------------------------- the visits


def _core_set(visits: Any, mmt: str | None, week: int) -> Any:
    present = [name for name in _MMT if has(visits, name)]
    if mmt is None and len(present) > 1:
        raise AmbiguousColumnError(
            f"The visits table has several MMT columns: {listed(present)}.",
            expected="one of them, named",
            hint=f"say which, for example mmt={present[0]!r}",
        )
    chosen = [mmt] if mmt else present
    enzymes = [name for name in _ENZYMES if has(visits, name)]
    core = [name for name in (_MMT8_150, *_CORE) if has(visits, name)]
    numbers = {name: columns("visits")[name] for name in dict.fromkeys([*chosen, *core])}
    known = with_bounds(numbers, names_of(visits))
    needs = ["patient_id", "week", *known, *enzymes]
    frame = enter(visits, "visits", needs=needs, unique=["patient_id", "week"], own=known.values()).frame
    frame, bounds = settle_bounds(frame, numbers)
    at_screening = frame.filter(nw.col("week") == week)
    bounded = [name for name in core if bounds_of(name)[0] in bounds]
    answers = {f"_{name}": nw.col(name) for name in (*core, *(one for name in bounded for one in bounds_of(name)))}
    if chosen:
        answers["_mmt_loss_percent"] = _loss_percent(chosen[0], chosen[0])
        least, most = bounds_of(chosen[0])
        if least in bounds:
            answers["_mmt_loss_percent_min"] = _loss_percent(chosen[0], most)
            answers["_mmt_loss_percent_max"] = _loss_percent(chosen[0], least)
    if enzymes:
        answers["_enzyme_xuln"] = largest([nw.col(name) for name in enzymes])
    return at_screening.select("patient_id", **answers)


def _loss_percent(scale: str, column: str) -> nw.Expr:
    """What of the most that a scale can be is wanting in a column of its totals."""
    most, total = columns("visits")[scale].maximum, nw.col(column)
    # Polars multiplies by the reciprocal of a plain number, and then differs from the others in the last digit
    return (most - total) * 100 / (total * 0 + most)


# ------------------------------------------------------------------------------------------------------------ together


def _assemble(entrance: Entrance, frame: Any, derived: Sequence[str], asked: Collection[str]) -> Any:
    """Given wins over derived; what differs is said; what is unknown says why."""
    present = frame.collect_schema().names()
    out: dict[str, nw.Expr] = {}
    conflicts = []
    for name, column in columns("screening").items():
        if column.name.endswith("_because") or name in ("conflicts", *_KEPT, *_LOOK_BACKS):
            continue
        given, worked_out = name in present, f"_{name}" in present and name in derived
        bounds = bounds_of(name)
        if bounds[0] in present or (worked_out and f"_{bounds[0]}" in present):
            numbers = [_number(name, present)] * given + [_number(f"_{name}", present)] * worked_out
            out |= dict(zip((name, *bounds), together(numbers), strict=True))
            conflicts += [contradiction(column.label, *numbers)] if given and worked_out else []
        elif given and worked_out:
            out[name] = nw.coalesce(nw.col(name), nw.col(f"_{name}"))
            conflicts.append(_conflict(name, column.label, is_number=column.type == "number"))
        elif given or worked_out:
            out[name] = nw.col(name if given else f"_{name}")
        else:
            out[name] = nothing_of(column.type)
    for name in asked:  # a column of the protocol's file: given, or a yes/no that courses answer
        found = [nw.col(one) for one in (name, f"_{name}") if one in present]
        out |= {name: nw.coalesce(*found)} if found else {}
    unknown_why = {
        explanation(name): nw.when(truth.is_null()).then(nw.col(f"_{explanation(name)}"))
        for name, truth in out.items()
        if f"_{explanation(name)}" in present
    }
    out["conflicts"] = nw.concat_str(*conflicts, separator="; ", ignore_nulls=True) if conflicts else nw.lit("")
    out |= unknown_why | _look_backs(derived, present)
    answered = entrance.leave(frame.with_columns(**out), list(out))
    kept = [name for name in _KEPT if name in present]
    known = with_bounds(columns("screening"), out)
    order = [name for name in known if name in out or name in kept]
    order += [name for name in out if name not in known]  # a look-back that a file of a protocol asks for
    return nw.from_native(answered).select(*order).to_native()


def _look_backs(derived: Sequence[str], present: Sequence[str]) -> dict[str, nw.Expr]:
    """Each look-back that was worked out, with its bounds and what it is about, or why it is not known."""
    found: dict[str, nw.Expr] = {}
    for name in derived:
        if name.endswith("_ago") and f"_{name}_min" in present:
            found |= {one: nw.col(f"_{one}") for one in (name, *bounds_of(name), explanation(name))}
    return found


def _number(name: str, present: Sequence[str]) -> Span:
    """A number, given or worked out, and both its bounds: without any, itself."""
    low, high = bounds_of(name) if bounds_of(name)[0] in present else (name, name)
    return Span(nw.col(name), nw.col(low), nw.col(high))


def _conflict(name: str, label: str, *, is_number: bool) -> nw.Expr:
    given, found = nw.col(name), nw.col(f"_{name}")
    differs = (given - found).abs() > TOLERANCE if is_number else given != found
    texts = [value.cast(nw.String) if is_number else _yes_no_word(value) for value in (given, found)]
    said = nw.concat_str(nw.lit(f"{label}: given "), texts[0], nw.lit(", from the records "), texts[1])
    return nw.when(differs).then(said)


def _yes_no_word(value: nw.Expr) -> nw.Expr:
    return nw.when(value).then(nw.lit("yes")).otherwise(nw.lit("no"))
