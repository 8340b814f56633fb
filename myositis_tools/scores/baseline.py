"""Each visit beside the baseline visit of its patient, and the one enzyme that is followed between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from myositis_tools.errors import NotFoundError, listed
from myositis_tools.frames import look_up, plain_rows
from myositis_tools.scores.arithmetic import compute_abnormality, compute_most_abnormal, first_true, largest
from myositis_tools.scores.chosen_core_set import CoreSet
from myositis_tools.scores.core_set import ENZYME, measures
from myositis_tools.scores.options import LeftOut
from myositis_tools.verdict import kleene_or

# Columns on the way, none of which leaves.
BEFORE, NOW = "_before_", "_now_"
PLACE, BASELINE = "_enzyme_place", "_baseline_week"
_LARGEST, _SITUATION = "_largest", "_situation"

Digit = tuple[int, nw.Expr]


def beside_baseline(frame: Any, core: CoreSet) -> Any:
    """Put what was measured at baseline beside every later visit of the patient, and find the enzyme to follow."""
    check_left_out(frame, core)
    place, enzymes = nw.col(PLACE), core.enzymes
    names = ("patient_id", PLACE, BASELINE, ENZYME, *(BEFORE + name for name in measures()))
    baseline = only_baselines(frame, core).select(*names)
    frame = look_up(frame, baseline, on="patient_id")
    followed = first_true([(place == number, nw.col(one.column.name)) for number, one in enumerate(enzymes)])
    # Only what comes after the baseline is compared with it: elsewhere there is nothing before, hence no change.
    before = [
        nw.when(is_after(core.baseline_week)).then(nw.col(BEFORE + name)).alias(BEFORE + name) for name in measures()
    ]
    return frame.with_columns(followed.alias(NOW + ENZYME), *before)


def only_baselines(frame: Any, core: CoreSet) -> Any:
    """Keep the baseline visits, with what was measured as *before* and the enzyme that will be followed."""
    baseline = with_most_abnormal(frame.filter(nw.col("week") == core.baseline_week), core)
    return baseline.with_columns(
        nw.col("week").alias(BASELINE),
        *(nw.col(scale.column.name).alias(BEFORE + name) for name, scale in core.scales.items()),
        of_the_followed([nw.col(enzyme.column.name) for enzyme in core.enzymes]).alias(BEFORE + ENZYME),
        of_the_followed([nw.lit(enzyme.key) for enzyme in core.enzymes]).alias(ENZYME),
    )


def with_most_abnormal(frame: Any, core: CoreSet) -> Any:
    """Number the most abnormal enzyme of each row by its place in the core set."""
    sizes = []
    for enzyme in core.enzymes:
        size = compute_abnormality(enzyme, enzyme_by=core.options.enzyme_by)
        without = [_is_left_out(one) for one in core.left_out if one.enzyme.key == enzyme.key]
        sizes.append(nw.when(~kleene_or(without)).then(size) if without else size)
    frame = frame.with_columns(largest(sizes).alias(_LARGEST))
    return frame.with_columns(compute_most_abnormal(sizes, nw.col(_LARGEST)).alias(PLACE))


def _is_left_out(left_out: LeftOut) -> nw.Expr:
    """Whether an enzyme is left out in a row's patient."""
    identifier = nw.col("patient_id").cast(nw.String)
    return ~identifier.is_null() if left_out.patients is None else identifier.is_in(list(left_out.patients))


def check_left_out(frame: Any, core: CoreSet) -> None:
    """Refuse a patient to leave an enzyme out for who is not in the table.

    Raises
    ------
    NotFoundError
        If there is no such patient.
    """
    named = sorted({patient for one in core.left_out for patient in one.patients or ()})
    if named:
        identifier = nw.col("patient_id").cast(nw.String)
        there = plain_rows(
            frame.select(identifier.alias("patient_id")).filter(nw.col("patient_id").is_in(named)).unique()
        )
        absent = sorted(set(named) - {row["patient_id"] for row in there})
        if absent:
            raise NotFoundError(
                f"There is no patient {listed(absent)} to leave an enzyme out for.",
                where="leave_out",
                expected="patients of the table",
                hint="a reason for every patient is written without a patient: leave_out={'alt': 'liver disease'}",
            )


def left_out_in_words(core: CoreSet) -> nw.Expr:
    """Say which enzymes are left out in a row's patient and why, for example: ALT: liver disease."""
    said = [
        nw.when(_is_left_out(one)).then(nw.lit(f"{one.enzyme.column.label}: {one.reason}")) for one in core.left_out
    ]
    return joined(said) if said else nw.lit("")


def of_the_followed(values: Sequence[nw.Expr]) -> nw.Expr:
    """Take the value that belongs to the enzyme that is followed."""
    return first_true([(nw.col(PLACE) == number, value) for number, value in enumerate(values)])


def is_after(baseline_week: int) -> nw.Expr:
    """Whether a visit comes after the baseline."""
    return nw.col("week") > baseline_week


def is_compared(baseline_week: int) -> nw.Expr:
    """Whether a visit comes after a baseline visit of the patient."""
    return is_after(baseline_week) & ~nw.col(BASELINE).is_null()


def before(measure: str) -> nw.Expr:
    """What was measured at baseline."""
    return nw.col(BEFORE + measure)


def now(core: CoreSet, measure: str) -> nw.Expr:
    """What was measured at the visit; of the enzymes the one that is followed."""
    return nw.col(NOW + ENZYME) if measure == ENZYME else nw.col(core.scales[measure].column.name)


# ------------------------------------------------------------------------------------------------------------- wording


def add_words(frame: Any, digits: Sequence[Digit], told_by: Sequence[str], words: Mapping[str, nw.Expr]) -> Any:
    """Add columns of words, made once for each situation that occurs and then looked up by its number.

    Text is slow to make and the situations are few. Each digit is the number of values a part of the situation can
    take and the column that says which, counted from 0; no two situations share a number. The words read the columns
    `told_by`, which must be the same, as far as the words go, wherever the situation is.
    """
    number, weight = nw.lit(0), 1
    for size, digit in digits:
        number, weight = number + digit.cast(nw.Int64) * weight, weight * size
    frame = frame.with_columns(number.alias(_SITUATION))
    occurring = frame.select(_SITUATION, *told_by).unique(subset=[_SITUATION], keep="any")
    named = occurring.select(_SITUATION, *(word.alias(name) for name, word in words.items()))
    return look_up(frame, named, on=_SITUATION).drop(_SITUATION)


def what_is_told_by(core: CoreSet) -> list[str]:
    """Name the columns that the words of this file read."""
    told = [BASELINE, "week", PLACE, *(BEFORE + name for name in measures()), NOW + ENZYME]
    return told + [scale.column.name for scale in core.scales.values()]


def digits_of_comparison(core: CoreSet) -> list[Digit]:
    """Tell apart where the visit stands, which enzyme is followed, and what was not recorded where."""
    week = nw.col("week")
    yes_or_no = [nw.col(BASELINE).is_null(), week == core.baseline_week, is_after(core.baseline_week)]
    for name in measures():
        yes_or_no += [before(name).is_null(), now(core, name).is_null()]
    return [(2, condition) for condition in yes_or_no] + [(len(core.enzymes) + 1, count_from_one(PLACE))]


def count_from_one(name: str) -> nw.Expr:
    """Give a number counted from 0 as a digit in which 0 stands for none."""
    return (nw.col(name) + 1).fill_null(0).cast(nw.Int64)


def unless_nothing_to_compare(baseline_week: int, otherwise: nw.Expr) -> nw.Expr:
    """Say why a visit cannot be compared with a baseline at all; where it can, say something else."""
    week = nw.col("week")
    return first_true(
        [
            (nw.col(BASELINE).is_null(), nw.lit(f"no visit at week {baseline_week:g} to compare with")),
            (week == baseline_week, nw.lit("baseline visit")),
            (week < baseline_week, nw.lit(f"visit before the baseline at week {baseline_week:g}")),
        ],
        otherwise=otherwise,
    )


def not_recorded(core: CoreSet, measure: str) -> nw.Expr:
    """Name a measure that was not recorded at baseline or at the visit, else null."""
    is_missing_before, is_missing_now = before(measure).is_null(), now(core, measure).is_null()
    if measure == ENZYME:
        labels = [enzyme.column.label for enzyme in core.enzymes]
        followed = of_the_followed([nw.lit(f"{label} not recorded at this visit") for label in labels])
        beside = " beside those left out" if core.left_out else ""
        none = nw.lit(f"{core.enzyme_label} not recorded at baseline{beside}")
        return first_true([(is_missing_before, none), (is_missing_now, followed)])
    label = core.scales[measure].column.label
    return first_true(
        [
            (is_missing_before & is_missing_now, nw.lit(f"{label} not recorded at baseline or at this visit")),
            (is_missing_before, nw.lit(f"{label} not recorded at baseline")),
            (is_missing_now, nw.lit(f"{label} not recorded at this visit")),
        ]
    )


def label_of(core: CoreSet, measure: str) -> nw.Expr:
    """Name a measure by the column that is read; of the enzymes the one that is followed."""
    if measure == ENZYME:
        return of_the_followed([nw.lit(enzyme.column.label) for enzyme in core.enzymes])
    return nw.lit(core.scales[measure].column.label)


def joined(parts: Sequence[nw.Expr], separator: str = "; ") -> nw.Expr:
    """Join the texts that are there; no text at all is empty."""
    return nw.concat_str(*parts, separator=separator, ignore_nulls=True)


def names_of(core: CoreSet, truths: Mapping[str, nw.Expr]) -> nw.Expr:
    """Name the measures for which something is true."""
    return joined([nw.when(truth).then(label_of(core, name)) for name, truth in truths.items()], ", ")
