"""A figure that follows its controls: the same view is changed in place, so that a zoom survives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import anywidget
import ipywidgets as widgets
import plotly.graph_objects as go

from myositis_tools.apps.widgets.steady_figure import SteadyFigure
from myositis_tools.figures.parts.tool_bar import with_tool_bar

_EMPTY: dict[str, list[Any]] = {"shapes": [], "annotations": []}
_KEPT = {"autosize": True, "uirevision": "kept"}


class _Fit(anywidget.AnyWidget):
    """Tell plotly when its box has another width than its drawing: it listens to the window alone.

    A tab that has just opened gives no width to draw for, and a panel that is dragged changes no window.
    """

    _esm = """
    function render({ el }) {
      let pane = null, asked = false, again = 0;
      const fit = () => {
        asked = false;
        clearTimeout(again);
        const plot = pane.querySelector(".js-plotly-plot"), drawing = plot?.querySelector(".main-svg");
        if (!drawing || !plot.clientWidth || Math.abs(drawing.clientWidth - plot.clientWidth) <= 1) return;
        window.dispatchEvent(new Event("resize"));
        again = setTimeout(ask, 300);  // plotly, still drawing for the first time, does not listen yet
      };
      const ask = () => { if (pane && !asked) { asked = true; requestAnimationFrame(fit); } };
      const wide = new ResizeObserver(ask), drawn = new MutationObserver(ask);
      let start = 0;
      const begin = () => {  // a cell far down a long notebook gets its place on the page late
        pane = el.closest(".mt-pane");
        if (!pane) { start = setTimeout(begin, 100); return; }
        wide.observe(pane);
        drawn.observe(pane, { childList: true, subtree: true });
        ask();
      };
      begin();
      return () => { clearTimeout(start); clearTimeout(again); wide.disconnect(); drawn.disconnect(); };
    }
    export default { render };
    """


class FigurePane(widgets.VBox):
    """A plotly figure in an app.

    Parameters
    ----------
    name : str
        File name of the picture that the camera on the figure saves (as SVG).
    on_choose : callable, optional
        Told what was clicked.
    chosen_by : {"x", "customdata"}
        What of the clicked point is told: its place on the horizontal axis, or what it carries.
    """

    def __init__(self, name: str, *, on_choose: Callable[[Any], None] | None = None, chosen_by: str = "x") -> None:
        super().__init__([], layout={"width": "100%"})
        self.add_class("mt-pane")
        self._name, self._on_choose, self._chosen_by = name, on_choose, chosen_by
        self.figure: SteadyFigure | None = None
        self._drawn: list[tuple[str, str]] = []
        self._shown: list[dict[str, Any]] = []

    def show(self, figure: go.Figure) -> None:
        """Show a figure in place of the one before; only what differs travels.

        Another widget would bring the whole of plotly.js along.
        """
        if self.figure is None:
            self._start(figure)
            return
        drawn, before = self._drawn, self._shown
        self._drawn, self._shown = _traces(figure), _parts(figure)
        kept = _alike(drawn, self._drawn)
        if kept < len(drawn):
            self.figure.data = self.figure.data[:kept]
        if kept < len(self._drawn):
            self.figure.add_traces([{**part, "type": kind} for part, (kind, _) in self._new(kept)])
            self._listen(self.figure.data[kept:])
        with self.figure.batch_update():
            for place, trace in enumerate(self.figure.data[:kept]):
                changed = _changed(before[place], self._shown[place])
                if drawn[place] != self._drawn[place]:
                    changed["visible"] = self._shown[place].get("visible")  # another's: a person may have hidden it
                trace.update(changed, overwrite=True)
            self.figure.layout.update(_changed(before[-1], self._shown[-1]), overwrite=True)
        self.figure.keep()

    def _new(self, kept: int) -> Iterator[tuple[dict[str, Any], tuple[str, str]]]:
        """The traces from a place on, as they are to be shown."""
        return zip(self._shown[kept:-1], self._drawn[kept:], strict=True)

    def _start(self, figure: go.Figure) -> None:
        self._drawn = _traces(figure)  # the widget gives its traces names of its own
        self._shown = _parts(figure)
        self.figure = SteadyFigure(go.Figure(figure).update_layout(**_KEPT))
        self.figure._config = with_tool_bar(
            {"responsive": True, "toImageButtonOptions": {"format": "svg", "filename": self._name}}
        )
        self._listen(self.figure.data)
        self.children = [self.figure, _Fit()]

    def _listen(self, traces: Sequence[Any]) -> None:
        if self._on_choose is not None:
            for trace in traces:
                trace.on_click(self._clicked)

    def _clicked(self, trace: Any, points: Any, _state: Any) -> None:
        if not points.point_inds or self._on_choose is None:
            return
        if self._chosen_by == "x":
            self._on_choose(points.xs[0])
        elif trace.customdata is not None:
            self._on_choose(_at(trace.customdata, points.point_inds[0]))


def _at(carried: Any, place: Any) -> Any:
    """What a point carries; a cell of a heatmap is named by its row and column."""
    for step in place if isinstance(place, list | tuple) else [place]:
        carried = carried[step]
    return carried


def _parts(figure: go.Figure) -> list[dict[str, Any]]:
    """Each trace without its name, then the layout."""
    traces = [{key: value for key, value in trace.to_plotly_json().items() if key != "uid"} for trace in figure.data]
    return [*traces, _EMPTY | figure.layout.to_plotly_json() | _KEPT]


def _changed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """What a part of a figure says otherwise than before; checking a property costs more than comparing it."""
    gone = {key: None for key in old if key not in new}
    return gone | {key: value for key, value in new.items() if key not in old or not _is_same(value, old[key])}


def _is_same(one: Any, other: Any) -> bool:
    if hasattr(one, "tolist") and hasattr(other, "tolist"):  # plotly keeps columns as arrays
        return bool(one.tolist() == other.tolist())
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _alike(drawn: Sequence[tuple[str, str]], following: Sequence[tuple[str, str]]) -> int:
    """How many traces, from the first, are of one kind in both: those can be changed into each other."""
    pairs = zip(drawn, following, strict=False)
    return next((place for place, (old, new) in enumerate(pairs) if old[0] != new[0]), min(len(drawn), len(following)))


def _traces(figure: go.Figure) -> list[tuple[str, str]]:
    return [(trace.type, trace.uid) for trace in figure.data]
