"""Words that have an order, and of which none is missing, such as verdicts and decisions, leave in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def in_order(table: Any, words: Mapping[str, Sequence[str]]) -> Any:
    """Make the columns of a result ordered categories, so that a count, a group or a picture keeps their order.

    Pandas alone has them in every version and file that the package reads; the other engines keep texts. A column in
    which words can be missing, as the class of response, stays text too: a category cannot be filled with another word.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.frames import in_order
    >>> checks = pd.DataFrame({"verdict": ["met", "not met", "met"]})
    >>> made = in_order(checks, {"verdict": ["not met", "unknown", "met"]})
    >>> made["verdict"].value_counts(sort=False).to_dict()
    {'not met': 1, 'unknown': 0, 'met': 2}
    """
    if not isinstance(table, pd.DataFrame):
        return table
    return table.assign(**{name: _ordered(table[name], order) for name, order in words.items()})


def _ordered(values: pd.Series, order: Sequence[str]) -> pd.Series:
    texts = values.astype(object).where(values.notna(), None)
    return pd.Series(pd.Categorical(texts, categories=list(order), ordered=True), index=values.index, name=values.name)
