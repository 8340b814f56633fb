"""What a user gets who installs the package without a clone."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of the tree in which things lie about that must not be shipped."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ["pyproject.toml", "README.md", "LICENSE", "NOTICE", ".gitignore"]:
        shutil.copy(ROOT / name, tree)
    for name in ["myositis_tools", "notebooks", "data", "tests"]:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for folder in ["notebooks", "myositis_tools/apps/pages", "data/sample"]:
        (tree / folder / ".ipynb_checkpoints").mkdir()
        (tree / folder / ".ipynb_checkpoints" / "old-checkpoint.ipynb").write_text("{}")
    (tree / ".venv").mkdir()
    (tree / ".venv" / "stray.py").write_text("")
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=tree, check=True)
    [file] = built.glob("*.whl")
    return zipfile.ZipFile(file)


@pytest.fixture(scope="module")
def names(wheel):
    return [name for name in wheel.namelist() if not name.endswith("/")]


def committed(folder):
    """List the files of a folder, without what running things leaves there."""
    paths = (path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not re.search(r"__pycache__|\.ipynb_checkpoints", path.as_posix())}


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("notebooks", "myositis_tools/_notebooks/"),
        ("data/sample", "myositis_tools/_data/sample/"),
        ("data/published", "myositis_tools/_data/published/"),
        ("myositis_tools", "myositis_tools/"),
    ],
)
def test_it_carries_the_package_the_notebooks_and_the_data(names, folder, inside):
    assert committed(folder)
    assert {inside + name for name in committed(folder)} <= set(names)


def test_it_carries_nothing_else(names):
    elsewhere = [name for name in names if not name.startswith(("myositis_tools/", "myositis_tools-"))]
    assert elsewhere == []
    assert [name for name in names if re.search(r"checkpoint|__pycache__|(^|/)tests/|stray", name)] == []


def test_it_carries_the_licence_and_the_notice(names):
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names if "/licenses/" in name}


def test_it_needs_no_more_than_the_core(wheel, names):
    [metadata] = [name for name in names if name.endswith("/METADATA")]
    needed = re.findall(r"^Requires-Dist: ([\w-]+)[^;\n]*$", wheel.read(metadata).decode(), flags=re.MULTILINE)
    assert sorted(needed) == ["narwhals", "pandas"]


def test_its_names_can_be_used_on_windows(names):
    for name in names:
        for part in name.split("/"):
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', part), name
            assert not part.endswith((" ", ".")), name
            assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part), name
    assert len({name.lower() for name in names}) == len(names)
    # Windows allows 260 characters; half of them are left for where Python is installed.
    assert max(map(len, names)) <= 130


def test_it_works_without_a_clone(wheel, tmp_path):
    """The unpacked wheel alone gives the notebooks and the sample cohort."""
    wheel.extractall(tmp_path / "site")

    def run(*arguments):
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    said = run("-c", "import myositis_tools as mt; print(mt.__file__, len(mt.load_patients()), sep='\\n')").splitlines()
    assert Path(said[0]).is_relative_to(tmp_path)
    assert int(said[1]) > 100
    run("-m", "myositis_tools.cli", "lab", "--no-start")
    copied = (
        path.relative_to(tmp_path / "myositis-notebooks") for path in tmp_path.glob("myositis-notebooks/**/*.ipynb")
    )
    assert {path.as_posix() for path in copied} == {name for name in committed("notebooks") if name.endswith(".ipynb")}
