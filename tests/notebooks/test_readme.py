"""The example of the README prints what the README says, and every mention of a notebook is a link to it."""

import contextlib
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from myositis_tools.cli import servers

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
_IN_README = re.compile(r"^\| \[(\w+)\]\(notebooks/\1\.ipynb\) \| ([^|]+) \| \d+ \|$", flags=re.MULTILINE)
_IN_START = re.compile(r"^\| ([^|]+) \| \[(\w+)\]\(\2\.ipynb\) \|$", flags=re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
_NOTEBOOK = re.compile(r"\b\d\d_[a-z][a-z_]+|\bnotebooks? \d\d?\b")


def words_of(path: Path) -> str:
    """What a page says: a notebook's own words, without its code and outputs."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def test_the_example_prints_what_stands_below_it():
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    after = README.split("```")[2].lstrip("\n")
    shown = [line.strip() for line in after.split("\n\n")[0].splitlines()]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pd.option_context("display.width", 200, "display.max_columns", 20):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own README
    assert [line.strip() for line in printed.getvalue().splitlines()] == shown


def test_every_notebook_is_listed_with_its_question_in_both_places():
    in_readme = _IN_README.findall(README)
    in_start = _IN_START.findall(words_of(NOTEBOOKS[0]))
    assert [name for name, _ in in_readme] == [path.stem for path in NOTEBOOKS]
    assert in_start == [(question, name) for name, question in in_readme[1:]]


@pytest.mark.parametrize("path", [ROOT / "README.md", *NOTEBOOKS], ids=lambda path: path.stem)
def test_every_mention_of_a_notebook_is_a_link_that_leads_somewhere(path):
    words = words_of(path)
    assert _NOTEBOOK.findall(_LINK.sub("", words)) == [], "write it as [14 · Your own data](14_your_own_data.ipynb)"
    for target, heading in _LINK.findall(words):
        page = path.parent / target if target else path
        assert page.is_file(), target
        if heading:
            assert f"# {heading[1:].replace('-', ' ')}\n" in words_of(page), heading


@pytest.mark.parametrize("path", [ROOT / "README.md", NOTEBOOKS[0]], ids=lambda path: path.stem)
def test_every_app_is_named(path):
    assert servers._VIEWS.keys() <= set(re.findall(r"`(\w+)`", words_of(path)))
