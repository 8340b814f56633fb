"""Every function that takes a table of any engine does on each what docs/engines.md says; PySpark is in tests/spark."""

import pytest

from tests.engines.conformance import IDENTIFIERS, ROWS, calls, listed, seen
from tests.engines.other_engines import ENGINES

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module", name="page")
def _page():
    return listed()


def test_the_page_lists_every_function_and_engine(page):
    assert list(page) == list(calls())
    assert {tuple(cells) for cells in page.values()} == {(*ENGINES, "PySpark")}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", calls())
def test_the_page_says_what_is_seen(engine, name, page):
    assert seen(name, ENGINES[engine]) == page[name][engine]


@pytest.mark.parametrize("name", calls())
def test_a_function_says_itself_what_it_collects(name, page):
    """Figures, reports and apps have all rows in memory by their nature, and say nothing of it."""
    function = calls()[name].function
    if function.__module__.split(".")[1] in ("figures", "report", "apps"):
        return
    said = " ".join(str(function.__doc__).split())
    does = page[name]["DuckDB"]
    assert ("columns of every patient or visit are collected" in said) == does.endswith(ROWS)
    assert ("the identifiers of all patients are collected" in said) == does.endswith(IDENTIFIERS)
