"""How the pool of patients changes with a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import ceil
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import OptionError, listed, nearest
from myositis_tools.frames import TOLERANCE, Entrance, plain_rows
from myositis_tools.privacy.small_counts import Sum, hidden_counts, is_small, leave_counts, require_mask
from myositis_tools.rules import AtLeastNOf, Compare, Limit, Rule
from myositis_tools.studies.screening.rule_answers import truth_if, with_parts, with_truths

_MOST_STEPS = 100  # of a range cut finer, every second, third, ... step is taken
_MOST_COLUMNS = 60  # that are added up at once: pandas warns of a fragmented frame from about a hundred
_COUNTS = (verdict.ELIGIBLE, verdict.INDETERMINATE, verdict.INELIGIBLE)
_SCHEMA = {
    "limit": nw.String,
    "value": nw.Float64,
    "unit": nw.String,
    "is_published": nw.Boolean,
    "is_current": nw.Boolean,
    **dict.fromkeys(_COUNTS, nw.Int64),
}


@protocol_first
def sensitivity(
    protocol: Protocol,
    screening: IntoFrameT,
    limit: str,
    values: Sequence[float] | None = None,
    *,
    mask_below: int | None = None,
) -> IntoFrameT:
    """Sensitivity analysis of one limit: how many patients fit, are undecided and do not fit over its range.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    limit : str
        One of ``protocol.limits``.
    values : sequence of float, optional
        Which values to try, in the limit's unit and plausible range. By default its whole plausible range in its own
        steps, in multiples of them where there are very many; the published value and the protocol's own are always
        among them.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and those that they could be worked out of as well; a
        column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for what is promised.
        At a value where a count is small, the ineligible are hidden with it; where the eligible or the ineligible
        themselves are few, all three are.

    Returns
    -------
    frame of the same kind
        One row a value, in ascending order: ``limit``, ``value``, ``unit``, ``is_published``, ``is_current`` (it is the
        protocol's own), ``eligible``, ``indeterminate``, ``ineligible``; the three add up to the cohort.

    Raises
    ------
    OptionError
        If the protocol has no such limit, a value is no number or not plausible, or `mask_below` is no whole number
        of at least 1.
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    A patient for whom something is unknown and nothing is failed is indeterminate. Counting her as excluded (the worst
    case) leaves ``eligible``; letting her in (the best) gives ``eligible`` and ``indeterminate`` together.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[1:]])
    >>> patients = pd.DataFrame({"patient_id": ["A", "B", "C"], "age_years": [54, 17, None]})
    >>> mt.sensitivity(protocol, patients, "minimum_age_years", [16, 60]).iloc[:, [1, 3, 5, 6, 7]]
       value  is_published  eligible  indeterminate  ineligible
    0   16.0         False         2              1           0
    1   18.0          True         1              1           1
    2   60.0         False         0              1           2
    """
    require_mask(mask_below)
    if limit not in protocol.limits:
        raise OptionError(
            f"{protocol.registration} has no limit {limit!r}.",
            expected=listed(protocol.limits, most=20),
            hint=nearest(limit, list(protocol.limits)),
        )
    current = protocol.limits[limit]
    tried = _tried(protocol, current, values)
    entrance = protocol.enter(screening)
    if limit in {one.name for one in protocol.courses.limits}:
        found = [_count_decisions(protocol.with_limits(**{limit: value}), screening) for value in tried]
    else:
        found = _count(protocol, entrance.frame, limit, tried)
    rows: dict[str, list[Any]] = {
        "limit": [limit] * len(tried),
        "value": tried,
        "unit": [current.unit] * len(tried),
        "is_published": [abs(value - current.published) <= TOLERANCE for value in tried],
        "is_current": [abs(value - current.value) <= TOLERANCE for value in tried],
    }
    rows |= {word: [counts[word] for counts in found] for word in _COUNTS}
    hidden = _hidden(found, mask_below)
    leaving = Entrance(entrance.native, entrance.frame)
    return leave_counts(leaving, rows, _SCHEMA, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def _hidden(found: Sequence[dict[str, int]], mask_below: int | None) -> set[tuple[int, str]]:
    """The cells that are hidden.

    A limit that moves makes more patients eligible or fewer, so that the values beside it narrow a count, too: they
    could tell the one that is hidden beside a small one. Hence more is hidden than the sum of the three asks for.
    """
    counts = {(place, name): count for place, row in enumerate(found) for name, count in row.items()}
    sums: list[Sum] = [(sum(row.values()), [(place, name) for name in _COUNTS]) for place, row in enumerate(found)]
    with_them = [
        (place, other)
        for (place, name), count in counts.items()
        if is_small(count, mask_below)
        for other in ([verdict.INELIGIBLE] if name == verdict.INDETERMINATE else _COUNTS)
    ]
    hidden: set[Any] = hidden_counts(counts, sums, mask_below, with_them=with_them)
    return hidden


def _tried(protocol: Protocol, limit: Limit, values: Sequence[float] | None) -> list[float]:
    """The values in ascending order, each once, with the published one and the protocol's own; none is implausible."""
    if values is None:
        steps = round((limit.maximum - limit.minimum) / limit.step)
        every = ceil(steps / _MOST_STEPS)
        values = [limit.minimum + step * limit.step for step in range(0, steps, every)] + [limit.maximum]
    checked = [float(protocol.with_limits(**{limit.name: value}).limits[limit.name]) for value in values]
    found: list[float] = []
    for value in sorted([*checked, limit.published, limit.value]):
        if not found or value - found[-1] > TOLERANCE:
            found.append(round(value, 9))  # 3 * 0.1 is not 0.3 to a computer
    return found


def _count_decisions(protocol: Protocol, screening: Any) -> dict[str, int]:
    """Count the decisions of a protocol that judges courses of treatment with other limits: all is asked again."""
    decisions = protocol.decided(protocol.enter(screening).frame).select("decision")
    counted = {row["decision"]: row["count"] for row in plain_rows(decisions.group_by("decision").agg(count=nw.len()))}
    return {word: int(counted.get(word, 0)) for word in _COUNTS}


def _count(protocol: Protocol, frame: Any, name: str, tried: Sequence[float]) -> list[dict[str, int]]:
    """Count the decisions at each value.

    A value changes only the answers of the rules that have the limit. What follows from each pattern of their answers
    is asked once; patients for whom the same follows are alike, and of them it is counted who has which at a value.
    """
    columns = frame.collect_schema().names()
    frame, truths = with_truths(frame, [each.rule for each in protocol.criteria])
    moved = [rule for each in protocol.criteria for rule in with_parts(each.rule) if _has(rule, name)]
    moved = list(dict.fromkeys(moved))
    patterns = {" and ".join(pattern): pattern for pattern in product(verdict.VERDICTS, repeat=len(moved))}
    some = truths[moved[0]]
    always = (some | ~some).fill_null(True)  # not a literal: on pandas nothing is nullable that starts from one
    answer = {verdict.MET: always, verdict.NOT_MET: ~always, verdict.UNKNOWN: nw.when(~always).then(some)}
    follows = {}
    for key, pattern in patterns.items():
        given = {rule: answer[word] for rule, word in zip(moved, pattern, strict=True)}
        excluded = verdict.kleene_or([each.excludes(truth_if(each.rule, truths, given)) for each in protocol.criteria])
        follows[key] = verdict.to_decision(excluded)
    answers: dict[str, nw.Expr] = {}
    has_pattern: dict[str, nw.Expr] = {}
    for place, value in enumerate(tried):
        limit = {name: replace(protocol.limits[name], value=value)}
        asked = [f"answer {order} {place}" for order in range(len(moved))]
        rules = [rule.with_limits(limit) for rule in moved]
        answers |= {one: truth_if(rule, truths, columns=columns) for one, rule in zip(asked, rules, strict=True)}
        for key, pattern in patterns.items():
            has = verdict.kleene_and([_is(nw.col(one), word) for one, word in zip(asked, pattern, strict=True)])
            has_pattern[f"{key} {place}"] = has.cast(nw.Int64)
    frame = frame.with_columns(**answers).select(**follows, **has_pattern)
    found = [dict.fromkeys(_COUNTS, 0) for _ in tried]
    some_places = max(1, _MOST_COLUMNS // len(patterns))
    for first in range(0, len(tried), some_places):
        places = range(first, min(first + some_places, len(tried)))
        names = [f"{key} {place}" for place in places for key in patterns]
        for group in plain_rows(frame.group_by(*patterns).agg(nw.col(*names).sum())):
            for place, key in product(places, patterns):
                found[place][group[key]] += int(group[f"{key} {place}"])
    return found


def _has(rule: Rule, name: str) -> bool:
    """Whether the limit is the rule's own, not that of a part."""
    own = rule.count if isinstance(rule, AtLeastNOf) else rule.limit if isinstance(rule, Compare) else None
    return own is not None and own.name == name


def _is(truth: nw.Expr, word: str) -> nw.Expr:
    if word == verdict.UNKNOWN:
        return truth.is_null()
    return (truth if word == verdict.MET else verdict.kleene_not(truth)).fill_null(False)
