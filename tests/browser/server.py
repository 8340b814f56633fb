"""A real JupyterLab or app on this machine's own address, started for a test and stopped by it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS = 90
_WORD = "for-this-test-only"


class Server:
    """JupyterLab on a folder with one notebook, as it is or as `myositis-tools lab` opens it; or an app in Voilà."""

    def __init__(self, kind: str, notebook: Path, folder: Path) -> None:
        self.folder = folder
        if kind != "app":
            shutil.copy(notebook, folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        copied = folder / notebook.name
        start, options, ready, path = _KINDS[kind]
        command = [sys.executable, *start]
        command += [option.format(port=port, folder=folder, notebook=copied, name=notebook.stem) for option in options]
        if kind == "lab" and hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self.url = self.base + path.format(name=notebook.name)
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
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "server.log").read_text()[-3000:]) from None
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stop the server and its kernels, and nothing else: they are a session of their own."""
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._log.close()


_LAB = (
    ["-m", "jupyterlab"],
    [
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ],
    "/api/status",
    "/lab/workspaces/test/tree/{name}?reset",
)
_APP = (
    ["-c", "from myositis_tools.cli import main; main()"],
    ["app", "{name}", "--port", "{port}", "--no-browser"],
    "/voila/static/voila.js",
    "/",
)
_OWN_LAB = (
    ["-c", "from myositis_tools.cli import main; main()"],
    ["lab", "--folder", "{folder}", "--port", "{port}", "--no-browser"],
    "/api/status",
    f"/lab/tree/{{name}}?token={_WORD}",
)
_KINDS = {"lab": _LAB, "own lab": _OWN_LAB, "app": _APP}


def _environment(folder: Path) -> dict[str, str]:
    """The user's own settings of Jupyter stay out of the test."""
    settings = folder / ".settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_TOKEN": _WORD,
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
    }
