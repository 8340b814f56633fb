"""environment.yml: its shape, the syntax of each line, and that it asks for the same as pyproject.toml."""

import tomllib
from pathlib import Path

import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LINES = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]

# What the Python package index calls one way and conda-forge another.
CONDA_NAMES = {"duckdb": "python-duckdb"}


def split(line):
    """Take a conda line apart with conda's own strict grammar: name and range."""
    spec = rattler.MatchSpec(line, strict=True)
    return spec.name.normalized, SpecifierSet(str(spec.version or ""))


def test_it_has_a_name_one_channel_and_dependencies():
    assert ENVIRONMENT.keys() == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["name"] == "myositis_tools"
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_the_package_itself_is_installed_editable_by_pip():
    assert [line for line in ENVIRONMENT["dependencies"] if not isinstance(line, str)] == [{"pip": ["-e ."]}]
    assert "pip" in LINES


def test_no_package_is_named_twice():
    found = [split(line)[0] for line in LINES]
    assert len(found) == len(set(found))


def test_names_and_ranges_are_those_of_pyproject():
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *extras["lab"], *extras["exchange"], *extras["engines"]]
    wanted = [Requirement(line) for line in lines]
    expected = {CONDA_NAMES.get(requirement.name, requirement.name): requirement.specifier for requirement in wanted}
    expected |= {"python": SpecifierSet(PROJECT["requires-python"]), "pip": SpecifierSet()}
    assert dict(map(split, LINES)) == expected
