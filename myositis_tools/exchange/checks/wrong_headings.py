"""Headings of a table that a calculation would miss, take twice, or not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from myositis_tools.exchange.checks.problems import WARNING, Problem, make_problem, whole_column
from myositis_tools.exchange.files.headings import columns_called
from myositis_tools.exchange.mapping.heading_names import name_fit
from myositis_tools.frames import Kind

_CLOSE = 0.88  # how alike a heading must be to a column to be taken for its misspelling


def wrong_headings(names: Sequence[str], kind: Kind) -> Iterator[Problem]:
    """Headings that stand twice, are missing, or look like a column and are none."""
    known = list(kind.columns)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield make_problem(
            name, "column stands twice", whole_column(None), "every column name once", "rename one of them"
        )
    absent = [name for name in kind.required if name not in names]
    for name in absent:
        free = [other for other in names if other not in known]
        near = [other for other in free if name_fit(other, kind.columns[name]).is_certain]
        near = near or get_close_matches(name, free, n=1, cutoff=_CLOSE)
        hint = f"is it column {near[0]!r}? rename it" if near else "add it, even if it is empty"
        yield make_problem(name, "column missing", whole_column(None), kind.columns[name].expected, hint)
    if kind.name == "medications" and not {"drug", "atc"} & set(names):
        yield make_problem(
            "drug", "column missing", whole_column(None), "the drug's name or its ATC code", "one is enough"
        )
    free = [name for name in known if name not in names and name not in absent]
    for name in names:
        near = [] if name in known else get_close_matches(name.strip().lower(), free, n=1, cutoff=_CLOSE)
        near = near or [column for column in columns_called(name) if name not in known and column in free]
        if near:
            said = " or ".join(near)
            hint = f"is this {said}? rename it; as it stands it is not read"
            yield make_problem(name, "column not known", whole_column(None), near[0], hint, WARNING)
