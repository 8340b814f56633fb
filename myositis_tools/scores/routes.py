"""The route of a drug, however a list spells it: PO, i.v., per os."""

from __future__ import annotations

from collections.abc import Collection

import narwhals as nw

from myositis_tools.tables import records


def is_by(routes: Collection[str]) -> nw.Expr:
    """Whether a course is by one of these routes, in the words of ``tables/word_synonyms.csv``; null without a route.

    Examples
    --------
    >>> import pandas as pd
    >>> courses = nw.from_native(pd.DataFrame({"route": ["PO", "i.v. ", "topical"]}))
    >>> courses.select(is_by(["oral"]))["route"].to_list()
    [True, False, False]
    """
    spelt = [str(row["synonym"]) for row in records("word_synonyms") if row["of"] == "route" and row["word"] in routes]
    route = nw.col("route").str.to_lowercase().str.strip_chars()
    return route.is_in([*routes, *spelt])
