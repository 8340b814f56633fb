"""The page of its own that `myositis-tools open` starts: what is opened there is said in the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from myositis_tools.apps.cohort import make_page
from myositis_tools.apps.cohort.view import CohortView

_SAID = "MYOSITIS_TOOLS_PAGE"


def said_to_page(files: Sequence[Path], view: str) -> dict[str, str]:
    """What a server says to its page: the files by their place on this computer, and the view."""
    return {_SAID: json.dumps({"files": [str(file.resolve()) for file in files], "view": view})}


def open_page() -> CohortView:
    """Open the cohort at the files and the view that the server says; the address of the page says more."""
    said = json.loads(os.environ.get(_SAID, "{}"))
    return make_page({}, said.get("files", ()), {"view": said.get("view", "cohort")}, is_page=True)
