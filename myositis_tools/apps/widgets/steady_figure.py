"""A plotly figure that misses no change while plotly.js is still on its way to the page."""

from __future__ import annotations

from importlib import resources

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

    def keep(self) -> None:
        """Keep what the figure is now, after changes that the pages which show it have been told of.

        A page that opens later reads it, which plotly sets only once; one that has not drawn yet is told.
        """
        self._trait_values.update({"_widget_data": self._data, "_widget_layout": self._layout_obj._props})
        if not self._is_drawn:
            self.send_state(["_widget_data", "_widget_layout"])
