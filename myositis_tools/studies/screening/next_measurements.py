"""Which missing value, once known, would settle most patients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add, or_
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria import Criterion, Protocol
from myositis_tools.criteria.protocol_first import protocol_first
from myositis_tools.criteria.record_rules import Within, window_of
from myositis_tools.errors import require_option
from myositis_tools.frames import Column, Entrance, bounds_of, plain_rows, small_table
from myositis_tools.privacy.small_counts import hidden_counts, leave_counts, require_mask
from myositis_tools.rules import Compare, Leaf, Rule, explanation
from myositis_tools.studies.screening.attrition import UNKNOWN_COUNTS_AS
from myositis_tools.studies.screening.failed_criteria import FAILED, OPEN, flag, is_open
from myositis_tools.studies.screening.rule_answers import Truths, parts_of, truth_if, with_parts

_COUNTS = ("missing", "open_for", "settles_alone", "may_settle", "may_make_eligible")
_SCHEMA = {"column": nw.String, "label": nw.String, **dict.fromkeys(_COUNTS, nw.Int64), "because": nw.String}
_RANKED_BY = ("settles_alone", "may_settle", "open_for")
_REASONS_SHOWN = 3


@protocol_first
def next_measurements(
    protocol: Protocol, screening: IntoFrameT, *, unknown: str = "itself", mask_below: int | None = None
) -> IntoFrameT:
    """Value of missing data: rank missing values by the number of undecided patients they would decide.

    Parameters
    ----------
    protocol : Protocol
        The criteria.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns in ``protocol.needs``.
    unknown : {"itself", "worst", "best"}
        What a criterion does that is unknown still when the value is known: ``itself`` leaves the patient
        indeterminate, ``worst`` counts as failed and ``best`` as passed.
    mask_below : int, optional
        Show counts of at least 1 and below this as missing, and those that they could be worked out of as well; a
        column ``masked`` then names them. See `myositis_tools.privacy.small_counts` for what is promised.

    Returns
    -------
    frame of the same kind
        One row a column of the screening table that the protocol reads, those that settle most first: ``column``,
        ``label`` and

        ``missing``
            Patients, whatever their decision, in whom it is not recorded, bounds of it or none.
        ``open_for``
            Indeterminate patients in whom it is not recorded and a criterion that is unknown turns on it; under
            ``worst`` only those for whom no other criterion is unknown, as the others are lost.
        ``settles_alone``
            Those of them whom this one value would make eligible or ineligible whatever it were.
        ``may_settle``
            Those of them whom some value of it would make eligible or ineligible, nothing else being known.
        ``may_make_eligible``
            Those of them whom some value of it, a favourable one, would make eligible.
        ``because``
            Of a column that `derive_screening` worked out: why it is not known in those for whom it is open, such as
            what is missing of a medication list; the most frequent reasons first, with the number of patients. With
            `mask_below` only what is said of as many patients, without numbers, and nothing where a count is hidden.

        Ranked by ``settles_alone``, then ``may_settle``, then ``open_for``, then in the protocol's order; a count that
        is hidden ranks as zero.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.
    OptionError
        If `unknown` is not one of the three words, or `mask_below` is no whole number of at least 1.

    Missing data
    ------------
    It is the subject. A value that is missing but cannot change a criterion, such as antibodies in a patient without
    the deficiency, is counted in ``missing`` only. Values are tried at every limit the protocol has for the column,
    between them and at both ends of the column's range, of which only those count that lie between a patient's own
    bounds (``<column>_min``, ``<column>_max``); how likely they are is not asked. Of the value itself,
    ``settles_alone`` is the worst case and ``may_settle`` the best.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[3:]], "iim_subtype")
    >>> patients = pd.DataFrame({
    ...     "patient_id": ["A", "B", "C"], "age_years": [None, 54, None], "disease_duration_months": [5, None, None]})
    >>> mt.next_measurements(protocol, patients)[["column", "open_for", "settles_alone", "may_settle"]]
                        column  open_for  settles_alone  may_settle
    0                age_years         2              1           2
    1  disease_duration_months         2              1           2
    """
    require_option("unknown", unknown, UNKNOWN_COUNTS_AS)
    require_mask(mask_below)
    entrance = protocol.enter(screening)
    names = [name for name in protocol.needs if name != "patient_id"]
    frame, truths = flag(protocol, entrance.frame)
    lacks = {name: _is_lacking(protocol, name, truths) for name in names}
    found = _sums(frame, {f"{name} missing": lack for name, lack in lacks.items()})
    waiting = frame.filter((nw.col(FAILED) == 0) & (nw.col(OPEN) > 0))
    lacked = _sums(waiting, lacks)
    lacking = [name for name in names if lacked[name]]
    found |= _settled(protocol, waiting, truths, lacking, unknown) if lacking else {}
    asking = {name: waiting.filter(_open_for(protocol, name, truths, unknown)) for name in lacking}
    because = {name: _reasons(asking[name], name, mask_below) for name in lacking}
    table = [
        {"column": name, "label": protocol.columns[name].label}
        | {count: found.get(f"{name} {count}", 0) for count in _COUNTS}
        | {"because": because.get(name, "")}
        for name in names
    ]
    counts = {(place, name): int(row[name]) for place, row in enumerate(table) for name in _COUNTS}
    # no sums: each count holds another, and those that are small can be any number below the limit together
    small: set[Any] = hidden_counts(counts, [], mask_below)
    seen = {cell: 0 if cell in small else count for cell, count in counts.items()}
    places = sorted(range(len(table)), key=lambda place: tuple(-seen[place, count] for count in _RANKED_BY))
    rows = {name: [table[place][name] for place in places] for name in _SCHEMA}
    hidden = {(places.index(place), name) for place, name in small}
    for place in {place for place, _ in hidden}:
        rows["because"][place] = ""  # how often it is said would tell what is hidden
    leaving = Entrance(entrance.native, frame)
    return leave_counts(leaving, rows, _SCHEMA, counts=_COUNTS, hidden=hidden, mask_below=mask_below)


def _is_lacking(protocol: Protocol, name: str, truths: Truths) -> nw.Expr:
    """Whether a column is not recorded; of a look-back, whether what is recorded leaves its window open."""
    leaves = [leaf for each in protocol.criteria for leaf in each.rule.leaves if leaf.needs == (name,)]
    windows = [truths[leaf].is_null() for leaf in leaves if isinstance(leaf, Within)]
    return reduce(or_, [nw.col(name).is_null(), *windows])


def _asking(protocol: Protocol, name: str) -> list[Criterion]:
    return [each for each in protocol.criteria if name in each.needs]


def _others_known(asking: Sequence[Criterion]) -> nw.Expr:
    """Whether no other criterion is unknown."""
    return nw.col(OPEN) == reduce(add, [nw.col(is_open(each.key)) for each in asking])


def _open_for(protocol: Protocol, name: str, truths: Truths, unknown: str) -> nw.Expr:
    """Whether a column is not recorded and a criterion that is unknown turns on it."""
    asking = _asking(protocol, name)
    turns_on_it = verdict.kleene_or([_turns_on(each.rule, name, truths) for each in asking])
    is_open_for = (_is_lacking(protocol, name, truths) & turns_on_it).fill_null(False)
    return is_open_for & _others_known(asking) if unknown == "worst" else is_open_for


def _sums(frame: Any, truths: dict[str, nw.Expr]) -> dict[str, int]:
    sums = {name: truth.fill_null(False).cast(nw.Int64).sum() for name, truth in truths.items()}
    return {name: int(count or 0) for name, count in plain_rows(frame.select(**sums))[0].items()}


def _reasons(lacking: Any, name: str, mask_below: int | None) -> str:
    """Say why a column is not known, as the table says beside it."""
    column = explanation(name)
    if column not in lacking.collect_schema().names():
        return ""
    return say_most_frequent(lacking, column, mask_below)


def say_most_frequent(frame: Any, column: str, mask_below: int | None = None) -> str:
    """Say the reasons that stand in a column, the most frequent first, with the number of patients."""
    rows = plain_rows(frame.group_by(column).agg(nw.len().alias("patients")))
    counts = {str(row[column]): int(row["patients"]) for row in rows if row[column]}
    told = sorted(counts, key=lambda reason: (-counts[reason], reason))
    if mask_below is not None:
        return "; ".join(reason for reason in told if counts[reason] >= mask_below)
    others = sum(counts[reason] for reason in told[_REASONS_SHOWN:])
    shown = [f"{reason} ({counts[reason]})" for reason in told[:_REASONS_SHOWN]]
    return "; ".join(shown + [f"other reasons ({others})"] * bool(others))


def _settled(protocol: Protocol, waiting: Any, truths: Truths, names: Sequence[str], unknown: str) -> dict[str, int]:
    """Try, in the indeterminate patients, every answer there could be about each column, and count what it settles."""
    excluded, admitted, settled = {}, {}, {}
    counts: dict[str, nw.Expr] = {}
    columns = waiting.collect_schema().names()
    for name in names:
        asking = _asking(protocol, name)
        others_pass = nw.col(FAILED) == 0 if unknown == "best" else _others_known(asking)
        tried = [f"{name} tried {place}" for place, _ in enumerate(_possible_answers(asking, name))]
        is_bounded = bounds_of(name)[0] in columns
        for one, possible in zip(tried, _possible_answers(asking, name), strict=True):
            # what her bounds answer already, no value between them answers otherwise
            answers = {leaf: nw.coalesce(truths[leaf], said) if is_bounded else said for leaf, said in possible.items()}
            found = verdict.kleene_or([each.excludes(truth_if(each.rule, truths, answers)) for each in asking])
            excluded[one] = found if unknown == "itself" else found.fill_null(unknown == "worst")
            admitted[f"{one} admits"] = (others_pass & ~nw.col(one)).fill_null(False)
            settled[f"{one} settles"] = nw.col(f"{one} admits") | nw.col(one).fill_null(False)
        open_for = _open_for(protocol, name, truths, unknown)
        settles = [nw.col(f"{one} settles") for one in tried]
        counts |= {
            f"{name} open_for": open_for,
            f"{name} settles_alone": open_for & verdict.kleene_and(settles),
            f"{name} may_settle": open_for & verdict.kleene_or(settles),
            f"{name} may_make_eligible": open_for & verdict.kleene_or([nw.col(f"{one} admits") for one in tried]),
        }
    return _sums(waiting.with_columns(**excluded).with_columns(**admitted).with_columns(**settled), counts)


# --------------------------------------------------------------------------------------------- a rule with one answer


def _turns_on(rule: Rule, name: str, truths: Truths) -> nw.Expr:
    """Whether the column is missing in a part that is undecided, as is every rule it is part of."""
    undecided = truths[rule].is_null()
    parts = [part for part in parts_of(rule) if name in part.needs]
    return undecided & verdict.kleene_or([_turns_on(part, name, truths) for part in parts]) if parts else undecided


def _possible_answers(asking: Sequence[Criterion], name: str) -> list[dict[Rule, nw.Expr]]:
    """What the rules about one column can answer together; each is asked itself, about every value that matters."""
    every = [rule for each in asking for rule in with_parts(each.rule)]
    leaves = [rule for rule in every if isinstance(rule, Leaf) and rule.needs == (name,)]
    values = small_table(_values_of(leaves))
    asked = values.select(**{str(place): leaf.truth() for place, leaf in enumerate(leaves)})
    patterns = dict.fromkeys(tuple(bool(answer) for answer in row) for row in asked.rows())
    no = nw.col(FAILED) < 0  # a column of its own, not a literal: nothing is nullable on pandas that starts from one
    return [{leaf: ~no if answer else no for leaf, answer in zip(leaves, pattern, strict=True)} for pattern in patterns]


def _values_of(leaves: Sequence[Leaf]) -> dict[str, list[Any]]:
    """Every value that matters, by the column that holds it; of a look-back both bounds are the same."""
    column = leaves[0].column
    values = _values(column, leaves)
    if not any(isinstance(leaf, Within) for leaf in leaves):
        return {column.name: values}
    return dict.fromkeys(bounds_of(column.name), values)


def _values(column: Column, leaves: Sequence[Rule]) -> list[Any]:
    if column.words:
        return list(column.words)
    limits = sorted({window_of(leaf.limit) for leaf in leaves if isinstance(leaf, Compare)})
    if not limits:
        return [True, False]
    low = limits[0] - 1 if column.minimum is None else column.minimum
    high = limits[-1] + 1 if column.maximum is None else column.maximum
    edges = sorted({low, *limits, high})
    return [*edges, *((one + other) / 2 for one, other in pairwise(edges))]
