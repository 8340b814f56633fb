"""The same code gives the same file: widgets are numbered when a notebook is saved."""

from uuid import uuid4

import nbformat
import pytest

from tests.notebooks.number_widgets import VIEW, NumberWidgets


@pytest.fixture
def run():
    """A notebook as a run leaves it: an app shown twice, a number, and another app."""

    def make() -> nbformat.NotebookNode:
        first, second = uuid4().hex, uuid4().hex
        views = [{VIEW: {"model_id": name}, "text/plain": "An app."} for name in (first, first, second)]
        cells = [
            nbformat.v4.new_code_cell(id=f"c{place}", outputs=[nbformat.v4.new_output("display_data", data)])
            for place, data in enumerate([*views[:2], {"text/plain": "75"}, views[2]])
        ]
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Apps", id="a"), *cells])

    return make


def test_two_runs_are_the_same_file(run):
    assert nbformat.writes(run()) != nbformat.writes(run())
    (one, _), (other, _) = (NumberWidgets().preprocess(run(), {}) for _ in range(2))
    assert nbformat.writes(one) == nbformat.writes(other)
    data = [cell.outputs[0].data for cell in one.cells[1:]]
    assert [each[VIEW].model_id for each in data if VIEW in each] == ["1", "1", "2"]
    assert data[2] == {"text/plain": "75"}
    assert nbformat.writes(NumberWidgets().preprocess(one, {})[0]) == nbformat.writes(other)
