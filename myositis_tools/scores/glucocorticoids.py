"""Glucocorticoids in milligrams of prednisone: a daily dose, and what was taken between two dates."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import MissingColumnError, require_option
from myositis_tools.frames import columns, enter, has, look_up, refuse_values, tables_in_order, with_lines
from myositis_tools.rules import NOT_RECORDED
from myositis_tools.scores.arithmetic import first_true
from myositis_tools.scores.routes import is_by
from myositis_tools.tables import records

DOSE_ADDED = tuple(columns("prednisone_doses"))
EXPOSURE_ADDED = tuple(columns("glucocorticoid_exposure"))
UNKNOWN_STOP, STILL_TAKEN = "unknown", "still taken"

_WINDOW, _EQUIVALENT = "_window", "_prednisone"
_LOW, _HIGH, _SHORTEST, _LONGEST = "_mg_low", "_mg_high", "_days_shortest", "_days_longest"


def compute_prednisone_equivalent() -> nw.Expr:
    """Turn the dose of a glucocorticoid into prednisone: null for any other drug, or without a dose.

    Reads ``atc``, ``drug`` and ``dose_mg_day``; a code, where there is one, decides.
    """
    dose: nw.Expr = nw.when(nw.col("dose_mg_day") < 0).then(nw.col("dose_mg_day"))  # nothing, in the type of a dose
    for row in records("glucocorticoids"):
        factor = float(row["prednisone_mg"]) / float(row["mg_equal_to_prednisone"])  # type: ignore[arg-type]
        dose = nw.coalesce(dose, nw.when(_is_drug(row)).then(nw.col("dose_mg_day") * factor))
    return dose


def _is_drug(row: Any) -> nw.Expr:
    by_code = (nw.col("atc") == str(row["atc"])).fill_null(False)
    return by_code | ((nw.col("drug") == str(row["drug"])).fill_null(False) & nw.col("atc").is_null())


def prednisone_equivalent(doses: IntoFrameT) -> IntoFrameT:
    """Convert daily doses of glucocorticoids (steroids) into milligrams of prednisone.

    Parameters
    ----------
    doses : pandas, Polars, DuckDB or PySpark frame
        One row a dose: ``dose_mg_day``, and ``drug`` (international non-proprietary name) or ``atc``; with both, a
        code that is given decides. ``route`` is read if it is there.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``prednisone_equivalent_mg_day``, ``missing``, and ``evidence``: how well the
        equivalent of the drug is known, empty where there is none.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there or holds what cannot be, such as a negative dose.

    Missing data
    ------------
    Without a dose or a drug, for a drug that the table does not hold, and for a route by which equivalents do not hold,
    there is none; ``missing`` says which it is. A route that is not recorded is taken for one by which they do. Of the
    spellings of a route, such as ``PO`` and ``i.v.``, those of ``tables.load("word_synonyms")`` are known.

    Source
    ------
    ``tables.load("glucocorticoids")`` and ``glucocorticoid_routes``. Sources differ on two of the drugs, which their
    rows say.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import prednisone_equivalent
    >>> doses = pd.DataFrame(
    ...     {"drug": ["methylprednisolone", "hydrocortisone", "aspirin"], "dose_mg_day": [1000.0, 80.0, 100.0]})
    >>> prednisone_equivalent(doses)["prednisone_equivalent_mg_day"].tolist()
    [1250.0, 20.0, nan]
    """
    named = [name for name in ("drug", "atc") if has(doses, name)]
    if not named:
        raise _no_drug("doses")
    route = ["route"] if has(doses, "route") else []
    entrance = enter(doses, "doses", needs=(*named, "dose_mg_day", *route))
    frame = _named_alike(entrance.frame, "dose_mg_day")
    frame = frame.with_columns(compute_prednisone_equivalent().alias(_EQUIVALENT))
    other_route = _is_other_route() if route else nw.col("drug").is_null() & nw.lit(False)
    is_nameless = nw.col("drug").is_null() & nw.col("atc").is_null()
    is_missing = [
        nw.when(nw.col("dose_mg_day").is_null()).then(nw.lit(f"dose {NOT_RECORDED}")),
        nw.when(is_nameless).then(nw.lit(f"drug {NOT_RECORDED}")),
        nw.when(~is_nameless & ~_is_listed()).then(nw.lit("no equivalent is known for this drug")),
        nw.when(other_route).then(nw.lit(f"equivalents hold for {' and '.join(_routes())} doses only")),
    ]
    frame = frame.with_columns(
        prednisone_equivalent_mg_day=nw.when(~other_route).then(nw.col(_EQUIVALENT)),
        missing=nw.concat_str(*is_missing, separator="; ", ignore_nulls=True),
    )
    is_known = ~nw.col("prednisone_equivalent_mg_day").is_null()
    frame = frame.with_columns(
        evidence=first_true([(is_known & is_of, nw.lit(word)) for word, is_of in _by_evidence()])
    )
    return entrance.leave(frame, DOSE_ADDED)


@tables_in_order
def glucocorticoid_exposure(medications: IntoFrameT, windows: Any, *, missing_stop: str = UNKNOWN_STOP) -> IntoFrameT:
    """Cumulative and mean daily glucocorticoid (steroid) dose of each patient between two dates.

    Courses that overlap add up. The first and the last day of a course belong to it, and so do those of a window.

    Of an engine that waits, the identifiers of all patients are collected, to compare those of both tables.

    Parameters
    ----------
    medications : pandas, Polars, DuckDB or PySpark frame
        One row a course: ``patient_id``, ``start_date``, ``stop_date``, and ``prednisone_equivalent_mg_day`` or
        ``dose_mg_day`` with ``drug`` or ``atc``. Other drugs may be in the list. ``route`` is read if it is there.
    windows : frame of the same kind
        One row a patient and window: ``patient_id``, ``from_date``, ``to_date``; ``medications_recorded`` is read if
        it is there: true means that a patient without a line takes nothing.
    missing_stop : {"unknown", "still taken"}
        How a course without a stop date is read: as one of which nobody wrote down the end, or as one that goes on.

    Returns
    -------
    frame of the same kind
        The windows as they were, with ``window_days``; ``prednisone_mg_total``, its ``_min`` and ``_max``;
        ``prednisone_mg_day_mean``, its ``_min`` and ``_max``; and ``missing``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, OptionError
        If a column is not there or holds what cannot be: a window or a course that ends before it begins.

    Missing data
    ------------
    A course in or near the window of which the start, the stop or the dose is not recorded makes the total missing. The
    bounds count it as short and as long as it can have been; without a dose there is no upper bound. A patient
    without any line is unknown, unless ``medications_recorded`` is true. Open too are a line that names no drug, a code
    of the glucocorticoids' group that has no equivalent, and a route by which equivalents do not hold: state
    ``prednisone_equivalent_mg_day`` there, 0 if the course does not count. A drug given by name only must be spelt as
    in ``tables.load("glucocorticoids")``; any other name is another drug.

    Source
    ------
    ``tables.load("glucocorticoids")`` and ``glucocorticoid_routes``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import glucocorticoid_exposure
    >>> day = pd.Timestamp
    >>> courses = pd.DataFrame({
    ...     "patient_id": ["A", "A", "B"], "drug": ["prednisone", "methylprednisolone", "prednisone"],
    ...     "dose_mg_day": [20.0, 1000.0, 10.0],
    ...     "start_date": [day(2026, 1, 1), day(2026, 1, 5), day(2026, 1, 1)],
    ...     "stop_date": [day(2026, 1, 10), day(2026, 1, 7), pd.NaT]})
    >>> windows = pd.DataFrame(
    ...     {"patient_id": ["A", "B"], "from_date": day(2026, 1, 1), "to_date": day(2026, 1, 28)})
    >>> taken = glucocorticoid_exposure(courses, windows)
    >>> taken[["prednisone_mg_total", "prednisone_mg_total_min", "prednisone_mg_total_max"]]
       prednisone_mg_total  prednisone_mg_total_min  prednisone_mg_total_max
    0               3950.0                   3950.0                   3950.0
    1                  NaN                     10.0                    280.0
    """
    require_option("missing_stop", missing_stop, (UNKNOWN_STOP, STILL_TAKEN))
    courses = _courses(medications)
    recorded = ["medications_recorded"] if has(windows, "medications_recorded") else []
    entrance = enter(windows, "dose_windows", needs=("patient_id", "from_date", "to_date", *recorded))
    frame = entrance.frame
    refuse_values(
        frame,
        "to_date",
        nw.col("to_date") < nw.col("from_date"),
        expected="the day of from_date or later",
        hint="the two dates of a window may have been exchanged",
    )
    key = nw.concat_str(
        nw.col("patient_id").cast(nw.String),
        nw.col("from_date").cast(nw.String),
        nw.col("to_date").cast(nw.String),
        separator="|",
    )
    frame = frame.with_columns(key.alias(_WINDOW))
    asked = frame.filter(~nw.col(_WINDOW).is_null()).select("patient_id", "from_date", "to_date", _WINDOW).unique()
    taken = with_lines(asked, courses, on="patient_id", of=("windows", "medications"))
    frame = look_up(frame, _added_up(taken, missing_stop), on=_WINDOW)
    return entrance.leave(_with_totals(frame, recorded), EXPOSURE_ADDED)


# -------------------------------------------------------------------------------------------------------- the courses


def _courses(medications: Any) -> Any:
    """One line a course, with its dose in prednisone; a line of another drug takes no part but shows that a list is."""
    if not any(has(medications, name) for name in ("drug", "atc", "prednisone_equivalent_mg_day")):
        raise _no_drug("medications")
    if not any(has(medications, name) for name in ("dose_mg_day", "prednisone_equivalent_mg_day")):
        raise MissingColumnError(
            "The medications table lacks a column: dose_mg_day or prednisone_equivalent_mg_day.",
            expected="the daily dose in mg, of the drug or in prednisone",
            hint="one of the two is enough; a dose that was not recorded is an empty cell",
        )
    optional = ("drug", "atc", "dose_mg_day", "prednisone_equivalent_mg_day", "route")
    given = [name for name in optional if has(medications, name)]
    entrance = enter(medications, "medications", needs=("patient_id", "start_date", "stop_date", *given))
    refuse_values(
        entrance.frame,
        "stop_date",
        nw.col("stop_date") < nw.col("start_date"),
        expected="the day of start_date or later",
        hint="the two dates of a course may have been exchanged",
    )
    frame = _named_alike(entrance.frame.select("patient_id", "start_date", "stop_date", *given), "start_date")
    stated = nw.col("prednisone_equivalent_mg_day") if "prednisone_equivalent_mg_day" in given else None
    is_stated = nw.lit(False) if stated is None else ~stated.is_null()
    is_other_route = _is_other_route() if "route" in given else nw.lit(False)
    computed = compute_prednisone_equivalent()
    frame = frame.with_columns(
        _is_one=is_stated | (_is_listed() & ~is_other_route),
        # a line without a name, a code of the group without an equivalent, a route by which equivalents do not hold
        _may_be=(nw.col("drug").is_null() & nw.col("atc").is_null())
        | nw.col("atc").str.contains(_groups()).fill_null(False)
        | _is_listed(),
    )
    equivalent = computed if stated is None else nw.coalesce(stated, computed)
    return frame.with_columns(
        nw.when(nw.col("_is_one")).then(equivalent).alias(_EQUIVALENT), _may_be=nw.col("_may_be") & ~nw.col("_is_one")
    ).select("patient_id", "start_date", "stop_date", _EQUIVALENT, "_is_one", "_may_be")


def _named_alike(frame: Any, numbers: str) -> Any:
    """Names in small letters, codes in capitals; a column that is not there is one of nothing."""
    present = frame.collect_schema().names()
    nothing = nw.when(nw.col(numbers) != nw.col(numbers)).then(nw.col(numbers))
    blank = {name: nothing.cast(nw.String) for name in ("drug", "atc") if name not in present}
    blank |= {} if "dose_mg_day" in present else {"dose_mg_day": nothing}
    frame = frame.with_columns(**blank) if blank else frame
    return frame.with_columns(
        drug=nw.col("drug").str.to_lowercase().str.strip_chars(), atc=nw.col("atc").str.to_uppercase().str.strip_chars()
    )


def _is_listed() -> nw.Expr:
    codes = [str(row["atc"]) for row in records("glucocorticoids")]
    names = [str(row["drug"]) for row in records("glucocorticoids")]
    by_code = nw.col("atc").is_in(codes).fill_null(False)
    return by_code | (nw.col("drug").is_in(names).fill_null(False) & nw.col("atc").is_null())


def _by_evidence() -> list[tuple[str, nw.Expr]]:
    """Each word of evidence in the table, with whether the drug is one of which it is said."""
    rows = records("glucocorticoids")
    words = dict.fromkeys(str(row["evidence"]) for row in rows)
    return [(word, reduce(or_, [_is_drug(row) for row in rows if row["evidence"] == word])) for word in words]


@cache
def _groups() -> str:
    """A pattern for the groups of the ATC classification that the table's drugs are in: a code less its last two.

    Of several codes with a bar between them it finds any.
    """
    return r"(?:^|\|)(?:" + "|".join(sorted({str(row["atc"])[:-2] for row in records("glucocorticoids")})) + ")"


@cache
def _routes() -> tuple[str, ...]:
    return tuple(str(row["route"]) for row in records("glucocorticoid_routes"))


def _is_other_route() -> nw.Expr:
    return ~nw.col("route").is_null() & ~is_by(_routes()).fill_null(False)


def _no_drug(table: str) -> MissingColumnError:
    return MissingColumnError(
        f"The {table} table lacks a column: drug or atc.",
        expected="the drug's international name or its ATC code",
        hint="one of the two is enough",
    )


# --------------------------------------------------------------------------------------------------------- the windows


def _added_up(lines: Any, missing_stop: str) -> Any:
    """For each window: lowest and highest dose, how many lines there are, and how many are open for which reason."""
    start, stop, dose = nw.col("start_date"), nw.col("stop_date"), nw.col(_EQUIVALENT)
    if missing_stop == STILL_TAKEN:
        going_on = nw.max_horizontal("start_date", "to_date")
        lines = lines.with_columns(
            stop_date=nw.when(~start.is_null()).then(nw.coalesce(stop, going_on)).otherwise(stop)
        )
    takes_part = nw.col("_is_one") | nw.col("_may_be")
    shortest = _days_within(nw.coalesce(start, stop), nw.coalesce(stop, start)).fill_null(0.0)
    longest = _days_within(nw.coalesce(start, nw.col("from_date")), nw.coalesce(stop, nw.col("to_date")))
    lines = lines.with_columns(shortest.alias(_SHORTEST), longest.alias(_LONGEST))
    matters = takes_part & (nw.col(_LONGEST) > 0)
    is_open = matters & (nw.col(_SHORTEST) != nw.col(_LONGEST)) & (dose != 0).fill_null(True)
    flags = {
        "_no_drug": matters & nw.col("_may_be"),
        "_no_dose": matters & ~nw.col("_may_be") & dose.is_null(),
        "_no_start": is_open & start.is_null(),
        "_no_stop": is_open & stop.is_null(),
    }
    lines = lines.with_columns(
        nw.when(matters).then((dose * nw.col(_SHORTEST)).fill_null(0.0)).otherwise(nw.col(_LONGEST) * 0).alias(_LOW),
        nw.when(matters).then((dose * nw.col(_LONGEST)).fill_null(0.0)).otherwise(nw.col(_LONGEST) * 0).alias(_HIGH),
        **{name: flag.fill_null(False).cast(nw.Int64) for name, flag in flags.items()},
    )
    return lines.group_by(_WINDOW).agg(
        nw.col(_LOW).sum(), nw.col(_HIGH).sum(), nw.len().alias("_lines"), *(nw.col(name).sum() for name in flags)
    )


def _days_within(first: nw.Expr, last: nw.Expr) -> nw.Expr:
    """How many days of a course lie in the window."""
    begins = nw.when(first > nw.col("from_date")).then(first).otherwise(nw.col("from_date"))
    ends = nw.when(last < nw.col("to_date")).then(last).otherwise(nw.col("to_date"))
    days = ends - begins + 1
    return nw.when(~first.is_null() & ~last.is_null()).then(nw.when(days > 0).then(days).otherwise(days * 0))


def _with_totals(frame: Any, recorded: list[str]) -> Any:
    days = nw.col("to_date") - nw.col("from_date") + 1
    is_listed = (nw.col("_lines") > 0).fill_null(False)
    takes_nothing = nw.col("medications_recorded").fill_null(False) if recorded else is_listed
    frame = frame.with_columns(window_days=days, _known=(is_listed | takes_nothing) & ~days.is_null())
    flags = {name: (nw.col(name) > 0).fill_null(False) for name in ("_no_drug", "_no_dose", "_no_start", "_no_stop")}
    frame = frame.with_columns(**{f"{name}_": flag for name, flag in flags.items()})
    no_dose = nw.col("_no_drug_") | nw.col("_no_dose_")
    is_open = no_dose | nw.col("_no_start_") | nw.col("_no_stop_")
    zero = nw.col("window_days") * 0
    frame = frame.with_columns(
        prednisone_mg_total_min=nw.coalesce(nw.col(_LOW), zero),
        prednisone_mg_total_max=nw.when(nw.col("_known") & ~no_dose).then(nw.coalesce(nw.col(_HIGH), zero)),
    )
    frame = frame.with_columns(
        prednisone_mg_total=nw.when(nw.col("_known") & ~is_open).then(nw.col("prednisone_mg_total_min"))
    )
    means = {
        f"prednisone_mg_day_mean{end}": nw.col(f"prednisone_mg_total{end}") / nw.col("window_days")
        for end in ("", "_min", "_max")
    }
    missing = [
        nw.when(nw.col("window_days").is_null()).then(nw.lit(f"window {NOT_RECORDED}")),
        nw.when(~nw.col("window_days").is_null() & ~nw.col("_known")).then(nw.lit("no medication list")),
        nw.when(nw.col("_no_drug_")).then(nw.lit("a drug without a known equivalent")),
        nw.when(nw.col("_no_dose_")).then(nw.lit(f"dose of a course {NOT_RECORDED}")),
        nw.when(nw.col("_no_start_")).then(nw.lit(f"start of a course {NOT_RECORDED}")),
        nw.when(nw.col("_no_stop_")).then(nw.lit(f"end of a course {NOT_RECORDED}")),
    ]
    return frame.with_columns(**means, missing=nw.concat_str(*missing, separator="; ", ignore_nulls=True))
