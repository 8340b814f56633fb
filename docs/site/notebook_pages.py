"""The committed notebooks as pages: figures alive, a picture where an app stands, links that lead on."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from live_figures import place_of, save_figure

FIGURE = "application/vnd.plotly.v1+json"
APP = "application/vnd.jupyter.widget-view+json"
# The picture of docs/pictures that shows what a call opens.
PICTURES = {
    "open_cohort": "cohort",
    "explore_eligibility": "who_fits",
    "explore_trajectories": "follow_up",
    "explore_effects": "trial",
    "explore_design": "design",
    "calculate_total_improvement": "calculator",
    "calculate_eular_acr": "eular_acr",
    "calculate_haq_di": "haq_di",
    "calculate_mmt": "mmt",
}


def write_notebooks(notebooks: Path, folder: Path, figures: Path) -> None:
    """Write each notebook for Sphinx, and its figures beside the site's scripts."""
    folder.mkdir(parents=True)
    for path in sorted(notebooks.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                cell.source = plain_anchors(cell.source)
                continue
            if cell.metadata.get("jupyter", {}).get("source_hidden"):
                cell.metadata.setdefault("tags", []).append("hide-input")
            for output in cell.get("outputs", []):
                if "data" in output:
                    output.data = _for_a_page(output.data, f"{path.stem}-{number}", cell.source, figures)
        nbformat.write(notebook, folder / path.name)


def plain_anchors(text: str) -> str:
    """Jupyter names a heading with its capitals, Sphinx without."""
    return re.sub(r"(?<=\.ipynb)#[^)\s]+", lambda found: found[0].lower(), text)


def glossary(notebooks: Path) -> str:
    """The glossary at the end of the first notebook, as a page."""
    cells = nbformat.read(notebooks / "00_start_here.ipynb", as_version=4).cells
    [words] = [cell.source for cell in cells if cell.source.startswith("## Glossary")]
    return plain_anchors(words.removeprefix("#"))


def _for_a_page(data: dict[str, Any], name: str, source: str, figures: Path) -> dict[str, Any]:
    if FIGURE in data:
        save_figure(figures, name, data[FIGURE])
        return {"text/html": place_of(name, data[FIGURE])}
    if APP in data:
        return {"text/html": _app(source, data.get("text/plain", ""))}
    if "text/html" in data:
        return {"text/html": _scrolled(re.sub(r"<style.*?</style>", "", data["text/html"], flags=re.DOTALL))}
    return data


def _scrolled(table: str) -> str:
    return f'<div class="mt-wide" tabindex="0" role="group" aria-label="Output">{table}</div>'


def _app(source: str, said: str) -> str:
    words = "<p>An app stands here when the notebook runs (<code>myositis-tools lab</code>).</p>"
    for call, picture in PICTURES.items():
        if f"{call}(" in source:
            return f'<img class="mt-app" src="../_static/pictures/{picture}.png" alt="{escape(said.strip())}">{words}'
    return words
