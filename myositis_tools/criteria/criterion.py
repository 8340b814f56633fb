"""A criterion: one question of a protocol, with the words of its source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from myositis_tools import verdict
from myositis_tools.errors import NotFoundError
from myositis_tools.rules import Limit, Rule, why
from myositis_tools.tables import DOUBTS, EVIDENCE, Source, records

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
    evidence : str
        How well the words are known: one of `tables.EVIDENCE`.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> criterion = mt.TIME_IS_MUSCLE.criterion("early_disease")
    >>> criterion.kind, criterion.rule.sentence
    ('inclusion', 'disease duration < 12 months')
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
    evidence: str = "verified"

    @property
    def needs(self) -> tuple[str, ...]:
        """The screening columns it reads."""
        return self.rule.needs

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits it compares with, each once."""
        return tuple(dict.fromkeys(self.rule.limits))

    @property
    def weakest_evidence(self) -> str:
        """The weakest evidence among its words and its limits."""
        return max([self.evidence, *(limit.evidence for limit in self.limits)], key=EVIDENCE.index)

    @property
    def doubt(self) -> str:
        """What must be said of evidence that is not verified; empty if it is."""
        return DOUBTS[self.weakest_evidence]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said wherever the result is shown: the doubt and the caution."""
        return tuple(said for said in (self.doubt, self.caution) if said)

    @property
    def cited(self) -> str:
        """Source, place and what must be said in one line."""
        return "; ".join([", ".join(filter(None, [self.source.key.upper(), self.place])), *self.warnings])

    @property
    def asked(self) -> str:
        """Name of the column of its truth, which no column of a screening table can have."""
        return f"{self.key} asked"

    def with_rule(self, rule: Rule) -> Criterion:
        """Give the same criterion with another rule."""
        return replace(self, rule=rule)

    def answer(self, frame: Any) -> Any:
        """Add truth (column `asked`) and reason (column ``why(asked)``) to a narwhals frame."""
        return self.rule.answer(frame, self.asked)

    def excludes(self, truth: nw.Expr | None = None) -> nw.Expr:
        """Whether it keeps the patient out: the only place where an inclusion is turned round.

        The truth is the column `asked` unless another is given.
        """
        truth = nw.col(self.asked) if truth is None else truth
        return truth if self.kind == "exclusion" else verdict.kleene_not(truth)

    def explained(self) -> nw.Expr:
        """Label and reason in one text."""
        return nw.concat_str(nw.lit(f"{self.label}: "), nw.col(why(self.asked)))


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
