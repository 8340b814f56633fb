"""One cohort and its views: the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from myositis_tools.apps.cohort.held_file import HeldFile
from myositis_tools.apps.cohort.model import CohortModel, sample_cohort
from myositis_tools.apps.cohort.opening import Opening
from myositis_tools.apps.cohort.view import CohortView
from myositis_tools.apps.cohort.views import VIEWS
from myositis_tools.criteria import Protocol
from myositis_tools.frames import tables_in_order

__all__ = ["CohortModel", "CohortView", "open_cohort"]


@tables_in_order
def open_cohort(
    *files: str | Path,
    patients: Any = None,
    visits: Any = None,
    medications: Any = None,
    events: Any = None,
    screening: Any = None,
    protocol: Protocol | None = None,
    view: str = "cohort",
    patient_id: str | None = None,
    beside: str | None = None,
    trial: str | None = None,
) -> CohortView:
    """Open a cohort: its patients in pictures, who fits a trial, how they did, and one patient at a time.

    Files are read as `myositis_tools.io.suggest_file` finds best; what could mean two things is asked, and nothing is
    applied before you agree. More files can be dropped on the page. They stay on this computer.

    Parameters
    ----------
    *files : str or pathlib.Path
        The files of a cohort, and a mapping of their headings (``.toml``) if there is one; the sample cohort if neither
        files nor tables are given.
    patients, visits, medications, events, screening : pandas, Polars, DuckDB or PySpark frame, optional
        Tables instead of files, as for `myositis_tools.screening.Records`. Headings of your own are recognised as
        those of files are.
    protocol : Protocol, optional
        A trial of your own; it is offered beside those of ``mt.PROTOCOLS``.
    view : str
        The view to open: ``cohort``, ``who_fits``, ``follow_up``, ``patient``, ``trial``, ``design``, ``calculator``,
        ``eular_acr``, ``haq_di`` or ``mmt``.
    patient_id, beside : str, optional
        The patient who is looked at in every view, and another beside her.
    trial : str, optional
        The key of the protocol that is asked about; TIME IS MUSCLE if left out.

    Returns
    -------
    ipywidgets.VBox
        The page; its ``model`` holds the cohort, the patient and the trial that all views share.

    Raises
    ------
    MyositisToolsError
        If a table, the view, the patient or the trial cannot be what they say they are. What a file cannot be is said
        on the page.

    Missing data
    ------------
    As in the views: unknown, with the reason.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> page = mt.apps.open_cohort(view="cohort", patient_id="P084")
    >>> page
    Sample cohort (synthetic): 300 patients and 512 visits, with medications and events.
    """
    given = {"patients": patients, "visits": visits, "medications": medications, "events": events}
    tables = {kind: table for kind, table in (given | {"screening": screening}).items() if table is not None}
    address = {"view": view, "patient_id": patient_id, "beside": beside, "trial": trial}
    return make_page(tables, files, address, protocol=protocol)


def make_page(
    tables: Mapping[str, Any],
    files: Sequence[str | Path],
    address: Mapping[str, Any],
    *,
    protocol: Protocol | None = None,
    is_page: bool = False,
) -> CohortView:
    """Make the page of a cohort, in a cell of a notebook or standing alone."""
    model = CohortModel(sample_cohort(), views=list(VIEWS), protocol=protocol)
    opening = Opening()
    opening.hand_over(tables)
    opening.add([HeldFile.at(file) for file in files])
    return CohortView(model, opening, address, is_page=is_page)
