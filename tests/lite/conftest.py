"""The site of ``make lite`` in a real Chromium, served below a path and by nothing but a server of files.

`run_in_tab(*cells)` opens a notebook of these cells in the site and runs it in the tab. A test fails if its page asks
another address for anything. Where the site has not been made, the tests say so.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import wait_until
from tests.browser.conftest import run_all, shared  # noqa: F401 - the browser of a worker

SITE = Path(__file__).parents[2] / "build" / "lite" / "site"
PATIENCE = 240_000  # Python and the packages come to the tab first
_SAVE = """async content => {
    await window.jupyterapp.serviceManager.contents.save('tried.ipynb', { type: 'notebook', format: 'json', content });
    await window.jupyterapp.commands.execute('docmanager:open', { path: 'tried.ipynb', kernel: { name: 'python' } });
}"""


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - the name is the handler's
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    if not (SITE / "SHA256SUMS").exists():
        pytest.skip("not run, because the site has not been made: make lite")
    files = functools.partial(_Files, directory=str(SITE.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SITE.name}"
        server.shutdown()


@pytest.fixture
def tab(site: str, shared: Any) -> Iterator[Page]:  # noqa: F811
    foreign: list[str] = []
    context = shared.browser().new_context(viewport={"width": 1400, "height": 1100})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: foreign.append(request.url))
    yield page
    context.close()
    assert [url for url in foreign if url.startswith("http") and not url.startswith(site.rpartition("/")[0])] == []


@pytest.fixture
def open_notebook(site: str, tab: Page) -> Callable[[str], Page]:
    """Open a notebook of the site and run every cell."""

    def run(name: str) -> Page:
        tab.goto(f"{site}/lab/index.html?path={name}.ipynb")
        run_all(tab)
        return tab

    return run


@pytest.fixture
def run_in_tab(site: str, tab: Page) -> Callable[..., Page]:
    """Run cells in a notebook of their own."""

    def run(*cells: str) -> Page:
        tab.goto(f"{site}/lab/index.html")
        wait_until(tab, "() => window.jupyterapp?.serviceManager.isReady")
        written = [
            {
                "cell_type": "code",
                "id": f"c{place}",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": cell,
            }
            for place, cell in enumerate(cells)
        ]
        kernel = {"kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}}
        tab.evaluate(_SAVE, {"cells": written, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
        run_all(tab)
        return tab

    return run


def outputs(page: Page) -> list[dict[str, Any]]:
    """What the cells of the notebook in front have put out."""
    return json.loads(
        page.evaluate(
            """() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code').flatMap(cell => cell.model.outputs.toJSON()))"""
        )
    )


def printed(page: Page) -> str:
    """What was printed; that a cell failed is a failure."""
    found = outputs(page)
    assert [one for one in found if one["output_type"] == "error"] == []
    return "".join(one["text"] for one in found if one["output_type"] == "stream" and one["name"] == "stdout")


expect.set_options(timeout=PATIENCE)
