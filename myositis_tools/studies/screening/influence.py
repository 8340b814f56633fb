"""What each criterion costs a cohort, whatever the order in which the criteria are asked."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from itertools import product
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import require_option
from myositis_tools.frames import plain_rows
from myositis_tools.privacy.small_counts import is_small, least_shown, leave_counts, require_mask
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS
from myositis_tools.studies.screening.failed_criteria import FAILED, OPEN, fails, find_failures, is_open

_GAIN = "gain_if_dropped"
_ALONE = ("fails_only_this", "unknown_only_this")
_COUNTS = ("fails", "unknown", *_ALONE, _GAIN)
_SHARES = {"share": ("fails", "fails_only_this"), "share_unknown": ("unknown", "unknown_only_this")}
_SCHEMA = {
    "criterion": nw.String,
    "kind": nw.String,
    **dict.fromkeys(_COUNTS, nw.Int64),
    **dict.fromkeys(_SHARES, nw.Float64),
}


@protocol_first
def influence(
    protocol: Protocol, screening: IntoFrameT, *, unknown: str = "itself", mask_below: int | None = None
) -> IntoFrameT:
    """Impact of each criterion, whatever the order: patients who fail it, fail only it, and its Shapley share.

    Parameters
    ----------
    protocol : Protocol
        The criteria. Their order does not matter.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: ``itself`` is counted apart, ``worst`` counts as failed, ``best`` as passed.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and those that they could be worked out of as well; a
        column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for what is promised.
        Shares are exact and add up to the patients lost: where one of the counts that they are made of is hidden, no
        row has a share.

    Returns
    -------
    frame of the same kind
        One row a criterion, in the protocol's order: ``criterion``, ``kind`` and

        ``fails``
            Patients who fail it; under ``worst`` with those for whom it is unknown.
        ``unknown``
            Patients for whom it is unknown, however they are treated.
        ``fails_only_this``
            Patients who fail it and no other criterion.
        ``unknown_only_this``
            Patients who fail nothing and for whom it alone is unknown.
        ``gain_if_dropped``
            How many more patients would be eligible without it; under ``best``, eligible or indeterminate.
        ``share``
            Its Shapley share of the patients lost, that is of those who fail a criterion. Each lost patient is shared
            equally among the criteria she fails; the shares add up to the patients lost.
        ``share_unknown``
            The same for the patients left open, who fail nothing: shared among the criteria that are unknown for
            them. Nought under ``worst``, where they are lost, and under ``best``, where they pass.

    Raises
    ------
    OptionError
        If `unknown` is not one of the three words, or `mask_below` is no whole number of at least 1.
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    With ``itself``, a patient who fails only this criterion is no gain as long as another one is unknown, and a patient
    for whom only this one is unknown is a gain: ``gain_if_dropped`` counts the eligible before and after.

    Source
    ------
    The Shapley value of the game in which a set of criteria is worth the patients who fail at least one of them. The
    worth is a sum over patients, in each of which the criteria she fails are alike and the others add nothing, so that
    symmetry and efficiency give each an equal part. No outcome enters: it is not the hazard ratio of Trial Pathfinder.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]], "iim_subtype")
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [54, 17, 16], "disease_duration_months": [5, 8, 20]})
    >>> mt.influence(protocol, patients)[["criterion", "fails", "fails_only_this", "gain_if_dropped", "share"]]
           criterion  fails  fails_only_this  gain_if_dropped  share
    0          adult      2                1                1    1.5
    1  early_disease      1                0                0    0.5
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    require_mask(mask_below)
    entrance = find_failures(protocol, screening)
    flags = [name for each in protocol.criteria for name in (fails(each.key), is_open(each.key))]
    # Patients who fail as many criteria, with as many unknown, share alike; whole numbers are the same on every engine.
    alike = plain_rows(
        entrance.frame.group_by(FAILED, OPEN).agg(nw.len().alias("_patients"), *(nw.col(name).sum() for name in flags))
    )
    rows: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
    for each in protocol.criteria:
        found = {"criterion": each.key, "kind": each.kind} | _count(each.key, alike, unknown)
        for name in _SCHEMA:
            rows[name].append(found[name])
    everyone = sum(int(group["_patients"]) for group in alike)
    hidden = _hidden(rows, everyone, unknown, mask_below)
    return leave_counts(entrance, rows, _SCHEMA, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def _hidden(rows: dict[str, list[Any]], everyone: int, unknown: str, mask_below: int | None) -> set[tuple[int, str]]:
    """The cells that are hidden.

    No sum tells one of them: a count is part of another, and of the cohort beside the counts of other criteria, which
    leaves room for a hidden one as long as enough patients are in none of these. Where few are, nothing is shown.
    """
    cells = list(product(range(len(rows["criterion"])), _COUNTS))
    hidden: set[Any] = {(place, name) for place, name in cells if is_small(rows[name][place], mask_below)}
    least = least_shown(mask_below)
    if any(_is_tied(rows, hidden, place, least) for place, _ in cells):
        hidden |= {(place, name) for place, name in cells if name in _SHARES["share"] and rows[name][place]}
    if hidden and _fewest_apart(rows, everyone, unknown) < least:
        hidden |= set(cells)
    made_of_it = _ALONE if unknown == "itself" else _ALONE[:1]
    hidden |= {(place, _GAIN) for place, name in hidden if name in made_of_it and rows[_GAIN][place]}
    told = {name for _, name in hidden}
    return hidden | {
        (place, share) for place, _ in cells for share, made_of in _SHARES.items() if not told.isdisjoint(made_of)
    }


def _is_tied(rows: dict[str, list[Any]], hidden: Set[Any], place: int, least: int) -> bool:
    """Whether the other rows tell how many fail a criterion and another one beside it, and so a count that is hidden.

    Each of these patients is counted once more in another row, so that none can have more than all others together.
    """
    fail, only = _SHARES["share"]
    if ((place, fail) in hidden) == ((place, only) in hidden):
        return False
    beside = [fails - alone for fails, alone in zip(rows[fail], rows[only], strict=True)]
    others = [count for other, count in enumerate(beside) if count and other != place]
    most, together = max(others, default=0), sum(others)
    possible = [count if (place, fail) in hidden else rows[fail][place] - count for count in range(1, least)]
    return len(others) < 2 or any(own > together or 2 * most > together + own for own in possible)


def _fewest_apart(rows: dict[str, list[Any]], everyone: int, unknown: str) -> int:
    """Patients who are not told of by a criterion and by those that others alone lose, where they are fewest."""
    open_apart = unknown != "worst"  # else whoever is open fails
    alone, alone_open = sum(rows["fails_only_this"]), sum(rows["unknown_only_this"]) * open_apart
    counted = zip(*(rows[name] for name in _COUNTS[:4]), strict=True)
    return min(
        everyone - fails - max(alone - only, unknown_here * open_apart) - (alone_open - open_only * open_apart)
        for fails, unknown_here, only, open_only in counted
    )


def _count(key: str, alike: list[dict[str, Any]], unknown: str) -> dict[str, Any]:
    """Count for one criterion over the groups of patients who are alike in how many criteria they fail."""
    count: dict[str, Any] = dict.fromkeys(_COUNTS, 0)
    shares = {"share": Fraction(0), "share_unknown": Fraction(0)}
    for group in alike:
        failing, waiting = int(group[fails(key)]), int(group[is_open(key)])
        failed, left_open = int(group[FAILED]), int(group[OPEN])
        count["unknown"] += waiting
        count["unknown_only_this"] += waiting if (failed, left_open) == (0, 1) else 0
        if unknown == "worst":
            failing, failed, waiting, left_open = failing + waiting, failed + left_open, 0, 0
        count["fails"] += failing
        count["fails_only_this"] += failing if failed == 1 else 0
        if unknown == "best":
            waiting, left_open = 0, 0
        count["gain_if_dropped"] += failing + waiting if failed + left_open == 1 else 0
        shares["share"] += Fraction(failing, failed) if failed else 0
        shares["share_unknown"] += Fraction(waiting, left_open) if left_open and not failed else 0
    return count | {name: float(share) for name, share in shares.items()}
