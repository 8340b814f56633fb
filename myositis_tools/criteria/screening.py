"""From records to the screening table that a protocol reads: one row a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.criteria import exposures
from myositis_tools.criteria.calendar import add_completed_months
from myositis_tools.errors import AmbiguousColumnError, MissingColumnError, listed
from myositis_tools.frames import TOLERANCE, Entrance, columns, enter, has, look_up
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import largest
from myositis_tools.tables import records

_PROTOCOL = "time_is_muscle"  # the windows of derived columns are this record's
_MMT = ("mmt8_150", "mmt8_80", "mmt26_260")
_MMT8_150 = "mmt8_150"  # the total that other trials have their limits on, never worked out from another
_ENZYMES = ("ck_xuln", "aldolase_xuln", "ldh_xuln", "alt_xuln", "ast_xuln")
_CORE = ("physician_global_cm", "patient_global_cm", "extramuscular_cm", "haq_di")
SILENT = "protocol text silent"


def derive_screening(
    patients: Any,
    *,
    visits: Any = None,
    medications: Any = None,
    events: Any = None,
    mmt: str | None = None,
    baseline_week: int = 0,
) -> Any:
    """Derive the screening table from what a site writes down.

    Age and disease duration come from dates, strength loss and core set measures from the visit at screening, what was
    taken and when from the medication list, thromboses and reactions from the list of events. All windows are calendar
    windows and both their ends belong to them.

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

    Returns
    -------
    frame of the same kind
        The columns of ``screening`` in ``tables/columns.csv``, one row a patient in the caller's order. Beside a
        derived column that is unknown stands why, in ``<column>_because``; ``conflicts`` says where a given value and
        the records disagree.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError, AmbiguousColumnError
        If a table cannot be what it says it is.

    Missing data
    ------------
    What cannot be derived stays missing. A patient without a line in `medications` or `events` is unknown, not free of
    them, unless ``medications_recorded`` or ``events_recorded`` is true. A given column wins over a derived one.

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
    entrance = _patients(patients)
    frame = entrance.frame
    dated = frame.select("patient_id", "weight_kg", **{exposures.SCREENING_DAY: nw.col("screening_date")})
    dated = exposures.add_windows(_PROTOCOL, dated)
    frame = add_completed_months(frame, "symptom_onset_date", "screening_date", "_disease_duration_months")
    frame = add_completed_months(frame, "birth_date", "screening_date", "_age_months")
    frame = frame.with_columns(_age_years=(nw.col("_age_months") / 12).floor())
    derived = ["age_years", "disease_duration_months"]
    if visits is not None:
        frame = look_up(frame, _core_set(visits, mmt, baseline_week), on="patient_id")
        derived += ["mmt_loss_percent", _MMT8_150, *_CORE, "enzyme_xuln"]
    if medications is not None:
        frame = look_up(frame, _medication_flags(medications, dated), on="patient_id")
        frame = frame.with_columns(**_medication_answers())
        derived += list(_MEDICATION_COLUMNS)
    if events is not None:
        frame = look_up(frame, _event_flags(events, dated), on="patient_id")
        frame = frame.with_columns(**_event_answers())
        derived += list(_EVENT_COLUMNS)
    return _assemble(entrance, frame, derived)


# -------------------------------------------------------------------------------------------------------- the patients


def _patients(patients: Any) -> Entrance:
    """Let the patients in; what a site does not record is a column of nothing."""
    if not has(patients, "screening_date"):
        raise MissingColumnError(
            "The patients table lacks a column: screening_date.",
            expected="the date of the screening visit, from which every window is counted",
            hint="rename the column that holds it",
        )
    given = [name for name in columns("patients") if has(patients, name)]
    entrance = enter(patients, "patients", needs=given, unique=["patient_id"])
    asked = ("birth_date", "symptom_onset_date", "weight_kg", "medications_recorded", "events_recorded")
    blank = {name: _nothing(columns("patients")[name].type) for name in asked if name not in given}
    zero = nw.col("screening_date").fill_null(0) * 0
    return Entrance(entrance.native, entrance.frame.with_columns(**blank, _zero=zero))


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
    needs = ["patient_id", "week", *chosen, *core, *enzymes]
    frame = enter(visits, "visits", needs=needs, unique=["patient_id", "week"]).frame
    at_screening = frame.filter(nw.col("week") == week)
    answers = {f"_{name}": nw.col(name) for name in core}
    if chosen:
        most = columns("visits")[chosen[0]].maximum
        total = nw.col(chosen[0])
        # Polars multiplies by the reciprocal of a plain number, and then differs from the others in the last digit
        answers["_mmt_loss_percent"] = (most - total) * 100 / (total * 0 + most)
    if enzymes:
        answers["_enzyme_xuln"] = largest([nw.col(name) for name in enzymes])
    return at_screening.select("patient_id", **answers)


# ----------------------------------------------------------------------------------------------------- the medications

_MEDICATION_COLUMNS = (
    "prior_treatment_within_limits",
    "recent_immunosuppression",
    "loop_diuretic",
    "nephrotoxic_medication",
)


def _medication_flags(medications: Any, dated: Any) -> Any:
    """For each patient and question: is any line a yes, is any line open."""
    lines = _medication_lines(medications, dated)
    lines = lines.with_columns(
        _prednisone=exposures.prednisone_equivalent(),
        _days=exposures.days_of_use(),
        _steroid=exposures.recognised("glucocorticoid"),
        _suppressant=exposures.recognised("immunosuppressant"),
        _to_review=exposures.recognised("immunomodulator_to_review"),
        _now=exposures.in_use_at_screening(),
        _known_for_myositis=exposures.is_known_for_myositis(),
        _recent=exposures.in_use_within(nw.col(exposures.SUPPRESSED_SINCE), nw.col(exposures.SCREENING_DAY)),
    ).with_columns(_pulse=exposures.is_example_pulse(_PROTOCOL), _stable=exposures.is_stable_drug())
    lines = lines.with_columns(**exposures.allowances(_PROTOCOL))
    fits = verdict.kleene_or([nw.col("_by_pulse"), nw.col("_by_full_dose"), nw.col("_by_low_dose")])
    lines = lines.with_columns(_fits=fits)
    fits, recent = nw.col("_fits"), nw.col("_recent")
    only_full_dose = nw.col("_steroid") & nw.col("_by_full_dose") & ~nw.col("_by_pulse") & ~nw.col("_by_low_dose")
    silent = nw.col("_steroid") & nw.col("_silent")
    review = nw.col("_to_review") & ~nw.col("_stable")
    questions = {
        "loop": exposures.recognised("loop_diuretic") & nw.col("_now"),
        "nephrotoxic": exposures.recognised("nephrotoxic") & nw.col("_now"),
        "suppressed": nw.col("_suppressant") & ~nw.col("_stable") & recent,
        "outside": (nw.col("_steroid") & ~fits & ~nw.col("_silent")) | (nw.col("_suppressant") & ~nw.col("_stable")),
        "silent": silent,
        "review": review,
        "reviewed_recently": review & recent,
        "pulsed": nw.col("_steroid") & nw.col("_pulse"),
        "full_dose": only_full_dose,
        "no_weight": nw.col("_steroid") & nw.col("weight_kg").is_null() & fits.is_null(),
        "no_dose": nw.col("_steroid") & nw.col("_prednisone").is_null() & fits.is_null(),
    }
    full_dose_days = nw.col("_days") * questions["full_dose"].fill_null(False).cast(nw.Float64)
    lines = lines.with_columns(_full_dose_days=full_dose_days)
    return _any_line(lines, questions, count="_lines", total="_full_dose_days")


def _any_line(lines: Any, questions: Mapping[str, nw.Expr], *, count: str, total: str | None = None) -> Any:
    """Per patient, for each question: ``_<name>`` is 1 if a line says yes, ``_<name>_open`` is 1 if one is open."""
    lines = lines.with_columns(**{f"_q_{name}": truth for name, truth in questions.items()})
    flags = {f"_{name}": nw.col(f"_q_{name}").fill_null(False) for name in questions}
    flags |= {f"_{name}_open": nw.col(f"_q_{name}").is_null() for name in questions}
    lines = lines.with_columns(**{name: flag.cast(nw.Int64) for name, flag in flags.items()})
    sums = [nw.col(total).sum()] if total else []
    return lines.group_by("patient_id").agg(nw.len().alias(count), *(nw.col(name).max() for name in flags), *sums)


def _medication_lines(medications: Any, dated: Any) -> Any:
    definitions = columns("medications")
    if not (has(medications, "drug") or has(medications, "atc")):
        raise MissingColumnError(
            "The medications table lacks a column: drug or atc.",
            expected="the drug's international name or its ATC code",
            hint="one of the two is enough",
        )
    needs = ["patient_id", "start_date", "stop_date"]
    given = [name for name in definitions if name in needs or has(medications, name)]
    lines = enter(medications, "medications", needs=given).frame.select(*given)
    nothing = {name: _nothing(definitions[name].type, "start_date") for name in definitions if name not in given}
    lines = lines.with_columns(**nothing) if nothing else lines
    lines = lines.with_columns(
        drug=nw.col("drug").str.to_lowercase().str.strip_chars(), atc=nw.col("atc").str.to_uppercase().str.strip_chars()
    )
    joined = lines.join(dated.rename({"weight_kg": "_weight"}), on="patient_id", how="inner")
    return joined.with_columns(weight_kg=nw.coalesce(nw.col("weight_kg"), nw.col("_weight")))


def _yes_or_open(name: str) -> nw.Expr:
    """True if a line says yes; null if none does and one is open, or if nothing was recorded; else false."""
    any_line = nw.col("_lines") > 0  # null where the patient has no line
    recorded = any_line | nw.col("medications_recorded")  # null where nobody says that the list was taken
    is_yes, is_open = (nw.col(f"_{name}") == 1).fill_null(False), (nw.col(f"_{name}_open") == 1).fill_null(False)
    return is_yes | _null_where(is_open) | _null_unless(recorded)


def _null_where(condition: nw.Expr) -> nw.Expr:
    """False, or null where the condition is true."""
    return nw.when(~condition).then(nw.col("_zero")) > 0


def _null_unless(truth: nw.Expr) -> nw.Expr:
    """False where it is true, else null."""
    return nw.when(truth.fill_null(False)).then(nw.col("_zero")) > 0


def _medication_answers() -> dict[str, nw.Expr]:
    is_yes = {
        name: (nw.col(f"_{name}") == 1).fill_null(False)
        for name in ("silent", "review", "reviewed_recently", "pulsed", "full_dose", "no_weight", "no_dose")
    }
    added_up = (nw.col("_full_dose_days") > exposures.window(_PROTOCOL, "full_dose_days") + TOLERANCE).fill_null(False)
    silent = is_yes["silent"] | (is_yes["pulsed"] & is_yes["full_dose"]) | added_up
    outside = _yes_or_open("outside") | _null_where(silent | is_yes["review"])
    no_list = ~(nw.col("_lines") > 0).fill_null(False) & ~nw.col("medications_recorded").fill_null(False)
    reasons = [
        (no_list, "no medication list"),
        (silent, SILENT),
        (is_yes["review"], "a drug that a person must judge"),
        (is_yes["no_weight"], "weight not recorded"),
        (is_yes["no_dose"], "dose not recorded"),
    ]
    recently = _yes_or_open("suppressed") | _null_where(is_yes["reviewed_recently"])
    return {
        "_prior_treatment_within_limits": ~outside,
        "_recent_immunosuppression": recently,
        "_loop_diuretic": _yes_or_open("loop"),
        "_nephrotoxic_medication": _yes_or_open("nephrotoxic"),
        "_" + explanation("prior_treatment_within_limits"): _why(
            reasons, "a line of the medication list is incomplete"
        ),
        "_" + explanation("recent_immunosuppression"): _why(
            [(no_list, "no medication list"), (is_yes["reviewed_recently"], "a drug that a person must judge")],
            "a line of the medication list is incomplete",
        ),
        "_" + explanation("loop_diuretic"): _why(
            [(no_list, "no medication list")], "a drug not recognised or not dated"
        ),
        "_" + explanation("nephrotoxic_medication"): _why(
            [(no_list, "no medication list")], "a drug not recognised or not dated"
        ),
    }


def _why(reasons: Sequence[tuple[nw.Expr, str]], otherwise: str) -> nw.Expr:
    """The first reason that holds."""
    chain: Any = nw
    for condition, words in reasons:
        chain = chain.when(condition).then(nw.lit(words))
    return chain.otherwise(nw.lit(otherwise))


# ---------------------------------------------------------------------------------------------------------- the events

_EVENT_COLUMNS = ("thrombosis_within_10_years", "blood_product_reaction")


def _event_flags(events: Any, dated: Any) -> Any:
    lines = enter(events, "events", needs=["patient_id", "event", "date"]).frame.select("patient_id", "event", "date")
    lines = lines.join(dated, on="patient_id", how="inner")
    in_window = (nw.col("date") >= nw.col(exposures.CLOTS_SINCE)) & (nw.col("date") <= nw.col(exposures.SCREENING_DAY))
    answers = {
        "clot": _is_kind("thrombosis") & in_window,
        "maybe_clot": _is_kind("to_review") & in_window,
        "reaction": _is_kind("blood_product_reaction"),
    }
    return _any_line(lines, answers, count="_event_lines")


def _is_kind(kind: str) -> nw.Expr:
    words = [str(row["event"]) for row in records("event_kinds") if row["kind"] == kind]
    return verdict.kleene_or([nw.col("event") == word for word in words])


def _event_answers() -> dict[str, nw.Expr]:
    recorded = (nw.col("_event_lines") > 0).fill_null(False) | nw.col("events_recorded").fill_null(False)
    flags = {
        name: (nw.col(f"_{name}") == 1).fill_null(False) for name in ("clot", "clot_open", "maybe_clot", "reaction")
    }
    open_clot = flags["clot_open"] | flags["maybe_clot"]
    no_history = [(~recorded, "no history of events")]
    return {
        "_thrombosis_within_10_years": flags["clot"] | _null_where(open_clot) | _null_unless(recorded),
        "_blood_product_reaction": flags["reaction"] | _null_unless(recorded),
        "_" + explanation("thrombosis_within_10_years"): _why(
            [*no_history, (flags["maybe_clot"], "an event that a person must judge")], "an event without a date"
        ),
        "_" + explanation("blood_product_reaction"): _why(no_history, "not recorded"),
    }


# ------------------------------------------------------------------------------------------------------------ together


def _assemble(entrance: Entrance, frame: Any, derived: Sequence[str]) -> Any:
    """Given wins over derived; what differs is said; what is unknown says why."""
    present = frame.collect_schema().names()
    out: dict[str, nw.Expr] = {}
    conflicts = []
    for name, column in columns("screening").items():
        if column.name.endswith("_because") or name in ("conflicts", "screening_date"):
            continue
        given, worked_out = name in present, f"_{name}" in present and name in derived
        if given and worked_out:
            out[name] = nw.coalesce(nw.col(name), nw.col(f"_{name}"))
            conflicts.append(_conflict(name, column.label, is_number=column.type == "number"))
        elif given or worked_out:
            out[name] = nw.col(name if given else f"_{name}")
        else:
            out[name] = _nothing(column.type)
    unknown_why = {
        explanation(name): nw.when(truth.is_null()).then(nw.col(f"_{explanation(name)}"))
        for name, truth in out.items()
        if f"_{explanation(name)}" in present
    }
    out["conflicts"] = nw.concat_str(*conflicts, separator="; ", ignore_nulls=True) if conflicts else nw.lit("")
    out |= unknown_why
    answered = entrance.leave(frame.with_columns(**out), list(out))
    order = [name for name in columns("screening") if name in out or name == "screening_date"]
    return nw.from_native(answered).select(*order).to_native()


def _conflict(name: str, label: str, *, is_number: bool) -> nw.Expr:
    given, found = nw.col(name), nw.col(f"_{name}")
    differs = (given - found).abs() > TOLERANCE if is_number else given != found
    texts = [value.cast(nw.String) if is_number else _yes_no_word(value) for value in (given, found)]
    said = nw.concat_str(nw.lit(f"{label}: given "), texts[0], nw.lit(", from the records "), texts[1])
    return nw.when(differs).then(said)


def _yes_no_word(value: nw.Expr) -> nw.Expr:
    return nw.when(value).then(nw.lit("yes")).otherwise(nw.lit("no"))


def _nothing(kind: str, date_column: str = "screening_date") -> nw.Expr:
    """A column of nothing, made from a number that is there, so that it is a null of its type on every engine."""
    days = nw.col(date_column)
    nothing = nw.when(days != days).then(days)
    if kind == "yes_no":
        return nothing > 0
    return nothing if kind in ("number", "integer", "date") else nothing.cast(nw.String)
