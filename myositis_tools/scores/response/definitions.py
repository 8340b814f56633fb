"""Published definitions of change by name: which measures they count, and their limits with the evidence for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import narwhals as nw

from myositis_tools.errors import require_option
from myositis_tools.rules import Limit, is_above, is_at_least
from myositis_tools.tables import EVIDENCE, Record, records

_REACHES = MappingProxyType({"≥": is_at_least, ">": is_above})
_WORDS = MappingProxyType({"≥": "at least", ">": "more than", "≤": "at most"})


@dataclass(frozen=True)
class Definition:
    """A published definition of change.

    Attributes
    ----------
    score, name, label : str
        The column it answers in, its key, and what to call it.
    population : str
        Whose scales it is made for.
    measures : tuple of str
        The core set measures that it counts.
    instead_of_enzymes : tuple of str or None
        What its core set has in the place of enzymes.
    limits : mapping of str to Limit
        Its numbers by name.
    closures : mapping of str to str
        Whether a limit itself counts, by name.
    source, place, decision : str
        Where it comes from, and what was decided where that is silent.
    """

    score: str
    name: str
    label: str
    population: str
    measures: tuple[str, ...]
    instead_of_enzymes: tuple[str, ...] | None
    limits: Mapping[str, Limit]
    closures: Mapping[str, str]
    source: str
    place: str
    decision: str

    @property
    def evidence(self) -> str:
        """The weakest evidence among its limits; a decision of ours says nothing against the published ones."""
        found = [limit.evidence for limit in self.limits.values() if limit.evidence != "decision"]
        return max(found, key=EVIDENCE.index)

    def count(self, limit: str) -> int:
        """Give a limit that is a number of things."""
        return int(self.limits[limit].value)

    def reaches(self, amount: nw.Expr, limit: str) -> nw.Expr:
        """Whether an amount reaches a limit, which itself counts or not."""
        return _REACHES[self.closures[limit]](amount, self.limits[limit].value)

    def words(self, limit: str) -> str:
        """Write a limit as a person says it."""
        return f"{_WORDS[self.closures[limit]]} {self.limits[limit]}"


def find_definition(score: str, name: str) -> Definition:
    """Look up a definition.

    Raises
    ------
    OptionError
        If there is none of that name.
    """
    require_option("definition", name, tuple(_definitions(score)))
    return _definitions(score)[name]


@cache
def _definitions(score: str) -> Mapping[str, Definition]:
    rows = [row for row in records("response_definitions") if row["score"] == score]
    return MappingProxyType({str(row["definition"]): _made(row) for row in rows})


def _made(row: Record) -> Definition:
    same = ("score", "definition")
    limits = [limit for limit in records("response_limits") if all(limit[name] == row[name] for name in same)]
    return Definition(
        score=str(row["score"]),
        name=str(row["definition"]),
        label=str(row["label"]),
        population=str(row["population"]),
        measures=tuple(str(row["measures"]).split("|")) if row["measures"] else (),
        instead_of_enzymes=(str(row["instead_of_enzymes"]),) if row["instead_of_enzymes"] else None,
        limits=MappingProxyType({str(limit["limit"]): _limit(limit) for limit in limits}),
        closures=MappingProxyType({str(limit["limit"]): str(limit["closure"]) for limit in limits}),
        source=str(row["source"]),
        place=str(row["place"] or ""),
        decision=str(row["decision"] or ""),
    )


def _limit(row: Record) -> Limit:
    numbers = {name: float(row[name] or 0) for name in ("value", "minimum", "maximum", "step")}
    texts = {name: str(row[name] or "") for name in ("label", "unit", "source", "place", "evidence", "decision")}
    return Limit(name=str(row["limit"]), published=numbers["value"], **numbers, **texts)  # type: ignore[arg-type]
