"""Pictures of a score say by which options it was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from myositis_tools.scores.options import SCORED_AS, ScoreOptions, takes_options

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS = frozenset(one.name for one in fields(ScoreOptions))


def shows_score(function: Callable[P, R]) -> Callable[P, R]:
    """Check the options as `takes_options` does; the frame (``attrs``) or figure (``layout.meta``) then says them."""
    checked = takes_options(function)

    @wraps(function)
    def said(*arguments: P.args, **options: P.kwargs) -> R:
        shown: Any = checked(*arguments, **options)
        asked: Any = {name: value for name, value in options.items() if name in _OPTIONS}
        scored_as = str(ScoreOptions(**asked))
        if isinstance(shown, pd.DataFrame):
            shown.attrs[SCORED_AS] = scored_as
        else:
            shown.update_layout(meta={SCORED_AS: scored_as})
        return shown

    return said
