"""Whom the criteria keep and whom they leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from math import sqrt
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.errors import OptionError, listed, nearest, require_option
from myositis_tools.frames import Column, Entrance, columns, has, plain_rows, require_columns
from myositis_tools.groups import NOT_RECORDED
from myositis_tools.privacy.small_counts import Sum, hidden_counts, is_small, least_shown, leave_counts, require_mask
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS
from myositis_tools.studies.screening.failed_criteria import FAILED, OPEN, flag

DESCRIPTIVE = (
    *("age_years", "sex", "subtype", "antibody", "disease_duration_months", "mmt_loss_percent"),
    *("physician_global_cm", "patient_global_cm", "extramuscular_cm", "haq_di", "enzyme_xuln"),
    *("fvc_percent_predicted", "cdasi_activity"),
)
_GROUPS = ("kept", "left_out")
_COUNTS = (*_GROUPS, "undecided")
_SUMMARIES = ("percent", "median", "lower_quartile", "upper_quartile")
_SCHEMA = {
    **dict.fromkeys(("column", "label", "unit", "level"), nw.String),
    **dict.fromkeys(_COUNTS, nw.Int64),
    **{f"{group}_{name}": nw.Float64 for group in _GROUPS for name in _SUMMARIES},
    "difference": nw.Float64,
}


@protocol_first
def case_mix(
    protocol: Protocol,
    screening: IntoFrameT,
    describe: Sequence[str] | None = None,
    *,
    unknown: str = "itself",
    mask_below: int | None = None,
) -> IntoFrameT:
    """Baseline characteristics (table one) of the patients who fit, beside those left out.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    describe : sequence of str, optional
        Columns of the screening table to describe. By default age, sex, subtype, antibody, disease duration and the
        measures of severity, as far as they are there.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: with ``itself`` the indeterminate are in neither group and counted apart,
        ``worst`` leaves them out, ``best`` keeps them.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, with what is worked out of them, and those that they could
        be worked out of as well; a column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for
        what is promised.

    Returns
    -------
    frame of the same kind
        First a row for all patients, with no ``column``; then, for each column described, one row a word, or one row
        for a number, and one for those in whom it is not recorded: ``column``, ``label``, ``unit``, ``level`` (the
        word, ``not recorded``, or empty for a number) and

        ``kept``, ``left_out``, ``undecided``
            Patients: of a number, those in whom it is recorded.
        ``kept_percent``, ``left_out_percent``
            Of the group's patients in whom the column is recorded; of ``not recorded``, of all patients of the group.
        ``kept_median``, ``kept_lower_quartile``, ``kept_upper_quartile``, ``left_out_median``, ...
            Of a number, with linear interpolation; under `mask_below` the lower of the two values that it lies between,
            since where it lies there tells the count.
        ``difference``
            Standardised difference, kept less left out; missing where a group has no spread to standardise by.

    Raises
    ------
    OptionError
        If `unknown` is not one of the three words, `mask_below` is no whole number of at least 1, or a column to be
        described is not known or a date.
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.

    Missing data
    ------------
    What is not recorded has a row of its own and is in no median, percentage or difference of the other rows.

    Source
    ------
    The standardised difference of Austin PC, Stat Med 2009;28:3083-3107 (https://doi.org/10.1002/sim.3697): the
    difference of two means over the root of the mean of both sample variances, and the same with ``p (1 - p)`` for the
    variance of a proportion ``p``. It describes these patients and tests nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[1:]])
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [54, 17, 60], "sex": ["female", "male", "male"]})
    >>> mt.case_mix(protocol, patients, ["sex"])[["level", "kept", "left_out", "kept_percent"]]
              level  kept  left_out  kept_percent
    0                   2         1           NaN
    1        female     1         0          50.0
    2          male     1         1          50.0
    3  not recorded     0         0           0.0
    """
    require_mask(mask_below)
    table, leaving = count_groups(protocol, screening, describe, unknown=unknown, mask_below=mask_below)
    hidden: set[Any] = hidden_counts(*counts_of(table), mask_below)
    hidden |= told_by(table, hidden, mask_below)
    return leave_counts(leaving, table, _SCHEMA, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def count_groups(
    protocol: Protocol,
    screening: Any,
    describe: Sequence[str] | None = None,
    *,
    unknown: str = "itself",
    mask_below: int | None = None,
) -> tuple[dict[str, list[Any]], Entrance]:
    """Give the columns of `case_mix` as plain lists, with nothing hidden yet, and the way back to the engine."""
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    known = {**columns("screening"), **protocol.columns}
    names = list(dict.fromkeys(DESCRIPTIVE if describe is None else describe))
    table = protocol.table_of(screening)
    names = [name for name in names if describe is not None or has(table, name)]
    for name in names:
        _require_describable(name, known)
    require_columns(table, names, expected="a column to describe the patients by")
    entrance = protocol.enter(screening, also=names)
    frame, _ = flag(protocol, entrance.frame)
    people = pd.DataFrame(plain_rows(frame.select(FAILED, OPEN, *names)), columns=[FAILED, OPEN, *names])
    groups = _groups(people, unknown)
    is_masked = mask_below is not None
    rows: list[dict[str, Any]] = [{"label": "patients"} | {group: len(some) for group, some in groups.items()}]
    for name in names:
        describe_one = _numbers if known[name].type in ("number", "integer") else _words
        rows += [
            {"column": name, "label": known[name].label, "unit": known[name].unit} | row
            for row in describe_one(
                known[name], {group: some[name] for group, some in groups.items()}, is_masked=is_masked
            )
        ]
    counted = {
        name: [row.get(name, "" if dtype == nw.String else None) for row in rows] for name, dtype in _SCHEMA.items()
    }
    return counted, Entrance(entrance.native, frame)


def counts_of(table: Mapping[str, Sequence[Any]]) -> tuple[dict[Any, int], list[Sum]]:
    """Name the counts of a table of `case_mix` by row and column, and say which add up: groups, and what is in them."""
    counts = {(place, group): int(count) for group in _COUNTS for place, count in enumerate(table[group])}
    rows: dict[str, list[int]] = {column: [] for column in table["column"][1:]}
    for place, column in enumerate(table["column"][1:], start=1):
        rows[column].append(place)
    sums: list[Sum] = [(sum(counts[0, group] for group in _COUNTS), [(0, group) for group in _COUNTS])]
    sums += [((0, group), [(place, group) for place in own]) for group in _COUNTS for own in rows.values()]
    return counts, sums


def told_by(table: Mapping[str, Sequence[Any]], hidden: Set[Any], mask_below: int | None) -> set[tuple[int, str]]:
    """Name the cells of a table of `case_mix` that would tell counts which are hidden.

    A percentage tells how many it is a share of; a difference, with one of the percentages, the other. A median tells
    that its patients are not few, which may be known only if their number could be much smaller than the group's.
    """
    missing = {column: place for place, column in enumerate(table["column"]) if table["level"][place] == NOT_RECORDED}
    found = set()
    for place, column in enumerate(table["column"]):
        for group in _GROUPS:
            count, total = table[group][place], table[group][0]
            if table["level"][place] or not place:
                cells = [(place, group), (missing.get(column, 0), group), (0, group)]
                is_told = not hidden.isdisjoint(cells)
            else:
                is_large = (0, group) not in hidden and total >= 2 * least_shown(mask_below)
                is_told = (place, group) in hidden and (is_small(count, mask_below) or not is_large)
            if is_told:
                found |= {(place, f"{group}_{name}") for name in _SUMMARIES} | {(place, "difference")}
    return found


def _require_describable(name: str, known: dict[str, Column]) -> None:
    if name in known and known[name].type != "date" and name != "patient_id":
        return
    raise OptionError(
        f"The column {name!r} cannot be described.",
        expected=listed(DESCRIPTIVE, most=20),
        hint=nearest(name, list(known)),
    )


def _groups(people: pd.DataFrame, unknown: str) -> dict[str, pd.DataFrame]:
    is_out, is_open = people[FAILED] > 0, (people[FAILED] == 0) & (people[OPEN] > 0)
    if unknown == "worst":
        is_out, is_open = is_out | is_open, is_open & False
    if unknown == "best":
        is_open = is_open & False
    return {"kept": people[~is_out & ~is_open], "left_out": people[is_out], "undecided": people[is_open]}


def _words(column: Column, groups: dict[str, pd.Series], *, is_masked: bool) -> list[dict[str, Any]]:
    """One row a word, in the order of the column's definition, else the most frequent first; no others.

    In a masked table words follow the alphabet instead, for their place would tell what is hidden.
    """
    everybody = pd.concat(list(groups.values())).dropna()
    if column.type == "yes_no":
        groups = {group: values.map({True: "yes", False: "no"}) for group, values in groups.items()}
        everybody = everybody.map({True: "yes", False: "no"})
    counts = everybody.value_counts()
    found = sorted(counts.index, key=lambda word: (0 if is_masked else -counts[word], str(word)))
    order = [word for word in column.words if word in counts.index] or found
    recorded = {group: int(values.notna().sum()) for group, values in groups.items()}
    rows = []
    for word in order:
        count = {group: int((values == word).sum()) for group, values in groups.items()}
        rows.append({"level": str(word)} | _counted(count, recorded))
    return [*rows, _not_recorded(groups)]


def _numbers(
    column: Column,  # noqa: ARG001 - as `_words`
    groups: dict[str, pd.Series],
    *,
    is_masked: bool,
) -> list[dict[str, Any]]:
    known = {group: values.dropna().astype("float64") for group, values in groups.items()}
    row: dict[str, Any] = {group: len(values) for group, values in known.items()}
    for group in _GROUPS:
        values = known[group]
        if len(values):
            quartiles = values.quantile([0.25, 0.5, 0.75], interpolation="lower" if is_masked else "linear")
            row |= dict(
                zip(
                    (f"{group}_{name}" for name in ("lower_quartile", "median", "upper_quartile")),
                    quartiles,
                    strict=True,
                )
            )
    kept, left_out = (known[group] for group in _GROUPS)
    if len(kept) > 1 and len(left_out) > 1:
        row["difference"] = _standardised(kept.mean() - left_out.mean(), kept.var(), left_out.var())
    return [row, _not_recorded(groups)]


def _not_recorded(groups: dict[str, pd.Series]) -> dict[str, Any]:
    missing = {group: int(values.isna().sum()) for group, values in groups.items()}
    return {"level": NOT_RECORDED} | _counted(missing, {group: len(values) for group, values in groups.items()})


def _counted(count: dict[str, int], of: dict[str, int]) -> dict[str, Any]:
    """Counts, percentages and the standardised difference of two proportions."""
    row: dict[str, Any] = dict(count)
    shares = {group: count[group] / of[group] for group in _GROUPS if of[group]}
    row |= {f"{group}_percent": 100 * share for group, share in shares.items()}
    if len(shares) == len(_GROUPS):
        kept, left_out = (shares[group] for group in _GROUPS)
        row["difference"] = _standardised(kept - left_out, kept * (1 - kept), left_out * (1 - left_out))
    return row


def _standardised(difference: float, *variances: float) -> float | None:
    spread = sqrt(sum(variances) / len(variances))
    if spread == 0:
        return 0.0 if difference == 0 else None
    return float(difference / spread)
