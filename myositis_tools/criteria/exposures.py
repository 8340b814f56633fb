"""Each line of a medication list against the allowances of a protocol."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria.course_rules import ALLOWED, CourseRules, is_counted, is_kind, judge, words_of_courses
from myositis_tools.criteria.courses import IS_KNOWN_PATIENT, SCREENING, UNRECOGNISED, enter_courses
from myositis_tools.criteria.gaps import WORDS_OF_GAP, gap_of
from myositis_tools.criteria.protocol import Protocol
from myositis_tools.criteria.protocol_file import read_shipped
from myositis_tools.criteria.rule_reader import THE_TRIAL
from myositis_tools.criteria.screening import checked_dates
from myositis_tools.errors import OptionError
from myositis_tools.frames import tables_in_order
from myositis_tools.scores.arithmetic import first_true


@tables_in_order
def judge_exposures(medications: IntoFrameT, patients: Any, *, protocol: Protocol | None = None) -> IntoFrameT:
    """Assess prior treatment and wash-out: compare each course of a drug with what the protocol permits.

    The record allows a pulse, a full dose, a low dose, and a stable drug for another disease. What several courses
    make together is judged by `derive_screening`.

    Of an engine that waits, the identifiers of all patients are collected, to compare those of both tables.

    Parameters
    ----------
    medications : pandas, Polars, DuckDB or PySpark frame
        One row a course, with the columns of ``medications`` in ``tables/columns.csv``; ``patient_id``,
        ``start_date``, ``stop_date`` and ``drug`` or ``atc`` must be there.
    patients : frame of the same kind
        ``patient_id``, ``screening_date`` and, if it is not in the list, ``weight_kg``.
    protocol : Protocol, optional
        Whose allowances; TIME IS MUSCLE unless another is given, such as one with other limits.

    Returns
    -------
    frame of the same kind
        The lines as they were, with ``exposure`` (what the drug is taken for: ``glucocorticoid``,
        ``immunosuppressant``, ``immunomodulator to review``, ``other`` or ``not recognised``),
        ``prednisone_mg_day``, a verdict ``by_<allowance>`` for each allowance of the protocol's file (``by_pulse``,
        ``by_full_dose``, ``by_low_dose`` and ``by_stable_drug``), ``allowed`` (the verdict of all of them, empty for
        other drugs), and ``because``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If a table cannot be what it says it is, such as a course that ends before it begins.
    OptionError
        If the protocol's file says nothing of courses of treatment.

    Missing data
    ------------
    An empty stop date means that the drug is still taken, unless ``still_taken`` is no. What is not recorded leaves
    open what depends on it, and ``because`` names it. Where the record's text is silent, the verdict is *unknown*.
    Dates, doses and a weight of 1 to 400 kg that can be decide what they can: of a single course that is not complete
    no verdict is *unknown* where every way to complete it gives the same one
    (``tests/property/test_courses_completed.py``).

    Source
    ------
    ``mt.TIME_IS_MUSCLE.limits``, and ``tables.load("drug_classes")``.

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
    'protocol text silent: more than 20 mg/day and less than 1 mg/kg/day for more than 14 days'
    """
    asked = read_shipped(THE_TRIAL) if protocol is None else protocol
    rules = asked.courses
    if not rules.groups:
        raise OptionError(
            f"{asked.registration} says nothing of courses of treatment.",
            expected="a protocol whose file has [courses]",
            hint="mt.TIME_IS_MUSCLE has",
        )
    entrance = enter_courses(medications, checked_dates(patients))
    lines = judge(entrance.frame, rules)
    kind = first_true(
        [
            (nw.col(UNRECOGNISED), nw.lit("not recognised")),
            (nw.col("glucocorticoid"), nw.lit("glucocorticoid")),
            (nw.col("immunosuppressant"), nw.lit("immunosuppressant")),
            (nw.col("needs_review"), nw.lit("immunomodulator to review")),
        ],
        otherwise=nw.lit("other"),
    )
    by = _by_allowance(rules)
    lines = lines.with_columns(because=_because(rules), exposure=kind)
    lines = lines.with_columns(
        allowed=nw.when(is_counted(rules)).then(verdict.to_verdict(nw.col(ALLOWED))),
        **{name: verdict.to_verdict(truth) for name, truth in by.items()},
    )
    return entrance.leave(lines, ["exposure", "prednisone_mg_day", *by, "allowed", "because"])


def _by_allowance(rules: CourseRules) -> dict[str, nw.Expr]:
    """Whether a course is of a group that may be allowed in a way, and is allowed in that way."""
    names = dict.fromkeys(name for group in rules.groups for name in group.allowed)
    of = {
        name: verdict.kleene_or([nw.col(f"_of_{group.name}") for group in rules.groups if name in group.allowed])
        for name in names
    }
    return {f"by_{name}": of[name] & is_kind(name) for name in names}


def _because(rules: CourseRules) -> nw.Expr:
    told = [
        (nw.col(SCREENING[0]).is_null() & ~nw.col(IS_KNOWN_PATIENT), "patient not in the patients table"),
        (nw.col(UNRECOGNISED), "drug not recognised"),
        (~is_counted(rules), "no glucocorticoid, immunosuppressant or immunomodulator"),
        ((~nw.col("begun")).fill_null(False), "begun after screening"),
        *words_of_courses(rules),
    ]
    gap = gap_of(nw.col(ALLOWED), nw.col(UNRECOGNISED))
    rest = [(gap == number, words) for number, words in WORDS_OF_GAP.items()]
    return first_true([(condition, nw.lit(words)) for condition, words in [*told, *rest]])
