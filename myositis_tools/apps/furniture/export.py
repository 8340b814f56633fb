"""What an app hands over: its tables, its figures, and its own state, which it takes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go
from traitlets import TraitError

from myositis_tools.apps.furniture.buttons import DownloadButton, PictureButton
from myositis_tools.apps.furniture.desk import Desk, folded, note
from myositis_tools.apps.furniture.files import as_html_page
from myositis_tools.errors import MyositisToolsError, WrongTypeError
from myositis_tools.exchange import as_csv, as_workbook
from myositis_tools.exchange.provenance import about, table_in_words

_ABOUT = "About"


def export_panel(
    desk: Desk,
    name: str,
    *,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    figures: Callable[[], tuple[str, Sequence[go.Figure]]],
    state: Callable[[], Mapping[str, Any]],
    restore: Callable[[Mapping[str, Any]], None],
    given: Callable[[], Mapping[str, Any]] = dict,
) -> widgets.Accordion:
    """Offer everything an app shows as files that say of what they were made; errors are shown by the desk.

    Parameters
    ----------
    desk : Desk
        The app; its model says the sentence on top (``headline``) and prints itself as code (``as_code``).
    name : str
        What the files' names begin with.
    tables : mapping
        The title of each table and what makes it: a CSV each, and a workbook of all.
    figures : callable
        Gives a title and the figures of a page.
    state, restore : callable
        Give the state of the app as plain values, and take it back.
    given : callable
        Gives the user's own tables that the app was opened with, by name; None stands for one that was not given.
    """

    def file(label: str, ending: str, make: Callable[[], bytes]) -> DownloadButton:
        return DownloadButton(label, lambda: (f"{name}{ending}", make()), desk.complain)

    def table(title: str, make: Callable[[], pd.DataFrame]) -> DownloadButton:
        return file(f"{title} (CSV)", f"_{title.lower().replace(' ', '_')}.csv", lambda: as_csv(make()))

    def workbook() -> bytes:
        made = {title: make() for title, make in tables.items()}
        return as_workbook(made | {_ABOUT: _about(desk, given(), made)})

    def page() -> bytes:
        title, drawn = figures()
        return as_html_page(title, drawn, _about(desk, given(), {}))

    upload = widgets.FileUpload(description="Restore view", accept=".json", multiple=False)

    def take_back(change: Mapping[str, Any]) -> None:
        if change["new"]:
            _restore(restore, bytes(change["new"][0]["content"]))

    upload.observe(desk.guarded(take_back), names="value")
    buttons = widgets.Box(
        [
            *(table(title, make) for title, make in tables.items()),
            file("All tables (Excel)", ".xlsx", workbook),
            PictureButton(label="Figure (PNG)", format="png"),
            PictureButton(label="Figure (SVG)", format="svg"),
            file("Figures (HTML)", ".html", page),
            file("View (to restore later)", "_view.json", lambda: json.dumps(state(), indent=1).encode()),
            upload,
        ]
    )
    buttons.add_class("mt-row")
    return folded("Export", buttons, note("Files are made on this machine and go nowhere else."))


def _about(desk: Desk, given: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Of what the files were made: the view in a sentence and as code, what went in and what came out."""
    said = [("what was seen", desk.model.headline), ("the call that shows it again", desk.model.as_code())]
    said += [(f"given: {name}", table_in_words(table)) for name, table in given.items() if table is not None]
    said += [(f"sheet {title}", table_in_words(table)) for title, table in tables.items()]
    return about(said)


def _restore(restore: Callable[[Mapping[str, Any]], None], content: bytes) -> None:
    """Give a file back to the app; a file that is something else is said to be so."""
    try:
        restore(dict(json.loads(content)))
    except MyositisToolsError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, TraitError) as error:
        raise WrongTypeError(
            "This file is no saved view of this app.",
            expected="the file that 'View (to restore later)' gave",
            hint="what is shown is as it was before",
        ) from error
