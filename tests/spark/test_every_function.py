"""Every function that takes a table gives on PySpark, in every cell, what it gives in pandas."""

import pytest

from tests.engines.conformance import calls, listed, seen
from tests.spark.session import as_spark


@pytest.mark.parametrize("name", calls())
def test_the_page_says_what_is_seen(name):
    assert seen(name, as_spark) == listed()[name]["PySpark"]
