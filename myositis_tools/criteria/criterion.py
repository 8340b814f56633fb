"""A criterion: one question of a protocol, with the words of its source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.errors import NotFoundError
from myositis_tools.rules import Limit, Rule, why
from myositis_tools.tables import Source, records, source

KINDS = ("inclusion", "exclusion")


@dataclass(frozen=True)
class Criterion:
    """One inclusion or exclusion criterion.

    Attributes
    ----------
    key : str
        Its name in results, such as ``early_disease``.
    label : str
        Its name for people.
    kind : str
        ``inclusion`` or ``exclusion``.
    rule : Rule
        The question. It is *met* when its sentence is true, for an exclusion too.
    words : str
        The source's own words.
    source : Source
        Where they stand.
    place : str
        The place in the source.
    decision : str
        What this project decided where the source is silent.
    caution : str
        What must be said wherever the result is shown; empty if nothing.
    """

    key: str
    label: str
    kind: str
    rule: Rule
    words: str
    source: Source
    place: str
    decision: str
    caution: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The screening columns it reads."""
        return self.rule.needs

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits it compares with."""
        return self.rule.limits

    @property
    def cited(self) -> str:
        """Source, place and caution in one line."""
        return f"{self.source.key.upper()}, {self.place}" + (f"; {self.caution}" if self.caution else "")

    def with_rule(self, rule: Rule) -> Criterion:
        """Give the same criterion with another rule."""
        return replace(self, rule=rule)

    def answer(self, frame: Any) -> Any:
        """Add truth (column `key`) and reason (column ``why(key)``) to a narwhals frame."""
        return self.rule.answer(frame, self.key)

    def excludes(self, truth: nw.Expr | None = None) -> nw.Expr:
        """Whether it keeps the patient out: the only place where an inclusion is turned round.

        The truth is the column `key` unless another is given.
        """
        truth = nw.col(self.key) if truth is None else truth
        return truth if self.kind == "exclusion" else verdict.kleene_not(truth)

    def explained(self) -> nw.Expr:
        """Label and reason in one text."""
        return nw.concat_str(nw.lit(f"{self.label}: "), nw.col(why(self.key)))


def criterion(protocol: str, key: str, rule: Rule) -> Criterion:
    """Make a criterion of its row in ``protocol_criteria.csv`` and its rule."""
    for row in records("protocol_criteria"):
        if row["protocol"] == protocol and row["criterion"] == key:
            return Criterion(
                key=key,
                label=str(row["label"]),
                kind=str(row["kind"]),
                rule=rule,
                words=str(row["words"]),
                source=source(str(row["source"])),
                place=str(row["place"]),
                decision=str(row["decision"] or ""),
                caution=str(row["caution"] or ""),
            )
    raise NotFoundError(f"The table protocol_criteria has no criterion {key!r} of {protocol!r}.")


def limit(protocol: str, name: str) -> Limit:
    """Read a limit of a protocol from ``protocol_limits.csv``."""
    return read_limit("protocol_limits", "protocol", protocol, name)


def read_limit(table: str, column: str, owner: str, name: str) -> Limit:
    """Read a limit from a table in which a column says whose it is."""
    for row in records(table):
        if row[column] == owner and row["limit"] == name:
            return Limit(
                name=name,
                label=str(row["label"]),
                value=row["value"],  # type: ignore[arg-type]
                unit=str(row["unit"] or ""),
                minimum=row["minimum"],  # type: ignore[arg-type]
                maximum=row["maximum"],  # type: ignore[arg-type]
                step=row["step"],  # type: ignore[arg-type]
                source=str(row["source"]),
                place=str(row["place"]),
                evidence=str(row["evidence"]),
                decision=str(row["decision"] or ""),
                published=row["value"],  # type: ignore[arg-type]
            )
    raise NotFoundError(f"The table {table} has no limit {name!r} of {owner!r}.")


def words(protocol: str, key: str) -> tuple[str, ...]:
    """Read the words a criterion admits from ``protocol_words.csv``."""
    return tuple(
        str(row["word"]) for row in records("protocol_words") if (row["protocol"], row["criterion"]) == (protocol, key)
    )
