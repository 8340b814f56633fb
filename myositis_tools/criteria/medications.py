"""From the courses of a medication list to what the screening table says of a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

import narwhals as nw

from myositis_tools.criteria import drugs
from myositis_tools.criteria.course_rules import ALLOWED, SILENT, CourseRules, is_judged, is_kind, is_silent, judge
from myositis_tools.criteria.courses import COARSE, UNRECOGNISED
from myositis_tools.criteria.courses_together import add_shared_days, sums_of
from myositis_tools.criteria.drugs import OPEN
from myositis_tools.criteria.gaps import (
    COARSE_DATE,
    OF_AN_ALLOWANCE,
    OF_TREATMENT,
    UNDATED_STOP,
    UNRECOGNISED_DRUG,
    WORDS_OF_GAP,
    gap_of,
)
from myositis_tools.criteria.look_back import LookBack, add_coverage, add_last_finds, nearest_finds
from myositis_tools.errors import require_option
from myositis_tools.frames import look_up
from myositis_tools.rules import explanation
from myositis_tools.scores.arithmetic import first_true

OF_THE_LIST = ("treatment_naive", "immunosuppressed_before", "loop_diuretic", "nephrotoxic_medication")
_LISTS = {"core": (drugs.NEPHROTOXIC,), "broad": (drugs.NEPHROTOXIC, drugs.NEPHROTOXIC_BROAD)}
_NO_LIST = "no medication list"
_UNCOVERED = "the medication list does not cover all of the time that is asked about"
_COARSE_DATE = WORDS_OF_GAP[COARSE_DATE]


def add_medication_answers(frame: Any, lines: Any, rules: CourseRules, nephrotoxic: str) -> Any:
    """Add what a medication list says of each patient, ``_<column>``, and why it does not, ``_<column>_because``.

    `frame` holds the patients with what ``medications_recorded`` says and a zero, ``_zero``; `lines` comes from
    `enter_courses`.

    Raises
    ------
    OptionError
        If there is no such list of nephrotoxic drugs.
    """
    require_option("nephrotoxic", nephrotoxic, tuple(_LISTS))
    harms = reduce(or_, [drugs.is_of_class(name) for name in _LISTS[nephrotoxic]])
    together = [one.rule for one in rules.every_course.silent] if rules.every_course else []
    lines = add_shared_days(judge(lines, rules), together).with_columns(_harms=harms)
    asked = _questions(rules)
    lines = lines.with_columns(**{f"_of_{name}": truth for name, truth in asked.items()})
    gaps = {
        f"_gap_{name}": gap_of(
            nw.col(f"_of_{name}"), _unrecognised(name), among=OF_TREATMENT if name == "treated" else OF_AN_ALLOWANCE
        )
        for name in asked
    }
    is_unrecognised = nw.col(UNRECOGNISED) | nw.col("loop_diuretic").is_null() | nw.col("_harms").is_null()
    named = nw.coalesce(nw.col("drug"), nw.col("atc"), nw.lit("without a name"))
    doubt = (
        nw.when(nw.col("_undated_stop"))
        .then(nw.lit(f" ({WORDS_OF_GAP[UNDATED_STOP]})"))
        .when(nw.col(COARSE))
        .then(nw.lit(f" ({_COARSE_DATE})"))
        .otherwise(nw.lit(""))
    )
    finds = {f"_truth_{each.what}": nw.col(f"_of_{each.what}") for each in rules.last_uses}
    lines = lines.with_columns(_named=nw.concat_str(named, doubt), **finds)
    least = gaps | {"_unknown_drug": nw.when(is_unrecognised).then(named)}
    for each in rules.last_uses:
        least |= nearest_finds(each.what, ("months_since_use", "days_since_use"))
    told = {f"told_{number}": holds for number, (holds, _) in enumerate(_left_open(rules))}
    questions = {name: nw.col(f"_of_{name}") for name in asked} | told
    of_patients = of_all_lines(lines, questions, count="_lines", least=least, sums=sums_of(together))
    frame = look_up(frame, of_patients, on="patient_id")
    frame = add_coverage(frame, "medications", nw.col("_lines") > 0)
    frame = frame.with_columns(**_answers_of_the_list())
    frame = _add_every_course(frame, rules)
    if not rules.last_uses:
        return frame
    judged = [(_is_told(number), words) for number, words in _told_of(rules)]
    no_list = [(~nw.col("_medications_listed"), nw.lit(_NO_LIST))]
    return add_last_finds(
        frame,
        [LookBack(each.what, [*no_list, *judged, *_gaps(each.what)]) for each in rules.last_uses],
        "medications",
        otherwise=_UNCOVERED,
        at_screening="taken at screening",
    )


def of_all_lines(
    lines: Any,
    questions: Mapping[str, nw.Expr],
    *,
    count: str,
    least: Mapping[str, nw.Expr] = MappingProxyType({}),
    sums: Mapping[str, nw.Expr] = MappingProxyType({}),
) -> Any:
    """Give of each patient how many lines there are, what any of them says, the least of some values, sums of others.

    For each question ``_<name>`` is 1 if a line says yes, ``_<name>_open`` is 1 if one is open. All is worked out
    together: each reading of the lines is a whole reading of the list on an engine that works later.
    """
    lines = lines.with_columns(**{f"_q_{name}": truth for name, truth in questions.items()}, **least, **sums)
    flags = {f"_{name}": nw.col(f"_q_{name}").fill_null(False) for name in questions}
    flags |= {f"_{name}_open": nw.col(f"_q_{name}").is_null() for name in questions}
    lines = lines.with_columns(**{name: flag.cast(nw.Int64) for name, flag in flags.items()})
    return lines.group_by("patient_id").agg(
        nw.len().alias(count),
        *(nw.col(name).max() for name in flags),
        *(nw.col(name).min() for name in least),
        *(nw.col(name).sum() for name in sums),
    )


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


# ------------------------------------------------------------------------------------------------- asked of the lines


def _questions(rules: CourseRules) -> dict[str, nw.Expr]:
    treats = nw.col("glucocorticoid") | nw.col("immunosuppressant") | nw.col("needs_review")
    suppresses = nw.col("immunosuppressant") | (nw.col("needs_review") & nw.col(OPEN))
    questions = {
        "treated": treats & nw.col("begun") & ~nw.col("non_muscular_indication"),
        "before": suppresses & nw.col("begun"),
        "loop": nw.col("loop_diuretic") & nw.col("taken_at_screening"),
        "nephrotoxic": nw.col("_harms") & nw.col("taken_at_screening"),
        "outside": ~nw.col(ALLOWED),
    }
    return questions | {each.what: nw.col("begun") & is_kind(each.kind) for each in rules.last_uses}


def _unrecognised(question: str) -> nw.Expr:
    """Whether the drug is not known well enough for a question."""
    of = {"loop": "loop_diuretic", "nephrotoxic": "_harms"}
    return nw.col(of[question]).is_null() if question in of else nw.col(UNRECOGNISED)


def _left_open(rules: CourseRules) -> list[tuple[nw.Expr, str]]:
    """What the text, or a person, leaves open of a course, and how it is said; the text first."""
    silent = [
        (is_silent(group, name), f"{SILENT}: {rules.kind(name)}") for group in rules.groups for name in group.silent
    ]
    return [*silent, *((is_judged(group, name), rules.kind(name)) for group in rules.groups for name in group.judged)]


def _told_of(rules: CourseRules) -> list[tuple[int, nw.Expr]]:
    """The numbers and words of what only a person can judge."""
    told = enumerate(_left_open(rules))
    return [(number, nw.lit(words)) for number, (_, words) in told if not words.startswith(SILENT)]


# ------------------------------------------------------------------------------------------------- of the patient


def _is(name: str) -> nw.Expr:
    return (nw.col(f"_{name}") == 1).fill_null(False)


def _is_told(number: int) -> nw.Expr:
    return _is(f"told_{number}")


def _yes_or_open(name: str, covered: str) -> nw.Expr:
    """True if a line says yes; null if none does and one is open, or if the list does not cover it; else false."""
    return _is(name) | null_where(_is(f"{name}_open")) | null_unless(nw.col(covered))


def _answers_of_the_list() -> dict[str, nw.Expr]:
    asked = {
        "treatment_naive": ("treated", "_medications_disease"),
        "immunosuppressed_before": ("before", "_medications_ever"),
        "loop_diuretic": ("loop", "_medications_now"),
        "nephrotoxic_medication": ("nephrotoxic", "_medications_now"),
    }
    answers = {f"_{column}": _yes_or_open(*of) for column, of in asked.items()}
    answers["_treatment_naive"] = ~answers["_treatment_naive"]
    for column, (name, _) in asked.items():
        answers["_" + explanation(column)] = why_of([*_no_list(), *_gaps(name)], _UNCOVERED)
    return answers


def _add_every_course(frame: Any, rules: CourseRules) -> Any:
    """Add whether every course is allowed, and neither the text nor a person leaves open what they make together."""
    every = rules.every_course
    if every is None:
        return frame
    frame = frame.with_columns(**{OPEN: null_where(nw.col("_zero") == 0)})
    together = [one.rule.truth() for one in every.silent]
    frame = frame.with_columns(**{f"_together_{number}": truth for number, truth in enumerate(together)})
    silent = [nw.col(f"_together_{number}") for number in range(len(together))]
    is_open = reduce(or_, [truth.fill_null(True) for truth in silent]) if silent else nw.lit(False)
    said = _left_open(rules)
    reasons = [
        *((_is_told(number), words) for number, (_, words) in enumerate(said) if words.startswith(SILENT)),
        *(
            (truth.fill_null(False), f"{SILENT}: {rules.says(one.says)}")
            for truth, one in zip(silent, every.silent, strict=True)
        ),
        *((_is_told(number), words) for number, (_, words) in enumerate(said) if not words.startswith(SILENT)),
    ]
    truth = ~(_yes_or_open("outside", "_medications_ever") | null_where(is_open))
    because = why_of([*_no_list(), *reasons, *_gaps("outside"), (is_open, _COARSE_DATE)], _UNCOVERED)
    return frame.with_columns(**{f"_{every.column}": truth, f"_{explanation(every.column)}": because})


def _no_list() -> list[tuple[nw.Expr, str]]:
    return [(~nw.col("_medications_listed"), _NO_LIST)]


def _gaps(name: str) -> list[tuple[nw.Expr, nw.Expr]]:
    gap = nw.col(f"_gap_{name}")
    unrecognised = nw.concat_str(nw.lit(f"{WORDS_OF_GAP[UNRECOGNISED_DRUG]}: "), nw.col("_unknown_drug"))
    return [
        (gap == number, unrecognised if number == UNRECOGNISED_DRUG else nw.lit(words))
        for number, words in WORDS_OF_GAP.items()
    ]
