"""Imports point down only: the floors of the house, held against the code.

The table is the one of CONTRIBUTING.md. A room may import from its own floor's neighbours named here and from any floor
below; what a room must never import stands beside it.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "myositis_tools"
# room: (floor, other libraries it may import)
ROOMS = {
    "errors": (0, set()),
    "verdict": (0, {"narwhals"}),
    "tables": (1, {"pandas"}),
    "formatting": (1, {"pandas"}),
    "html_tables": (0, set()),
    "groups": (1, {"pandas"}),
    "frames": (1, {"narwhals", "numpy", "pandas", "polars"}),
    "rules": (2, {"narwhals"}),
    "scores": (3, {"narwhals"}),
    "criteria": (3, {"narwhals"}),
    "evidence": (4, {"pandas"}),
    "exchange": (4, {"duckdb", "narwhals", "numpy", "openpyxl", "pandas", "pyarrow", "pyreadstat"}),
    "lessons": (4, {"pandas"}),
    "privacy": (4, {"narwhals", "pandas", "tornado"}),  # notebook_outputs runs without the package
    "sample": (4, {"duckdb", "numpy", "pandas"}),
    "studies": (4, {"narwhals", "numpy", "pandas", "scipy", "statsmodels"}),
    "figures": (5, {"narwhals", "numpy", "pandas", "plotly", "scipy"}),
    "apps": (6, {"anywidget", "ipywidgets", "itables", "narwhals", "pandas", "plotly", "traitlets"}),
    "report": (6, {"jinja2", "pandas", "plotly"}),
    "cli": (
        6,
        {
            "jinja2",
            "jupyter_core",
            "jupyter_server",
            "jupyterlab",
            "jupyterlab_server",
            "markupsafe",
            "pandas",
            "segno",
            "tornado",
            "traitlets",
            "typer",
            "voila",
        },
    ),
    # names and nothing else: what stands on top, and the namespaces
    **dict.fromkeys(
        ("__init__", "screening", "protocols", "response", "trials", "io", "data", "reference", "teaching"), (7, set())
    ),
}
# within one floor: criteria may look at scores, never the reverse; frames reads the tables that define its columns; the
# sample has a workbook, which it writes as others are written; a study may simulate; a lesson asks of the sample what
# studies answer; tables that are published or leave
# are masked; a command and an app write reports
NEIGHBOURS = {
    ("criteria", "scores"),
    ("frames", "tables"),
    ("groups", "frames"),
    ("lessons", "exchange"),
    ("lessons", "privacy"),
    ("lessons", "sample"),
    ("lessons", "studies"),
    ("sample", "exchange"),
    ("studies", "sample"),
    ("studies", "privacy"),
    ("cli", "report"),
    ("apps", "report"),
}


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports_of(source: str) -> set[str]:
    """The modules a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "myositis_tools":
                found |= {f"myositis_tools.{alias.name}" for alias in node.names}
    return found - {"myositis_tools"}


def violations(room: str, source: str, *, view: bool = False) -> list[str]:
    floor, libraries = ROOMS[room]
    wrong = []
    for name in sorted(imports_of(source)):
        top, _, rest = name.partition(".")
        if top == "myositis_tools":
            other = rest.split(".")[0]
            if other not in ROOMS or other == room:
                continue
            below = ROOMS[other][0] < floor or (room, other) in NEIGHBOURS
            if not below:
                wrong.append(f"{room} imports {other}, which is not below it")
        elif top not in sys.stdlib_module_names and top not in libraries:
            wrong.append(f"{room} imports {top}")
        elif room == "apps" and not view and top in {"ipywidgets", "anywidget", "itables"}:
            wrong.append(f"a model imports {top}")
    return wrong


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    view = path.stem.endswith("view") or "widgets" in path.parts or path.name == "__init__.py"
    assert violations(room_of(path), path.read_text(encoding="utf-8"), view=view) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("errors", "import pandas"),
        ("scores", "import pandas as pd"),
        ("scores", "from myositis_tools.criteria import Protocol"),
        ("criteria", "import plotly.graph_objects as go"),
        ("rules", "from myositis_tools import scores"),
        ("studies", "def f():\n    import ipywidgets"),
        ("figures", "import ipywidgets"),
        ("figures", "from myositis_tools.apps import explore_eligibility"),
        ("apps", "import ipywidgets"),
    ],
)
def test_a_planted_violation_is_seen(room, source):
    assert violations(room, source) != []


def test_every_room_has_its_floor():
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} == set(ROOMS)


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, myositis_tools; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "narwhals" in loaded
    heavy = {"plotly", "ipywidgets", "anywidget", "itables", "typer", "statsmodels", "scipy", "polars", "duckdb"}
    assert heavy & set(loaded) == set()


# Where records are held against a protocol, no number decides: those that may stand there, and what they are.
OF_RECORDS = (
    "courses",
    "course_rules",
    "courses_together",
    "events",
    "exposures",
    "look_back",
    "medications",
    "records",
)
OF_RECORDS += ("record_rules", "screening_table", "number_bounds")
NO_LIMITS = {
    0: "nothing, or the first of a list",
    0.5: "between none and one",
    1: "one day, or the second of a list",
    2: "the third of a list",
    12: "months of a year",
    1e7: "days beyond every date",
    1_000_000: "more than any number of days",
    999_999: "the most of them",
}


def numbers_of(source: str) -> set[float]:
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, int | float) and not isinstance(value, bool)}


@pytest.mark.parametrize("name", OF_RECORDS)
def test_no_window_dose_or_look_back_stands_in_code(name):
    found = numbers_of((PACKAGE / "criteria" / f"{name}.py").read_text(encoding="utf-8"))
    assert found - set(NO_LIMITS) == set(), "a limit belongs into the protocol's file"


@pytest.mark.parametrize("source", ["is_at_most(days, 14)", "months = -3", "window = 3.0 if stable else 6"])
def test_a_planted_window_is_seen(source):
    assert numbers_of(source) - set(NO_LIMITS)


def test_no_room_is_a_store_room():
    names = {path.stem for path in PACKAGE.rglob("*.py")} | {path.name for path in PACKAGE.rglob("*") if path.is_dir()}
    assert names & {"utils", "util", "helpers", "helper", "core", "common", "misc"} == set()


def test_no_class_name_stands_for_two_things():
    places = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


# The order in which the sub-rooms of a room build on one another: each may import those before it, and none after it.
SUB_ROOMS = {
    "exchange": ("files", "describe", "mapping", "layout", "checks", "standards", "omop", "parts"),
    "studies": ("screening", "follow_up", "trials", "response", "design"),
    "figures": ("parts", "patient", "followup", "screening", "trials"),
}


@pytest.mark.parametrize("room", SUB_ROOMS)
def test_sub_rooms_follow_the_flow_of_data(room):
    order = SUB_ROOMS[room]
    assert sorted(order) == sorted(path.parent.name for path in (PACKAGE / room).glob("*/__init__.py"))
    backwards = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in sorted((PACKAGE / room).glob("*/*.py"))
        for name in imports_of(path.read_text(encoding="utf-8"))
        for other in [name.removeprefix(f"myositis_tools.{room}.").partition(".")[0]]
        if name.startswith(f"myositis_tools.{room}.") and other in order
        if order.index(other) > order.index(path.parent.name)
    ]
    assert backwards == []


# A file that is longer says why in its first line.
LONGEST = 400


def test_no_file_grows_beyond_what_can_be_read_at_a_sitting():
    long = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST and "(long:" not in lines[0]:
            long[str(path.relative_to(PACKAGE))] = len(lines)
    assert long == {}
