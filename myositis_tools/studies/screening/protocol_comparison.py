"""Several protocols side by side: whom each admits, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.errors import OptionError, listed, require_option
from myositis_tools.frames import Column, Entrance, held, tables_in_order
from myositis_tools.rules import Compare

SCREENING_AID = "a screening aid, not a recommendation"
_COLUMNS = ("patient_id", "protocol", "decision", "decision_as_asked", "because", "not_asked", "caution")
_BY = ("criterion", "column")
VERIFIED = "verified"


@tables_in_order
def compare_protocols(screening: IntoFrameT, protocols: Iterable[Protocol | str] | None = None) -> IntoFrameT:
    """Compare several protocols on the same patients: a screening aid, not a recommendation.

    Of most trials only part of the criteria was read, and some of them no column answers. Such a criterion is
    *unknown*, so that nobody is eligible by what was not asked; ``decision_as_asked`` is the decision without it.

    Parameters
    ----------
    screening : pandas, Polars, DuckDB or PySpark frame, or Records
        One row a patient, with the columns that the protocols need; `derive_screening` gives those of all that ship.
    protocols : iterable of Protocol or str, optional
        Protocols, or keys of `PROTOCOLS`; without it all of `PROTOCOLS`.

    Returns
    -------
    frame of the same kind
        One row a patient and protocol, patients in the caller's order (by patient on a lazy engine): ``patient_id``,
        ``protocol`` (its key), ``decision``, ``decision_as_asked``, ``because``, ``not_asked`` (the criteria of which
        the table has no column), ``caution`` (always there).

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
        If the table cannot be what it says it is.
    OptionError
        If there is no protocol, one stands twice, or two declare a column of the same name differently.
    NotFoundError
        If `PROTOCOLS` has no such key.

    Missing data
    ------------
    As for `Protocol.decide`.

    Source
    ------
    Each protocol names its own; those that ship say how far they were read.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> patients = mt.load_screening().head(2)
    >>> compared = mt.compare_protocols(patients, ["time_is_muscle", "proderm"])
    >>> compared[["patient_id", "decision", "decision_as_asked", "not_asked"]].iloc[[1]]
      patient_id    decision decision_as_asked       not_asked
    1       P001  ineligible        ineligible  other_criteria
    """
    chosen = _chosen(protocols)
    _refuse_two_meanings(chosen)
    entrances = [protocol.enter(screening) for protocol in chosen]
    parts = [
        held(_decided(protocol, entrance, protocol.not_asked_of(screening), place))
        for place, (protocol, entrance) in enumerate(zip(chosen, entrances, strict=True))
    ]
    entrance = entrances[-1]
    by = "_row" if isinstance(entrance.frame, nw.DataFrame) else "patient_id"
    return entrance.leave_new(nw.concat(parts, how="vertical").sort(by, "_place").select(*_COLUMNS))


def protocol_differences(protocols: Iterable[Protocol | str] | None = None, *, by: str = "criterion") -> pd.DataFrame:
    """List what several protocols ask, side by side, with operators as printed.

    Parameters
    ----------
    protocols : iterable of Protocol or str, optional
        Protocols, or keys of `PROTOCOLS`; without it all of `PROTOCOLS`.
    by : {"criterion", "column"}
        A row a criterion, with its sentence; or a row a measured column, with what it is compared with.

    Returns
    -------
    pandas.DataFrame
        By criterion: ``criterion``, ``kind``; by column: ``column``, ``label``, ``unit``, and *excluded* before what an
        exclusion compares with. Then a column a protocol,
        empty where it does not ask, with the evidence in brackets where it is not ``verified``; last ``differs``,
        whether they do not all ask the same.

    Raises
    ------
    OptionError
        If there is no protocol, one stands twice, or `by` is not known.
    NotFoundError
        If `PROTOCOLS` has no such key.

    Missing data
    ------------
    A criterion that was not read is not listed; it may be asked all the same.

    Source
    ------
    Each protocol names its own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> asked = mt.protocol_differences(["proderm", "neptunia"], by="column").set_index("column")
    >>> asked.loc["mmt8_150", ["proderm", "neptunia"]].tolist()
    ['< 142 (secondary)', '≥ 80; ≤ 142']
    """
    require_option("by", by, _BY)
    chosen = _chosen(protocols)
    rows = _by_criterion(chosen) if by == "criterion" else _by_column(chosen)
    found = pd.DataFrame(rows)
    keys = [protocol.key for protocol in chosen]
    found[keys] = found[keys].fillna("")
    return found.assign(differs=[len(set(asked)) > 1 for asked in found[keys].to_numpy().tolist()])


# ------------------------------------------------------------------------------------------------------- the protocols


def _chosen(protocols: Iterable[Protocol | str] | None) -> list[Protocol]:
    given = PROTOCOLS if protocols is None else protocols
    given = [given] if isinstance(given, str | Protocol) else given
    chosen = [PROTOCOLS[one] if isinstance(one, str) else one for one in given]
    keys = [one.key for one in chosen if isinstance(one, Protocol)]
    if not chosen or len(set(keys)) < len(chosen):
        raise OptionError(
            f"protocols={listed(keys) or 'nothing'!r} cannot be compared.",
            expected="protocols, or keys of mt.PROTOCOLS, each key once",
            hint="a protocol with other limits keeps its key: dataclasses.replace(protocol, key=...) gives another",
        )
    return chosen


def _refuse_two_meanings(chosen: Sequence[Protocol]) -> None:
    known: dict[str, tuple[str, Column]] = {}
    for protocol in chosen:
        for name, column in protocol.columns.items():
            first, meant = known.setdefault(name, (protocol.key, column))
            if meant != column:
                raise OptionError(
                    f"{first} and {protocol.key} each declare a column {name!r}, and not alike.",
                    hint="give one of them another name",
                )


# ------------------------------------------------------------------------------------------------------- the decisions


def _decided(protocol: Protocol, entrance: Entrance, not_asked: Sequence[str], place: int) -> Any:
    frame = entrance.frame
    rows = ["_row"] if isinstance(frame, nw.DataFrame) else []
    if isinstance(frame, nw.DataFrame):
        frame = frame.with_row_index("_row")
    caution = "; ".join(filter(None, [SCREENING_AID, protocol.caution]))
    return protocol.decided(frame, but_for=not_asked).select(
        "patient_id",
        *rows,
        "decision",
        "decision_as_asked",
        "because",
        protocol=nw.lit(protocol.key),
        not_asked=nw.lit(", ".join(not_asked)),
        caution=nw.lit(caution),
        _place=nw.lit(place),
    )


# ----------------------------------------------------------------------------------------------------- the differences


def _by_criterion(chosen: Sequence[Protocol]) -> list[dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for protocol in chosen:
        for each in protocol.criteria:
            row = rows.setdefault(each.key, {"criterion": each.key, "kind": each.kind} | _nothing(chosen))
            row[protocol.key] = _marked(each.rule.sentence, each.weakest_evidence)
    return list(rows.values())


def _by_column(chosen: Sequence[Protocol]) -> list[dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for protocol in chosen:
        for each in protocol.criteria:
            for leaf in dict.fromkeys(each.rule.leaves):
                if isinstance(leaf, Compare):
                    column = leaf.column
                    named = {"column": column.name, "label": column.label, "unit": column.unit}
                    row = rows.setdefault(column.name, named | _nothing(chosen))
                    excluded = "excluded " if each.kind == "exclusion" else ""
                    own_unit = leaf.limit.unit if leaf.limit.unit != column.unit else ""
                    said = f"{excluded}{leaf.operator} {leaf.limit.value:g} {own_unit}".rstrip()
                    asked = _marked(said, leaf.limit.evidence)
                    row[protocol.key] = "; ".join(filter(None, [row[protocol.key], asked]))
    return list(rows.values())


def _nothing(chosen: Sequence[Protocol]) -> dict[str, str]:
    return dict.fromkeys((protocol.key for protocol in chosen), "")


def _marked(asked: str, evidence: str) -> str:
    return asked if evidence == VERIFIED else f"{asked} ({evidence})"
