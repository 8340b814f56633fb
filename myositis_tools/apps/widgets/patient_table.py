"""A table for people: sorted, searched and paged in the browser; choosing a row chooses the patient."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

_NOT_YET = "Being worked out"  # a heading needs words


class PeopleTable(widgets.VBox):
    """A sortable, searchable table of patients.

    Parameters
    ----------
    on_choose : callable, optional
        Told the position of the chosen row in the frame shown; without it no row can be chosen.
    """

    def __init__(self, on_choose: Callable[[int], None] | None = None) -> None:
        self._on_choose = on_choose
        self._table = ITable(
            pd.DataFrame({_NOT_YET: []}),
            select="single" if on_choose else False,
            style="width:100%;margin:0",
            classes="display compact",
            pageLength=12,
            lengthMenu=[12, 25, 50, 100],
            maxBytes=0,
            showIndex=False,
            allow_html=False,
            layout={"topStart": "search", "topEnd": "info", "bottomStart": "pageLength", "bottomEnd": "paging"},
        )
        # anywidget would have each table follow its module's file, which keeps them all for good
        for file in (ITable._esm, ITable._css):
            if hasattr(file, "changed"):
                file.changed.disconnect()
        self._table.observe(self._chosen, names="selected_rows")
        super().__init__([self._table], layout={"width": "100%"})

    def show(self, frame: pd.DataFrame, *, chosen: int | None = None) -> None:
        """Show a frame; its headings are the table's, and what is missing among its numbers stays empty."""
        numbers = {name: _as_text(frame[name]) for name in frame if frame[name].dtype.kind == "f"}
        self._table.update(frame.assign(**numbers), selected_rows=[] if chosen is None else [chosen])

    def _chosen(self, change: dict[str, list[int]]) -> None:
        if change["new"] and self._on_choose:
            self._on_choose(change["new"][0])


def _as_text(numbers: pd.Series) -> pd.Series:
    """Numbers with as many decimals in every row; what is missing is empty, and sorts with them."""
    decimals = max((len(f"{number:g}".partition(".")[2]) for number in numbers.dropna()), default=0)
    return numbers.map(lambda number: "" if number != number else f"{number:.{decimals}f}").astype(object)
