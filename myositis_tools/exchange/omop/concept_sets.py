"""Which concepts of a site stand for an event, a diagnosis or an enzyme: sets of codes, ours or its own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.errors import MissingColumnError, OptionError, listed
from myositis_tools.exchange.omop.omop_database import OmopDatabase
from myositis_tools.formatting import as_code
from myositis_tools.frames import to_pandas
from myositis_tools.tables import records

_COLUMNS = ("kind", "word", "vocabulary", "code", "descendants")
_LOINC = "http://loinc.org"
_NOT_STANDARD = ("ICD10",)  # a warehouse has mapped them to SNOMED
EVENT, DOUBTFUL_EVENT, DIAGNOSIS, ENZYME = "event", "doubtful_event", "diagnosis", "enzyme"


def known_sets() -> pd.DataFrame:
    """List the sets that come with the package: one row a code."""
    rows = [
        {name: as_code(row[name]) for name in _COLUMNS}
        for row in records("concept_codes")
        if row["vocabulary"] not in _NOT_STANDARD
    ]
    rows += [
        {"kind": ENZYME, "word": as_code(row["test"]), "vocabulary": "LOINC", "code": as_code(row["code"])}
        for row in records("observation_codes")
        if row["system"] == _LOINC
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).fillna("no")


def chosen_sets(own: Any) -> pd.DataFrame:
    """Put a site's own sets in the place of those with the same kind and word.

    Raises
    ------
    MissingColumnError
        If a column of the sets lacks.
    OptionError
        If a kind of set is not known, or an event or enzyme has a word that the package does not know.
    """
    known = known_sets()
    if own is None:
        return known
    given = to_pandas(own)
    lacking = [name for name in _COLUMNS if name not in given]
    if lacking:
        raise MissingColumnError(
            f"The concept sets lack a column: {listed(lacking)}.",
            where="concept_sets",
            expected=f"the columns {listed(_COLUMNS)}",
            hint='tables.load("concept_codes") has them',
        )
    given = pd.DataFrame({name: given[name].map(as_code) for name in _COLUMNS})
    for kind in sorted(set(given["kind"])):
        words = set(known.loc[known["kind"] == kind, "word"])
        if not words:
            raise OptionError(
                f"There is no kind of concept set {kind!r}.",
                where="concept_sets",
                expected=f"one of {listed(dict.fromkeys(known['kind']))}",
                hint='tables.load("concept_codes") lists them',
            )
        unknown = sorted(set(given.loc[given["kind"] == kind, "word"]) - _words(kind, words))
        if unknown and kind not in (DOUBTFUL_EVENT,):
            raise OptionError(
                f"A set of the kind {kind} cannot stand for {listed(unknown)}.",
                where="concept_sets",
                expected=f"one of {listed(sorted(_words(kind, words)))}",
                hint="correct the word",
            )
    replaced = set(zip(given["kind"], given["word"], strict=True))
    kept = [pair not in replaced for pair in zip(known["kind"], known["word"], strict=True)]
    return pd.concat([known[kept], given], ignore_index=True)


def keep_sets(database: OmopDatabase, sets: pd.DataFrame) -> pd.DataFrame:
    """Expand the sets by the site's own vocabulary, and say how many concepts of it each code stands for."""
    columns = ", ".join(f"{name} VARCHAR" for name in _COLUMNS)
    database.connection.execute(f"CREATE TEMP TABLE {database.name('wanted')} ({columns})")
    database.connection.executemany(
        f"INSERT INTO {database.name('wanted')} VALUES (?, ?, ?, ?, ?)",
        sets[list(_COLUMNS)].to_numpy().tolist(),
    )
    database.keep("concepts", database.sql("concepts"))
    held = database.rows(database.sql("concepts_found"))
    return pd.DataFrame(held, columns=["kind", "word", "vocabulary", "code", "concepts"])


def _words(kind: str, known: set[str]) -> set[str]:
    """The words that a set of a kind may stand for."""
    if kind == EVENT:
        return {as_code(row["event"]) for row in records("event_kinds")}
    if kind == ENZYME:
        return {as_code(row["enzyme"]) for row in records("enzymes")}
    return _subtypes() if kind == DIAGNOSIS else known


def _subtypes() -> set[str]:
    rows = records("columns")
    (said,) = (row["words"] for row in rows if (row["table"], row["column"]) == ("screening", "subtype"))
    return set(as_code(said).split("|"))
