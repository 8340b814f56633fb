"""Gather the pages of the site in build/site-source and let Sphinx make build/site of them (`make site`).

The folder that Sphinx reads has the layout of the repository, so that a link of README.md or of a notebook leads to the
same place. Nothing is fetched.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import plotly
from evidence_pages import write_evidence
from gallery_pages import write_gallery
from notebook_pages import glossary, plain_anchors, write_notebooks
from reference_pages import trap_patients, write_reference
from sphinx.cmd.build import main as build

from myositis_tools.apps.widgets.dark_figures import dark_figures

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent
SOURCE, STATIC, DOCTREES, OUT = (
    ROOT / "build" / name for name in ("site-source", "site-static", "site-doctrees", "site")
)
FOLDERS = ("docs/pictures", "docs/lite", "docs/deploy")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/engines.md", "docs/spark.md", "docs/release.md")


def gather() -> None:
    """Write every page and everything that a page loads."""
    for folder in (SOURCE, STATIC, DOCTREES, OUT):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SITE / "pages", SOURCE)
    shutil.copytree(SITE / "static", STATIC)
    shutil.copytree(ROOT / "docs/pictures", STATIC / "pictures", ignore=shutil.ignore_patterns("before", "*.md"))
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, SOURCE / folder)
    figures = STATIC / "figures"
    figures.mkdir()
    shutil.copy(Path(plotly.__file__).parent / "package_data/plotly.min.js", STATIC)
    (STATIC / "dark_figures.css").write_text(dark_figures(), encoding="utf-8")
    for name in DOCUMENTS:
        (SOURCE / name).write_text(plain_anchors((ROOT / name).read_text(encoding="utf-8")), encoding="utf-8")
    write_notebooks(ROOT / "notebooks", SOURCE / "notebooks", figures)
    (SOURCE / "glossary.md").write_text(glossary(ROOT / "notebooks"), encoding="utf-8")
    (SOURCE / "trap_patients.md").write_text(trap_patients(), encoding="utf-8")
    write_reference(SOURCE / "reference")
    write_gallery(SOURCE / "gallery", figures)
    write_evidence(SOURCE / "evidence")


if __name__ == "__main__":
    gather()
    # a warning is an error, and all of them are told
    options = ["-q", "-W", "--keep-going", "-j", "auto", "-c", str(SITE), "-d", str(DOCTREES)]
    sys.exit(build([*options, str(SOURCE), str(OUT)]))
