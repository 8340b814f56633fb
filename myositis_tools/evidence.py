"""What the package holds: every number, rule, score and source, read from the objects that compute with them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from myositis_tools import criteria, scores, tables
from myositis_tools.errors import require_option
from myositis_tools.formatting import as_code
from myositis_tools.frames import columns

COLUMNS = tuple(columns("catalogue"))

# Not numbers of the literature: definitions of columns, citations, and what the simulated cohort is drawn from.
_OTHER = (
    "columns",
    "exercise_texts",
    "exercises",
    "private_columns",
    "sources",
    "table_kinds",
    "heading_synonyms",
    "heading_words",
    "layout_words",
    "omop_columns",
    "unit_spellings",
    "word_synonyms",
)
_SIMULATED = "simulation_"
# Cells that describe a row; the other words of a row name it.
_DESCRIPTIVE = (
    "label",
    "words",
    "source",
    "place",
    "evidence",
    "decision",
    "unit",
    "note",
    "caution",
    "closure",
    "title",
)
# Numbers that name a row or put it in its place, and are none of the literature's.
_PLACES = ("band", "age_years", "order", "grade_of_10", "code")
# Functions that read a file and compute nothing.
_READERS = ("read_protocol",)
# Tables in which the unit is what a row is about.
_BY_UNIT = ("unit_conversions", "column_units")
_UNITS = (
    ("mg_day", "mg/day"),
    ("percent", "%"),
    ("xuln", "× ULN"),
    ("years", "years"),
    ("days", "days"),
    ("tenths", "tenths of a point"),
    ("probability", "share"),
    ("mg", "mg"),
)

Row = dict[str, Any]


def catalogue(*, evidence: str | None = None) -> pd.DataFrame:
    """Evidence register: every number, rule, score, table and source that the package computes with.

    Nothing is written down here: numbers come from the tables and the protocol files, rules and scores from the objects
    themselves. The tables of the simulated cohort are left out, for their numbers are invented.

    Parameters
    ----------
    evidence : {"verified", "secondary", "unverified", "decision"}, optional
        Give only the rows with this evidence: ``catalogue(evidence="unverified")`` lists all that a person with the
        paper in hand must still check.

    Returns
    -------
    pandas.DataFrame
        One row a number, rule, score, table or source: ``kind`` (which of them), ``table``, ``name``, ``label``,
        ``value``, ``unit``, ``text``, ``source``, ``place``, ``evidence``, ``decision``. What stands in the files of
        `PROTOCOLS` has the ``table`` ``protocol_limits`` or ``protocol_criteria``.

    Raises
    ------
    OptionError
        If there is no such evidence.

    Missing data
    ------------
    A cell that has nothing to say is empty text. A rule, a score and a source have no ``value``; that of a table is how
    many rows it has. A rule has the weakest evidence of the numbers it compares with, a criterion also of its words.

    Source
    ------
    Each row names its own; ``tables.source(key)`` gives the citation.

    Examples
    --------
    >>> from myositis_tools.evidence import catalogue
    >>> everything = catalogue()
    >>> everything.loc[everything["name"] == "with_biopsy constant", ["value", "unit", "source", "evidence"]]
         value    unit         source    evidence
    ...   6.49  points  lundberg_2017  unverified
    >>> "with_biopsy constant" in catalogue(evidence="unverified")["name"].tolist()
    True
    """
    if evidence is not None:
        require_option("evidence", evidence, tables.EVIDENCE)
    rows = [*_numbers(), *_limits(), *_rules(), *_scores(), *_tables(), *_sources()]
    found = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": "float64"})
    texts = [name for name in COLUMNS if name != "value"]
    found[texts] = found[texts].fillna("")
    if evidence is not None:
        found = found[found["evidence"] == evidence].reset_index(drop=True)
    return found


# --------------------------------------------------------------------------------------------------------- the numbers


def _numbers() -> Iterator[Row]:
    for table in _published():
        for row in tables.records(table):
            yield from _numbers_of(table, row)


def _published() -> list[str]:
    return [name for name in tables.names() if name not in _OTHER and not name.startswith(_SIMULATED)]


def _numbers_of(table: str, row: tables.Record) -> Iterator[Row]:
    """The numbers of one row; where it has a column ``value``, that is the number and the others surround it."""
    for column in ["value"] if "value" in row else [name for name in row if name not in _DESCRIPTIVE]:
        if isinstance(row[column], float) and (column not in _PLACES or f"{column}_evidence" in row):
            yield {
                "kind": "number",
                "table": table,
                "name": " ".join([*_key(table, row), *([] if column == "value" else [column])]),
                "label": row.get("label"),
                "value": row[column],
                "unit": _unit(column, row),
                "text": row.get("words"),
                "source": _own("source", column, row),
                "place": row.get("place"),
                "evidence": _own("evidence", column, row),
                "decision": row.get("decision") or row.get("note"),
            }


def _key(table: str, row: tables.Record) -> list[str]:
    """The words of a row that say which one it is, and the numbers that do."""
    described = [*_DESCRIPTIVE, "order"]
    if table in _BY_UNIT:
        described.remove("unit")
    return [
        as_code(value)
        for column, value in row.items()
        if value is not None
        and (isinstance(value, str) or column in _PLACES)
        and column not in described
        and not column.endswith(("_source", "_evidence", "_included"))
    ]


def _own(of: str, column: str, row: tables.Record) -> str | float | None:
    """The source or evidence of one column where it has its own, such as ``step_evidence``, else that of the row."""
    first = column.split("_")[0]
    return row.get(f"{first}_{of}") or row.get(of)


def _unit(column: str, row: tables.Record) -> str | float | None:
    return next((unit for part, unit in _UNITS if part in column), row.get("unit"))


# ---------------------------------------------------------------------------------- rules, scores, tables and sources


def _limits() -> Iterator[Row]:
    """The numbers of the protocol files."""
    for protocol, each in _criteria():
        for limit in each.limits:
            yield {
                "kind": "number",
                "table": "protocol_limits",
                "name": f"{protocol.key} {each.key} {limit.name}",
                "label": limit.label,
                "value": limit.value,
                "unit": limit.unit,
                "source": limit.source,
                "place": limit.place,
                "evidence": limit.evidence,
                "decision": limit.decision,
            }


def _criteria() -> Iterator[tuple[criteria.Protocol, criteria.Criterion]]:
    for protocol in criteria.PROTOCOLS.values():
        for each in protocol.criteria:
            yield protocol, each


def _rules() -> Iterator[Row]:
    for protocol, each in _criteria():
        yield {
            "kind": "rule",
            "table": "protocol_criteria",
            "name": f"{protocol.key} {each.key}",
            "label": each.label,
            "text": each.rule.sentence,
            "source": each.source.key,
            "place": each.place,
            "evidence": each.weakest_evidence,
            "decision": "; ".join(part for part in (each.decision, each.caution) if part),
        }
    for row in tables.records("classification_sets"):
        yield {
            "kind": "rule",
            "table": "classification_sets",
            "name": row["set"],
            "label": row["title"],
            "text": f"{row['status']} criteria set",
            "source": row["source"],
            "place": row["place"],
            "evidence": row["evidence"],
            "decision": "; ".join(str(part) for part in (row["decision"], row["caution"]) if part),
        }
    for one in criteria.CRITERIA_SETS.values():
        for category in one.categories:
            yield {
                "kind": "rule",
                "table": "classification_categories",
                "name": f"{one.key} {category.key}",
                "label": category.label,
                "text": category.rule.sentence,
                "source": one.source.key,
                "place": category.place,
                "evidence": category.evidence,
                "decision": "; ".join(part for part in (category.decision, one.caution) if part),
            }


def _scores() -> Iterator[Row]:
    """Whatever computes for its user: the public functions of the scores and of the criteria."""
    for room in (scores, criteria):
        for name in room.__all__:
            function = getattr(room, name)
            if inspect.isfunction(function) and name not in _READERS:
                written = inspect.cleandoc(function.__doc__ or "")
                section = re.search(r"^Source\n-+\n(.*?)(?=\n\n|\Z)", written, re.DOTALL | re.MULTILINE)
                yield {
                    "kind": "score",
                    "name": name,
                    "text": written.splitlines()[0],
                    "place": " ".join(section.group(1).split()) if section else "",
                }


def _tables() -> Iterator[Row]:
    for table in _published():
        rows = tables.records(table)
        yield {
            "kind": "table",
            "table": table,
            "name": table,
            "value": len(rows),
            "unit": "rows",
            "text": ", ".join(rows[0]),
        }


def _sources() -> Iterator[Row]:
    for row in tables.records("sources"):
        yield {
            "kind": "source",
            "table": "sources",
            "name": row["key"],
            "text": row["citation"],
            "source": row["key"],
            "place": row["url"],
            "decision": row["note"],
        }
