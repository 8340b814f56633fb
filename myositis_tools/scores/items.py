"""What the scores of single items share: sums with their bounds, quotients, and words for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw

from myositis_tools.frames import look_up, plain_rows, refuse_values
from myositis_tools.tables import EVIDENCE, Record

VERIFIED = EVIDENCE[0]

_SITUATION, _SAID = "_situation", "_said_"

# The opening words of a list, and each thing that may stand in it with the condition, never null, under which it does.
Remarks = Mapping[str, Sequence[tuple[nw.Expr, str]]]


def compute_sum(names: Iterable[str]) -> nw.Expr:
    """Add columns; missing where one of them is."""
    return reduce(add, [nw.col(name) for name in names])


def compute_lowest_sum(names: Iterable[str]) -> nw.Expr:
    """Add columns, what is missing counted with nothing."""
    return reduce(add, [nw.col(name).fill_null(0.0) for name in names])


def compute_highest_sum(maxima: Mapping[str, float]) -> nw.Expr:
    """Add columns, what is missing counted with its maximum."""
    return reduce(add, [nw.col(name).fill_null(most) for name, most in maxima.items()])


def compute_count(conditions: Iterable[nw.Expr]) -> nw.Expr:
    """Count the conditions that hold; none of them may be null."""
    return reduce(add, [condition.cast(nw.Int64) for condition in conditions]).cast(nw.Float64)


def divided(values: nw.Expr, by: float) -> nw.Expr:
    """Divide by a plain number, alike on every engine.

    Polars multiplies by the reciprocal of a plain number and then differs from the others in the last digit, so the
    number is made a column of its own first.
    """
    return values / (values * 0 + by)


def with_sum(frame: Any, name: str, maxima: Mapping[str, float]) -> Any:
    """Add the sum of columns, missing where one of them is, and the bounds that those missing allow."""
    return frame.with_columns(
        compute_sum(maxima).alias(name),
        compute_lowest_sum(maxima).alias(f"{name}_min"),
        compute_highest_sum(maxima).alias(f"{name}_max"),
    )


def refuse_first(frame: Any, problems: Mapping[str, nw.Expr], *, expected: str, hint: str) -> None:
    """Refuse the first column whose problem is true in any row; one pass over the table where there is none.

    Raises
    ------
    ImpossibleValueError
        If there is such a column.
    """
    if not problems:
        return
    asked = {name: problem.fill_null(False).any() for name, problem in problems.items()}
    found = plain_rows(frame.select(**asked))[0]
    for name, is_wrong in found.items():
        if is_wrong:
            refuse_values(frame, name, problems[name], expected=expected, hint=hint)


def with_evidence(frame: Any, remarks: Remarks) -> Any:
    """Add the column ``evidence``: what of a row rests on less than a source that was read, else ``verified``."""
    if not remarks:
        return frame.with_columns(nw.lit(VERIFIED).alias("evidence"))
    frame = with_words(frame, "evidence", remarks)
    return frame.with_columns(evidence=nw.when(nw.col("evidence") == "").then(nw.lit(VERIFIED)).otherwise("evidence"))


def unverified(rows: Iterable[Record], what: str) -> Remarks:
    """Remark, in every row of a score, on what the rows of its tables do not verify."""
    if all(row["evidence"] == VERIFIED for row in rows):
        return {}
    return {"unverified: ": [(~nw.col("missing").is_null(), what)]}


def with_words(frame: Any, name: str, remarks: Remarks) -> Any:
    """Add a text column that lists, after its opening words, each thing whose condition holds; else empty text.

    In data frames text is slow to make and the situations are few: words are made once for each combination that
    occurs and looked up by its number. The number has a binary digit for each condition, so there may be sixty of
    them at most. A database makes text faster than it joins.
    """
    flags = {f"{_SAID}{place}": said for place, said in enumerate(_conditions(remarks))}
    frame = frame.with_columns(**flags)
    if frame.implementation.is_duckdb():
        return frame.with_columns(_text(remarks).alias(name)).drop(*flags)
    digits = [nw.col(flag).cast(nw.Int64) * 2**place for place, flag in enumerate(flags)]
    frame = frame.with_columns(reduce(add, digits).alias(_SITUATION))
    occurring = frame.select(_SITUATION, *flags).unique(subset=[_SITUATION], keep="any")
    words = occurring.select(_SITUATION, _text(remarks).alias(name))
    return look_up(frame.drop(*flags), words, on=_SITUATION).drop(_SITUATION)


def _conditions(remarks: Remarks) -> list[nw.Expr]:
    return [condition for things in remarks.values() for condition, _ in things]


def _text(remarks: Remarks) -> nw.Expr:
    lists, place = [], 0
    for opening, things in remarks.items():
        held = [nw.col(f"{_SAID}{place + number}") for number in range(len(things))]
        named = [nw.when(holds).then(nw.lit(thing)) for holds, (_, thing) in zip(held, things, strict=True)]
        listed = nw.concat_str(*named, separator=", ", ignore_nulls=True)
        lists.append(nw.when(reduce(or_, held)).then(nw.concat_str(nw.lit(opening), listed)))
        place += len(things)
    return nw.concat_str(*lists, separator="; ", ignore_nulls=True)
