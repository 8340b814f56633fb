"""What an app needs of the page itself, and no widget gives: a drawer, names for fields, a word when all is lost."""

from __future__ import annotations

from importlib import resources

import anywidget


class PageManners(anywidget.AnyWidget):
    """The buttons that open the drawer of controls and explain them; what else it does stands in its module."""

    _esm = resources.files(__package__).joinpath("page_manners.js").read_text(encoding="utf-8")
