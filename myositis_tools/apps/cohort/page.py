"""The page of its own that `myositis-tools open` starts."""

from __future__ import annotations

import json
import os

from myositis_tools.apps.cohort import make_page
from myositis_tools.apps.cohort.view import CohortView


def open_page() -> CohortView:
    """Open the cohort at the files and the view that the command says; the address of the page says more."""
    said = json.loads(os.environ.get("MYOSITIS_TOOLS_PAGE", "{}"))
    return make_page({}, said.get("files", ()), {"view": said.get("view", "cohort")}, is_page=True)
