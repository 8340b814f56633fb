"""A real JupyterLab or app on this machine's own address, started as a user starts it, and stopped again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS = 90
WORD = "for-this-test-only"


class Server:
    """JupyterLab as it is ("lab") or as `myositis-tools lab` opens it ("own lab"); an app in Voilà; a class."""

    def __init__(self, kind: str, folder: Path, name: str = "") -> None:
        self.folder = folder
        start, options, ready, self._end = _KINDS[kind]
        self._spares = kind == "app"
        port = _free_port()
        self.base = f"http://127.0.0.1:{port}"
        command = [sys.executable, *start, *(option.format(port=port, folder=folder, name=name) for option in options)]
        if kind == "lab" and hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self._log = (folder / "server.log").open("w")
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait(ready)

    def _wait(self, ready: str) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(self.base + ready, timeout=2)
            except urllib.error.HTTPError:
                return
            except OSError:
                if not self.is_running() or time.monotonic() > end:
                    self.stop()
                    raise RuntimeError((self.folder / "server.log").read_text()[-3000:]) from None
                time.sleep(0.1)
            else:
                return

    def is_running(self) -> bool:
        """Whether it is there for another test."""
        return self._process.poll() is None

    def kernels(self) -> list[str]:
        """The kernels that have not ended: a server takes a kernel's connection file away when its process is gone."""
        return [path.stem.removeprefix("kernel-") for path in self.folder.rglob("kernel-*.json")]

    def used_kernels(self) -> list[str]:
        """The kernels that a page was connected to: one that waits for the next page is none of them."""
        log = (self.folder / "server.log").read_text()
        return [kernel for kernel in self.kernels() if not self._spares or f"Connecting to kernel {kernel}" in log]

    def end_kernels(self) -> None:
        """End every kernel in use; a server that cannot is stopped, so that the next test gets another one."""
        try:
            for kernel in self.used_kernels():
                self._ask(kernel)
            left = self.used_kernels()
        except OSError as error:
            left = [str(error)]
        if left:
            self.stop()
            raise RuntimeError(f"These kernels did not end: {left}\n{(self.folder / 'server.log').read_text()[-3000:]}")

    def _ask(self, kernel: str) -> None:
        method, path = self._end
        # Voilà has no token, and wants to hear the same word twice instead
        said = {"Authorization": f"token {WORD}", "Cookie": "_xsrf=00", "X-XSRFToken": "00"}
        request = urllib.request.Request(self.base + path.format(kernel=kernel), method=method, headers=said)
        urllib.request.urlopen(request, timeout=START_SECONDS)

    def stop(self) -> None:
        """Stop the server and its kernels, and nothing else: they are a session of their own."""
        if self.is_running():
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._log.close()


# how it is started, with which options; what answers when it is ready; how a kernel of it is ended
_COMMAND = ["-c", "from myositis_tools.cli import main; main()"]
_END_IN_JUPYTER = ("DELETE", "/api/kernels/{kernel}")
_KINDS = {
    "lab": (
        ["-m", "jupyterlab"],
        [
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.root_dir={folder}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        "/api/status",
        _END_IN_JUPYTER,
    ),
    "own lab": (
        _COMMAND,
        ["lab", "--folder", "{folder}", "--port", "{port}", "--no-browser"],
        "/api/status",
        _END_IN_JUPYTER,
    ),
    "app": (
        _COMMAND,
        ["app", "{name}", "--port", "{port}", "--no-browser"],
        "/voila/static/voila.js",
        ("POST", "/voila/api/shutdown/{kernel}"),
    ),
    "class": (
        _COMMAND,
        [
            *("class", "--share", "--learners", "2", "--places", "2", "--base-url", "/room/"),
            *("--folder", "{folder}/answers", "--port", "{port}"),
        ],
        "/room/voila/static/voila.js",
        ("POST", "/room/voila/api/shutdown/{kernel}"),
    ),
}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _environment(folder: Path) -> dict[str, str]:
    """The user's own settings of Jupyter stay out of the test."""
    settings = folder / ".settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false"}))
    (folder / ".temporary").mkdir()  # where Voilà keeps its connection files
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "JUPYTER_DATA_DIR": str(folder / ".data"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_TOKEN": WORD,
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
        "TMPDIR": str(folder / ".temporary"),
    }
