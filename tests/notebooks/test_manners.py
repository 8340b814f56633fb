"""Notebooks are thin, narrated and clean. That they run and show what they showed is nbval's part."""

import ast
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_STATEMENTS = 6
MOST_BYTES = 1_000_000
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.ListComp, ast.GeneratorExp)

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str | None = None) -> list[dict]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_code_cells_are_short_and_plain(path):
    for cell in cells(path, "code"):
        tree = ast.parse(source(cell))
        assert len(tree.body) <= MOST_STATEMENTS, source(cell)
        assert [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)] == [], source(cell)
        names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        assert [name for name in names if name.startswith("_")] == [], source(cell)
        assert not re.search(r"""["'][^"']*[/\\][^"']*\.(csv|xlsx|ipynb)["']""", source(cell)), source(cell)


def test_imports_stand_in_the_first_code_cell(path):
    for cell in cells(path, "code")[1:]:
        assert not [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_every_code_cell_has_words_before_it(path):
    every = cells(path)
    started = False
    for before, cell in pairwise(every):
        if cell["cell_type"] != "code":
            continue
        setting_up = before["cell_type"] == "code" and not started and source(before).startswith(("import", "from"))
        assert before["cell_type"] == "markdown" or setting_up, source(cell)
        started = started or not source(cell).startswith(("import", "from"))


def test_one_title_and_what_it_is_for(path):
    words = [source(cell) for cell in cells(path, "markdown")]
    assert sum(text.startswith("# ") for text in words) == 1
    assert words[0].startswith("# ")
    assert "By the end you can" in words[0]
    assert "For research and teaching, not for care." in words[0]
    assert re.search(r"\*\*\w+ minutes\.\*\*", words[0])


def test_executed_clean_and_small(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < MOST_BYTES
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))
    kinds = [output["output_type"] for cell in cells(path, "code") for output in cell["outputs"]]
    assert "error" not in kinds
    assert kinds.count("execute_result") + kinds.count("display_data") >= 3
    streams = [o["name"] for cell in cells(path, "code") for o in cell["outputs"] if o["output_type"] == "stream"]
    assert "stderr" not in streams


def test_the_name_has_its_number(path):
    assert re.fullmatch(r"\d\d_[a-z_]+\.ipynb", path.name)
