"""Met, not met or unknown: the only home of three-valued logic.

Inside the package an answer is a column that is true, false or null, called *truth*. At every public edge it is a
word, called *verdict*. Ordered ``not met < unknown < met``, *and* is the minimum and *or* is the maximum; that is
Kleene's logic, and it is also the logic of NULL in SQL, so the same expressions mean the same on every engine.

A known limit: each part is judged alone, so "under 18, or 18 and over" is unknown when the age is not recorded,
although one of the two must hold. This errs on the cautious side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add, and_, or_
from types import MappingProxyType

import narwhals as nw

MET = "met"
NOT_MET = "not met"
UNKNOWN = "unknown"
VERDICTS = (NOT_MET, UNKNOWN, MET)

ELIGIBLE = "eligible"
INELIGIBLE = "ineligible"
INDETERMINATE = "indeterminate"
DECISIONS = (ELIGIBLE, INDETERMINATE, INELIGIBLE)
# What a person reads; tables and code keep the words above.
DECISION_WORDS = MappingProxyType({ELIGIBLE: "fits", INDETERMINATE: "undecided", INELIGIBLE: "does not fit"})


def choose(truth: nw.Expr, *, met: nw.Expr, not_met: nw.Expr, unknown: nw.Expr) -> nw.Expr:
    """Take one of three columns by a truth."""
    return nw.when(truth).then(met).when(~truth).then(not_met).otherwise(unknown)


def to_verdict(truth: nw.Expr) -> nw.Expr:
    """Turn a truth into its word."""
    return choose(truth, met=nw.lit(MET), not_met=nw.lit(NOT_MET), unknown=nw.lit(UNKNOWN))


def kleene_and(truths: Sequence[nw.Expr]) -> nw.Expr:
    """True where all are true, false where any is false, else null."""
    return reduce(and_, truths)


def kleene_or(truths: Sequence[nw.Expr]) -> nw.Expr:
    """True where any is true, false where all are false, else null."""
    return reduce(or_, truths)


def kleene_not(truth: nw.Expr) -> nw.Expr:
    """Swap true and false; null stays null."""
    return ~truth


def count_true(truths: Sequence[nw.Expr], *, null_counts: bool = False) -> nw.Expr:
    """Count the true ones; what a null counts as is the caller's to say."""
    return reduce(add, [truth.fill_null(null_counts).cast(nw.Int64) for truth in truths])


def at_least_of(count: int, truths: Sequence[nw.Expr]) -> nw.Expr:
    """True where `count` are true whatever the nulls would turn out to be, false where that cannot be, else null."""
    known = count_true(truths) >= count
    possible = count_true(truths, null_counts=True) >= count
    exact = reduce(add, [truth.cast(nw.Int64) for truth in truths]) >= count  # null as soon as one truth is null
    return known | (possible & exact)


def to_decision(failed: nw.Expr) -> nw.Expr:
    """Turn *some criterion excludes the patient* (true, false or null) into the decision's word."""
    return choose(
        failed,
        met=nw.lit(INELIGIBLE),
        not_met=nw.lit(ELIGIBLE),
        unknown=nw.lit(INDETERMINATE),
    )
