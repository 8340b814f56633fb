"""What the package says about itself: one version, extras that add up, lower bounds that are tested."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import myositis_tools as mt

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LINES_OF_EXTRAS = [line for name, lines in EXTRAS.items() if name != "all" for line in lines]


def test_the_core_is_light():
    assert {Requirement(line).name for line in PROJECT["dependencies"]} == {"narwhals", "pandas"}


@pytest.mark.parametrize(("name", "accepted"), [("pandas", ["2.2.0", "3.9"]), ("plotly", ["6.0.0", "7.9"])])
def test_two_majors_of_pandas_and_plotly_are_accepted_and_no_third(name, accepted):
    [requirement] = [r for r in map(Requirement, PROJECT["dependencies"] + EXTRAS["lab"]) if r.name == name]
    first, last = accepted
    assert first in requirement.specifier
    assert last in requirement.specifier
    assert str(int(last[0]) + 1) + ".0" not in requirement.specifier
    assert str(int(first[0]) - 1) + ".9" not in requirement.specifier


def test_all_is_every_extra_but_the_tests():
    [everything] = map(Requirement, EXTRAS["all"])
    assert everything.extras == EXTRAS.keys() - {"all", "test"}


def test_every_requirement_has_a_lower_bound():
    lines = PROJECT["dependencies"] + LINES_OF_EXTRAS
    assert [line for line in lines if not any(s.operator == ">=" for s in Requirement(line).specifier)] == []


def test_the_citation_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == mt.__version__
    assert citation["license"] == PROJECT["license"]


# The locks


def locked(name):
    """Read a lock as written: (requirement, its hashes) for each entry."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [
        (Requirement(line.split(" --hash")[0]), re.findall(r"--hash=sha256:[0-9a-f]{64}(?= |$)", line))
        for line in lines
    ]


LOCKS = {"requirements": 50, "requirements-oldest": 50, "requirements-spark": 2, "requirements-spark-build": 1}


@pytest.mark.parametrize("lock", [f"{name}.lock" for name in LOCKS])
def test_a_lock_pins_and_hashes_every_line_and_names_no_index(lock):
    entries = locked(lock)
    assert len(entries) >= LOCKS[lock.removesuffix(".lock")]
    for requirement, hashes in entries:
        assert [s.operator for s in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert requirement.url is None
    text = (ROOT / ".ci" / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, flags=re.MULTILINE), "an option, such as an index, stands in the lock"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-oldest.lock"])
def test_a_lock_answers_every_requirement(lock):
    pinned = {}
    for requirement, _ in locked(lock):
        [pin] = requirement.specifier
        pinned.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    wanted = PROJECT["dependencies"] + LINES_OF_EXTRAS
    for requirement in map(Requirement, wanted):
        versions = pinned[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version in versions), (requirement, versions)


@pytest.mark.parametrize("name", sorted({Requirement(line).name for line in PROJECT["dependencies"] + LINES_OF_EXTRAS}))
def test_the_oldest_lock_is_at_the_lower_bound(name):
    """A lower bound that nobody tries is a guess."""
    wanted = map(Requirement, PROJECT["dependencies"] + LINES_OF_EXTRAS)
    bounds = {s.version for r in wanted if r.name == name for s in r.specifier if s.operator == ">="}
    python_311 = {"python_version": "3.11", "python_full_version": "3.11.9"}
    [pin] = [
        pin.version
        for entry, _ in locked("requirements-oldest.lock")
        if entry.name == name and (entry.marker is None or entry.marker.evaluate(python_311))
        for pin in entry.specifier
    ]
    bound = max(map(Version, bounds))
    # 1.11 is met by 1.11.1 where 1.11.0 has no wheel
    assert (Version(pin).major, Version(pin).minor) == (bound.major, bound.minor)
