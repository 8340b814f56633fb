"""A plotly figure that misses no change while plotly.js is on its way to the page, which takes that way once."""

from __future__ import annotations

from importlib import resources
from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go
from traitlets import Bool, Unicode, default


class _PlotlyText(widgets.Widget):
    """The text of plotly.js, 5 MB: the figures of a kernel name it, so that it travels to a page once."""

    _model_name = Unicode("WidgetModel").tag(sync=True)
    text = Unicode().tag(sync=True)

    _of_this_kernel: _PlotlyText | None = None

    @classmethod
    def name(cls) -> str:
        """Its name, which pages know it by; it is made when the first figure asks, and outlives the figures."""
        if cls._of_this_kernel is None or cls._of_this_kernel.comm is None:
            bundle = resources.files("plotly").joinpath("package_data", "widgetbundle.js")
            cls._of_this_kernel = cls(text=bundle.read_text(encoding="utf-8"))
        return str(cls._of_this_kernel.model_id)


class SteadyFigure(go.FigureWidget):
    """A `FigureWidget` whose own module is small; plotly.js is read once for all figures of a page.

    On a busy machine plotly.js takes longer than anywidget waits for a module, and what is said after that would never
    reach the figure: it would stay as it was first drawn.
    """

    _esm = resources.files(__package__).joinpath("steady_figure.js").read_text(encoding="utf-8")
    _plotly = Unicode().tag(sync=True)
    _is_drawn = Bool(False).tag(sync=True)

    @default("_plotly")
    def _name_plotly(self) -> str:
        return _PlotlyText.name()

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
