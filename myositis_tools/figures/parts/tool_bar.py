"""The tool bar of every figure: nothing in it sends the figure, or opens a page, elsewhere.

From version 7 on plotly offers *Share chart...* unless told otherwise, which uploads a figure with all data that it is
drawn from; its logo is a link. What is set here goes with each figure, whether a notebook, an app, a report or a saved
page shows it, and no setting of the session is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

# of plotly 7 and of plotly 6
SENDS = ("sendChartToCloud", "sendDataToCloud", "editInChartStudio")
TOOL_BAR: Mapping[str, Any] = MappingProxyType(
    {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": "", "modeBarButtonsToRemove": list(SENDS)}
)


def with_tool_bar(config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give the configuration of a figure, with what else is asked of it.

    Examples
    --------
    >>> with_tool_bar({"responsive": True, "modeBarButtonsToRemove": ["lasso2d"]})["modeBarButtonsToRemove"]
    ['sendChartToCloud', 'sendDataToCloud', 'editInChartStudio', 'lasso2d']
    """
    asked = dict(config or {})
    return {**TOOL_BAR, **asked, "modeBarButtonsToRemove": [*SENDS, *asked.get("modeBarButtonsToRemove", [])]}


class Figure(go.Figure):
    """A figure that is shown and saved with this tool bar; ``config=`` adds to it or changes it."""

    def show(self, *args: Any, config: Mapping[str, Any] | None = None, **options: Any) -> None:
        """Show it."""
        super().show(*args, config=with_tool_bar(_of_session() | dict(config or {})), **options)

    def to_html(self, config: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> str:
        """Give it as HTML."""
        return str(super().to_html(with_tool_bar(config), *args, **options))

    def write_html(self, file: Any, config: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> None:
        """Write it as HTML."""
        super().write_html(file, with_tool_bar(config), *args, **options)

    def _repr_mimebundle_(self, *args: Any, **options: Any) -> Any:
        return super()._repr_mimebundle_(*args, config=with_tool_bar(_of_session()), **options)

    def _ipython_display_(self) -> None:
        if pio.renderers.render_on_display and pio.renderers.default:
            self.show()
        else:
            print(repr(self))  # noqa: T201 - as plotly does


def _of_session() -> dict[str, Any]:
    """What the user has set for all figures."""
    names = [name for name in (pio.renderers.default or "").split("+") if name in pio.renderers]
    return {key: value for name in names for key, value in (getattr(pio.renderers[name], "config", None) or {}).items()}
