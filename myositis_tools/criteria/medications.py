"""From the lines of a medication list to what the screening table says of a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from myositis_tools.criteria import drugs
from myositis_tools.criteria.exposures import (
    OF_AN_ALLOWANCE,
    OF_TREATMENT,
    SILENCES,
    START,
    STOP,
    TIME_IS_MUSCLE,
    UNRECOGNISED,
    WORDS_OF_CAUSE,
    cause_of,
    enter_lines,
    window,
    words_of_silence,
)
from myositis_tools.errors import require_option
from myositis_tools.frames import TOLERANCE, look_up
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import first_true

MEDICATION_COLUMNS = (
    "treatment_naive",
    "prior_treatment_within_limits",
    "recent_immunosuppression",
    "loop_diuretic",
    "nephrotoxic_medication",
)
_OF_THE_LIST = {"core": (drugs.NEPHROTOXIC,), "broad": (drugs.NEPHROTOXIC, drugs.NEPHROTOXIC_BROAD)}
_NO_LIST = "no medication list"


def add_medication_answers(frame: Any, medications: Any, dated: Any, nephrotoxic: str) -> Any:
    """Add what the list says of each patient, ``_<column>``, and why it does not, ``_<column>_because``.

    `frame` holds the patients with ``medications_recorded`` and a zero, ``_zero``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, OptionError
        If the list cannot be what it says it is, or there is no such list of nephrotoxic drugs.
    """
    require_option("nephrotoxic", nephrotoxic, tuple(_OF_THE_LIST))
    lines = enter_lines(medications, dated).frame
    frame = look_up(frame, _per_patient(lines, _OF_THE_LIST[nephrotoxic]), on="patient_id")
    frame = look_up(frame, _at_the_same_time(lines), on="patient_id")
    return frame.with_columns(**_answers())


def any_line(lines: Any, questions: Mapping[str, nw.Expr], *, count: str, also: Sequence[nw.Expr] = ()) -> Any:
    """Per patient, for each question: ``_<name>`` is 1 if a line says yes, ``_<name>_open`` is 1 if one is open."""
    lines = lines.with_columns(**{f"_q_{name}": truth for name, truth in questions.items()})
    flags = {f"_{name}": nw.col(f"_q_{name}").fill_null(False) for name in questions}
    flags |= {f"_{name}_open": nw.col(f"_q_{name}").is_null() for name in questions}
    lines = lines.with_columns(**{name: flag.cast(nw.Int64) for name, flag in flags.items()})
    return lines.group_by("patient_id").agg(nw.len().alias(count), *(nw.col(name).max() for name in flags), *also)


def null_where(condition: nw.Expr) -> nw.Expr:
    """False, or null where the condition is true."""
    return nw.when(~condition).then(nw.col("_zero")) > 0


def null_unless(truth: nw.Expr) -> nw.Expr:
    """False where it is true, else null."""
    return nw.when(truth.fill_null(False)).then(nw.col("_zero")) > 0


def why_of(reasons: Sequence[tuple[nw.Expr, str | nw.Expr]], otherwise: str) -> nw.Expr:
    """The first reason that holds."""
    told = [(holds, nw.lit(words) if isinstance(words, str) else words) for holds, words in reasons]
    return first_true(told, otherwise=nw.lit(otherwise))


# ------------------------------------------------------------------------------------------------- of all the lines


def _per_patient(lines: Any, nephrotoxic: Sequence[str]) -> Any:
    harms = reduce(or_, [drugs.is_of_class(name) for name in nephrotoxic])
    lines = lines.with_columns(_loop=drugs.is_of_class(drugs.LOOP_DIURETIC), _harms=harms)
    only_full_dose = nw.col("_steroid") & nw.col("_by_full_dose") & ~nw.col("_by_pulse") & ~nw.col("_by_low_dose")
    treats = nw.col("_steroid") | nw.col("_suppressant") | nw.col("_to_review")
    questions = {
        "treated": treats & nw.col("_prior") & ~nw.col("non_muscular_indication"),
        "loop": nw.col("_loop") & nw.col("_now"),
        "nephrotoxic": nw.col("_harms") & nw.col("_now"),
        "suppressed": nw.col("_suppressant") & ~nw.col("_stable") & nw.col("_recent"),
        "outside": nw.col("_outside"),
        "listed_for_review": nw.col("_to_review"),
        "review": nw.col("_review"),
        "reviewed_recently": nw.col("_review") & nw.col("_recent"),
        "pulsed": nw.col("_steroid") & nw.col("_pulse") & nw.col("_prior"),
        "full_dose": only_full_dose & nw.col("_prior"),
        **{f"q{name}": nw.col("_silent") & nw.col(name) for name in SILENCES},
    }
    is_full_dose = (only_full_dose & nw.col("_prior")).fill_null(False).cast(nw.Float64)
    unrecognised = {"loop": nw.col("_loop").is_null(), "nephrotoxic": nw.col("_harms").is_null()}
    unrecognised |= dict.fromkeys(("treated", "suppressed", "outside"), nw.col("_unrecognised"))
    lines = lines.with_columns(
        **{f"_of_{name}": questions[name] for name in unrecognised},
        _full_dose_days=is_full_dose * nw.col("_days_shortest").fill_null(0.0),
        _full_dose_days_at_most=is_full_dose * nw.col("_days_longest").fill_null(0.0),
        _first_unrecognised=nw.when(reduce(or_, unrecognised.values())).then(
            nw.coalesce(nw.col("drug"), nw.col("atc"), nw.lit("without a name"))
        ),
    )
    lines = lines.with_columns(
        **{
            f"_cause_{name}": cause_of(
                nw.col(f"_of_{name}"), unknown, among=OF_TREATMENT if name == "treated" else OF_AN_ALLOWANCE
            )
            for name, unknown in unrecognised.items()
        }
    )
    also = [
        nw.col("_full_dose_days").sum(),
        nw.col("_full_dose_days_at_most").sum(),
        nw.col("_first_unrecognised").min(),
    ]
    also += [nw.col(f"_cause_{name}").min() for name in unrecognised]
    return any_line(lines, questions, count="_lines", also=also)


def _at_the_same_time(lines: Any) -> Any:
    """Per patient: how many pairs of glucocorticoid courses may share more than the day of a change."""
    courses = lines.filter((nw.col("_steroid") & (nw.col(START[0]) <= nw.col("_screening_day"))).fill_null(False))
    courses = courses.select("patient_id", first=nw.col(START[0]), last=nw.min_horizontal(STOP[1], "_screening_day"))
    pairs = courses.join(courses.rename({"first": "other_first", "last": "other_last"}), on="patient_id", how="inner")
    alone = (nw.col("first") < nw.col("last")).cast(nw.Int64)
    share = ((nw.col("first") < nw.col("other_last")) & (nw.col("other_first") < nw.col("last"))).cast(nw.Int64)
    alone = courses.with_columns(_alone=alone).group_by("patient_id").agg(nw.col("_alone").sum())
    shared = pairs.with_columns(_shared=share).group_by("patient_id").agg(nw.col("_shared").sum())
    return alone.join(shared, on="patient_id", how="inner")


# ------------------------------------------------------------------------------------------------- of the patient


def _yes_or_open(name: str) -> nw.Expr:
    """True if a line says yes; null if none does and one is open, or if nothing was recorded; else false."""
    any_line = nw.col("_lines") > 0  # null where the patient has no line
    recorded = any_line | nw.col("medications_recorded")  # null where nobody says that the list was taken
    return _is(name) | null_where(_is(f"{name}_open")) | null_unless(recorded)


def _is(name: str) -> nw.Expr:
    return (nw.col(f"_{name}") == 1).fill_null(False)


def _answers() -> dict[str, nw.Expr]:
    most_days = window(TIME_IS_MUSCLE, "full_dose_days") + TOLERANCE
    added_up = (nw.col("_full_dose_days") > most_days).fill_null(False)
    may_add_up = (nw.col("_full_dose_days_at_most") > most_days).fill_null(False)
    both = _is("pulsed") & _is("full_dose")
    overlap = (nw.col("_shared") > nw.col("_alone")).fill_null(False)
    said = words_of_silence()
    silent = [
        *((_is(f"q{name}"), said[name]) for name in SILENCES),
        (both, said["both"]),
        (added_up, said["added"]),
        (overlap, said["overlap"]),
    ]
    is_silent = reduce(or_, [holds for holds, _ in silent])
    no_list = ~(nw.col("_lines") > 0).fill_null(False) & ~nw.col("medications_recorded").fill_null(False)
    judged = "a drug that a person must judge"
    to_review = _is("review") | (_is("listed_for_review") & _is("review_open"))
    reviewed_recently = _is("reviewed_recently") | (_is("listed_for_review") & _is("reviewed_recently_open"))
    return {
        "_treatment_naive": ~_yes_or_open("treated"),
        "_prior_treatment_within_limits": ~(_yes_or_open("outside") | null_where(is_silent | may_add_up | to_review)),
        "_recent_immunosuppression": _yes_or_open("suppressed") | null_where(reviewed_recently),
        "_loop_diuretic": _yes_or_open("loop"),
        "_nephrotoxic_medication": _yes_or_open("nephrotoxic"),
        "_" + explanation("treatment_naive"): why_of([(no_list, _NO_LIST), *_causes("treated")], "not recorded"),
        "_" + explanation("prior_treatment_within_limits"): why_of(
            [(no_list, _NO_LIST), *silent, (to_review, judged), *_causes("outside")],
            "a date of which only the month or year is recorded",
        ),
        "_" + explanation("recent_immunosuppression"): why_of(
            [(no_list, _NO_LIST), (reviewed_recently, judged), *_causes("suppressed")], "not recorded"
        ),
        "_" + explanation("loop_diuretic"): why_of([(no_list, _NO_LIST), *_causes("loop")], "not recorded"),
        "_" + explanation("nephrotoxic_medication"): why_of(
            [(no_list, _NO_LIST), *_causes("nephrotoxic")], "not recorded"
        ),
    }


def _causes(name: str) -> list[tuple[nw.Expr, str | nw.Expr]]:
    cause = nw.col(f"_cause_{name}")
    unrecognised = nw.concat_str(nw.lit(f"{WORDS_OF_CAUSE[UNRECOGNISED]}: "), nw.col("_first_unrecognised"))
    return [
        (cause == number, unrecognised if number == UNRECOGNISED else words) for number, words in WORDS_OF_CAUSE.items()
    ]
