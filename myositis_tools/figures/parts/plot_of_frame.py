"""A figure takes what its frame takes: options, their defaults and what they mean stand once, with the frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, cleandoc, signature
from typing import Any, ParamSpec

import pandas as pd
import plotly.graph_objects as go

from myositis_tools.figures.parts.scored import shows_score
from myositis_tools.scores.options import ScoreOptions

P = ParamSpec("P")

_OF_THE_FRAME = ("Parameters", "Raises", "Missing data", "Source")
_ORDER = ("Parameters", "Returns", "Raises", "Missing data", "Source", "Examples")


def plots(
    frame: Callable[P, pd.DataFrame], draw: Callable[..., go.Figure]
) -> Callable[[Callable[[], None]], Callable[P, go.Figure]]:
    """Make a public `plot_*` of the function that gives its frame and the one that draws that.

    What is decorated has no body: its docstring says what is drawn, and the parts on parameters, errors, missing data
    and sources are the frame's. `draw` is given the options that it names, the score's among them.
    """
    taken = signature(frame)
    rest = [name for name, one in taken.parameters.items() if one.kind is Parameter.VAR_KEYWORD]
    wanted = list(signature(draw).parameters)[1:]

    def picture(described: Callable[[], None]) -> Callable[P, go.Figure]:
        @wraps(described)
        def plot(*arguments: P.args, **options: P.kwargs) -> go.Figure:
            try:
                asked = taken.bind(*arguments, **options)
            except TypeError as error:  # in the name that was called
                raise TypeError(f"{described.__name__}() {error}") from None
            asked.apply_defaults()
            shown = frame(*arguments, **options)
            known = asked.arguments
            if rest:
                scoring = ScoreOptions(**known[rest[0]])
                known |= {name: getattr(scoring, name) for name in ("population", "baseline_week")}
            return draw(shown, **{name: known[name] for name in wanted if name in known})

        made: Any = plot
        del made.__wrapped__
        made.__signature__ = taken.replace(return_annotation=signature(draw).return_annotation)
        made.__annotations__ = {**frame.__annotations__, "return": made.__signature__.return_annotation}
        made.__doc__ = _with_parts_of(described.__doc__, frame.__doc__)
        return shows_score(plot) if rest else plot

    return picture


def _with_parts_of(own: str | None, of_frame: str | None) -> str | None:
    """A docstring with the parts on parameters, errors, missing data and sources of another; python -OO has neither."""
    if own is None or of_frame is None:
        return own
    first, parts = _parts(own)
    _, others = _parts(of_frame)
    parts = {name: others[name] for name in _OF_THE_FRAME if name in others} | parts
    return "\n\n".join([first, *(parts[name] for name in _ORDER if name in parts)])


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """The sentences at the beginning of a docstring, and its parts by their headings."""
    first, *parts = re.split(r"\n\n(?=[A-Z][a-z ]+\n-{3,}\n)", cleandoc(text))
    return first, {part.partition("\n")[0]: part for part in parts}
