"""The example of the README prints what the README says."""

import contextlib
import io
import json
import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_LISTED = re.compile(r"^\| `(\d\d_\w+)` \| ([^|]+) \|", flags=re.MULTILINE)


def test_the_example_prints_what_stands_below_it():
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    after = README.split("```")[2].lstrip("\n")
    shown = [line.strip() for line in after.split("\n\n")[0].splitlines()]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pd.option_context("display.width", 200, "display.max_columns", 20):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own README
    assert [line.strip() for line in printed.getvalue().splitlines()] == shown


def test_every_notebook_is_listed_with_its_question_in_both_places():
    start = json.loads((ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))["cells"]
    in_readme, in_start = dict(_LISTED.findall(README)), dict(_LISTED.findall("".join(start[-1]["source"])))
    assert list(in_readme) == sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert in_start == {name: question for name, question in in_readme.items() if name != "00_start_here"}
