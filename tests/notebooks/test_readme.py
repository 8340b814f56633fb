"""The example of the README prints what the README says."""

import contextlib
import io
import re
from pathlib import Path

import pandas as pd

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_stands_below_it():
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    after = README.split("```")[2].lstrip("\n")
    shown = [line.strip() for line in after.split("\n\n")[0].splitlines()]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pd.option_context("display.width", 200, "display.max_columns", 20):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own README
    assert [line.strip() for line in printed.getvalue().splitlines()] == shown
