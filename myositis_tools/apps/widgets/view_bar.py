"""The bar above all views of a cohort: where one is, where one can go, and the way back here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import anywidget
import traitlets


class ViewBar(anywidget.AnyWidget):
    """Buttons for the views, the chosen patient, and a link to what is seen.

    Parameters
    ----------
    on_address : callable
        Told what the address of the page names, where the bar stands on a page of its own.

    Attributes
    ----------
    views : list of (str, str)
        Each view's key and label.
    current, patient, title : str
        The open view, the chosen patient, and the title of the page.
    address : dict of str to str
        What the address of the page is to say.
    code : str
        The code that brings the view back in a notebook.
    is_page : bool
        Whether it stands on a page of its own, which has an address.
    """

    _esm = resources.files(__package__).joinpath("view_bar.js").read_text(encoding="utf-8")
    views: Any = traitlets.List().tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)
    patient = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    address: Any = traitlets.Dict().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    is_page = traitlets.Bool(False).tag(sync=True)

    def __init__(self, on_address: Callable[[Mapping[str, str]], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_address = on_address
        self.on_msg(self._told)

    def _told(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("type") == "address":
            self._on_address({str(name): str(value) for name, value in content["address"].items()})
