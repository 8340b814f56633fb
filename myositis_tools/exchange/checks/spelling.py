"""Words that name groups of patients, such as arms, and are written in two ways, so that one group counts as two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from myositis_tools.exchange.checks.plausibility import limit_of
from myositis_tools.exchange.checks.problems import WARNING, Problem, make_problem
from myositis_tools.frames import Kind, to_pandas
from myositis_tools.groups import plain_spelling

_OF_PATIENTS = ("visits", "patients", "screening", "cases")  # a drug is known however it is written
_TEXTS = (pd.StringDtype, pd.CategoricalDtype)
_NAMES = ("patient_id", "case_id")
_EXPECTED = "one spelling for each group"


def groups_in_two_ways(table: Any, names: Sequence[str], raw: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Warn of words that differ by spaces, capitals or leading zeros only, in the columns that can group patients.

    These are the texts of the kind and the user's own; a value of a column that the package does not know may name a
    person, and is not repeated.
    """
    if kind.name not in _OF_PATIENTS:
        return
    known = [name for name, column in kind.columns.items() if column.type == "text" and name in raw]
    own = to_pandas(table, _own_texts(table, names, kind)).reset_index(drop=True)
    for frame, columns, is_shown in ((raw, known, True), (own, list(own.columns), False)):
        for name in [name for name in columns if name not in _NAMES]:
            yield from _of_column(name, frame[name], is_shown=is_shown)


def _own_texts(table: Any, names: Sequence[str], kind: Kind) -> list[str]:
    own = [name for name in names if name not in kind.columns and name not in _NAMES and names.count(name) == 1]
    if isinstance(table, pd.DataFrame):
        types = dict(zip(names, table.dtypes, strict=True))
        return [name for name in own if pd.api.types.is_object_dtype(types[name]) or isinstance(types[name], _TEXTS)]
    schema = nw.from_native(table).collect_schema()
    return [name for name in own if schema[name] in (nw.String, nw.Categorical, nw.Enum)]


def _of_column(name: str, values: pd.Series, *, is_shown: bool) -> Iterator[Problem]:
    values = values.astype(object)
    is_text = values.map(lambda value: isinstance(value, str)).astype(bool)
    counts = values[is_text].value_counts()  # the most frequent first
    plain = {text: plain_spelling(text) for text in counts.index}
    different = len(set(plain.values()))
    if different == len(plain) or different > limit_of("words_of_a_group"):
        return
    usual: dict[str, str] = {}
    for text, bare in plain.items():
        usual.setdefault(bare, text)
    others = {text: usual[bare] for text, bare in plain.items() if usual[bare] != text}
    found = values[values.isin(others)]
    if is_shown:
        hints = [f"elsewhere it is {others[text]!r}; as it stands it is another group" for text in found]
    else:
        hints = ["other rows write it with other spaces, capitals or zeros; as it stands it is another group"] * len(
            found
        )
    cells = pd.DataFrame({"row": found.index, "value": found.to_numpy() if is_shown else None, "hint": hints})
    yield make_problem(name, "one group written in two ways", cells, _EXPECTED, "", WARNING)
