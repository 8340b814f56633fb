"""What the pages of docs/site say: every name in one place, and recipes that run."""

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from tests.public import NAMES

SITE = Path(__file__).parents[2] / "docs/site"
RECIPES = sorted((SITE / "pages/do").glob("*.md"))


def test_every_public_name_stands_in_the_reference_once():
    pages = tomllib.loads((SITE / "reference.toml").read_text(encoding="utf-8")).values()
    listed = [name for page in pages for heading, names in page.items() if heading != "title" for name in names]
    assert sorted(name.partition(".")[2] for name in listed) == sorted(NAMES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_runs_and_gives_what_it_shows(recipe):
    blocks = re.findall(r"^```pycon\n(.*?)^```", recipe.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks or recipe.stem == "index"
    code = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, recipe.stem, str(recipe), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(code).failed == 0


def test_every_recipe_is_in_the_list():
    listed = (SITE / "pages/do/index.md").read_text(encoding="utf-8")
    assert [recipe.stem for recipe in RECIPES if f"({recipe.name})" not in listed and recipe.stem != "index"] == []
