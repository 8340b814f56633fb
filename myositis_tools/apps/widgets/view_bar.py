"""The bar above all views of a cohort: where one is, where one can go, and the way back here."""

from __future__ import annotations

from typing import Any

import traitlets

from myositis_tools.apps.widgets.page_address import AddressedWidget
from myositis_tools.apps.widgets.scripts import script


class ViewBar(AddressedWidget):
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

    _esm = script("copy_text.js", "page_address.js", "view_bar.js")
    views: Any = traitlets.List().tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)
    patient = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    is_page = traitlets.Bool(False).tag(sync=True)
