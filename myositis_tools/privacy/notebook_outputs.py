#!/usr/bin/env python3
"""Refuse notebooks whose saved outputs hold rows of patients, unless they say that nobody real is in them.

usage: notebook_outputs.py NOTEBOOK ...

An output is taken for rows of patients if it names a private column, as ``tables/private_columns.csv`` lists them, or
if it is a figure whose marks carry names. An app saves the sentence on top and no rows; what its widgets hold is saved
only where JupyterLab is told to save widget state, and that is judged as well. A notebook says that its data are
nobody's in its first cell (synthetic, simulated, constructed or published), or in its metadata: "data": "synthetic".

It needs nothing but Python, so that it runs before a commit in any repository; a test holds its words against the list.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OF_PATIENTS = re.compile(
    r"\b(patient_id|case_id|birth_date|birth_date_precision|Patient(?! global)|Birth date)\b"
    # words that say something else where they head no column
    r"|<th[^>]*>\s*(Case|[Vv]alues|[Ww]hat of the birth date is recorded)\s*</th>"
    r"|\bseverity\b.*\bvalues\b"  # what was written in the cells of a user's table
)
NOBODY_REAL = re.compile(r"\b(synthetic|simulated|constructed|published)\b", re.IGNORECASE)
OF_ONE_PATIENT = re.compile(r"\b[Pp]atient \S*\d")
NAME = re.compile(r"\S*\d\S*?(<br>.*)?", re.DOTALL)  # a word with a digit in it, and what is said of it
FIGURE = "application/vnd.plotly.v1+json"
STATE = "the saved state of its apps"


def rows_of_patients(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Where rows of patients stand in a notebook.

    Parameters
    ----------
    notebook : mapping
        Its content, as ``json.load`` gives it.

    Returns
    -------
    dict
        By the id of each cell that shows them what a person calls the cell: its place, and the number that Jupyter
        gives it. Empty where the notebook says that its data are nobody's.
    """
    cells, metadata = notebook.get("cells", []), notebook.get("metadata", {})
    if NOBODY_REAL.search(first_cell(notebook)) or NOBODY_REAL.search(str(metadata.get("data", ""))):
        return {}
    found = {
        key_of(place, cell): _called(place, cell)
        for place, cell in enumerate(cells, start=1)
        if any(map(_shows_patients, cell.get("outputs", [])))
    }
    if OF_PATIENTS.search(json.dumps(metadata.get("widgets", ""))):
        found[STATE] = STATE
    return found


def first_cell(notebook: Mapping[str, Any]) -> str:
    """What its first cell says."""
    return "".join("".join(cell["source"]) for cell in notebook.get("cells", [])[:1])


def key_of(place: int, cell: Mapping[str, Any]) -> str:
    """What a cell is known by in `rows_of_patients`."""
    return str(cell.get("id", place))


def _called(place: int, cell: Mapping[str, Any]) -> str:
    number = cell.get("execution_count")
    return f"cell {place}" + (f" (marked [{number}])" if number else "")


def _shows_patients(output: Mapping[str, Any]) -> bool:
    data = output.get("data", {})
    texts = ["".join(output.get("text", "")), *("".join(data[kind]) for kind in data if kind.startswith("text/"))]
    return any(map(OF_PATIENTS.search, texts)) or _draws_patients(data.get(FIGURE))


def _draws_patients(figure: Any) -> bool:
    """Whether the marks of a plotly figure carry names, or its words speak of one patient."""
    if not isinstance(figure, dict):
        return False
    carried = [trace.get("customdata") for trace in figure.get("data", [])]
    return any(map(NAME.fullmatch, _texts(carried))) or any(map(OF_ONE_PATIENT.search, _texts(figure)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def main(paths: list[str]) -> int:
    """Say what is refused and why, and what to do."""
    refused = False
    for path in paths:
        if found := rows_of_patients(json.loads(Path(path).read_text(encoding="utf-8"))):
            refused = True
            sys.stderr.write(f"{path}: rows of patients are saved in {', '.join(found.values())}\n")
    if refused:
        sys.stderr.write("Clear the outputs, or say in the first cell that the data are synthetic.\n")
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
