"""Which criteria each patient fails and which are unknown, as numbers that can be added up."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from myositis_tools.criteria import Protocol
from myositis_tools.frames import Entrance
from myositis_tools.rules import Rule
from myositis_tools.studies.screening.rule_answers import with_truths

FAILED = "number failed"
OPEN = "number unknown"


def fails(key: str) -> str:
    """Name of the column that is 1 where the criterion keeps the patient out, else 0."""
    return f"{key} fails"


def is_open(key: str) -> str:
    """Name of the column that is 1 where the criterion is unknown, else 0."""
    return f"{key} unknown"


def fails_or_is_open(key: str) -> nw.Expr:
    """Count a criterion that is unknown as one that fails."""
    return (nw.col(fails(key)) + nw.col(is_open(key))).alias(fails(key))


def find_failures(protocol: Protocol, screening: Any) -> Entrance:
    """Let a screening table in and say of every patient which criteria fail and which are unknown.

    The frame holds ``patient_id``, the two columns of every criterion (`fails`, `is_open`) and how many there are of
    each (`FAILED`, `OPEN`); a space in a name keeps them apart from the columns of a caller.
    """
    entrance = protocol.enter(screening)
    flags = [name for each in protocol.criteria for name in (fails(each.key), is_open(each.key))]
    frame, _ = flag(protocol, entrance.frame)
    return Entrance(entrance.native, frame.select("patient_id", *flags, FAILED, OPEN))


def flag(protocol: Protocol, frame: Any) -> tuple[Any, dict[Rule, nw.Expr]]:
    """Put beside the columns of a clean screening table those of every criterion and how many there are of each.

    Returns the frame, and where in it the truths of all rules and their parts stand.
    """
    keys = [each.key for each in protocol.criteria]
    frame, truths = with_truths(frame, [each.rule for each in protocol.criteria])
    frame = frame.with_columns(**{_excludes(each.key): each.excludes(truths[each.rule]) for each in protocol.criteria})
    flags = {fails(key): nw.col(_excludes(key)).fill_null(False).cast(nw.Int64) for key in keys}
    flags |= {is_open(key): nw.col(_excludes(key)).is_null().cast(nw.Int64) for key in keys}
    how_many = {
        FAILED: reduce(add, [nw.col(fails(key)) for key in keys]),
        OPEN: reduce(add, [nw.col(is_open(key)) for key in keys]),
    }
    return frame.with_columns(**flags).with_columns(**how_many), truths


def _excludes(key: str) -> str:
    return f"{key} excludes"
