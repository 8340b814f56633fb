"""The command starts JupyterLab and Voilà, on this machine's own address, and neither asks anything elsewhere."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

PATIENCE_SECONDS = 90
WORD = "for-this-test-only"


@contextmanager
def started(folder, *arguments):
    """Start the command; give a function that asks it for a page. It is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {name: str(folder / name) for name in ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "myositis_tools.cli", *arguments, "--no-browser", "--port", str(port)],
            cwd=folder,
            env=os.environ | place | {"JUPYTER_TOKEN": WORD, "IPYTHONDIR": str(folder / "ipython")},
            stdout=log,
            stderr=log,
        )

    def ask(path):
        address = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {WORD}"})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as page:
                    return page.headers, page.read().decode()
            except urllib.error.HTTPError:
                raise
            except OSError:  # not listening yet
                time.sleep(0.2)
        return pytest.fail((folder / "log").read_text())

    try:
        yield ask
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def test_lab_opens_the_first_notebook_and_never_asks_about_news(tmp_path):
    with started(tmp_path, "lab", "--folder", "mine") as ask:
        ask("/lab/tree/00_start_here.ipynb")
        _, contents = ask("/api/contents/")
        _, settings = ask("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert (tmp_path / "mine" / "00_start_here.ipynb").is_file()
    assert "00_start_here.ipynb" in {entry["name"] for entry in json.loads(contents)["content"]}
    asks = json.loads(settings)["schema"]["properties"]
    assert asks["fetchNews"]["default"] == "false"
    assert asks["checkForUpdates"]["default"] is False
    assert "http://127.0.0.1:" in (tmp_path / "log").read_text()


def test_an_app_has_its_title_shows_no_code_and_may_load_nothing_from_elsewhere(tmp_path):
    with started(tmp_path, "app", "calculator") as ask:
        headers, page = ask("/")
    assert "<title>myositis_tools</title>" in page
    assert "open_page" not in page
    allowed = {source for rule in headers["Content-Security-Policy"].split(";") for source in rule.split()[1:]}
    assert allowed == {
        *["'self'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"],
        *["ws://localhost:*", "ws://127.0.0.1:*"],
    }
