"""What `make notebooks` puts beside a figure: drawn without a network, the same each time."""

import base64
from concurrent.futures import ThreadPoolExecutor

import nbformat
import plotly.graph_objects as go
import pytest

from tests.browser.conftest import _chromium
from tests.notebooks.draw_figures import FIGURE, PICTURE, DrawFigures


@pytest.fixture
def notebook():
    figure = go.Figure(go.Bar(x=[1, 2], y=[3, 4])).update_layout(height=300, title="Two bars")
    output = nbformat.v4.new_output("display_data", {FIGURE: figure.to_plotly_json(), "text/plain": "Two bars"})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("figure", outputs=[output])])


def test_a_figure_is_drawn_beside_the_interactive_one(notebook, monkeypatch):
    monkeypatch.setenv("MYOSITIS_TOOLS_CHROMIUM", _chromium())
    pictures = []
    for _ in range(2):
        # in a thread of its own: a test before this one may have left a browser open in this one
        with ThreadPoolExecutor(1) as thread:
            drawn, _resources = thread.submit(DrawFigures().preprocess, notebook, {}).result()
        [output] = drawn.cells[0].outputs
        assert set(output.data) == {FIGURE, PICTURE, "text/plain"}
        assert output.metadata[PICTURE]["alt"] == "Two bars"
        pictures.append(base64.b64decode(output.data[PICTURE]))
    assert pictures[0] == pictures[1]
    assert pictures[0].startswith(b"\x89PNG")
    assert len(pictures[0]) > 2_000  # bars and words, and not an empty page
