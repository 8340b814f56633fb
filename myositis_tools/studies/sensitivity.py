"""How the pool of patients changes with a limit."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.criteria import Criterion, Protocol
from myositis_tools.errors import OptionError, listed, nearest
from myositis_tools.frames import TOLERANCE, Entrance, plain_rows
from myositis_tools.rules import Limit
from myositis_tools.studies.small_counts import leave_counts

_MOST_STEPS = 100  # of a range cut finer, every second, third, ... step is taken
_COUNTS = (verdict.ELIGIBLE, verdict.INDETERMINATE, verdict.INELIGIBLE)
_OTHERWISE = "excluded otherwise"
_SCHEMA = {
    "limit": nw.String,
    "value": nw.Float64,
    "unit": nw.String,
    "is_published": nw.Boolean,
    "is_current": nw.Boolean,
    **dict.fromkeys(_COUNTS, nw.Int64),
}


def sensitivity(
    protocol: Protocol,
    screening: Any,
    limit: str,
    values: Sequence[float] | None = None,
    *,
    mask_below: int | None = None,
) -> Any:
    """Count the eligible, indeterminate and ineligible over the values of one limit, the others as they are.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame
        One row a patient, with the columns in ``protocol.needs``.
    limit : str
        One of ``protocol.limits``.
    values : sequence of float, optional
        Which values to try, in the limit's unit and plausible range. By default its whole plausible range in its own
        steps, in multiples of them where there are very many; the published value and the protocol's own are always
        among them.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing; a column ``masked`` then says which.

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
    if limit not in protocol.limits:
        raise OptionError(
            f"{protocol.registration} has no limit {limit!r}.",
            expected=listed(protocol.limits, most=20),
            hint=nearest(limit, list(protocol.limits)),
        )
    current = protocol.limits[limit]
    tried = _tried(protocol, current, values)
    entrance = protocol.enter(screening)
    found = _count(protocol, entrance.frame, limit, tried)
    rows: dict[str, list[Any]] = {
        "limit": [limit] * len(tried),
        "value": tried,
        "unit": [current.unit] * len(tried),
        "is_published": [abs(value - current.published) <= TOLERANCE for value in tried],
        "is_current": [abs(value - current.value) <= TOLERANCE for value in tried],
    }
    rows |= {word: [int(found[f"{word} {place}"] or 0) for place in range(len(tried))] for word in _COUNTS}
    return leave_counts(Entrance(screening, entrance.frame), rows, _SCHEMA, counts=_COUNTS, mask_below=mask_below)


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


def _count(protocol: Protocol, frame: Any, name: str, tried: Sequence[float]) -> dict[str, Any]:
    """Ask once the criteria that do not have the limit, and the others at each value."""
    moved = [each for each in protocol.criteria if any(limit.name == name for limit in each.limits)]
    fixed = [each for each in protocol.criteria if each not in moved]
    frame = frame.with_columns(**{_OTHERWISE: _excluded(fixed)}) if fixed else frame
    otherwise = [nw.col(_OTHERWISE)] if fixed else []
    counts: dict[str, nw.Expr] = {}
    for place, value in enumerate(tried):
        there = protocol.with_limits(**{name: value})
        excluded = verdict.kleene_or([*otherwise, _excluded([there.criterion(each.key) for each in moved])])
        decisions = {
            verdict.ELIGIBLE: ~excluded,
            verdict.INDETERMINATE: excluded.is_null(),
            verdict.INELIGIBLE: excluded,
        }
        counts |= {f"{word} {place}": truth.fill_null(False).cast(nw.Int64).sum() for word, truth in decisions.items()}
    return plain_rows(frame.select(**counts))[0]


def _excluded(criteria: Sequence[Criterion]) -> nw.Expr:
    return verdict.kleene_or([each.excludes(each.rule.truth()) for each in criteria])
