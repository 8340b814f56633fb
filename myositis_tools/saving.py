"""A word before rows of patients are saved: JupyterLab refuses the first save of them and says where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myositis_tools.errors import listed
from myositis_tools.patient_rows import rows_of_patients

_told: dict[str, frozenset[str]] = {}


def warn_of_patient_rows(*, model: Mapping[str, Any], path: str, **_: Any) -> None:
    """Refuse to save a notebook when rows of patients have come into its outputs; the next save goes through.

    For the ``ContentsManager.pre_save_hook`` of a Jupyter server; `myositis-tools lab` sets it. In a Jupyter of your
    own this line of ``jupyter_server_config.py`` does::

        c.ContentsManager.pre_save_hook = "myositis_tools.saving.warn_of_patient_rows"

    Parameters
    ----------
    model : mapping
        What is to be saved, as Jupyter gives it.
    path : str
        Where.

    Raises
    ------
    tornado.web.HTTPError
        If a cell shows rows of patients that did not at the save before, and the notebook does not say that its data
        are nobody's. JupyterLab shows the message.
    """
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    found = rows_of_patients(model["content"])
    told, _told[path] = _told.get(path, frozenset()), frozenset(found)
    if _told[path] - told:
        from tornado.web import HTTPError

        where = listed(found.values(), most=len(found))
        raise HTTPError(
            400,
            f"Not saved yet. Rows of patients would be saved in the notebook, in {where}. Clear these outputs, or save "
            "again to keep them: the next save goes through, JupyterLab's own after some minutes too. If the data are "
            "nobody's, write in the first cell that they are synthetic, and nothing is asked.",
        )
