"""A plotly figure that misses no change while plotly.js is still on its way to the page."""

from __future__ import annotations

from importlib import resources
from typing import Any

import plotly.graph_objects as go
from traitlets import Bool, Unicode, default


class SteadyFigure(go.FigureWidget):
    """A `FigureWidget` whose own module is small; it reads plotly.js once for all figures of a page.

    On a busy machine plotly.js takes longer than anywidget waits for a module, and what is said after that would never
    reach the figure: it would stay as it was first drawn.
    """

    _esm = resources.files(__package__).joinpath("steady_figure.js").read_text(encoding="utf-8")
    _plotly = Unicode().tag(sync=True)
    _is_drawn = Bool(False).tag(sync=True)

    @default("_plotly")
    def _read_plotly(self) -> str:
        return resources.files("plotly").joinpath("package_data", "widgetbundle.js").read_text(encoding="utf-8")

    def _send_update_msg(
        self,
        restyle_data: dict[str, Any],
        relayout_data: dict[str, Any],
        trace_indexes: Any = None,
        source_view_id: Any = None,
    ) -> None:
        """Say with changed traces of which type each axis is: plotly.js forgets it, and dates become numbers."""
        layout = self._layout_obj._props
        axes = {name: axis for name, axis in layout.items() if name[:5] in ("xaxis", "yaxis") and "type" in axis}
        types = {f"{name}.type": axis["type"] for name, axis in axes.items()} if restyle_data else {}
        super()._send_update_msg(restyle_data, types | relayout_data, trace_indexes, source_view_id)

    def keep(self) -> None:
        """Keep what the figure is now, after changes that the pages which show it have been told of.

        A page that opens later reads it, which plotly sets only once; one that has not drawn yet is told.
        """
        self._trait_values.update({"_widget_data": self._data, "_widget_layout": self._layout_obj._props})
        if not self._is_drawn:
            self.send_state(["_widget_data", "_widget_layout"])
