"""Skin: the Cutaneous Dermatomyositis Disease Area and Severity Index (CDASI), version 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import OptionError, require_option
from myositis_tools.frames import columns, enter
from myositis_tools.scores.items import unverified, with_evidence, with_words
from myositis_tools.tables import records

PARTS = ("activity", "damage")

_WORDS = "_words_"


@dataclass(frozen=True)
class SkinItem:
    """One item at one site, and the column of what multiplies it where something does."""

    column: str
    maximum: float
    times_where: str
    times: float

    @property
    def lowest(self) -> nw.Expr:
        """The least that it can add to the sum."""
        return self._multiplied(nw.col(self.column).fill_null(0.0), if_unknown=False)

    @property
    def highest(self) -> nw.Expr:
        """The most that it can add to the sum."""
        return self._multiplied(nw.col(self.column).fill_null(self.maximum), if_unknown=True)

    def not_scored(self) -> list[tuple[nw.Expr, str]]:
        """Name what is missing of it, with the condition; what multiplies nothing is not missed."""
        value, labels = nw.col(self.column), columns("cdasi_items")
        missing = [(value.is_null(), labels[self.column].label)]
        if self.times_where:
            is_open = nw.col(self.times_where).is_null() & ~(value == 0).fill_null(False)
            missing += [(is_open, labels[self.times_where].label)]
        return missing

    def _multiplied(self, value: nw.Expr, *, if_unknown: bool) -> nw.Expr:
        if not self.times_where:
            return value
        holds = nw.col(self.times_where).fill_null(if_unknown)
        return value * (holds.cast(nw.Float64) * (self.times - 1) + 1)


@cache
def skin_items(part: str) -> tuple[SkinItem, ...]:
    """Give the items of the activity or of the damage, in the order of the form."""
    rows = [row for row in records("cdasi_items") if row["part"] == part]
    return tuple(
        SkinItem(
            column=f"cdasi_{row['item']}" + (f"_{site}" if float(row["sites"] or 0) > 1 else ""),
            maximum=float(row["maximum"] or 0),
            times_where=f"cdasi_{row['times_where']}" if row["times_where"] else "",
            times=float(row["times"] or 1),
        )
        for row in sorted(rows, key=lambda row: float(row["order"] or 0))
        for site in range(1, int(row["sites"] or 0) + 1)
    )


def score_cdasi(items: IntoFrameT, *, parts: Sequence[str] = PARTS) -> IntoFrameT:
    """Score the activity and the damage of the skin in dermatomyositis; lower is better.

    Each is the sum of its items over all sites and of those of the hands, nails and scalp. Gottron's hands count
    twice where there are papules.

    Parameters
    ----------
    items : pandas, Polars, DuckDB or PySpark frame
        One row a sheet, whole numbers from 0 to the maximum that ``tables.load("cdasi_items")`` gives. For the
        activity ``cdasi_erythema_<site>``, ``cdasi_scale_<site>`` and ``cdasi_erosion_<site>``, the sites numbered
        from 1 to 15 in the order of the form, ``cdasi_gottron``, ``cdasi_gottron_papules`` (True or False),
        ``cdasi_gottron_ulceration``, ``cdasi_periungual`` and ``cdasi_alopecia``. For the damage
        ``cdasi_poikiloderma_<site>``, ``cdasi_calcinosis_<site>`` and ``cdasi_gottron_damage``.
    parts : sequence of {"activity", "damage"}
        What to score; only the columns of these are read.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``cdasi_activity`` and ``cdasi_damage``, their bounds ``_min`` and ``_max``,
        ``missing`` and ``evidence``.

    Raises
    ------
    OptionError
        If `parts` names something else, or nothing.
    MissingColumnError, WrongTypeError, ImpossibleValueError
        If a column is not there, or holds what cannot be.

    Missing data
    ------------
    A missing item makes its sum missing and is named in ``missing``; the bounds count it with nothing and with its
    maximum. Papules that were not recorded leave open whether Gottron's hands count once or twice, unless these are 0.

    Source
    ------
    ``tables.load("cdasi_items")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_cdasi
    >>> from myositis_tools.scores.skin import skin_items
    >>> sheets = pd.DataFrame({item.column: [0, 0, 0] for item in skin_items("activity")})
    >>> sheets = sheets.assign(cdasi_gottron=3, cdasi_erythema_1=2, cdasi_gottron_papules=[True, False, None])
    >>> scored = score_cdasi(sheets, parts=["activity"])
    >>> scored[["cdasi_activity", "cdasi_activity_min", "cdasi_activity_max"]]
       cdasi_activity  cdasi_activity_min  cdasi_activity_max
    0             8.0                 8.0                 8.0
    1             5.0                 5.0                 5.0
    2             NaN                 5.0                 8.0
    >>> scored["missing"].tolist()[2]
    "activity not scored: papules of Gottron's hands"
    """
    parts = (parts,) if isinstance(parts, str) else tuple(parts)
    for part in parts:
        require_option("parts", part, PARTS)
    if not parts:
        raise OptionError("parts is empty.", expected="activity, damage or both")
    chosen = {part: skin_items(part) for part in PARTS if part in parts}
    needs = [name for part in chosen.values() for item in part for name in (item.column, item.times_where) if name]
    entrance = enter(items, "cdasi_items", needs=needs)
    frame = entrance.frame
    for part, of_part in chosen.items():
        frame = frame.with_columns(
            reduce(add, [item.lowest for item in of_part]).alias(f"cdasi_{part}_min"),
            reduce(add, [item.highest for item in of_part]).alias(f"cdasi_{part}_max"),
        )
        lowest, highest = nw.col(f"cdasi_{part}_min"), nw.col(f"cdasi_{part}_max")
        # Sums of whole numbers: they are the same where, and only where, nothing is open.
        frame = frame.with_columns(nw.when(lowest == highest).then(lowest).alias(f"cdasi_{part}"))
        not_scored = [missing for item in of_part for missing in item.not_scored()]
        frame = with_words(frame, _WORDS + part, {f"{part} not scored: ": not_scored})
    said = [nw.when(nw.col(_WORDS + part) != "").then(nw.col(_WORDS + part)) for part in chosen]
    frame = frame.with_columns(nw.concat_str(*said, separator="; ", ignore_nulls=True).alias("missing"))
    frame = with_evidence(frame, unverified(records("cdasi_items"), "items and their maxima"))
    totals = [f"cdasi_{part}{end}" for part in chosen for end in ("", "_min", "_max")]
    return entrance.leave(frame, [*totals, "missing", "evidence"])
