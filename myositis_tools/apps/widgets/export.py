"""What an app hands over: its tables, its figures, and its own state, which it takes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go
from traitlets import TraitError

from myositis_tools.apps.widgets.app_view import Desk, folded, note
from myositis_tools.apps.widgets.buttons import DownloadButton, PictureButton
from myositis_tools.apps.widgets.html_pages import as_html_page
from myositis_tools.errors import MyositisToolsError, WrongTypeError
from myositis_tools.exchange import as_csv, as_workbook
from myositis_tools.exchange.describe.provenance import about, table_in_words
from myositis_tools.privacy.pseudonyms import Naming

_ABOUT = "About"
_NUMBERED = (
    "Without ids patients are numbered in the order of your table, and birth dates, free text and columns of your own "
    "are left out of CSV, Excel and HTML. PNG and SVG are what the screen shows; a saved view keeps the chosen patient."
)


@dataclass(frozen=True)
class PatientsOfExport:
    """Whom the files of an app are of, so that they can be handed over without names.

    Attributes
    ----------
    ids : callable
        Gives the patients in the order of the user's table.
    code : callable
        Gives the call that shows the view again, without the chosen patient.
    described : mapping
        By the title of a table what takes from it the part that may be handed over, as `described_by` does; a table of
        which the app made every column is not named.
    """

    ids: Callable[[], Iterable[Any]]
    code: Callable[[], str]
    described: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = field(default_factory=dict)


def export_panel(
    desk: Desk,
    name: str,
    *,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    figures: Callable[[Naming], tuple[str, Sequence[go.Figure]]],
    state: Callable[[], Mapping[str, Any]],
    restore: Callable[[Mapping[str, Any]], None],
    given: Callable[[], Mapping[str, Any]] = dict,
    patients: PatientsOfExport | None = None,
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
        Gives a title and the figures of a page; told how patients are called.
    state, restore : callable
        Give the state of the app as plain values, and take it back.
    given : callable
        Gives the user's own tables that the app was opened with, by name; None stands for one that was not given.
    patients : PatientsOfExport, optional
        Whom the files are of; an app in which no patient has a row has none. They are named where a person asks for it.
    """
    with_ids = (
        None
        if patients is None
        else widgets.Checkbox(value=False, description="With patient ids", indent=False, layout={"width": "auto"})
    )

    def file(label: str, ending: str, make: Callable[[], bytes]) -> DownloadButton:
        return DownloadButton(label, lambda: (f"{name}{ending}", make()), desk.complain)

    def naming() -> Naming:
        return Naming(patients.ids() if patients else (), identifiers=with_ids is None or with_ids.value)

    def leaving(title: str, names: Naming) -> pd.DataFrame:
        described = patients.described if patients else {}
        return names.table(tables[title](), *([described[title]] if title in described else []))

    def told(names: Naming, made: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        code = patients.code() if patients and not names.identifiers else desk.model.as_code()
        said = [("what was seen", desk.model.headline), ("the call that shows it again", code)]
        said += [("names of patients", names.words)] if patients else []
        said += [(f"given: {name}", table_in_words(table)) for name, table in given().items() if table is not None]
        return about([*said, *((f"sheet {title}", table_in_words(table)) for title, table in made.items())])

    def table(title: str) -> DownloadButton:
        return file(
            f"{title} (CSV)", f"_{title.lower().replace(' ', '_')}.csv", lambda: as_csv(leaving(title, naming()))
        )

    def workbook() -> bytes:
        names = naming()
        made = {title: leaving(title, names) for title in tables}
        return as_workbook(made | {_ABOUT: told(names, made)})

    def page() -> bytes:
        names = naming()
        title, drawn = figures(names)
        return as_html_page(title, drawn, told(names, {}))

    upload = widgets.FileUpload(description="Restore view", accept=".json", multiple=False)

    def take_back(change: Mapping[str, Any]) -> None:
        if change["new"]:
            upload.value = ()  # the same file can then be given again
            _restore(restore, bytes(change["new"][0]["content"]))

    upload.observe(desk.guarded(take_back), names="value")
    buttons = widgets.Box(
        [
            *map(table, tables),
            file("All tables (Excel)", ".xlsx", workbook),
            PictureButton(label="Figure (PNG)", format="png"),
            PictureButton(label="Figure (SVG)", format="svg"),
            file("Figures (HTML)", ".html", page),
            file("View (to restore later)", "_view.json", lambda: json.dumps(state(), indent=1).encode()),
            upload,
        ]
    )
    buttons.add_class("mt-row")
    asked = [widgets.VBox([with_ids, note(_NUMBERED)], layout={"margin": "0 0 8px 0"})] if with_ids else []
    return folded("Export", *asked, buttons, note("Files are made on this machine and go nowhere else."))


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
