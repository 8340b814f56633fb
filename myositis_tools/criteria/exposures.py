"""One line of a medication list against the allowances of a protocol (long: four allowances, one by one).

Each answer is a truth: true, false, or null where the line does not say enough or the protocol's text is silent (C9).
A date of which only the month or the year is recorded is held against a window at both of its ends.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import drugs
from myositis_tools.criteria.calendar import add_months_later, add_span
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.errors import MissingColumnError
from myositis_tools.frames import TOLERANCE, Entrance, columns, enter, has, look_up, refuse_values, tables_in_order
from myositis_tools.rules import NOT_RECORDED, is_above, is_at_most
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.scores.glucocorticoids import compute_prednisone_equivalent
from myositis_tools.tables import records

TIME_IS_MUSCLE = "time_is_muscle"  # the windows of derived columns are this record's
SILENT = "protocol text silent"
JUDGED = tuple(columns("exposures"))

SCREENING_DAY = "_screening_day"
STABLE_SINCE, SUPPRESSED_SINCE, LOW_DOSE_SINCE, CLOTS_SINCE = (
    "_stable_since_at_latest",
    "_suppressed_since",
    "_low_dose_since",
    "_clots_since",
)
START, STOP, STABLE = (
    ("_start_first", "_start_last"),
    ("_stop_first", "_stop_last"),
    ("_stable_first", "_stable_last"),
)
DAYS = ("_days_shortest", "_days_longest")
IS_KNOWN_PATIENT = "_is_known_patient"

_FAR = 1e7  # days: beyond every date
_DATES = {"start_date": START, "stop_date": STOP, "stable_since": STABLE}

# ----------------------------------------------------------------------------------------------- windows of a protocol


@cache
def window(protocol: str, name: str) -> float:
    """Read a window or dose of a protocol from ``protocol_windows.csv``."""
    return next(
        float(row["value"])  # type: ignore[arg-type]
        for row in records("protocol_windows")
        if (row["protocol"], row["window"]) == (protocol, name)
    )


def add_windows(protocol: str, dated: Any) -> Any:
    """Add the first day of every window to a frame with the day of screening."""
    months = {
        STABLE_SINCE: window(protocol, "stable_drug_months"),
        SUPPRESSED_SINCE: window(protocol, "immunosuppression_months"),
        LOW_DOSE_SINCE: window(protocol, "low_dose_months"),
        CLOTS_SINCE: 12 * window(protocol, "thrombosis_years"),
    }
    for name, count in months.items():
        dated = add_months_later(dated, SCREENING_DAY, -int(count), name)
    return dated


# -------------------------------------------------------------------------------------- dates that may be several days


def is_by(span: tuple[str, str], day: nw.Expr) -> nw.Expr:
    """Whether a date is on a day or before it; null where some days it can mean are and some are not."""
    first, last = (nw.col(name) for name in span)
    return (last <= day) | ((first <= day) & nw.col(OPEN))


def is_from(span: tuple[str, str], day: nw.Expr) -> nw.Expr:
    """Whether a date is on a day or after it; null where some days it can mean are and some are not."""
    first, last = (nw.col(name) for name in span)
    return (first >= day) | ((last >= day) & nw.col(OPEN))


def in_use_within(first: nw.Expr, last: nw.Expr) -> nw.Expr:
    """Whether the drug was taken on a day of the window, both ends included."""
    return is_by(START, last) & is_from(STOP, first)


# --------------------------------------------------------------------------------------------- the lines, made ready


def enter_lines(medications: Any, dated: Any) -> Entrance:
    """Let a medication list in: beside each line the patient's windows, and the days its dates can mean.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError
        If the list cannot be what it says it is, such as a course that ends before it begins.
    """
    definitions = columns("medications")
    if not (has(medications, "drug") or has(medications, "atc")):
        raise MissingColumnError(
            "The medications table lacks a column: drug or atc.",
            expected="the drug's international name or its ATC code",
            hint="one of the two is enough",
        )
    needs = ["patient_id", "start_date", "stop_date"]
    given = [name for name in definitions if name in needs or has(medications, name)]
    entrance = enter(medications, "medications", needs=given)
    nothing = {name: nothing_of(definitions[name].type, "start_date") for name in definitions if name not in given}
    lines = entrance.frame.with_columns(**nothing, **{OPEN: nothing_of("yes_no", "start_date")})
    lines = lines.with_columns(**drugs.named_alike())
    for name, span in _DATES.items():
        precision = f"{name}_precision"
        lines = add_span(lines, name, precision if precision in given else None, span)
    refuse_values(
        lines,
        "stop_date",
        nw.col(STOP[1]) < nw.col(START[0]),
        expected="the day of start_date or later",
        hint="the two dates of a course may have been exchanged",
    )
    known = dated.rename({"weight_kg": "_weight"}).with_columns(_is_known=nw.lit(1))
    lines = look_up(lines, known, on="patient_id", of=("medications", "patients"))
    is_undated = ~nw.col("still_taken") & nw.col("stop_date").is_null()
    lines = lines.with_columns(
        weight_kg=nw.coalesce(nw.col("weight_kg"), nw.col("_weight")),
        _undated_stop=is_undated.fill_null(False),
        **{IS_KNOWN_PATIENT: ~nw.col("_is_known").is_null()},
    )
    # one who still takes the drug stops on no day; one who stopped on a day not written down did so by screening
    never = nw.when(~nw.col("_undated_stop")).then(nw.col("start_date").fill_null(0.0) * 0 + _FAR)
    since, until = nw.col(START[0]).fill_null(-_FAR), nw.col(SCREENING_DAY)
    lines = lines.with_columns(
        nw.coalesce(nw.col(STOP[0]), never, since).alias(STOP[0]),
        nw.coalesce(nw.col(STOP[1]), never, until).alias(STOP[1]),
    )
    return Entrance(medications, _with_truths(lines))


def nothing_of(kind: str, date_column: str = "screening_date") -> nw.Expr:
    """A column of nothing, made from a number that is there, so that it is a null of its type on every engine."""
    days = nw.col(date_column)
    nothing = nw.when(days != days).then(days)
    if kind == "yes_no":
        return nothing > 0
    return nothing if kind in ("number", "integer", "date") else nothing.cast(nw.String)


def _with_truths(lines: Any) -> Any:
    """Add what is asked of a line: of which class it is, and which allowance it fits."""
    day = nw.col(SCREENING_DAY)
    shortest = nw.min_horizontal(nw.col(STOP[0]), day) - nw.col(START[1]) + 1
    lines = lines.with_columns(
        nw.when(shortest > 1).then(shortest).otherwise(shortest * 0 + 1).alias(DAYS[0]),
        (nw.min_horizontal(nw.col(STOP[1]), day) - nw.col(START[0]) + 1).alias(DAYS[1]),
        _prednisone=nw.coalesce(nw.col("prednisone_equivalent_mg_day"), compute_prednisone_equivalent()),
        _steroid=drugs.is_of_class(drugs.GLUCOCORTICOID),
        _suppressant=drugs.is_of_class(drugs.IMMUNOSUPPRESSANT),
        _to_review=drugs.is_of_class(drugs.TO_REVIEW),
        _now=in_use_within(day, day),
        _prior=is_by(START, day),
        _recent=in_use_within(nw.col(SUPPRESSED_SINCE), day),
        _known_for_myositis=_is_known_for_myositis(),
    )
    lines = lines.with_columns(
        _unrecognised=nw.col("_steroid").is_null() | nw.col("_suppressant").is_null() | nw.col("_to_review").is_null(),
        _pulse=_is_example_pulse(TIME_IS_MUSCLE),
        _stable=_is_stable_drug(),
    )
    lines = lines.with_columns(**_allowances(TIME_IS_MUSCLE))
    fits = verdict.kleene_or([nw.col("_by_pulse"), nw.col("_by_full_dose"), nw.col("_by_low_dose")])
    lines = lines.with_columns(_fits=fits)
    silent = verdict.kleene_or([nw.col(name) for name in SILENCES]) & ~nw.col("_fits")
    lines = lines.with_columns(_silent=nw.col("_steroid") & silent & nw.col("_prior"))
    return lines.with_columns(
        _outside=nw.col("_prior")
        & (
            (nw.col("_steroid") & ~nw.col("_fits") & ~nw.col("_silent")) | (nw.col("_suppressant") & ~nw.col("_stable"))
        ),
        _review=nw.col("_to_review") & ~nw.col("_stable").fill_null(False) & nw.col("_prior"),
        _coarse=_is_coarse(),
    )


def _is_coarse() -> nw.Expr:
    """Whether a date of the line can mean several days because only its month or year is recorded."""
    said = [(nw.col(f"{name}_precision") != "day").fill_null(False) for name in _DATES]
    return said[0] | said[1] | said[2]


def _is_known_for_myositis() -> nw.Expr:
    """Whether the drug is known for its use in myositis: as the list says, else yes if the record names it."""
    told = nw.col("known_for_myositis")
    named = drugs.is_of_class(drugs.NAMED_BY_THE_RECORD).fill_null(False)
    return told.fill_null(False) | (told.is_null() & named) | (told & ~named)


def _is_stable_drug() -> nw.Expr:
    """Whether the record's allowance for a stable drug of a non-muscular condition holds: all of its conditions."""
    return verdict.kleene_and(
        [
            is_by(STABLE, nw.col(STABLE_SINCE)),
            nw.col("_now"),
            nw.col("non_muscular_indication"),
            ~nw.col("_known_for_myositis"),
            ~nw.col("induces_myopathy"),
        ]
    )


def _lasts_at_most(days: float) -> nw.Expr:
    """Whether the drug was taken on so many days up to screening or fewer, first and last day included."""
    shortest, longest = (nw.col(name) for name in DAYS)
    return is_at_most(longest, days) | (is_at_most(shortest, days) & nw.col(OPEN))


def _is_example_pulse(protocol: str) -> nw.Expr:
    """Whether the course is no larger than one of the pulses the record gives as examples."""
    fits = []
    for row in records("protocol_pulses"):
        if row["protocol"] != protocol:
            continue
        by_code, by_name = (_is(name, str(row[name])) for name in ("atc", "drug"))
        parts = [
            by_code | (by_name & nw.col("atc").is_null()),
            is_at_most(nw.col("dose_mg_day"), float(row["maximum_mg_day"])),  # type: ignore[arg-type]
            _lasts_at_most(float(row["maximum_days"])),  # type: ignore[arg-type]
            is_above(nw.col("_prednisone"), window(protocol, "low_dose_mg_day")),
        ]
        if row["route"]:
            parts.append(_is("route", str(row["route"])) | (nw.col("route").is_null() & nw.col(OPEN)))
        fits.append(verdict.kleene_and(parts))
    return verdict.kleene_or(fits)


def _is(column: str, word: str) -> nw.Expr:
    """Whether a text is a word; false where there is none."""
    return nw.col(column).str.to_lowercase().str.strip_chars().is_in([word.lower()]).fill_null(False)


SILENCES = ("_silent_late_pulse", "_silent_large", "_silent_between")


def _allowances(protocol: str) -> dict[str, nw.Expr]:
    """Whether a glucocorticoid course fits the record's allowances, and where the record is silent."""
    day, dose, pulse = nw.col(SCREENING_DAY), nw.col("_prednisone"), nw.col("_pulse")
    low, per_kg = window(protocol, "low_dose_mg_day"), window(protocol, "full_dose_mg_per_kg")
    full, short = nw.col("weight_kg") * per_kg, _lasts_at_most(window(protocol, "full_dose_days"))
    within_week = is_from(START, day - window(protocol, "pulse_days"))
    is_low = is_at_most(dose, low)
    up_to_full = is_low | (dose <= full + TOLERANCE)
    return {
        "_by_pulse": pulse & within_week,
        "_by_full_dose": up_to_full & short,
        "_by_low_dose": is_low & is_from(START, nw.col(LOW_DOSE_SINCE)),
        "_silent_late_pulse": pulse & ~within_week,
        "_silent_large": is_above(dose, low) & ~up_to_full & short & ~pulse,
        "_silent_between": is_above(dose, low) & (dose < full - TOLERANCE) & ~short,
    }


# ------------------------------------------------------------------------------------------------------------ in words


@cache
def words_of_silence() -> dict[str, str]:
    """What the record's text does not speak of, by the name of the column or situation."""
    of = {name: f"{window(TIME_IS_MUSCLE, name):g}" for name in ("pulse_days", "full_dose_days", "low_dose_mg_day")}
    full, days = f"{window(TIME_IS_MUSCLE, 'full_dose_mg_per_kg'):g} mg/kg", f"{of['full_dose_days']} days"
    said = {
        "_silent_late_pulse": f"a pulse begun more than {of['pulse_days']} days before screening",
        "_silent_large": f"more than {full} a day for no more than {days}, and no pulse of the size of its examples",
        "_silent_between": f"more than {of['low_dose_mg_day']} mg and less than {full} a day for more than {days}",
        "both": f"a pulse and a course of up to {full} a day",
        "added": f"courses of up to {full} a day of together more than {days}",
        "overlap": "courses of glucocorticoids at the same time",
    }
    return {name: f"{SILENT}: {words}" for name, words in said.items()}


@tables_in_order
def judge_exposures(medications: IntoFrameT, patients: Any) -> IntoFrameT:
    """Assess prior treatment and wash-out: every course of a medication list against the record's four allowances.

    The record allows a pulse, a full dose, a low dose, and a stable drug for another disease. What several courses
    make together is judged by `derive_screening`.

    Parameters
    ----------
    medications : pandas, Polars, DuckDB or PySpark frame
        One row a course, with the columns of ``medications`` in ``tables/columns.csv``; ``patient_id``,
        ``start_date``, ``stop_date`` and ``drug`` or ``atc`` must be there.
    patients : frame of the same kind
        ``patient_id``, ``screening_date`` and, if it is not in the list, ``weight_kg``.

    Returns
    -------
    frame of the same kind
        The lines as they were, with ``exposure`` (what the drug is taken for: ``glucocorticoid``,
        ``immunosuppressant``, ``immunomodulator to review``, ``other`` or ``not recognised``),
        ``prednisone_mg_day``, the verdicts ``by_pulse``, ``by_full_dose``, ``by_low_dose`` and ``by_stable_drug``,
        ``allowed`` (the verdict of all four, empty for other drugs), and ``because``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If a table cannot be what it says it is, such as a course that ends before it begins.

    Missing data
    ------------
    An empty stop date means that the drug is still taken, unless ``still_taken`` is no. What is not recorded leaves
    open what depends on it, and ``because`` names it. Where the record's text is silent, the verdict is *unknown*.

    Source
    ------
    ``tables.load("protocol_windows")``, ``protocol_pulses`` and ``drug_classes``.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"patient_id": ["A"], "screening_date": [day(2026, 3, 31)], "weight_kg": [70.0]})
    >>> courses = pd.DataFrame({
    ...     "patient_id": "A", "drug": ["prednisone", "prednisone", "furosemide"], "dose_mg_day": [15.0, 40.0, 40.0],
    ...     "start_date": [day(2026, 1, 1), day(2026, 3, 1), day(2025, 1, 1)],
    ...     "stop_date": [day(2026, 2, 28), pd.NaT, pd.NaT]})
    >>> judged = mt.judge_exposures(courses, patients)
    >>> judged[["exposure", "allowed"]].head(2)
             exposure  allowed
    0  glucocorticoid      met
    1  glucocorticoid  unknown
    >>> judged["because"].tolist()[1]
    'protocol text silent: more than 20 mg and less than 1 mg/kg a day for more than 14 days'
    """
    entrance = enter_lines(medications, dated_patients(patients))
    lines = entrance.frame
    is_exposure = (nw.col("_steroid") | nw.col("_suppressant") | nw.col("_to_review")).fill_null(True)
    kind = first_true(
        [
            (nw.col("_unrecognised"), nw.lit("not recognised")),
            (nw.col("_steroid"), nw.lit("glucocorticoid")),
            (nw.col("_suppressant"), nw.lit("immunosuppressant")),
            (nw.col("_to_review"), nw.lit("immunomodulator to review")),
        ],
        otherwise=nw.lit("other"),
    )
    stable = nw.col("_stable") & (nw.col("_suppressant") | nw.col("_to_review"))
    by = {name: nw.col("_steroid") & nw.col(f"_{name}") for name in ("by_pulse", "by_full_dose", "by_low_dose")}
    by["by_stable_drug"] = stable
    allowed = ~(nw.col("_outside") | ((nw.col("_silent") | nw.col("_review")) & nw.col(OPEN)))
    lines = lines.with_columns(_allowed=allowed, **by)
    lines = lines.with_columns(because=_because(is_exposure), exposure=kind, prednisone_mg_day=nw.col("_prednisone"))
    lines = lines.with_columns(
        allowed=nw.when(is_exposure).then(verdict.to_verdict(nw.col("_allowed"))),
        **{name: verdict.to_verdict(nw.col(name)) for name in by},
    )
    return entrance.leave(lines, JUDGED)


def dated_patients(patients: Any) -> Any:
    """Give each patient's weight and windows.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, DuplicateRowError
        If the table cannot be what it says it is.
    """
    given = ["weight_kg"] if has(patients, "weight_kg") else []
    frame = enter(patients, "patients", needs=["patient_id", "screening_date", *given], unique=["patient_id"]).frame
    return add_patient_windows(frame if given else frame.with_columns(weight_kg=nothing_of("number")))


def add_patient_windows(frame: Any) -> Any:
    """Give each patient's weight and windows, of a frame that is clean."""
    return add_windows(
        TIME_IS_MUSCLE,
        frame.select("patient_id", "weight_kg", screening_date_=nw.col("screening_date")).rename(
            {"screening_date_": SCREENING_DAY}
        ),
    )


def _because(is_exposure: nw.Expr) -> nw.Expr:
    silence = words_of_silence()
    low = f"{window(TIME_IS_MUSCLE, 'low_dose_mg_day'):g} mg"
    full = f"{window(TIME_IS_MUSCLE, 'full_dose_mg_per_kg'):g} mg/kg"
    months, days = (f"{window(TIME_IS_MUSCLE, name):g}" for name in ("low_dose_months", "full_dose_days"))
    stable, week = (f"{window(TIME_IS_MUSCLE, name):g}" for name in ("stable_drug_months", "pulse_days"))
    steroid, suppressant = nw.col("_steroid").fill_null(False), nw.col("_suppressant").fill_null(False)

    def known(name: str) -> nw.Expr:
        return nw.col(name).fill_null(False)

    def denied(name: str) -> nw.Expr:
        return (~nw.col(name)).fill_null(False)

    told = [
        (nw.col(SCREENING_DAY).is_null() & ~nw.col(IS_KNOWN_PATIENT), "patient not in the patients table"),
        (nw.col("_unrecognised"), "drug not recognised"),
        (~is_exposure, "no glucocorticoid, immunosuppressant or immunomodulator"),
        (denied("_prior"), "begun after screening"),
        (known("by_pulse"), f"a pulse no larger than the record's example, within {week} days before screening"),
        (known("by_full_dose"), f"no more than {full} of prednisone a day for no more than {days} days"),
        (known("by_low_dose"), f"no more than {low} of prednisone a day, begun within {months} months"),
        (known("by_stable_drug"), f"a stable dose for {stable} months, for another disease"),
        *((steroid & known("_silent") & known(name), silence[name]) for name in SILENCES),
        (steroid & known("_outside"), "more or longer than the record allows for glucocorticoids"),
        (suppressant & denied("_now"), "no longer taken: only a stable drug is allowed"),
        (suppressant & denied("non_muscular_indication"), "not for a non-muscular condition"),
        (suppressant & known("_known_for_myositis"), "known for its use in myositis"),
        (suppressant & known("induces_myopathy"), "known to induce myopathy"),
        (suppressant & known("_outside"), f"dose not stable for {stable} months"),
        (known("_review"), "a drug that a person must judge"),
    ]
    missing = cause_of(nw.col("_allowed"))
    rest = [(missing == number, words) for number, words in WORDS_OF_CAUSE.items()]
    return first_true([(condition, nw.lit(words)) for condition, words in [*told, *rest]])


# ---------------------------------------------------------------------------------------------- why a line leaves open

UNRECOGNISED = 2.0
WORDS_OF_CAUSE = {
    1.0: f"screening date {NOT_RECORDED}",
    UNRECOGNISED: "drug not recognised",
    3.0: "a drug that a person must judge",
    4.0: f"start {NOT_RECORDED}",
    5.0: "stopped on a day that is not recorded",
    6.0: f"dose {NOT_RECORDED}",
    7.0: f"weight {NOT_RECORDED}",
    8.0: "a date of which only the month or year is recorded",
    9.0: f"route {NOT_RECORDED}",
    10.0: "not recorded whether it is a stable drug for another disease",
    11.0: "not recorded whether a drug was for a non-muscular condition",
}
OF_AN_ALLOWANCE, OF_TREATMENT = tuple(range(1, 11)), (1, 2, 4, 8, 11)  # what each kind of answer can turn on


def cause_of(
    truth: nw.Expr, unrecognised: nw.Expr | None = None, *, among: Collection[float] = OF_AN_ALLOWANCE
) -> nw.Expr:
    """The number of what leaves an answer about a line open; null where it is not open."""
    unrecognised = nw.col("_unrecognised") if unrecognised is None else unrecognised
    steroid = nw.col("_steroid").fill_null(False)
    causes = {
        1.0: nw.col(SCREENING_DAY).is_null(),
        UNRECOGNISED: unrecognised,
        3.0: nw.col("_review").fill_null(False),
        4.0: nw.col("start_date").is_null(),
        5.0: nw.col("_undated_stop"),
        6.0: steroid & nw.col("_prednisone").is_null(),
        7.0: steroid & nw.col("weight_kg").is_null(),
        8.0: nw.col("_coarse"),
        9.0: steroid & nw.col("route").is_null(),
        10.0: ~nw.col("patient_id").is_null(),
        11.0: nw.col("non_muscular_indication").is_null(),
    }
    holds = {number: causes[number] for number in causes if number in among}
    return first_true([(truth.is_null() & condition, nw.lit(number)) for number, condition in holds.items()])
