"""Identifiers that a person would take for one another, and texts that a spreadsheet wrote instead of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from myositis_tools.exchange.checks.problems import WARNING, Cells, Problem, make_problem
from myositis_tools.formatting import written_values
from myositis_tools.frames import Kind
from myositis_tools.groups import plain_spelling

_ERROR = re.compile(r"#(N/A|VALUE!|REF!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")


def doubtful_identifiers(raw: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Identifiers that differ by spaces, capitals or leading zeros only, so that one patient may count as two."""
    for name in [name for name in ("patient_id", "case_id") if name in raw and name in kind.columns]:
        codes, ids = pd.factorize(raw[name])
        texts = written_values(pd.Series(ids, dtype=object))
        counts = pd.Series(codes).value_counts()
        known = pd.DataFrame({"text": texts, "plain": texts.map(plain_spelling), "rows": counts.reindex(texts.index)})
        usual = known.sort_values("rows", ascending=False, kind="stable").drop_duplicates("plain")
        usual = usual.set_index("plain")["text"].reindex(known["plain"]).to_numpy()
        alike = known["text"].to_numpy() != usual
        if alike.any():
            # the other spelling is not named: a hint may leave with a list in which patients have numbers
            hint = "other rows spell it with other spaces, capitals or zeros; as it stands it is another patient"
            cells = _cells(codes, known["text"], alike)
            yield make_problem(name, "identifiers look alike", cells, "one spelling for each patient", hint, WARNING)
        spaced = (known["text"] != known["text"].map(str.strip)).to_numpy(dtype=bool) & ~alike
        if spaced.any():
            hint = "take them away, or the patient is not found in another table"
            cells = _cells(codes, known["text"], spaced)
            yield make_problem(name, "spaces around an identifier", cells, "no spaces around it", hint, WARNING)


def errors_of_spreadsheets(raw: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Errors of a formula in a column of texts, which would count as a word like any other."""
    for name, column in kind.columns.items():
        if column.type != "text" or name not in raw or pd.api.types.is_numeric_dtype(raw[name].dtype):
            continue
        codes, words = pd.factorize(raw[name])
        texts = written_values(pd.Series(words, dtype=object))
        wrong = texts.map(lambda word: _ERROR.fullmatch(word) is not None).to_numpy(dtype=bool)
        if wrong.any():
            hint = "mend the formula in the spreadsheet, or leave the cell empty"
            cells = _cells(codes, texts, wrong)
            yield make_problem(name, "error of a spreadsheet", cells, column.expected, hint, WARNING)


def _cells(codes: object, texts: pd.Series, marked: object) -> Cells:
    found = pd.Series(codes)
    found = found[found.isin(texts.index[marked])]
    return pd.DataFrame({"row": found.index, "value": found.map(texts).to_numpy(dtype=object)})
