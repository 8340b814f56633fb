"""Who is one criterion away, and by how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import Criterion, Protocol
from myositis_tools.criteria.calendar import add_months_later
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.criteria.record_rules import Within, window_of
from myositis_tools.errors import require_option
from myositis_tools.frames import Entrance, bounds_of
from myositis_tools.rules import AllOf, AnyOf, AtLeastNOf, Compare, Leaf, Negate, Rule, why
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS
from myositis_tools.studies.screening.failed_criteria import FAILED, OPEN, fails, fails_or_is_open, flag, is_open
from myositis_tools.studies.screening.rule_answers import Truths, with_parts

_COLUMNS = (
    *("patient_id", "criterion", "kind", "parts_short", "part", "value", "limit", "gap", "unit"),
    *("also_unknown", "parts_unknown", "reason"),
)
_ROW = "_row"
_DECIMALS = 1_000_000  # a gap is written to the sixth decimal: 50 - 49.9 is 0.10000000000000142 to a computer


@protocol_first
def near_misses(protocol: Protocol, screening: IntoFrameT, *, unknown: str = "itself") -> IntoFrameT:
    """Near misses: the patients who fail exactly one criterion, with the gap in clinical units.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: ``itself`` and ``best`` do not count it as failed, and the former names it in
        ``also_unknown``; ``worst`` counts it as failed, so that she may have none failed and one unknown.

    Returns
    -------
    frame of the same kind
        One row a patient who fails one criterion and no other, in the caller's order (by patient on a lazy engine):
        ``patient_id``, ``criterion``, ``kind`` and

        ``parts_short``
            How many parts of the criterion would all have to be otherwise; 1 for a criterion without parts, 0 for one
            that is unknown.
        ``part``
            Which they are.
        ``value``, ``limit``, ``gap``, ``unit``
            The patient's value, the limit, how far apart they are and in what, where one part is short and it has a
            number. Where only bounds of the value are known it is the one nearer the limit, and the gap the least
            that it can be. A gap of zero stands on a limit that does not itself belong. Of parts that are counted,
            such as *at least 2 of 5*, the number found, the number needed and how many are wanting.
        ``also_unknown``
            The other criteria that are unknown, separated by ``"; "``: mending the gap does not make her eligible yet.
            Empty under ``best``, where they pass.
        ``parts_unknown``
            Parts of the failed criterion itself that are not recorded.
        ``reason``
            As in ``protocol.check``; it names every part where the numbers are missing.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    Unless told otherwise a criterion that is unknown is not failed, and patients who fail nothing are not listed.
    Parts that are counted are counted as far as they are recorded. Where any of several parts would do, as in
    *treatment-naive or within the limits*, they are one part; it has a number if exactly one of them is a number.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]], "iim_subtype")
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [54, 17.5, 16], "disease_duration_months": [14, None, 20]})
    >>> mt.near_misses(protocol, patients)[["patient_id", "part", "gap", "unit", "also_unknown"]]
      patient_id              part  gap    unit   also_unknown
    0          A  disease duration  2.0  months
    1          B               age  0.5   years  early_disease
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    windows = [leaf for each in protocol.criteria for leaf in each.rule.leaves if isinstance(leaf, Within)]
    entrance = protocol.enter(screening, also=["screening_date", *map(_in_days, windows)])
    entrance = Entrance(entrance.native, _add_lengths(entrance.frame, windows))
    told = [name for name in entrance.frame.collect_schema().names() if name not in protocol.needs]
    frame, truths = flag(protocol, entrance.frame)
    also = protocol.criteria if unknown == "itself" else ()
    waiting = [nw.when(nw.col(is_open(each.key)) == 1).then(nw.lit(each.key)) for each in also]
    if unknown == "worst":
        frame = frame.with_columns(fails_or_is_open(each.key) for each in protocol.criteria)
        frame = frame.with_columns((nw.col(FAILED) + nw.col(OPEN)).alias(FAILED))
    frame = frame.filter(nw.col(FAILED) == 1).with_columns(also_unknown=_said(waiting) if waiting else nw.lit(""))
    if isinstance(frame, nw.DataFrame):
        frame = frame.with_row_index(_ROW)
    by = _ROW if isinstance(frame, nw.DataFrame) else "patient_id"
    found = [_explain(each, frame, truths, kept=[by, *told]) for each in _failed_by_some(protocol, frame)]
    return Entrance(entrance.native, frame).leave_new(nw.concat(found, how="vertical").sort(by).select(*_COLUMNS))


def _failed_by_some(protocol: Protocol, frame: Any) -> Sequence[Criterion]:
    """The criteria to ask about; a lazy engine is not asked first who fails what."""
    if isinstance(frame, nw.LazyFrame):
        return protocol.criteria
    found = frame.select(nw.col(fails(each.key)).sum() for each in protocol.criteria).row(0)
    return [each for each, count in zip(protocol.criteria, found, strict=True) if count] or protocol.criteria[:1]


def _explain(each: Criterion, frame: Any, truths: Truths, *, kept: Sequence[str]) -> Any:
    """Say what is short in those who fail this criterion alone; only its own columns, as pandas is slow on many."""
    names = dict.fromkeys(["patient_id", "also_unknown", *kept, *each.needs])
    laid_down = [truths[rule] for rule in dict.fromkeys(with_parts(each.rule))]
    frame = frame.filter(nw.col(fails(each.key)) == 1).select(*names, *laid_down)
    parts = _parts(each.rule, truths, kept, wanted=each.kind == "inclusion")
    short = verdict.count_true([part.short for part in parts])
    frame = each.answer(frame.with_columns(parts_short=short))
    return frame.select(
        *dict.fromkeys(["patient_id", kept[0], "also_unknown", "parts_short"]),
        criterion=nw.lit(each.key),
        kind=nw.lit(each.kind),
        part=_said([nw.when(part.short).then(nw.lit(part.label)) for part in parts]),
        parts_unknown=_said([nw.when(where).then(nw.lit(label)) for part in parts for label, where in part.unknown]),
        reason=nw.col(why(each.asked)),
        **_numbers(parts),
    )


def _numbers(parts: Sequence[_Part]) -> dict[str, nw.Expr]:
    """Value, limit, gap and unit, where one part is short and it has them."""
    found = [
        (nw.when(part.short & (nw.col("parts_short") == 1)), part.number) for part in parts if part.number is not None
    ]
    if not found:
        return dict.fromkeys(("value", "limit", "gap"), nw.lit(None, dtype=nw.Float64)) | {"unit": nw.lit("")}
    return {
        "value": nw.coalesce(*(alone.then(number.value) for alone, number in found)),
        "limit": nw.coalesce(*(alone.then(number.limit) for alone, number in found)),
        "gap": _tidy(nw.coalesce(*(alone.then(number.gap) for alone, number in found))),
        "unit": _said([alone.then(nw.lit(number.unit)) for alone, number in found]),
    }


# ------------------------------------------------------------------------------------------------ parts of a criterion


@dataclass(frozen=True)
class _Number:
    value: nw.Expr
    limit: nw.Expr
    gap: nw.Expr
    unit: str


@dataclass(frozen=True)
class _Part:
    """A part that would have to be otherwise, and what of it is not recorded where it is not as wanted."""

    label: str
    short: nw.Expr
    unknown: tuple[tuple[str, nw.Expr], ...]
    number: _Number | None = None


def _parts(rule: Rule, truths: Truths, beside: Collection[str], *, wanted: bool) -> list[_Part]:
    """The parts that must all be as wanted for the rule to be; `beside` the columns may be bounds."""
    if isinstance(rule, Negate):
        return _parts(rule.parts[0], truths, beside, wanted=not wanted)
    if isinstance(rule, AtLeastNOf):
        return [_counted(rule, truths, beside, wanted=wanted)]
    if isinstance(rule, AllOf | AnyOf):
        branches = [_parts(part, truths, beside, wanted=wanted) for part in rule.parts]
        if isinstance(rule, AllOf) == wanted:
            return [part for branch in branches for part in branch]
        return [_any_would_do(branches, truths[rule], wanted=wanted)]
    assert isinstance(rule, Leaf)  # noqa: S101 (what is no compound asks about one column)
    label = rule.column.label
    unknown = ((label, truths[rule].is_null()),)
    return [_Part(label, _is_short(truths[rule], wanted=wanted), unknown, _compared(rule, beside))]


def _is_short(truth: nw.Expr, *, wanted: bool) -> nw.Expr:
    return (verdict.kleene_not(truth) if wanted else truth).fill_null(False)


def _compared(rule: Rule, beside: Collection[str]) -> _Number | None:
    if isinstance(rule, Within):
        return _in_the_window(rule, beside)
    if not isinstance(rule, Compare):
        return None
    value, limit = nw.col(rule.column.name), rule.limit.value
    low, high = bounds_of(rule.column.name)
    if low in beside:
        value = nw.when(nw.col(high) <= limit).then(nw.col(high)).otherwise(nw.col(low))
    return _Number(value, value * 0 + limit, (value - limit).abs(), rule.limit.unit)


# ------------------------------------------------------------------------------------------------------- of a window


def _in_days(leaf: Within) -> str:
    """The look-back in days beside one in months."""
    return leaf.column.name.replace("_months_ago", "_days_ago")


def _length(leaf: Within) -> str:
    return f"{leaf.column.name} within {leaf.limit}"


def _add_lengths(frame: Any, windows: Iterable[Within]) -> Any:
    """Add how many days each window has before screening, where the table says when that was."""
    if "screening_date" not in frame.collect_schema().names():
        return frame
    day = nw.col("screening_date")
    for leaf in windows:
        window = window_of(leaf.limit)
        if leaf.column.unit == "months":
            frame = add_months_later(frame, "screening_date", -int(window), _length(leaf))
            frame = frame.with_columns((day - nw.col(_length(leaf))).alias(_length(leaf)))
        else:
            frame = frame.with_columns((day * 0 + window).alias(_length(leaf)))
    return frame


def _in_the_window(leaf: Within, beside: Collection[str]) -> _Number:
    """By how much what was found lies within its window: until it does not, or until it does, at the least."""
    bounds = bounds_of(_in_days(leaf))
    if _length(leaf) in beside and bounds[0] in beside:
        least, most = map(nw.col, bounds)
        limit, unit = nw.col(_length(leaf)), "days"
    else:
        least, most = map(nw.col, bounds_of(leaf.column.name))
        limit, unit = least.fill_null(0.0) * 0 + window_of(leaf.limit), leaf.column.unit
    is_within = most <= limit
    value = nw.when(is_within).then(most).otherwise(least)
    gap = nw.when(is_within).then(limit - most + 1).otherwise(least - limit)
    return _Number(value, limit, gap, unit)


def _counted(rule: AtLeastNOf, truths: Truths, beside: Collection[str], *, wanted: bool) -> _Part:
    truth = truths[rule]
    found = verdict.count_true([truths[part] for part in rule.parts]).cast(nw.Float64)
    needed = rule.count.value
    gap = needed - found if wanted else found - needed + 1
    as_wanted = truth if wanted else verdict.kleene_not(truth)
    waiting = ~as_wanted.fill_null(False)
    unknown = tuple(
        (label, waiting & where)
        for part in rule.parts
        for one in _parts(part, truths, beside, wanted=wanted)
        for label, where in one.unknown
    )
    return _Part(
        rule.what, _is_short(truth, wanted=wanted), unknown, _Number(found, found * 0 + needed, gap, rule.count.unit)
    )


def _any_would_do(branches: Sequence[Sequence[_Part]], truth: nw.Expr, *, wanted: bool) -> _Part:
    """One part, of which any branch would do; its number is that of the only branch that is a number and no more."""
    label = " or ".join(" and ".join(part.label for part in branch) for branch in branches)
    numbers = [branch[0].number for branch in branches if len(branch) == 1 and branch[0].number is not None]
    unknown = ((label, truth.is_null()),)
    return _Part(label, _is_short(truth, wanted=wanted), unknown, numbers[0] if len(numbers) == 1 else None)


def _tidy(gap: nw.Expr) -> nw.Expr:
    """Round through `floor`, and divide by a column: engines disagree on halves and on plain divisors."""
    steps = (gap * _DECIMALS + 0.5).floor()
    return steps / (steps * 0 + _DECIMALS)


def _said(texts: Iterable[nw.Expr]) -> nw.Expr:
    return nw.concat_str(*texts, separator="; ", ignore_nulls=True)
