"""Physical function: the Health Assessment Questionnaire (HAQ-DI, CHAQ), CMAS and IBM-FRS (long: four instruments)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, or_
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.frames import columns, enter, has
from myositis_tools.scores.items import (
    VERIFIED,
    Remarks,
    compute_count,
    refuse_first,
    unverified,
    with_evidence,
    with_sum,
    with_words,
)
from myositis_tools.tables import Record, records

_HIGHEST, _BLANK, _RAISED, _NOT_APPLICABLE = "_highest_", "_blank_", "_raised_", "not_applicable_"
_RAISED_UNANSWERED = "_raised_unanswered_"


@dataclass(frozen=True)
class ItemCategory:
    """A category of a questionnaire: its items and the aid that belongs to it."""

    key: str
    label: str
    score: str
    items: tuple[str, ...]
    aid: str
    maximum: float

    def item_labels(self) -> tuple[str, ...]:
        """Name the items in words: the category and their number in it."""
        return tuple(f"{self.label} {number}" for number, _ in enumerate(self.items, start=1))


@cache
def categories(questionnaire: str) -> tuple[ItemCategory, ...]:
    """Give the categories of ``haq`` or ``chaq``, in the order of the form."""
    rows = [row for row in records("questionnaire_categories") if row["instrument"] == questionnaire]
    return tuple(
        ItemCategory(
            key=str(row["category"]),
            label=str(row["label"]),
            score=f"{questionnaire}_{row['category']}",
            items=tuple(f"{questionnaire}_{row['category']}_{number + 1}" for number in range(int(row["items"] or 0))),
            aid=f"aid_{row['category']}",
            maximum=float(row["maximum"] or 0),
        )
        for row in sorted(rows, key=lambda row: float(row["order"] or 0))
    )


@cache
def _rule(questionnaire: str, rule: str) -> Record:
    rows = records("questionnaire_rules")
    return next(row for row in rows if (row["instrument"], row["rule"]) == (questionnaire, rule))


def score_haq_di(items: IntoFrameT, *, aids: bool = True) -> IntoFrameT:
    """Score the disability index of the Health Assessment Questionnaire.

    A category counts as its highest item. Where an aid, a device or help is used for a category it is raised to the
    level of the table, unless it is there already. The index is the mean of the categories answered.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet. Columns ``haq_<category>_<n>``, whole numbers from 0 to 3, for ``dressing`` 1 and 2,
        ``arising`` 1 and 2, ``eating`` 1 to 3, ``walking`` 1 and 2, ``hygiene`` 1 to 3, ``reach`` 1 and 2, ``grip``
        1 to 3 and ``activities`` 1 to 3; and with ``aids``, ``aid_<category>``, True or False.
    aids : bool
        False gives the alternative index, in which aids raise nothing; their columns are then not read.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``haq_di`` (0 to 3, not rounded), its bounds ``haq_di_min`` and ``haq_di_max``,
        ``haq_categories_answered``, ``haq_aids_counted``, the eight ``haq_<category>``, ``missing`` and ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    An item without an answer leaves its category to the others. A category without any leaves the mean, and with
    fewer categories than the table demands there is no index. The bounds are those of the whole sheet, each item
    without an answer taken as the best and as the worst; an aid raises a category that was not answered too, so the
    index, the mean of the others, can lie below the lower bound. ``missing`` names what was not answered, also where
    there is an index. A missing aid counts as none recorded.

    Source
    ------
    ``tables.load("questionnaire_categories")``, ``tables.load("questionnaire_rules")``. The minimum of categories is
    decision D5 of this project and not verified, the rule on aids comes from a secondary source; ``evidence`` says so
    in every row that depends on it.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_haq_di
    >>> from myositis_tools.scores.function import categories
    >>> sheets = pd.DataFrame({item: [0, 1, None] for one in categories("haq") for item in one.items})
    >>> sheets = sheets.assign(**{one.aid: False for one in categories("haq")})
    >>> sheets["haq_grip_2"], sheets["aid_walking"] = [3, 1, 2], [False, True, False]
    >>> score_haq_di(sheets)[["haq_di", "haq_di_min", "haq_di_max", "haq_categories_answered"]]
       haq_di  haq_di_min  haq_di_max  haq_categories_answered
    0   0.375       0.375       0.375                      8.0
    1   1.125       1.125       1.125                      8.0
    2     NaN       0.250       3.000                      1.0
    """
    return _score_questionnaire(items, "haq", "haq_di", aids=aids)


def score_chaq(items: IntoFrameT, *, aids: bool = True) -> IntoFrameT:
    """Score the Childhood Health Assessment Questionnaire.

    As the HAQ-DI (`score_haq_di`), with thirty items in eight domains. An item beyond the child's age does not apply:
    it leaves, and a domain in which nothing applies leaves the mean.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet. Columns ``chaq_<domain>_<n>``, whole numbers from 0 to 3, for ``dressing`` 1 to 4,
        ``arising`` 1 and 2, ``eating`` 1 to 3, ``walking`` 1 and 2, ``hygiene`` 1 to 5, ``reach`` 1 to 4, ``grip`` 1
        to 5 and ``activities`` 1 to 5; with ``aids``, ``aid_<domain>``, True or False; and, where there are items
        that do not apply, ``not_applicable_<domain>_<n>``, True where the item does not. That column is optional for
        each item, and the item itself is left empty.
    aids : bool
        False leaves the aids out; their columns are then not read.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``chaq`` (0 to 3, not rounded), its bounds ``chaq_min`` and ``chaq_max``,
        ``chaq_categories_answered``, ``chaq_aids_counted``, the eight ``chaq_<domain>``, ``missing`` and ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, holds what cannot be, or an item has an answer and does not apply.

    Missing data
    ------------
    As for the HAQ-DI: an empty item is one without an answer, and not one that does not apply. A domain in which
    nothing applies does not count as unanswered. Where no domain applies there is neither index nor bounds.

    Source
    ------
    ``tables.load("questionnaire_categories")``, ``tables.load("questionnaire_rules")``. No minimum of domains was
    found: the one used is a decision of this project, and ``evidence`` says so in every row that depends on it.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_chaq
    >>> from myositis_tools.scores.function import categories
    >>> sheet = pd.DataFrame({item: [1] for one in categories("chaq") for item in one.items})
    >>> sheet = sheet.assign(**{one.aid: False for one in categories("chaq")})
    >>> sheet[["chaq_arising_1", "chaq_arising_2"]] = None
    >>> score_chaq(sheet)[["chaq", "chaq_min", "chaq_max", "missing"]]
       chaq  chaq_min  chaq_max                missing
    0   1.0     0.875      1.25  not answered: arising
    >>> sheet = sheet.assign(not_applicable_arising_1=True, not_applicable_arising_2=True)
    >>> score_chaq(sheet)[["chaq", "chaq_min", "chaq_max", "missing"]]
       chaq  chaq_min  chaq_max missing
    0   1.0       1.0       1.0
    """
    return _score_questionnaire(items, "chaq", "chaq", aids=aids)


def score_cmas(items: IntoFrameT) -> IntoFrameT:
    """Score the Childhood Myositis Assessment Scale: the sum of its fourteen items, higher is better.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet. Columns ``cmas_1`` to ``cmas_14`` in the order of the form, whole numbers from 0 to the
        maximum that ``tables.load("cmas_items")`` gives for each.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``cmas_52``, its bounds ``cmas_52_min`` and ``cmas_52_max``, ``missing`` and
        ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    A missing item makes the sum missing and is named in ``missing``; the bounds count it with nothing and with its
    maximum. What is normal depends on age: healthy small children do not reach the maximum.

    Source
    ------
    ``tables.load("cmas_items")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_cmas
    >>> sheets = pd.DataFrame({f"cmas_{number}": [2, 1] for number in range(1, 15)})
    >>> sheets["cmas_5"] = [6, None]
    >>> score_cmas(sheets)[["cmas_52", "cmas_52_min", "cmas_52_max", "missing"]]
       cmas_52  cmas_52_min  cmas_52_max             missing
    0     32.0         32.0         32.0
    1      NaN         13.0         19.0  not scored: item 5
    """
    return _score_sum(items, "cmas", "cmas_52")


def score_ibm_frs(items: IntoFrameT) -> IntoFrameT:
    """Score the functional rating scale of inclusion body myositis: the sum of its ten items, higher is better.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet. Columns ``ibm_frs_1`` to ``ibm_frs_10`` in the order of the form, whole numbers from 0 to 4.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``ibm_frs_40``, its bounds ``ibm_frs_40_min`` and ``ibm_frs_40_max``,
        ``missing`` and ``evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    A missing item makes the sum missing and is named in ``missing``; the bounds count it with nothing and with its
    maximum.

    Source
    ------
    ``tables.load("ibm_frs_items")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_ibm_frs
    >>> sheets = pd.DataFrame({f"ibm_frs_{number}": [3, 4] for number in range(1, 11)})
    >>> score_ibm_frs(sheets)["ibm_frs_40"].tolist()
    [30.0, 40.0]
    """
    return _score_sum(items, "ibm_frs", "ibm_frs_40")


def _score_sum(items: Any, scale: str, total: str) -> Any:
    rows = records(f"{scale}_items")
    maxima = {str(row["item"]): float(row["maximum"] or 0) for row in rows}
    entrance = enter(items, f"{scale}_items", needs=maxima)
    frame = with_sum(entrance.frame, total, maxima)
    labels = columns(f"{scale}_items")
    not_scored = [(nw.col(name).is_null(), labels[name].label) for name in maxima]
    frame = with_words(frame, "missing", {"not scored: ": not_scored})
    frame = with_evidence(frame, unverified(rows, "items and their maxima"))
    return entrance.leave(frame, tuple(columns(f"{scale}_scores")))


# --------------------------------------------------------------------------------------------------- the questionnaires


def _score_questionnaire(items: Any, questionnaire: str, index: str, *, aids: bool) -> Any:
    parts = categories(questionnaire)
    exempt = _not_applicable(items, questionnaire)
    needs = [*(item for one in parts for item in one.items), *(one.aid for one in parts if aids), *exempt.values()]
    hint = "aids=False gives the index without aids" if aids and not all(has(items, one.aid) for one in parts) else ""
    entrance = enter(items, f"{questionnaire}_items", needs=needs, hint=hint)
    frame = entrance.frame
    refuse_first(
        frame,
        {item: ~nw.col(item).is_null() & nw.col(flag) for item, flag in exempt.items()},
        expected="no answer where the item does not apply",
        hint="empty the item, or take back that it does not apply",
    )
    frame = _with_categories(frame, questionnaire, parts, exempt, aids=aids)
    frame = _with_index(frame, questionnaire, index, parts)
    frame = with_words(frame, "missing", _what_is_missing(questionnaire, index, parts))
    frame = with_evidence(frame, _remarks_on_evidence(questionnaire, parts))
    frame = frame.with_columns(nw.lit(aids).alias(f"{questionnaire}_aids_counted"))
    return entrance.leave(frame, tuple(columns(f"{questionnaire}_scores")))


def _not_applicable(items: Any, questionnaire: str) -> dict[str, str]:
    """Give the column that says of an item that it does not apply, for each item that has one."""
    flags = [name for name in columns(f"{questionnaire}_items") if name.startswith(_NOT_APPLICABLE)]
    return {f"{questionnaire}_{name.removeprefix(_NOT_APPLICABLE)}": name for name in flags if has(items, name)}


def _with_categories(
    frame: Any, questionnaire: str, parts: Sequence[ItemCategory], exempt: dict[str, str], *, aids: bool
) -> Any:
    """Score each category, and note which items have no answer and which categories do not apply or were raised."""
    all_items = [item for one in parts for item in one.items]
    applies = {item: ~nw.col(flag).fill_null(False) for item, flag in exempt.items()}
    blank = {
        _BLANK + item: nw.col(item).is_null() & applies[item] if item in applies else nw.col(item).is_null()
        for item in all_items
    }
    highest = {_HIGHEST + one.key: nw.max_horizontal(*one.items) for one in parts}
    frame = frame.with_columns(**blank, **highest)
    level = float(_rule(questionnaire, "aid_raises_to")["value"] or 0)
    has_aid = {one.key: nw.col(one.aid).fill_null(False) if aids else nw.lit(False) for one in parts}
    raised = {}
    for one in parts:
        score = nw.col(_HIGHEST + one.key)
        raised[_RAISED + one.key] = (score < level).fill_null(False) & has_aid[one.key]
        raised[_RAISED_UNANSWERED + one.key] = score.is_null() & _has_blank(one) & has_aid[one.key]
    frame = frame.with_columns(**raised)
    scores = {
        one.score: nw.when(nw.col(_RAISED + one.key))
        .then(nw.col(_HIGHEST + one.key) * 0 + level)
        .otherwise(nw.col(_HIGHEST + one.key))
        for one in parts
    }
    return frame.with_columns(**scores)


def _with_index(frame: Any, questionnaire: str, index: str, parts: Sequence[ItemCategory]) -> Any:
    """Take the mean of the categories answered, and the lowest and highest mean of those that apply."""
    answered, applicable = f"{questionnaire}_categories_answered", "_applicable"
    is_answered = [~nw.col(one.score).is_null() for one in parts]
    frame = frame.with_columns(
        compute_count(is_answered).alias(answered),
        compute_count(known | _is_unanswered(one) for known, one in zip(is_answered, parts, strict=True)).alias(
            applicable
        ),
        reduce(add, [nw.col(one.score).fill_null(0.0) for one in parts]).alias("_sum"),
        reduce(add, [_lowest_possible(questionnaire, one) for one in parts]).alias("_lowest"),
        reduce(add, [_highest_possible(one) for one in parts]).alias("_highest"),
    )
    minimum = float(_rule(questionnaire, "minimum_categories")["value"] or 0)
    # What does not apply does not count as unanswered.
    is_enough = (nw.col(applicable) - nw.col(answered) <= len(parts) - minimum) & (nw.col(answered) > 0)
    return frame.with_columns(
        nw.when(is_enough).then(nw.col("_sum") / nw.col(answered)).alias(index),
        nw.when(nw.col(applicable) > 0).then(nw.col("_lowest") / nw.col(applicable)).alias(f"{index}_min"),
        nw.when(nw.col(applicable) > 0).then(nw.col("_highest") / nw.col(applicable)).alias(f"{index}_max"),
    )


def _has_blank(one: ItemCategory) -> nw.Expr:
    return reduce(or_, [nw.col(_BLANK + item) for item in one.items])


def _is_unanswered(one: ItemCategory) -> nw.Expr:
    """Whether a category that applies has no answer at all."""
    return nw.col(one.score).is_null() & _has_blank(one)


def _lowest_possible(questionnaire: str, one: ItemCategory) -> nw.Expr:
    """Take the best answer for an item without one; an aid raises also a category that is yet to be answered."""
    level = float(_rule(questionnaire, "aid_raises_to")["value"] or 0)
    score = nw.col(one.score).fill_null(0.0)
    return nw.when(nw.col(_RAISED_UNANSWERED + one.key)).then(score + level).otherwise(score)


def _highest_possible(one: ItemCategory) -> nw.Expr:
    """Take the worst answer for an item without one; a category that does not apply adds nothing."""
    score = nw.col(one.score).fill_null(0.0)
    return nw.when(_has_blank(one)).then(score * 0 + one.maximum).otherwise(score)


def _what_is_missing(questionnaire: str, index: str, parts: Sequence[ItemCategory]) -> Remarks:
    answered, applicable = nw.col(f"{questionnaire}_categories_answered"), nw.col("_applicable")
    minimum = float(_rule(questionnaire, "minimum_categories")["value"] or 0)
    named = []
    for one in parts:
        named.append((_is_unanswered(one), one.label))
        named += [
            (nw.col(_BLANK + item) & ~nw.col(one.score).is_null(), label)
            for item, label in zip(one.items, one.item_labels(), strict=True)
        ]
    too_few = nw.col(index).is_null() & (applicable > answered)
    return {
        "not answered: ": named,
        "": [
            (too_few, f"an index needs {minimum:g} of {len(parts)} categories"),
            (applicable == 0, "no category applies"),
        ],
    }


def _remarks_on_evidence(questionnaire: str, parts: Sequence[ItemCategory]) -> Remarks:
    """Say on which rules a row depends that no source that was read settles."""
    aid, least = _rule(questionnaire, "aid_raises_to"), _rule(questionnaire, "minimum_categories")
    is_raised = reduce(or_, [nw.col(flag + one.key) for flag in (_RAISED, _RAISED_UNANSWERED) for one in parts])
    is_short = nw.col(f"{questionnaire}_categories_answered") < nw.col("_applicable")
    remarks: dict[str, list[tuple[nw.Expr, str]]] = {}
    for row, holds in ((aid, is_raised), (least, is_short)):
        if row["evidence"] != VERIFIED:
            remarks.setdefault(f"{row['evidence']}: ", []).append((holds, str(row["words"])))
    return remarks
