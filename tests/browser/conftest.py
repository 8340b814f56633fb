"""A real Chromium beside a real JupyterLab or Voilà.

`page_of(kind, notebook)` opens a notebook there and gives the page. The tests of a worker share their servers; the
browser's context, a folder, a workspace and kernels are each test's own and end with it. A test fails if its page
raised an error or asked any other address than this machine's for anything.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.browser.app import wait_until
from tests.browser.server import WORD, Server

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_HARMLESS_ERRORS = (
    "setData is not a function",  # Voilà draws a figure of a cell's output a second time
    "_redrawFromAutoMarginCount",  # plotly, of a figure that is being drawn while its page is left
    "Not saved yet",  # JupyterLab throws what it has shown in a dialog
)
PATIENCE = 90_000
# anywidget gives a module two seconds, which two tests at once may use up; how an app bears it is for test_slow_page.
_MORE_TIME = "const limit = AbortSignal.timeout; AbortSignal.timeout = (time) => limit.call(AbortSignal, 30 * time);"

expect.set_options(timeout=PATIENCE)


def _chromium() -> str:
    named = os.environ.get("MYOSITIS_TOOLS_CHROMIUM")
    for name in (named, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    return ""


class _Shared:
    """What the tests of a worker share: a browser, a JupyterLab, the apps. What a test has broken is started again."""

    def __init__(self, launch: Callable[[], Browser], folder: Path) -> None:
        self._launch, self._folder = launch, folder
        self._browser: Browser | None = None
        self._servers: dict[tuple[str, str], Server] = {}

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._launch()
        return self._browser

    def server(self, kind: str, name: str) -> Server:
        server = self._servers.get((kind, name))
        if server is None or not server.is_running():
            place = self._folder / f"{len(list(self._folder.iterdir()))} {kind} {name}".strip()
            place.mkdir()
            server = self._servers[kind, name] = Server(kind, place, name)
        return server

    def close(self) -> None:
        for server in self._servers.values():
            server.stop()
        if self._browser is not None:
            self._browser.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Shared]:
    chromium = _chromium()
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and in CI that is a failure.")
        pytest.skip("There is no Chromium on this machine; `make test` installs one.")
    with sync_playwright() as playwright:
        sharing = _Shared(
            lambda: playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS),
            tmp_path_factory.mktemp("servers"),
        )
        yield sharing
        sharing.close()


@pytest.fixture
def notebook_of(tmp_path: Path) -> Callable[[str], Path]:
    """Write a notebook of one cell."""

    def write(source: str) -> Path:
        cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": []}
        kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        content = {"cells": [cell | {"source": source}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        written = tmp_path / "made" / "one_cell.ipynb"
        written.parent.mkdir()
        written.write_text(json.dumps(content))
        return written

    return write


@pytest.fixture
def page_of(shared: _Shared, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    with ExitStack() as to_close:
        errors: list[str] = []
        foreign: list[str] = []

        def address(kind: str, notebook: Path) -> str:
            """Where the notebook is opened: on the shared JupyterLab in a folder and a workspace of this test's own."""
            if kind == "own lab":
                server = Server(kind, tmp_path)
                to_close.callback(server.stop)
                shutil.copy(notebook, tmp_path)
                return f"{server.base}/lab/tree/{notebook.name}?token={WORD}"
            server = shared.server(kind, notebook.stem if kind == "app" else "")
            to_close.callback(server.end_kernels)
            if kind == "app":
                return server.base
            place = Path(tempfile.mkdtemp(dir=server.folder))
            shutil.copy(notebook, place)
            return f"{server.base}/lab/workspaces/{place.name}/tree/{place.name}/{notebook.name}?reset&token={WORD}"

        def open_page(
            kind: str,
            notebook: Path,
            *,
            width: int = 1400,
            height: int = 1100,
            script: str = "",
            **context_options: Any,
        ) -> Page:
            url = address(kind, notebook)
            context = shared.browser().new_context(
                viewport={"width": width, "height": height},
                permissions=["clipboard-read", "clipboard-write"],
                **context_options,
            )
            to_close.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.add_init_script(script or _MORE_TIME)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("requestfinished", lambda request: foreign.append(request.url))
            page.on("requestfailed", lambda request: None if _is_held_back(request) else foreign.append(request.url))
            page.goto(url)
            if kind == "lab":
                run_all(page)
            return page

        yield open_page
    assert [error for error in errors if not any(words in error for words in _HARMLESS_ERRORS)] == []
    assert [url for url in foreign if url.startswith("http") and "//127.0.0.1:" not in url] == []


def _is_held_back(request: Request) -> bool:
    """Whether the browser itself kept a request from leaving: the app's page allows this machine alone."""
    return "csp" in (request.failure or "").lower()


def run_all(page: Page) -> None:
    """Run every cell of the open notebook and wait until each has its number."""
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    # "idle" alone shows before the kernel is there, and then Run All asks which kernel to use
    wait_until(
        page,
        """() => { const c = window.jupyterapp?.shell.currentWidget?.sessionContext;
           return c?.isReady && c.session?.kernel?.connectionStatus === 'connected'
               && c.session.kernel.status === 'idle'; }""",
    )
    page.locator("li.lm-MenuBar-item", has_text="Run").first.click()
    page.locator('li.lm-Menu-item[data-command="runmenu:run-all"]').click()
    # not "no [*] is left", which is true before the first one has come
    wait_until(
        page,
        """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].length > 0
            && window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code').every(cell => cell.model.executionCount !== null)""",
    )
    expect(page.locator(".jp-Notebook-ExecutionIndicator").first).to_have_attribute("data-status", "idle")
