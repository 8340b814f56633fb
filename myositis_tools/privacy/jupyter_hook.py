"""Rows of patients stay out of saved notebooks: JupyterLab says so once, and saves the rest from then on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from myositis_tools.errors import listed
from myositis_tools.privacy.notebook_outputs import STATE, first_cell, key_of, rows_of_patients

KEPT = re.compile(r"\brows\s+of\s+patients\s+are\s+kept\b", re.IGNORECASE)
LEFT_OUT = "Rows of patients were left out of this file. Run the cell again to see them.\n"

_told: dict[str, frozenset[str]] = {}


def hold_back_patient_rows(*, model: Mapping[str, Any], path: str, **_: Any) -> None:
    """Refuse once to save a notebook whose outputs hold rows of patients; later saves go through without these outputs.

    JupyterLab saves by itself, too, and nobody can tell such a save from one by hand. So no save is taken for consent:
    the rows come into the file where the first cell says *rows of patients are kept*, and only there. The page that is
    open keeps showing them.

    For the ``ContentsManager.pre_save_hook`` of a Jupyter server; `myositis-tools lab` sets it. In a Jupyter of your
    own this line of ``jupyter_server_config.py`` does::

        c.ContentsManager.pre_save_hook = "myositis_tools.privacy.jupyter_hook.hold_back_patient_rows"

    Parameters
    ----------
    model : mapping
        What is to be saved, as Jupyter gives it. Outputs with rows of patients are replaced in it by a line that says
        so; widget state that holds them is taken out.
    path : str
        Where.

    Raises
    ------
    tornado.web.HTTPError
        If a cell shows rows of patients that did not at the save before, and the notebook does not say that they are
        kept or that its data are nobody's. JupyterLab shows the message.
    """
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    notebook = model["content"]
    found = {} if KEPT.search(first_cell(notebook)) else rows_of_patients(notebook)
    told, _told[path] = _told.get(path, frozenset()), frozenset(found)
    if _told[path] - told:
        from tornado.web import HTTPError

        where = listed(found.values(), most=len(found))
        raise HTTPError(
            400,
            f"Not saved yet: rows of patients are shown in {where}. From the next save on, JupyterLab's own included, "
            "the notebook is saved without these outputs; on the screen they stay. To keep them in the file, write in "
            "the first cell: rows of patients are kept. If the data are nobody's, write there that they are synthetic.",
        )
    _leave_out(found, notebook)


def _leave_out(found: Collection[str], notebook: dict[str, Any]) -> None:
    for place, cell in enumerate(notebook.get("cells", []), start=1):
        if key_of(place, cell) in found:
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": LEFT_OUT}]
    if STATE in found:
        del notebook["metadata"]["widgets"]
