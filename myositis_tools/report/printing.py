"""A page printed to PDF by a Chromium or Chrome of this machine, which is asked for nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from myositis_tools.errors import OptionError

_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome", "msedge")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-pdf-header-footer",
    "--virtual-time-budget=20000",  # the figures are drawn by then
)
_PATIENCE_SECONDS = 120


def as_pdf(page: bytes) -> bytes:
    """Print a page.

    Raises
    ------
    OptionError
        If there is no browser to print with, or it printed nothing.
    """
    browser = _browser()
    if browser is None:
        raise OptionError(
            "There is no Chromium or Chrome to make a PDF with.",
            expected="one of them installed",
            hint="save the report as .html and print it from any browser",
        )
    with TemporaryDirectory() as folder:
        here, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        here.write_bytes(page)
        command = [browser, *_OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", here.as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # a browser of root's does not start otherwise
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE_SECONDS)  # noqa: S603
            return printed.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise OptionError(
                f"{Path(browser).name} made no PDF of the report.",
                expected="a browser that prints",
                hint="save the report as .html and print it from any browser",
            ) from error


def _browser() -> str | None:
    named = os.environ.get("MYOSITIS_TOOLS_CHROMIUM")
    for name in (named, *_NAMES, *_APPLICATIONS):
        found = shutil.which(name) if name else None
        if found:
            return found
    return None
