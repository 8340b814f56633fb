"""Values as a person writes them."""

import pandas as pd
import pytest

from myositis_tools.formatting import as_code, between, counted, many, with_interval
from myositis_tools.privacy.small_counts import said


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (1234567.0, "1234567"), (0.5, "0.5"), ("5.0", "5.0"), (5, "5"), (float("nan"), "nan")],
)
def test_a_code_has_no_decimals_that_nobody_wrote(value, text):
    assert as_code(value) == text


def test_bounds_are_one_number_where_they_are_the_same():
    assert (between(35, 50), between(35.0, 35.0), between(1.23456, 2, ".3g")) == ("35 to 50", "35", "1.23 to 2")


def test_an_interval_stands_behind_its_number_where_there_is_one():
    assert with_interval(12.34, 10, 15.05, ".1f", " %") == "12.3 % (10.0 to 15.1)"
    assert with_interval(12.34, float("nan"), float("nan"), ".3g") == "12.3"


def test_one_is_no_plural():
    assert (counted(1, "error"), counted(0, "error"), counted(2, "error")) == ("1 error", "0 errors", "2 errors")
    assert (many(1), many(2), many(1, 1), many(1, 3), many(0, 1)) == (
        "1 patient",
        "2 patients",
        "1 patient",
        "1 of 3 patients",
        "0 of 1 patient",
    )


def test_a_count_that_is_missing_is_hidden_unless_told_otherwise():
    assert (said(3), said(pd.NA), said(float("nan")), said(3, hidden=True)) == ("3", "hidden", "hidden", "hidden")
