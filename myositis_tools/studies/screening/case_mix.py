"""Whom the criteria keep and whom they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import Protocol
from myositis_tools.errors import OptionError, listed, nearest, require_option
from myositis_tools.frames import Column, Entrance, columns, enter, has, plain_rows
from myositis_tools.groups import NOT_RECORDED
from myositis_tools.privacy.small_counts import leave_counts, require_mask
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


def case_mix(
    protocol: Protocol,
    screening: IntoFrameT,
    describe: Sequence[str] | None = None,
    *,
    unknown: str = "itself",
    mask_below: int | None = None,
) -> IntoFrameT:
    """Baseline characteristics (table one) of the patients whom the criteria keep, beside those they leave out.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame
        One row a patient, with the columns in ``protocol.needs``.
    describe : sequence of str, optional
        Columns of the screening table to describe. By default age, sex, subtype, antibody, disease duration and the
        measures of severity, as far as they are there.
    unknown : {"itself", "worst", "best"}
        What an unknown criterion does: with ``itself`` the indeterminate are in neither group and counted apart,
        ``worst`` leaves them out, ``best`` keeps them.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and what is worked out of them; a column ``masked`` then
        says which. A single hidden count of a column can still be worked out of the others.

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
            Of a number, with linear interpolation.
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
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    require_mask(mask_below)
    known = {**columns("screening"), **protocol.columns}
    names = list(dict.fromkeys(DESCRIPTIVE if describe is None else describe))
    names = [name for name in names if describe is not None or has(screening, name)]
    for name in names:
        _require_describable(name, known)
    needs = [*protocol.needs, *names]
    own = protocol.columns.values()
    entrance = enter(screening, "screening", needs=needs, unique=["patient_id"], own=own)
    frame, _ = flag(protocol, entrance.frame)
    people = pd.DataFrame(plain_rows(frame.select(FAILED, OPEN, *names)), columns=[FAILED, OPEN, *names])
    groups = _groups(people, unknown)
    sizes = {group: len(some) for group, some in groups.items()}
    rows: list[dict[str, Any]] = [{"label": "patients"} | sizes]
    for name in names:
        describe_one = _numbers if known[name].type in ("number", "integer") else _words
        rows += [
            {"column": name, "label": known[name].label, "unit": known[name].unit} | row
            for row in describe_one(known[name], {group: some[name] for group, some in groups.items()})
        ]
    if mask_below is not None:
        for row in rows:
            if any(0 < row[group] < mask_below for group in _GROUPS):
                row["difference"] = None
    table = {
        name: [row.get(name, "" if dtype == nw.String else None) for row in rows] for name, dtype in _SCHEMA.items()
    }
    follows = {f"{group}_{name}": group for group in _GROUPS for name in _SUMMARIES}
    leaving = Entrance(screening, frame)
    return leave_counts(leaving, table, _SCHEMA, counts=_COUNTS, mask_below=mask_below, follows=follows)


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


def _words(column: Column, groups: dict[str, pd.Series]) -> list[dict[str, Any]]:
    """One row a word, in the order of the column's definition, else the most frequent first; no others."""
    everybody = pd.concat(list(groups.values())).dropna()
    if column.type == "yes_no":
        groups = {group: values.map({True: "yes", False: "no"}) for group, values in groups.items()}
        everybody = everybody.map({True: "yes", False: "no"})
    counts = everybody.value_counts()
    found = sorted(counts.index, key=lambda word: (-counts[word], str(word)))
    order = [word for word in column.words if word in counts.index] or found
    recorded = {group: int(values.notna().sum()) for group, values in groups.items()}
    rows = []
    for word in order:
        count = {group: int((values == word).sum()) for group, values in groups.items()}
        rows.append({"level": str(word)} | _counted(count, recorded))
    return [*rows, _not_recorded(groups)]


def _numbers(column: Column, groups: dict[str, pd.Series]) -> list[dict[str, Any]]:  # noqa: ARG001 - as `_words`
    known = {group: values.dropna().astype("float64") for group, values in groups.items()}
    row: dict[str, Any] = {group: len(values) for group, values in known.items()}
    for group in _GROUPS:
        values = known[group]
        if len(values):
            quartiles = values.quantile([0.25, 0.5, 0.75])
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
