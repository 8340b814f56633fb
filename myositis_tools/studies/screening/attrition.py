"""The ordered flow of patients through the criteria of a protocol."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.frames import Entrance, to_frame
from myositis_tools.privacy.small_counts import Sum, hidden_counts, is_small, leave_counts, require_mask

UNKNOWN_COUNTS_AS = ("itself", "worst", "best")

_COUNTS = ("remaining_before", "excluded", "unknown", "remaining_after")
_SCHEMA = {"criterion": nw.String, "kind": nw.String, **dict.fromkeys(_COUNTS, nw.Int64)}


@protocol_first
def attrition(
    protocol: Protocol, screening: IntoFrameT, *, unknown: str = "itself", mask_below: int | None = None
) -> IntoFrameT:
    """Attrition: count how many patients are left after each criterion, in the order of a CONSORT flow diagram.

    Parameters
    ----------
    protocol : Protocol
        The criteria and their order. The counts of a single step depend on the order, the last one does not.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: ``itself`` takes the patient out of the flow and counts her apart, ``worst``
        counts her as excluded, ``best`` lets her pass.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and those that they could be worked out of as well; a
        column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for what is promised.

    Returns
    -------
    frame of the same kind
        ``criterion, kind, remaining_before, excluded, unknown, remaining_after``, one row a criterion. Criteria that
        exclude nobody have their row too. ``unknown`` counts the patients for whom the step is unknown, however they
        are treated; under ``worst`` they are part of ``excluded``.

    Raises
    ------
    OptionError
        If `unknown` is not one of the three words, or `mask_below` is no whole number of at least 1.
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    A patient is counted as unknown at the first criterion that cannot be answered, if none before excluded her.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[1:]])
    >>> patients = pd.DataFrame({"patient_id": ["A", "B", "C"], "age_years": [54, 17, None]})
    >>> mt.attrition(protocol, patients).iloc[0, 2:].to_dict()
    {'remaining_before': 3, 'excluded': 1, 'unknown': 1, 'remaining_after': 1}
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    require_mask(mask_below)
    answers = protocol.verdicts(screening)
    verdicts = to_frame(answers)
    flow = count_flow(protocol, verdicts, unknown=unknown)
    hidden = _hidden(flow, unknown, mask_below)
    leaving = Entrance(answers, verdicts)
    return leave_counts(leaving, flow, _SCHEMA, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def count_flow(protocol: Protocol, verdicts: Any, *, unknown: str) -> dict[str, list[Any]]:
    """Count the flow in a narwhals frame of ``protocol.verdicts``; the columns of `attrition` as plain lists."""
    against = {each.key: verdict.NOT_MET if each.kind == "inclusion" else verdict.MET for each in protocol.criteria}
    stops = {key: [word] if unknown == "best" else [word, verdict.UNKNOWN] for key, word in against.items()}
    last = len(protocol.criteria)
    stopped_at = nw.min_horizontal(
        nw.lit(last),
        *(nw.when(nw.col(key).is_in(words)).then(nw.lit(place)) for place, (key, words) in enumerate(stops.items())),
    )
    verdicts = verdicts.with_columns(_stopped_at=stopped_at)
    counts: dict[str, nw.Expr] = {"all": nw.len()}
    for place, (key, word) in enumerate(against.items()):
        arrives = nw.col("_stopped_at") >= place
        counts[f"{key} excluded"] = (arrives & (nw.col(key) == word)).cast(nw.Int64).sum()
        counts[f"{key} unknown"] = (arrives & (nw.col(key) == verdict.UNKNOWN)).cast(nw.Int64).sum()
    counted = verdicts.select(**counts)
    found = (counted.collect() if isinstance(counted, nw.LazyFrame) else counted).rows(named=True)[0]
    return _flow(protocol, found, unknown)


def _flow(protocol: Protocol, found: dict[str, Any], unknown: str) -> dict[str, list[Any]]:
    flow: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
    left = int(found["all"])
    for each in protocol.criteria:
        excluded, is_open = int(found[f"{each.key} excluded"] or 0), int(found[f"{each.key} unknown"] or 0)
        after = left - excluded - (0 if unknown == "best" else is_open)
        step = (each.key, each.kind, left, excluded + (is_open if unknown == "worst" else 0), is_open, after)
        for name, value in zip(_SCHEMA, step, strict=True):
            flow[name].append(value)
        left = after
    return flow


def _hidden(flow: dict[str, list[Any]], unknown: str, mask_below: int | None) -> set[tuple[int, str]]:
    """The cells that are hidden. Who remains after a step stands before the next one, too; who begins is known."""
    after = "remaining_after"
    counts = {(place, name): count for name in _COUNTS[1:] for place, count in enumerate(flow[name])}
    sums: list[Sum] = []
    for place, begin in enumerate(flow["remaining_before"]):
        total = (place - 1, after) if place else begin
        if unknown == "itself":
            sums.append((total, [(place, name) for name in _COUNTS[1:]]))
            continue
        sums.append((total, [(place, "excluded"), (place, after)]))
        holds = "excluded" if unknown == "worst" else after
        sums.append(((place, holds), [(place, "unknown"), f"{holds} and known {place}"]))
    last = (len(flow[after]) - 1, after)
    found: set[Any] = hidden_counts(counts, sums, mask_below, spare={last})
    before = {
        (place, "remaining_before")
        for place, begin in enumerate(flow["remaining_before"])
        if ((place - 1, after) in found if place else is_small(begin, mask_below))
    }
    return found | before
