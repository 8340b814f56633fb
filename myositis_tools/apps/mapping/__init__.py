"""The app in which a centre's headings, units and codes are mapped, with consent for each."""

from __future__ import annotations

from typing import Any

from myositis_tools.apps.mapping.model import MappingModel
from myositis_tools.apps.mapping.view import MappingView
from myositis_tools.errors import require_option
from myositis_tools.exchange import TableMapping, read_table
from myositis_tools.sample import own_data_file
from myositis_tools.sample.own_data import SHEETS


def map_columns(table: Any = None, kind: str = "visits", *, mapping: TableMapping | None = None) -> MappingView:
    """Confirm what your headings, units and codes mean, and see the translated table at once.

    Suggestions are ranked and wait: nothing is applied before you accept it. The mapping can be saved, copied as code
    and used again; problems of the mapped table are listed live.

    Parameters
    ----------
    table : frame, optional
        Your table, as `read_table` gives it without a kind; that sheet of `own_data_file` if left out.
    kind : str
        What it holds, as in `validate`.
    mapping : TableMapping, optional
        A mapping to begin with, such as one that was saved.

    Returns
    -------
    ipywidgets.VBox
        The app; its ``model`` holds everything that is shown: ``model.mapping``, ``model.applied``,
        ``model.problems``.

    Raises
    ------
    MyositisToolsError
        If there is no such kind, no example of it, or the mapping names a heading that is not there.

    Missing data
    ------------
    An empty cell, and the words that you name.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> app = mt.apps.map_columns()
    >>> app.model.headline
    'None of 12 headings is mapped yet; 10 suggestions wait for your consent.'
    >>> app.model.accept_likely()
    >>> app.model.headline
    '10 of 12 headings are mapped. 88 rows: 124 errors, 0 warnings.'
    """
    if table is None:
        require_option("kind", kind, tuple(SHEETS))
        table = read_table(own_data_file(), sheet=SHEETS[kind])
    return MappingView(MappingModel(table, kind, mapping=mapping))
