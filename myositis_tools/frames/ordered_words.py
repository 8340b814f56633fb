"""Words that have an order, such as the classes of response, leave in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def in_order(table: Any, words: Mapping[str, Sequence[str]]) -> Any:
    """Make the columns of a result ordered categories, so that a count, a group or a picture keeps their order.

    Pandas alone has them in every version and file that the package reads; the other engines keep texts.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.frames import in_order
    >>> classes = pd.DataFrame({"response": ["moderate", "none", None]})
    >>> made = in_order(classes, {"response": ["none", "minimal", "moderate", "major"]})
    >>> made["response"].value_counts(sort=False).to_dict()
    {'none': 1, 'minimal': 0, 'moderate': 1, 'major': 0}
    """
    if not isinstance(table, pd.DataFrame):
        return table
    return table.assign(**{name: _ordered(table[name], order) for name, order in words.items()})


def _ordered(values: pd.Series, order: Sequence[str]) -> pd.Series:
    texts = values.astype(object).where(values.notna(), None)
    return pd.Series(pd.Categorical(texts, categories=list(order), ordered=True), index=values.index, name=values.name)
